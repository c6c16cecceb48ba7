//! Transfers as the folded logs know them: what was asked, what went, what came, and what is still on the road.
//!
//! The two ends of a transfer are written by two nodes, whose logs may be folded in any order. So a transfer is made of
//! sums and of earliest and latest moments, which come out the same whatever comes first: an arrival that is folded
//! before its dispatch makes a stub that is *pending*.

use serde::{Deserialize, Serialize};

use crate::ids::{EntryId, Stamp, UserId, Version};
use crate::names::{Sku, WarehouseCode};
use crate::quantity::Quantity;

/// Goods on their way from one warehouse to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Its id: the entry that drafted it.
    pub id: EntryId,
    /// The warehouse that sends.
    pub from: WarehouseCode,
    /// The warehouse that receives.
    pub to: WarehouseCode,
    /// What it refers to; empty if nothing, or while the draft is not known.
    pub reference: String,
    /// The earliest that is known of it: lists are sorted by it.
    pub opened: Stamp,
    /// The latest that is known of it.
    pub changed: Stamp,
    /// How many entries about it are known.
    pub version: Version,
    /// When and by whom it was drafted.
    pub drafted: Option<Moment>,
    /// When and by whom it was given up.
    pub cancelled: Option<Moment>,
    /// When and by whom it was dispatched.
    pub dispatched: Option<Moment>,
    /// When and by whom something last came of it or was settled.
    pub received: Option<Moment>,
    /// Its lines, by SKU.
    pub lines: Vec<TransferLine>,
}

/// When something was recorded, and who caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: UserId,
}

/// One SKU of a transfer, from the draft to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferLine {
    /// Of what.
    pub sku: Sku,
    /// What the draft asks for.
    pub asked: Quantity,
    /// What left the sender.
    pub dispatched: Quantity,
    /// What arrived and was good.
    pub accepted: Quantity,
    /// What arrived and was put on hold.
    pub rejected: Quantity,
    /// What was reported missing in all; see [`TransferLine::missing_now`] for what still is.
    pub missing: Quantity,
    /// What turned up later, and arrived.
    pub found: Quantity,
    /// What was lost.
    pub lost: Quantity,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Nothing has left yet.
    Draft,
    /// It was given up before anything left.
    Cancelled,
    /// All is on the road.
    Dispatched,
    /// Something has come, something is still on the road.
    PartiallyReceived,
    /// Nothing is on the road any more.
    Closed,
    /// Something has come of it, but the sender's log is not known that far.
    Pending,
}

impl TransferState {
    /// All states.
    pub const ALL: [TransferState; 6] = [
        TransferState::Draft,
        TransferState::Cancelled,
        TransferState::Dispatched,
        TransferState::PartiallyReceived,
        TransferState::Closed,
        TransferState::Pending,
    ];

    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            TransferState::Draft => "draft",
            TransferState::Cancelled => "cancelled",
            TransferState::Dispatched => "dispatched",
            TransferState::PartiallyReceived => "partially_received",
            TransferState::Closed => "closed",
            TransferState::Pending => "pending",
        }
    }
}

impl Transfer {
    /// How far it is.
    pub fn state(&self) -> TransferState {
        match (&self.dispatched, &self.received) {
            (None, _) if self.cancelled.is_some() => TransferState::Cancelled,
            (None, None) if self.drafted.is_some() => TransferState::Draft,
            (None, _) => TransferState::Pending,
            (Some(_), _) if self.lines.iter().all(|line| line.on_the_road() == Quantity::ZERO) => {
                TransferState::Closed
            }
            (Some(_), Some(_)) => TransferState::PartiallyReceived,
            (Some(_), None) => TransferState::Dispatched,
        }
    }

    /// The line of a SKU.
    pub fn line(&self, sku: &Sku) -> Option<&TransferLine> {
        self.lines.binary_search_by(|line| line.sku.cmp(sku)).ok().map(|index| &self.lines[index])
    }

    /// What of a line is on its way to the receiver: nothing before the dispatch is known.
    pub fn incoming(&self, line: &TransferLine) -> Quantity {
        if self.dispatched.is_some() { line.on_the_road() } else { Quantity::ZERO }
    }
}

impl TransferLine {
    /// A line of which nothing is known but the SKU.
    pub fn of(sku: Sku) -> TransferLine {
        TransferLine {
            sku,
            asked: Quantity::ZERO,
            dispatched: Quantity::ZERO,
            accepted: Quantity::ZERO,
            rejected: Quantity::ZERO,
            missing: Quantity::ZERO,
            found: Quantity::ZERO,
            lost: Quantity::ZERO,
        }
    }

    /// What has left and has neither arrived nor been lost. Below 0 while an arrival is known but not its dispatch.
    pub fn on_the_road(&self) -> Quantity {
        self.dispatched - self.accepted - self.rejected - self.found - self.lost
    }

    /// What of the goods on the road is known to be missing: what was reported and neither settled nor arrived since.
    pub fn missing_now(&self) -> Quantity {
        let unsettled = self.missing - self.found - self.lost;
        unsettled.min(self.on_the_road()).max(Quantity::ZERO)
    }
}
