//! How many products have a token of the search index: a guess from a sample, kept until the catalogue has grown.
//!
//! The index itself does not know without reading all that it has about a token. A wrong guess costs time only.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::sqlite::fault::Outcome;
use crate::sqlite::lookups::one;

/// How many of the first products with a token are counted; how close together they stand tells the rest.
const SAMPLE: i64 = 1_000;
/// How many guesses are kept.
const TOKENS_KEPT: usize = 16_384;

/// The guesses, shared by all readers of a database.
#[derive(Default)]
pub(super) struct Frequencies {
    known: Mutex<HashMap<Box<str>, Guess>>,
}

#[derive(Clone, Copy)]
struct Guess {
    /// How many products have the token.
    hits: u64,
    /// Of how many.
    products: u64,
}

impl Frequencies {
    /// About how many of so many products have a token.
    pub(super) fn of(&self, connection: &Connection, token: &str, products: u64) -> Outcome<u64> {
        let known = self.lock().get(token).copied();
        if let Some(guess) = known.filter(|guess| guess.still_holds(products)) {
            return Ok(guess.hits);
        }
        let hits = sampled(connection, token, products)?;
        let mut known = self.lock();
        if TOKENS_KEPT <= known.len() {
            known.clear();
        }
        known.insert(token.into(), Guess { hits, products });
        Ok(hits)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Guess>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guess {
    /// Whether the catalogue has not grown by a quarter since.
    fn still_holds(self, products: u64) -> bool {
        products <= self.products + self.products / 4
    }
}

fn sampled(connection: &Connection, token: &str, products: u64) -> Outcome<u64> {
    let sql = "SELECT count(*), max(rowid)
               FROM (SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid LIMIT ?2)";
    let sample = one(connection, sql, (format!("\"{token}\""), SAMPLE), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))
    })?;
    Ok(match sample {
        Some((count, Some(last))) if SAMPLE <= count => count as u64 * products / last.max(1) as u64,
        Some((count, _)) => count as u64,
        None => 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalogue in which every product has `a`, every tenth `b`, and two of the last have `c`.
    fn catalogue(products: i64) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let sql =
            "CREATE VIRTUAL TABLE search USING fts5 (grams, content = '', detail = none, tokenize = 'ascii')";
        connection.execute_batch(sql).unwrap();
        let mut insert = connection.prepare("INSERT INTO search (rowid, grams) VALUES (?1, ?2)").unwrap();
        for id in 1..=products {
            let grams = match id {
                id if products - 2 < id => "a c",
                id if id % 10 == 0 => "a b",
                _ => "a",
            };
            insert.execute((id, grams)).unwrap();
        }
        drop(insert);
        connection
    }

    #[test]
    fn few_are_counted_and_many_are_guessed() {
        let connection = catalogue(30_000);
        let frequencies = Frequencies::default();
        let of = |token| frequencies.of(&connection, token, 30_000).unwrap();
        assert_eq!((of("a"), of("b"), of("c"), of("d")), (30_000, 3_000, 2, 0));
    }

    #[test]
    fn a_guess_is_made_anew_when_the_catalogue_has_grown() {
        let frequencies = Frequencies::default();
        assert_eq!(frequencies.of(&catalogue(10), "a", 10).unwrap(), 10);
        let grown = catalogue(20);
        assert_eq!(frequencies.of(&grown, "a", 12).unwrap(), 10, "it has hardly grown");
        assert_eq!(frequencies.of(&grown, "a", 20).unwrap(), 20);
    }
}
