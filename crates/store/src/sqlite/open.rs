//! Opens connections to a database, each for its use.

use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::fault::Fault;
use crate::StoreError;

/// Below this, SQLite may corrupt a database when a write-ahead log is reset at the wrong moment.
const SQLITE_VERSION_MIN: i32 = 3_053_000;
/// The page cache of the writer. What it does not hold comes from the system's cache; SQLite may look through all of it at
/// the end of a commit that has reused pages.
const WRITER_CACHE_KIB: i64 = 8 * 1_024;
/// The page cache of one reader.
const READER_CACHE_KIB: i64 = 4 * 1_024;
/// How many statements a connection keeps prepared.
const STATEMENTS_KEPT: usize = 128;
/// How long a connection waits for another one that opens, recovers or backs up.
const BUSY_TIMEOUT_MS: i64 = 10_000;

/// Makes an empty file that only its owner may read and write: it will hold hashes of passwords. SQLite gives the files
/// beside a database the same permissions.
///
/// # Errors
///
/// When there is a file of that name, or it cannot be made.
pub(super) fn create(file: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// The connection of the one writer. Creates the file.
pub(super) fn writer(file: &Path) -> Result<Connection, StoreError> {
    if let Err(error) = create(file)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(StoreError::Database { doing: "create the database", source: Box::new(error) });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let pragmas = format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS};
         PRAGMA page_size = 1024;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA foreign_keys = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{WRITER_CACHE_KIB};"
    );
    open(file, flags, &pragmas)
}

/// A connection that reads only.
pub(super) fn reader(file: &Path) -> Result<Connection, StoreError> {
    let pragmas = format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS};
         PRAGMA query_only = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{READER_CACHE_KIB};"
    );
    open(file, OpenFlags::SQLITE_OPEN_READ_ONLY, &pragmas)
}

/// A connection for copying the database, or for moving the write-ahead log's pages to where they belong.
pub(super) fn keeper(file: &Path) -> Result<Connection, StoreError> {
    let pragmas = format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS};
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -1024;"
    );
    open(file, OpenFlags::SQLITE_OPEN_READ_WRITE, &pragmas)
}

fn open(file: &Path, flags: OpenFlags, pragmas: &str) -> Result<Connection, StoreError> {
    let version = rusqlite::version_number();
    assert!(SQLITE_VERSION_MIN <= version, "SQLite is too old: {version}");
    // Each connection is used by one thread at a time, which its owner sees to.
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connect = || {
        let connection = Connection::open_with_flags(file, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // Plans do not depend on bound values: without this SQLite may compile a statement anew for each execution.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(pragmas)?;
        Ok(connection)
    };
    connect().map_err(|error| Fault::Database(error).while_doing("open the database"))
}
