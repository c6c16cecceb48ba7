//! A store in one SQLite file: a writer with caches, and readers that see snapshots.
//!
//! Local integer ids stand for SKUs, warehouses, users and imports inside; they never leave.

mod adopt;
mod audit;
mod balances;
mod caches;
mod checkpoint;
mod damage;
mod deeds;
mod explorable;
mod fault;
mod grams;
mod log;
mod logs;
mod lookups;
mod migrate;
mod open;
mod piece;
mod place;
mod pool;
mod read;
mod rebuild;
mod recent;
mod shown;
mod source;
mod stocked;
mod store;
mod tallies;
mod unflushed;
mod voids;
mod write;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use acopio_ledger::Changes;
use acopio_ledger::codec::Frame;
use acopio_ledger::ids::LogId;
use rusqlite::Connection;

use self::caches::Caches;
use self::checkpoint::Checkpointer;
use self::damage::Damage;
use self::fault::{Fault, Outcome};
use self::logs::{KnownLogs, Logs};
use self::place::LogNumber;
use self::pool::Pool;
use self::read::SqliteReader;
use self::shown::Shown;
use self::unflushed::Flusher;
use self::write::Desk;
use crate::{Faults, Head, Reader, StoreError};

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// The most connections that read at once; further readers wait for one.
    pub readers_max: usize,
    /// Whether the views are to be rebuilt, so that they need not be whole.
    pub rebuild: bool,
    /// From how many changed balances on they are moved to their table, at about 100 bytes of memory each.
    pub unflushed_max: usize,
    /// Faults that tests ask for.
    pub faults: Faults,
}

impl OpenOptions {
    /// As a server opens it.
    pub const USUAL: OpenOptions = OpenOptions {
        readers_max: 8,
        rebuild: false,
        unflushed_max: 64 * 1_024,
        faults: Faults { fail_commit_after: None },
    };
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions::USUAL
    }
}

/// The writer's side of a SQLite database.
pub struct SqliteStore {
    known: Arc<KnownLogs>,
    /// The number of the node's own log.
    own: LogNumber,
    /// Where each log ends, by its number.
    heads: Vec<Head>,
    caches: RefCell<Caches>,
    flusher: Flusher,
    /// The first read for a decision that failed; the next commit says so.
    failed_read: RefCell<Option<Fault>>,
    poisoned: bool,
    /// What was found to be damaged, also by readers.
    damage: Arc<Damage>,
    faults: Faults,
    shown: Arc<Shown>,
    reader: Arc<SqliteReader>,
    /// Ends before the writer's connection does; nothing once the store is closing.
    checkpointer: Option<Checkpointer>,
    connection: Connection,
}

impl SqliteStore {
    /// Opens a node's database, whatever the incarnation of its log, and brings it to the present schema. Where there
    /// is none, it is created and begins this log.
    ///
    /// # Errors
    ///
    /// When it is another node's, was made by a later version of the program, or cannot be used.
    pub fn open(file: &Path, log: LogId, options: OpenOptions) -> Result<SqliteStore, StoreError> {
        let mut connection = open::writer(file)?;
        migrate::migrate(&mut connection)?;
        let found = Logs::read(&connection).and_then(|found| match found {
            Some(found) => Ok(found),
            None => Ok((Logs::found(&connection, &log)?, vec![Head::default()])),
        });
        let (logs, heads) = found.map_err(opening)?;
        let found = logs.latest();
        if found.node != log.node {
            return Err(StoreError::OtherNode { found: found.to_string(), asked: log.to_string() });
        }
        if !options.rebuild && !rebuild::is_finished(&connection).map_err(opening)? {
            return Err(StoreError::NotRebuilt);
        }
        let shown = Arc::new(Shown::default());
        let flusher = Flusher::over(&connection, options.unflushed_max).map_err(opening)?;
        let unflushed = Arc::clone(flusher.unflushed());
        let caches = Caches::over(&connection, logs.own(), Arc::clone(&shown), Arc::clone(&unflushed));
        let caches = RefCell::new(caches.map_err(opening)?);
        let damage = Arc::new(Damage::default());
        let pool = Pool::new(file.to_owned(), Arc::clone(&damage), options.readers_max);
        let own = logs.own();
        let known = Arc::new(KnownLogs::new(logs));
        let reader =
            Arc::new(SqliteReader::new(pool, Arc::clone(&known), Some((Arc::clone(&shown), unflushed))));
        let failed_read = RefCell::new(None);
        let faults = options.faults;
        let checkpointer = Some(Checkpointer::start(file)?);
        Ok(SqliteStore {
            known,
            own,
            heads,
            caches,
            flusher,
            failed_read,
            poisoned: false,
            damage,
            faults,
            shown,
            reader,
            checkpointer,
            connection,
        })
    }

    /// Opens a database for reading alone, whosever it is.
    ///
    /// # Errors
    ///
    /// When it is not of the present schema, or cannot be read.
    pub fn open_to_read(file: &Path, readers_max: usize) -> Result<(LogId, Arc<dyn Reader>), StoreError> {
        let connection = open::reader(file)?;
        let found = migrate::check(&connection)?;
        if found != migrate::KNOWN {
            let reason = format!("it has schema {found}, not yet {}: serve it once", migrate::KNOWN);
            return Err(StoreError::Damaged { what: file.display().to_string(), reason });
        }
        let found = Logs::read(&connection).map_err(opening)?;
        let (logs, _) = found.ok_or_else(|| nobodys(file))?;
        let (log, known) = (logs.latest(), Arc::new(KnownLogs::new(logs)));
        let reader = SqliteReader::new(Pool::new(file.to_owned(), Arc::default(), readers_max), known, None);
        Ok((log, Arc::new(reader)))
    }

    /// Whose log a database is, whatever its schema.
    ///
    /// # Errors
    ///
    /// When it was made by a later version of the program, or cannot be read.
    pub fn owner(file: &Path) -> Result<LogId, StoreError> {
        let connection = open::reader(file)?;
        migrate::check(&connection)?;
        let found = Logs::read(&connection).map_err(opening)?;
        found.map(|(logs, _)| logs.latest()).ok_or_else(|| nobodys(file))
    }

    /// Whether the views are whole. They are not while they are made anew, nor when a later version of the program has
    /// brought a view that there was not before: then they are to be made from the logs.
    ///
    /// # Errors
    ///
    /// When that cannot be read.
    pub fn is_whole(&self) -> Result<bool, StoreError> {
        rebuild::is_finished(&self.connection).map_err(opening)
    }

    /// Does some writing about a log in one transaction. Whatever fails in it leaves the store poisoned: nobody knows
    /// what the disk holds until it is opened again.
    fn transact<T>(
        &mut self,
        doing: &'static str,
        log: LogNumber,
        work: impl FnOnce(&mut Desk<'_>) -> Outcome<T>,
    ) -> Result<T, StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        self.poisoned = true;
        if let Some(fault) = self.failed_read.take() {
            self.damage.look_at(&fault);
            return Err(fault.while_doing("read what was decided upon"));
        }
        let fault = self.faults.meet();
        let has_others = log != self.own || !self.known.get().is_alone();
        let shown = Arc::clone(&self.shown);
        let _committing = shown.begin();
        let outcome = self.begin().and_then(|()| {
            let (connection, caches, flusher) = (&self.connection, self.caches.get_mut(), &mut self.flusher);
            let done = work(&mut Desk { log, has_others, connection, caches, flusher })?;
            match fault {
                Some(error) => Err(Fault::Database(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))),
                None => self.run("COMMIT").map(|()| done),
            }
        });
        match self.damage.note(outcome) {
            Ok(done) => {
                self.flusher.committed();
                self.poisoned = false;
                Ok(done)
            }
            Err(fault) => {
                // Should this fail too, the transaction ends with the connection.
                let _ = self.run("ROLLBACK");
                Err(fault.while_doing(doing))
            }
        }
    }

    /// Appends frames to a log, opened if it is new, and writes what they have changed.
    fn append(
        &mut self,
        doing: &'static str,
        log: &LogId,
        frames: &[Frame],
        changes: &Changes,
    ) -> Result<(), StoreError> {
        let known = Arc::clone(&self.known);
        let logs = known.get();
        let number = logs.number(&log.node).unwrap_or_else(|| LogNumber::of(self.heads.len()));
        let end = self.heads.get(number.index()).copied().unwrap_or_default();
        let head = self.transact(doing, number, |desk| {
            if !logs.is_open(log) {
                let mut logs = Logs::clone(&logs);
                logs.open(desk.connection, log, end.seq)?;
                known.set(logs);
            }
            let head = write::frames(desk.connection, number, end, frames)?;
            write::changes(desk, changes)?;
            Ok(head)
        })?;
        match self.heads.get_mut(number.index()) {
            Some(end) => *end = head,
            None => self.heads.push(head),
        }
        Ok(())
    }

    /// Opens the transaction of the next commit, unless it is open: decisions read in it, so that each read need not
    /// open and close one of its own.
    fn begin(&self) -> Outcome<()> {
        if !self.connection.is_autocommit() {
            return Ok(());
        }
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.finish(&self.connection)?;
        }
        self.run("BEGIN IMMEDIATE")
    }

    fn run(&self, sql: &str) -> Outcome<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

impl Drop for SqliteStore {
    /// Leaves a main file that is whole by itself, with all balances in their table, unless a commit has failed: then nobody knows, and nothing is moved.
    fn drop(&mut self) {
        self.checkpointer = None;
        if self.poisoned {
            return;
        }
        let ended = if self.connection.is_autocommit() { Ok(()) } else { self.run("ROLLBACK") };
        let flushed = ended.and_then(|()| self.flusher.flush_all(&self.connection));
        if let Err(fault) = flushed.and_then(|()| checkpoint::truncate(&self.connection)) {
            let error = fault.while_doing("checkpoint at the end");
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
    }
}

fn nobodys(file: &Path) -> StoreError {
    StoreError::Damaged { what: file.display().to_string(), reason: "it does not say whose it is".to_owned() }
}

fn opening(fault: Fault) -> StoreError {
    fault.while_doing("open the database")
}
