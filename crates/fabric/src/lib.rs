//! Carries frames, calls and commands between nodes. Holds no facts of its own: whatever it loses, owners send again.
//!
//! Nothing above knows what lies behind the trait.

mod local;
pub mod nats;
mod parcel;

use std::time::Duration;

use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::{mpsc, oneshot, watch};

pub use local::{Faults, LocalFabric, LocalHub};
pub use parcel::{Extent, FabricError, Fence, Link, Parcel, Presence};

/// The most bytes that a frame, call, answer, letter or announcement may have. Frames stay well below.
pub const MESSAGE_BYTES_MAX: usize = 5 << 20;

/// Frames of a log in whatever order and number the fabric delivers them: there may be gaps and repetitions.
pub type Frames = BoxStream<'static, Parcel>;

/// A call from another node, and where its answer goes.
#[derive(Debug)]
pub struct Call {
    /// What is asked.
    pub request: Bytes,
    /// Takes the answer; dropped means none.
    pub reply: oneshot::Sender<Bytes>,
}

/// A letter from the queue of a node. One that is not done comes again.
#[derive(Debug)]
pub struct Letter {
    /// What it says.
    pub body: Bytes,
    /// How often it was delivered, from 1.
    pub deliveries: u64,
    /// Takes a word when the letter is done and may be thrown away.
    pub done: oneshot::Sender<()>,
}

/// What connects the nodes of a company, as one of them sees it.
#[async_trait]
pub trait Fabric: Send + Sync {
    /// Appends the node's own next frames to its log there, all or none: they follow one another in one incarnation, and
    /// are together no larger than [`MESSAGE_BYTES_MAX`]. `after` is the position up to which it was published. Durable there
    /// when this returns. Frames that are there already count as published.
    ///
    /// # Errors
    ///
    /// [`FabricError::Elsewhere`] when the log there does not end at `after`.
    ///
    /// # Panics
    ///
    /// When there are none.
    async fn publish(&self, parcels: &[Parcel], after: Seq) -> Result<(), FabricError>;

    /// What the fabric holds of a log.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    async fn extent(&self, log: &LogId) -> Result<Extent, FabricError>;

    /// Follows a node's log from the frame that holds the position after `after`, for as long as the stream is kept.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    async fn follow(&self, log: &LogId, after: Seq) -> Result<Frames, FabricError>;

    /// Fences a node's log off: whatever its owner publishes from now on is refused until it has read why. Durable there
    /// when this returns.
    ///
    /// # Errors
    ///
    /// When it is in doubt whether the fence stands, or there is no log to be fenced.
    async fn fence(&self, node: &NodeName, about: Bytes) -> Result<(), FabricError>;

    /// The fences behind this node's own log that it has not passed, oldest first.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    async fn fences(&self) -> Result<Vec<Fence>, FabricError>;

    /// Says that this node has read its fences up to one: what it publishes stands behind that. Holds for as long as this
    /// object lives.
    fn pass(&self, fence: &Fence);

    /// Asks a node directly and waits for its answer.
    ///
    /// # Errors
    ///
    /// [`FabricError::Absent`] at once when the node is known not to listen.
    async fn call(&self, node: &NodeName, request: Bytes, within: Duration) -> Result<Bytes, FabricError>;

    /// Takes the calls for this node.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    async fn calls(&self) -> Result<BoxStream<'static, Call>, FabricError>;

    /// Puts a letter into a node's queue, where it waits until that node has done it. The same `id` is put once, at
    /// least within two minutes.
    ///
    /// # Errors
    ///
    /// When it is in doubt whether the letter lies there.
    async fn send(&self, to: &NodeName, id: &str, body: Bytes) -> Result<(), FabricError>;

    /// Takes this node's letters one after the other in the order in which they were sent: the next one comes when the
    /// one before is done.
    ///
    /// # Errors
    ///
    /// When the queue cannot be reached.
    async fn letters(&self) -> Result<BoxStream<'static, Letter>, FabricError>;

    /// Tells all others something of this node, now. Not kept.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    async fn announce(&self, about: Bytes) -> Result<(), FabricError>;

    /// Hears what the others announce, from now on.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    async fn presences(&self) -> Result<BoxStream<'static, Presence>, FabricError>;

    /// Lets a node that this one knows join once more with another key: its machine was replaced. The old key opens
    /// nothing from then on. Where nodes have no keys nothing is needed.
    ///
    /// # Errors
    ///
    /// When it is in doubt whether the hub has noted that, or it refuses.
    async fn readmit(&self, node: &NodeName) -> Result<(), FabricError>;

    /// Shuts a node out that has left for good: its key opens nothing from then on. Where nodes have no keys nothing is
    /// needed.
    ///
    /// # Errors
    ///
    /// As [`Fabric::readmit`].
    async fn expel(&self, node: &NodeName) -> Result<(), FabricError>;

    /// How many machines keep a copy of what is published here. What most of them have survives the loss of the others.
    fn replicas(&self) -> usize;

    /// How the fabric is, and each change of it.
    fn link(&self) -> watch::Receiver<Link>;
}

/// Refuses frames that a node must not publish, or that no message holds.
fn check_parcels(parcels: &[Parcel], node: &NodeName) -> Result<(), FabricError> {
    if let Some(parcel) = parcels.iter().find(|parcel| parcel.log.node != *node) {
        return Err(FabricError::Refused { reason: format!("{} is not the log of {node}", parcel.log) });
    }
    check_length(parcels.iter().map(|parcel| parcel.frame.len()).sum())
}

/// Refuses what no fabric carries.
fn check_size(bytes: &Bytes) -> Result<(), FabricError> {
    check_length(bytes.len())
}

fn check_length(length: usize) -> Result<(), FabricError> {
    if length <= MESSAGE_BYTES_MAX {
        return Ok(());
    }
    let reason = format!("{length} bytes are too many, at most {MESSAGE_BYTES_MAX}");
    Err(FabricError::Refused { reason })
}

/// A stream of what comes through a channel.
fn from_channel<T: Send + 'static>(receiver: mpsc::Receiver<T>) -> BoxStream<'static, T> {
    stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver))).boxed()
}
