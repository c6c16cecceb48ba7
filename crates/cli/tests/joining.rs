//! A node that joins a company while others write is served only when it has all that there was.
//!
//! With `ACOPIO_JOIN_ENTRIES` so many entries stand in the logs before and nothing slows the newcomer, so that the time is
//! worth something. Without it there are fewer, and a slow link to the hub, so that it takes a while all the same.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::Http;
use common::cluster::{Hub, Link, Node, at_rest, engine, free_address, until};
use serde_json::json;
use tokio::task::JoinHandle;

const ENTRIES: u64 = 9_000;

/// So many movements are posted in one request.
const BATCH_LINES: u64 = 1_000;

/// An answer of a server that is there comes much sooner.
const PROBE: Duration = Duration::from_millis(250);

/// How many entries there are before, if somebody wishes to measure.
fn wished() -> Option<u64> {
    std::env::var("ACOPIO_JOIN_ENTRIES").ok().and_then(|entries| entries.parse().ok())
}

fn entries() -> u64 {
    wished().unwrap_or(ENTRIES)
}

async fn link_of_the_newcomer(hub: &Hub) -> Link {
    if wished().is_some() { Link::to(hub.port).await } else { Link::slow_to(hub.port).await }
}

/// Receipts of single pieces at a node's own warehouse, in batches.
async fn receive(http: Http, warehouse: String, pieces: u64) {
    let line = json!({"kind": "receipt", "warehouse": warehouse, "sku": "CUP", "quantity": 1});
    for begin in (0..pieces).step_by(BATCH_LINES as usize) {
        let lines = vec![line.clone(); BATCH_LINES.min(pieces - begin) as usize];
        let body = json!({"movements": lines, "atomic": false});
        let answer = http.post("/v1/movements/batch", &format!("{warehouse}-{begin}"), body).await;
        assert_eq!(answer.expect("an answer").status, 200);
    }
}

/// The same, one after the other until it is over.
fn keep_receiving(node: &Node, is_over: &Arc<AtomicBool>) -> JoinHandle<u64> {
    let (http, warehouse, is_over) = (node.http().clone(), node.name.to_uppercase(), Arc::clone(is_over));
    tokio::spawn(async move {
        let mut received = 0;
        while !is_over.load(Ordering::SeqCst) {
            let body = json!({"kind": "receipt", "warehouse": warehouse, "sku": "CUP", "quantity": 1});
            let answer = http.post("/v1/movements", &format!("{warehouse}-one-{received}"), body).await;
            assert_eq!(answer.expect("an answer").status, 201);
            received += 1;
        }
        received
    })
}

/// What is on hand by warehouse, as a node says.
async fn totals(http: &Http) -> BTreeMap<String, u64> {
    let rows = http.get("/v1/products/CUP/stock").await.expect("an answer").body;
    let rows = rows["items"].as_array().expect("items").iter();
    rows.map(|row| (row["warehouse"].to_string(), row["on_hand"].as_u64().expect("a number"))).collect()
}

/// The most that any of the nodes knows of each warehouse: its own node's figure.
async fn newest_totals(nodes: &[Node]) -> BTreeMap<String, u64> {
    let mut newest = BTreeMap::new();
    for node in nodes {
        for (warehouse, on_hand) in totals(node.http()).await {
            let known: &mut u64 = newest.entry(warehouse).or_default();
            *known = on_hand.max(*known);
        }
    }
    newest
}

/// Asks whether a node is ready until it answers at all, and at once for its totals.
async fn first_answers(http: Http) -> (u16, BTreeMap<String, u64>, Instant) {
    loop {
        if let Some(status) = http.probe("/ready", PROBE).await {
            return (status, totals(&http).await, Instant::now());
        }
        // A port that nobody listens at refuses at once.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fourth_node_is_served_only_when_it_has_all_that_there_was() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = Vec::new();
    for name in ["lon", "mad", "rot"] {
        nodes.push(Node::start(name, &hub).await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    let mut filling = tokio::task::JoinSet::new();
    for node in &nodes {
        filling.spawn(receive(node.http().clone(), node.name.to_uppercase(), entries() / 3));
    }
    filling.join_all().await;
    at_rest(&nodes).await;

    let is_over = Arc::new(AtomicBool::new(false));
    let writing: Vec<_> = nodes.iter().map(|node| keep_receiving(node, &is_over)).collect();
    let there_was = newest_totals(&nodes).await;
    let address = free_address();
    let probing = tokio::spawn(first_answers(nodes[0].http().to(&format!("http://{address}"))));
    let begin = Instant::now();
    nodes.push(Node::start_at("par", &hub, link_of_the_newcomer(&hub).await, &address).await);
    let (status, first, answered) = probing.await.expect("it answers");
    println!("joined {} entries in {:.1?}", entries(), answered.duration_since(begin));
    nodes[3].link.hurry();
    assert_eq!(status, 200, "its first answer is that it is ready");
    for (warehouse, on_hand) in &there_was {
        let found = first.get(warehouse).copied().unwrap_or(0);
        assert!(*on_hand <= found, "{warehouse}: {found} in its first answer, there were {on_hand}");
    }

    let mut received = 0;
    until("written beside the newcomer", async || {
        let now = newest_totals(&nodes).await.values().sum::<u64>();
        first.values().sum::<u64>() < now
    })
    .await;
    is_over.store(true, Ordering::SeqCst);
    for one in writing {
        received += one.await.expect("nothing is refused");
    }
    at_rest(&nodes).await;
    let sum = entries() / 3 * 3 + received;
    let mut proved = std::collections::BTreeSet::new();
    for mut node in nodes {
        assert_eq!(totals(node.http()).await.values().sum::<u64>(), sum, "{}", node.name);
        let (code, log) = node.server.take().expect("it runs").stop();
        assert_eq!(code, 0, "{log}");
        let has_begun = log.contains("the node begins with a duplicate of another node's database");
        assert_eq!(has_begun, node.name == "par", "{}: {log}", node.name);
        proved.insert(node.scratch.verify());
    }
    assert_eq!(proved.len(), 1, "the nodes have proved different things: {proved:?}");
}
