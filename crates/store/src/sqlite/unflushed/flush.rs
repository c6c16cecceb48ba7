//! Writes balances late, many at a time and in the order of their keys.
//!
//! A stock key drawn at random has its balance on a page of its own: were each balance written with its movement, nearly
//! all that a commit writes would be such pages. So a commit appends what it has changed to the table `unflushed`, some
//! twenty bytes for each, and when many have come together they are moved to where they belong: neighbours share pages by
//! then, and what has changed often is written once. That work is spread over commits, so that none waits for it.

use std::sync::Arc;
use std::vec::IntoIter;

use acopio_ledger::records::Balance;
use rusqlite::Connection;

use super::super::balances::Stored;
use super::super::fault::{Fault, Outcome};
use super::super::stocked::Marks;
use super::{Unflushed, row};

/// Which part of what is flushed is written at a time at least: fewer balances share no pages.
const SLICE_PART: usize = 512;
/// How many balances are flushed for one that changes: more than one, or flushing would never come to its end.
const FLUSHED_PER_CHANGE: usize = 2;

/// How often balances may have changed on average before they are flushed: where there are few, the rows of them must not
/// grow without end.
const CHANGES_PER_BALANCE: usize = 4;

/// The writer's side.
pub(in super::super) struct Flusher {
    unflushed: Arc<Unflushed>,
    /// From how many balances on they are flushed.
    most: usize,
    /// The id of the last row.
    last: i64,
    /// How many changes rows have since the last flush began.
    changes: usize,
    flush: Option<Flush>,
    /// Rows up to this one are removed by the commit under way.
    flushed: Option<i64>,
}

/// All that had changed at a moment, on its way into the table.
struct Flush {
    keys: IntoIter<i64>,
    /// The id of the last row at that moment.
    last: i64,
    /// How many balances may be flushed by now.
    due: usize,
}

impl Flusher {
    /// Takes up what is in a database.
    pub(in super::super) fn over(connection: &Connection, most: usize) -> Outcome<Flusher> {
        let (unflushed, last) = Unflushed::load(connection)?;
        // How many changes there are is not known: it is time to flush them.
        let changes = if last == 0 { 0 } else { most * CHANGES_PER_BALANCE };
        Ok(Flusher { unflushed: Arc::new(unflushed), most, last, changes, flush: None, flushed: None })
    }

    /// What readers share.
    pub(in super::super) fn unflushed(&self) -> &Arc<Unflushed> {
        &self.unflushed
    }

    /// Writes changed balances, in the order of their keys, and some of those before. Once for each transaction;
    /// [`Flusher::committed`] follows.
    pub(in super::super) fn append(
        &mut self,
        connection: &Connection,
        balances: Vec<(i64, Stored)>,
    ) -> Outcome<()> {
        if balances.is_empty() {
            return Ok(());
        }
        if let Some((key, stored)) = balances.iter().find(|(_, stored)| !stored.balance.is_sound()) {
            let error = format!("the balance with the key {key} would be impossible: {:?}", stored.balance);
            return Err(Fault::Database(rusqlite::Error::ToSqlConversionFailure(error.into())));
        }
        self.flush_some(connection, balances.len())?;
        self.changes += balances.len();
        let mut statement = connection.prepare_cached("INSERT INTO unflushed VALUES (?1, ?2)")?;
        for row in row::encode(&balances) {
            self.last += 1;
            statement.execute((self.last, row))?;
        }
        let committing = &mut self.unflushed.write().committing;
        assert!(committing.is_none(), "a transaction changes each balance once");
        *committing = Some((self.last, balances));
        Ok(())
    }

    /// Flushes as many balances as those that change call for.
    fn flush_some(&mut self, connection: &Connection, changed: usize) -> Outcome<()> {
        let (unflushed, most, last) = (&self.unflushed, self.most, self.last);
        if self.flush.is_none() {
            let state = unflushed.read();
            if most <= state.balances.len() || most * CHANGES_PER_BALANCE <= self.changes {
                self.changes = 0;
                let keys: Vec<i64> = state.balances.keys().copied().collect();
                self.flush = Some(Flush { keys: keys.into_iter(), last, due: 0 });
            }
        }
        let Some(flush) = &mut self.flush else { return Ok(()) };
        flush.due += changed * FLUSHED_PER_CHANGE;
        if flush.due < (most / SLICE_PART).max(1).min(flush.keys.len()) {
            return Ok(());
        }
        let keys = flush.keys.by_ref().take(std::mem::take(&mut flush.due));
        write(connection, keys.filter_map(|key| Some((key, unflushed.latest(key)?))))?;
        if flush.keys.len() == 0 {
            connection.prepare_cached("DELETE FROM unflushed WHERE id <= ?1")?.execute([flush.last])?;
            self.flushed = Some(flush.last);
            self.flush = None;
        }
        Ok(())
    }

    /// Flushes everything, in a transaction of its own.
    pub(in super::super) fn flush_all(&mut self, connection: &Connection) -> Outcome<()> {
        let transaction = connection.unchecked_transaction()?;
        let balances: Vec<_> =
            self.unflushed.read().balances.iter().map(|(key, (_, stored))| (*key, *stored)).collect();
        write(&transaction, balances.into_iter())?;
        transaction.execute("DELETE FROM unflushed", [])?;
        self.forget();
        transaction.commit()?;
        self.committed();
        Ok(())
    }

    /// Forgets everything with the transaction under way, which has emptied the table.
    pub(in super::super) fn forget(&mut self) {
        self.changes = 0;
        self.flush = None;
        self.flushed = Some(self.last);
    }

    /// The transaction under way has ended well.
    pub(in super::super) fn committed(&mut self) {
        self.unflushed.write().committed(self.flushed.take());
    }
}

/// Writes balances where they belong, in the order of their keys, and which of them are available. The table's CHECK
/// refuses unsound ones.
fn write(connection: &Connection, balances: impl Iterator<Item = (i64, Stored)>) -> Outcome<()> {
    let mut statement = connection.prepare_cached("REPLACE INTO balance VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut marks = Marks::default();
    for (key, stored) in balances {
        let Balance { on_hand, reserved, on_hold, version, .. } = stored.balance;
        statement.execute((key, on_hand.0, reserved.0, on_hold.0, version.0 as i64, stored.last))?;
        marks.note(key, &stored);
    }
    marks.write(connection)
}
