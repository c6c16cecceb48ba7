//! Answers queries from snapshots of the database.

mod backwards;
mod chains;
mod counted;
mod deeds;
mod explore;
mod frequency;
mod movements;
mod order;
mod people;
mod products;
mod question;
mod search;
mod shelf;
mod shortages;
mod stock;
mod transfers;
mod voids;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use acopio_contract::QueryError;
use acopio_contract::query::{self, Ask};
use acopio_ledger::Record;
use acopio_ledger::ids::{CommandId, EntryId, Seq};
use acopio_ledger::names::{NodeName, Sku};
use rusqlite::{Connection, params};

use self::frequency::Frequencies;
use self::shelf::Shelf;
use super::audit::SqliteAudit;
use super::balances::Balances;
use super::fault::{Fault, Outcome};
use super::log::{self, Log};
use super::logs::{KnownLogs, read_head, read_heads};
use super::place::Place;
use super::pool::Pool;
use super::shown::{self, Rows, Shown};
use super::unflushed::Unflushed;
use super::{SqliteStore, lookups, open, tallies};
use crate::{Audit, Head, LogHead, Reader, StoreError, StoredFrame};

/// The readers' side of a SQLite database.
pub(super) struct SqliteReader {
    pool: Pool,
    known: Arc<KnownLogs>,
    frequencies: Frequencies,
    /// What the writer of this process keeps up to date; none where another process may write.
    shown: Option<Arc<Shown>>,
    unflushed: Option<Arc<Unflushed>>,
}

impl SqliteReader {
    pub(super) fn new(
        pool: Pool,
        known: Arc<KnownLogs>,
        shared: Option<(Arc<Shown>, Arc<Unflushed>)>,
    ) -> SqliteReader {
        let (shown, unflushed) = shared.unzip();
        SqliteReader { pool, known, frequencies: Frequencies::default(), shown, unflushed }
    }

    fn balances_in<'c>(&'c self, connection: &'c Connection) -> Balances<'c> {
        Balances::new(connection, self.unflushed.as_deref())
    }

    fn shelf_in<'c>(&'c self, connection: &'c Connection) -> Shelf<'c> {
        Shelf::new(connection, &self.frequencies, self.balances_in(connection))
    }

    /// A product's balances: from memory if they are there.
    fn balances(&self, shown: &Shown, sku: &Sku) -> Result<Rows, QueryError> {
        if let Some(rows) = shown.get(sku) {
            return Ok(rows);
        }
        let moment = shown.moment();
        let rows =
            self.ask("stock", |connection, _| stock::all_of(connection, &self.balances_in(connection), sku))?;
        let Some(rows) = rows else { return Ok(Arc::new([])) };
        if let Some(moment) = moment {
            shown.keep(moment, sku, &rows);
        }
        Ok(rows)
    }

    fn ask<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Connection, &Log<'_>) -> Outcome<T>,
    ) -> Result<T, QueryError> {
        let read = self.pool.read(|connection| work(connection, &Log::new(connection, &self.known)));
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

/// The same for functions of the catalogue in a snapshot and the query.
macro_rules! answers_of_the_catalogue {
    ($( $name:ident($query:ident) = $answer:path; )*) => {
        $(
            fn $name(&self, query: &query::$query) -> Result<<query::$query as Ask>::Answer, QueryError> {
                self.ask(stringify!($name), |connection, _| $answer(&self.shelf_in(connection), query))
            }
        )*
    };
}

impl Reader for SqliteReader {
    answers! {
        categories(Categories) = products::categories;
        warehouses(Warehouses) = products::warehouses;
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
        tallies(Tallies) = tallies::list;
        settings(CompanySettings) = people::settings;
        deeds(Deeds) = deeds::list;
        signing_key(SigningKey) = people::signing_key;
        transfers(Transfers) = transfers::list;
        transfer(TransferById) = transfers::one;
        voids(Voids) = voids::list;
        void(VoidById) = voids::void;
        conflicts(Conflicts) = voids::conflicts;
        conflict(ConflictById) = voids::conflict;
        explorer_tables(ExplorerTables) = explore::tables;
    }

    answers_of_the_catalogue! {
        products(Products) = products::list;
        product(ProductBySku) = products::one;
    }

    fn stock(&self, query: &query::Stock) -> Result<query::Page<query::StockRow>, QueryError> {
        if let Some((shown, sku)) = self.shown.as_ref().zip(shown::product_of(query)) {
            return Ok(shown::page(&self.balances(shown, sku)?, query));
        }
        self.ask("stock", |connection, _| stock::list(&self.shelf_in(connection), query))
    }

    fn stock_of(&self, query: &query::StockOf) -> Result<Option<Vec<query::StockRow>>, QueryError> {
        self.ask("stock_of", |connection, _| stock::of(connection, &self.balances_in(connection), query))
    }

    fn movements(&self, query: &query::Movements) -> Result<query::Page<query::MovementRow>, QueryError> {
        self.ask("movements", |connection, log| {
            movements::list(connection, log, &self.balances_in(connection), query)
        })
    }

    fn explore(&self, query: &query::Explore) -> Result<query::Explored, QueryError> {
        let failed =
            |error: StoreError| QueryError::Storage { what: "the database", reason: error.to_string() };
        let connection = open::reader(self.pool.file()).map_err(failed)?;
        explore::run(connection, query).map_err(|fault| fault.while_reading("the database"))
    }

    fn backup(&self, query: &query::Backup) -> Result<u64, QueryError> {
        let failed = |error: StoreError| QueryError::Storage { what: "backup", reason: error.to_string() };
        let copied = copy(self.pool.file(), &query.file).map_err(failed)?;
        copied.map_err(|error| QueryError::Storage { what: "backup", reason: error.to_string() })
    }

    fn form(&self) -> Option<String> {
        Some(SqliteStore::form())
    }

    fn damage(&self) -> Option<String> {
        self.pool.damage()
    }

    fn head(&self) -> Result<Head, StoreError> {
        let own = self.known.get().own();
        self.read("read the log's end", |connection| read_head(connection, own))
    }

    fn heads(&self) -> Result<BTreeMap<NodeName, LogHead>, StoreError> {
        let heads = self.read("read the logs' ends", read_heads)?;
        Ok(self.known.get().heads(heads))
    }

    fn outcome(&self, command: &CommandId) -> Result<Option<EntryId>, StoreError> {
        let sql = "SELECT first FROM command WHERE key = ?2 AND user = (SELECT id FROM user WHERE key = ?1) \
                   ORDER BY first LIMIT 1";
        self.read("look a command up", |connection| {
            let key = params![command.user.0, command.key_bytes()];
            let first = lookups::one(connection, sql, key, |row| row.get::<_, Place>(0))?;
            first.map(|first| self.known.get().id(first)).transpose()
        })
    }

    fn company(&self) -> Result<Option<[u8; 16]>, StoreError> {
        self.read("read the company", |connection| lookups::meta(connection, "company"))
    }

    fn frames(&self, node: &NodeName, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        let Some(number) = self.known.get().number(node) else { return Ok(Vec::new()) };
        self.read("read the log", |connection| log::frames(connection, number, after, bytes_max))
    }

    fn notes(&self, kind: &str, after: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT key, doc FROM note WHERE kind = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
        self.read("read the notes", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![kind, after, limit], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok(rows?.collect::<Result<_, _>>()?)
        })
    }

    fn note(&self, kind: &str, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT doc FROM note WHERE kind = ?1 AND key = ?2";
        self.read("read a note", |connection| lookups::one(connection, sql, [kind, key], |row| row.get(0)))
    }

    fn record(&self, first: &EntryId) -> Result<Option<Record>, StoreError> {
        self.read("read a record", |connection| Log::new(connection, &self.known).record_at(first))
    }

    fn audit(&self) -> Result<Box<dyn Audit + '_>, StoreError> {
        Ok(Box::new(SqliteAudit::begin(self.pool.lend()?, &self.known)?))
    }
}

/// Copies a database as it is at this moment, while others write, to a new file; answers with its size.
fn copy(from: &Path, to: &Path) -> Result<std::io::Result<u64>, StoreError> {
    if let Err(error) = open::create(to) {
        return Ok(Err(error));
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
