//! What goes across logs: in which log a balance's last movement stands, where histories go over from one log to the
//! next, and who has answered a command first.

use std::collections::{BTreeMap, BTreeSet};

use acopio_ledger::ids::{CommandId, EntryId, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::records::{Balance, StockKey};
use acopio_ledger::{Books, Changes, Nothing, Source};

use super::{Shelf, check, copy};
use crate::{Crossing, StoreError};

/// The part of the views that plain books do not hold.
#[derive(Default)]
pub(super) struct Across {
    /// In which log the last movement of a key stands.
    owners: BTreeMap<StockKey, NodeName>,
    pub(super) crossings: BTreeSet<Crossing>,
    /// The first entries of what a command has led to, with the numbers of their logs: the own log's counts, then that
    /// of the log that was met first.
    commands: BTreeMap<CommandId, BTreeSet<(usize, EntryId)>>,
}

impl Across {
    /// In which log the last movement of a key stands.
    pub(super) fn owner(&self, key: &StockKey) -> Option<&NodeName> {
        self.owners.get(key)
    }

    /// Every known command with every first entry.
    pub(super) fn commands(&self) -> impl Iterator<Item = (&CommandId, &EntryId)> {
        self.commands.iter().flat_map(|(id, firsts)| firsts.iter().map(move |(_, first)| (id, first)))
    }

    /// The entry that answers a command.
    pub(super) fn command(&self, id: &CommandId) -> Option<EntryId> {
        self.commands.get(id)?.first().map(|(_, first)| first.clone())
    }
}

impl Shelf {
    /// Writes the views of what frames of a node's log have changed.
    pub(super) fn write(&mut self, node: &NodeName, changes: &Changes) -> Result<(), StoreError> {
        check(changes)?;
        let number = self.logs.get(node).map_or(0, |log| log.number);
        let begun = &changes.begun;
        let mut changes = copy::changes(changes);
        for (key, balance) in &mut changes.balances {
            self.place(node, key, balance, begun.get(key));
        }
        for (command, first) in std::mem::take(&mut changes.commands) {
            self.across.commands.entry(command).or_default().insert((number, first));
        }
        self.books.absorb(changes);
        Ok(())
    }

    /// Notes where the last movement of a balance stands; a balance without one keeps that of the owner before.
    fn place(&mut self, node: &NodeName, key: &StockKey, balance: &mut Balance, begun: Option<&Seq>) {
        let before = (self.across.owner(key).cloned(), self.books.balance(key).last);
        let (owner, last) = match before {
            (Some(owner), last) => (owner, last),
            (None, _) => (node.clone(), Seq(0)),
        };
        if balance.last == Seq(0) {
            balance.last = last;
            return;
        }
        if let Some(begun) = begun.filter(|_| owner != *node && last != Seq(0)) {
            let (at, before) = ((node.clone(), *begun), (owner, last));
            self.across.crossings.insert(Crossing { key: key.clone(), at, before });
        }
        self.across.owners.insert(key.clone(), node.clone());
    }

    /// A balance as the node itself decides upon it: what it follows in another log is no movement of its own log.
    pub(super) fn own_balance(&self, key: &StockKey) -> Balance {
        let balance = self.books.balance(key);
        match self.across.owner(key) {
            Some(owner) if *owner != self.identity.node => Balance { last: Seq(0), ..balance },
            _ => balance,
        }
    }

    /// Forgets all views.
    pub(super) fn drop_views(&mut self) {
        self.books = Books::over(Nothing);
        self.across = Across::default();
    }
}
