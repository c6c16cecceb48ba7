//! Balances that have changed and are not in the table `balance` yet: see [`flush`] for why there are any.
//!
//! The database has them in rows, of which each key's last one counts. Here is the same in memory, by key, shared by the
//! writer and its readers. A reader sees one snapshot of the database, so it says which rows that has; where more or
//! less than those are here, it is told so and reads the rows itself.

mod flush;
mod row;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use acopio_ledger::records::Balance;
use rusqlite::Connection;

use super::balances::Stored;
use super::fault::Outcome;

pub(super) use self::flush::Flusher;

/// What [`show`] puts before the table.
const SHOW: &str = "PRAGMA query_only = OFF;
     CREATE TEMP TABLE unflushed_balance (key INTEGER PRIMARY KEY, on_hand, reserved, on_hold, version, last);
     CREATE TEMP VIEW balance AS
         SELECT * FROM main.balance WHERE key NOT IN (SELECT key FROM temp.unflushed_balance)
         UNION ALL SELECT * FROM temp.unflushed_balance;";

/// See the file's document.
#[derive(Default)]
pub(super) struct Unflushed(RwLock<State>);

#[derive(Default)]
struct State {
    /// The least id of a row that counts here: what those before it said is in the table.
    first: i64,
    /// What commits have left, each with the id of the commit's last row.
    balances: BTreeMap<i64, (i64, Stored)>,
    /// What the commit under way will leave, in the order of keys, and the id of its last row.
    committing: Option<(i64, Vec<(i64, Stored)>)>,
}

/// The rows that a snapshot has: the ids of the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    first: i64,
    last: i64,
}

impl Rows {
    /// Those of a snapshot; none if all balances are in their table.
    pub(super) fn of(connection: &Connection) -> Outcome<Option<Rows>> {
        let sql = "SELECT (SELECT min(id) FROM unflushed), (SELECT max(id) FROM unflushed)";
        let ends = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (first, last): (Option<i64>, Option<i64>) =
            connection.prepare_cached(sql)?.query_row([], ends)?;
        Ok(first.zip(last).map(|(first, last)| Rows { first, last }))
    }
}

/// All balances in a snapshot that are not in their table.
pub(super) fn read(connection: &Connection) -> Outcome<BTreeMap<i64, Stored>> {
    let mut balances = BTreeMap::new();
    each(connection, |_, key, stored| {
        balances.insert(key, stored);
    })?;
    Ok(balances)
}

/// Hands on all rows of a snapshot in their order: their ids and what they say.
fn each(connection: &Connection, mut balance: impl FnMut(i64, i64, Stored)) -> Outcome<()> {
    let mut statement = connection.prepare_cached("SELECT id, body FROM unflushed ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        let (id, body) = (found.get(0)?, found.get_ref(1)?.as_bytes().unwrap_or_default());
        row::decode(body, |key, stored| balance(id, key, stored))?;
    }
    Ok(())
}

/// Begins a transaction in which the table `balance` is as if all were flushed, for statements of others. The connection,
/// which is good for reading only, has it as a view of its own beside the database.
pub(super) fn show(connection: &Connection) -> Outcome<()> {
    connection.execute_batch("BEGIN")?;
    let balances = read(connection)?;
    if balances.is_empty() {
        return Ok(());
    }
    connection.execute_batch(SHOW)?;
    let mut statement =
        connection.prepare("INSERT INTO temp.unflushed_balance VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (key, Stored { balance, last }) in balances {
        let Balance { on_hand, reserved, on_hold, version, .. } = balance;
        statement.execute((key, on_hand.0, reserved.0, on_hold.0, version.0 as i64, last))?;
    }
    connection.execute_batch("PRAGMA query_only = ON")?;
    Ok(())
}

impl Unflushed {
    /// What the rows of a database say, and the id of the last one.
    fn load(connection: &Connection) -> Outcome<(Unflushed, i64)> {
        let mut state = State::default();
        each(connection, |id, key, stored| {
            state.balances.insert(key, (id, stored));
        })?;
        let rows = Rows::of(connection)?;
        state.first = rows.map_or(1, |rows| rows.first);
        Ok((Unflushed(RwLock::new(state)), rows.map_or(0, |rows| rows.last)))
    }

    /// A range of balances as a snapshot has them that has these rows, those in the table alone left out. Nothing if that
    /// cannot be told: then the rows say it.
    pub(super) fn seen_in(&self, rows: Rows, keys: RangeInclusive<i64>) -> Option<Vec<(i64, Stored)>> {
        let state = self.read();
        if rows.first < state.first {
            return None;
        }
        let committed = state.balances.range(keys.clone());
        let mut seen: Vec<_> = committed.map(|(key, (id, stored))| (*key, *id, *stored)).collect();
        if let Some((id, balances)) = state.committing.as_ref().filter(|(id, _)| *id <= rows.last) {
            let from = balances.partition_point(|(key, _)| key < keys.start());
            for (key, stored) in balances[from..].iter().take_while(|(key, _)| key <= keys.end()) {
                match seen.iter_mut().find(|(seen, ..)| seen == key) {
                    Some(earlier) => *earlier = (*key, *id, *stored),
                    None => seen.push((*key, *id, *stored)),
                }
            }
        }
        let is_known = seen.iter().all(|(_, id, _)| *id <= rows.last);
        is_known.then(|| seen.into_iter().map(|(key, _, stored)| (key, stored)).collect())
    }

    /// A balance as the last commit has left it; nothing if that is in the table.
    pub(super) fn latest(&self, key: i64) -> Option<Stored> {
        self.read().balances.get(&key).map(|(_, stored)| *stored)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The commit under way has ended well; all that rows up to this one said is in the table then.
    fn committed(&mut self, flushed: Option<i64>) {
        if let Some((id, balances)) = self.committing.take() {
            self.balances.extend(balances.into_iter().map(|(key, stored)| (key, (id, stored))));
        }
        if let Some(last) = flushed {
            self.first = last + 1;
            self.balances.retain(|_, (id, _)| last < *id);
        }
    }
}
