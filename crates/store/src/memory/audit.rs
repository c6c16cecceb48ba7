//! All of a store in memory at one moment.

use std::collections::BTreeMap;
use std::sync::RwLockReadGuard;

use acopio_ledger::deed::Deed;
use acopio_ledger::ids::{EntryId, ImportId, Seq, SourceId};
use acopio_ledger::names::NodeName;
use acopio_ledger::records::{Balance, StockKey, Warehouse};

use super::Shelf;
use crate::{Audit, CommandRow, Crossing, LogHead, StoreError, StoredFrame, view_rows};

/// The shelf, locked.
pub(super) struct MemoryAudit<'a> {
    shelf: RwLockReadGuard<'a, Shelf>,
    heads: BTreeMap<NodeName, LogHead>,
}

impl<'a> MemoryAudit<'a> {
    pub(super) fn of(shelf: RwLockReadGuard<'a, Shelf>) -> MemoryAudit<'a> {
        MemoryAudit { heads: shelf.logs.heads(), shelf }
    }
}

impl Audit for MemoryAudit<'_> {
    fn heads(&self) -> &BTreeMap<NodeName, LogHead> {
        &self.heads
    }

    fn frames(&self, node: &NodeName, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        Ok(self.shelf.logs.get(node).map_or_else(Vec::new, |log| log.frames_after(after, bytes_max)))
    }

    fn each_record(&self, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Result<(), StoreError> {
        view_rows(self.shelf.books.changes(), row);
        Ok(())
    }

    fn warehouses(&self) -> Result<Vec<Warehouse>, StoreError> {
        let known = self.shelf.books.changes().warehouses.values();
        Ok(known.map(|warehouse| Warehouse::clone(warehouse)).collect())
    }

    fn each_balance(
        &self,
        row: &mut dyn FnMut(&StockKey, &Balance, Option<&NodeName>) -> bool,
    ) -> Result<(), StoreError> {
        let mut balances = self.shelf.books.changes().balances.iter();
        let _ = balances.all(|(key, balance)| row(key, balance, self.shelf.across.owner(key)));
        Ok(())
    }

    fn check_indexes(&self) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    fn each_crossing(&self, row: &mut dyn FnMut(&Crossing) -> bool) -> Result<(), StoreError> {
        let _ = self.shelf.across.crossings.iter().all(row);
        Ok(())
    }

    fn each_command(&self, row: CommandRow<'_>) -> Result<(), StoreError> {
        let mut commands = self.shelf.across.commands();
        let _ = commands
            .all(|(command, first)| row(&command.user.0, &command.key_bytes(), &first.node, first.seq));
        Ok(())
    }

    fn each_deed(&self, row: &mut dyn FnMut(&Deed) -> bool) -> Result<(), StoreError> {
        let _ = self.shelf.books.changes().deeds.iter().all(row);
        Ok(())
    }

    fn each_source(&self, row: &mut dyn FnMut(SourceId, ImportId) -> bool) -> Result<(), StoreError> {
        let _ = self.shelf.books.changes().sources.iter().all(|(source, import)| row(*source, *import));
        Ok(())
    }

    fn each_undone(&self, row: &mut dyn FnMut(&EntryId, &EntryId) -> bool) -> Result<(), StoreError> {
        let _ = self.shelf.books.changes().undone.iter().all(|(movement, by)| row(movement, by));
        Ok(())
    }
}
