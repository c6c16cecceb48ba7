//! Runs statements of administrators: reading, within limits, and never what holds secrets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use acopio_contract::query::{
    Explore, Explored, ExplorerColumn, ExplorerPart, ExplorerTable, ExplorerTables, ExplorerValue, Given,
};
use rusqlite::hooks::{AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Row};

use super::super::explorable::{self, SHOWN};
use super::super::fault::{Fault, Outcome};
use super::super::log::Log;
use super::super::unflushed;

/// How many steps of SQLite's machine pass between two looks at the clock.
const STEPS_PER_LOOK: i32 = 10_000;
/// How long to let whoever takes the rows catch up.
const CATCH_UP: Duration = Duration::from_millis(5);
/// The most bytes that one value may have: longer ones than the database holds are only made by a statement itself.
const VALUE_BYTES_MAX: i32 = 1_000_000;

/// The tables that may be looked into, with the columns that they have in this database.
pub(super) fn tables(
    connection: &Connection,
    _: &Log<'_>,
    _: &ExplorerTables,
) -> Outcome<Vec<ExplorerTable>> {
    let mut statement = connection.prepare_cached("SELECT name, type FROM pragma_table_info(?1)")?;
    let mut tables = Vec::with_capacity(SHOWN.len());
    for shown in SHOWN {
        let column = |row: &Row<'_>| Ok(ExplorerColumn { name: row.get(0)?, kind: row.get(1)? });
        let columns: Result<Vec<_>, _> = statement.query_map([shown.name], column)?.collect();
        let columns = columns?.into_iter().filter(|column| !shown.hides(&column.name));
        tables.push(ExplorerTable {
            name: shown.name.to_owned(),
            about: shown.about,
            columns: columns.collect(),
        });
    }
    Ok(tables)
}

/// Runs one statement on a connection of its own, which must be good for reading only.
pub(super) fn run(mut connection: Connection, explore: &Explore) -> Outcome<Explored> {
    let end = Instant::now() + explore.time_max;
    // What is sorted may be large: files hold it, not memory.
    connection.execute_batch("PRAGMA temp_store = FILE")?;
    unflushed::show(&connection)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    connection.progress_handler(STEPS_PER_LOOK, Some(move || end <= Instant::now()))?;
    let denied = Arc::new(Mutex::new(None));
    connection.authorizer(Some(authorizer(Arc::clone(&denied))))?;
    let outcome = send(&connection, explore, end);
    let denied = denied.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (outcome, denied) {
        (Err(_), Some(reason)) => Ok(Explored::Refused { reason }),
        (Err(error), None) => fault(error),
        (Ok(explored), _) => Ok(explored),
    }
}

/// Judges what a statement does while it is compiled, and notes the first thing that is not allowed.
fn authorizer(denied: Arc<Mutex<Option<String>>>) -> impl FnMut(AuthContext<'_>) -> Authorization + Send {
    move |context| match explorable::judge(&context.action) {
        Ok(()) => Authorization::Allow,
        Err(reason) => {
            denied.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
            Authorization::Deny
        }
    }
}

fn send(connection: &Connection, explore: &Explore, end: Instant) -> rusqlite::Result<Explored> {
    let mut statement = connection.prepare(&explore.sql)?;
    // The authorizer is not asked about all that changes something, as VACUUM.
    if !statement.readonly() {
        return Ok(Explored::Refused { reason: explorable::ONLY_SELECT.to_owned() });
    }
    let names = statement.column_names().map(str::to_owned).collect::<Vec<_>>();
    let width = names.len();
    if let Some(stopped) = pass_on(explore, ExplorerPart::Columns(names), end) {
        return Ok(stopped);
    }
    let mut rows = statement.query([])?;
    let mut sent = 0;
    while let Some(row) = rows.next()? {
        if sent == explore.rows_max {
            return Ok(Explored::Cut);
        }
        let values: Result<Vec<_>, _> = (0..width).map(|at| row.get_ref(at).map(value)).collect();
        if let Some(stopped) = pass_on(explore, ExplorerPart::Row(values?), end) {
            return Ok(stopped);
        }
        sent += 1;
    }
    Ok(Explored::Whole { rows: sent })
}

/// Hands a part on; answers why the statement is to stop, if it is. The snapshot is held while this waits, so it does
/// not wait without end.
fn pass_on(explore: &Explore, mut part: ExplorerPart, end: Instant) -> Option<Explored> {
    loop {
        match explore.rows.give(part) {
            Given::Taken => return None,
            Given::Gone => return Some(Explored::Left),
            Given::Full(_) if end <= Instant::now() => return Some(Explored::TooSlow),
            Given::Full(kept) => part = kept,
        }
        std::thread::sleep(CATCH_UP);
    }
}

fn value(value: ValueRef<'_>) -> ExplorerValue {
    match value {
        ValueRef::Null => ExplorerValue::Null,
        ValueRef::Integer(number) => ExplorerValue::Integer(number),
        ValueRef::Real(number) => ExplorerValue::Real(number),
        ValueRef::Text(text) => ExplorerValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => ExplorerValue::Blob(bytes.to_vec()),
    }
}

/// What the statement itself has brought about is told to whoever wrote it; the rest is a failure of storage.
fn fault(error: rusqlite::Error) -> Outcome<Explored> {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Ok(Explored::TooSlow),
        Some(
            ErrorCode::DatabaseCorrupt
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::NotADatabase
            | ErrorCode::OutOfMemory,
        ) => Err(Fault::Database(error)),
        _ => Ok(Explored::Wrong { reason: reason(error) }),
    }
}

/// What SQLite says, without the statement itself.
fn reason(error: rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } if 0 <= offset => {
            format!("{msg} (at byte {offset})")
        }
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        error => error.to_string(),
    }
}
