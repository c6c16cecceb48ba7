//! Tells of replicated warehouses what a majority of the hub's machines has.
//!
//! What is decided counts at once for what is decided after it, but nobody is told before the log is published so far:
//! not whoever sent the command, not those who follow the events, and no other node. Whoever has waited too long gets the
//! operation by which the command is known, as if another node had to decide.

use std::sync::Arc;

use acopio_contract::query::View;
use acopio_contract::{QueryError, Receipt, SubmitError};
use acopio_ledger::Submission;
use acopio_ledger::ids::{CommandId, Positions, Seq};
use acopio_ledger::names::NodeName;
use acopio_store::StoredFrame;
use tokio::time::{Instant, timeout_at};

use super::{Cluster, lock};
use crate::quorum::MACHINES_MIN;

/// Tells what is confirmed as the log is published, for as long as the node works.
pub(super) async fn run(cluster: Arc<Cluster>) {
    let mut seen = Seq(0);
    loop {
        seen = cluster.published.changed_from(&seen).await;
        for command in cluster.take_confirmed() {
            cluster.settle(&command).await;
        }
        if !cluster.core.replicated.get().is_empty() {
            cluster.core.wake();
        }
    }
}

impl Cluster {
    /// Tells what was decided here as soon as it may be told; if that is too late, by which operation it is known.
    pub(super) async fn tell(
        &self,
        submission: Submission,
        receipt: Receipt,
        deadline: Instant,
    ) -> Result<Receipt, SubmitError> {
        let Some(warehouse) = self.core.replicated_in(&receipt) else { return Ok(receipt) };
        if self.is_confirmed(&receipt, deadline).await {
            return Ok(receipt);
        }
        self.accept(self.errand(&submission, warehouse), deadline).await
    }

    /// Whether a receipt may be told, in time.
    pub(super) async fn is_confirmed(&self, receipt: &Receipt, deadline: Instant) -> bool {
        if self.core.replicated_in(receipt).is_none() {
            return true;
        }
        let confirmed = self.published.wait_for(|_| receipt.last() <= self.confirmed());
        timeout_at(deadline, confirmed).await.is_ok()
    }

    /// Whether a command was decided here and may not be told yet: then it is settled when it may.
    pub(super) fn awaits_confirmation(&self, command: &CommandId, receipt: &Receipt) -> bool {
        if self.core.replicated_in(receipt).is_none() {
            return false;
        }
        lock(&self.in_doubt).insert(receipt.last(), command.clone());
        // Looked at after it is noted, so that it is settled now or by what is published next.
        self.confirmed() < receipt.last()
    }

    /// The commands in doubt that may be told by now.
    fn take_confirmed(&self) -> Vec<CommandId> {
        let confirmed = self.confirmed();
        let mut in_doubt = lock(&self.in_doubt);
        let later = in_doubt.split_off(&confirmed.plus(1));
        std::mem::replace(&mut *in_doubt, later).into_values().collect()
    }

    /// The position up to which a majority has the own log.
    fn confirmed(&self) -> Seq {
        if self.fabric.replicas() < MACHINES_MIN { Seq(0) } else { self.published.get() }
    }

    /// The position up to which the own log may be told: all of it where no warehouse is replicated.
    pub(super) fn may_be_told(&self) -> Seq {
        if self.core.replicated.get().is_empty() { Seq::MAX } else { self.confirmed() }
    }

    /// Leaves out of an answer what may not be told yet.
    pub(crate) fn hold_back(&self, view: &mut View) {
        match view {
            View::Entries(rows) => {
                let told = self.may_be_told();
                rows.retain(|row| row.id.node != *self.name() || row.id.seq <= told);
            }
            View::Status(status) => self.cap(&mut status.known),
            _ => {}
        }
    }

    /// Says of the own log only how far it may be told.
    pub(super) fn cap(&self, positions: &mut Positions) {
        let told = self.may_be_told();
        if told < positions.get(self.name()) {
            positions.set(self.name(), told);
        }
    }

    /// Frames of a log for another node.
    pub(super) fn frames_to_tell(
        &self,
        node: &NodeName,
        after: Seq,
        bytes_max: usize,
    ) -> Result<Vec<StoredFrame>, QueryError> {
        let mut frames = self.core.frames(node, after, bytes_max)?;
        if node == self.name() {
            let told = self.may_be_told();
            frames.retain(|frame| frame.first <= told);
        }
        Ok(frames)
    }
}
