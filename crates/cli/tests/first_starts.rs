//! Starting where something is amiss: an old engine, a hub that is away, another company, a token of another hub, an old
//! copy of a node's data.

mod common;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use common::cluster::{Hub, Node, at_rest, engine, text, until};
use common::{Outcome, Scratch, Server};
use serde_json::{Value, json};

/// A process that is killed when it is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn receive(node: &Node, key: &str) {
    let body = json!({"kind": "receipt", "warehouse": node.name.to_uppercase(), "sku": "CUP", "quantity": 1});
    let answer = node.http().post("/v1/movements", key, body).await.expect("an answer");
    assert_eq!(answer.status, 201, "{key}: {answer:?}");
}

async fn company(hub: &Hub) -> Vec<Node> {
    let nodes = vec![Node::start("lon", hub).await, Node::start("mad", hub).await];
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    nodes
}

async fn cluster(node: &Node) -> Value {
    node.http().get("/v1/cluster").await.expect("an answer").body
}

/// What a node is said to complain of.
fn complaint(view: &Value, node: &str) -> String {
    let nodes = view["nodes"].as_array().expect("nodes");
    nodes.iter().find(|row| row["name"] == node).map(|row| text(&row["last_error"])).unwrap_or_default()
}

#[test]
fn an_engine_that_is_too_old_or_none_is_refused() {
    let scratch = Scratch::new();
    let engine = |name: &str, says: &str| {
        let program = scratch.path(name);
        std::fs::write(&program, format!("#!/bin/sh\necho '{says}'\n")).expect("a scratch folder");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("it is ours");
        program
    };
    let hub = |program: PathBuf| {
        let mut command = scratch.acopio();
        command.arg("hub").arg("--data").arg(scratch.path("hub")).args(["--listen", "127.0.0.1:0"]);
        let outcome = Outcome::of(command.arg("--nats-server").arg(program));
        assert_eq!(outcome.code(), 1, "{outcome:?}");
        outcome.stderr
    };
    for old in ["v2.9.0", "v2.12.7", "v1.99.99"] {
        let said = hub(engine(old, &format!("nats-server: {old}")));
        let reason = format!("is nats-server {}, at least 2.12.8 is needed", &old[1..]);
        assert!(said.contains(&reason), "{said}");
    }
    let said = hub(engine("other", "something else"));
    assert!(said.contains("at least 2.12.8 is needed"), "{said}");
    let said = hub(scratch.path("missing"));
    assert!(said.contains("cannot run") && said.contains("missing"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_waits_for_the_hub_and_says_so() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = vec![Node::start("lon", &hub).await];
    let mad = Node::new("mad", &hub).await;
    mad.link.cut();
    let mut command = mad.serve();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("acopio is built");
    let mut child = Killed(child);
    let log = BufReader::new(child.0.stderr.take().expect("it is piped"));
    let out = BufReader::new(child.0.stdout.take().expect("it is piped"));
    let mut lines = log.lines().map_while(Result::ok);
    let waiting = tokio::task::spawn_blocking(move || {
        let said = lines.find(|line| line.contains("waiting for the hub: a node's first start needs it"));
        // Read to the end, so that a full pipe never stops it.
        std::thread::spawn(move || lines.for_each(drop));
        said
    });
    assert!(waiting.await.expect("it is read").is_some(), "it ended before it said that it waits");
    mad.link.mend();
    let mut ready = tokio::task::spawn_blocking(move || out.lines().map_while(Result::ok).next());
    assert!((&mut ready).await.expect("it is read").is_some_and(|line| line.contains("node mad ready")));
    drop(child);
    nodes.push(mad.started().await);
    at_rest(&nodes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_start_works_without_the_hub() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub).await;
    nodes[1].kill();
    nodes[1].link.cut();
    nodes[1].run();
    receive(&nodes[1], "alone").await;
    let view = cluster(&nodes[1]).await;
    assert_eq!(view["fabric"]["connected"], false, "{view}");
    let lon = view["nodes"].as_array().expect("nodes").iter().find(|node| node["name"] == "lon").cloned();
    assert_eq!(lon.expect("it is known")["state"], "down", "{view}");
    assert_eq!(nodes[1].http().get("/ready").await.expect("an answer").status, 200);
    nodes[1].link.mend();
    let stock = at_rest(&nodes).await;
    assert!(stock.iter().any(|row| row.starts_with("\"MAD\" \"CUP\" 1 ")), "{stock:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_of_another_company_is_told_so() {
    let Some(engine) = engine() else { return };
    let (hub, other) = (Hub::start(&engine), Hub::start(&engine));
    let ours = Node::start("lon", &hub).await;
    let mut theirs = Node::start("mad", &other).await;
    theirs.kill();
    let refused = |node: &Node, port: u16, token: PathBuf| {
        Server::try_start(&mut node.serve_at(port, &token)).err().expect("it was let in")
    };
    // With its own key the hub does not know it; without, the company tells.
    let log = refused(&theirs, hub.port, hub.token_file());
    assert!(log.contains("cannot join at"), "{log}");
    let keys = theirs.scratch.data().join("hub-keys.json");
    std::fs::remove_file(&keys).expect("it has joined");
    let log = refused(&theirs, hub.port, hub.token_file());
    assert!(log.contains("the hub serves another company"), "{log}");
    let log = refused(&theirs, hub.port, other.token_file());
    assert!(log.contains("the join token is not that hub's"), "{log}");
    assert!(!keys.exists(), "a node that is refused keeps nothing");
    drop(ours);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_copy_of_a_node_is_found_out_and_said() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub).await;
    receive(&nodes[1], "kept").await;
    let copy = nodes[1].scratch.path("copy.db");
    let database = nodes[1].scratch.data().join("acopio.db");
    let mut backup = nodes[1].scratch.acopio();
    let backup = Outcome::of(backup.arg("backup").arg("--data").arg(nodes[1].scratch.data()).arg(&copy));
    assert!(backup.status.success(), "{backup:?}");
    receive(&nodes[1], "lost").await;
    let stock = at_rest(&nodes).await;

    nodes[1].kill();
    for suffix in ["", "-wal", "-shm"] {
        let mut file = database.clone().into_os_string();
        file.push(suffix);
        let _ = std::fs::remove_file(file);
    }
    std::fs::copy(&copy, &database).expect("there is a copy");
    nodes[1].run();
    for node in &nodes {
        until("said", async || complaint(&cluster(node).await, "mad").contains("its data is an old copy"))
            .await;
    }
    let body = json!({"kind": "receipt", "warehouse": "MAD", "sku": "CUP", "quantity": 1});
    let refused = nodes[1].http().post("/v1/movements", "fork", body).await.expect("an answer");
    assert_eq!((refused.status, text(&refused.body["code"])), (503, "stopped".into()), "{refused:?}");
    assert_eq!(nodes[0].stock().await, stock, "the others keep what they have");
    let (_, log) = nodes[1].server.take().expect("it runs").stop();
    assert!(log.contains("its data is an old copy"), "{log}");

    nodes[1].run();
    assert_eq!(at_rest(&nodes).await, stock, "it has got back what it had lost");
    receive(&nodes[1], "again").await;
    at_rest(&nodes).await;
    for mut node in nodes {
        assert_eq!(node.server.take().expect("it runs").stop().0, 0);
        node.scratch.verify();
    }
}
