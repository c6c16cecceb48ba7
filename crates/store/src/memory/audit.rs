//! All of a store in memory at one moment.

use std::sync::RwLockReadGuard;

use acopio_ledger::ids::{EntryId, ImportId, Seq, SourceId};
use acopio_ledger::records::{Balance, StockKey};

use super::Shelf;
use crate::{Audit, CommandRow, Head, StoreError, StoredFrame, view_rows};

/// The shelf, locked.
pub(super) struct MemoryAudit<'a>(pub(super) RwLockReadGuard<'a, Shelf>);

impl Audit for MemoryAudit<'_> {
    fn head(&self) -> Head {
        self.0.head
    }

    fn frames(&self, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        Ok(self.0.frames_after(after, bytes_max))
    }

    fn each_record(&self, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Result<(), StoreError> {
        view_rows(self.0.books.changes(), row);
        Ok(())
    }

    fn each_balance(&self, row: &mut dyn FnMut(&StockKey, &Balance) -> bool) -> Result<(), StoreError> {
        let _ = self.0.books.changes().balances.iter().all(|(key, balance)| row(key, balance));
        Ok(())
    }

    fn each_command(&self, row: CommandRow<'_>) -> Result<(), StoreError> {
        let mut commands = self.0.books.changes().commands.iter();
        let _ = commands.all(|(command, first)| row(&command.user.0, &command.key_bytes(), *first));
        Ok(())
    }

    fn each_source(&self, row: &mut dyn FnMut(SourceId, ImportId) -> bool) -> Result<(), StoreError> {
        let _ = self.0.books.changes().sources.iter().all(|(source, import)| row(*source, *import));
        Ok(())
    }

    fn each_undone(&self, row: &mut dyn FnMut(&EntryId, &EntryId) -> bool) -> Result<(), StoreError> {
        let _ = self.0.books.changes().undone.iter().all(|(movement, by)| row(movement, by));
        Ok(())
    }
}

impl Shelf {
    /// As [`crate::Reader::frames`].
    pub(super) fn frames_after(&self, after: Seq, bytes_max: usize) -> Vec<StoredFrame> {
        let mut bytes = 0;
        let mut fits = |frame: &StoredFrame| {
            let is_first = bytes == 0;
            bytes += frame.bytes.len();
            is_first || bytes <= bytes_max
        };
        let later = self.frames.range(after.plus(1)..).map(|(_, frame)| frame);
        later.take_while(|frame| fits(frame)).cloned().collect()
    }
}
