//! Commands about who owns a warehouse, and about entries that were written without owning it.

use serde::{Deserialize, Serialize};

use crate::ids::{EntryId, Seq};
use crate::names::{Line, NodeName, WarehouseCode};
use crate::records::Durability;

/// See [`super::Command::HandOver`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandOverWarehouse {
    /// Which warehouse.
    pub warehouse: WarehouseCode,
    /// Who is to take it.
    pub to: NodeName,
}

/// See [`super::Command::Take`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeWarehouse {
    /// Which warehouse.
    pub warehouse: WarehouseCode,
    /// The owner before.
    pub from: NodeName,
    /// The last position of that owner's log that counts: of its handing over, or, when it is taken by force, the last
    /// that is known.
    pub cut: Seq,
}

/// See [`super::Command::SetDurability`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetDurability {
    /// Which warehouse.
    pub warehouse: WarehouseCode,
    /// What it is to be.
    pub durability: Durability,
}

/// See [`super::Command::Repost`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Repost {
    /// Which void record.
    pub void: EntryId,
}

/// See [`super::Command::DiscardVoid`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DiscardVoid {
    /// Which void record.
    pub void: EntryId,
    /// Why.
    pub reason: Option<Line>,
}
