//! The marks that a fill goes towards are mere words of the node that was heard first. One to which nobody has entries is
//! given up: a wrong word must not keep a node from being served for ever.
//!
//! Nothing looks more complete by that than it is: of such a log it is shown that more of it was told of than is here.

use std::collections::BTreeMap;
use std::time::Duration;

use acopio_contract::query::NodeState;
use acopio_ledger::codec::{Frame, FrameHash};
use acopio_ledger::ids::{Incarnation, LogId, Positions, Seq};
use acopio_ledger::names::NodeName;
use bytes::Bytes;
use tokio::time::Instant;

use super::Cluster;

/// After so long without an entry of a log whose owner says that there are no more, it is asked who has any.
const DENIED_AFTER: Duration = Duration::from_secs(10);

/// The same where its owner says nothing: whoever has the rest may come back.
const MUTE_AFTER: Duration = Duration::from_secs(60);

/// Where each log was that has not reached its mark, and since when it has been there.
#[derive(Default)]
pub(super) struct Marks(BTreeMap<NodeName, (Seq, Instant)>);

impl Marks {
    /// For how long a log has been where it is.
    fn stuck(&mut self, owner: &NodeName, at: Seq) -> Duration {
        let (seen, since) = self.0.entry(owner.clone()).or_insert_with(|| (at, Instant::now()));
        if *seen != at {
            (*seen, *since) = (at, Instant::now());
        }
        since.elapsed()
    }
}

impl Cluster {
    /// A target without the marks that nobody has entries to; nothing where all may be reached. The end of the own log is
    /// another matter: see [`super::recover`].
    pub(super) async fn without_unheld(&self, target: &Positions, marks: &mut Marks) -> Option<Positions> {
        let mut lowered = target.clone();
        for (owner, mark) in target.iter().filter(|(owner, _)| *owner != self.name()) {
            let at = self.positions().get(owner);
            let stuck = marks.stuck(owner, at);
            if at < mark && DENIED_AFTER <= stuck && !self.has_anybody(owner, at, stuck).await {
                tracing::warn!(%owner, %mark, %at, "nobody has a log as far as it was told of: not waited for");
                lowered.set(owner, at);
            }
        }
        (lowered != *target).then_some(lowered)
    }

    /// Whether anybody may have entries of a log behind a position: then somebody shows them, or is waited for.
    async fn has_anybody(&self, owner: &NodeName, at: Seq, stuck: Duration) -> bool {
        let is_denied = self.is_denied(owner, at);
        if !is_denied && stuck < MUTE_AFTER {
            return true;
        }
        for holder in self.claimants(owner, at) {
            let frames = self.ask_for_frames(&holder, owner, at).await;
            if frames.is_ok_and(|frames| self.goes_on(owner, at, &frames)) {
                return true;
            }
        }
        !is_denied && self.has_hub(owner, at).await
    }

    /// Whether the owner of a log is up, knows where it ends, and says that it does not go on behind a position.
    fn is_denied(&self, owner: &NodeName, at: Seq) -> bool {
        let (members, now) = (self.members(), self.now());
        let owner_itself = members.get(owner).filter(|member| member.state(now) == NodeState::Up);
        owner_itself.is_some_and(|member| member.positions.get(owner) <= at)
    }

    /// Nodes that are heard and say that they have more of a log.
    fn claimants(&self, owner: &NodeName, at: Seq) -> Vec<NodeName> {
        let (members, now) = (self.members(), self.now());
        let is_there = |state| matches!(state, NodeState::Up | NodeState::Filling | NodeState::Suspect);
        let claim = members
            .iter()
            .filter(|(_, member)| at < member.positions.get(owner) && is_there(member.state(now)));
        claim.map(|(node, _)| node.clone()).collect()
    }

    /// Whether frames are what comes next in a log.
    fn goes_on(&self, owner: &NodeName, at: Seq, frames: &[Bytes]) -> bool {
        let Some(Ok((_, header, _))) = frames.first().map(|bytes| Frame::from_bytes(bytes)) else {
            return false;
        };
        let heads = self.core.heads().unwrap_or_default();
        let hash = heads.get(owner).map_or(FrameHash::default(), |log| log.head.hash);
        header.node == *owner && header.first == at.plus(1) && header.previous == hash
    }

    /// Whether the hub has more of a log, or cannot be asked now.
    async fn has_hub(&self, owner: &NodeName, at: Seq) -> bool {
        let known = self.members().get(owner).map(|member| Incarnation(member.incarnation));
        let here = || self.core.heads().ok()?.get(owner).map(|log| log.incarnation);
        let incarnation = known.or_else(here).unwrap_or(Incarnation(1));
        let log = LogId { node: owner.clone(), incarnation };
        self.fabric.extent(&log).await.map_or(true, |extent| at < extent.last)
    }
}
