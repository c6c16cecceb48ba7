//! Balances as they are stored, for the writer and for readers: their keys, and in which log their histories go on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use acopio_ledger::ids::{Seq, Version};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Balance;
use rusqlite::{Connection, Row};

use super::fault::Outcome;
use super::lookups::one;
use super::place::{LogNumber, Place};
use super::unflushed::{self, Rows, Unflushed};

/// How many bits of a balance's key are the warehouse's.
const WAREHOUSE_BITS: u32 = 16;

/// The key of a balance.
pub(super) fn balance_key(product: i64, warehouse: i64) -> i64 {
    product << WAREHOUSE_BITS | warehouse
}

/// All keys of a product's balances.
fn keys_of(product: i64) -> RangeInclusive<i64> {
    balance_key(product, 0)..=balance_key(product + 1, 0) - 1
}

/// The product's part of a balance's key.
pub(super) fn product_of(key: i64) -> i64 {
    key >> WAREHOUSE_BITS
}

/// The warehouse's part of a balance's key.
pub(super) fn warehouse_of(key: i64) -> i64 {
    key & ((1 << WAREHOUSE_BITS) - 1)
}

/// A balance as it is stored: its last movement may stand in any log.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stored {
    /// The figures; `last` is a position in the log where that movement stands.
    pub(super) balance: Balance,
    /// The place of the last movement.
    pub(super) last: Place,
}

impl Stored {
    /// A balance whose last movement stands at a place.
    pub(super) fn at(balance: Balance, last: Place) -> Stored {
        Stored { balance: Balance { last: last.seq(), ..balance }, last }
    }

    /// The balance as the node decides upon it whose log has that number: what stands in another log is no movement of its
    /// own.
    pub(super) fn in_log(self, own: LogNumber) -> Balance {
        if self.last.log() == own { self.balance } else { Balance { last: Seq(0), ..self.balance } }
    }

    /// Whether anything is available.
    pub(super) fn is_available(&self) -> bool {
        Quantity::ZERO < self.balance.available()
    }

    /// Reads columns that begin at `at`: on_hand, reserved, on_hold, version, last.
    pub(super) fn from_row(row: &Row<'_>, at: usize) -> rusqlite::Result<Stored> {
        let figures = Balance {
            on_hand: Quantity(row.get(at)?),
            reserved: Quantity(row.get(at + 1)?),
            on_hold: Quantity(row.get(at + 2)?),
            version: Version(row.get::<_, i64>(at + 3)? as u64),
            last: Seq(0),
        };
        Ok(Stored::at(figures, row.get(at + 4)?))
    }
}

/// Balances as they are in one snapshot.
pub(super) struct Balances<'c> {
    connection: &'c Connection,
    /// What the writer of this process has not flushed; none where another process may write.
    shared: Option<&'c Unflushed>,
    unflushed: RefCell<Seen>,
}

/// Where that of a snapshot is found which is not in the table.
enum Seen {
    /// Nobody has looked yet.
    Unknown,
    /// All is in the table.
    Nowhere,
    /// In these rows, of which memory may know what they say.
    In(Rows),
    /// In the rows, which were read.
    Read(BTreeMap<i64, Stored>),
}

impl<'c> Balances<'c> {
    /// The balances behind a connection with an open transaction.
    pub(super) fn new(connection: &'c Connection, shared: Option<&'c Unflushed>) -> Balances<'c> {
        Balances { connection, shared, unflushed: RefCell::new(Seen::Unknown) }
    }

    /// A balance.
    pub(super) fn get(&self, key: i64) -> Outcome<Option<Stored>> {
        match self.unflushed(key..=key)?.first() {
            Some((_, stored)) => Ok(Some(*stored)),
            None => balance(self.connection, key),
        }
    }

    /// Whether any of a product's balances has changed since it was written to the table.
    pub(super) fn has_changed(&self, product: i64) -> Outcome<bool> {
        Ok(!self.unflushed(keys_of(product))?.is_empty())
    }

    /// A product's balances with the local ids of their warehouses.
    pub(super) fn of(&self, product: i64) -> Outcome<Vec<(i64, Stored)>> {
        let keys = keys_of(product);
        let sql =
            "SELECT key, on_hand, reserved, on_hold, version, last FROM balance WHERE key BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map((keys.start(), keys.end()), |row| Ok((row.get(0)?, Stored::from_row(row, 1)?)))?;
        let mut balances: Vec<(i64, Stored)> = rows.collect::<Result<_, _>>()?;
        for later in self.unflushed(keys)? {
            match balances.iter_mut().find(|(key, _)| *key == later.0) {
                Some(earlier) => *earlier = later,
                None => balances.push(later),
            }
        }
        Ok(balances.into_iter().map(|(key, stored)| (warehouse_of(key), stored)).collect())
    }

    /// All balances, in the order of their keys. Reads what is not in the table from the snapshot itself.
    pub(super) fn each(&self, mut balance: impl FnMut(i64, Stored) -> Outcome<bool>) -> Outcome<()> {
        let mut later = unflushed::read(self.connection)?.into_iter().peekable();
        let sql = "SELECT key, on_hand, reserved, on_hold, version, last FROM balance ORDER BY key";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (key, mut stored) = (row.get(0)?, Stored::from_row(row, 1)?);
            while let Some((other, new)) = later.next_if(|(other, _)| *other <= key) {
                if other == key {
                    stored = new;
                } else if !balance(other, new)? {
                    return Ok(());
                }
            }
            if !balance(key, stored)? {
                return Ok(());
            }
        }
        for (key, stored) in later {
            if !balance(key, stored)? {
                break;
            }
        }
        Ok(())
    }

    /// What of a range is not in the table.
    fn unflushed(&self, keys: RangeInclusive<i64>) -> Outcome<Vec<(i64, Stored)>> {
        let mut place = self.unflushed.borrow_mut();
        if let Seen::Unknown = *place {
            *place = Rows::of(self.connection)?.map_or(Seen::Nowhere, Seen::In);
        }
        if let Seen::In(rows) = *place {
            if let Some(seen) = self.shared.and_then(|shared| shared.seen_in(rows, keys.clone())) {
                return Ok(seen);
            }
            *place = Seen::Read(unflushed::read(self.connection)?);
        }
        match &*place {
            Seen::Read(balances) => Ok(balances.range(keys).map(|(key, stored)| (*key, *stored)).collect()),
            _ => Ok(Vec::new()),
        }
    }
}

/// A balance as the table has it.
pub(super) fn balance(connection: &Connection, key: i64) -> Outcome<Option<Stored>> {
    let sql = "SELECT on_hand, reserved, on_hold, version, last FROM balance WHERE key = ?1";
    one(connection, sql, [key], |row| Stored::from_row(row, 0))
}

/// The movement in another log that one follows which has none before it in its own: see [`crate::Crossing`].
pub(super) fn crossing(connection: &Connection, key: i64, place: Place) -> Outcome<Option<Place>> {
    let sql = "SELECT before FROM crossing WHERE key = ?1 AND place = ?2";
    one(connection, sql, (key, place), |row| row.get(0))
}
