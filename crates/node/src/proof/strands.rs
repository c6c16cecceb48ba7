//! Reads all logs from their beginnings, log by log, each checked as a chain. A frame that builds upon another log is
//! held until that was read so far: so the entries of one warehouse come in the order of its owners, as they were folded.

use std::collections::{BTreeMap, VecDeque};

use acopio_ledger::Record;
use acopio_ledger::ids::Seq;
use acopio_ledger::names::NodeName;
use acopio_store::{LogHead, StoreError, StoredFrame};

use super::chain::Chain;

/// Reads frames of a node's log after a position.
pub(super) type ReadFrames<'a> = &'a dyn Fn(&NodeName, Seq) -> Result<Vec<StoredFrame>, StoreError>;
/// Says which position of which log a record builds upon, if it must wait for one.
pub(super) type WaitsFor = fn(&Record) -> Option<(NodeName, Seq)>;

/// Why reading has stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// A log is not what it should be: which, where and how.
    Fault(String),
    /// Storage failed.
    Storage(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Storage(error)
    }
}

/// All logs on the way from their beginnings to their ends.
pub(super) struct Strands<'a> {
    read: ReadFrames<'a>,
    waits_for: WaitsFor,
    all: Vec<Strand>,
    /// How far the frames of each log were given out.
    reached: BTreeMap<NodeName, Seq>,
    /// Which one is read.
    at: usize,
}

struct Strand {
    end: LogHead,
    chain: Chain,
    ahead: VecDeque<StoredFrame>,
    /// The next frame, checked, while it waits for another log.
    held: Option<Vec<Record>>,
}

impl<'a> Strands<'a> {
    /// The logs that end so.
    pub(super) fn new(
        ends: &BTreeMap<NodeName, LogHead>,
        read: ReadFrames<'a>,
        waits_for: WaitsFor,
    ) -> Strands<'a> {
        let strand = |(node, end): (&NodeName, &LogHead)| Strand {
            end: *end,
            chain: Chain::of(node.clone()),
            ahead: VecDeque::new(),
            held: None,
        };
        Strands { read, waits_for, all: ends.iter().map(strand).collect(), reached: BTreeMap::new(), at: 0 }
    }

    /// The records of the next frame; nothing when all logs have come to their ends.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Record>>, Stop> {
        for _ in 0..self.all.len() {
            let strand = &mut self.all[self.at];
            if let Some(records) = strand.take(self.read)? {
                let waits = records.iter().filter_map(self.waits_for);
                if waits.into_iter().all(|(node, seq)| self.has_reached(&node, seq)) {
                    let strand = &self.all[self.at];
                    self.reached.insert(strand.chain.node.clone(), strand.chain.seq);
                    return Ok(Some(records));
                }
                self.all[self.at].held = Some(records);
            }
            self.at = (self.at + 1) % self.all.len();
        }
        match self.all.iter().find_map(|strand| strand.held.as_ref()) {
            Some(records) => Err(Stop::Fault(self.stuck(records))),
            None => Ok(None),
        }
    }

    fn has_reached(&self, node: &NodeName, seq: Seq) -> bool {
        seq <= self.reached.get(node).copied().unwrap_or_default()
    }

    /// What a frame waits for in vain: where another log ends too early, that is the reason.
    fn stuck(&self, records: &[Record]) -> String {
        let ended = self.all.iter().filter(|strand| strand.held.is_none());
        let cut_off = ended.filter_map(|strand| strand.chain.fault_at_end(strand.end.head)).next();
        let waiting = records.iter().filter_map(|record| Some((record, (self.waits_for)(record)?)));
        let texts = waiting.map(|(record, (node, seq))| {
            format!("entry {}: it builds upon the log of {node} up to {seq}, which is not here", record.first)
        });
        cut_off.unwrap_or_else(|| texts.collect::<Vec<_>>().join("; "))
    }

    /// How many frames were read.
    pub(super) fn frames(&self) -> u64 {
        self.all.iter().map(|strand| strand.chain.frames).sum()
    }

    /// How many entries were read.
    pub(super) fn entries(&self) -> u64 {
        self.all.iter().map(|strand| strand.chain.seq.0).sum()
    }

    /// Whether each log ends where the store says that it does.
    pub(super) fn fault_at_end(&self) -> Option<String> {
        self.all.iter().find_map(|strand| strand.chain.fault_at_end(strand.end.head))
    }
}

impl Strand {
    /// The next frame, which was held or is read and checked now.
    fn take(&mut self, read: ReadFrames<'_>) -> Result<Option<Vec<Record>>, Stop> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        if self.ahead.is_empty() {
            self.ahead = read(&self.chain.node, self.chain.seq)?.into();
        }
        let Some(frame) = self.ahead.pop_front() else { return Ok(None) };
        self.chain.check(&frame).map(Some).map_err(Stop::Fault)
    }
}
