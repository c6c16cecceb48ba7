//! Many nodes on many machines: real servers at a real hub, with links cut and plugs pulled.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use common::Http;
use common::chance::Chance;
use common::cluster::{Hub, Node, at_rest, engine, text, until};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Who works at each node at the same time.
const CLIENTS: u64 = 4;

/// Posts a movement in a warehouse; answers status and body.
async fn post(http: &Http, warehouse: &str, kind: &str, quantity: u64) -> reqwest::Result<(u16, Value)> {
    let key = Uuid::now_v7().to_string();
    let body = json!({"kind": kind, "warehouse": warehouse, "sku": "CUP", "quantity": quantity});
    let answer = http.post("/v1/movements", &key, body).await?;
    Ok((answer.status, answer.body))
}

/// So many movements at a node's own warehouse, mixed; every one must be answered as decided.
async fn work(node: &Node, movements: u64, chance: &mut Chance) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    let left = Arc::new(AtomicU64::new(movements));
    let warehouse = node.name.to_uppercase();
    for _ in 0..CLIENTS {
        let (http, warehouse, left, mut chance) =
            (node.http().clone(), warehouse.clone(), Arc::clone(&left), chance.fork());
        clients.spawn(async move {
            while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                let kind = if chance.below(5) < 3 { "receipt" } else { "issue" };
                let (status, body) =
                    post(&http, &warehouse, kind, 1 + chance.below(9)).await.expect("an answer");
                assert!(status == 201 || body["code"] == "insufficient_stock", "{status} {body}");
            }
        });
    }
    clients
}

async fn company(hub: &Hub, names: &[&str]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for name in names {
        nodes.push(Node::start(name, hub).await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    nodes
}

fn verify_all(nodes: Vec<Node>) {
    for mut node in nodes {
        let (code, log) = node.server.take().expect("it runs").stop();
        assert_eq!(code, 0, "{log}");
        node.scratch.verify();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_agree_whatever_is_cut_killed_or_lost() {
    let Some(engine) = engine() else { return };
    let mut hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad", "rot"]).await;
    let mut chance = Chance::new();

    let mut working = Vec::new();
    for node in &nodes {
        working.push(work(node, 1_000, &mut chance).await);
    }
    for clients in working {
        clients.join_all().await;
    }
    at_rest(&nodes).await;

    for cut in 0..nodes.len() {
        nodes[cut].link.cut();
        let clients = work(&nodes[cut], 100, &mut chance).await;
        clients.join_all().await;
        nodes[cut].link.mend();
        at_rest(&nodes).await;
    }

    for killed in 0..nodes.len() {
        let load = load_until_gone(&nodes[killed]);
        tokio::time::sleep(Duration::from_millis(150 + chance.below(400))).await;
        nodes[killed].kill();
        let acknowledged = load.await.expect("the load ends");
        assert_ne!(acknowledged, 0, "there was no load");
        nodes[killed].run();
        at_rest(&nodes).await;
    }

    let before = at_rest(&nodes).await;
    hub.restart(true);
    let clients = work(&nodes[1], 20, &mut chance).await;
    clients.join_all().await;
    let after = at_rest(&nodes).await;
    assert_eq!(before.len(), after.len());
    let late = Node::start("par", &hub).await;
    nodes.push(late);
    at_rest(&nodes).await;
    verify_all(nodes);
}

/// Receipts at a node's own warehouse until it is gone; answers how many were acknowledged.
fn load_until_gone(node: &Node) -> tokio::task::JoinHandle<u64> {
    let (http, warehouse) = (node.http().clone(), node.name.to_uppercase());
    tokio::spawn(async move {
        let mut acknowledged = 0;
        while let Ok((status, body)) = post(&http, &warehouse, "receipt", 1).await {
            assert_eq!(status, 201, "{body}");
            acknowledged += 1;
        }
        acknowledged
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_for_a_node_that_is_down_are_done_when_it_comes_back() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad"]).await;
    let (status, body) = post(nodes[0].http(), "LON", "receipt", 50).await.unwrap();
    assert_eq!(status, 201, "{body}");
    at_rest(&nodes).await;
    nodes[0].kill();

    let mut operations = Vec::new();
    for number in 0..100 {
        let body = json!({"kind": "issue", "warehouse": "LON", "sku": "CUP", "quantity": 1});
        let key = format!("queued-{number:03}");
        let answer = nodes[1].http().post_waiting("/v1/movements", &key, body, 0).await.unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
        operations.push(text(&answer.body["id"]));
    }
    nodes[0].run();
    until("begun", async || nodes[1].waiting().await < 100).await;
    nodes[0].kill();
    nodes[0].run();
    at_rest(&nodes).await;

    let mut states = Vec::new();
    for id in &operations {
        let operation = nodes[1].http().get(&format!("/v1/operations/{id}")).await.unwrap();
        states.push(text(&operation.body["state"]));
    }
    let (done, refused) = states.split_at(50);
    assert!(done.iter().all(|state| state == "done"), "{states:?}");
    assert!(refused.iter().all(|state| state == "refused"), "{states:?}");
    assert_eq!(nodes[1].http().on_hand("CUP").await, 0);
    verify_all(nodes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn goods_travel_while_either_side_is_away() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let nodes = company(&hub, &["lon", "mad", "rot"]).await;
    post(nodes[0].http(), "LON", "receipt", 9).await.unwrap();
    at_rest(&nodes).await;

    nodes[1].link.cut();
    let lines = json!([{"sku": "CUP", "quantity": 6}]);
    let draft = json!({"from": "LON", "to": "MAD", "lines": lines, "dispatch": true});
    let answer = nodes[0].http().post("/v1/transfers", "draft", draft).await.unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = text(&answer.body["id"]);
    until("on the road for all who can know", async || {
        let stock = nodes[2].http().get("/v1/products/CUP/stock").await.unwrap();
        let rows = stock.body["items"].as_array().cloned().unwrap_or_default();
        rows.iter().any(|row| row["warehouse"] == "MAD" && row["incoming"] == 6)
    })
    .await;

    nodes[1].link.mend();
    nodes[0].link.cut();
    let path = format!("/v1/transfers/{id}/receive");
    let (mut received, mut attempt) = (None, 0);
    until("received", async || {
        // A refusal is remembered by its key: whoever tries again when more is known takes a new one.
        attempt += 1;
        let lines = json!({"lines": [{"sku": "CUP", "accepted": 4, "rejected": 1, "missing": 1}]});
        let answer = nodes[1].http().post(&path, &format!("receive-{attempt}"), lines).await.unwrap();
        received = Some(answer.body);
        answer.status == 200
    })
    .await;
    nodes[0].link.mend();
    let stock = at_rest(&nodes).await;
    let settle = json!({"lines": [{"sku": "CUP", "lost": 1}]});
    let path = format!("/v1/transfers/{id}/settle");
    // Said at the sender's node, decided at the receiver's.
    let settled = nodes[0].http().post(&path, "settle", settle).await.unwrap();
    assert_eq!(settled.status, 200, "{settled:?} after {received:?} with {stock:?}");
    at_rest(&nodes).await;
    verify_all(nodes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_joins_a_company_with_a_long_history_while_it_works() {
    /// How many movements stand in the logs before.
    const BATCHES: usize = 30;
    const LINES: usize = 10_000;
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad"]).await;
    let line = json!({"kind": "receipt", "warehouse": "LON", "sku": "CUP", "quantity": 1});
    let batch = json!({"movements": vec![line; LINES], "atomic": false});
    for number in 0..BATCHES {
        let answer = nodes[0].http().post("/v1/movements/batch", &format!("b{number}"), batch.clone()).await;
        assert_eq!(answer.unwrap().status, 200);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let (http, over) = (nodes[1].http().clone(), Arc::clone(&is_over));
    let writing = tokio::spawn(async move {
        while !over.load(Ordering::SeqCst) {
            let (status, body) = post(&http, "MAD", "receipt", 1).await.unwrap();
            assert_eq!(status, 201, "{body}");
        }
    });
    let newcomer = Node::start("rot", &hub).await;
    // It serves only when it has what there was: the very first answer is complete.
    let row = newcomer.http().get("/v1/stock?warehouse=LON&sku=CUP").await.unwrap();
    assert_eq!(row.body["items"][0]["on_hand"], (BATCHES * LINES) as u64);
    is_over.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    nodes.push(newcomer);
    at_rest(&nodes).await;
    verify_all(nodes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_may_be_wrong() {
    const HOUR_MS: i64 = 60 * 60 * 1_000;
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon"]).await;
    nodes.push(Node::start_with_clock("mad", &hub, HOUR_MS).await);
    nodes.push(Node::start_with_clock("rot", &hub, -HOUR_MS).await);
    let mut chance = Chance::new();
    for node in &nodes {
        work(node, 50, &mut chance).await.join_all().await;
    }
    at_rest(&nodes).await;
    let mut histories = Vec::new();
    for node in &nodes {
        let rows = node.http().newest_movements(200).await;
        let ids: Vec<String> = rows.iter().map(|row| text(&row["id"])).collect();
        histories.push(ids);
    }
    assert!(histories.iter().all(|history| *history == histories[0]), "histories sort the same everywhere");
    let view = nodes[0].http().get("/v1/cluster").await.unwrap();
    let skew = |name: &str| {
        let nodes = view.body["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).and_then(|node| node["skew_ms"].as_i64()).unwrap()
    };
    assert!((skew("mad") - HOUR_MS).abs() < HOUR_MS / 2, "{view:?}");
    assert!((skew("rot") + HOUR_MS).abs() < HOUR_MS / 2, "{view:?}");

    let far = Node::start_with_clock("par", &hub, 3 * HOUR_MS).await;
    let (status, body) = post(far.http(), "PAR", "receipt", 5).await.unwrap();
    assert_eq!(status, 201, "it works by itself: {body}");
    until("the log is held and shown", async || {
        let view = nodes[0].http().get("/v1/cluster").await.unwrap();
        let logs = view.body["logs"].as_array().cloned().unwrap_or_default();
        logs.iter().any(|log| log["node"] == "par" && log["state"] == "held")
    })
    .await;
    verify_all(nodes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_and_namesakes_are_refused_with_a_reason() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let other_hub = Hub::start(&engine);
    let nodes = company(&hub, &["lon"]).await;
    let refused = |node: &str, hub_port: u16, token: std::path::PathBuf| {
        let scratch = common::Scratch::new();
        let mut command = scratch.acopio();
        command.args(["serve", "--listen", "127.0.0.1:0", "--node", node, "--data"]).arg(scratch.data());
        command.args(["--join", &format!("nats://127.0.0.1:{hub_port}"), "--join-token-file"]).arg(token);
        match common::Server::try_start(&mut command) {
            Ok(_) => panic!("it was let in"),
            Err(log) => log,
        }
    };
    let log = refused("lon", hub.port, hub.token_file());
    assert!(log.contains("lon"), "a node with the same name: {log}");
    let log = refused("mad", hub.port, other_hub.token_file());
    assert!(log.contains("join token"), "a foreign token: {log}");
    verify_all(nodes);
}
