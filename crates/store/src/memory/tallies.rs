//! Figures for charts, by looking at all tallies.

use std::collections::BTreeSet;

use acopio_contract::QueryError;
use acopio_contract::query::{Tallies, WarehouseTally};
use acopio_ledger::Source;
use acopio_ledger::names::WarehouseCode;

use super::Shelf;
use crate::filters::{in_scope, passes};
use crate::tallies::Sums;

impl Shelf {
    pub(super) fn tallies(&self, query: &Tallies) -> Result<Vec<WarehouseTally>, QueryError> {
        let tallies = &self.books.changes().tallies;
        let known = self.books.warehouses().into_iter();
        let codes: BTreeSet<WarehouseCode> =
            known.chain(tallies.keys().map(|(_, code)| code.clone())).collect();
        let is_wanted = |code: &WarehouseCode| passes(&query.warehouse, code) && in_scope(&query.scope, code);
        let row = |code: WarehouseCode| {
            let mut sums = Sums::of(query);
            let own = tallies.iter().filter(|((_, of), _)| *of == code);
            let now = own.clone().map(|(_, tally)| tally.available).sum();
            let wanted = own.filter(|((quarter, _), _)| query.bounds.first() <= Some(quarter));
            wanted.for_each(|((quarter, _), tally)| sums.add(*quarter, tally));
            sums.finish(code, now)
        };
        Ok(codes.into_iter().filter(is_wanted).map(row).collect())
    }
}
