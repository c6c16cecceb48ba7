//! Writes frames and changed records, inside the transaction of whoever calls.

mod catalogue;
mod people;
mod stock;
mod transfers;

use acopio_ledger::Changes;
use acopio_ledger::codec::Frame;
use rusqlite::{Connection, params};

use super::caches::Caches;
use super::fault::Outcome;
use crate::Head;

/// Where changes are written: the transaction, and the caches that must say the same.
pub(super) struct Desk<'a> {
    /// The connection with an open transaction.
    pub(super) connection: &'a Connection,
    /// The writer's caches.
    pub(super) caches: &'a mut Caches,
}

/// Appends frames to the log; answers where it ends then.
pub(super) fn frames(connection: &Connection, mut head: Head, frames: &[Frame]) -> Outcome<Head> {
    let sql = "INSERT INTO log (id, frame, record, stamp, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(sql)?;
    for frame in frames {
        assert_eq!(frame.first, head.seq.plus(1), "a log has no gaps");
        assert!(head.stamp < frame.stamp, "stamps rise within a log");
        assert!(0 < frame.entries, "a frame has entries");
        for piece in &frame.pieces {
            let stamp = frame.stamp.plus(piece.first.0 - frame.first.0);
            let (id, first, record) = (piece.first.0 as i64, frame.first.0 as i64, piece.record.0 as i64);
            statement.execute(params![id, first, record, stamp.0 as i64, piece.bytes])?;
        }
        head = Head {
            seq: head.seq.plus(frame.entries),
            stamp: frame.stamp.plus(frame.entries - 1),
            hash: frame.hash,
        };
    }
    Ok(head)
}

/// Writes all changed records.
pub(super) fn changes(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    catalogue::write(desk, changes)?;
    people::write(desk, changes)?;
    transfers::write(desk, changes)?;
    stock::write(desk, changes)
}

/// Writes a value beside the tables.
pub(super) fn meta(connection: &Connection, name: &str, value: impl rusqlite::ToSql) -> Outcome<()> {
    connection.prepare_cached("REPLACE INTO meta VALUES (?1, ?2)")?.execute(params![name, value])?;
    Ok(())
}
