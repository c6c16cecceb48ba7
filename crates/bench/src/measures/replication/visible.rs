//! How long until a movement can be read on the other nodes, under a load on all of them.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value as Json, json};

use super::follower::{Follower, PROBE};
use super::until;
use crate::load::Latency;
use crate::product::{Server, sku};
use crate::progress;
use crate::traffic::Random;

/// A node that takes part: its name, its warehouse, its server.
pub(super) type Node<'a> = (&'a str, &'a str, Server);

/// How movements are posted at each node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Load {
    /// So many, one after the other.
    Burst(usize),
    /// So many in all, at a rate, whether those before are answered or not.
    Paced { movements: usize, every: Duration },
}

/// How long until each of the other nodes told of a movement whoever follows its events.
#[derive(Default)]
pub(super) struct Seen {
    /// From when the request was to be sent.
    pub(super) from_request: Latency,
    /// From when its own node had answered.
    pub(super) from_answer: Latency,
}

/// When a movement was posted.
#[derive(Clone, Copy)]
struct Posted {
    due: Instant,
    answered: Instant,
}

/// Puts a load on all nodes at once.
///
/// # Errors
///
/// When a movement is refused or never seen.
pub(super) fn visible(nodes: &[Node], followers: &[Follower], load: Load) -> Result<Seen> {
    let round = match load {
        Load::Burst(_) => "burst",
        Load::Paced { .. } => "paced",
    };
    let posted = thread::scope(|scope| {
        let posting: Vec<_> =
            nodes.iter().map(|node| scope.spawn(move || post_all(node, round, load))).collect();
        let joined = posting.into_iter().map(|posting| posting.join().expect("it does not panic"));
        joined.collect::<Result<Vec<_>>>()
    })?;
    let mut latency = Seen::default();
    let wanted = posted.iter().map(Vec::len).sum();
    for (follower, (own, _, _)) in followers.iter().zip(nodes) {
        let seen = follower.seen(&prefix(round), wanted).with_context(|| format!("on {own}"))?;
        for ((name, _, _), posted) in nodes.iter().zip(&posted).filter(|((name, _, _), _)| name != own) {
            for (place, posted) in posted.iter().enumerate() {
                let seen = seen.get(&reference(round, name, place)).context("a movement was never seen")?;
                latency.from_request.record(seen.duration_since(posted.due));
                // Others may know it before the answer has arrived: that is no time at all.
                latency.from_answer.record(seen.saturating_duration_since(posted.answered));
            }
        }
    }
    progress::say(&format!("{round}: {} sightings", latency.from_request.count()));
    Ok(latency)
}

/// Posts movements at each node until all followers have seen one of that node: then they are connected, and each node
/// follows the logs of all others.
///
/// # Errors
///
/// When that does not come about in time.
pub(super) fn warm_up(nodes: &[Node], followers: &[Follower]) -> Result<()> {
    for (name, warehouse, node) in nodes {
        let mut attempt = 0;
        until("seen by all", || {
            attempt += 1;
            node.post("/v1/movements", &movement(warehouse, 0, &reference("warm-up", name, attempt)))?;
            let of_node = format!("{}{name}-", prefix("warm-up"));
            Ok(followers.iter().all(|follower| follower.sees_any(&of_node, Duration::from_secs(1))))
        })?;
    }
    Ok(())
}

fn post_all(node: &Node, round: &str, load: Load) -> Result<Vec<Posted>> {
    match load {
        Load::Burst(movements) => {
            (0..movements).map(|place| post(node, round, place, Instant::now())).collect()
        }
        Load::Paced { movements, every } => post_paced(node, round, movements, every),
    }
}

/// Posts each movement when it is due, in a thread of its own: a slow answer keeps none after it back.
fn post_paced(node: &Node, round: &str, movements: usize, every: Duration) -> Result<Vec<Posted>> {
    let start = Instant::now();
    thread::scope(|scope| {
        let posting: Vec<_> = times(node.1, movements, every)
            .enumerate()
            .map(|(place, at)| {
                let due = start + at;
                thread::sleep(due.saturating_duration_since(Instant::now()));
                scope.spawn(move || post(node, round, place, due))
            })
            .collect();
        posting.into_iter().map(|posting| posting.join().expect("it does not panic")).collect()
    })
}

/// When movements are due from the start on: each at a time drawn from its own part of the whole. Warehouses have other
/// times than each other, and the same in every run.
fn times(warehouse: &str, movements: usize, every: Duration) -> impl Iterator<Item = Duration> {
    let mut random = Random::new(warehouse.bytes().fold(0, |seed, byte| seed * 256 + u64::from(byte)));
    (0..movements).map(move |place| every.mul_f64(place as f64 + random.share()))
}

fn post(node: &Node, round: &str, place: usize, due: Instant) -> Result<Posted> {
    let (name, warehouse, node) = node;
    node.post("/v1/movements", &movement(warehouse, place, &reference(round, name, place)))?;
    Ok(Posted { due, answered: Instant::now() })
}

/// Three receipts, then two issues, and so on.
fn movement(warehouse: &str, place: usize, reference: &str) -> Json {
    let kind = if place % 5 < 3 { "receipt" } else { "issue" };
    json!({
        "kind": kind, "warehouse": warehouse, "sku": sku((place / 5) as u32), "quantity": 1, "reference": reference,
    })
}

fn prefix(round: &str) -> String {
    format!("{PROBE}{round}-")
}

fn reference(round: &str, node: &str, place: usize) -> String {
    format!("{}{node}-{place}", prefix(round))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movements_are_due_in_order_and_each_in_its_part_of_the_whole() {
        let every = Duration::from_millis(20);
        let due: Vec<Duration> = times("LON", 50, every).collect();
        for (place, due) in (0..).zip(&due) {
            assert!((every * place..every * (place + 1)).contains(due), "{place} is due at {due:?}");
        }
        assert_ne!(due, times("ROT", 50, every).collect::<Vec<_>>(), "nodes do not post in step");
        assert_eq!(due, times("LON", 50, every).collect::<Vec<_>>(), "but each run does");
    }
}
