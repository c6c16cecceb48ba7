//! Drops the views so that the log can be folded anew, and knows whether that came to its end.

use acopio_ledger::Changes;
use acopio_ledger::ids::Seq;
use rusqlite::Connection;

use super::fault::Outcome;
use super::lives::Lives;
use super::log::Log;
use super::{lookups, write};

/// While this is there, the views are not whole: the position of the log's last record, whose folding ends it.
const MARK: &str = "rebuilding";

/// All that is folded from the log.
const VIEWS: &[&str] = &[
    "category",
    "warehouse",
    "product",
    "barcode",
    "balance",
    "rule",
    "alert",
    "hold",
    "user",
    "session",
    "import",
    "name",
    "signing_key",
    "command",
    "source",
    "undone",
    "transfer",
    "transfer_line",
    "incoming",
];

/// Empties all views.
pub(super) fn drop_views(connection: &Connection, lives: &Lives) -> Outcome<()> {
    for view in VIEWS {
        connection.execute(&format!("DELETE FROM {view}"), [])?;
    }
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')", [])?;
    connection.execute("DELETE FROM meta WHERE name = 'company'", [])?;
    match Log::new(connection, lives).last_record()? {
        Some(last) => write::meta(connection, MARK, last.0 as i64),
        None => Ok(()),
    }
}

/// Takes the mark away once the log's last record is among what was folded.
pub(super) fn note_progress(connection: &Connection, changes: &Changes) -> Outcome<()> {
    let last = lookups::meta::<i64>(connection, MARK)?.map(|last| Seq(last as u64));
    if last.is_some_and(|last| changes.commands.values().any(|first| *first == last)) {
        connection.execute("DELETE FROM meta WHERE name = ?1", [MARK])?;
    }
    Ok(())
}

/// Whether the views are whole.
pub(super) fn is_finished(connection: &Connection) -> Outcome<bool> {
    Ok(lookups::meta::<i64>(connection, MARK)?.is_none())
}
