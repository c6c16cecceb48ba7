//! Somebody who follows the events of a node, and notes when each movement came.

use std::collections::HashMap;
use std::iter;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::Value as Json;

use super::PATIENCE;
use crate::product::Server;

/// What the references of our movements begin with.
pub(super) const PROBE: &str = "probe-";

/// More than a follower ever has to see.
const SIGHTINGS_MAX: usize = 100_000;

/// Follows the events of one node.
pub(super) struct Follower {
    sightings: Receiver<(String, Instant)>,
}

impl Follower {
    /// Begins to follow.
    pub(super) fn new(node: &Server) -> Follower {
        let (sender, sightings) = sync_channel(SIGHTINGS_MAX);
        let (address, token) = (node.address(), node.token().to_owned());
        thread::spawn(move || {
            let mut events = Events { sender, text: Vec::new() };
            // It ends with its node; whoever waits for a sighting says that none came.
            let _: Result<()> = Server::follow(address, &token, &mut |part| events.take(part));
        });
        Follower { sightings }
    }

    /// Whether a movement comes, of those whose references begin with `prefix`, each within a time of the one before.
    pub(super) fn sees_any(&self, prefix: &str, within: Duration) -> bool {
        iter::from_fn(|| self.sightings.recv_timeout(within).ok()).any(|(seen, _)| seen.starts_with(prefix))
    }

    /// When each of so many movements was seen, of those whose references begin with `prefix`.
    ///
    /// # Errors
    ///
    /// When one is not seen in time.
    pub(super) fn seen(&self, prefix: &str, wanted: usize) -> Result<HashMap<String, Instant>> {
        let mut seen = HashMap::new();
        while seen.len() < wanted {
            let (reference, at) =
                self.sightings.recv_timeout(PATIENCE).context("a movement was never seen")?;
            if reference.starts_with(prefix) {
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
    reference.starts_with(PROBE).then(|| reference.to_owned())
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
