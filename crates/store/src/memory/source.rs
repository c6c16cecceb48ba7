//! What decisions are made upon: the books, and the log for what only it knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::entry::Moved;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::ids::{CommandId, EntryId, ImportId, Seq, SessionId, SourceId, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{
    Alert, Balance, Category, Hold, Import, Product, Rule, Session, StockKey, Stockable, User, Warehouse,
};
use acopio_ledger::transfer::Transfer;
use acopio_ledger::{Body, Cause, Record, Source};

use super::{MemoryStore, Shelf};

/// Answers out of the books.
macro_rules! from_books {
    ($( $name:ident($($arg:ident: $type:ty)?) -> $answer:ty; )*) => {
        $( fn $name(&self $(, $arg: $type)?) -> $answer {
            self.shelf.read().books.$name($($arg)?)
        } )*
    };
}

impl Source for MemoryStore {
    from_books! {
        product(sku: &Sku) -> Option<Arc<Product>>;
        stockable(sku: &Sku) -> Option<Stockable>;
        barcode(barcode: &Barcode) -> Option<Sku>;
        category(id: &EntryId) -> Option<Category>;
        category_named(name: &str) -> Option<EntryId>;
        warehouse(code: &WarehouseCode) -> Option<Warehouse>;
        warehouses() -> Vec<WarehouseCode>;
        balance(key: &StockKey) -> Balance;
        rule(key: &StockKey) -> Option<Rule>;
        alert(id: &EntryId) -> Option<Alert>;
        hold(id: &EntryId) -> Option<Hold>;
        user(id: &UserId) -> Option<User>;
        user_named(username: &str) -> Option<UserId>;
        user_mailed(email: &str) -> Option<UserId>;
        users() -> Vec<UserId>;
        session(id: &SessionId) -> Option<Session>;
        import(id: &ImportId) -> Option<Import>;
        source(id: &SourceId) -> Option<ImportId>;
        undone(movement: &EntryId) -> Option<EntryId>;
        command(id: &CommandId) -> Option<Seq>;
        transfer(id: &EntryId) -> Option<Transfer>;
        incoming(key: &StockKey) -> Quantity;
        founded() -> bool;
    }

    fn movement(&self, id: &EntryId) -> Option<(Moved, Option<ImportId>)> {
        let shelf = self.shelf.read();
        let (record, index) = shelf.entry(id)?;
        match &record.entries[index].body {
            Body::Moved(moved) => Some((moved.clone(), import_of(record))),
            _ => None,
        }
    }

    fn import_net(&self, import: &Import) -> BTreeMap<StockKey, Quantity> {
        let shelf = self.shelf.read();
        let mut net: BTreeMap<StockKey, Quantity> = BTreeMap::new();
        for record in shelf.records.values().filter(|record| import_of(record) == Some(import.id)) {
            for (index, entry) in record.entries.iter().enumerate() {
                let id = record.id(index);
                let is_within = import.first <= id.seq && id.seq <= import.last;
                if let Body::Moved(moved) = &entry.body
                    && is_within
                    && shelf.books.undone(&id).is_none()
                {
                    let sum = net.entry(moved.key.clone()).or_default();
                    *sum = *sum + moved.change;
                }
            }
        }
        net
    }
}

/// The import that posted a record.
pub(super) fn import_of(record: &Record) -> Option<ImportId> {
    match &record.cause {
        Some(Cause::Import(import)) => Some(*import),
        _ => None,
    }
}

impl Shelf {
    /// The record of an entry, and the entry's index in it.
    pub(super) fn entry(&self, id: &EntryId) -> Option<(&Record, usize)> {
        let (first, record) = self.records.range(..=id.seq).next_back()?;
        let index = (id.seq.0 - first.0) as usize;
        (index < record.entries.len() && record.id(index) == *id).then_some((record, index))
    }
}
