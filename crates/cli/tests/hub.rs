//! A hub of three servers, of which any may be lost, and certificates between nodes and hub.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::cluster::{Node, at_rest, engine, run_until_ready, until};
use common::members::{Members, authority, tls};
use common::{Http, Scratch, Server};
use serde_json::json;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Receives one cup; answers with the status.
async fn post(http: &Http, warehouse: &str) -> u16 {
    let body = json!({"kind": "receipt", "warehouse": warehouse, "sku": "CUP", "quantity": 1});
    let answer = http.post("/v1/movements", &Uuid::now_v7().to_string(), body).await.expect("an answer");
    assert!([201, 202].contains(&answer.status), "{}", answer.body);
    answer.status
}

/// Receives one cup at a node's own warehouse.
async fn receive(http: &Http, warehouse: &str) {
    assert_eq!(post(http, warehouse).await, 201);
}

/// So many at each node, whatever the hub does.
async fn receive_everywhere(nodes: &[Node], count: u64) {
    for node in nodes {
        for _ in 0..count {
            receive(node.http(), &node.name.to_uppercase()).await;
        }
    }
}

/// Receives cups until it is over; answers how many.
fn keep_receiving(node: &Node, is_over: &Arc<AtomicBool>) -> JoinHandle<u64> {
    let (http, warehouse, is_over) = (node.http().clone(), node.name.to_uppercase(), Arc::clone(is_over));
    tokio::spawn(async move {
        let mut received = 0;
        while !is_over.load(Ordering::SeqCst) {
            receive(&http, &warehouse).await;
            received += 1;
        }
        received
    })
}

/// How far a node has come with its own log at the hub.
async fn published(node: &Node) -> u64 {
    let view = node.http().get("/v1/cluster").await.expect("an answer").body;
    view["fabric"]["published"].as_u64().expect("a position")
}

async fn is_connected(node: &Node) -> bool {
    node.http().get("/v1/cluster").await.expect("an answer").body["fabric"]["connected"] == true
}

/// How many cups a node knows of.
async fn cups(node: &Node) -> u64 {
    let rows = node.http().get("/v1/products/CUP/stock").await.expect("an answer").body;
    let rows = rows["items"].as_array().expect("items").iter();
    rows.map(|row| row["on_hand"].as_u64().expect("a number")).sum()
}

/// Adds a warehouse that tells only what a majority of the servers has.
async fn replicated(node: &Node, code: &str) {
    let key = || Uuid::now_v7().to_string();
    let body = json!({"code": code, "name": code});
    assert_eq!(node.http().post("/v1/warehouses", &key(), body).await.expect("an answer").status, 201);
    let (path, body) = (format!("/v1/warehouses/{code}/durability"), json!({"durability": "replicated"}));
    let answer = node.http().post(&path, &key(), body).await.expect("an answer");
    assert_eq!((answer.status, &answer.body["durability"]), (200, &json!("replicated")), "{}", answer.body);
}

/// Receives a cup that nobody can confirm now; answers the operation's id and the key.
async fn in_doubt(node: &Node, warehouse: &str) -> (String, String) {
    let key = Uuid::now_v7().to_string();
    let body = json!({"kind": "receipt", "warehouse": warehouse, "sku": "CUP", "quantity": 1});
    let answer = node.http().post("/v1/movements", &key, body).await.expect("an answer");
    assert_eq!(answer.status, 202, "{}", answer.body);
    (answer.body["id"].as_str().expect("an id").to_owned(), key)
}

/// What was in doubt is done, and the same key says so.
async fn done(node: &Node, (operation, key): &(String, String)) {
    let path = format!("/v1/operations/{operation}");
    until("done", async || node.http().get(&path).await.expect("an answer").body["state"] == "done").await;
    let body = json!({"kind": "receipt", "warehouse": "ROT", "sku": "CUP", "quantity": 1});
    let again = node.http().post("/v1/movements", key, body).await.expect("an answer");
    assert_eq!(again.status, 201, "{}", again.body);
}

fn verify_all(nodes: Vec<Node>) {
    let mut proved = std::collections::BTreeSet::new();
    for mut node in nodes {
        let (code, log) = node.server.take().expect("it runs").stop();
        assert_eq!(code, 0, "{log}");
        proved.insert(node.scratch.verify());
    }
    assert_eq!(proved.len(), 1, "the nodes have proved different things: {proved:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_on_whichever_servers_of_three_are_lost() {
    let Some(engine) = engine() else { return };
    let mut hub = Members::start(&engine);
    let mut nodes = Vec::new();
    for name in ["lon", "mad"] {
        nodes.push(hub.node(name).await.started().await);
    }
    nodes[0].http().add_product("CUP").await;
    replicated(&nodes[1], "ROT").await;
    at_rest(&nodes).await;

    // One is killed while both write: what they write meets all the same.
    let is_over = Arc::new(AtomicBool::new(false));
    let writing: Vec<_> = nodes.iter().map(|node| keep_receiving(node, &is_over)).collect();
    let before = published(&nodes[0]).await;
    hub.kill(1);
    until("published without it", async || before + 100 < published(&nodes[0]).await).await;
    is_over.store(true, Ordering::SeqCst);
    let mut received = 0;
    for one in writing {
        received += one.await.expect("nothing is refused");
    }
    at_rest(&nodes).await;
    assert_eq!(cups(&nodes[1]).await, received);

    // It comes back on another machine, and gets what it kept from the others.
    hub.wipe(1);
    hub.run(1);
    receive_everywhere(&nodes, 5).await;
    at_rest(&nodes).await;
    until("refilled", async || {
        let logs = |index| ["lon", "mad"].map(|node| hub.kept(index, node));
        hub.knows_nodes(1) && logs(1) == logs(0)
    })
    .await;

    // With one alone nothing is kept for others, and every node works.
    hub.kill(0);
    hub.kill(2);
    until("connected with it", async || is_connected(&nodes[0]).await && is_connected(&nodes[1]).await).await;
    receive_everywhere(&nodes, 5).await;
    let alone = published(&nodes[0]).await;
    receive_everywhere(&nodes, 5).await;
    assert_eq!(published(&nodes[0]).await, alone, "one server of three has promised to keep something");
    // What a majority must have is not confirmed, by its own node or another.
    let (own, other) = (in_doubt(&nodes[1], "ROT").await, in_doubt(&nodes[0], "ROT").await);
    hub.run(0);
    at_rest(&nodes).await;
    done(&nodes[1], &own).await;
    done(&nodes[0], &other).await;
    hub.run(2);
    receive_everywhere(&nodes, 5).await;
    at_rest(&nodes).await;
    // Decided by the other node, at once or a little later.
    post(nodes[0].http(), "MAD").await;
    at_rest(&nodes).await;
    assert_eq!(cups(&nodes[1]).await, received + 43);
    verify_all(nodes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_leave_a_server_that_is_cut_off_from_the_other_two() {
    let Some(engine) = engine() else { return };
    let mut hub = Members::start(&engine);
    let mut nodes = Vec::new();
    for name in ["lon", "mad"] {
        nodes.push(hub.node(name).await.started().await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    until("known to all", async || (0..3).all(|index| hub.knows_nodes(index))).await;

    // Both nodes come to be connected with the one that is cut off, since no other is there.
    for index in 0..3 {
        hub.kill(index);
    }
    hub.run_cut_off(0);
    until("connected with it", async || is_connected(&nodes[0]).await && is_connected(&nodes[1]).await).await;
    receive_everywhere(&nodes, 5).await;
    // The other two have a majority: what was written meets there.
    let alone = published(&nodes[0]).await;
    hub.run(1);
    hub.run(2);
    until("published", async || alone + 5 <= published(&nodes[0]).await).await;
    at_rest(&nodes).await;
    assert_eq!(cups(&nodes[1]).await, 10);
    verify_all(nodes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_meet_at_a_hub_with_a_certificate_of_an_authority_that_they_know() {
    let Some(engine) = engine() else { return };
    let scratch = Scratch::new();
    authority(&scratch, "localhost");
    let mut command = scratch.acopio();
    command.arg("hub").arg("--data").arg(scratch.path("hub")).arg("--nats-server").arg(&engine);
    command.args(["--listen", "0.0.0.0:0"]).args(tls(&scratch, "localhost"));
    command.arg("--tls-ca").arg(scratch.path("ca/ca.pem"));
    let (mut hub, port) = run_until_ready(&mut command);
    let (url, ca, token) =
        (format!("tls://localhost:{port}"), scratch.path("ca/ca.pem"), scratch.path("hub/join-token"));
    let mut nodes = Vec::new();
    for name in ["lon", "mad"] {
        nodes.push(Node::straight_to(name, &url, &ca, token.clone()).await.started().await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    receive(nodes[0].http(), "LON").await;
    until("seen by the other", async || cups(&nodes[1]).await == 1).await;

    let stranger = Node::straight_to("rot", &url, &ca, token.clone()).await;
    let refused = |url: &str| {
        let mut command = stranger.serve_with(url, &token);
        Server::try_start(&mut command).err().expect("it does not know who signed the hub's certificate")
    };
    // An address without encryption does not get past the certificate.
    for url in [url.clone(), url.replace("tls://", "nats://")] {
        let log = refused(&url);
        assert!(log.contains("certificate is not trusted: UnknownIssuer"), "{log}");
        assert!(log.contains("--join-ca"), "{log}");
    }
    verify_all(nodes);
    hub.kill().expect("it is our child");
    hub.wait().expect("it is our child");
}
