//! All of a database at one moment, for proving it.

use acopio_ledger::ids::{EntryId, ImportId, Seq, SessionId, SourceId, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::records::{Balance, StockKey};
use rusqlite::{Connection, Row};

use super::fault::{Fault, Outcome};
use super::lookups::{balance_at, entry_id, meta};
use super::pool::Loan;
use super::{log, read_head};
use crate::view_rows::json;
use crate::{Audit, CommandRow, Head, StoreError, StoredFrame};

/// One open read transaction.
pub(super) struct SqliteAudit<'a> {
    loan: Loan<'a>,
    head: Head,
}

/// The tables of records in the order of their names, each with the statement for its keys and rows.
const RECORDS: &[(&str, &str)] = &[
    ("alerts", "SELECT key, doc FROM alert ORDER BY key"),
    (
        "barcodes",
        "SELECT b.barcode, json_quote(p.sku) FROM barcode b JOIN product p ON p.id = b.product ORDER BY b.barcode",
    ),
    ("categories", "SELECT key, doc FROM category WHERE doc IS NOT NULL ORDER BY key"),
    ("category_names", "SELECT name, doc FROM name WHERE kind = 'category_names' ORDER BY name"),
    ("company", ""),
    ("emails", "SELECT name, doc FROM name WHERE kind = 'emails' ORDER BY name"),
    ("holds", "SELECT key, doc FROM hold ORDER BY key"),
    ("imports", "SELECT key, doc FROM import WHERE doc IS NOT NULL ORDER BY key"),
    ("incoming", "SELECT sku || char(9) || warehouse, CAST(quantity AS TEXT) FROM incoming ORDER BY 1"),
    ("keys", "SELECT node, doc FROM signing_key ORDER BY node"),
    ("products", "SELECT sku, doc FROM product ORDER BY sku"),
    ("rules", "SELECT sku || char(9) || warehouse, doc FROM rule ORDER BY sku, warehouse"),
    ("sessions", "SELECT key, doc FROM session ORDER BY key"),
    (
        "transfer_lines",
        "SELECT sku || char(9) || transfer, CAST(stamp AS TEXT) FROM transfer_line ORDER BY 1",
    ),
    ("transfers", "SELECT key, doc FROM transfer ORDER BY key"),
    ("usernames", "SELECT name, doc FROM name WHERE kind = 'usernames' ORDER BY name"),
    ("users", "SELECT key, doc FROM user WHERE doc IS NOT NULL ORDER BY key"),
    ("warehouses", "SELECT key, doc FROM warehouse WHERE doc IS NOT NULL ORDER BY key"),
];

impl<'a> SqliteAudit<'a> {
    /// Begins the transaction.
    pub(super) fn begin(loan: Loan<'a>) -> Result<SqliteAudit<'a>, StoreError> {
        let begin = || {
            loan.connection().execute_batch("BEGIN")?;
            read_head(loan.connection())
        };
        let head = begin().map_err(|fault| fault.while_doing("begin an audit"))?;
        Ok(SqliteAudit { loan, head })
    }

    fn each(
        &self,
        doing: &'static str,
        sql: &str,
        row: &mut dyn FnMut(&Row<'_>) -> Outcome<bool>,
    ) -> Result<(), StoreError> {
        each(self.loan.connection(), sql, row).map(drop).map_err(|fault| fault.while_doing(doing))
    }
}

impl Drop for SqliteAudit<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.loan.connection().execute_batch("ROLLBACK") {
            tracing::warn!(%error, "an audit's transaction did not end");
        }
    }
}

/// Calls back with all rows; answers whether it went to the end.
fn each(connection: &Connection, sql: &str, row: &mut dyn FnMut(&Row<'_>) -> Outcome<bool>) -> Outcome<bool> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        if !row(found)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn each_record(connection: &Connection, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Outcome<()> {
    for (table, sql) in RECORDS {
        let goes_on = match (*table, meta::<[u8; 16]>(connection, "company")?) {
            ("company", Some(company)) => row(table, "", &json(&company)),
            ("company", None) => true,
            _ => each(connection, sql, &mut |found| Ok(row(table, &key(found, table)?, text(found, 1)?)))?,
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// A key as it is shown: ids of 16 bytes as UUIDs, which sort as their bytes do.
fn key(row: &Row<'_>, table: &str) -> Outcome<String> {
    Ok(match table {
        "imports" => ImportId(row.get(0)?).to_string(),
        "sessions" => SessionId(row.get(0)?).to_string(),
        "users" => UserId(row.get(0)?).to_string(),
        _ => row.get(0)?,
    })
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Outcome<&'r str> {
    row.get_ref(column)?.as_str().map_err(|error| Fault::damaged("text", error))
}

impl Audit for SqliteAudit<'_> {
    fn head(&self) -> Head {
        self.head
    }

    fn frames(&self, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        let frames = log::frames(self.loan.connection(), after, bytes_max);
        frames.map_err(|fault| fault.while_doing("read the log"))
    }

    fn each_record(&self, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Result<(), StoreError> {
        each_record(self.loan.connection(), row).map_err(|fault| fault.while_doing("read the views"))
    }

    fn each_balance(&self, row: &mut dyn FnMut(&StockKey, &Balance) -> bool) -> Result<(), StoreError> {
        let sql = "SELECT p.sku, w.key, b.on_hand, b.reserved, b.on_hold, b.version, b.last FROM balance b
                   LEFT JOIN product p ON p.id = b.key >> 16 LEFT JOIN warehouse w ON w.id = b.key & 65535";
        self.each("read the balances", sql, &mut |found| {
            let (sku, warehouse) = (Sku::recorded(text(found, 0)?), WarehouseCode::recorded(text(found, 1)?));
            Ok(row(&StockKey { sku, warehouse }, &balance_at(found, 2)?))
        })
    }

    fn each_command(&self, row: CommandRow<'_>) -> Result<(), StoreError> {
        let sql = "SELECT u.key, c.key, c.first FROM command c LEFT JOIN user u ON u.id = c.user";
        self.each("read the commands", sql, &mut |found| {
            let user: [u8; 16] = found.get(0)?;
            let key = found.get_ref(1)?.as_blob().map_err(|error| Fault::damaged("command", error))?;
            Ok(row(&user, key, Seq(found.get::<_, i64>(2)? as u64)))
        })
    }

    fn each_source(&self, row: &mut dyn FnMut(SourceId, ImportId) -> bool) -> Result<(), StoreError> {
        let sql = "SELECT s.id, i.key FROM source s LEFT JOIN import i ON i.id = s.import";
        self.each("read the posted rows", sql, &mut |found| {
            Ok(row(SourceId(found.get(0)?), ImportId(found.get(1)?)))
        })
    }

    fn each_undone(&self, row: &mut dyn FnMut(&EntryId, &EntryId) -> bool) -> Result<(), StoreError> {
        let sql = "SELECT movement, by FROM undone";
        self.each("read the undone movements", sql, &mut |found| {
            Ok(row(&entry_id(text(found, 0)?)?, &entry_id(text(found, 1)?)?))
        })
    }
}
