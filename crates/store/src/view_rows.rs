//! Rows of views as text, so that what is stored can be compared with what the log comes to.

use std::collections::BTreeMap;

use acopio_ledger::Changes;
use acopio_ledger::ids::Stamp;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;
use acopio_ledger::transfer::{Transfer, TransferLine};
use serde::Serialize;

/// Takes a table's name, a row's key and the row in JSON; answers whether to go on.
pub type Row<'a> = &'a mut dyn FnMut(&str, &str, &str) -> bool;

/// Calls back with every record that the changes hold, but for balances, commands, posted sources and undone
/// movements, in the order of table and key: what [`crate::Audit::each_record`] says of a store that was made by them.
pub fn view_rows(changes: &Changes, row: Row<'_>) {
    let tables: [(&str, BTreeMap<String, String>); 18] = [
        ("alerts", rows(changes.alerts.iter())),
        ("barcodes", rows(present(&changes.barcodes).map(|(barcode, sku)| (barcode.as_str(), sku)))),
        ("categories", rows(present(&changes.categories))),
        ("category_names", rows(present(&changes.category_names))),
        ("company", rows(changes.company.iter().map(|company| ("", company)))),
        ("emails", rows(present(&changes.emails))),
        ("holds", rows(changes.holds.iter())),
        ("imports", rows(changes.imports.iter())),
        ("incoming", rows(on_the_road(changes).map(|(key, quantity)| (rule_key(key), quantity)))),
        ("keys", rows(changes.keys.iter())),
        ("products", rows(changes.products.iter().map(|(sku, product)| (sku, product.as_ref())))),
        ("rules", rows(present(&changes.rules).map(|(key, rule)| (rule_key(key), rule)))),
        ("sessions", rows(changes.sessions.iter())),
        ("transfer_lines", rows(transfer_lines(changes))),
        ("transfers", rows(changes.transfers.iter())),
        ("usernames", rows(present(&changes.usernames))),
        ("users", rows(changes.users.iter())),
        ("warehouses", rows(changes.warehouses.iter())),
    ];
    for (table, rows) in &tables {
        for (key, json) in rows {
            if !row(table, key, json) {
                return;
            }
        }
    }
}

/// A record in JSON: the very text that is stored and compared.
pub(crate) fn json<T: Serialize>(record: &T) -> String {
    serde_json::to_string(record).expect("records have string keys only")
}

/// What is on the road, where anything is.
fn on_the_road(changes: &Changes) -> impl Iterator<Item = (&StockKey, &Quantity)> {
    changes.incoming.iter().filter(|(_, quantity)| **quantity != Quantity::ZERO)
}

/// The lines by which transfers are found.
fn transfer_lines(changes: &Changes) -> impl Iterator<Item = (String, &Stamp)> {
    let key = |transfer: &Transfer, line: &TransferLine| format!("{}\t{}", line.sku, transfer.id);
    changes.transfers.values().flat_map(move |transfer| {
        transfer.lines.iter().map(move |line| (key(transfer, line), &transfer.opened))
    })
}

/// The key of a row of a reorder rule or of what is on the road. The tab sorts below all that a SKU may hold.
pub(crate) fn rule_key(key: &StockKey) -> String {
    format!("{}\t{}", key.sku, key.warehouse)
}

fn present<K, V>(table: &BTreeMap<K, Option<V>>) -> impl Iterator<Item = (&K, &V)> {
    table.iter().filter_map(|(key, record)| Some((key, record.as_ref()?)))
}

fn rows<'a, K: ToString, V: Serialize + 'a>(
    records: impl Iterator<Item = (K, &'a V)>,
) -> BTreeMap<String, String> {
    records.map(|(key, record)| (key.to_string(), json(record))).collect()
}
