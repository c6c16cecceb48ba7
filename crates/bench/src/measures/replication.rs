//! Three nodes at a hub of three servers on one machine: how long until the others see a movement, and how fast a new node catches up.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value as Json, json};

use super::{count, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::load::Latency;
use crate::product::{Hub, Server, sku};
use crate::progress;
use crate::traffic::WAREHOUSES;

/// Movements that are posted at each node at the same time, one after the other.
const MOVEMENTS: usize = 1_000;
/// The nodes that join the first one, each with a warehouse.
const JOINING: [(&str, &str); 2] = [("second", "ROT"), ("third", "HAM")];
/// How long any state may take to come about.
const PATIENCE: Duration = Duration::from_secs(600);
/// More than a follower ever has to see.
const SIGHTINGS_MAX: usize = 10 * MOVEMENTS;
const LOOK_EVERY: Duration = Duration::from_millis(5);

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, _] = ledgers(context);
    let copy = small.copy(context)?;
    let hub = Hub::start(&context.program, &context.scratch.path().join("hub"))?;
    let first = Server::join(&context.program, &copy.path(), "main", &WAREHOUSES, &hub)?;
    // All of its log is at the hub before anybody else comes: what is measured is the new node alone.
    let entries = position(&first, "main")?;
    until("published", || Ok(first.get("/v1/cluster")?["fabric"]["published"].as_u64() >= Some(entries)))?;
    let mut nodes = vec![("main", WAREHOUSES[0], first)];
    let mut took = Vec::new();
    for (name, warehouse) in JOINING {
        let start = Instant::now();
        let folder = context.scratch.path().join(name);
        let node = Server::join(&context.program, &folder, name, &[warehouse], &hub)?;
        until("caught up", || Ok(entries <= position(&node, "main")?))?;
        took.push(start.elapsed());
        progress::say(&format!("{name} caught up in {}", Value::time(start.elapsed())));
        nodes.push((name, warehouse, node));
    }
    let seen = visible(&nodes)?;
    for (_, _, node) in nodes {
        node.stop()?;
    }
    hub.stop()?;
    let best = took.into_iter().min().context("somebody joined")?;
    let rate = Value::PerSecond(entries as f64 / best.as_secs_f64());
    let what = format!("movement on the other nodes, {} at each of 3 at once", count(MOVEMENTS as u64));
    Ok(vec![
        Figure::new(format!("{what}, p50"), Value::time(seen.p50()))
            .target(Target::AtMost(Value::Seconds(0.005))),
        Figure::new(format!("{what}, p99"), Value::time(seen.p99()))
            .target(Target::AtMost(Value::Seconds(0.05))),
        Figure::new(format!("a new node gets {} entries, from its start", count(entries)), rate)
            .target(Target::AtLeast(Value::PerSecond(200_000.0))),
    ])
}

/// Posts movements at all nodes at once; how long until each of the others told whoever follows its events, from when
/// the request was sent.
fn visible(nodes: &[(&str, &str, Server)]) -> Result<Latency> {
    let followers: Vec<_> = nodes.iter().map(|(_, _, node)| Follower::new(node)).collect();
    for (name, warehouse, node) in nodes {
        warm_up(name, warehouse, node, &followers)?;
    }
    let sent = thread::scope(|scope| {
        let post = |(name, warehouse, node)| scope.spawn(move || post_all(name, warehouse, node));
        let posting: Vec<_> =
            nodes.iter().map(|(name, warehouse, node)| post((*name, *warehouse, node))).collect();
        posting
            .into_iter()
            .map(|posting| posting.join().expect("it does not panic"))
            .collect::<Result<Vec<_>>>()
    })?;
    let mut latency = Latency::default();
    for (follower, (own, _, _)) in followers.iter().zip(nodes) {
        let wanted = MOVEMENTS * nodes.len();
        let seen = follower.seen(wanted).with_context(|| format!("on {own}"))?;
        for ((name, _, _), sent) in nodes.iter().zip(&sent).filter(|((name, _, _), _)| name != own) {
            for (place, sent) in sent.iter().enumerate() {
                let seen = seen.get(&reference(name, place)).context("a movement was never seen")?;
                latency.record(seen.duration_since(*sent));
            }
        }
    }
    progress::say(&format!("{} sightings", latency.count()));
    Ok(latency)
}

/// Three receipts, then two issues, and so on.
fn movement(warehouse: &str, place: usize, reference: &str) -> Json {
    let kind = if place % 5 < 3 { "receipt" } else { "issue" };
    json!({
        "kind": kind, "warehouse": warehouse, "sku": sku((place / 5) as u32), "quantity": 1, "reference": reference,
    })
}

fn reference(node: &str, place: usize) -> String {
    format!("probe-{node}-{place}")
}

fn post_all(name: &str, warehouse: &str, node: &Server) -> Result<Vec<Instant>> {
    let post = |place| {
        let body = movement(warehouse, place, &reference(name, place));
        let sent = Instant::now();
        node.post("/v1/movements", &body)?;
        Ok(sent)
    };
    (0..MOVEMENTS).map(post).collect()
}

/// Posts movements at a node until all followers have seen one: then they are connected, and all nodes meet.
fn warm_up(name: &str, warehouse: &str, node: &Server, followers: &[Follower]) -> Result<()> {
    let is_connected = |follower: &Follower| follower.sightings.recv_timeout(Duration::from_secs(1)).is_ok();
    let mut attempt = 0;
    until("seen by all", || {
        attempt += 1;
        node.post("/v1/movements", &movement(warehouse, 0, &format!("probe-warm-up-{name}-{attempt}")))?;
        Ok(followers.iter().all(is_connected))
    })
}

/// Somebody who follows the events of a node, and notes when each movement came.
struct Follower {
    sightings: Receiver<(String, Instant)>,
}

impl Follower {
    fn new(node: &Server) -> Follower {
        let (sender, sightings) = sync_channel(SIGHTINGS_MAX);
        let (address, token) = (node.address(), node.token().to_owned());
        thread::spawn(move || {
            let mut events = Events { sender, text: Vec::new() };
            // It ends with its node; whoever waits for a sighting says that none came.
            let _: Result<()> = Server::follow(address, &token, &mut |part| events.take(part));
        });
        Follower { sightings }
    }

    /// When each of so many movements was seen, warming up not counted.
    fn seen(&self, wanted: usize) -> Result<HashMap<String, Instant>> {
        let mut seen = HashMap::new();
        while seen.len() < wanted {
            let (reference, at) =
                self.sightings.recv_timeout(PATIENCE).context("a movement was never seen")?;
            if !reference.starts_with("probe-warm-up") {
                seen.insert(reference, at);
            }
        }
        Ok(seen)
    }
}

/// Cuts a stream of events into lines, and picks the references of our movements.
struct Events {
    sender: SyncSender<(String, Instant)>,
    text: Vec<u8>,
}

impl Events {
    fn take(&mut self, part: &[u8]) {
        let at = Instant::now();
        self.text.extend_from_slice(part);
        while let Some(end) = self.text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.text.drain(..=end).collect();
            if let Some(reference) = reference_of(&line) {
                // Whoever counted may have seen enough.
                let _ = self.sender.send((reference, at));
            }
        }
    }
}

fn reference_of(line: &[u8]) -> Option<String> {
    let data: Json = serde_json::from_slice(line.strip_prefix(b"data:")?).ok()?;
    let reference = data["reference"].as_str()?;
    reference.starts_with("probe-").then(|| reference.to_owned())
}

/// How far a node has folded a log; 0 when it has not heard of it.
fn position(node: &Server, name: &str) -> Result<u64> {
    let view = node.get("/v1/cluster")?;
    let logs = view["logs"].as_array().context("a node lists the logs that it knows")?;
    let log = logs.iter().find(|log| log["node"] == name);
    Ok(log.and_then(|log| log["position"].as_u64()).unwrap_or(0))
}

fn until(state: &str, mut is_reached: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !is_reached()? {
        ensure!(start.elapsed() < PATIENCE, "not {state} after {PATIENCE:?}");
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_whole_however_they_are_cut() {
        let (sender, sightings) = sync_channel(SIGHTINGS_MAX);
        let mut events = Events { sender, text: Vec::new() };
        let text = "event: movement\ndata: {\"reference\":\"probe-a-1\"}\n\n: keep-alive\ndata: {\"reference\":\"x\"}\n\
                    data:{\"reference\":\"probe-a-2\"}\n";
        text.as_bytes().chunks(7).for_each(|part| events.take(part));
        let seen: Vec<String> = sightings.try_iter().map(|(reference, _)| reference).collect();
        assert_eq!(seen, ["probe-a-1", "probe-a-2"]);
    }
}
