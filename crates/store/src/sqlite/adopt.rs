//! Makes a copy of another node's database this node's own.

use std::path::Path;

use acopio_ledger::ids::{LogId, Seq};
use rusqlite::{Connection, TransactionBehavior};

use super::fault::Outcome;
use super::logs::Logs;
use super::{SqliteStore, checkpoint, migrate, nobodys, open, rebuild};
use crate::StoreError;

impl SqliteStore {
    /// In which form databases are here: a copy of one is of use where they are in the same.
    #[must_use]
    pub fn form() -> String {
        format!("sqlite-{}", migrate::KNOWN)
    }

    /// Makes a copy of another node's database this node's own: whatever log it was written in, this one is the own log
    /// from now on, begun if nothing of it is there. What the other node has kept for itself is removed. Answers whether
    /// entries of the own log are there: then the node had written before, and has lost that.
    ///
    /// # Errors
    ///
    /// When it is not a whole database of the present schema, or cannot be written.
    pub fn adopt(file: &Path, log: &LogId) -> Result<bool, StoreError> {
        let damaged = |reason: &str| StoreError::Damaged {
            what: file.display().to_string(),
            reason: reason.to_owned(),
        };
        let adopting = "adopt the database";
        let mut connection = open::writer(file)?;
        if migrate::check(&connection)? != migrate::KNOWN {
            return Err(damaged("it is of an older schema"));
        }
        // What is not in our schema might do something of its own, as triggers do.
        let is_ours = schema(&connection).and_then(|found| Ok(found == own_schema()?));
        if !is_ours.map_err(|fault| fault.while_doing(adopting))? {
            return Err(damaged("its tables are not those of this program"));
        }
        if !rebuild::is_finished(&connection).map_err(|fault| fault.while_doing(adopting))? {
            return Err(StoreError::NotRebuilt);
        }
        let adopted = take_over(&mut connection, log).and_then(|adopted| {
            checkpoint::truncate(&connection)?;
            Ok(adopted)
        });
        adopted.map_err(|fault| fault.while_doing(adopting))?.ok_or_else(|| nobodys(file))
    }
}

/// Nothing where the database is nobody's.
fn take_over(connection: &mut Connection, log: &LogId) -> Outcome<Option<bool>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some((mut logs, heads)) = Logs::read(&transaction)? else { return Ok(None) };
    let end = logs.number(&log.node).map_or(Seq(0), |number| heads[number.index()].seq);
    logs.adopt(&transaction, log)?;
    transaction.execute("DELETE FROM note", [])?;
    transaction.commit()?;
    Ok(Some(end != Seq(0)))
}

/// Everything that a database is made of, in the order of its names.
fn schema(connection: &Connection) -> Outcome<Vec<[String; 3]>> {
    let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn own_schema() -> Outcome<Vec<[String; 3]>> {
    let mut connection = Connection::open_in_memory()?;
    migrate::all_steps(&mut connection)?;
    schema(&connection)
}
