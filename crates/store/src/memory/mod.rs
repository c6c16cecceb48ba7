//! A store in memory: the twin of the real ones, for tests and trials. Simple before fast; nothing survives it.

mod across;
mod audit;
mod catalogue;
mod copy;
mod deeds;
mod history;
mod lists;
mod logs;
mod reader;
mod source;
mod tallies;
mod transfers;
mod voids;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use acopio_ledger::codec::Frame;
use acopio_ledger::ids::{EntryId, Incarnation, LogId};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Books, Changes, Nothing, Record, Source};

use self::across::Across;
use self::logs::Logs;
use self::reader::MemoryReader;
use crate::{Faults, Head, LogHead, Note, Reader, Store, StoreError};

/// All that is stored.
struct Shelf {
    identity: LogId,
    logs: Logs,
    /// The views: changes over nothing.
    books: Books<Nothing>,
    across: Across,
    /// Documents by kind and key.
    notes: BTreeMap<(String, String), String>,
}

impl Shelf {
    fn head(&self) -> Head {
        self.logs.get(&self.identity.node).map(|log| log.end.head).unwrap_or_default()
    }
}

/// A shelf that the writer and all readers share.
#[derive(Clone)]
struct Shared(Arc<RwLock<Shelf>>);

impl Shared {
    fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writer's side of a store in memory.
pub struct MemoryStore {
    shelf: Shared,
    poisoned: bool,
    faults: Faults,
}

impl MemoryStore {
    /// An empty store of a node.
    pub fn new(identity: LogId, faults: Faults) -> MemoryStore {
        let shelf = Shelf {
            logs: Logs::of(&identity),
            identity,
            books: Books::over(Nothing),
            across: Across::default(),
            notes: BTreeMap::new(),
        };
        MemoryStore { shelf: Shared(Arc::new(RwLock::new(shelf))), poisoned: false, faults }
    }

    /// The same store as it is found after its node has ended, however it ended: whole commits and no others.
    pub fn reopened(&self) -> MemoryStore {
        MemoryStore { shelf: self.shelf.clone(), poisoned: false, faults: Faults::default() }
    }

    /// Does some writing, all or nothing. Whatever fails leaves the store poisoned.
    fn transact(
        &mut self,
        work: impl FnOnce(&mut Shelf) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        self.poisoned = true;
        if let Some(error) = self.faults.meet() {
            return Err(StoreError::Database { doing: "commit", source: Box::new(error) });
        }
        work(&mut self.shelf.write())?;
        self.poisoned = false;
        Ok(())
    }
}

/// The incarnation after the one in which a log stands.
fn next_after(logs: &Logs, log: &LogId) -> Incarnation {
    let latest = logs.get(&log.node).map_or(log.incarnation, |log| log.end.incarnation);
    Incarnation(latest.0 + 1)
}

impl Store for MemoryStore {
    fn identity(&self) -> LogId {
        self.shelf.read().identity.clone()
    }

    fn head(&self) -> Head {
        self.shelf.read().head()
    }

    fn heads(&self) -> BTreeMap<NodeName, LogHead> {
        self.shelf.read().logs.heads()
    }

    fn source(&self) -> &dyn Source {
        self
    }

    fn record(&self, first: &EntryId) -> Result<Record, StoreError> {
        let found = self.shelf.read().logs.record(first).cloned();
        found.ok_or_else(|| damaged(format!("record at {first}"), "no record begins there"))
    }

    fn commit(&mut self, frames: &[Frame], changes: &Changes) -> Result<(), StoreError> {
        let own = self.identity();
        self.transact(|shelf| shelf.append(&own, frames, changes))
    }

    fn follow(&mut self, log: &LogId, frames: &[Frame], changes: &Changes) -> Result<(), StoreError> {
        self.transact(|shelf| shelf.append(log, frames, changes))
    }

    fn begin_next_life(&mut self) -> Result<(), StoreError> {
        self.transact(|shelf| {
            shelf.identity.incarnation = next_after(&shelf.logs, &shelf.identity);
            shelf.logs.open(&shelf.identity);
            Ok(())
        })
    }

    fn keep(&mut self, notes: &[Note]) -> Result<(), StoreError> {
        self.transact(|shelf| {
            for Note { kind, key, doc } in notes {
                let place = ((*kind).to_owned(), key.clone());
                match doc {
                    Some(doc) => shelf.notes.insert(place, doc.clone()),
                    None => shelf.notes.remove(&place),
                };
            }
            Ok(())
        })
    }

    fn drop_views(&mut self) -> Result<(), StoreError> {
        self.transact(|shelf| {
            shelf.drop_views();
            Ok(())
        })
    }

    fn refold(&mut self, node: &NodeName, changes: &Changes) -> Result<(), StoreError> {
        self.transact(|shelf| shelf.write(node, changes))
    }

    fn end_refold(&mut self) -> Result<(), StoreError> {
        self.transact(|_| Ok(()))
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(MemoryReader::new(self.shelf.clone()))
    }
}

/// What a database's CHECK says.
fn check(changes: &Changes) -> Result<(), StoreError> {
    match changes.balances.iter().find(|(_, balance)| !balance.is_sound()) {
        None => Ok(()),
        Some((key, balance)) => {
            Err(damaged(format!("balance of {} in {}", key.sku, key.warehouse), &format!("{balance:?}")))
        }
    }
}

fn damaged(what: String, reason: &str) -> StoreError {
    StoreError::Damaged { what, reason: reason.to_owned() }
}
