//! Writes what waits for a person since nodes have worked apart: void records and conflicting values.

use acopio_ledger::Changes;
use acopio_ledger::conflict::{Conflict, ConflictId};
use acopio_ledger::void::{Void, VoidState};
use rusqlite::params;

use super::Desk;
use crate::sqlite::fault::Outcome;
use crate::view_rows::json;

pub(super) fn write(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    changes.voids.values().try_for_each(|void| write_void(desk, void))?;
    changes.conflicts.iter().try_for_each(|(id, conflict)| write_conflict(desk, id, conflict.as_ref()))
}

fn write_void(desk: &Desk<'_>, void: &Void) -> Outcome<()> {
    let record = void.what.as_ref().map(|what| what.record.to_string());
    let stamp = void.what.as_ref().map(|what| what.stamp.0 as i64);
    let state = match void.state {
        VoidState::Open => "open",
        VoidState::Posted { .. } => "posted",
        VoidState::Discarded { .. } => "discarded",
    };
    let sql = "REPLACE INTO void VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let row = params![void.id.to_string(), record, stamp, void.warehouse.as_str(), state, json(void)];
    desk.connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn write_conflict(desk: &Desk<'_>, id: &ConflictId, conflict: Option<&Conflict>) -> Outcome<()> {
    let (kind, record, field) = (id.kind.as_str(), &id.record, &id.field);
    match conflict {
        Some(conflict) => {
            let sql = "REPLACE INTO conflict VALUES (?1, ?2, ?3, ?4, ?5)";
            let row = params![kind, record, field, conflict.is_true(), json(conflict)];
            desk.connection.prepare_cached(sql)?.execute(row)?;
        }
        None => {
            let sql = "DELETE FROM conflict WHERE kind = ?1 AND record = ?2 AND field = ?3";
            desk.connection.prepare_cached(sql)?.execute(params![kind, record, field])?;
        }
    }
    Ok(())
}
