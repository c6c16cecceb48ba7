//! Writes frames and changed records, inside the transaction of whoever calls.

mod catalogue;
mod deeds;
mod ownership;
mod people;
mod stock;
mod transfers;

use acopio_ledger::Changes;
use acopio_ledger::codec::Frame;
use rusqlite::{Connection, params};

use super::caches::Caches;
use super::fault::Outcome;
use super::logs::write_head;
use super::place::{LogNumber, Place};
use super::tallies;
use super::unflushed::Flusher;
use crate::{Head, Note};

/// Where changes are written: the transaction, and the caches that must say the same.
pub(super) struct Desk<'a> {
    /// In which log stands what has led to the changes.
    pub(super) log: LogNumber,
    /// Whether there are other logs.
    pub(super) has_others: bool,
    /// The connection with an open transaction.
    pub(super) connection: &'a Connection,
    /// The writer's caches.
    pub(super) caches: &'a mut Caches,
    /// Takes changed balances.
    pub(super) flusher: &'a mut Flusher,
}

/// Appends frames to a log; answers where it ends then.
pub(super) fn frames(
    connection: &Connection,
    log: LogNumber,
    mut head: Head,
    frames: &[Frame],
) -> Outcome<Head> {
    let sql = "INSERT INTO log (id, frame, record, stamp, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(sql)?;
    for frame in frames {
        let end = head.after(frame);
        for piece in &frame.pieces {
            let stamp = frame.stamp.plus(piece.first.0 - frame.first.0);
            let (first, record) = (frame.first.0 as i64, piece.record.0 as i64);
            let place = Place::new(log, piece.first);
            statement.execute(params![place, first, record, stamp.0 as i64, piece.bytes])?;
        }
        head = end;
    }
    write_head(connection, log, &head)?;
    Ok(head)
}

/// Writes all changed records.
pub(super) fn changes(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    desk.caches.shown.forget(changes);
    catalogue::write(desk, changes)?;
    people::write(desk, changes)?;
    transfers::write(desk, changes)?;
    ownership::write(desk, changes)?;
    deeds::write(desk, &changes.deeds)?;
    tallies::add(desk, &changes.tallies)?;
    stock::write(desk, changes)
}

/// Writes a value beside the tables.
pub(super) fn meta(connection: &Connection, name: &str, value: impl rusqlite::ToSql) -> Outcome<()> {
    connection.prepare_cached("REPLACE INTO meta VALUES (?1, ?2)")?.execute(params![name, value])?;
    Ok(())
}

/// Writes notes and removes those that say nothing.
pub(super) fn notes(connection: &Connection, notes: &[Note]) -> Outcome<()> {
    for Note { kind, key, doc } in notes {
        match doc {
            Some(doc) => {
                let sql = "REPLACE INTO note VALUES (?1, ?2, ?3)";
                connection.prepare_cached(sql)?.execute(params![kind, key, doc])?;
            }
            None => {
                let sql = "DELETE FROM note WHERE kind = ?1 AND key = ?2";
                connection.prepare_cached(sql)?.execute(params![kind, key])?;
            }
        }
    }
    Ok(())
}
