//! A new or wiped node begins with a duplicate of another node's database, or gets there without one.

mod common;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use common::Http;
use common::cluster::{Hub, Link, Node, at_rest, engine, until};
use serde_json::json;

/// So many that a duplicate is on a slow link for a while.
const LINES: usize = 12_000;
const BATCH_LINES: usize = 1_000;

const BEGINS: &str = "the node begins with a duplicate of another node's database";

async fn company(hub: &Hub, names: &[&str]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for name in names {
        nodes.push(Node::start(name, hub).await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    nodes
}

async fn receive(node: &Node, key: &str, reference: &str) {
    let body = json!({
        "kind": "receipt", "warehouse": node.name.to_uppercase(), "sku": "CUP", "quantity": 1, "reference": reference,
    });
    let answer = node.http().post("/v1/movements", key, body).await.expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.body);
}

async fn receive_many(node: &Node) {
    let line = json!({"kind": "receipt", "warehouse": node.name.to_uppercase(), "sku": "CUP", "quantity": 1});
    for batch in 0..LINES / BATCH_LINES {
        let body = json!({"movements": vec![line.clone(); BATCH_LINES], "atomic": false});
        let answer = node.http().post("/v1/movements/batch", &format!("many-{batch}"), body).await;
        assert_eq!(answer.expect("an answer").status, 200);
    }
}

/// Stops a node and answers what it has logged.
fn stop(node: &mut Node) -> String {
    let (code, log) = node.server.take().expect("it runs").stop();
    assert_eq!(code, 0, "{log}");
    log
}

/// Nothing is left of a duplicate in a folder.
fn is_tidy(data: &Path) -> bool {
    !data.join("receiving.db").exists() && !data.join("duplicates").join("duplicate.db").exists()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_node_begins_with_a_duplicate_and_goes_on_in_the_next_incarnation() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad", "rot"]).await;
    for node in &nodes {
        receive(node, &format!("before-{}", node.name), "any").await;
    }
    at_rest(&nodes).await;
    nodes[1].kill();
    let data = nodes[1].scratch.data();
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(data.join(format!("acopio.db{suffix}")));
    }
    fs::write(data.join("receiving.db"), "half of an earlier one").expect("there is a folder");
    receive(&nodes[0], "meanwhile", "any").await;
    nodes[1].log_level = "info";
    nodes[1].run();
    receive(&nodes[1], "after", "any").await;
    receive(&nodes[1], "before-mad", "any").await;
    let stock = at_rest(&nodes).await;
    assert!(stock.iter().any(|row| row.starts_with("\"MAD\" \"CUP\" 2 ")), "one key books once: {stock:?}");
    let view = nodes[0].http().get("/v1/cluster").await.expect("an answer").body;
    let mad = view["nodes"].as_array().expect("nodes").iter().find(|node| node["name"] == "mad").cloned();
    assert_eq!(mad.expect("it is there")["incarnation"], 2);
    for mut node in nodes {
        let log = stop(&mut node);
        if node.name == "mad" {
            assert!(log.contains(BEGINS), "{log}");
            assert!(log.contains("goes on in the next incarnation"), "{log}");
        }
        assert!(is_tidy(&node.scratch.data()), "{}", node.name);
        node.scratch.verify();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_gets_there_although_the_lender_is_killed() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad", "rot"]).await;
    receive_many(&nodes[0]).await;
    at_rest(&nodes).await;
    let mut par = Node::new("par", &hub).await;
    (par.link, par.log_level) = (Link::slow_to(hub.port).await, "info");
    let received = par.scratch.data().join("receiving.db");
    let starting = tokio::task::spawn_blocking(move || {
        par.run();
        par
    });
    let mut lender = None;
    until("under way", async || {
        let lends = |node: &Node| node.scratch.data().join("duplicates").join("duplicate.db").exists();
        lender = nodes.iter().position(lends);
        lender.is_some() && received.exists()
    })
    .await;
    let lender = lender.expect("somebody lends");
    nodes[lender].kill();
    let mut par = starting.await.expect("it comes up");
    par.link.hurry();
    par.http = Some(Http::login(par.server.as_ref().expect("it runs")).await);
    nodes[lender].run();
    nodes.push(par);
    for node in &nodes {
        receive(node, &format!("after-{}", node.name), "any").await;
    }
    at_rest(&nodes).await;
    for mut node in nodes {
        let log = stop(&mut node);
        if node.name == "par" {
            assert!(log.contains("no duplicate of this node's database"), "{log}");
        }
        assert!(is_tidy(&node.scratch.data()), "{}", node.name);
        node.scratch.verify();
    }
}

/// Alters one letter of a text that stands once in a database.
fn flip(database: &Path, text: &str) {
    let bytes = fs::read(database).expect("there is a database");
    let places: Vec<_> =
        bytes.windows(text.len()).enumerate().filter(|(_, window)| *window == text.as_bytes()).collect();
    assert_eq!(places.len(), 1, "it stands in the log alone");
    let file = fs::OpenOptions::new().write(true).open(database).expect("there is a database");
    file.write_all_at(b"F", places[0].0 as u64).expect("it can be written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_that_does_not_stand_the_proof_is_not_used() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon"]).await;
    receive(&nodes[0], "one", "flip-this-letter").await;
    until("published", async || {
        let view = nodes[0].http().get("/v1/cluster").await.expect("an answer").body;
        view["logs"][0]["position"] == view["fabric"]["published"]
    })
    .await;
    stop(&mut nodes[0]);
    flip(&nodes[0].scratch.data().join("acopio.db"), "flip-this-letter");
    nodes[0].run();
    let mut par = Node::new("par", &hub).await;
    par.log_level = "info";
    nodes.push(par.started().await);
    at_rest(&nodes).await;
    let log = stop(&mut nodes[1]);
    assert!(log.contains("no duplicate of another node's database"), "{log}");
    assert!(log.contains("verification failed"), "{log}");
    assert!(!log.contains(BEGINS), "{log}");
    assert!(is_tidy(&nodes[1].scratch.data()));
    nodes[1].scratch.verify();
}
