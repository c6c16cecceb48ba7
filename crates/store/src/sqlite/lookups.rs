//! Single records by their keys, for the writer and for readers.

use std::collections::BTreeMap;

use acopio_contract::query::Scope;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::holders::Holders;
use acopio_ledger::ids::{EntryId, ImportId, SessionId, SourceId, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{
    Alert, Category, Hold, Import, Product, Rule, Session, StockKey, User, Warehouse,
};
use acopio_ledger::settings::Settings;
use acopio_ledger::transfer::Transfer;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;

use super::fault::{Fault, Outcome, record};
use crate::filters::in_scope;

/// The first row's value, if there is a row.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Outcome<Option<T>> {
    Ok(connection.prepare_cached(sql)?.query_row(params, read).optional()?)
}

/// The record in the first row's only column; none if there is no row or the column is NULL.
pub(super) fn doc<T: DeserializeOwned>(
    connection: &Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> Outcome<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    match rows.next()? {
        Some(row) => match row.get_ref(0)?.as_str_or_null().map_err(|error| Fault::damaged(what, error))? {
            Some(doc) => record(what, doc).map(Some),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

/// The records in the only column of all rows; those that are NULL are left out.
pub(super) fn docs<T: DeserializeOwned>(
    connection: &Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> Outcome<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(doc) = row.get_ref(0)?.as_str_or_null().map_err(|error| Fault::damaged(what, error))? {
            found.push(record(what, doc)?);
        }
    }
    Ok(found)
}

/// A product's local id.
pub(super) fn product_id(connection: &Connection, sku: &str) -> Outcome<Option<i64>> {
    one(connection, "SELECT id FROM product WHERE sku = ?1", [sku], |row| row.get(0))
}

/// A product.
pub(super) fn product(connection: &Connection, sku: &Sku) -> Outcome<Option<Product>> {
    doc(connection, "product", "SELECT doc FROM product WHERE sku = ?1", [sku.as_str()])
}

/// The product of a local id.
pub(super) fn product_by_id(connection: &Connection, id: i64) -> Outcome<Product> {
    let found = doc(connection, "product", "SELECT doc FROM product WHERE id = ?1", [id])?;
    found.ok_or_else(|| Fault::damaged(format!("product with the local id {id}"), "it is missing"))
}

/// Whose barcode it is.
pub(super) fn barcode(connection: &Connection, barcode: &Barcode) -> Outcome<Holders<Sku>> {
    let sql = "SELECT p.sku FROM barcode b JOIN product p ON p.id = b.product WHERE b.barcode = ?1
               ORDER BY b.rank";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([barcode.as_str()], |row| Ok(Sku::recorded(row.get_ref(0)?.as_str()?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A category.
pub(super) fn category(connection: &Connection, id: &EntryId) -> Outcome<Option<Category>> {
    doc(connection, "category", "SELECT doc FROM category WHERE key = ?1", [id.to_string()])
}

/// The records that have a name, which is in lower case.
pub(super) fn named<T: DeserializeOwned + Clone>(
    connection: &Connection,
    kind: &str,
    name: &str,
) -> Outcome<Holders<T>> {
    let found = doc(connection, "name", "SELECT doc FROM name WHERE kind = ?1 AND name = ?2", [kind, name])?;
    Ok(found.unwrap_or_default())
}

/// A warehouse with its local id; without a record if it is only named somewhere.
pub(super) struct Site {
    /// The local id.
    pub(super) id: i64,
    /// The code.
    pub(super) code: WarehouseCode,
    /// The record.
    pub(super) warehouse: Option<Warehouse>,
}

/// All warehouses by code.
pub(super) fn sites(connection: &Connection) -> Outcome<Vec<Site>> {
    let mut statement = connection.prepare_cached("SELECT id, key, doc FROM warehouse ORDER BY key")?;
    let mut rows = statement.query([])?;
    let mut sites = Vec::new();
    while let Some(row) = rows.next()? {
        let doc: Option<&str> =
            row.get_ref(2)?.as_str_or_null().map_err(|error| Fault::damaged("warehouse", error))?;
        sites.push(Site {
            id: row.get(0)?,
            code: WarehouseCode::recorded(&row.get::<_, String>(1)?),
            warehouse: doc.map(|doc| record("warehouse", doc)).transpose()?,
        });
    }
    Ok(sites)
}

/// The warehouses that a query may see, by code, with their local ids.
pub(super) fn sites_in(
    connection: &Connection,
    scope: &Scope,
    warehouse: Option<&WarehouseCode>,
) -> Outcome<Vec<(i64, WarehouseCode)>> {
    let mut statement = connection.prepare_cached("SELECT id, key FROM warehouse ORDER BY key")?;
    let mut rows = statement.query([])?;
    let mut sites = Vec::new();
    while let Some(row) = rows.next()? {
        let code = WarehouseCode::recorded(&row.get::<_, String>(1)?);
        if in_scope(scope, &code) && warehouse.is_none_or(|wanted| *wanted == code) {
            sites.push((row.get(0)?, code));
        }
    }
    Ok(sites)
}

/// A reorder rule.
pub(super) fn rule(connection: &Connection, key: &StockKey) -> Outcome<Option<Rule>> {
    let sql = "SELECT doc FROM rule WHERE sku = ?1 AND warehouse = ?2";
    doc(connection, "reorder rule", sql, [key.sku.as_str(), key.warehouse.as_str()])
}

/// An alert.
pub(super) fn alert(connection: &Connection, id: &EntryId) -> Outcome<Option<Alert>> {
    doc(connection, "alert", "SELECT doc FROM alert WHERE key = ?1", [id.to_string()])
}

/// A hold.
pub(super) fn hold(connection: &Connection, id: &EntryId) -> Outcome<Option<Hold>> {
    doc(connection, "hold", "SELECT doc FROM hold WHERE key = ?1", [id.to_string()])
}

/// A user.
pub(super) fn user(connection: &Connection, id: &UserId) -> Outcome<Option<User>> {
    doc(connection, "user", "SELECT doc FROM user WHERE key = ?1", [id.0])
}

/// A session or token.
pub(super) fn session(connection: &Connection, id: &SessionId) -> Outcome<Option<Session>> {
    doc(connection, "session", "SELECT doc FROM session WHERE key = ?1", [id.0])
}

/// An import.
pub(super) fn import(connection: &Connection, id: &ImportId) -> Outcome<Option<Import>> {
    doc(connection, "import", "SELECT doc FROM import WHERE key = ?1", [id.0])
}

/// The import that last posted a source's row.
pub(super) fn source(connection: &Connection, id: &SourceId) -> Outcome<Option<ImportId>> {
    let sql = "SELECT i.key FROM source s JOIN import i ON i.id = s.import WHERE s.id = ?1";
    one(connection, sql, [id.0], |row| Ok(ImportId(row.get(0)?)))
}

/// By which entry a movement was undone.
pub(super) fn undone(connection: &Connection, movement: &EntryId) -> Outcome<Option<EntryId>> {
    let by = one(connection, "SELECT by FROM undone WHERE movement = ?1", [movement.to_string()], |row| {
        row.get::<_, String>(0)
    })?;
    by.map(|by| entry_id(&by)).transpose()
}

/// Reads a stored id.
pub(super) fn entry_id(text: &str) -> Outcome<EntryId> {
    text.parse().map_err(|error| Fault::damaged(format!("entry id {text}"), error))
}

/// A transfer.
pub(super) fn transfer(connection: &Connection, id: &EntryId) -> Outcome<Option<Transfer>> {
    doc(connection, "transfer", "SELECT doc FROM transfer WHERE key = ?1", [id.to_string()])
}

/// What is on the road to a warehouse.
pub(super) fn incoming(connection: &Connection, key: &StockKey) -> Outcome<Quantity> {
    let sql = "SELECT quantity FROM incoming WHERE sku = ?1 AND warehouse = ?2";
    let found = one(connection, sql, [key.sku.as_str(), key.warehouse.as_str()], |row| row.get(0))?;
    Ok(found.map(Quantity).unwrap_or_default())
}

/// What of a product is on the road, by warehouse.
pub(super) fn incoming_of(connection: &Connection, sku: &Sku) -> Outcome<BTreeMap<WarehouseCode, Quantity>> {
    let mut statement =
        connection.prepare_cached("SELECT warehouse, quantity FROM incoming WHERE sku = ?1")?;
    let rows = statement.query_map([sku.as_str()], |row| {
        Ok((WarehouseCode::recorded(row.get_ref(0)?.as_str()?), Quantity(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The settings of the company.
pub(super) fn settings(connection: &Connection) -> Outcome<Settings> {
    let found = doc(connection, "settings", "SELECT value FROM meta WHERE name = 'settings'", [])?;
    Ok(found.unwrap_or_default())
}

/// A value beside the tables.
pub(super) fn meta<T: rusqlite::types::FromSql>(connection: &Connection, name: &str) -> Outcome<Option<T>> {
    one(connection, "SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0))
}
