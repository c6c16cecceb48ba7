//! Brings a database to the present schema, step by step; each step is one transaction and never changes once released.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::fault::{Fault, Outcome};
use crate::StoreError;

/// All steps, the first one on an empty database. A new one is a file and a line here.
const STEPS: &[&str] = &[
    include_str!("schema_0001.sql"),
    include_str!("schema_0002.sql"),
    include_str!("schema_0003.sql"),
    include_str!("schema_0004.sql"),
    include_str!("schema_0005.sql"),
];

/// Which steps were taken.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (step INTEGER PRIMARY KEY, checksum TEXT NOT NULL)";

/// The latest schema that this program knows.
pub(super) const KNOWN: u32 = STEPS.len() as u32;

/// Applies the steps that the database lacks.
///
/// # Errors
///
/// When the database was made by a later version, when a step that it has taken is another one than ours, or when a
/// step fails; the steps before it stay.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let failed = |fault: Fault| fault.while_doing("migrate the database");
    connection.execute_batch(TABLE).map_err(|error| failed(error.into()))?;
    let taken = check(connection)?;
    (taken..KNOWN).try_for_each(|step| take(connection, step)).map_err(failed)
}

/// Takes all steps on an empty database.
pub(super) fn all_steps(connection: &mut Connection) -> Outcome<()> {
    connection.execute_batch(TABLE)?;
    (0..KNOWN).try_for_each(|step| take(connection, step))
}

/// How many steps the database has taken, which must be ours.
///
/// # Errors
///
/// When it has taken more or others.
pub(super) fn check(connection: &Connection) -> Result<u32, StoreError> {
    let doing = "read the schema's version";
    let taken = steps_taken(connection).map_err(|fault| fault.while_doing(doing))?;
    let found = taken.len() as u32;
    if KNOWN < found {
        return Err(StoreError::TooNew { found, known: KNOWN });
    }
    match taken.iter().zip(STEPS).position(|(found, step)| *found != checksum(step)) {
        None => Ok(found),
        Some(index) => Err(StoreError::Damaged {
            what: format!("schema step {}", index + 1),
            reason: "it is not the step that this program knows".to_owned(),
        }),
    }
}

fn steps_taken(connection: &Connection) -> Outcome<Vec<String>> {
    let exists = "SELECT 1 FROM sqlite_schema WHERE name = 'migration'";
    if connection.query_row(exists, [], |_| Ok(())).optional()?.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT checksum FROM migration ORDER BY step")?;
    let checksums = statement.query_map([], |row| row.get(0))?;
    Ok(checksums.collect::<Result<_, _>>()?)
}

fn take(connection: &mut Connection, step: u32) -> Outcome<()> {
    let sql = STEPS[step as usize];
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(sql)?;
    transaction.execute("INSERT INTO migration VALUES (?1, ?2)", params![step + 1, checksum(sql)])?;
    Ok(transaction.commit()?)
}

fn checksum(sql: &str) -> String {
    blake3::hash(sql.as_bytes()).to_hex().to_string()
}
