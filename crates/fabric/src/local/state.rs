//! What the hub in memory holds, and how each part of it answers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use super::faults::{Chance, Faults};
use crate::{Call, Extent, FabricError, Fence, Link, Parcel};

/// How many ids of letters are remembered, so that the same is put once.
const LETTER_IDS_MAX: usize = 65_536;

/// How many copies the hub in memory says that it keeps, unless it is told otherwise.
const REPLICAS: usize = 3;

#[derive(Debug)]
pub(super) struct State {
    pub(super) nodes: BTreeMap<NodeName, Node>,
    pub(super) faults: Faults,
    pub(super) chance: Chance,
    /// What the hub says of itself: in truth there is one memory.
    pub(super) replicas: usize,
}

impl State {
    pub(super) fn new() -> State {
        State {
            nodes: BTreeMap::new(),
            faults: Faults::default(),
            chance: Chance::new(0),
            replicas: REPLICAS,
        }
    }

    pub(super) fn node(&mut self, name: &NodeName) -> &mut Node {
        self.nodes.entry(name.clone()).or_default()
    }

    /// Whether the answer to something that was done is lost on its way back.
    pub(super) fn is_silenced(&mut self) -> bool {
        self.chance.strikes(self.faults.silence_per_mille)
    }

    /// What of a log reaches a follower who has had everything up to `after`; nothing when there is nothing new.
    pub(super) fn deliver(&mut self, log: &LogId, after: Seq) -> Option<Delivery> {
        let Faults { drop_per_mille, duplicate_per_mille, reorder_per_mille, delay_per_mille, .. } =
            self.faults;
        let delay_max = self.faults.delay_max;
        let parcels = self.node(&log.node).of(log);
        let next = parcels.partition_point(|parcel| parcel.last <= after);
        let (first, second) = (parcels.get(next).cloned()?, parcels.get(next + 1).cloned());
        let mut delivery = Delivery { up_to: first.last, parcels: vec![first], late: Duration::ZERO };
        if self.chance.strikes(drop_per_mille) {
            delivery.parcels.clear();
        } else if self.chance.strikes(duplicate_per_mille) {
            delivery.parcels.push(delivery.parcels[0].clone());
        } else if let Some(second) = second.filter(|_| self.chance.strikes(reorder_per_mille)) {
            delivery.up_to = second.last;
            delivery.parcels.insert(0, second);
        }
        if self.chance.strikes(delay_per_mille) {
            delivery.late = self.chance.up_to(delay_max);
        }
        Some(delivery)
    }
}

/// What reaches a follower next.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) parcels: Vec<Parcel>,
    /// The position up to which the follower has then had its chance.
    pub(super) up_to: Seq,
    pub(super) late: Duration,
}

/// What the hub keeps for one node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) is_cut: bool,
    pub(super) link: watch::Sender<Link>,
    pub(super) calls: Option<mpsc::Sender<Call>>,
    /// The frames of each life of its log, by rising positions.
    logs: BTreeMap<Incarnation, Vec<Parcel>>,
    /// The fences behind its log, and the last one that its owner has passed.
    fences: Vec<Fence>,
    pub(super) passed: u64,
    letters: VecDeque<Waiting>,
    letter_ids: BTreeSet<String>,
    /// The same ids, oldest first.
    letter_ids_by_age: VecDeque<String>,
    /// Whether the first letter is with the node now.
    is_handed_out: bool,
    handed_out: u64,
}

#[derive(Debug)]
struct Waiting {
    body: Bytes,
    deliveries: u64,
}

/// A letter while it is with its node.
#[derive(Debug)]
pub(super) struct HandedOut {
    pub(super) body: Bytes,
    pub(super) deliveries: u64,
    /// Which handing out this is. It means nothing any more once the queue was forgotten.
    pub(super) ticket: u64,
}

impl Default for Node {
    fn default() -> Node {
        let link = watch::Sender::new(Link { connected: true, ..Link::default() });
        Node {
            is_cut: false,
            link,
            calls: None,
            logs: BTreeMap::new(),
            fences: Vec::new(),
            passed: 0,
            letters: VecDeque::new(),
            letter_ids: BTreeSet::new(),
            letter_ids_by_age: VecDeque::new(),
            is_handed_out: false,
            handed_out: 0,
        }
    }
}

impl Node {
    pub(super) fn publish(&mut self, parcels: &[Parcel], after: Seq) -> Result<(), FabricError> {
        let parcel = parcels.last().expect("something is published");
        let there = self.of(&parcel.log);
        if there.binary_search_by_key(&parcel.first, |there| there.first).is_ok() {
            return Ok(());
        }
        let last = there.last().map_or(Seq(0), |parcel| parcel.last);
        let is_superseded = self.logs.keys().any(|incarnation| parcel.log.incarnation < *incarnation);
        if is_superseded || self.fences().next().is_some() {
            return Err(FabricError::Fenced);
        }
        if last != after {
            return Err(FabricError::Elsewhere { last });
        }
        self.logs.entry(parcel.log.incarnation).or_default().extend_from_slice(parcels);
        Ok(())
    }

    pub(super) fn fence(&mut self, about: Bytes) {
        let number = self.fences.last().map_or(1, |last| last.number + 1);
        self.fences.push(Fence { number, about });
    }

    /// The fences that its owner has not passed.
    pub(super) fn fences(&self) -> impl Iterator<Item = &Fence> {
        self.fences.iter().filter(|fence| self.passed < fence.number)
    }

    pub(super) fn extent(&self, log: &LogId) -> Extent {
        let parcels = self.of(log);
        Extent {
            first: parcels.first().map_or(Seq(0), |parcel| parcel.first),
            last: parcels.last().map_or(Seq(0), |parcel| parcel.last),
            messages: parcels.len() as u64,
        }
    }

    fn of(&self, log: &LogId) -> &[Parcel] {
        self.logs.get(&log.incarnation).map_or(&[], Vec::as_slice)
    }

    pub(super) fn put_letter(&mut self, id: &str, body: Bytes) {
        if !self.letter_ids.insert(id.to_owned()) {
            return;
        }
        self.letter_ids_by_age.push_back(id.to_owned());
        if LETTER_IDS_MAX < self.letter_ids_by_age.len() {
            let oldest = self.letter_ids_by_age.pop_front().expect("there are more than none");
            self.letter_ids.remove(&oldest);
        }
        self.letters.push_back(Waiting { body, deliveries: 0 });
    }

    pub(super) fn hand_out(&mut self) -> Option<HandedOut> {
        if self.is_cut || self.is_handed_out {
            return None;
        }
        let letter = self.letters.front_mut()?;
        letter.deliveries += 1;
        self.is_handed_out = true;
        self.handed_out += 1;
        let body = letter.body.clone();
        Some(HandedOut { body, deliveries: letter.deliveries, ticket: self.handed_out })
    }

    /// Takes the letter back; one that is done is gone, unless nobody could hear of it.
    pub(super) fn take_back(&mut self, ticket: u64, is_done: bool) {
        if !self.is_handed_out || self.handed_out != ticket {
            return;
        }
        self.is_handed_out = false;
        if is_done && !self.is_cut {
            self.letters.pop_front();
        }
    }

    pub(super) fn forget_tail(&mut self, frames: usize) {
        for _ in 0..frames {
            let Some(mut newest) = self.logs.last_entry() else { return };
            newest.get_mut().pop();
            if newest.get().is_empty() {
                newest.remove();
            }
        }
    }

    pub(super) fn forget_log(&mut self) {
        self.logs.clear();
        self.fences.clear();
        self.passed = 0;
    }

    pub(super) fn forget_frame(&mut self, log: &LogId, holding: Seq) {
        if let Some(parcels) = self.logs.get_mut(&log.incarnation) {
            parcels.retain(|parcel| holding < parcel.first || parcel.last < holding);
        }
    }

    pub(super) fn forget_letters(&mut self) {
        self.letters.clear();
        self.letter_ids.clear();
        self.letter_ids_by_age.clear();
        self.is_handed_out = false;
    }
}
