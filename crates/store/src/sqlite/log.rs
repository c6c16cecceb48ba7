//! Reads the log: pieces, entries, records and frames by position.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use acopio_ledger::codec::{Origin, decode_piece};
use acopio_ledger::ids::{EntryId, Seq, Stamp};
use acopio_ledger::{Entry, Record};
use rusqlite::{Connection, Row};

use super::fault::{Fault, Outcome};
use super::lookups::one;
use crate::{Identity, StoredFrame};

/// How many decoded pieces one piece of work keeps.
const PIECES_KEPT: usize = 64;

/// A decoded piece.
pub(super) struct LoadedPiece {
    /// The position of its first entry.
    pub(super) first: Seq,
    /// The position of the first entry of the record that its first entry belongs to.
    record: Seq,
    /// The stamp of its first entry.
    stamp: Stamp,
    /// Its entries.
    pub(super) entries: Vec<(Seq, Entry)>,
    /// Records that begin in it.
    records: Vec<(Seq, Origin)>,
}

impl LoadedPiece {
    fn from_row(row: &Row<'_>) -> Outcome<LoadedPiece> {
        let seq = |column| row.get::<_, i64>(column).map(|seq| Seq(seq as u64));
        let (first, frame, record) = (seq(0)?, seq(1)?, seq(2)?);
        let stamp = Stamp(row.get::<_, i64>(3)? as u64);
        let body =
            row.get_ref(4)?.as_blob().map_err(|error| Fault::damaged(format!("log at {first}"), error))?;
        let decoded = decode_piece(frame, first, body)
            .map_err(|error| Fault::damaged(format!("log at {first}"), error))?;
        let (entries, records) = (decoded.entries, decoded.records);
        Ok(LoadedPiece { first, record, stamp, entries, records })
    }

    /// The stamp of an entry of this piece.
    pub(super) fn stamp_of(&self, seq: Seq) -> Stamp {
        self.stamp.plus(seq.0 - self.first.0)
    }

    /// The entry at a position, if it is in this piece.
    pub(super) fn entry(&self, seq: Seq) -> Option<&Entry> {
        let index = seq.0.checked_sub(self.first.0)? as usize;
        self.entries.get(index).map(|(_, entry)| entry)
    }
}

/// The log, as one piece of work reads it.
pub(super) struct Log<'c> {
    connection: &'c Connection,
    identity: &'c Identity,
    kept: RefCell<BTreeMap<Seq, Rc<LoadedPiece>>>,
}

const PIECE: &str = "SELECT id, frame, record, stamp, body FROM log";

impl<'c> Log<'c> {
    /// The log behind a connection.
    pub(super) fn new(connection: &'c Connection, identity: &'c Identity) -> Log<'c> {
        Log { connection, identity, kept: RefCell::default() }
    }

    /// The id of an entry.
    pub(super) fn id(&self, seq: Seq) -> EntryId {
        EntryId { node: self.identity.node.clone(), incarnation: self.identity.incarnation, seq }
    }

    /// The position of an entry of this log.
    pub(super) fn seq(&self, id: &EntryId) -> Option<Seq> {
        (*id == self.id(id.seq)).then_some(id.seq)
    }

    /// The piece that holds a position, if the log does.
    pub(super) fn piece(&self, seq: Seq) -> Outcome<Option<Rc<LoadedPiece>>> {
        let found = self.piece_before(seq)?;
        Ok(found.filter(|piece| piece.entry(seq).is_some()))
    }

    /// The last piece that begins at or before a position.
    pub(super) fn piece_before(&self, seq: Seq) -> Outcome<Option<Rc<LoadedPiece>>> {
        let kept = self.kept.borrow().range(..=seq).next_back().map(|(_, piece)| Rc::clone(piece));
        if let Some(piece) = kept.filter(|piece| piece.entry(seq).is_some()) {
            return Ok(Some(piece));
        }
        self.load(&format!("{PIECE} WHERE id <= ?1 ORDER BY id DESC LIMIT 1"), seq)
    }

    /// The first piece that begins at or after a position.
    pub(super) fn piece_from(&self, seq: Seq) -> Outcome<Option<Rc<LoadedPiece>>> {
        self.load(&format!("{PIECE} WHERE id >= ?1 ORDER BY id LIMIT 1"), seq)
    }

    fn load(&self, sql: &str, seq: Seq) -> Outcome<Option<Rc<LoadedPiece>>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([seq.0 as i64])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let piece = Rc::new(LoadedPiece::from_row(row)?);
        let mut kept = self.kept.borrow_mut();
        if PIECES_KEPT <= kept.len() {
            kept.clear();
        }
        kept.insert(piece.first, Rc::clone(&piece));
        Ok(Some(piece))
    }

    /// What the record of an entry of the piece says of all its entries.
    pub(super) fn origin(&self, piece: &LoadedPiece, seq: Seq) -> Outcome<Origin> {
        let own = piece.records.iter().rev().find(|(first, _)| *first <= seq);
        if let Some((_, origin)) = own {
            return Ok(origin.clone());
        }
        let damaged = || Fault::damaged(format!("log at {seq}"), "its record's beginning is missing");
        let begin = self.piece(piece.record)?.ok_or_else(damaged)?;
        let origin = begin.records.iter().find(|(first, _)| *first == piece.record);
        origin.map(|(_, origin)| origin.clone()).ok_or_else(damaged)
    }

    /// The record whose first entry stands at a position.
    pub(super) fn record(&self, first: Seq) -> Outcome<Record> {
        let damaged = || Fault::damaged(format!("record at {first}"), "no record begins there");
        let mut piece = self.piece(first)?.ok_or_else(damaged)?;
        let found = piece.records.iter().find(|(begin, _)| *begin == first);
        let (_, origin) = found.cloned().ok_or_else(damaged)?;
        let stamp = piece.stamp_of(first);
        let mut entries = Vec::new();
        loop {
            let end = piece.records.iter().map(|(begin, _)| *begin).find(|begin| first < *begin);
            let own =
                piece.entries.iter().filter(|(seq, _)| first <= *seq && end.is_none_or(|end| *seq < end));
            entries.extend(own.map(|(_, entry)| entry.clone()));
            let next = self.piece_from(first.plus(entries.len() as u64))?;
            match next {
                Some(next) if end.is_none() && next.record == first && next.first != first => piece = next,
                _ => break,
            }
        }
        let Origin { command, fingerprint, cause } = origin;
        Ok(Record { command, fingerprint, cause, first: self.id(first), stamp, entries })
    }

    /// The position of the first entry of the log's last record.
    pub(super) fn last_record(&self) -> Outcome<Option<Seq>> {
        let last = self.piece_before(Seq(i64::MAX as u64))?;
        Ok(last.map(|piece| piece.records.last().map_or(piece.record, |(first, _)| *first)))
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
        match self.piece_before(Seq(low as u64))? {
            Some(piece) => {
                let before = piece.entries.iter().rev().find(|(seq, _)| piece.stamp_of(*seq) < stamp);
                Ok(before.map_or(Seq(piece.first.0 - 1), |(seq, _)| *seq))
            }
            None => Ok(Seq(0)),
        }
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
