//! Reads the log: pieces, entries, records and frames by position.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use acopio_ledger::Record;
use acopio_ledger::codec::Origin;
use acopio_ledger::ids::{EntryId, Seq, Stamp};
use rusqlite::Connection;

use super::fault::{Fault, Outcome};
use super::lives::Lives;
use super::lookups::one;
use super::piece::Piece;
use crate::StoredFrame;

/// How many pieces one piece of work keeps.
const PIECES_KEPT: usize = 64;

/// The log, as one piece of work reads it.
pub(super) struct Log<'c> {
    connection: &'c Connection,
    lives: &'c Lives,
    kept: RefCell<BTreeMap<Seq, Rc<Piece>>>,
}

impl<'c> Log<'c> {
    /// The log behind a connection.
    pub(super) fn new(connection: &'c Connection, lives: &'c Lives) -> Log<'c> {
        Log { connection, lives, kept: RefCell::default() }
    }

    /// The id of an entry.
    pub(super) fn id(&self, seq: Seq) -> EntryId {
        self.lives.id(seq)
    }

    /// The position of an entry of this log.
    pub(super) fn seq(&self, id: &EntryId) -> Option<Seq> {
        (*id == self.id(id.seq)).then_some(id.seq)
    }

    /// The piece that holds a position, if the log does.
    pub(super) fn piece(&self, seq: Seq) -> Outcome<Option<Rc<Piece>>> {
        Ok(self.piece_before(seq)?.filter(|piece| piece.holds(seq)))
    }

    /// The last piece that begins at or before a position.
    pub(super) fn piece_before(&self, seq: Seq) -> Outcome<Option<Rc<Piece>>> {
        let kept = self.kept.borrow().range(..=seq).next_back().map(|(_, piece)| Rc::clone(piece));
        if let Some(piece) = kept.filter(|piece| piece.holds(seq)) {
            return Ok(Some(piece));
        }
        self.load("WHERE id <= ?1 ORDER BY id DESC LIMIT 1", seq)
    }

    /// The first piece that begins at or after a position.
    pub(super) fn piece_from(&self, seq: Seq) -> Outcome<Option<Rc<Piece>>> {
        self.load("WHERE id >= ?1 ORDER BY id LIMIT 1", seq)
    }

    fn load(&self, place: &str, seq: Seq) -> Outcome<Option<Rc<Piece>>> {
        let sql = format!("SELECT {} FROM log {place}", Piece::COLUMNS);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([seq.0 as i64])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let piece = Rc::new(Piece::from_row(row)?);
        let mut kept = self.kept.borrow_mut();
        if PIECES_KEPT <= kept.len() {
            kept.clear();
        }
        kept.insert(piece.first, Rc::clone(&piece));
        Ok(Some(piece))
    }

    /// What the record of an entry of the piece says of all its entries.
    pub(super) fn origin(&self, piece: &Piece, seq: Seq) -> Outcome<Rc<Origin>> {
        if let Some(record) = piece.record_before(seq) {
            return piece.origin(record);
        }
        let damaged = || Fault::damaged(format!("log at {seq}"), "its record's beginning is missing");
        self.piece(piece.record)?.ok_or_else(damaged)?.origin(piece.record)
    }

    /// The record whose first entry stands at a position.
    pub(super) fn record(&self, first: Seq) -> Outcome<Record> {
        let missing = || Fault::damaged(format!("record at {first}"), "no record begins there");
        let mut piece = self.piece(first)?.ok_or_else(missing)?;
        if piece.record_before(first) != Some(first) {
            return Err(missing());
        }
        let Origin { command, fingerprint, cause } = Origin::clone(&*piece.origin(first)?);
        let stamp = piece.stamp_of(first);
        let mut entries = Vec::new();
        let mut next = first;
        loop {
            let end = piece.record_after(first);
            while next < end.unwrap_or(piece.end()) {
                entries.push(piece.entry(next)?);
                next = next.plus(1);
            }
            match self.piece_from(next)? {
                // A piece that begins amid this record.
                Some(later) if end.is_none() && later.record == first => piece = later,
                _ => break,
            }
        }
        Ok(Record { command, fingerprint, cause, first: self.id(first), stamp, entries })
    }

    /// The position of the first entry of the log's last record.
    pub(super) fn last_record(&self) -> Outcome<Option<Seq>> {
        let last = self.piece_before(Seq(i64::MAX as u64))?;
        Ok(last.map(|piece| piece.record_before(piece.end()).unwrap_or(piece.record)))
    }

    /// The position of the last entry recorded before a stamp; 0 if there is none.
    pub(super) fn last_before(&self, stamp: Stamp) -> Outcome<Seq> {
        let end = one(self.connection, "SELECT id FROM log ORDER BY id DESC LIMIT 1", [], |row| {
            row.get::<_, i64>(0)
        })?;
        // Pieces below `low` begin before the stamp, pieces from `high` on do not.
        let (mut low, mut high) = (0, end.unwrap_or(0) + 1);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            let sql = "SELECT id, stamp FROM log WHERE id <= ?1 ORDER BY id DESC LIMIT 1";
            let piece = one(self.connection, sql, [middle], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            })?;
            match piece {
                Some((first, begins)) if stamp.0 as i64 <= begins => high = first,
                _ => low = middle,
            }
        }
        let Some(piece) = self.piece_before(Seq(low as u64))? else { return Ok(Seq(0)) };
        let earlier = stamp.0.saturating_sub(piece.stamp_of(piece.first).0);
        Ok(Seq((piece.first.0 + earlier).min(piece.end().0) - 1))
    }
}

/// Whole frames after a position, at least one if there is one, then as many as fit `bytes_max`.
pub(super) fn frames(connection: &Connection, after: Seq, bytes_max: usize) -> Outcome<Vec<StoredFrame>> {
    let mut statement = connection.prepare_cached("SELECT frame, body FROM log WHERE id > ?1 ORDER BY id")?;
    let mut rows = statement.query([after.0 as i64])?;
    let mut frames: Vec<StoredFrame> = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let first = Seq(row.get::<_, i64>(0)? as u64);
        let body = row.get_ref(1)?.as_blob().map_err(|error| Fault::damaged("log", error))?;
        bytes += body.len();
        match frames.last_mut() {
            // The position lies inside this frame: it is not a frame after it.
            _ if first <= after => bytes = 0,
            Some(frame) if frame.first == first => frame.bytes.extend_from_slice(body),
            Some(_) if bytes_max < bytes => break,
            _ => frames.push(StoredFrame { first, bytes: body.to_vec() }),
        }
    }
    // A frame that was begun under the limit is taken to its end, so only whole ones are here; but the last may be over.
    let total: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
    if bytes_max < total && 1 < frames.len() {
        frames.pop();
    }
    Ok(frames)
}
