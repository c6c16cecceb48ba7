//! Void entries: what a node wrote about a warehouse that was no longer its own. They wait on the *reconcile list*
//! until somebody posts each again or discards it.

use serde::{Deserialize, Serialize};

use crate::entry::{Body, Kind, Record};
use crate::ids::{EntryId, Stamp, UserId};
use crate::names::{Sku, WarehouseCode};
use crate::quantity::Quantity;

/// What one command has led to in one warehouse, all of it void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// Its id: the first of the void entries.
    pub id: EntryId,
    /// The warehouse that was no longer the writer's.
    pub warehouse: WarehouseCode,
    /// What the log says there; nothing while that log is not known so far.
    pub what: Option<VoidEntries>,
    /// What has been done about it.
    pub state: VoidState,
}

/// What stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidEntries {
    /// The first entry of the record that the void ones belong to.
    pub record: EntryId,
    /// Who caused it.
    pub actor: UserId,
    /// When it was recorded.
    pub stamp: Stamp,
    /// What kind of thing the first of them is.
    pub kind: VoidKind,
    /// Of what the first of them is, if of one product.
    pub sku: Option<Sku>,
    /// By how much it changed the stock, or how much was held or released; 0 otherwise.
    pub quantity: Quantity,
    /// How many things are void; alerts and refusals beside them are none.
    pub entries: u32,
}

/// What has been done about a void record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VoidState {
    /// Nobody has seen to it.
    Open,
    /// It was posted again.
    Posted {
        /// By which entry.
        by: EntryId,
    },
    /// It was discarded.
    Discarded {
        /// By which entry.
        by: EntryId,
    },
}

/// Kinds of void entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidKind {
    /// A movement from a supplier.
    Receipt,
    /// A movement to a customer.
    Issue,
    /// A movement from a customer.
    Return,
    /// The books followed what is there, or something was undone.
    Adjustment,
    /// Stock was set aside.
    Hold,
    /// Stock set aside came back.
    Release,
    /// A reorder rule was set or removed.
    Rule,
    /// Something was done about an alert.
    Alert,
    /// A transfer was drafted.
    TransferDraft,
    /// A draft was given up.
    TransferCancel,
    /// Goods went on the road.
    Dispatch,
    /// Goods came from the road.
    Arrival,
    /// It was settled what became of goods on the road.
    Settlement,
    /// Another void record was posted again or discarded.
    Reconciliation,
}

impl VoidKind {
    /// The kind of an entry; nothing for what is not to be done again: refusals, alerts that follow from others, and what
    /// concerns no warehouse.
    pub fn of(body: &Body) -> Option<VoidKind> {
        Some(match body {
            Body::Moved(moved) => match moved.kind {
                Kind::Receipt => VoidKind::Receipt,
                Kind::Issue => VoidKind::Issue,
                Kind::Return => VoidKind::Return,
                Kind::Adjustment => VoidKind::Adjustment,
                Kind::Dispatch => VoidKind::Dispatch,
                Kind::Arrival => VoidKind::Arrival,
                Kind::Loss => VoidKind::Settlement,
            },
            Body::Held(_) => VoidKind::Hold,
            Body::Released(_) => VoidKind::Release,
            Body::RuleSet(_) => VoidKind::Rule,
            Body::AlertHandled(_) => VoidKind::Alert,
            Body::TransferDrafted(_) => VoidKind::TransferDraft,
            Body::TransferCancelled(_) => VoidKind::TransferCancel,
            Body::TransferDispatched(_) => VoidKind::Dispatch,
            Body::TransferReceived(_) => VoidKind::Arrival,
            Body::TransferSettled(_) => VoidKind::Settlement,
            Body::VoidSettled(_) => VoidKind::Reconciliation,
            _ => return None,
        })
    }
}

impl VoidEntries {
    /// What the void entries of a record, by their indexes, come to; nothing when none is to be done again.
    pub(crate) fn of(record: &Record, indexes: &[usize]) -> Option<VoidEntries> {
        let first = *indexes.first()?;
        let (sku, quantity) = match &record.entries[first].body {
            Body::Moved(moved) => (Some(moved.key.sku.clone()), moved.change),
            Body::Held(held) => (Some(held.key.sku.clone()), held.quantity),
            Body::Released(released) => (Some(released.key.sku.clone()), released.quantity),
            Body::RuleSet(set) => (Some(Sku::recorded(&set.sku)), Quantity::ZERO),
            _ => (None, Quantity::ZERO),
        };
        Some(VoidEntries {
            record: record.first.clone(),
            actor: record.command.user,
            stamp: record.stamp(first),
            kind: VoidKind::of(&record.entries[first].body)?,
            sku,
            quantity,
            entries: indexes.len() as u32,
        })
    }
}
