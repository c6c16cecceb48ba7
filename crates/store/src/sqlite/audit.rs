//! All of a database at one moment, for proving it.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::deed::Deed;
use acopio_ledger::ids::{EntryId, ImportId, Seq, SessionId, SourceId, UserId};
use acopio_ledger::names::{NodeName, Sku, WarehouseCode};
use acopio_ledger::records::{Balance, StockKey, Warehouse};
use rusqlite::{Connection, Row};

use super::balances::{Balances, Stored, product_of, warehouse_of};
use super::fault::{Fault, Outcome};
use super::logs::{KnownLogs, Logs, read_heads};
use super::lookups::{docs, entry_id, meta, one};
use super::place::Place;
use super::pool::Loan;
use super::{deeds, log, stocked};
use crate::view_rows::json;
use crate::{Audit, CommandRow, Crossing, LogHead, StoreError, StoredFrame};

/// One open read transaction.
pub(super) struct SqliteAudit<'a> {
    loan: Loan<'a>,
    logs: Arc<Logs>,
    heads: BTreeMap<NodeName, LogHead>,
}

/// The tables of records in the order of their names, each with the statement for its keys and rows.
const RECORDS: &[(&str, &str)] = &[
    ("alerts", "SELECT key, doc FROM alert ORDER BY key"),
    (
        "assortments",
        "SELECT w.key, CAST(a.available AS TEXT) FROM assortment a LEFT JOIN warehouse w ON w.id = a.warehouse
         WHERE a.available != 0 ORDER BY 1",
    ),
    (
        "barcodes",
        "SELECT b.barcode || char(9) || b.rank, json_quote(p.sku) FROM barcode b
         JOIN product p ON p.id = b.product ORDER BY 1",
    ),
    ("categories", "SELECT key, doc FROM category WHERE doc IS NOT NULL ORDER BY key"),
    ("category_names", "SELECT name, doc FROM name WHERE kind = 'category_names' ORDER BY name"),
    ("company", ""),
    ("conflicts", "SELECT kind || '/' || record || '/' || field, doc FROM conflict ORDER BY 1"),
    ("emails", "SELECT name, doc FROM name WHERE kind = 'emails' ORDER BY name"),
    ("holds", "SELECT key, doc FROM hold ORDER BY key"),
    ("imports", "SELECT key, doc FROM import WHERE doc IS NOT NULL ORDER BY key"),
    ("incoming", "SELECT sku || char(9) || warehouse, CAST(quantity AS TEXT) FROM incoming ORDER BY 1"),
    ("keys", "SELECT node, doc FROM signing_key ORDER BY node"),
    ("products", "SELECT sku, doc FROM product ORDER BY sku"),
    ("rules", "SELECT sku || char(9) || warehouse, doc FROM rule ORDER BY sku, warehouse"),
    ("sessions", "SELECT key, doc FROM session ORDER BY key"),
    ("settings", "SELECT '', value FROM meta WHERE name = 'settings'"),
    (
        "tallies",
        "SELECT (t.key >> 16) || char(9) || w.key, json_object('receipt', receipt, 'issue', issue, 'return', return,
           'adjustment', adjustment, 'dispatch', dispatch, 'arrival', arrival, 'loss', loss, 'available', available)
         FROM tally t LEFT JOIN warehouse w ON w.id = t.key & 65535 ORDER BY 1",
    ),
    (
        "transfer_lines",
        "SELECT sku || char(9) || transfer, CAST(stamp AS TEXT) FROM transfer_line ORDER BY 1",
    ),
    ("transfers", "SELECT key, doc FROM transfer ORDER BY key"),
    ("usernames", "SELECT name, doc FROM name WHERE kind = 'usernames' ORDER BY name"),
    ("users", "SELECT key, doc FROM user WHERE doc IS NOT NULL ORDER BY key"),
    ("voids", "SELECT key, doc FROM void ORDER BY key"),
    ("warehouses", "SELECT key, doc FROM warehouse WHERE doc IS NOT NULL ORDER BY key"),
];

impl<'a> SqliteAudit<'a> {
    /// Begins the transaction.
    pub(super) fn begin(loan: Loan<'a>, known: &KnownLogs) -> Result<SqliteAudit<'a>, StoreError> {
        let begin = || {
            loan.connection().execute_batch("BEGIN")?;
            read_heads(loan.connection())
        };
        let ends = begin().map_err(|fault| fault.while_doing("begin an audit"))?;
        let logs = known.get();
        let heads = logs.heads(ends);
        Ok(SqliteAudit { loan, logs, heads })
    }

    fn place(&self, place: Place) -> Outcome<(NodeName, Seq)> {
        Ok((self.logs.node(place.log())?.clone(), place.seq()))
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

/// The names in balances' keys.
struct Names<'c> {
    connection: &'c Connection,
    /// The last product that was asked for, which neighbours share.
    product: Option<(i64, Sku)>,
    warehouses: BTreeMap<i64, WarehouseCode>,
}

impl Names<'_> {
    fn of(connection: &Connection) -> Names<'_> {
        Names { connection, product: None, warehouses: BTreeMap::new() }
    }

    fn stock_key(&mut self, key: i64) -> Outcome<StockKey> {
        let (product, warehouse) = (product_of(key), warehouse_of(key));
        let unknown = || Fault::damaged(format!("balance with the key {key}"), "it is of something unknown");
        let sku = match &self.product {
            Some((id, sku)) if *id == product => sku.clone(),
            _ => {
                let sql = "SELECT sku FROM product WHERE id = ?1";
                let sku = one(self.connection, sql, [product], |row| row.get::<_, String>(0))?;
                Sku::recorded(&sku.ok_or_else(unknown)?)
            }
        };
        self.product = Some((product, sku.clone()));
        let warehouse = match self.warehouses.get(&warehouse) {
            Some(code) => code.clone(),
            None => {
                let sql = "SELECT key FROM warehouse WHERE id = ?1";
                let code = one(self.connection, sql, [warehouse], |row| row.get::<_, String>(0))?;
                let code = WarehouseCode::recorded(&code.ok_or_else(unknown)?);
                self.warehouses.insert(warehouse, code.clone());
                code
            }
        };
        Ok(StockKey { sku, warehouse })
    }
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Outcome<&'r str> {
    row.get_ref(column)?.as_str().map_err(|error| Fault::damaged("text", error))
}

impl Audit for SqliteAudit<'_> {
    fn heads(&self) -> &BTreeMap<NodeName, LogHead> {
        &self.heads
    }

    fn frames(&self, node: &NodeName, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        let Some(number) = self.logs.number(node) else { return Ok(Vec::new()) };
        let frames = log::frames(self.loan.connection(), number, after, bytes_max);
        frames.map_err(|fault| fault.while_doing("read the log"))
    }

    fn each_record(&self, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Result<(), StoreError> {
        each_record(self.loan.connection(), row).map_err(|fault| fault.while_doing("read the views"))
    }

    fn warehouses(&self) -> Result<Vec<Warehouse>, StoreError> {
        let sql = "SELECT doc FROM warehouse WHERE doc IS NOT NULL";
        docs(self.loan.connection(), "warehouses", sql, [])
            .map_err(|fault| fault.while_doing("read the views"))
    }

    fn each_balance(
        &self,
        row: &mut dyn FnMut(&StockKey, &Balance, Option<&NodeName>) -> bool,
    ) -> Result<(), StoreError> {
        let connection = self.loan.connection();
        let mut names = Names::of(connection);
        let each = Balances::new(connection, None).each(|key, Stored { balance, last }| {
            let node = last.is_some().then(|| self.logs.node(last.log())).transpose()?;
            Ok(row(&names.stock_key(key)?, &balance, node))
        });
        each.map_err(|fault| fault.while_doing("read the balances"))
    }

    fn check_indexes(&self) -> Result<Option<String>, StoreError> {
        stocked::check(self.loan.connection()).map_err(|fault| fault.while_doing("read what is available"))
    }

    fn each_crossing(&self, row: &mut dyn FnMut(&Crossing) -> bool) -> Result<(), StoreError> {
        let mut names = Names::of(self.loan.connection());
        let sql = "SELECT key, place, before FROM crossing ORDER BY key, place";
        self.each("read where histories go over", sql, &mut |found| {
            let (at, before) = (self.place(found.get(1)?)?, self.place(found.get(2)?)?);
            Ok(row(&Crossing { key: names.stock_key(found.get(0)?)?, at, before }))
        })
    }

    fn each_command(&self, row: CommandRow<'_>) -> Result<(), StoreError> {
        let sql = "SELECT u.key, c.key, c.first FROM command c LEFT JOIN user u ON u.id = c.user";
        self.each("read the commands", sql, &mut |found| {
            let (user, first): ([u8; 16], Place) = (found.get(0)?, found.get(2)?);
            let key = found.get_ref(1)?.as_blob().map_err(|error| Fault::damaged("command", error))?;
            Ok(row(&user, key, self.logs.node(first.log())?, first.seq()))
        })
    }

    fn each_deed(&self, row: &mut dyn FnMut(&Deed) -> bool) -> Result<(), StoreError> {
        let sql = format!("SELECT {} FROM deed d {}", deeds::COLUMNS, deeds::USERS);
        self.each("read the deeds", &sql, &mut |found| Ok(row(&deeds::from_row(found, &self.logs)?.0)))
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
