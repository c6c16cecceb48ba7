//! Rows of views as text, so that what is stored can be compared with what the log comes to.

use std::collections::BTreeMap;

use acopio_ledger::Changes;
use acopio_ledger::holders::Holders;
use acopio_ledger::ids::Stamp;
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;
use acopio_ledger::transfer::{Transfer, TransferLine};
use serde::Serialize;

/// Takes a table's name, a row's key and the row in JSON; answers whether to go on.
pub type Row<'a> = &'a mut dyn FnMut(&str, &str, &str) -> bool;

/// Calls back with every record that the changes hold, but for balances, commands, posted sources and undone
/// movements, in the order of table and key: what [`crate::Audit::each_record`] says of a store that was made by them.
pub fn view_rows(changes: &Changes, row: Row<'_>) {
    let assortments = assortments(changes);
    let tables: [(&str, BTreeMap<String, String>); 23] = [
        ("alerts", rows(changes.alerts.iter())),
        ("assortments", rows(assortments.iter())),
        ("barcodes", rows(barcodes(changes))),
        ("categories", rows(changes.categories.iter())),
        ("category_names", rows(held(&changes.category_names))),
        ("company", rows(changes.company.iter().map(|company| ("", company)))),
        ("conflicts", rows(present(&changes.conflicts))),
        ("emails", rows(held(&changes.emails))),
        ("holds", rows(changes.holds.iter())),
        ("imports", rows(changes.imports.iter())),
        ("incoming", rows(on_the_road(changes).map(|(key, quantity)| (rule_key(key), quantity)))),
        ("keys", rows(changes.keys.iter())),
        ("products", rows(changes.products.iter().map(|(sku, product)| (sku, product.as_ref())))),
        ("rules", rows(present(&changes.rules).map(|(key, rule)| (rule_key(key), rule)))),
        ("sessions", rows(changes.sessions.iter())),
        ("settings", rows(changes.settings.iter().map(|settings| ("", settings.as_ref())))),
        (
            "tallies",
            rows(changes.tallies.iter().map(|((at, code), tally)| (format!("{}\t{code}", at.0), tally))),
        ),
        ("transfer_lines", rows(transfer_lines(changes))),
        ("transfers", rows(changes.transfers.iter())),
        ("usernames", rows(held(&changes.usernames))),
        ("users", rows(changes.users.iter())),
        ("voids", rows(changes.voids.iter())),
        ("warehouses", rows(changes.warehouses.iter().map(|(code, known)| (code, known.as_ref())))),
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

/// How many products are available in each warehouse, where any is.
fn assortments(changes: &Changes) -> BTreeMap<&WarehouseCode, i64> {
    let mut sums = BTreeMap::new();
    for ((_, warehouse), tally) in &changes.tallies {
        *sums.entry(warehouse).or_default() += tally.available;
    }
    sums.retain(|_, available| *available != 0);
    sums
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

/// Barcodes by their text and the rank of each product that has them.
fn barcodes(changes: &Changes) -> impl Iterator<Item = (String, &Sku)> {
    changes.barcodes.iter().flat_map(|(barcode, holders)| {
        let ranks = holders.all().iter().enumerate();
        ranks.map(move |(rank, sku)| (format!("{}\t{rank}", barcode.as_str()), sku))
    })
}

/// Names that somebody holds.
fn held<T: Clone>(names: &BTreeMap<String, Holders<T>>) -> impl Iterator<Item = (&String, &Holders<T>)> {
    names.iter().filter(|(_, holders)| !holders.is_empty())
}

fn present<K, V>(table: &BTreeMap<K, Option<V>>) -> impl Iterator<Item = (&K, &V)> {
    table.iter().filter_map(|(key, record)| Some((key, record.as_ref()?)))
}

fn rows<'a, K: ToString, V: Serialize + 'a>(
    records: impl Iterator<Item = (K, &'a V)>,
) -> BTreeMap<String, String> {
    records.map(|(key, record)| (key.to_string(), json(record))).collect()
}
