//! The logs in memory: the node's own and copies of others'.

use std::collections::BTreeMap;

use acopio_ledger::codec::{Frame, decode_frame};
use acopio_ledger::ids::{EntryId, LogId, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Changes, Record};

use super::{Shelf, check, damaged};
use crate::{Head, LogHead, StoreError, StoredFrame};

/// One node's log.
pub(super) struct OneLog {
    /// Its number among those that were met: 0 is the node's own.
    pub(super) number: usize,
    /// Where it ends.
    pub(super) end: LogHead,
    frames: BTreeMap<Seq, StoredFrame>,
    /// By the position of their first entry.
    records: BTreeMap<Seq, Record>,
}

/// All logs by node.
pub(super) struct Logs(BTreeMap<NodeName, OneLog>);

impl Logs {
    /// An empty log of a node's own.
    pub(super) fn of(identity: &LogId) -> Logs {
        let mut logs = Logs(BTreeMap::new());
        logs.open(identity);
        logs
    }

    /// A node's log.
    pub(super) fn get(&self, node: &NodeName) -> Option<&OneLog> {
        self.0.get(node)
    }

    /// A node's log, made where it is new, in the incarnation that goes on.
    pub(super) fn open(&mut self, log: &LogId) -> &mut OneLog {
        let number = self.0.len();
        let end = LogHead { incarnation: log.incarnation, head: Head::default() };
        let new = || OneLog { number, end, frames: BTreeMap::new(), records: BTreeMap::new() };
        let open = self.0.entry(log.node.clone()).or_insert_with(new);
        assert!(open.end.incarnation <= log.incarnation, "a log does not go back to an earlier incarnation");
        open.end.incarnation = log.incarnation;
        open
    }

    /// Where all logs end.
    pub(super) fn heads(&self) -> BTreeMap<NodeName, LogHead> {
        self.0.iter().map(|(node, log)| (node.clone(), log.end)).collect()
    }

    /// All records, log by log in the order of their nodes.
    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.values().flat_map(|log| log.records.values())
    }

    /// The record whose first entry this is.
    pub(super) fn record(&self, first: &EntryId) -> Option<&Record> {
        self.get(&first.node)?.records.get(&first.seq).filter(|record| record.first == *first)
    }

    /// The record of an entry, and the entry's index in it.
    pub(super) fn entry(&self, id: &EntryId) -> Option<(&Record, usize)> {
        let (first, record) = self.get(&id.node)?.records.range(..=id.seq).next_back()?;
        let index = (id.seq.0 - first.0) as usize;
        (index < record.entries.len() && record.id(index) == *id).then_some((record, index))
    }
}

impl OneLog {
    /// As [`crate::Reader::frames`].
    pub(super) fn frames_after(&self, after: Seq, bytes_max: usize) -> Vec<StoredFrame> {
        let mut bytes = 0;
        let mut fits = |frame: &StoredFrame| {
            let is_first = bytes == 0;
            bytes += frame.bytes.len();
            is_first || bytes <= bytes_max
        };
        let later = self.frames.range(after.plus(1)..).map(|(_, frame)| frame);
        later.take_while(|frame| fits(frame)).cloned().collect()
    }

    /// The records of the own log between two positions.
    pub(super) fn records_within(&self, first: Seq, last: Seq) -> impl Iterator<Item = &Record> {
        self.records.range(first..).take_while(move |(seq, _)| **seq <= last).map(|(_, record)| record)
    }

    fn append(&mut self, frame: &Frame, records: Vec<Record>) {
        self.end.head = self.end.head.after(frame);
        self.frames.insert(frame.first, stored(frame));
        self.records.extend(records.into_iter().map(|record| (record.first.seq, record)));
    }
}

impl Shelf {
    /// Appends frames to a log and writes what they have changed; nothing of it when the changes are refused.
    pub(super) fn append(
        &mut self,
        log: &LogId,
        frames: &[Frame],
        changes: &Changes,
    ) -> Result<(), StoreError> {
        let records = frames.iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        check(changes)?;
        self.logs.open(log);
        self.write(&log.node, changes)?;
        let open = self.logs.open(log);
        frames.iter().zip(records).for_each(|(frame, records)| open.append(frame, records));
        Ok(())
    }
}

fn stored(frame: &Frame) -> StoredFrame {
    let bytes = frame.pieces.iter().flat_map(|piece| piece.bytes.iter().copied()).collect();
    StoredFrame { first: frame.first, bytes }
}

fn decode(frame: &Frame) -> Result<Vec<Record>, StoreError> {
    let decoded = decode_frame(&stored(frame).bytes);
    let (_, records) =
        decoded.map_err(|error| damaged(format!("frame at {}", frame.first), &error.to_string()))?;
    Ok(records)
}
