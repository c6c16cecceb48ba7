//! Publishes the own log, frame by frame, after it was committed here.
//!
//! What the fabric holds is a copy that may be lost: whenever it ends elsewhere than was thought, the log goes out again
//! from there.

use std::sync::Arc;
use std::time::Duration;

use acopio_fabric::{FabricError, Parcel};
use acopio_ledger::codec;
use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_store::StoredFrame;
use tokio::time::{sleep, timeout};

use super::Cluster;

/// How many bytes of frames are read at a time.
const READ_BYTES: usize = 1 << 20;

/// How many bytes of frames go together in one message, unless a single one is larger.
const BYTES_TOGETHER: usize = 512 << 10;

/// How many frames go together in one message.
const FRAMES_TOGETHER: usize = 256;

/// How often it is looked whether the fabric still has what was published.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How long it waits before it begins again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// How long it waits where the fabric's copy is damaged: somebody has to mend it.
const DAMAGED_PAUSE: Duration = Duration::from_secs(5);

/// Publishes for as long as the node works.
pub(super) async fn run(cluster: Arc<Cluster>) {
    cluster.until_filled().await;
    loop {
        let ended = cluster.publish_until_wrong().await;
        if let Err(reason) = ended {
            tracing::debug!(reason, "publishing begins again");
            cluster.complain(Some(reason));
            sleep(PAUSE).await;
        }
    }
}

/// Where the fabric's copy of the own log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tail {
    incarnation: Incarnation,
    last: Seq,
}

impl Cluster {
    /// Publishes until it has to be looked anew where the fabric's copy ends.
    async fn publish_until_wrong(&self) -> Result<(), String> {
        let mut tail = self.tail().await?;
        if self.compare_own(tail.last).await {
            sleep(LOOK_AGAIN).await;
            return Ok(());
        }
        let mut news = self.core.news.clone();
        loop {
            self.published.set(tail.last);
            news.mark_unchanged();
            let frames =
                self.core.frames(self.name(), tail.last, READ_BYTES).map_err(|error| error.to_string())?;
            if frames.is_empty() {
                self.complain(None);
                match timeout(LOOK_AGAIN, news.changed()).await {
                    Ok(Ok(())) => continue,
                    _ => return Ok(()),
                }
            }
            for parcels in messages(frames)? {
                match self.publish_message(&parcels, tail).await? {
                    Some(next) => tail = next,
                    None => return Ok(()),
                }
                self.complain(None);
                self.published.set(tail.last);
            }
        }
    }

    /// Where the fabric's copy of the own log ends: in its latest incarnation of which there is anything.
    async fn tail(&self) -> Result<Tail, String> {
        let LogId { node, incarnation: Incarnation(latest) } = self.core.identity.clone();
        for incarnation in (1..=latest).rev().map(Incarnation) {
            let log = LogId { node: node.clone(), incarnation };
            let extent = self.fabric.extent(&log).await.map_err(|error| error.to_string())?;
            if extent.last != Seq(0) {
                return Ok(Tail { incarnation, last: extent.last });
            }
        }
        Ok(Tail { incarnation: Incarnation(1), last: Seq(0) })
    }

    /// Publishes frames of one incarnation; answers where the fabric's copy ends then, or nothing when that must be looked
    /// up.
    async fn publish_message(&self, parcels: &[Parcel], tail: Tail) -> Result<Option<Tail>, String> {
        let last = parcels.last().expect("a message has frames");
        let (incarnation, last) = (last.log.incarnation, last.last);
        // Each incarnation has an end of its own there.
        let after = if incarnation == tail.incarnation { tail.last } else { Seq(0) };
        match self.fabric.publish(parcels, after).await {
            Ok(()) => Ok(Some(Tail { incarnation, last })),
            Err(FabricError::Elsewhere { .. }) => Ok(None),
            Err(FabricError::Fenced) if incarnation == self.core.identity.incarnation => {
                if !self.pass_fences().await? {
                    self.complain(Some(format!(
                        "the hub has frames of a later life of this node's log than {incarnation}, and takes no more of \
                         this one: if the node was replaced, stop it; if not, the hub's copy is damaged: stop the hub, \
                         empty its folder js, and start it: the nodes publish their logs again"
                    )));
                    sleep(DAMAGED_PAUSE).await;
                }
                Ok(None)
            }
            // A later incarnation is there: what is missing of this one is asked for by followers.
            Err(FabricError::Fenced) if incarnation < self.core.identity.incarnation => {
                Ok(Some(Tail { incarnation, last }))
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Frames as they travel: those that wait go together, as many of one incarnation as one message takes. Each message waits
/// for the hub's disks, however little is in it.
fn messages(frames: Vec<StoredFrame>) -> Result<Vec<Vec<Parcel>>, String> {
    let (mut messages, mut bytes): (Vec<Vec<Parcel>>, usize) = (Vec::new(), 0);
    for frame in frames {
        let parcel = parcel(frame)?;
        let length = parcel.frame.len();
        let open = messages.last_mut().filter(|open| {
            open[0].log == parcel.log && open.len() < FRAMES_TOGETHER && bytes + length <= BYTES_TOGETHER
        });
        match open {
            Some(open) => {
                bytes += length;
                open.push(parcel);
            }
            None => {
                bytes = length;
                messages.push(vec![parcel]);
            }
        }
    }
    Ok(messages)
}

/// A stored frame as it travels.
fn parcel(frame: StoredFrame) -> Result<Parcel, String> {
    let at = frame.first;
    let (header, entries) =
        codec::read_header(&frame.bytes).map_err(|error| format!("frame at {at}: {error}"))?;
    let log = LogId { node: header.node, incarnation: header.incarnation };
    let last = Seq(header.first.0 + u64::from(entries) - 1);
    Ok(Parcel { log, first: header.first, last, frame: frame.bytes.into() })
}
