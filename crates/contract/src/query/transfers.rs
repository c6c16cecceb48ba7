//! Queries about transfers.

use acopio_ledger::ids::EntryId;
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::transfer::TransferState;

use super::{PageRequest, Scope};

/// Transfers by filter, newest first; all filters must hold.
#[derive(Clone, Debug)]
pub struct Transfers {
    /// How far they are.
    pub state: Option<TransferState>,
    /// The warehouse that sends.
    pub from: Option<WarehouseCode>,
    /// The warehouse that receives.
    pub to: Option<WarehouseCode>,
    /// A SKU that they have a line of.
    pub sku: Option<Sku>,
    /// Whose may be seen: those of which either end is among them.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// One transfer.
#[derive(Clone, Debug)]
pub struct TransferById {
    /// Its id.
    pub id: EntryId,
}
