//! Who decides about a warehouse's stock, as the folded logs know it, and which entries count.
//!
//! A warehouse has one owner at a time, under an epoch. Each owner but the first has *taken* it from the one before it,
//! up to a position of that one's log: the *cut*. Going back from the latest taking to the creation gives the line of
//! owners that count. Entries of an owner after its cut, and entries of an owner off that line, are *void*: they stay
//! in their log, and every fold skips them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::books::Source;
use crate::entry::Record;
use crate::ids::{Epoch, Seq, Stamp};
use crate::names::{NodeName, WarehouseCode};
use crate::records::Warehouse;
use crate::writes::{Edit, Write};

/// One node's ownership of a warehouse, from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tenure {
    /// Under which epoch.
    pub epoch: Epoch,
    /// When it began.
    pub since: Stamp,
    /// Who owns.
    pub node: NodeName,
    /// The position in the owner's log with which it began; 0 for the node that made the warehouse.
    pub began: Seq,
    /// From whom it was taken; nothing for the node that made the warehouse.
    pub taken: Option<Taken>,
}

/// From whom a warehouse was taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Taken {
    /// The owner before.
    pub from: NodeName,
    /// The last position of that owner's log that counts for the warehouse.
    pub cut: Seq,
}

/// The latest word of an owner that another one is to take its warehouse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HandOver {
    /// The epoch that begins with the taking.
    pub epoch: Epoch,
    /// When it was said.
    pub at: Stamp,
    /// By which owner.
    pub by: NodeName,
    /// Where in that owner's log: the cut of the taking.
    pub seq: Seq,
    /// Who is to take it.
    pub to: NodeName,
}

/// Who owns the warehouses, by their codes.
pub type Ownership = BTreeMap<WarehouseCode, Arc<Warehouse>>;

/// Of which entries of some logs it is judged anew whether they count: those after the position, by node.
pub type Judged = BTreeMap<NodeName, Seq>;

impl Warehouse {
    /// Whether a node may decide about the warehouse's stock now.
    pub fn is_decided_by(&self, node: &NodeName) -> bool {
        self.owner == *node && self.handed_to.is_none()
    }

    /// The node to which a command for the warehouse is to go.
    pub fn decider(&self) -> &NodeName {
        self.handed_to.as_ref().unwrap_or(&self.owner)
    }

    /// The highest epoch that any log has named.
    pub fn epoch_named(&self) -> Epoch {
        let handed = self.handed.as_ref().map(|handed| handed.epoch);
        handed.into_iter().chain(self.tenures.iter().map(|tenure| tenure.epoch)).fold(self.epoch, Epoch::max)
    }

    /// Whether an entry about this warehouse, of a node's log at a position under an epoch, does not count.
    pub fn is_void(&self, node: &NodeName, epoch: Epoch, seq: Seq) -> bool {
        // Nearly always there is one owner, the first, or it is the present one's.
        if self.tenures.is_empty() || (self.owner == *node && self.epoch == epoch) {
            return false;
        }
        let line = self.line();
        match line.iter().position(|tenure| tenure.node == *node && tenure.epoch == epoch) {
            Some(0) => false,
            Some(index) => line[index - 1].taken.as_ref().is_some_and(|taken| taken.cut < seq),
            None => self.knows(&(node.clone(), epoch)),
        }
    }

    /// The owners that count, the present one first, back to the node that made the warehouse or as far as is known.
    fn line(&self) -> Vec<Tenure> {
        let mut line: Vec<Tenure> = Vec::new();
        // Of the highest epoch, the taking that came first.
        let mut next = self.all().max_by(|a, b| {
            let earlier = (&b.since, &b.node).cmp(&(&a.since, &a.node));
            a.epoch.cmp(&b.epoch).then(earlier)
        });
        while let Some(tenure) = next {
            let before = |earlier: &Tenure| {
                let is_owner_before = |taken: &Taken| taken.from == earlier.node;
                tenure.taken.as_ref().is_some_and(is_owner_before) && earlier.epoch < tenure.epoch
            };
            next = self.all().filter(before).max_by_key(|tenure| tenure.epoch);
            line.push(tenure);
        }
        line
    }

    /// All ownerships that any log has told of, those that do not count included.
    fn all(&self) -> impl Iterator<Item = Tenure> + '_ {
        let first = self.writes.of(Warehouse::MADE).map(|edit| made_by(&edit.write));
        first.into_iter().chain(self.tenures.iter().cloned())
    }

    /// Takes note that a node says it made the warehouse. Of several the first counts.
    pub(crate) fn claim(&mut self, edit: &Edit) {
        let before = self.writes.of(Warehouse::MADE).map(|before| before.write.clone());
        if before.as_ref().is_some_and(|before| before.node == edit.write.node) {
            return;
        }
        let loser = match self.writes.take_first(edit, Warehouse::MADE) {
            0 => Some(edit.write.clone()),
            _ => before,
        };
        if let Some(loser) = loser {
            self.note(made_by(&loser));
        }
        self.settle();
    }

    /// Takes note of a taking.
    pub(crate) fn taken(&mut self, tenure: Tenure) {
        self.note(tenure);
        self.settle();
    }

    /// Takes note that an owner hands the warehouse over. The latest word counts.
    pub(crate) fn hand_over(&mut self, handed: HandOver) {
        self.handed = self.handed.take().max(Some(handed));
        self.settle();
    }

    fn note(&mut self, tenure: Tenure) {
        if let Err(at) = self.tenures.binary_search(&tenure) {
            self.tenures.insert(at, tenure);
        }
    }

    /// Derives who owns and who decides from what is known.
    fn settle(&mut self) {
        if let Some(present) = self.line().into_iter().next() {
            (self.owner, self.epoch) = (present.node, present.epoch);
        }
        let stands = |handed: &&HandOver| handed.by == self.owner && self.epoch < handed.epoch;
        self.handed_to = self.handed.as_ref().filter(stands).map(|handed| handed.to.clone());
    }

    /// Which entries about the warehouse may count now that did not before, or the other way.
    pub(crate) fn judged_anew(&self, before: &Warehouse) -> Judged {
        let (old, new) = (before.ranges(), self.ranges());
        let mut judged = Judged::new();
        for key in old.keys().chain(new.keys()) {
            let from = match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) if old != new => old.1.min(new.1),
                (Some(range), None) => range.0,
                (None, Some(range)) if before.knows(key) => range.0,
                // An ownership that is told of for the first time has no older entries.
                _ => continue,
            };
            let known = judged.entry(key.0.clone()).or_insert(from);
            *known = from.min(*known);
        }
        judged
    }

    fn knows(&self, (node, epoch): &(NodeName, Epoch)) -> bool {
        self.all().any(|tenure| tenure.node == *node && tenure.epoch == *epoch)
    }

    /// Where each ownership that counts begins and ends in its log.
    fn ranges(&self) -> BTreeMap<(NodeName, Epoch), (Seq, Seq)> {
        let line = self.line();
        let end = |index: usize| match index.checked_sub(1).and_then(|later| line[later].taken.as_ref()) {
            Some(taken) => taken.cut,
            None => Seq(u64::MAX),
        };
        let range = |(index, tenure): (usize, &Tenure)| {
            ((tenure.node.clone(), tenure.epoch), (tenure.began, end(index)))
        };
        line.iter().enumerate().map(range).collect()
    }

    /// What is known of the ownership alone: with it a fold knows from its beginning which entries count.
    pub fn ownership(&self) -> Warehouse {
        let mut known = Warehouse::unnamed(self.code.clone(), self.owner.clone());
        if let Some(made) = self.writes.of(Warehouse::MADE) {
            known.claim(made);
        }
        self.tenures.iter().for_each(|tenure| known.note(tenure.clone()));
        known.settle();
        known
    }
}

/// The ownership of a node that made a warehouse.
fn made_by(write: &Write) -> Tenure {
    Tenure { epoch: Epoch(1), since: write.stamp, node: write.node.clone(), began: Seq(0), taken: None }
}

/// How far entries about each warehouse have been folded, by log: so that it is known whether any was folded that is
/// void after all.
#[derive(Debug, Default)]
pub struct Folded(BTreeMap<WarehouseCode, BTreeMap<NodeName, Seq>>);

impl Folded {
    /// Notes a record that was folded, void or not.
    pub fn note<S: Source + ?Sized>(&mut self, source: &S, record: &Record) {
        for code in record.entries.iter().filter_map(|entry| entry.body.warehouse(source)) {
            let reached = self.0.entry(code).or_default();
            match reached.get_mut(&record.first.node) {
                Some(seq) => *seq = record.first.seq,
                None => _ = reached.insert(record.first.node.clone(), record.first.seq),
            }
        }
    }

    /// Whether any entry that is judged anew was folded already: then all must be folded anew.
    pub fn is_misjudged(&self, judged: &BTreeMap<WarehouseCode, Judged>) -> bool {
        judged.iter().any(|(code, judged)| {
            let reached = self.0.get(code);
            let is_past = |(node, seq): (&NodeName, &Seq)| {
                reached.and_then(|reached| reached.get(node)).is_some_and(|last| seq < last)
            };
            judged.iter().any(is_past)
        })
    }
}
