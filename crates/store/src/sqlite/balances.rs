//! Balances as they are stored, for the writer and for readers: their keys, and in which log their histories go on.

use acopio_ledger::ids::{Seq, Version};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Balance;
use rusqlite::{Connection, Row};

use super::fault::Outcome;
use super::lookups::one;
use super::place::{LogNumber, Place};

/// How many bits of a balance's key are the warehouse's.
const WAREHOUSE_BITS: u32 = 16;

/// The key of a balance.
pub(super) fn balance_key(product: i64, warehouse: i64) -> i64 {
    product << WAREHOUSE_BITS | warehouse
}

/// All keys of a product's balances, from and to.
pub(super) fn balance_keys(product: i64) -> (i64, i64) {
    (balance_key(product, 0), balance_key(product + 1, 0) - 1)
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
#[derive(Clone, Copy, Debug, Default)]
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

/// A balance.
pub(super) fn balance(connection: &Connection, key: i64) -> Outcome<Option<Stored>> {
    let sql = "SELECT on_hand, reserved, on_hold, version, last FROM balance WHERE key = ?1";
    one(connection, sql, [key], |row| Stored::from_row(row, 0))
}

/// A product's balances with the local ids of their warehouses.
pub(super) fn balances_of(connection: &Connection, product: i64) -> Outcome<Vec<(i64, Stored)>> {
    let sql =
        "SELECT key, on_hand, reserved, on_hold, version, last FROM balance WHERE key BETWEEN ?1 AND ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map(balance_keys(product), |row| Ok((warehouse_of(row.get(0)?), Stored::from_row(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The movement in another log that one follows which has none before it in its own: see [`crate::Crossing`].
pub(super) fn crossing(connection: &Connection, key: i64, place: Place) -> Outcome<Option<Place>> {
    let sql = "SELECT before FROM crossing WHERE key = ?1 AND place = ?2";
    one(connection, sql, (key, place), |row| row.get(0))
}
