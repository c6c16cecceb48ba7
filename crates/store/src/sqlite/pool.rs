//! A bounded pool of reading connections, opened when they are first needed.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::damage::Damage;
use super::fault::Outcome;
use super::open;
use crate::StoreError;

/// The pool.
pub(super) struct Pool {
    file: PathBuf,
    damage: Arc<Damage>,
    most: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    open: usize,
}

/// A connection on loan; it goes back when this is dropped.
pub(super) struct Loan<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Pool {
    /// A pool of at most `most` connections to a database.
    pub(super) fn new(file: PathBuf, damage: Arc<Damage>, most: usize) -> Pool {
        assert!(0 < most, "a pool holds at least one connection");
        Pool { file, damage, most, state: Mutex::default(), returned: Condvar::new() }
    }

    /// The database's file.
    pub(super) fn file(&self) -> &std::path::Path {
        &self.file
    }

    /// Lends a connection; waits while all are on loan.
    pub(super) fn lend(&self) -> Result<Loan<'_>, StoreError> {
        let mut state = self.lock();
        while state.idle.is_empty() && self.most <= state.open {
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(connection) = state.idle.pop() {
            return Ok(Loan { pool: self, connection: Some(connection) });
        }
        state.open += 1;
        drop(state);
        let connection = open::reader(&self.file).inspect_err(|_| self.forget())?;
        Ok(Loan { pool: self, connection: Some(connection) })
    }

    /// Works on the database as it is now: nothing committed later is seen.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Outcome<T>,
    ) -> Result<Outcome<T>, StoreError> {
        let loan = self.lend()?;
        Ok(self.damage.note(Snapshot::of(loan.connection()).and_then(|snapshot| work(snapshot.connection))))
    }

    /// What was found to be damaged.
    pub(super) fn damage(&self) -> Option<String> {
        self.damage.get()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self) {
        self.lock().open -= 1;
        self.returned.notify_one();
    }
}

/// The database as it was at one moment: a transaction that ends when this is dropped. Its statements stay compiled.
struct Snapshot<'c> {
    connection: &'c Connection,
}

impl Snapshot<'_> {
    fn of(connection: &Connection) -> Outcome<Snapshot<'_>> {
        connection.prepare_cached("BEGIN")?.execute([])?;
        Ok(Snapshot { connection })
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let ended = self.connection.prepare_cached("COMMIT").and_then(|mut end| end.execute([]));
        if let Err(error) = ended {
            tracing::error!(%error, "a reader's transaction does not end");
        }
    }
}

impl Loan<'_> {
    /// The connection.
    pub(super) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("a loan has its connection until it is dropped")
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        self.pool.lock().idle.extend(self.connection.take());
        self.pool.returned.notify_one();
    }
}
