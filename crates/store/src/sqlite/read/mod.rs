//! Answers queries from snapshots of the database.

mod counted;
mod movements;
mod order;
mod people;
mod products;
mod search;
mod shelf;
mod shortages;
mod stock;
mod transfers;
mod walk;

use std::path::Path;

use acopio_contract::QueryError;
use acopio_contract::query::{self, Ask};
use acopio_ledger::ids::Seq;
use rusqlite::Connection;

use super::audit::SqliteAudit;
use super::fault::{Fault, Outcome};
use super::lives::Lives;
use super::log::{self, Log};
use super::pool::Pool;
use super::{lookups, open, read_head};
use crate::{Audit, Head, Reader, StoreError, StoredFrame};

/// The readers' side of a SQLite database.
pub(super) struct SqliteReader {
    pool: Pool,
    lives: Lives,
}

impl SqliteReader {
    pub(super) fn new(pool: Pool, lives: Lives) -> SqliteReader {
        SqliteReader { pool, lives }
    }

    fn ask<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Connection, &Log<'_>) -> Outcome<T>,
    ) -> Result<T, QueryError> {
        let read = self.pool.read(|connection| work(connection, &Log::new(connection, &self.lives)));
        let failed = |error: StoreError| QueryError::Storage { what, reason: error.to_string() };
        read.map_err(failed)?.map_err(|fault| fault.while_reading(what))
    }

    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<T>,
    ) -> Result<T, StoreError> {
        self.pool.read(work)?.map_err(|fault| fault.while_doing(doing))
    }
}

/// One query a line: its method, its type, and the function of a snapshot, its log and the query that answers it.
macro_rules! answers {
    ($( $name:ident($query:ident) = $answer:path; )*) => {
        $(
            fn $name(&self, query: &query::$query) -> Result<<query::$query as Ask>::Answer, QueryError> {
                self.ask(stringify!($name), |connection, log| $answer(connection, log, query))
            }
        )*
    };
}

impl Reader for SqliteReader {
    answers! {
        products(Products) = products::list;
        product(ProductBySku) = products::one;
        categories(Categories) = products::categories;
        warehouses(Warehouses) = products::warehouses;
        stock(Stock) = stock::list;
        stock_of(StockOf) = stock::of;
        movements(Movements) = movements::list;
        movement(Movement) = movements::one;
        holds(Holds) = shortages::holds;
        hold(HoldById) = shortages::hold;
        rules(Rules) = shortages::rules;
        rule(RuleByKey) = shortages::rule;
        alerts(Alerts) = shortages::alerts;
        alert(AlertById) = shortages::alert;
        users(Users) = people::users;
        user(UserById) = people::user;
        user_by_name(UserByName) = people::user_by_name;
        sessions(Sessions) = people::sessions;
        session(SessionById) = people::session;
        access(Access) = people::access;
        imports(Imports) = people::imports;
        import(ImportById) = people::import;
        posted(Posted) = people::posted;
        entries(Entries) = movements::entries;
        signing_key(SigningKey) = people::signing_key;
        transfers(Transfers) = transfers::list;
        transfer(TransferById) = transfers::one;
    }

    fn backup(&self, query: &query::Backup) -> Result<u64, QueryError> {
        let failed = |error: StoreError| QueryError::Storage { what: "backup", reason: error.to_string() };
        let copied = copy(self.pool.file(), &query.file).map_err(failed)?;
        copied.map_err(|error| QueryError::Storage { what: "backup", reason: error.to_string() })
    }

    fn head(&self) -> Result<Head, StoreError> {
        self.read("read the log's end", read_head)
    }

    fn company(&self) -> Result<Option<[u8; 16]>, StoreError> {
        self.read("read the company", |connection| lookups::meta(connection, "company"))
    }

    fn frames(&self, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        self.read("read the log", |connection| log::frames(connection, after, bytes_max))
    }

    fn audit(&self) -> Result<Box<dyn Audit + '_>, StoreError> {
        Ok(Box::new(SqliteAudit::begin(self.pool.lend()?)?))
    }
}

/// Copies a database as it is at this moment, while others write, to a new file; answers with its size.
fn copy(from: &Path, to: &Path) -> Result<std::io::Result<u64>, StoreError> {
    let exists = to.try_exists();
    if !matches!(exists, Ok(false)) {
        let error = std::io::Error::new(
            std::io::ErrorKind::AlreadyExists,
            format!("there is a file {}", to.display()),
        );
        return Ok(Err(exists.err().unwrap_or(error)));
    }
    let connection = open::keeper(from)?;
    let target = to.to_string_lossy();
    let copied = connection.execute("VACUUM INTO ?1", [&target]);
    copied.map_err(|error| Fault::from(error).while_doing("copy the database"))?;
    let finish = || {
        let file = std::fs::File::open(to)?;
        file.sync_all()?;
        if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::File::open(folder)?.sync_all()?;
        }
        Ok(file.metadata()?.len())
    };
    Ok(finish())
}
