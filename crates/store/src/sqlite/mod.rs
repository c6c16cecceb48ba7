//! A store in one SQLite file: a writer with caches, and readers that see snapshots.
//!
//! Local integer ids stand for SKUs, warehouses, users and imports inside; they never leave.

mod audit;
mod caches;
mod checkpoint;
mod fault;
mod grams;
mod lives;
mod log;
mod lookups;
mod migrate;
mod open;
mod piece;
mod pool;
mod read;
mod rebuild;
mod recent;
mod source;
mod write;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use acopio_ledger::codec::Frame;
use acopio_ledger::ids::{LogId, Seq, Stamp};
use acopio_ledger::{Changes, Record, Source};
use rusqlite::Connection;

use self::caches::Caches;
use self::checkpoint::Checkpointer;
use self::fault::{Fault, Outcome};
use self::lives::Lives;
use self::log::Log;
use self::pool::Pool;
use self::read::SqliteReader;
use crate::{Faults, Head, Reader, Store, StoreError};

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// The most connections that read at once; further readers wait for one.
    pub readers_max: usize,
    /// Whether the views are to be rebuilt, so that they need not be whole.
    pub rebuild: bool,
    /// Faults that tests ask for.
    pub faults: Faults,
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions { readers_max: 8, rebuild: false, faults: Faults::default() }
    }
}

/// The writer's side of a SQLite database.
pub struct SqliteStore {
    lives: Lives,
    head: Head,
    caches: RefCell<Caches>,
    /// The first read for a decision that failed; the next commit says so.
    failed_read: RefCell<Option<Fault>>,
    poisoned: bool,
    faults: Faults,
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
        let lives = Lives::read(&connection).and_then(|found| match found {
            Some(lives) => Ok(lives),
            None => Lives::found(&connection, &log),
        });
        let lives = lives.map_err(opening)?;
        let found = lives.latest();
        if found.node != log.node {
            return Err(StoreError::OtherNode { found: found.to_string(), asked: log.to_string() });
        }
        if !options.rebuild && !rebuild::is_finished(&connection).map_err(opening)? {
            let (what, reason) =
                ("views".to_owned(), "a rebuild has not come to its end: rebuild again".to_owned());
            return Err(StoreError::Damaged { what, reason });
        }
        let head = read_head(&connection).map_err(opening)?;
        let caches = RefCell::new(Caches::over(&connection).map_err(opening)?);
        let pool = Pool::new(file.to_owned(), options.readers_max);
        let reader = Arc::new(SqliteReader::new(pool, lives.clone()));
        let failed_read = RefCell::new(None);
        let faults = options.faults;
        let checkpointer = Some(Checkpointer::start(file)?);
        Ok(SqliteStore {
            lives,
            head,
            caches,
            failed_read,
            poisoned: false,
            faults,
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
        let damaged = |reason: String| StoreError::Damaged { what: file.display().to_string(), reason };
        if found != migrate::KNOWN {
            return Err(damaged(format!("it has schema {found}, not yet {}: serve it once", migrate::KNOWN)));
        }
        let lives = Lives::read(&connection).map_err(opening)?;
        let lives = lives.ok_or_else(|| damaged("it does not say whose it is".to_owned()))?;
        let log = lives.latest();
        let reader = SqliteReader::new(Pool::new(file.to_owned(), readers_max), lives);
        Ok((log, Arc::new(reader)))
    }

    /// Begins the next incarnation of the log, and closes: what is written from now on cannot be taken for what a
    /// database, of which this one is an older copy, has written since the copy was made.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn begin_next_life(mut self) -> Result<(), StoreError> {
        let (head, mut lives) = (self.head, self.lives.clone());
        self.transact("begin the next incarnation", |connection, _| {
            lives.begin_next(connection, head.seq)?;
            Ok(head)
        })
    }

    /// Does some writing in one transaction. Whatever fails in it leaves the store poisoned: nobody knows what the
    /// disk holds until it is opened again.
    fn transact(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Connection, &mut Caches) -> Outcome<Head>,
    ) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        self.poisoned = true;
        if let Some(fault) = self.failed_read.take() {
            return Err(fault.while_doing("read what was decided upon"));
        }
        let fault = self.faults.meet();
        let outcome = self.begin().and_then(|()| {
            let head = work(&self.connection, self.caches.get_mut())?;
            match fault {
                Some(error) => Err(Fault::Database(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))),
                None => self.run("COMMIT").map(|()| head),
            }
        });
        match outcome {
            Ok(head) => self.head = head,
            Err(fault) => {
                // Should this fail too, the transaction ends with the connection.
                let _ = self.run("ROLLBACK");
                return Err(fault.while_doing(doing));
            }
        }
        self.poisoned = false;
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
    /// Leaves a main file that is whole by itself, unless a commit has failed: then nobody knows, and nothing is moved.
    fn drop(&mut self) {
        self.checkpointer = None;
        if self.poisoned {
            return;
        }
        let ended = if self.connection.is_autocommit() { Ok(()) } else { self.run("ROLLBACK") };
        if let Err(fault) = ended.and_then(|()| checkpoint::truncate(&self.connection)) {
            let error = fault.while_doing("checkpoint at the end");
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
    }
}

impl Store for SqliteStore {
    fn identity(&self) -> LogId {
        self.lives.latest()
    }

    fn head(&self) -> Head {
        self.head
    }

    fn source(&self) -> &dyn Source {
        let begun = self.begin();
        self.kept(begun);
        self
    }

    fn record(&self, first: Seq) -> Result<Record, StoreError> {
        let log = Log::new(&self.connection, &self.lives);
        log.record(first).map_err(|fault| fault.while_doing("read a record"))
    }

    fn commit(&mut self, frames: &[Frame], changes: &Changes) -> Result<(), StoreError> {
        let head = self.head;
        self.transact("commit", |connection, caches| {
            let head = write::frames(connection, head, frames)?;
            write_head(connection, &head)?;
            write::changes(&mut write::Desk { connection, caches }, changes)?;
            Ok(head)
        })
    }

    fn drop_views(&mut self) -> Result<(), StoreError> {
        let (head, lives) = (self.head, self.lives.clone());
        self.transact("drop the views", |connection, caches| {
            rebuild::drop_views(connection, &lives)?;
            *caches = Caches::over(connection)?;
            Ok(head)
        })
    }

    fn refold(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let head = self.head;
        self.transact("rebuild the views", |connection, caches| {
            write::changes(&mut write::Desk { connection, caches }, changes)?;
            rebuild::note_progress(connection, changes)?;
            Ok(head)
        })
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.reader) as Arc<dyn Reader>
    }
}

fn opening(fault: Fault) -> StoreError {
    fault.while_doing("open the database")
}

/// Where the log ends: one value of 48 bytes, written with each commit.
fn write_head(connection: &Connection, head: &Head) -> Outcome<()> {
    let bytes = [&head.seq.0.to_be_bytes()[..], &head.stamp.0.to_be_bytes(), &head.hash].concat();
    write::meta(connection, "head", bytes)
}

fn read_head(connection: &Connection) -> Outcome<Head> {
    let Some(bytes) = lookups::meta::<Vec<u8>>(connection, "head")? else { return Ok(Head::default()) };
    let damaged = || Fault::damaged("head of the log", "it has not 48 bytes");
    let bytes: [u8; 48] = bytes.try_into().map_err(|_| damaged())?;
    let number = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    let hash = bytes[16..].try_into().expect("32 bytes");
    Ok(Head { seq: Seq(number(0)), stamp: Stamp(number(8)), hash })
}
