//! The real wholesaler's trade over four nodes at once, one of which is killed for the middle third of it.
//!
//! The rows of the data set beside the repository are used, and generated ones of the same form where it is not there.
//! Of the real ones it takes the rows of every twelfth product, from the first day to the last; with
//! `ACOPIO_RETAIL_SHARE=1` it takes all of them.
//!
//! What is posted is planned by the product's own reader and profile. What must have come of it is computed from the
//! file without them. Opening stock is the least with which the rows fit in their order: one that is lost, doubled or
//! overtaken makes a later one be refused.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acopio_sheets::{Outcome as Planned, Planner, Profile, Rows};
use common::Http;
use common::cluster::{Hub, Node, at_rest, engine, text, until};
use common::trade::{Stocks, generated, independent, real};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const NODES: [&str; 4] = ["lon", "dub", "mad", "rot"];

/// Which of them is killed: most rows are for its warehouse.
const KILLED: usize = 0;

/// Which of them takes what is for the killed one's warehouse meanwhile.
const PROXY: usize = 3;

/// So many movements are posted in one request.
const BATCH_LINES: usize = 100;

/// So many products are made at the same time.
const CLIENTS: usize = 16;

/// Of the real products every so manieth is taken.
const SHARE: u64 = 12;

/// A request with its key.
#[derive(Clone)]
struct Batch {
    key: String,
    body: Value,
    lines: usize,
}

/// Batches with which a warehouse gets its stock and its trade, in their order.
type Work = BTreeMap<String, Vec<Batch>>;

fn share(is_real: bool) -> u64 {
    let wished = std::env::var("ACOPIO_RETAIL_SHARE").ok().and_then(|share| share.parse().ok());
    if is_real { wished.unwrap_or(SHARE) } else { 1 }
}

/// Plans the rows of a file by the profile, behind the opening stock.
fn plan(file: &Path, is_taken: &dyn Fn(&str) -> bool, stocks: &Stocks) -> Work {
    let mut lines: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for ((warehouse, sku), stock) in stocks.iter().filter(|(_, stock)| stock.opening != 0) {
        let line = json!({"kind": "receipt", "warehouse": warehouse, "sku": sku, "quantity": stock.opening});
        lines.entry(warehouse.clone()).or_default().push(line);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/profiles/online-retail.toml");
    let profile = Profile::parse(&std::fs::read_to_string(path).expect("the profile")).expect("the profile");
    let rows = Rows::open(file, &profile.read_options()).expect("the file");
    let mut planner = Planner::new(&profile, rows.header()).expect("the columns");
    for row in rows {
        let Planned::Move(planned) = planner.row(&row.expect("a row")) else { continue };
        if !is_taken(planned.key.sku.as_str()) {
            continue;
        }
        let occurred_at = planned.occurred_at.expect("every row has a time");
        let line = json!({
            "kind": planned.kind, "warehouse": planned.key.warehouse, "sku": planned.key.sku,
            "quantity": planned.quantity.as_whole().expect("pieces"),
            "reason": planned.reason, "reference": planned.reference,
            "occurred_at": Timestamp::from_millisecond(occurred_at.0).expect("a time").to_string(),
        });
        lines.entry(planned.key.warehouse.to_string()).or_default().push(line);
    }
    lines.into_iter().map(|(warehouse, lines)| (warehouse.clone(), batches(&warehouse, &lines))).collect()
}

fn batches(warehouse: &str, lines: &[Value]) -> Vec<Batch> {
    let batch = |(number, lines): (usize, &[Value])| Batch {
        key: format!("{warehouse}-{number:05}"),
        body: json!({"movements": lines, "atomic": false}),
        lines: lines.len(),
    };
    lines.chunks(BATCH_LINES).enumerate().map(batch).collect()
}

/// Sends batches in their order, until the node is gone; answers how many were acknowledged.
async fn post_all(http: Http, batches: Vec<Batch>, acknowledged: Arc<AtomicUsize>) {
    for batch in batches {
        let sent = http.post_waiting("/v1/movements/batch", &batch.key, batch.body, 60).await;
        let Ok(answer) = sent else { return };
        assert_eq!(answer.status, 200, "{}: {answer:?}", batch.key);
        assert_eq!(posted(&answer.body), batch.lines, "{}: {:?}", batch.key, answer.body);
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

/// How many lines of a batch were posted.
fn posted(body: &Value) -> usize {
    body["results"].as_array().expect("results").iter().filter(|line| line["status"] == 201).count()
}

/// Each node posts what is for its own warehouse, all at once.
async fn post_at_once(nodes: &[Node], work: &Work) {
    let mut posting = JoinSet::new();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    for node in nodes {
        let batches = work[&node.name.to_uppercase()].clone();
        posting.spawn(post_all(node.http().clone(), batches, Arc::clone(&acknowledged)));
    }
    posting.join_all().await;
    assert_eq!(acknowledged.load(Ordering::SeqCst), work.values().map(Vec::len).sum::<usize>());
}

/// The middle third: one node dies over it. A part of what is for it is queued at another one, beginning with what may
/// have been decided when it died; the rest is posted when it is back and has done what was queued.
async fn post_around_a_killed_node(nodes: &mut [Node], mut work: Work) {
    let own = work.insert(nodes[KILLED].name.to_uppercase(), Vec::new()).expect("it has work");
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let load = tokio::spawn(post_all(nodes[KILLED].http().clone(), own.clone(), Arc::clone(&acknowledged)));
    until("begun", async || acknowledged.load(Ordering::SeqCst) != 0).await;
    nodes[KILLED].kill();
    load.await.expect("no batch is refused");
    let begun = acknowledged.load(Ordering::SeqCst);
    assert!(begun < own.len(), "it was killed too late");

    post_at_once(&nodes[KILLED + 1..], &work).await;
    let (queued, later) = own[begun..].split_at((own.len() - begun).div_ceil(2));
    let mut operations = Vec::new();
    for batch in queued {
        operations.extend(queue(nodes[PROXY].http(), batch).await);
    }
    assert!(!operations.is_empty(), "nothing was queued");
    nodes[KILLED].run();
    until("what was queued is done", async || nodes[PROXY].waiting().await == 0).await;
    for id in operations {
        let operation = nodes[PROXY].http().get(&format!("/v1/operations/{id}")).await.expect("an answer");
        assert_eq!(operation.body["state"], "done", "{operation:?}");
    }
    post_all(nodes[KILLED].http().clone(), later.to_vec(), Arc::clone(&acknowledged)).await;
    assert_eq!(acknowledged.load(Ordering::SeqCst) + queued.len(), own.len());
}

/// Sends a batch to a node that does not decide about it; answers its operation, if it must wait.
async fn queue(http: &Http, batch: &Batch) -> Option<String> {
    let answer = http.post_waiting("/v1/movements/batch", &batch.key, batch.body.clone(), 0).await;
    let answer = answer.expect("this node is up");
    if answer.status == 200 {
        // It was decided and passed on before its node died.
        assert_eq!(posted(&answer.body), batch.lines, "{answer:?}");
        return None;
    }
    assert_eq!(answer.status, 202, "{answer:?}");
    Some(text(&answer.body["id"]))
}

async fn add_products(http: &Http, stocks: &Stocks) {
    let skus: BTreeSet<&String> = stocks.keys().map(|(_, sku)| sku).collect();
    let skus: Vec<String> = skus.into_iter().cloned().collect();
    let mut clients = JoinSet::new();
    for some in skus.chunks(skus.len().div_ceil(CLIENTS)) {
        let (http, some) = (http.clone(), some.to_vec());
        clients.spawn(async move {
            for sku in some {
                http.add_product(&sku).await;
            }
        });
    }
    clients.join_all().await;
}

/// What a node has on hand, by warehouse and SKU.
async fn on_hand(node: &Node) -> BTreeMap<(String, String), i64> {
    let sheet = node.http().get("/v1/stock.csv").await.expect("an answer").body;
    let mut rows = csv::Reader::from_reader(sheet.as_str().expect("a sheet").as_bytes());
    let header = rows.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|column| column == name).expect("the column is there");
    let (warehouse, sku, on_hand) = (column("warehouse"), column("sku"), column("on_hand"));
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("a row");
        ((row[warehouse].to_owned(), row[sku].to_owned()), row[on_hand].parse().expect("a number"))
    };
    rows.records().map(row).collect()
}

/// The hash of all movements that a node knows, in their order.
async fn history(node: &Node) -> String {
    let sheet = node.http().get("/v1/movements.csv").await.expect("an answer").body;
    blake3::hash(sheet.as_str().expect("a sheet").as_bytes()).to_string()
}

/// Stops each node and proves its folder; all must have the same.
fn verify_all(nodes: Vec<Node>) {
    let mut proved = BTreeSet::new();
    for mut node in nodes {
        let (code, log) = node.server.take().expect("it runs").stop();
        assert_eq!(code, 0, "{log}");
        proved.insert(node.scratch.verify());
    }
    println!("{proved:?}");
    assert_eq!(proved.len(), 1, "the nodes have proved different things");
}

/// Equal parts of every warehouse's work, in their order.
fn thirds(work: &Work) -> [Work; 3] {
    [0, 1, 2].map(|third| {
        let part = |batches: &Vec<Batch>| {
            let at = |third: usize| batches.len() * third / 3;
            batches[at(third)..at(third + 1)].to_vec()
        };
        work.iter().map(|(warehouse, batches)| (warehouse.clone(), part(batches))).collect()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_nodes_carry_a_real_trade_though_one_is_killed_over_it() {
    let Some(engine) = engine() else { return };
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file: PathBuf = real().unwrap_or_else(|| generated(folder.path()));
    let share = share(real().is_some());
    let is_taken = |sku: &str| sku.bytes().map(u64::from).sum::<u64>().is_multiple_of(share);
    let stocks = independent(&file, &is_taken);
    let work = plan(&file, &is_taken, &stocks);
    let batches: usize = work.values().map(Vec::len).sum();
    println!("{} stocks, {batches} batches of {BATCH_LINES}, share 1/{share}", stocks.len());

    let hub = Hub::start(&engine);
    let mut nodes = Vec::new();
    for name in NODES {
        nodes.push(Node::start(name, &hub).await);
    }
    add_products(nodes[0].http(), &stocks).await;
    at_rest(&nodes).await;

    let [first, middle, last] = thirds(&work);
    post_at_once(&nodes, &first).await;
    post_around_a_killed_node(&mut nodes, middle).await;
    post_at_once(&nodes, &last).await;
    at_rest(&nodes).await;

    let expected: BTreeMap<_, _> = stocks.iter().map(|(key, stock)| (key.clone(), stock.on_hand)).collect();
    let known = history(&nodes[0]).await;
    for node in &nodes {
        assert_eq!(on_hand(node).await, expected, "{} has other stock than the file", node.name);
        assert_eq!(history(node).await, known, "{} has another history", node.name);
    }
    verify_all(nodes);
}
