//! Makes the views anew from the logs.

use std::sync::Arc;

use acopio_ledger::ids::Seq;
use acopio_ledger::names::NodeName;
use acopio_ledger::ownership::Folded;
use acopio_ledger::{Books, Changes, Record, apply};
use acopio_store::{Store, StoreError};

use super::strands::{Stop, Strands};
use super::{Progress, READ_BYTES, entries_of};

/// How many entries are folded into one transaction when views are made anew.
const REFOLD_ENTRIES: usize = 50_000;

/// Drops all views and folds all logs into them anew; answers how many entries there are.
///
/// Where a warehouse was taken by force, what its owner before it wrote after the cut may be folded before it is known
/// to be void. Then all is folded once more, with what has been found out about the ownership known from the beginning.
///
/// # Errors
///
/// When storage fails, a frame cannot be read or does not follow the one before it.
pub fn rebuild(store: &mut dyn Store, progress: &mut dyn FnMut(Progress)) -> Result<u64, StoreError> {
    let end = entries_of(&store.heads());
    let mut known = Changes::default();
    loop {
        store.drop_views()?;
        let own = store.identity().node;
        store.refold(&own, &known)?;
        if fold_once(store, end, progress)? {
            store.end_refold()?;
            return Ok(end);
        }
        known = ownership(store);
    }
}

/// What the views say about the ownership of warehouses.
fn ownership(store: &dyn Store) -> Changes {
    let source = store.source();
    let known = source.warehouses().into_iter().filter_map(|code| source.warehouse(&code));
    let known = known.map(|warehouse| (warehouse.code.clone(), Arc::new(warehouse.ownership())));
    Changes { warehouses: known.collect(), ..Changes::default() }
}

/// Folds all logs from their beginnings; answers whether all void entries were known to be void in time.
fn fold_once(
    store: &mut dyn Store,
    end: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<bool, StoreError> {
    let (reader, heads) = (store.reader(), store.heads());
    let read = |node: &NodeName, after: Seq| reader.frames(node, after, READ_BYTES);
    let mut strands = Strands::new(&heads, &read, apply::waits_for);
    let damaged = |reason| StoreError::Damaged { what: "log".to_owned(), reason };
    let mut batch = Batch::default();
    loop {
        match strands.next() {
            Ok(Some(records)) => {
                for record in records {
                    batch.take(store, record)?;
                }
                progress(Progress { at: strands.entries(), end });
            }
            Ok(None) => break,
            Err(Stop::Fault(fault)) => return Err(damaged(fault)),
            Err(Stop::Storage(error)) => return Err(error),
        }
    }
    batch.fold(store)?;
    match strands.fault_at_end() {
        Some(fault) => Err(damaged(fault)),
        None => Ok(!batch.is_misjudged),
    }
}

/// Records of one log that are folded into one transaction.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    entries: usize,
    folded: Folded,
    is_misjudged: bool,
}

impl Batch {
    /// Adds a record, after folding those before it if they are of another log or enough.
    fn take(&mut self, store: &mut dyn Store, record: Record) -> Result<(), StoreError> {
        let is_other = self.records.first().is_some_and(|first| first.first.node != record.first.node);
        if is_other || REFOLD_ENTRIES < self.entries + record.entries.len() {
            self.fold(store)?;
        }
        self.entries += record.entries.len();
        self.records.push(record);
        Ok(())
    }

    /// Folds what there is.
    fn fold(&mut self, store: &mut dyn Store) -> Result<(), StoreError> {
        let Some(node) = self.records.first().map(|record| record.first.node.clone()) else { return Ok(()) };
        let changes = {
            let mut books = Books::over(store.source());
            for record in &self.records {
                apply::record(&mut books, record);
                self.folded.note(&books, record);
                let judged = std::mem::take(&mut books.changes_mut().judged);
                self.is_misjudged |= self.folded.is_misjudged(&judged);
            }
            books.take_changes()
        };
        store.refold(&node, &changes)?;
        self.records.clear();
        self.entries = 0;
        Ok(())
    }
}
