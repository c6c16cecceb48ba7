//! What decisions are made upon: the books, and the log for what only it knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::conflict::{Conflict, ConflictId};
use acopio_ledger::entry::Moved;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::holders::Holders;
use acopio_ledger::ids::{CommandId, EntryId, ImportId, SessionId, SourceId, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{
    Alert, Balance, Category, Hold, Import, Product, Rule, Session, StockKey, Stockable, User, Warehouse,
};
use acopio_ledger::settings::Settings;
use acopio_ledger::transfer::Transfer;
use acopio_ledger::void::Void;
use acopio_ledger::{Body, Cause, Record, Source};

use super::MemoryStore;

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
        barcode(barcode: &Barcode) -> Holders<Sku>;
        category(id: &EntryId) -> Option<Category>;
        category_named(name: &str) -> Holders<EntryId>;
        warehouse(code: &WarehouseCode) -> Option<Arc<Warehouse>>;
        warehouses() -> Vec<WarehouseCode>;
        settings() -> Arc<Settings>;
        rule(key: &StockKey) -> Option<Rule>;
        alert(id: &EntryId) -> Option<Alert>;
        hold(id: &EntryId) -> Option<Hold>;
        user(id: &UserId) -> Option<User>;
        user_named(username: &str) -> Holders<UserId>;
        user_mailed(email: &str) -> Holders<UserId>;
        users() -> Vec<UserId>;
        session(id: &SessionId) -> Option<Session>;
        import(id: &ImportId) -> Option<Import>;
        source(id: &SourceId) -> Option<ImportId>;
        undone(movement: &EntryId) -> Option<EntryId>;
        transfer(id: &EntryId) -> Option<Transfer>;
        incoming(key: &StockKey) -> Quantity;
        founded() -> bool;
        void(id: &EntryId) -> Option<Void>;
        conflict(id: &ConflictId) -> Option<Conflict>;
    }

    fn balance(&self, key: &StockKey) -> Balance {
        self.shelf.read().own_balance(key)
    }

    fn command(&self, id: &CommandId) -> Option<EntryId> {
        self.shelf.read().across.command(id)
    }

    fn movement(&self, id: &EntryId) -> Option<(Moved, Option<ImportId>)> {
        let shelf = self.shelf.read();
        let (record, index) = shelf.logs.entry(id)?;
        match &record.entries[index].body {
            Body::Moved(moved) if !shelf.is_void(record, &moved.key.warehouse) => {
                Some((moved.clone(), import_of(record)))
            }
            _ => None,
        }
    }

    fn record(&self, first: &EntryId) -> Option<Record> {
        self.shelf.read().logs.record(first).cloned()
    }

    fn import_net(&self, import: &Import) -> BTreeMap<StockKey, Quantity> {
        let shelf = self.shelf.read();
        let mut net: BTreeMap<StockKey, Quantity> = BTreeMap::new();
        let own = shelf.logs.get(&shelf.identity.node);
        let records = own.into_iter().flat_map(|log| log.records_within(import.first, import.last));
        for record in records.filter(|record| import_of(record) == Some(import.id)) {
            for (index, entry) in record.entries.iter().enumerate() {
                if let Body::Moved(moved) = &entry.body
                    && shelf.books.undone(&record.id(index)).is_none()
                    && !shelf.is_void(record, &moved.key.warehouse)
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
