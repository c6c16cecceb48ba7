//! Pieces of frames as they are stored. Only the entries that are asked for are decoded: of a piece's forty or so, the
//! history of one SKU wants one.
//!
//! This file knows which fields of a piece are records and entries, and that a record stands before its first entry;
//! [`decode_piece`] knows the rest and reads any of these fields by themselves.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use acopio_ledger::Entry;
use acopio_ledger::codec::{ENTRY_FIELD, Fields, Origin, RECORD_FIELD, decode_piece};
use acopio_ledger::ids::{Seq, Stamp};
use rusqlite::Row;

use super::fault::{Fault, Outcome};
use super::place::{LogNumber, Place};

/// A stored piece.
pub(super) struct Piece {
    /// The log that it is of; all positions are there.
    pub(super) log: LogNumber,
    /// The position of its first entry.
    pub(super) first: Seq,
    /// The position of the first entry of the record that its first entry belongs to.
    pub(super) record: Seq,
    frame: Seq,
    stamp: Stamp,
    bytes: Vec<u8>,
    /// Where each entry stands among the bytes.
    entries: Vec<Range<usize>>,
    /// The records that begin in the piece: their position, and where they stand.
    records: Vec<(Seq, Range<usize>)>,
    /// The record that was read last: neighbours share theirs.
    last_origin: RefCell<Option<(Seq, Rc<Origin>)>>,
}

impl Piece {
    /// The columns that a piece is read from.
    pub(super) const COLUMNS: &str = "id, frame, record, stamp, body";

    /// Reads a piece out of these columns.
    pub(super) fn from_row(row: &Row<'_>) -> Outcome<Piece> {
        let place: Place = row.get(0)?;
        let seq = |column| row.get::<_, i64>(column).map(|seq| Seq(seq as u64));
        let (log, first, frame, record) = (place.log(), place.seq(), seq(1)?, seq(2)?);
        let (stamp, bytes) = (Stamp(row.get::<_, i64>(3)? as u64), row.get(4)?);
        let (entries, records, last_origin) = Default::default();
        let mut piece = Piece { log, first, record, frame, stamp, bytes, entries, records, last_origin };
        piece.find_fields().ok_or_else(|| piece.damaged("it is no piece of a frame"))?;
        Ok(piece)
    }

    fn find_fields(&mut self) -> Option<()> {
        for field in Fields::of(&self.bytes) {
            let field = field.ok()?;
            match field.number {
                ENTRY_FIELD => self.entries.push(field.place),
                RECORD_FIELD => {
                    let begins = self.first.plus(self.entries.len() as u64);
                    self.records.push((begins, field.place));
                }
                _ => {}
            }
        }
        Some(())
    }

    /// The place of its first entry.
    pub(super) fn place(&self) -> Place {
        Place::new(self.log, self.first)
    }

    /// The position after its last entry.
    pub(super) fn end(&self) -> Seq {
        self.first.plus(self.entries.len() as u64)
    }

    /// Whether an entry is in it.
    pub(super) fn holds(&self, seq: Seq) -> bool {
        self.first <= seq && seq < self.end()
    }

    /// The stamp of one of its entries.
    pub(super) fn stamp_of(&self, seq: Seq) -> Stamp {
        self.stamp.plus(seq.0 - self.first.0)
    }

    /// One of its entries.
    pub(super) fn entry(&self, seq: Seq) -> Outcome<Entry> {
        assert!(self.holds(seq), "the entry {seq} is not in the piece at {}", self.first);
        let place = self.entries[(seq.0 - self.first.0) as usize].clone();
        let decoded =
            decode_piece(self.frame, seq, &self.bytes[place]).map_err(|error| self.damaged(error))?;
        let entry = decoded.entries.into_iter().next().map(|(_, entry)| entry);
        entry.ok_or_else(|| self.damaged("an entry is missing"))
    }

    /// The position of the last record that begins in it, at or before an entry.
    pub(super) fn record_before(&self, seq: Seq) -> Option<Seq> {
        let later = self.records.partition_point(|(begin, _)| *begin <= seq);
        later.checked_sub(1).map(|index| self.records[index].0)
    }

    /// The position of the first record that begins in it, after an entry.
    pub(super) fn record_after(&self, seq: Seq) -> Option<Seq> {
        let later = self.records.partition_point(|(begin, _)| *begin <= seq);
        self.records.get(later).map(|(begin, _)| *begin)
    }

    /// What a record that begins in it says of all its entries.
    pub(super) fn origin(&self, record: Seq) -> Outcome<Rc<Origin>> {
        if let Some((_, origin)) = self.last_origin.borrow().as_ref().filter(|(seq, _)| *seq == record) {
            return Ok(Rc::clone(origin));
        }
        let missing = || self.damaged(format!("no record begins at {record}"));
        let index = self.records.binary_search_by_key(&record, |(begin, _)| *begin).map_err(|_| missing())?;
        let bytes = &self.bytes[self.records[index].1.clone()];
        let decoded = decode_piece(self.frame, self.first, bytes).map_err(|error| self.damaged(error))?;
        let (begin, origin) = decoded.records.into_iter().next().ok_or_else(missing)?;
        assert_eq!(begin, record, "a record stands before its first entry");
        let origin = Rc::new(origin);
        *self.last_origin.borrow_mut() = Some((record, Rc::clone(&origin)));
        Ok(origin)
    }

    fn damaged(&self, reason: impl ToString) -> Fault {
        Fault::damaged(format!("log at {}", self.first), reason)
    }
}
