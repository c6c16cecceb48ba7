//! Movements and entries, by looking at all logs from their beginning.

use std::cmp::Reverse;

use acopio_contract::QueryError;
use acopio_contract::query::{Entries, EntryRow, Movement, MovementRow, Movements, Page};
use acopio_ledger::{Body, Nothing, Record, Source};

use super::Shelf;
use super::lists::page;
use super::source::import_of;
use crate::filters::is_wanted;

impl Shelf {
    pub(super) fn movements(&self, query: &Movements) -> Result<Page<MovementRow>, QueryError> {
        let entries = self.logs.records().flat_map(|record| {
            (0..record.entries.len()).filter_map(move |index| self.movement_row(record, index))
        });
        let rows = entries.filter(|row| is_wanted(query, &row.actor, row.stamp, &row.moved));
        page("movements", &query.page, rows.map(|row| (Reverse((row.stamp, row.id.node.clone())), row)))
    }

    pub(super) fn movement(&self, query: &Movement) -> Result<Option<MovementRow>, QueryError> {
        let found = self.logs.entry(&query.id);
        Ok(found.and_then(|(record, index)| self.movement_row(record, index)))
    }

    fn movement_row(&self, record: &Record, index: usize) -> Option<MovementRow> {
        let Body::Moved(moved) = &record.entries[index].body else { return None };
        if self.is_void(record, &moved.key.warehouse) {
            return None;
        }
        let actor = record.command.user;
        let id = record.id(index);
        Some(MovementRow {
            stamp: record.stamp(index),
            actor,
            actor_name: self.books.user(&actor).map(|user| user.username).unwrap_or_default(),
            import: import_of(record),
            moved: moved.clone(),
            undone_by: self.books.undone(&id),
            id,
        })
    }

    pub(super) fn entries(&self, query: &Entries) -> Result<Vec<EntryRow>, QueryError> {
        let entries = self.logs.records().flat_map(|record| {
            record.entries.iter().enumerate().map(|(index, entry)| EntryRow {
                id: record.id(index),
                stamp: record.stamp(index),
                actor: record.command.user,
                body: entry.body.clone(),
                void: entry.body.warehouse(&Nothing).is_some_and(|code| self.is_void(record, &code)),
            })
        });
        Ok(entries.filter(|row| query.after.get(&row.id.node) < row.id.seq).take(query.limit).collect())
    }
}
