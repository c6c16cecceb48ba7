//! Void records and conflicting values by their keys, for the writer and for readers, and which movements are void.

use acopio_ledger::conflict::{Conflict, ConflictId};
use acopio_ledger::ids::EntryId;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::void::Void;
use rusqlite::Connection;

use super::fault::Outcome;
use super::log::Log;
use super::lookups::{doc, one};
use super::piece::Piece;
use super::place::Place;

/// A void record.
pub(super) fn void(connection: &Connection, id: &EntryId) -> Outcome<Option<Void>> {
    doc(connection, "void record", "SELECT doc FROM void WHERE key = ?1", [id.to_string()])
}

/// The values that stand beside one another in a field.
pub(super) fn conflict(connection: &Connection, id: &ConflictId) -> Outcome<Option<Conflict>> {
    let sql = "SELECT doc FROM conflict WHERE kind = ?1 AND record = ?2 AND field = ?3";
    doc(connection, "conflict", sql, [id.kind.as_str(), &id.record, &id.field])
}

/// Tells void entries from others. Nearly always there are none, which is looked up once.
pub(super) struct VoidMarks<'c> {
    connection: &'c Connection,
    any: bool,
}

impl<'c> VoidMarks<'c> {
    /// Those of a database.
    pub(super) fn of(connection: &'c Connection) -> Outcome<VoidMarks<'c>> {
        let any = one(connection, "SELECT EXISTS (SELECT 1 FROM void)", [], |row| row.get(0))?;
        Ok(VoidMarks { connection, any: any.unwrap_or(false) })
    }

    /// Whether an entry about a warehouse, which the piece holds at that place, is void.
    pub(super) fn is_void(
        &self,
        log: &Log<'_>,
        piece: &Piece,
        place: Place,
        warehouse: &WarehouseCode,
    ) -> Outcome<bool> {
        if !self.any {
            return Ok(false);
        }
        let first = piece.record_before(place.seq()).unwrap_or(piece.record);
        let record = log.id(place.with(first))?.to_string();
        let sql = "SELECT 1 FROM void WHERE record = ?1 AND warehouse = ?2";
        let found = one(self.connection, sql, [&record, warehouse.as_str()], |_| Ok(()))?;
        Ok(found.is_some())
    }
}
