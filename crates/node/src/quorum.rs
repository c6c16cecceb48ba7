//! Warehouses whose entries are told only when a majority of the hub's machines has them: they outlive the owner's.

use std::collections::BTreeSet;
use std::sync::Arc;

use acopio_contract::query::Warehouses;
use acopio_contract::{Receipt, SubmitError};
use acopio_ledger::command::SetDurability;
use acopio_ledger::ids::CommandId;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::records::Durability;
use acopio_ledger::{Command, Submission};
use acopio_store::Reader;

use crate::core::Core;

/// With fewer machines the loss of one may take with it what a majority had.
pub(crate) const MACHINES_MIN: usize = 3;

/// The warehouses of that kind. What cannot be read is said by whoever reads on.
pub(crate) fn replicated(reader: &dyn Reader) -> Arc<BTreeSet<WarehouseCode>> {
    let known = reader.warehouses(&Warehouses).unwrap_or_else(|error| {
        tracing::error!(%error, "the warehouses cannot be read");
        Vec::new()
    });
    let replicated = known.into_iter().filter(|warehouse| warehouse.durability == Durability::Replicated);
    Arc::new(replicated.map(|warehouse| warehouse.code).collect())
}

impl Core {
    /// Refuses to make a warehouse replicated where too few machines keep copies; one that was made so before gets its
    /// answer.
    pub(crate) fn check_machines(&self, submission: &Submission, machines: usize) -> Result<(), SubmitError> {
        match &submission.command {
            Command::SetDurability(SetDurability { durability: Durability::Replicated, .. })
                if machines < MACHINES_MIN && !self.is_known(&submission.id)? =>
            {
                Err(SubmitError::TooFewMachines { machines, least: MACHINES_MIN })
            }
            _ => Ok(()),
        }
    }

    fn is_known(&self, command: &CommandId) -> Result<bool, SubmitError> {
        let outcome = self.outcome(command);
        outcome
            .map(|outcome| outcome.is_some())
            .map_err(|error| SubmitError::Stopped { reason: error.to_string() })
    }

    /// What a node by itself tells of what it has decided: of a replicated warehouse nothing, since nobody else has it.
    pub(crate) fn told_alone(&self, receipt: Receipt) -> Result<Receipt, SubmitError> {
        if self.replicated_in(&receipt).is_none() { Ok(receipt) } else { Err(SubmitError::InDoubt) }
    }

    /// The warehouse because of which a receipt is told only when a majority has what it says. What other nodes have
    /// written they have told themselves.
    pub(crate) fn replicated_in(&self, receipt: &Receipt) -> Option<WarehouseCode> {
        if receipt.record.first.node != self.identity.node {
            return None;
        }
        receipt.record.about_any(&self.replicated.get())
    }
}
