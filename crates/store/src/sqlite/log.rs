//! Reads the logs: pieces, entries, records and frames by their places.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use acopio_ledger::Record;
use acopio_ledger::codec::Origin;
use acopio_ledger::ids::{EntryId, Seq, Stamp};
use rusqlite::{Connection, params};

use super::fault::{Fault, Outcome};
use super::logs::{KnownLogs, Logs};
use super::lookups::one;
use super::piece::Piece;
use super::place::{LogNumber, Place};
use crate::StoredFrame;

/// How many pieces one piece of work keeps.
const PIECES_KEPT: usize = 64;

/// The logs, as one piece of work reads them.
pub(super) struct Log<'c> {
    connection: &'c Connection,
    known: &'c KnownLogs,
    kept: RefCell<BTreeMap<Place, Rc<Piece>>>,
}

impl<'c> Log<'c> {
    /// The logs behind a connection.
    pub(super) fn new(connection: &'c Connection, known: &'c KnownLogs) -> Log<'c> {
        Log { connection, known, kept: RefCell::default() }
    }

    /// Whose logs these are, those of all places that have been read so far included.
    pub(super) fn logs(&self) -> Arc<Logs> {
        self.known.get()
    }

    /// The id of the entry at a stored place.
    pub(super) fn id(&self, place: Place) -> Outcome<EntryId> {
        self.known.get().id(place)
    }

    /// The place of an entry, and the piece that holds it, if it is here.
    pub(super) fn find(&self, id: &EntryId) -> Outcome<Option<(Place, Rc<Piece>)>> {
        let Some(place) = self.known.get().place(id) else { return Ok(None) };
        Ok(self.piece(place)?.map(|piece| (place, piece)))
    }

    /// The piece that holds a place, if its log comes so far.
    pub(super) fn piece(&self, place: Place) -> Outcome<Option<Rc<Piece>>> {
        Ok(self.piece_before(place)?.filter(|piece| piece.holds(place.seq())))
    }

    /// The last piece of the log that begins at or before a place.
    pub(super) fn piece_before(&self, place: Place) -> Outcome<Option<Rc<Piece>>> {
        let kept = self.kept.borrow().range(..=place).next_back().map(|(_, piece)| Rc::clone(piece));
        if let Some(piece) = kept.filter(|piece| piece.log == place.log() && piece.holds(place.seq())) {
            return Ok(Some(piece));
        }
        self.load("id BETWEEN ?1 AND ?2 ORDER BY id DESC", place.with(Seq(0)), place)
    }

    /// The first piece of the log that begins at or after a place.
    fn piece_from(&self, place: Place) -> Outcome<Option<Rc<Piece>>> {
        self.load("id BETWEEN ?1 AND ?2 ORDER BY id", place, Place::last_of(place.log()))
    }

    fn load(&self, condition: &str, from: Place, to: Place) -> Outcome<Option<Rc<Piece>>> {
        let sql = format!("SELECT {} FROM log WHERE {condition} LIMIT 1", Piece::COLUMNS);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![from, to])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let piece = Rc::new(Piece::from_row(row)?);
        let mut kept = self.kept.borrow_mut();
        if PIECES_KEPT <= kept.len() {
            kept.clear();
        }
        kept.insert(piece.place(), Rc::clone(&piece));
        Ok(Some(piece))
    }

    /// What the record of an entry of the piece says of all its entries.
    pub(super) fn origin(&self, piece: &Piece, seq: Seq) -> Outcome<Rc<Origin>> {
        if let Some(record) = piece.record_before(seq) {
            return piece.origin(record);
        }
        let damaged = || Fault::damaged(format!("log at {seq}"), "its record's beginning is missing");
        let begin = Place::new(piece.log, piece.record);
        self.piece(begin)?.ok_or_else(damaged)?.origin(piece.record)
    }

    /// The record whose first entry this is, if a log has one there.
    pub(super) fn record_at(&self, id: &EntryId) -> Outcome<Option<Record>> {
        let begins = self
            .find(id)?
            .is_some_and(|(place, piece)| piece.record_before(place.seq()) == Some(place.seq()));
        if begins { self.record(id).map(Some) } else { Ok(None) }
    }

    /// The record whose first entry this is.
    pub(super) fn record(&self, id: &EntryId) -> Outcome<Record> {
        let missing = || Fault::damaged(format!("record {id}"), "no record begins there");
        let (place, mut piece) = self.find(id)?.ok_or_else(missing)?;
        let first = place.seq();
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
            match self.piece_from(place.with(next))? {
                // A piece that begins amid this record.
                Some(later) if end.is_none() && later.record == first => piece = later,
                _ => break,
            }
        }
        Ok(Record { command, fingerprint, cause, first: id.clone(), stamp, entries })
    }

    /// The position of the last entry of a log recorded before a stamp; 0 if there is none.
    pub(super) fn last_before(&self, log: LogNumber, stamp: Stamp) -> Outcome<Seq> {
        let begin = Place::new(log, Seq(0));
        let last = "SELECT id, stamp FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1";
        let piece_at = |at: Seq| {
            one(self.connection, last, params![begin, begin.with(at)], |row| {
                Ok((row.get::<_, Place>(0)?.seq(), row.get::<_, i64>(1)?))
            })
        };
        let end = piece_at(Seq::MAX)?.map_or(Seq(0), |(first, _)| first);
        // Pieces below `low` begin before the stamp, pieces from `high` on do not.
        let (mut low, mut high) = (0, end.0 + 1);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            match piece_at(Seq(middle))? {
                Some((first, begins)) if stamp.0 as i64 <= begins => high = first.0,
                _ => low = middle,
            }
        }
        let Some(piece) = self.piece_before(begin.with(Seq(low)))? else { return Ok(Seq(0)) };
        let earlier = stamp.0.saturating_sub(piece.stamp_of(piece.first).0);
        Ok(Seq((piece.first.0 + earlier).min(piece.end().0) - 1))
    }
}

/// Whole frames of a log after a position, at least one if there is one, then as many as fit `bytes_max`.
pub(super) fn frames(
    connection: &Connection,
    log: LogNumber,
    after: Seq,
    bytes_max: usize,
) -> Outcome<Vec<StoredFrame>> {
    let sql = "SELECT frame, body FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let begin = Place::new(log, after.min(Seq(Seq::MAX.0 - 1)).plus(1));
    let mut rows = statement.query(params![begin, Place::last_of(log)])?;
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
