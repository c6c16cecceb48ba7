//! Writes what people did. Rows come in the order of their stamps, so that all but the index by subject are appended to.

use acopio_ledger::deed::Deed;
use rusqlite::params;

use super::Desk;
use crate::sqlite::fault::Outcome;

pub(super) fn write(desk: &mut Desk<'_>, deeds: &[Deed]) -> Outcome<()> {
    for Deed { id, stamp, actor, kind, subject } in deeds {
        let actor = desk.caches.user_id(desk.connection, actor)?;
        let sql = "REPLACE INTO deed VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = params![stamp.0 as i64, id.node.as_str(), id.seq.0 as i64, kind.as_str(), actor, subject];
        desk.connection.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}
