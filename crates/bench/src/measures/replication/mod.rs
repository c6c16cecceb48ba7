//! Three nodes at a hub of three servers on one machine: how long until the others see a movement, and how fast a new node catches up.

mod follower;
mod visible;

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use self::follower::Follower;
use self::visible::{Load, Node, Seen};
use super::{count, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{Hub, Server};
use crate::progress;
use crate::traffic::WAREHOUSES;

/// Movements that are posted at each node, one after the other as fast as it answers.
const BURST: usize = 1_000;
/// Movements that are posted at each node every second, and for how many seconds.
const PACE: usize = 50;
const PACED_SECONDS: usize = 20;
/// The nodes that join the first one, each with a warehouse.
const JOINING: [(&str, &str); 2] = [("second", "ROT"), ("third", "HAM")];
/// How long any state may take to come about.
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// What is enough, under a load that nodes and hub can carry.
const SEEN_P50_MAX: Target = Target::AtMost(Value::Seconds(0.005));
const SEEN_P99_MAX: Target = Target::AtMost(Value::Seconds(0.05));

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
    let mut figures = seen(&nodes)?;
    for (_, _, node) in nodes {
        node.stop()?;
    }
    hub.stop()?;
    let best = took.into_iter().min().context("somebody joined")?;
    let rate = Value::PerSecond(entries as f64 / best.as_secs_f64());
    figures.push(
        Figure::new(format!("a new node gets {} entries, from its start", count(entries)), rate)
            .target(Target::AtLeast(Value::PerSecond(200_000.0))),
    );
    Ok(figures)
}

/// How long until the others see a movement: while all work steadily, and while all do what they can.
fn seen(nodes: &[Node]) -> Result<Vec<Figure>> {
    let followers: Vec<_> = nodes.iter().map(|(_, _, node)| Follower::new(node)).collect();
    visible::warm_up(nodes, &followers)?;
    let every = Duration::from_secs(1) / PACE as u32;
    let paced = Load::Paced { movements: PACE * PACED_SECONDS, every };
    let Seen { from_request, from_answer } = visible::visible(nodes, &followers, paced)?;
    let burst = visible::visible(nodes, &followers, Load::Burst(BURST))?.from_request;
    let others = "movement on the other nodes";
    let paced = |what| format!("{others}, {PACE} a second at each of 3, {what}");
    let burst_is = |what| format!("{others}, {} at each of 3 at once, {what}", count(BURST as u64));
    Ok(vec![
        Figure::new(paced("from its answer, p50"), Value::time(from_answer.p50())).target(SEEN_P50_MAX),
        Figure::new(paced("from its answer, p99"), Value::time(from_answer.p99())).target(SEEN_P99_MAX),
        Figure::new(paced("from its request, p50"), Value::time(from_request.p50())),
        Figure::new(paced("from its request, p99"), Value::time(from_request.p99())),
        // All do what they can: the median is the length of the queue before the hub.
        Figure::new(burst_is("p50"), Value::time(burst.p50())),
        Figure::new(burst_is("p99"), Value::time(burst.p99())).target(SEEN_P99_MAX),
    ])
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
