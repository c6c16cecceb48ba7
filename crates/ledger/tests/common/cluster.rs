//! Several nodes, each with books of its own, that decide apart and hear of one another late.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use acopio_ledger::books::Nothing;
use acopio_ledger::command::TakeWarehouse;
use acopio_ledger::decide::{self, Now};
use acopio_ledger::ids::{CommandId, EntryId, Incarnation, Millis, Seq, Stamp, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, WarehouseCode};
use acopio_ledger::ownership::Judged;
use acopio_ledger::records::Warehouse;
use acopio_ledger::{Books, Command, Record, Source, Submission, Where, apply};

/// What of the logs a fold has taken in, by node.
pub(crate) type Logs = BTreeMap<NodeName, Vec<Record>>;

/// One node: what it has written, and what it knows.
pub(crate) struct Node {
    pub(crate) name: NodeName,
    pub(crate) books: Books<Nothing>,
    /// Its own log and as much of the others' as it has heard.
    pub(crate) logs: Logs,
    stamp: Stamp,
    /// Whether its clock was set back so far that its stamps do not follow those of others.
    pub(crate) is_behind: bool,
}

/// Nodes `a b c …`.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    commands: u64,
}

impl Cluster {
    pub(crate) fn new(count: usize) -> Cluster {
        let node = |index: usize| Node {
            name: NodeName::recorded(["a", "b", "c"][index]),
            books: Books::over(Nothing),
            logs: Logs::new(),
            stamp: Stamp::at(Millis(1_000_000)),
            is_behind: false,
        };
        Cluster { nodes: (0..count).map(node).collect(), commands: 0 }
    }

    /// Decides a command on a node, if it may be decided there.
    pub(crate) fn submit(&mut self, node: usize, command: Command) -> Option<Record> {
        let node = &mut self.nodes[node];
        if !is_decided_by(&node.books, &node.name, &command) {
            return None;
        }
        self.commands += 1;
        let own = node.logs.entry(node.name.clone()).or_default();
        let next = EntryId { node: node.name.clone(), incarnation: Incarnation(1), seq: end_of(own).plus(1) };
        let key = IdempotencyKey::recorded(&format!("k{}", self.commands));
        let submission = Submission {
            id: CommandId { user: UserId([7; 16]), key },
            cause: None,
            command,
            expires: None,
            place: None,
        };
        let now = Now { next, stamp: node.stamp.plus(1) };
        let record = decide::execute(&mut node.books, &now, &submission);
        node.stamp = record.stamp(record.entries.len() - 1);
        own.push(record.clone());
        Some(record)
    }

    /// A node hears the next records of another one's log, as far as they need not wait for a third one's.
    pub(crate) fn hear(&mut self, node: usize, from: usize, count: usize) {
        if node == from {
            return;
        }
        let name = self.nodes[from].name.clone();
        let log = self.nodes[from].logs.get(&name).cloned().unwrap_or_default();
        let node = &mut self.nodes[node];
        for _ in 0..count {
            let known = node.logs.get(&name).map_or(0, Vec::len);
            let Some(record) = log.get(known) else { return };
            if waits(&node.logs, record) {
                return;
            }
            node.follow(record);
        }
    }

    /// All nodes hear everything.
    pub(crate) fn gather(&mut self) {
        let count = self.nodes.len();
        for _ in 0..=count {
            for (node, from) in (0..count).flat_map(|node| (0..count).map(move |from| (node, from))) {
                self.hear(node, from, usize::MAX);
            }
        }
    }

    /// All logs as their writers have them.
    pub(crate) fn logs(&self) -> Logs {
        let own = |node: &Node| Some((node.name.clone(), node.logs.get(&node.name)?.clone()));
        self.nodes.iter().filter_map(own).collect()
    }

    /// A node takes a warehouse: as it was handed over, or from the owner that it knows, up to what it has heard.
    pub(crate) fn take(&mut self, node: usize, code: &WarehouseCode) -> Option<Record> {
        let known = &self.nodes[node];
        let warehouse = known.books.warehouse(code)?;
        let from = warehouse.owner.clone();
        let handed = warehouse.handed.as_ref().filter(|_| warehouse.handed_to.as_ref() == Some(&known.name));
        let heard = known.logs.get(&from).map_or(Seq(0), |log| end_of(log));
        let cut = handed.map_or(heard, |handed| handed.seq);
        self.submit(node, Command::Take(TakeWarehouse { warehouse: code.clone(), from, cut }))
    }
}

impl Node {
    fn follow(&mut self, record: &Record) {
        apply::record(&mut self.books, record);
        let last = record.stamp(record.entries.len() - 1);
        if !self.is_behind {
            self.stamp = self.stamp.max(last);
        }
        self.logs.entry(record.first.node.clone()).or_default().push(record.clone());
        let judged = std::mem::take(&mut self.books.changes_mut().judged);
        if judged.iter().any(|(code, judged)| has_folded(&self.books, &self.logs, code, judged)) {
            self.books = folded(&self.logs, &[]);
        }
    }
}

/// The guard of a node: what touches a warehouse is decided by its owner.
fn is_decided_by(books: &Books<Nothing>, own: &NodeName, command: &Command) -> bool {
    match command.warehouse(books) {
        Where::In(code) => books.warehouse(&code).is_none_or(|warehouse| warehouse.is_decided_by(own)),
        Where::Lines => false,
        Where::Anywhere | Where::Unknown => true,
    }
}

fn end_of(log: &[Record]) -> Seq {
    log.last().map_or(Seq(0), |record| Seq(record.first.seq.0 + record.entries.len() as u64 - 1))
}

fn waits(logs: &Logs, record: &Record) -> bool {
    apply::waits_for(record)
        .is_some_and(|(node, seq)| logs.get(&node).map_or(Seq(0), |log| end_of(log)) < seq)
}

/// Whether anything that is judged anew is among what was folded.
fn has_folded(books: &Books<Nothing>, logs: &Logs, code: &WarehouseCode, judged: &Judged) -> bool {
    let concerns = |record: &Record| {
        record.entries.iter().any(|entry| entry.body.warehouse(books).as_ref() == Some(code))
    };
    judged.iter().any(|(node, seq)| {
        let log = logs.get(node).into_iter().flatten();
        log.filter(|record| *seq < record.first.seq).any(concerns)
    })
}

/// Folds logs from their beginning, the next record always from the one that `turns` says; again, with what is known of
/// the ownership from the beginning, when it turns out that something was folded that is void.
pub(crate) fn folded(logs: &Logs, turns: &[usize]) -> Books<Nothing> {
    let mut known: BTreeMap<WarehouseCode, Arc<Warehouse>> = BTreeMap::new();
    loop {
        let mut books = Books::over(Nothing);
        let ownership = known.iter().map(|(code, known)| (code.clone(), Arc::new(known.ownership())));
        books.changes_mut().warehouses.extend(ownership);
        if fold_once(&mut books, logs, turns) {
            return books;
        }
        known.clone_from(&books.changes().warehouses);
    }
}

/// Whether all was well judged.
fn fold_once(books: &mut Books<Nothing>, logs: &Logs, turns: &[usize]) -> bool {
    let mut done = Logs::new();
    let mut is_well_judged = true;
    let names: Vec<&NodeName> = logs.keys().collect();
    let mut turns = turns.iter().copied().chain((0..names.len()).cycle());
    let mut idle = BTreeSet::new();
    while idle.len() < names.len() {
        let name = names[turns.next().expect("turns go on for ever") % names.len()];
        let at = done.get(name).map_or(0, Vec::len);
        match logs[name].get(at).filter(|record| !waits(&done, record)) {
            None => _ = idle.insert(name),
            Some(record) => {
                idle.clear();
                apply::record(books, record);
                done.entry(name.clone()).or_default().push(record.clone());
                let judged = std::mem::take(&mut books.changes_mut().judged);
                is_well_judged &= !judged.iter().any(|(code, judged)| has_folded(books, &done, code, judged));
            }
        }
    }
    is_well_judged
}

/// What the views hold; what is noted beside them for whoever writes them is left out.
pub(crate) fn views(books: &mut Books<Nothing>) -> String {
    let changes = books.changes_mut();
    changes.judged.clear();
    changes.begun.clear();
    // They come in the order of folding; lists sort them.
    changes.deeds.sort_by_key(|deed| (deed.stamp, deed.id.node.clone()));
    format!("{changes:#?}")
}

/// Where two texts begin to differ, so that a failure can be read; nothing where they do not.
pub(crate) fn difference(one: &str, other: &str) -> String {
    const LINES_SHOWN: usize = 20;
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count();
    let rest = |text: &str| text.lines().skip(same).take(LINES_SHOWN).collect::<Vec<_>>().join("\n");
    if one == other { String::new() } else { format!("{}\n-- and --\n{}", rest(one), rest(other)) }
}
