//! What callers were told: the promises are checked against it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acopio_contract::{Receipt, SubmitError};
use acopio_ledger::ids::CommandId;

/// What one caller was told about a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is decided, with this outcome.
    Decided(String),
    /// It is accepted and waits.
    Accepted,
}

/// What was told, by command.
#[derive(Clone, Debug, Default)]
pub(crate) struct History(Arc<Mutex<BTreeMap<CommandId, Vec<Told>>>>);

impl History {
    /// Notes an answer. What is no answer about the command itself is not noted.
    pub(crate) fn tell(&self, command: &CommandId, answer: &Result<Receipt, SubmitError>) {
        let told = match answer {
            Ok(receipt) => Told::Decided(outcome(receipt)),
            Err(SubmitError::Accepted { .. }) => Told::Accepted,
            Err(_) => return,
        };
        self.all().entry(command.clone()).or_default().push(told);
    }

    pub(crate) fn all(&self) -> MutexGuard<'_, BTreeMap<CommandId, Vec<Told>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A receipt in words: where its record stands, and what it says.
pub(crate) fn outcome(receipt: &Receipt) -> String {
    match receipt.refusal() {
        Some(refusal) => format!("{} {}", receipt.record.first, refusal.code()),
        None => format!("{} done", receipt.record.first),
    }
}

/// What happened in worlds, to see that simulations reach what they should.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) commands: u64,
    pub(crate) decided: u64,
    pub(crate) refused: u64,
    pub(crate) accepted: u64,
    pub(crate) crashes: u64,
    pub(crate) wipes: u64,
    pub(crate) cuts: u64,
    pub(crate) hand_overs: u64,
    pub(crate) take_overs: u64,
    pub(crate) voids: u64,
    pub(crate) entries: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Counts) {
        self.commands += other.commands;
        self.decided += other.decided;
        self.refused += other.refused;
        self.accepted += other.accepted;
        self.crashes += other.crashes;
        self.wipes += other.wipes;
        self.cuts += other.cuts;
        self.hand_overs += other.hand_overs;
        self.take_overs += other.take_overs;
        self.voids += other.voids;
        self.entries += other.entries;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts {
            commands,
            decided,
            refused,
            accepted,
            crashes,
            wipes,
            cuts,
            hand_overs,
            take_overs,
            voids,
            entries,
        } = self;
        write!(
            f,
            "{commands} commands ({decided} decided, {refused} refused, {accepted} accepted for later), \
             {crashes} crashes, {wipes} lost disks, {cuts} cuts, {hand_overs} hand-overs, {take_overs} take-overs, {voids} voids, \
             {entries} entries"
        )
    }
}
