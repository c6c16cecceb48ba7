//! Sums of tallies by period, as every backend makes them.

use acopio_contract::query::{Tallies, WarehouseTally};
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::tally::{Quarter, Tally};

/// The sums of one warehouse on the way.
pub(crate) struct Sums<'q> {
    bounds: &'q [Quarter],
    periods: Vec<Tally>,
    /// By how many products more were available since the end of the last period.
    later: i64,
}

impl<'q> Sums<'q> {
    /// Nothing yet.
    pub(crate) fn of(query: &'q Tallies) -> Sums<'q> {
        let periods = vec![Tally::default(); query.bounds.len().saturating_sub(1)];
        Sums { bounds: &query.bounds, periods, later: 0 }
    }

    /// Adds the tally of a quarter that is not before the first period.
    pub(crate) fn add(&mut self, quarter: Quarter, tally: &Tally) {
        let after = self.bounds.partition_point(|bound| *bound <= quarter);
        match after.checked_sub(1).and_then(|index| self.periods.get_mut(index)) {
            Some(period) => period.add(tally),
            None => self.later += tally.available,
        }
    }

    /// What it comes to in a warehouse where so many products are available now.
    pub(crate) fn finish(self, warehouse: WarehouseCode, now: i64) -> WarehouseTally {
        let mut level = now - self.later;
        let mut available: Vec<i64> = Vec::with_capacity(self.periods.len());
        for period in self.periods.iter().rev() {
            available.push(level);
            level -= period.available;
        }
        available.reverse();
        WarehouseTally { warehouse, periods: self.periods, available }
    }
}
