//! Gets back what this node has lost of its own log, when its machine was replaced or an old copy was restored.
//!
//! The others follow that log, so it comes from them as theirs do: see [`super::fill`]. It must be known where it ends
//! before the node may write behind it.

use std::time::Duration;

use acopio_contract::ManageError;
use acopio_contract::query::NodeState;
use acopio_fabric::FabricError;
use acopio_ledger::ids::{Incarnation, LogId, Positions, Seq};
use acopio_ledger::names::NodeName;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::follow::{Wrong, passing, ready_frames};
use super::{Cluster, Fill};
use crate::machine::{RECOVERY_NOTE, recovery_note};

/// How long the hub may take to deliver the next frame.
const WITHIN: Duration = Duration::from_secs(5);

impl Cluster {
    /// Whether this node is without the end of its own log.
    pub(super) fn is_recovering(&self) -> bool {
        !matches!(self.core.note(RECOVERY_NOTE, &recovery_note(true).key), Ok(None))
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
                "others have this node's log up to {there}, itself only up to {head}: its data is an old copy; restart \
                 it, and it gets the rest back before it goes on"
            )));
        }
        true
    }

    /// How far the fill is once its target is reached: a node that gets its own log back looks whether that is all.
    pub(super) async fn recovered(&self, reached: Fill) -> Fill {
        if !reached.is_done() || !self.is_recovering() {
            return reached;
        }
        let own = self.positions().get(self.name());
        match self.fetch_own().await {
            Ok(there) => match self.own_end(there) {
                Ok(end) if end <= self.positions().get(self.name()) => Fill::Recovered,
                Ok(end) => Fill::Filling { folded: own.0, total: end.0, target: self.target(end) },
                Err(missing) => {
                    tracing::info!(missing, "waiting for whoever may have the end of this node's log");
                    Fill::Filling { folded: own.0, total: own.0, target: self.target(own) }
                }
            },
            Err(Wrong::Passing(reason) | Wrong::Held(reason)) => {
                tracing::warn!(reason, "this node's log cannot be got back now");
                Fill::Filling { folded: own.0, total: own.0, target: self.target(own) }
            }
        }
    }

    fn target(&self, end: Seq) -> Positions {
        [(self.name().clone(), end)].into_iter().collect()
    }

    /// Takes what the hub has of the own log beyond what is here; answers where it ends there.
    async fn fetch_own(&self) -> Result<Seq, Wrong> {
        let Incarnation(latest) = self.own_incarnation();
        let mut there = Seq(0);
        for incarnation in (latest..=latest + 1).map(Incarnation) {
            let log = LogId { node: self.name().clone(), incarnation };
            let end = self.fabric.extent(&log).await.map_err(passing)?.last;
            there = there.max(end);
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
        Ok(there)
    }

    /// Where the own log ends, as far as anybody has told. The hub has what was published; should it have lost that,
    /// each other node may be the one that has followed furthest.
    fn own_end(&self, there: Seq) -> Result<Seq, String> {
        let (members, now) = (self.members(), self.now());
        let is_heard = |node: &NodeName| {
            members
                .get(node)
                .is_some_and(|member| matches!(member.state(now), NodeState::Up | NodeState::Left))
        };
        let others = members.owners().into_iter().filter(|node| node != self.name());
        let missing: Vec<String> =
            others.filter(|node| !is_heard(node)).map(|node| node.to_string()).collect();
        let told = members.log(self.name()).head;
        if missing.is_empty() || told <= there { Ok(told.max(there)) } else { Err(missing.join(", ")) }
    }

    /// The incarnation in which the own log stands here.
    fn own_incarnation(&self) -> Incarnation {
        let heads = self.core.heads().unwrap_or_default();
        heads.get(self.name()).map_or(self.core.identity.incarnation, |own| own.incarnation)
    }

    /// Lets a node come back on another machine.
    pub(super) async fn replace(&self, node: &NodeName) -> Result<(), ManageError> {
        let conflict = |reason: String| ManageError::Conflict { reason };
        if node == self.name() {
            return Err(conflict(format!("this is {node}: ask another node")));
        }
        let state = self.members().get(node).map(|member| member.state(self.now()));
        match state {
            None => return Err(ManageError::NotFound { what: "node", id: node.to_string() }),
            Some(NodeState::Up | NodeState::Suspect | NodeState::Filling) => {
                return Err(conflict(format!("{node} is still heard of: stop its machine first")));
            }
            Some(NodeState::Down | NodeState::Left) => {}
        }
        self.fabric.readmit(node).await.map_err(|error| match error {
            FabricError::Refused { reason } => conflict(reason),
            error => ManageError::Unreachable { reason: error.to_string() },
        })
    }
}
