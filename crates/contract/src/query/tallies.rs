//! Queries about how much happened: figures for charts.

use acopio_ledger::names::WarehouseCode;
use acopio_ledger::tally::{Quarter, Tally};

use super::Scope;

/// What happened in each of some periods, and how many products were available at the end of each, by warehouse.
#[derive(Clone, Debug)]
pub struct Tallies {
    /// Where.
    pub warehouse: Option<WarehouseCode>,
    /// Where the periods begin and the last of them ends, rising: one more than there are periods.
    pub bounds: Vec<Quarter>,
    /// Whose rows may be seen.
    pub scope: Scope,
}

/// What happened in one warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarehouseTally {
    /// Where.
    pub warehouse: WarehouseCode,
    /// What happened in each period.
    pub periods: Vec<Tally>,
    /// How many products were available at the end of each, as the logs say that are known here.
    pub available: Vec<i64>,
}
