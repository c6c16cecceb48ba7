//! Transfers, by looking at all of them.

use std::cmp::Reverse;

use acopio_contract::QueryError;
use acopio_contract::query::{Page, TransferById, Transfers};
use acopio_ledger::Source;
use acopio_ledger::transfer::Transfer;

use super::Shelf;
use super::lists::page;
use crate::filters::is_wanted_transfer;

impl Shelf {
    pub(super) fn transfers(&self, query: &Transfers) -> Result<Page<Transfer>, QueryError> {
        let wanted = self.books.changes().transfers.values().filter(|row| is_wanted_transfer(query, row));
        page(
            "transfers",
            &query.page,
            wanted.map(|row| (Reverse((row.opened, row.id.to_string())), row.clone())),
        )
    }

    pub(super) fn transfer(&self, query: &TransferById) -> Result<Option<Transfer>, QueryError> {
        Ok(self.books.transfer(&query.id))
    }
}
