//! A store in memory: the twin of the real ones, for tests and trials. Simple before fast; nothing survives it.

mod audit;
mod catalogue;
mod copy;
mod history;
mod lists;
mod reader;
mod source;
mod transfers;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use acopio_ledger::codec::{Frame, decode_frame};
use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::{Books, Changes, Nothing, Record, Source};

use self::reader::MemoryReader;
use crate::{Faults, Head, Reader, Store, StoreError, StoredFrame};

/// All that is stored.
struct Shelf {
    identity: LogId,
    head: Head,
    frames: BTreeMap<Seq, StoredFrame>,
    /// By the position of their first entry.
    records: BTreeMap<Seq, Record>,
    /// The views: changes over nothing.
    books: Books<Nothing>,
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
            identity,
            head: Head::default(),
            frames: BTreeMap::new(),
            records: BTreeMap::new(),
            books: Books::over(Nothing),
        };
        MemoryStore { shelf: Shared(Arc::new(RwLock::new(shelf))), poisoned: false, faults }
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

impl Store for MemoryStore {
    fn identity(&self) -> LogId {
        self.shelf.read().identity.clone()
    }

    fn head(&self) -> Head {
        self.shelf.read().head
    }

    fn source(&self) -> &dyn Source {
        self
    }

    fn record(&self, first: Seq) -> Result<Record, StoreError> {
        let found = self.shelf.read().records.get(&first).cloned();
        found.ok_or_else(|| damaged(format!("record at {first}"), "no record begins there"))
    }

    fn commit(&mut self, frames: &[Frame], changes: &Changes) -> Result<(), StoreError> {
        self.transact(|shelf| {
            let mut head = shelf.head;
            let mut records = Vec::new();
            for frame in frames {
                assert_eq!(frame.first, head.seq.plus(1), "a log has no gaps");
                assert!(head.stamp < frame.stamp, "stamps rise within a log");
                records.extend(decode(frame)?);
                let (seq, stamp) = (head.seq.plus(frame.entries), frame.stamp.plus(frame.entries - 1));
                head = Head { seq, stamp, hash: frame.hash };
            }
            check(changes)?;
            shelf.frames.extend(frames.iter().map(|frame| (frame.first, stored(frame))));
            shelf.records.extend(records.into_iter().map(|record| (record.first.seq, record)));
            shelf.books.absorb(copy::changes(changes));
            shelf.head = head;
            Ok(())
        })
    }

    fn drop_views(&mut self) -> Result<(), StoreError> {
        self.transact(|shelf| {
            shelf.books = Books::over(Nothing);
            Ok(())
        })
    }

    fn refold(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.transact(|shelf| {
            check(changes)?;
            shelf.books.absorb(copy::changes(changes));
            Ok(())
        })
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

fn damaged(what: String, reason: &str) -> StoreError {
    StoreError::Damaged { what, reason: reason.to_owned() }
}
