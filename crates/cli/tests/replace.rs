//! Machines are lost: a node comes back with an empty disk, or from an old backup, with its own log got back from others.

mod common;

use common::cluster::{Hub, Node, at_rest, engine, until};
use common::{Http, Outcome};
use serde_json::json;
use uuid::Uuid;

/// Posts a receipt of cups at a node's own warehouse.
async fn receive(node: &Node, quantity: u64) {
    let key = Uuid::now_v7().to_string();
    let warehouse = node.name.to_uppercase();
    let body = json!({"kind": "receipt", "warehouse": warehouse, "sku": "CUP", "quantity": quantity});
    let answer = node.http().post("/v1/movements", &key, body).await.expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.body);
}

async fn company(hub: &Hub) -> Vec<Node> {
    let mut nodes = Vec::new();
    for name in ["lon", "mad", "rot"] {
        nodes.push(Node::start(name, hub).await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    for node in &nodes {
        receive(node, 7).await;
    }
    at_rest(&nodes).await;
    nodes
}

async fn until_down(seen_by: &Node, name: &str) {
    until("down", async || {
        let view = seen_by.http().get("/v1/cluster").await.expect("an answer");
        let nodes = view.body["nodes"].as_array().cloned().unwrap_or_default();
        nodes.iter().any(|node| node["name"] == name && node["state"] == "down")
    })
    .await;
}

/// Both go on writing, all come to the same, and everything stands the proof.
async fn goes_on(nodes: Vec<Node>, replaced: usize, cups: u64) {
    goes_on_as(nodes, replaced, cups, 2).await;
}

/// The same in a later life.
async fn goes_on_as(nodes: Vec<Node>, replaced: usize, cups: u64, incarnation: u64) {
    receive(&nodes[replaced], 5).await;
    let stock = at_rest(&nodes).await;
    assert!(stock.iter().any(|row| row.starts_with(&format!("\"MAD\" \"CUP\" {cups} "))), "{stock:?}");
    let view = nodes[0].http().get("/v1/cluster").await.expect("an answer");
    let shown = view.body["nodes"].as_array().expect("nodes").clone();
    let node = shown.iter().find(|node| node["name"] == nodes[replaced].name.as_str()).expect("it is there");
    assert_eq!(node["incarnation"], incarnation, "{node}");
    for mut node in nodes {
        let (code, log) = node.server.take().expect("it runs").stop();
        assert_eq!(code, 0, "{log}");
        let verify = Outcome::of(node.scratch.acopio().args(["verify", "--data"]).arg(node.scratch.data()));
        assert!(verify.status.success(), "{}: {}", node.name, verify.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_machine_is_lost_is_replaced() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub).await;
    nodes[1].kill();
    std::fs::remove_dir_all(nodes[1].scratch.data()).expect("there is a folder");
    let log = nodes[1].try_run().expect_err("a stranger of the same name is let in");
    assert!(log.contains("another key"), "{log}");

    until_down(&nodes[0], "mad").await;
    let token = nodes[0].http().token().to_owned();
    let server = nodes[0].server.as_ref().expect("it runs").url.clone();
    let replace = Outcome::of(
        nodes[0]
            .scratch
            .acopio()
            .args(["cluster", "replace", "mad", "--server", &server])
            .env("ACOPIO_TOKEN", token),
    );
    assert!(replace.status.success(), "{}", replace.stderr);
    assert!(replace.stdout.contains("acopio serve --node mad"), "{}", replace.stdout);
    nodes[1].run();
    nodes[1].http = Some(Http::login(nodes[1].server.as_ref().expect("it runs")).await);
    goes_on(nodes, 1, 12).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_restored_from_an_old_backup_gets_back_what_came_after_it() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub).await;
    let (backup, data) = (nodes[1].scratch.path("backup.db"), nodes[1].scratch.data());
    let copied = Outcome::of(nodes[1].scratch.acopio().arg("backup").arg("--data").arg(&data).arg(&backup));
    assert!(copied.status.success(), "{}", copied.stderr);
    receive(&nodes[1], 3).await;
    at_rest(&nodes).await;
    nodes[1].kill();
    for file in std::fs::read_dir(&data).expect("there is a folder").flatten() {
        if file.file_name().to_string_lossy().contains(".db") {
            std::fs::remove_file(file.path()).expect("it is a file");
        }
    }
    let restored =
        Outcome::of(nodes[1].scratch.acopio().arg("restore").arg("--data").arg(&data).arg(&backup));
    assert!(restored.status.success(), "{}", restored.stderr);
    assert!(restored.stdout.contains("--join"), "{}", restored.stdout);
    nodes[1].run();
    receive(&nodes[1], 2).await;
    goes_on(nodes, 1, 17).await;
}

/// Spoils one word in a database, so that it is met only when the frame that has it is read.
fn spoil(node: &Node, word: &[u8]) {
    let file = node.scratch.data().join("acopio.db");
    let mut bytes = std::fs::read(&file).expect("there is a database");
    let found: Vec<_> =
        bytes.windows(word.len()).enumerate().filter(|(_, part)| *part == word).map(|(at, _)| at).collect();
    assert!(!found.is_empty(), "it has the word");
    found.into_iter().for_each(|at| bytes[at] ^= 1);
    std::fs::write(&file, bytes).expect("it can be written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_that_is_met_while_views_are_made_anew_is_no_end_either() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub).await;
    let body =
        json!({"kind": "receipt", "warehouse": "MAD", "sku": "CUP", "quantity": 1, "reference": "zanzibar"});
    let answer = nodes[1].http().post("/v1/movements", &Uuid::now_v7().to_string(), body).await;
    assert_eq!(answer.expect("an answer").status, 201);
    receive(&nodes[1], 1).await;
    at_rest(&nodes).await;
    assert_eq!(nodes[1].server.take().expect("it runs").stop().0, 0);
    spoil(&nodes[1], b"zanzibar");
    // The views are not whole from now on: the next start makes them anew.
    let data = nodes[1].scratch.data();
    let rebuilt = Outcome::of(nodes[1].scratch.acopio().args(["rebuild", "--data"]).arg(&data));
    assert!(!rebuilt.status.success(), "{}", rebuilt.stdout);
    nodes[1].run();
    goes_on(nodes, 1, 14).await;
}

/// Fills a database with rubbish, but for what a program reads when it opens it.
fn damage(node: &Node, from: u64) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::OpenOptions::new().write(true).open(node.scratch.data().join("acopio.db"));
    let file = file.expect("there is a database");
    let length = file.metadata().expect("it is a file").len();
    assert!(from < length, "it has {length} bytes");
    file.write_all_at(&vec![0xA5; (length - from) as usize], from).expect("it can be written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_database_is_found_out_and_got_back_from_the_others() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub).await;

    // While the node is down: it is found out when it is opened.
    assert_eq!(nodes[1].server.take().expect("it runs").stop().0, 0);
    damage(&nodes[1], 0);
    nodes[1].run();
    receive(&nodes[1], 1).await;
    at_rest(&nodes).await;
    let aside = |node: &Node| {
        let names = std::fs::read_dir(node.scratch.data()).expect("a folder").flatten();
        names.filter(|entry| entry.file_name().to_string_lossy().starts_with("damaged-")).count()
    };
    assert_eq!(aside(&nodes[1]), 1, "the damaged one is kept");

    // While it runs: it ends, and says why.
    assert_eq!(nodes[1].server.take().expect("it runs").stop().0, 0);
    nodes[1].run();
    damage(&nodes[1], 1_024);
    let mut server = nodes[1].server.take().expect("it runs");
    let http = nodes[1].http.take().expect("somebody logged in").at(&server);
    until("ended", async || {
        let _ = http.get("/v1/movements").await;
        let _ = http.get("/v1/users").await;
        server.has_ended()
    })
    .await;
    let (code, log) = server.ended();
    assert_ne!(code, 0, "{log}");
    assert!(log.contains("the database is damaged"), "{log}");
    nodes[1].http = Some(http);
    nodes[1].run();
    goes_on_as(nodes, 1, 13, 3).await;
}
