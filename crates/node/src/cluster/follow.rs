//! Follows the log of another node: what the fabric delivers is folded in order, and what is missing is fetched.

use std::sync::Arc;
use std::time::Duration;

use acopio_fabric::{Frames, Parcel};
use acopio_ledger::codec::Frame;
use acopio_ledger::ids::{Incarnation, LogId, Millis, Seq};
use acopio_ledger::names::NodeName;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use tokio::time::{sleep, timeout};

use super::{Cluster, lock};
use crate::machine::{FollowError, STAMP_AHEAD_MAX_MS};
use crate::writer::Arrived;

/// How many frames are folded in one transaction.
const FRAMES_MAX: usize = 256;

/// How many bytes of frames are folded in one transaction, before the last frame's own.
const BYTES_MAX: usize = 4 << 20;

/// After so long without a frame it is looked whether the log has gone on elsewhere.
const QUIET: Duration = Duration::from_secs(1);

/// How long it waits before it begins again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// How long a log that cannot go on is left alone before it is tried again.
const HELD_PAUSE: Duration = Duration::from_secs(5);

/// Begins to follow every log that is known and not yet followed.
pub(super) fn begin(cluster: &Arc<Cluster>) {
    let mut owners = cluster.members().owners();
    owners.extend(cluster.positions().iter().map(|(node, _)| node.clone()));
    if !cluster.is_recovering() {
        owners.remove(cluster.name());
    }
    for owner in owners {
        if cluster.members().begin_following(&owner) {
            cluster.spawn(run(Arc::clone(cluster), owner));
        }
    }
}

/// Follows one log for as long as the node works.
async fn run(cluster: Arc<Cluster>, owner: NodeName) {
    loop {
        match cluster.follow_until_wrong(&owner).await {
            Ok(()) => {}
            Err(Wrong::Passing(reason)) => {
                tracing::debug!(%owner, reason, "following begins again");
                sleep(PAUSE).await;
            }
            Err(Wrong::Held(reason)) => {
                cluster.hold(&owner, reason);
                sleep(HELD_PAUSE).await;
            }
        }
    }
}

/// Why a log is not followed for a moment, or for longer.
pub(super) enum Wrong {
    /// It is begun again.
    Passing(String),
    /// It cannot go on here until something has changed.
    Held(String),
}

/// Why frames of a log were not folded.
enum Unfolded {
    /// They do not follow on what is here: it may be found elsewhere.
    Astray(FollowError),
    /// They must wait.
    Wrong(Wrong),
}

impl From<FollowError> for Unfolded {
    fn from(error: FollowError) -> Unfolded {
        match error {
            FollowError::Stopped { reason } => Unfolded::Wrong(Wrong::Passing(reason)),
            error => Unfolded::Astray(error),
        }
    }
}

impl Cluster {
    /// Follows a log by what the fabric delivers, and by asking where that is silent or has gaps.
    async fn follow_until_wrong(&self, owner: &NodeName) -> Result<(), Wrong> {
        let incarnation = self.members().get(owner).map(|member| Incarnation(member.incarnation));
        let Some(incarnation) = incarnation else {
            // Nobody has heard its owner yet; others may have its log.
            sleep(QUIET).await;
            return self.fetch(owner).await;
        };
        let log = LogId { node: owner.clone(), incarnation };
        let mut frames = self.fabric.follow(&log, self.positions().get(owner)).await.map_err(passing)?;
        loop {
            match timeout(QUIET, frames.next()).await {
                Ok(Some(first)) => {
                    let bytes = ready_frames(&mut frames, first);
                    self.take(owner, bytes).await?;
                }
                Ok(None) => return Ok(()),
                Err(_) => self.fetch(owner).await?,
            }
            let newest = self.members().get(owner).map(|member| member.incarnation);
            if newest != Some(incarnation.0) {
                return Ok(());
            }
        }
    }

    /// Folds frames of a log as they came; what is missing before them, or is damaged, is fetched elsewhere.
    pub(super) async fn take(&self, owner: &NodeName, frames: Vec<Bytes>) -> Result<(), Wrong> {
        match self.fold(owner, frames).await {
            Err(Unfolded::Astray(error)) => {
                match &error {
                    FollowError::Gap { .. } => tracing::debug!(%owner, %error, "frames are fetched instead"),
                    _ => tracing::warn!(%owner, %error, "a frame of a log is damaged: it is fetched instead"),
                }
                self.fetch(owner).await
            }
            Err(Unfolded::Wrong(wrong)) => Err(wrong),
            Ok(()) => Ok(()),
        }
    }

    /// Folds frames that were fetched: what is wrong with these holds the log here.
    pub(super) async fn fold_fetched(&self, owner: &NodeName, frames: Vec<Bytes>) -> Result<(), Wrong> {
        self.fold(owner, frames).await.map_err(|unfolded| match unfolded {
            Unfolded::Astray(error) => Wrong::Held(error.to_string()),
            Unfolded::Wrong(wrong) => wrong,
        })
    }

    /// Folds frames, those of one incarnation in one transaction.
    async fn fold(&self, owner: &NodeName, frames: Vec<Bytes>) -> Result<(), Unfolded> {
        let mut group: Vec<Arrived> = Vec::with_capacity(frames.len());
        let mut log: Option<LogId> = None;
        for bytes in frames {
            let (frame, header, records) = Frame::from_bytes(&bytes).map_err(FollowError::from)?;
            let next = LogId { node: owner.clone(), incarnation: header.incarnation };
            if let Some(log) = log.replace(next.clone()).filter(|log| *log != next) {
                self.fold_group(log, std::mem::take(&mut group)).await?;
            }
            group.push((frame, records));
        }
        match log {
            Some(log) => self.fold_group(log, group).await,
            None => Ok(()),
        }
    }

    async fn fold_group(&self, log: LogId, mut group: Vec<Arrived>) -> Result<(), Unfolded> {
        let owner = log.node.clone();
        let stop =
            group.iter().enumerate().find_map(|(at, frame)| Some((at, self.must_wait(&owner, frame)?)));
        if let Some((at, _)) = stop {
            group.truncate(at);
        }
        let followed = self.core.follow(log, group).await?;
        if stop.is_none() {
            lock(&self.held).remove(&owner);
        }
        self.members().folded(&self.positions());
        if let Some((node, seq)) = followed.waits_for {
            // Soon over, as a rule: the other log is on its way.
            let reason = format!("a warehouse was taken from {node}, whose log must come up to {seq} first");
            return Err(Unfolded::Wrong(Wrong::Passing(reason)));
        }
        match stop {
            None => Ok(()),
            Some((_, wrong)) => Err(Unfolded::Wrong(wrong)),
        }
    }

    /// Why a frame must not be folded yet, if so.
    fn must_wait(&self, owner: &NodeName, (frame, _): &Arrived) -> Option<Wrong> {
        let ahead_ms = frame.stamp.plus(frame.entries - 1).millis().0 - self.now().0;
        let is_let_in = || owner == self.name() || lock(&self.released).contains(owner);
        if STAMP_AHEAD_MAX_MS < ahead_ms && !is_let_in() {
            return Some(Wrong::Held(format!(
                "its clock is {} ahead: its entries wait until time has caught up, or until they are let in",
                shown(Millis(ahead_ms))
            )));
        }
        None
    }

    /// Shows that a log goes no further here, and says so once.
    fn hold(&self, owner: &NodeName, reason: String) {
        let before = lock(&self.held).insert(owner.clone(), reason.clone());
        if before.is_none() {
            tracing::warn!(%owner, reason, "a log goes no further here");
        }
    }

    /// The last position of a log that anybody has told of.
    pub(super) fn told_head(&self, owner: &NodeName) -> Seq {
        self.members().log(owner).head
    }
}

/// The first frame, and those that wait behind it, as many as one transaction folds.
pub(super) fn ready_frames(frames: &mut Frames, first: Parcel) -> Vec<Bytes> {
    let mut bytes = first.frame.len();
    let mut ready = vec![first.frame];
    while ready.len() < FRAMES_MAX && bytes < BYTES_MAX {
        let Some(Some(next)) = frames.next().now_or_never() else { break };
        bytes += next.frame.len();
        ready.push(next.frame);
    }
    ready
}

/// A time in hours and minutes.
fn shown(time: Millis) -> String {
    let minutes = time.0 / 60_000;
    format!("{} h {} min", minutes / 60, minutes % 60)
}

pub(super) fn passing(error: impl ToString) -> Wrong {
    Wrong::Passing(error.to_string())
}
