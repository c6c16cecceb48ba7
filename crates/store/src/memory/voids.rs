//! Void records and conflicting values, by looking at all of them.

use std::cmp::Reverse;

use acopio_contract::QueryError;
use acopio_contract::query::{ConflictById, Conflicts, Page, VoidById, Voids};
use acopio_ledger::conflict::Conflict;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::void::Void;
use acopio_ledger::{Record, Source};

use super::Shelf;
use super::lists::page;
use crate::filters::{is_wanted_void, passes};

impl Shelf {
    pub(super) fn voids(&self, query: &Voids) -> Result<Page<Void>, QueryError> {
        let wanted = self.books.changes().voids.values().filter(|void| is_wanted_void(query, void));
        let place = |void: &Void| void.what.as_ref().map(|what| Reverse((what.stamp, void.id.to_string())));
        page("voids", &query.page, wanted.filter_map(|void| Some((place(void)?, void.clone()))))
    }

    pub(super) fn void(&self, query: &VoidById) -> Result<Option<Void>, QueryError> {
        Ok(self.books.void(&query.id))
    }

    pub(super) fn conflicts(&self, query: &Conflicts) -> Result<Page<Conflict>, QueryError> {
        let known = self.books.changes().conflicts.values().flatten();
        let wanted = known.filter(|conflict| conflict.is_true() && passes(&query.kind, &conflict.id.kind));
        let place = |conflict: &Conflict| {
            let id = &conflict.id;
            (id.kind.as_str().to_owned(), id.record.clone(), id.field.clone())
        };
        page("conflicts", &query.page, wanted.map(|conflict| (place(conflict), conflict.clone())))
    }

    pub(super) fn conflict(&self, query: &ConflictById) -> Result<Option<Conflict>, QueryError> {
        Ok(self.books.conflict(&query.id))
    }

    /// Whether entries of a record about a warehouse are void.
    pub(super) fn is_void(&self, record: &Record, warehouse: &WarehouseCode) -> bool {
        let stands_in = |void: &Void| void.what.as_ref().is_some_and(|what| what.record == record.first);
        let mut voids = self.books.changes().voids.values();
        voids.any(|void| void.warehouse == *warehouse && stands_in(void))
    }
}
