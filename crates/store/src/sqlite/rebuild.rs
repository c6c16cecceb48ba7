//! Drops the views so that the logs can be folded anew, and knows whether that came to its end.

use rusqlite::Connection;

use super::fault::Outcome;
use super::{lookups, write};

/// While this is there, the views are not whole.
const MARK: &str = "rebuilding";

/// All that is folded from the logs.
const VIEWS: &[&str] = &[
    "category",
    "warehouse",
    "product",
    "barcode",
    "balance",
    "unflushed",
    "crossing",
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
    "void",
    "conflict",
    "deed",
    "tally",
    "assortment",
    "stocked",
];

/// Empties all views.
pub(super) fn drop_views(connection: &Connection) -> Outcome<()> {
    for view in VIEWS {
        connection.execute(&format!("DELETE FROM {view}"), [])?;
    }
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')", [])?;
    connection.execute("DELETE FROM meta WHERE name IN ('company', 'settings')", [])?;
    write::meta(connection, MARK, 1)
}

/// Says that the views are whole again.
pub(super) fn end(connection: &Connection) -> Outcome<()> {
    connection.execute("DELETE FROM meta WHERE name = ?1", [MARK])?;
    Ok(())
}

/// Whether the views are whole.
pub(super) fn is_finished(connection: &Connection) -> Outcome<bool> {
    Ok(lookups::meta::<i64>(connection, MARK)?.is_none())
}
