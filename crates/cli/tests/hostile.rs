//! What no node should ever send: rubbish on every subject, damaged frames, lies, and a node that has nothing to show.
//! It is sent past all that the product checks, with a node's own key.

mod common;

use acopio_fabric::Fabric;
use acopio_fabric::nats::{self, Address};
use acopio_ledger::codec::{Frame, FrameBuilder, Header};
use acopio_ledger::ids::{Incarnation, Seq};
use acopio_ledger::names::NodeName;
use async_nats::jetstream;
use async_nats::jetstream::message::StreamMessage;
use bytes::Bytes;
use common::cluster::{Hub, Node, at_rest, engine, text, until};
use futures_util::StreamExt;
use serde_json::{Value, json};

/// More than the fabric carries, and less than the hub's server.
const TOO_MUCH: usize = 6 << 20;

/// More than the hub's server takes.
const FAR_TOO_MUCH: usize = 9 << 20;

async fn company(hub: &Hub, names: &[&str]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for name in names {
        nodes.push(Node::start(name, hub).await);
    }
    nodes[0].http().add_product("CUP").await;
    at_rest(&nodes).await;
    nodes
}

async fn connect(hub: &Hub, seed: &str, inbox: &str) -> async_nats::Client {
    let options = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned()).custom_inbox_prefix(inbox);
    options.connect(format!("nats://127.0.0.1:{}", hub.port)).await.expect("the hub lets it in")
}

/// A connection with a node's own key.
async fn as_node(hub: &Hub, node: &Node) -> async_nats::Client {
    let keys = std::fs::read(node.scratch.data().join("hub-keys.json")).expect("the node has joined");
    let keys: Value = serde_json::from_slice(&keys).expect("JSON");
    connect(hub, &text(&keys["seed"]), &format!("_INBOX_{}", node.name)).await
}

/// The hub's own connection, which may do everything.
async fn as_hub(hub: &Hub) -> jetstream::Context {
    let seed = std::fs::read_to_string(hub.path("admin-key")).expect("the hub has a key");
    jetstream::new(connect(hub, &seed, "_INBOX_test").await)
}

/// Every node receives goods in its own warehouse, and in that of the next one.
async fn work_goes_on(nodes: &[Node], round: &str) {
    for (at, node) in nodes.iter().enumerate() {
        for owner in [node, &nodes[(at + 1) % nodes.len()]] {
            let body = json!({"kind": "receipt", "warehouse": owner.name.to_uppercase(), "sku": "CUP", "quantity": 1});
            let key = format!("{round}-{}-{}", node.name, owner.name);
            let answer = node.http().post_waiting("/v1/movements", &key, body, 30).await.expect("an answer");
            assert_eq!(answer.status, 201, "{round} at {}: {answer:?}", node.name);
        }
    }
}

/// Waits until every node takes every other for up, and every log for whole, and has published its own.
async fn all_is_well(nodes: &[Node]) {
    until("well everywhere", async || {
        for node in nodes {
            let view = node.http().get("/v1/cluster").await.expect("an answer").body;
            if !is_well(&view) {
                return false;
            }
        }
        true
    })
    .await;
}

fn is_well(view: &Value) -> bool {
    let (nodes, logs) = (view["nodes"].as_array().expect("nodes"), view["logs"].as_array().expect("logs"));
    nodes.iter().all(|node| node["state"] == "up")
        && logs.iter().all(|log| match log["state"].as_str() {
            Some("own") => log["position"] == view["fabric"]["published"],
            state => state == Some("current"),
        })
}

/// Stops and proves all; answers what each has logged.
fn stop_all(nodes: Vec<Node>) -> Vec<String> {
    let stop = |mut node: Node| {
        let (code, log) = node.server.take().expect("it runs").stop();
        assert_eq!(code, 0, "{log}");
        assert!(!log.contains("panicked"), "{log}");
        node.scratch.verify();
        log
    };
    nodes.into_iter().map(stop).collect()
}

/// What a node says of itself at the moment.
async fn about(client: &async_nats::Client, node: &str) -> Value {
    let mut heard = client.subscribe("pres.*").await.expect("it may listen");
    loop {
        let message = heard.next().await.expect("nodes announce themselves");
        if message.subject.as_str() == format!("pres.{node}") {
            return serde_json::from_slice(&message.payload).expect("JSON");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_on_every_subject_is_logged_and_harms_nobody() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let nodes = company(&hub, &["lon", "mad", "rot"]).await;
    let mad = as_node(&hub, &nodes[1]).await;
    let rubbish =
        [vec![], b"\0\xff\xfe".to_vec(), b"{}".to_vec(), b"[1, \"two\"]".to_vec(), vec![b'x'; TOO_MUCH]];
    let subjects =
        ["svc.lon", "cmd.lon", "cmd.nobody", "pres.mad", "log.mad.1", "log.mad.2", "log.mad.x", "fence.lon"];
    for bytes in &rubbish {
        for subject in subjects {
            mad.publish(subject, Bytes::copy_from_slice(bytes)).await.expect("the connection holds");
        }
        mad.flush().await.expect("the connection holds");
        work_goes_on(&nodes, &format!("after-{}-bytes", bytes.len())).await;
        at_rest(&nodes).await;
    }
    assert!(mad.publish("cmd.lon", vec![b'x'; FAR_TOO_MUCH].into()).await.is_err(), "the client knows");
    all_is_well(&nodes).await;
    let letters = nodes[0].http().get("/v1/dead-letters").await.expect("an answer").body;
    assert_eq!(letters["items"].as_array().map(Vec::len), Some(rubbish.len()), "{letters}");

    let logs = stop_all(nodes);
    let said = |log: &str, line: &str| assert!(log.contains(line), "not said: {line}\n{log}");
    said(&logs[0], "a question of another node cannot be read");
    said(&logs[0], "a letter cannot be executed and is laid aside");
    said(&logs[0], "a fence behind the log cannot be read: passed over");
    for log in [&logs[0], &logs[2]] {
        said(log, "what a node says of itself cannot be read");
        said(log, "a message in the log has no frames: left out");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lies_are_forgotten_when_the_truth_is_told() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let nodes = company(&hub, &["lon", "mad", "rot"]).await;
    let mad = as_node(&hub, &nodes[1]).await;
    let truth = about(&mad, "mad").await;
    let far = format!("lon:{},mad:{},nobody:{}", u64::MAX, u64::MAX, u64::MAX);
    let lies = [
        json!({"clock": i64::MIN}),
        json!({"clock": i64::MAX}),
        json!({"positions": far}),
        json!({"incarnation": u32::MAX, "is_filling": true}),
        json!({"company": vec![7; 16]}),
        json!({"error": "x".repeat(TOO_MUCH)}),
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let mut about = truth.clone();
        let about = about.as_object_mut().expect("an object");
        about.extend(lie.as_object().expect("an object").clone());
        let bytes = serde_json::to_vec(about).expect("JSON");
        mad.publish("pres.mad", bytes.into()).await.expect("the connection holds");
        mad.flush().await.expect("the connection holds");
        work_goes_on(&nodes, &format!("after-lie-{number}")).await;
    }
    all_is_well(&nodes).await;
    let logs = stop_all(nodes);
    assert!(logs[0].contains("it has more of this node's log, and does not show it"), "{}", logs[0]);
    assert!(logs[0].contains("a node of another company is not listened to"), "{}", logs[0]);
}

/// The last frame that the hub has of a node's log.
async fn last_frame(hub: &jetstream::Context, node: &str) -> StreamMessage {
    let stream = hub.get_stream(format!("LOG_{node}")).await.expect("there is a log");
    stream.get_last_raw_message_by_subject(&format!("log.{node}.1")).await.expect("it has frames")
}

/// The last frame in a message, where each has its length before it.
fn frame_in(mut message: &[u8]) -> &[u8] {
    loop {
        let (length, rest) = message.split_at(4);
        let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        if length == rest.len() {
            return rest;
        }
        message = &rest[length..];
    }
}

/// A frame with the same records that would come next, if the hash of the one before it were right.
fn forged(bytes: &[u8]) -> (Seq, Bytes) {
    let (frame, header, records) = Frame::from_bytes(bytes).expect("a frame");
    let first = frame.first.plus(frame.entries);
    let header = Header { first, stamp: frame.stamp.plus(frame.entries), previous: [7; 32], ..header };
    let mut builder = FrameBuilder::new(header, frame.entries as usize);
    for mut record in records {
        record.first.seq = record.first.seq.plus(frame.entries);
        record.stamp = record.stamp.plus(frame.entries);
        builder.push(&record);
    }
    let pieces = builder.seal().pieces.into_iter().flat_map(|piece| piece.bytes);
    (first.plus(frame.entries - 1), pieces.collect::<Vec<_>>().into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_and_foreign_frames_are_got_from_their_owner_instead() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad", "rot"]).await;
    work_goes_on(&nodes, "before").await;
    at_rest(&nodes).await;
    let mad = jetstream::new(as_node(&hub, &nodes[1]).await);
    let put = async |first: Seq, last: Seq, bytes: Bytes| {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("Acopio-First", first.to_string());
        headers.insert("Acopio-Last", last.to_string());
        let message = [&(bytes.len() as u32).to_be_bytes(), &bytes[..]].concat();
        let sent = mad.publish_with_headers("log.mad.1", headers, message.into());
        let sent = sent.await.expect("it may write there");
        sent.await.expect("the hub takes it");
    };
    let hub_itself = as_hub(&hub).await;
    let of_lon = last_frame(&hub_itself, "lon").await;
    let of_mad = last_frame(&hub_itself, "mad").await;
    let (last, bytes) = forged(frame_in(&of_mad.payload));
    put(last, last, Bytes::copy_from_slice(frame_in(&of_lon.payload))).await;
    put(last, Seq(u64::MAX), bytes.clone()).await;
    put(last, last, bytes).await;
    work_goes_on(&nodes, "after").await;
    at_rest(&nodes).await;
    nodes.push(Node::start("par", &hub).await);
    at_rest(&nodes).await;
    work_goes_on(&nodes, "late").await;
    at_rest(&nodes).await;
    all_is_well(&nodes).await;
    let logs = stop_all(nodes);
    for log in [&logs[0], &logs[2]] {
        assert!(log.contains("a message in the log has no frames: left out"), "{log}");
        assert!(log.contains("a frame of a log is damaged: it is fetched instead"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_of_a_later_life_is_complained_of_once_until_the_hub_is_mended() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let nodes = company(&hub, &["lon", "mad"]).await;
    let hub_itself = as_hub(&hub).await;
    let of_mad = last_frame(&hub_itself, "mad").await;
    let (_, header, records) = Frame::from_bytes(frame_in(&of_mad.payload)).expect("a frame");
    let header = Header { incarnation: Incarnation(7), ..header };
    let (first, entries) = (header.first, records.iter().map(|record| record.entries.len()).sum());
    let mut builder = FrameBuilder::new(header, entries);
    for mut record in records {
        record.first.incarnation = Incarnation(7);
        builder.push(&record);
    }
    let bytes = builder.seal().pieces.into_iter().flat_map(|piece| piece.bytes).collect::<Vec<_>>();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Acopio-First", first.to_string());
    headers.insert("Acopio-Last", first.plus(entries as u64 - 1).to_string());
    let message = [&(bytes.len() as u32).to_be_bytes(), &bytes[..]].concat();
    let mad = jetstream::new(as_node(&hub, &nodes[1]).await);
    let sent =
        mad.publish_with_headers("log.mad.7", headers, message.into()).await.expect("it may write there");
    sent.await.expect("the hub takes it");
    // Its log is asked for directly meanwhile.
    for round in 0..5 {
        work_goes_on(&nodes, &format!("meanwhile-{round}")).await;
    }
    let complaint = "the hub has frames of a later life of this node's log than 1";
    until("complained of", async || {
        let view = nodes[1].http().get("/v1/cluster").await.expect("an answer").body;
        view.to_string().contains(complaint)
    })
    .await;
    hub_itself.delete_stream("LOG_mad").await.expect("the hub may do everything");
    all_is_well(&nodes).await;
    let logs = stop_all(nodes);
    let complaints = logs[1].lines().filter(|line| line.contains(complaint)).count();
    assert_eq!(complaints, 1, "{}", logs[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nobody_can_give_whole_is_held_and_shown() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let nodes = company(&hub, &["lon", "mad"]).await;
    let folder = tempfile::tempdir().expect("a scratch folder");
    let address = Address::at(&format!("nats://127.0.0.1:{}", hub.port));
    let token = std::fs::read_to_string(hub.token_file()).expect("a token");
    let par = NodeName::new("par").expect("a name");
    let keys = nats::join(&address, &token, &par, None, &folder.path().join("keys.json")).await;
    let fabric = nats::connect(&address, &keys.expect("it is let in")).await.expect("it connects");
    let mut about: Value = loop {
        let Ok(mut heard) = fabric.presences().await else { continue };
        let presence = heard.next().await.expect("nodes announce themselves");
        break serde_json::from_slice(&presence.about).expect("JSON");
    };
    about["positions"] = "par:3".into();
    let mut calls = fabric.calls().await.expect("it may be asked");
    let rubbish = b"\0\0\0\x08no frame";
    let bad = tokio::spawn(async move {
        while let Some(call) = calls.next().await {
            let _ = call.reply.send(Bytes::from_static(rubbish));
        }
    });
    let says = serde_json::to_vec(&about).expect("JSON");
    for node in &nodes {
        until("held", async || {
            fabric.announce(says.clone().into()).await.expect("it is heard");
            let view = node.http().get("/v1/cluster").await.expect("an answer").body;
            let logs = view["logs"].as_array().expect("logs").clone();
            logs.iter().any(|log| log["node"] == "par" && log["state"] == "held" && log["held"].is_string())
        })
        .await;
    }
    work_goes_on(&nodes, "beside").await;
    bad.abort();
    for log in stop_all(nodes) {
        assert!(log.contains("a log goes no further here"), "{log}");
    }
}

/// A batch of ten thousand lines, each with so long a reason and reference.
fn large_batch(words: usize) -> Value {
    let words = "w".repeat(words);
    let line = json!({
        "kind": "receipt", "warehouse": "LON", "sku": "CUP", "quantity": 1, "reason": words, "reference": words,
    });
    json!({"movements": vec![line; 10_000], "atomic": false})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_frame_holds_is_refused_before_others_wait_behind_it() {
    let Some(engine) = engine() else { return };
    let hub = Hub::start(&engine);
    let mut nodes = company(&hub, &["lon", "mad"]).await;
    nodes[0].kill();
    let send = async |key: &str, words| {
        let sent = nodes[1].http().post_waiting("/v1/movements/batch", key, large_batch(words), 0).await;
        sent.expect("an answer")
    };
    let refused = send("too-large", 152).await;
    assert_eq!(
        (refused.status, text(&refused.body["code"])),
        (413, "command_too_large".into()),
        "{refused:?}"
    );
    let accepted = send("large", 40).await;
    assert_eq!(accepted.status, 202, "{accepted:?}");
    nodes[0].run();
    at_rest(&nodes).await;
    assert_eq!(nodes[1].http().on_hand("CUP").await, 10_000);
    work_goes_on(&nodes, "after").await;
    at_rest(&nodes).await;
    stop_all(nodes);
}
