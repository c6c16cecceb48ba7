//! Moves on from a server of the hub that is cut off from the others: it keeps its connections, and whatever needs a
//! majority of the servers is never answered there.

use std::sync::Weak;
use std::time::{Duration, Instant};

use acopio_ledger::ids::{Incarnation, LogId};
use tokio::time::{sleep, timeout};

use super::connection::Shared;
use super::log::is_missing;

/// How often a server is asked what only a majority can answer.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// How long it may have no answer at first: electing a leader takes up to 9 seconds, and 11 were seen.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// How long later on, where moving has not helped: each move interrupts what needs no majority.
const SILENCE_LONGEST: Duration = Duration::from_secs(120);

/// How often another server is tried for, since the client chooses one by chance.
const TRIES: usize = 4;

/// How long a new connection may take.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);

/// Looks for as long as the fabric is used.
pub(super) async fn watch(shared: Weak<Shared>) {
    let (mut heard, mut patience) = (Instant::now(), SILENCE_MAX);
    loop {
        {
            let Some(shared) = shared.upgrade() else { return };
            if shared.ready().is_err() {
                heard = Instant::now();
            } else if shared.has_majority().await {
                (heard, patience) = (Instant::now(), SILENCE_MAX);
            } else if patience <= heard.elapsed() {
                shared.move_on().await;
                (heard, patience) = (Instant::now(), (2 * patience).min(SILENCE_LONGEST));
            }
        }
        sleep(ASK_EVERY).await;
    }
}

impl Shared {
    /// Whether the server that this node is connected to has a majority behind it: then it knows of the node's own log, or
    /// that there is none.
    async fn has_majority(&self) -> bool {
        let log = LogId { node: self.node.clone(), incarnation: Incarnation(1) };
        let Ok(stream) = self.log_stream(&log).await else { return false };
        match stream.get_info().await {
            Ok(_) => true,
            Err(error) => is_missing(&error),
        }
    }

    /// Connects to another server, if any other can be reached.
    async fn move_on(&self) {
        let left = self.client.server_info();
        let server = &left.server_name;
        tracing::warn!(server, "a server of the hub has no majority: the node moves on to another one");
        for _ in 0..TRIES {
            let mut connections = self.state.connections.subscribe();
            connections.mark_unchanged();
            if self.client.force_reconnect().await.is_err() {
                return;
            }
            // In vain where no server can be reached: then the client goes on trying by itself.
            let _ = timeout(CONNECTED_WITHIN, connections.changed()).await;
            if self.client.server_info().server_id != left.server_id {
                return;
            }
        }
    }
}
