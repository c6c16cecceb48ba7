//! Leaves out what was written about a warehouse that was no longer the writer's, and puts it on the reconcile list.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Meta;
use crate::body;
use crate::books::{Books, Source};
use crate::entry::{Body, Record};
use crate::ids::EntryId;
use crate::names::WarehouseCode;
use crate::records::Warehouse;
use crate::void::{Void, VoidEntries, VoidKind, VoidState};

/// What of a record counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it.
    Counts,
    /// Nothing: its command is not known by it.
    Void,
    /// A batch over several warehouses, of which some were no longer the writer's: the entries at these indexes are
    /// void, the others count.
    Partly(Vec<usize>),
}

impl Verdict {
    /// Whether the entry at an index counts.
    pub fn counts(&self, index: usize) -> bool {
        match self {
            Verdict::Counts => true,
            Verdict::Void => false,
            Verdict::Partly(void) => !void.contains(&index),
        }
    }
}

/// Judges what of a record counts. Entries that concern no warehouse go with the others of their record.
pub(super) fn judge<S: Source>(
    books: &Books<S>,
    owned: impl Fn(&WarehouseCode) -> Option<Arc<Warehouse>>,
    record: &Record,
) -> Verdict {
    let changed_hands = |body: &Body| {
        let code = body.warehouse(books)?;
        owned(&code).filter(|warehouse| !warehouse.tenures.is_empty())
    };
    if record.entries.iter().all(|entry| changed_hands(&entry.body).is_none()) {
        return Verdict::Counts;
    }
    let by_warehouse = by_warehouse(books, record);
    let is_void = |(code, indexes): &(&WarehouseCode, &Vec<usize>)| {
        let epoch = record.entries[indexes[0]].epoch;
        // A record is one: it stands where its first entry does.
        let (node, seq) = (&record.first.node, record.first.seq);
        owned(code).is_some_and(|warehouse| warehouse.is_void(node, epoch, seq))
    };
    let void: Vec<_> = by_warehouse.iter().filter(is_void).collect();
    match void.len() {
        0 => Verdict::Counts,
        all if all == by_warehouse.len() => Verdict::Void,
        _ => Verdict::Partly(void.into_iter().flat_map(|(_, indexes)| indexes.clone()).collect()),
    }
}

/// Puts the void entries of a record on the list, by warehouse.
pub(super) fn note<S: Source>(books: &mut Books<S>, record: &Record, verdict: &Verdict) {
    for (warehouse, indexes) in by_warehouse(books, record) {
        if verdict.counts(indexes[0]) {
            continue;
        }
        let is_to_be_seen = |index: &usize| VoidKind::of(&record.entries[*index].body).is_some();
        let indexes: Vec<usize> = indexes.into_iter().filter(is_to_be_seen).collect();
        let Some(what) = VoidEntries::of(record, &indexes) else { continue };
        let id = record.id(indexes[0]);
        let mut void = books.void(&id).unwrap_or_else(|| unseen(&id, warehouse));
        void.what = Some(what);
        books.changes_mut().voids.insert(id, void);
    }
}

/// Somebody has seen to a void record, whose own log may not be known so far.
pub(super) fn settled<S: Source>(books: &mut Books<S>, meta: &Meta, settled: &body::VoidSettled) {
    let Ok(id) = settled.void.parse::<EntryId>() else { return };
    let by = meta.id.clone();
    let mut void =
        books.void(&id).unwrap_or_else(|| unseen(&id, WarehouseCode::recorded(&settled.warehouse)));
    void.state = if settled.posted { VoidState::Posted { by } } else { VoidState::Discarded { by } };
    books.changes_mut().voids.insert(id, void);
}

fn unseen(id: &EntryId, warehouse: WarehouseCode) -> Void {
    Void { id: id.clone(), warehouse, what: None, state: VoidState::Open }
}

/// The indexes of a record's entries by the warehouse that they concern: nearly always of one.
fn by_warehouse<S: Source>(books: &Books<S>, record: &Record) -> BTreeMap<WarehouseCode, Vec<usize>> {
    let mut indexes: BTreeMap<WarehouseCode, Vec<usize>> = BTreeMap::new();
    for (index, entry) in record.entries.iter().enumerate() {
        if let Some(code) = entry.body.warehouse(books) {
            indexes.entry(code).or_default().push(index);
        }
    }
    indexes
}
