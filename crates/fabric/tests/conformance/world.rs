//! What a case needs of a backend, and the words in which cases are written.

use std::sync::Arc;
use std::time::Duration;

use acopio_fabric::{Fabric, Frames, Parcel};
use acopio_ledger::codec::{FrameBuilder, Header};
use acopio_ledger::ids::{Incarnation, LogId, Seq, Stamp};
use acopio_ledger::names::NodeName;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

/// No state takes longer to come about, elections and restarts included.
const PATIENCE: Duration = Duration::from_secs(30);

/// A hub of the backend under test, and what may happen to it.
#[async_trait]
pub(crate) trait World: Send + Sync {
    /// A node that joins, or comes back.
    async fn join(&self, node: &NodeName) -> Arc<dyn Fabric>;

    /// The hub loses the last frames of a log.
    async fn lose_tail(&self, node: &NodeName, frames: usize);

    /// The hub loses the frame that holds a position.
    async fn lose_frame(&self, log: &LogId, holding: Seq);

    /// The hub dies and comes back with all that it had.
    async fn crash(&self);

    /// The hub dies and comes back with nothing.
    async fn lose_everything(&self);
}

pub(crate) fn name(text: &str) -> NodeName {
    NodeName::new(text).unwrap()
}

pub(crate) fn log(node: &str, incarnation: u32) -> LogId {
    LogId { node: name(node), incarnation: Incarnation(incarnation) }
}

/// A frame of the positions from `first` to `last`: its header alone.
pub(crate) fn parcel(log: &LogId, first: u64, last: u64) -> Parcel {
    let LogId { node, incarnation } = log.clone();
    let header = Header { node, incarnation, first: Seq(first), stamp: Stamp(first), previous: [0; 32] };
    let frame = FrameBuilder::new(header, (last - first + 1) as usize).seal();
    let frame = Bytes::from(frame.pieces.into_iter().flat_map(|piece| piece.bytes).collect::<Vec<_>>());
    Parcel { log: log.clone(), first: Seq(first), last: Seq(last), frame }
}

/// Publishes the frames of one entry each, from one position to another, as an owner does it: until each is there.
pub(crate) async fn publish(fabric: &dyn Fabric, log: &LogId, from: u64, to: u64) {
    for position in from..=to {
        let parcel = parcel(log, position, position);
        until("published", async || {
            fabric.publish(std::slice::from_ref(&parcel), Seq(position - 1)).await.is_ok()
        })
        .await;
    }
}

/// The next thing of a stream.
pub(crate) async fn next<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> T {
    timeout(PATIENCE, stream.next()).await.expect("something comes in time").expect("the stream goes on")
}

/// Whether nothing comes for a while.
pub(crate) async fn is_quiet<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> bool {
    timeout(Duration::from_millis(300), stream.next()).await.is_err()
}

/// The positions of the next frames, as far as `to`. Repetitions are left out, as followers do.
pub(crate) async fn positions(frames: &mut Frames, to: u64) -> Vec<(u64, u64)> {
    let mut seen: Vec<(u64, u64)> = Vec::new();
    while seen.last().is_none_or(|(_, last)| *last < to) {
        let Parcel { log, first, last, frame } = next(frames).await;
        assert_eq!(frame, parcel(&log, first.0, last.0).frame);
        if seen.last().is_none_or(|(_, before)| *before < last.0) {
            seen.push((first.0, last.0));
        }
    }
    seen
}

/// Waits for a state.
pub(crate) async fn until(state: &str, mut is_reached: impl AsyncFnMut() -> bool) {
    let reached = async {
        while !is_reached().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("not {state} in {PATIENCE:?}"));
}
