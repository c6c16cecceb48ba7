//! Gets back what this node has lost of its own log, when its machine was replaced or an old copy was restored.
//!
//! The others follow that log, so it comes from them as theirs do: see [`super::fill`]. It must be known where it ends
//! before the node may write behind it.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::NodeState;
use acopio_ledger::codec;
use acopio_ledger::ids::{Incarnation, LogId, Positions, Seq};
use acopio_ledger::names::NodeName;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::{sleep, timeout};

use super::follow::{Wrong, passing, ready_frames};
use super::{Cluster, Fill};
use crate::machine::{RECOVERY_NOTE, recovery_note};

/// How long the hub may take to deliver the next frame.
const WITHIN: Duration = Duration::from_secs(5);

/// For so long nothing of a log must be on its way any more: longer than the hub takes to deliver, and nodes to announce.
const SETTLED_AFTER: Duration = Duration::from_secs(3);

/// More entries than a frame has, but for frames that nothing writes.
const FRAME_ENTRIES: u64 = 50_000;

impl Cluster {
    /// Whether this node is without the end of its own log.
    pub(super) fn is_recovering(&self) -> bool {
        !matches!(self.core.note(RECOVERY_NOTE, &recovery_note(true).key), Ok(None))
    }

    /// Hears how far another node says that it has this node's own log. Further than here: it must show that. Whoever
    /// believes mere words can be silenced by them.
    pub(super) async fn hear_of_own(self: &Arc<Self>, node: &NodeName, there: Seq) {
        if there <= self.positions().get(self.name()) {
            return;
        }
        if self.is_recovering() {
            self.compare_own(there).await;
            return;
        }
        let (cluster, node) = (Arc::clone(self), node.clone());
        self.spawn(async move {
            match cluster.has_more_of_own(&node).await {
                Ok(Some(shown)) => _ = cluster.compare_own(shown).await,
                Ok(None) => {
                    tracing::warn!(%node, %there, "a node says that it has more of this node's log, and does not show it");
                }
                // It says so again and is asked again.
                Err(_) => tracing::debug!(%node, "a node that may have more of this node's log does not answer"),
            }
        });
    }

    /// Up to where a node shows entries of this node's own log that are not here, if it does. What was written here since it
    /// was asked is here before it can be there.
    async fn has_more_of_own(&self, node: &NodeName) -> Result<Option<Seq>, Wrong> {
        let head = self.positions().get(self.name());
        // Where this copy has gone another way, a frame there may begin before the end here.
        for behind in [0, FRAME_ENTRIES] {
            let mut after = Seq(head.0.saturating_sub(behind));
            while let Some(last) = self.own_end_in(&self.ask_for_frames(node, self.name(), after).await?) {
                if self.positions().get(self.name()) < last {
                    return Ok(Some(last));
                }
                if last <= after {
                    break;
                }
                after = last;
            }
        }
        Ok(None)
    }

    /// Where frames end, if they are of this node's own log.
    fn own_end_in(&self, frames: &[Bytes]) -> Option<Seq> {
        let (header, entries) = codec::read_header(frames.last()?).ok()?;
        (header.node == *self.name()).then(|| Seq(header.first.0 + u64::from(entries) - 1))
    }

    /// Notes if others have this node's own log further than itself: answers whether they do. From then on it writes
    /// nothing until it has got that back.
    pub(super) async fn compare_own(&self, there: Seq) -> bool {
        let head = self.positions().get(self.name());
        if there <= head {
            return false;
        }
        if !self.is_recovering()
            && let Err(error) = self.core.keep(vec![recovery_note(true)]).await
        {
            tracing::error!(%error, "it cannot be noted that others have more of this node's log");
        }
        if self.fill.borrow().is_done() {
            self.complain(Some(format!(
                "others have this node's log beyond {head}: its data is an old copy; restart it, and it gets the rest \
                 back before it goes on"
            )));
        }
        true
    }

    /// How far the fill is once its target is reached: a node that gets its own log back looks whether that is all.
    pub(super) async fn reached(&self) -> Fill {
        if !self.is_recovering() {
            return Fill::Done;
        }
        // What is on its way to others now is known to them then.
        sleep(SETTLED_AFTER).await;
        let fetched = self.fetch_own().await;
        let own = self.positions().get(self.name());
        let waits = |end: Seq| Fill::Filling { folded: own.0, total: end.0, target: self.target(end) };
        match (fetched, self.own_end()) {
            (Err(Wrong::Passing(reason) | Wrong::Held(reason)), _) => {
                tracing::warn!(reason, "this node's log cannot be got back now");
                waits(own)
            }
            (Ok(()), Err(missing)) => {
                tracing::info!(missing, "waiting for whoever may have the end of this node's log");
                waits(own)
            }
            (Ok(()), Ok(end)) if end <= own => Fill::Recovered,
            (Ok(()), Ok(end)) => waits(end),
        }
    }

    fn target(&self, end: Seq) -> Positions {
        [(self.name().clone(), end)].into_iter().collect()
    }

    /// Takes what the hub has of the own log beyond what is here.
    async fn fetch_own(&self) -> Result<(), Wrong> {
        let Incarnation(latest) = self.own_incarnation();
        for incarnation in (latest..=latest + 1).map(Incarnation) {
            let log = LogId { node: self.name().clone(), incarnation };
            let end = self.fabric.extent(&log).await.map_err(passing)?.last;
            let own = || self.positions().get(self.name());
            if end <= own() {
                continue;
            }
            let mut frames = self.fabric.follow(&log, own()).await.map_err(passing)?;
            while own() < end {
                let next = timeout(WITHIN, frames.next()).await.ok().flatten();
                let first = next.ok_or_else(|| passing("the hub does not deliver this node's log"))?;
                let bytes = ready_frames(&mut frames, first);
                self.take(self.name(), bytes).await?;
            }
        }
        Ok(())
    }

    /// Where the own log ends, as the other nodes tell; or which of them have not told. Each may be the one that has
    /// followed furthest: the hub may have lost what it had, like anything else.
    fn own_end(&self) -> Result<Seq, String> {
        let (members, now) = (self.members(), self.now());
        // One that is still getting logs tells how far it has this one, too.
        let has_told = |node: &NodeName| {
            let state = members.get(node).map(|member| member.state(now));
            matches!(state, Some(NodeState::Up | NodeState::Filling | NodeState::Left))
        };
        let is_needed = |node: &NodeName| node != self.name() && !self.options.recover_without.contains(node);
        let others = members.owners().into_iter().filter(|node| is_needed(node));
        let missing: Vec<String> =
            others.filter(|node| !has_told(node)).map(|node| node.to_string()).collect();
        if missing.is_empty() { Ok(members.log(self.name()).head) } else { Err(missing.join(", ")) }
    }

    /// The incarnation in which the own log stands here.
    fn own_incarnation(&self) -> Incarnation {
        let heads = self.core.heads().unwrap_or_default();
        heads.get(self.name()).map_or(self.core.identity.incarnation, |own| own.incarnation)
    }
}
