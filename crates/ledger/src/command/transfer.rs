//! Commands about transfers: each touches one of the two warehouses.

use serde::{Deserialize, Serialize};

use crate::ids::EntryId;
use crate::names::{Line, Sku, WarehouseCode};
use crate::quantity::Quantity;

/// The most lines that one transfer may have.
pub const TRANSFER_LINES_MAX: usize = 1_000;

/// See [`super::Command::DraftTransfer`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftTransfer {
    /// The warehouse that sends, and decides.
    pub from: WarehouseCode,
    /// The warehouse that receives.
    pub to: WarehouseCode,
    /// Up to [`TRANSFER_LINES_MAX`] lines, each SKU once.
    pub lines: Vec<DraftLine>,
    /// What it refers to.
    pub reference: Option<Line>,
    /// Whether it is dispatched at once: then it is drafted only if all lines can leave.
    pub dispatch: bool,
}

/// What is asked for of one SKU.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftLine {
    /// Of what.
    pub sku: Sku,
    /// How much, more than 0.
    pub quantity: Quantity,
}

/// See [`super::Command::CancelTransfer`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelTransfer {
    /// Which transfer.
    pub transfer: EntryId,
    /// Why.
    pub reason: Option<Line>,
}

/// See [`super::Command::DispatchTransfer`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DispatchTransfer {
    /// Which transfer.
    pub transfer: EntryId,
}

/// See [`super::Command::ReceiveTransfer`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceiveTransfer {
    /// Which transfer.
    pub transfer: EntryId,
    /// What came, each SKU once; all that is on the road, if not said.
    pub lines: Option<Vec<ReceiveLine>>,
    /// Why something was rejected or is missing.
    pub reason: Option<Line>,
}

/// What came of one SKU. None is negative, and not all are 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceiveLine {
    /// Of what.
    pub sku: Sku,
    /// What arrived and is good.
    pub accepted: Quantity,
    /// What arrived and is put on hold.
    pub rejected: Quantity,
    /// What is missing: it stays on the road until it is settled.
    pub missing: Quantity,
}

/// See [`super::Command::SettleTransfer`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleTransfer {
    /// Which transfer.
    pub transfer: EntryId,
    /// What became of what, each SKU once.
    pub lines: Vec<SettleLine>,
    /// Why, or how that is known.
    pub reason: Option<Line>,
}

/// What became of goods of one SKU that had not come. None is negative, and not both are 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleLine {
    /// Of what.
    pub sku: Sku,
    /// What turned up, and arrives.
    pub found: Quantity,
    /// What is lost for good.
    pub lost: Quantity,
}
