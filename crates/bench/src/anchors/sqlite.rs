//! Bare SQLite: rows with integer keys into one table without an index, as durable as the product is.

use std::time::Instant;

use anyhow::{Context, Result};
use rusqlite::{Connection, params};

use super::Effort;
use crate::figure::Value;
use crate::traffic::{Keys, Spread};

/// Rows per transaction, and what the anchor is called.
pub(super) const SIZES: &[(usize, &str)] = &[
    (8_000, "SQLite, 8,000 per transaction"),
    (1_000, "SQLite, 1,000 per transaction"),
    (100, "SQLite, 100 per transaction"),
];

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE movement (
        seq INTEGER PRIMARY KEY,
        sku INTEGER NOT NULL,
        warehouse INTEGER NOT NULL,
        quantity INTEGER NOT NULL,
        stamp INTEGER NOT NULL
    );
";

/// Stamps are as large as those of the product: microseconds since 1970.
const STAMP: i64 = 1_700_000_000_000_000;

/// Inserted rows per second.
pub(super) fn measure(effort: &Effort, per_transaction: usize) -> Result<Value> {
    let folder = tempfile::tempdir_in(&effort.scratch).context("cannot make a folder")?;
    let mut connection = Connection::open(folder.path().join("bare.db")).context("cannot open SQLite")?;
    connection.execute_batch(SCHEMA).context("cannot make the table")?;
    let keys = Keys::draw(effort.products, Spread::Zipf, 1);
    let mut rows = 0;
    let start = Instant::now();
    while start.elapsed() < effort.duration {
        let transaction = connection.transaction()?;
        let mut insert = transaction.prepare_cached("INSERT INTO movement VALUES (NULL, ?1, ?2, ?3, ?4)")?;
        for row in rows..rows + per_transaction {
            let (key, number) = (keys.at(row), row as i64);
            insert.execute(params![key.product(), key.0 % 3, 1 + number % 9, STAMP + number])?;
        }
        drop(insert);
        transaction.commit().context("cannot commit")?;
        rows += per_transaction;
    }
    Ok(Value::PerSecond(rows as f64 / start.elapsed().as_secs_f64()))
}
