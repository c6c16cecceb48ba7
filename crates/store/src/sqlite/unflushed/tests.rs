//! Whatever is flushed when, every snapshot says what its last commit has left: against a model that knows it all.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use acopio_ledger::ids::{Seq, Version};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Balance;
use proptest::prelude::*;
use rusqlite::Connection;

use super::super::balances::{Balances, Stored, balance_key, warehouse_of};
use super::super::place::{LogNumber, Place};
use super::super::{migrate, open};
use super::{Flusher, Unflushed};

const PRODUCTS: i64 = 7;
const WAREHOUSES: i64 = 3;

type Model = BTreeMap<i64, Stored>;

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// These balances change, by product and warehouse.
    Commit(Vec<(i64, i64)>),
    /// Somebody begins to read, and goes on for a while.
    Read,
    /// The oldest reader ends.
    EndRead,
    /// The process ends without having flushed, and another one begins.
    Crash,
    /// The views are dropped.
    Drop,
}

fn step() -> impl Strategy<Value = Step> {
    let changed = prop::collection::vec((0..PRODUCTS, 1..=WAREHOUSES), 1..6);
    prop_oneof![
        12 => changed.prop_map(Step::Commit),
        3 => Just(Step::Read),
        2 => Just(Step::EndRead),
        1 => Just(Step::Crash),
        1 => Just(Step::Drop),
    ]
}

/// A reader in the midst of its transaction, what it shares with the writer, and what it is to see.
struct Reading {
    connection: Connection,
    shared: Arc<Unflushed>,
    model: Model,
}

impl Reading {
    fn begin(file: &Path, flusher: &Flusher, model: &Model) -> Reading {
        let connection = open::reader(file).unwrap();
        connection.execute_batch("BEGIN; SELECT count(*) FROM balance;").unwrap();
        connection.query_row("SELECT count(*) FROM unflushed", [], |row| row.get::<_, i64>(0)).unwrap();
        Reading { connection, shared: Arc::clone(flusher.unflushed()), model: model.clone() }
    }

    fn check(&self) {
        for shared in [Some(&*self.shared), None] {
            let balances = Balances::new(&self.connection, shared);
            for product in 0..PRODUCTS {
                let mut found = balances.of(product).unwrap();
                found.sort_by_key(|(site, _)| *site);
                let (first, last) = (balance_key(product, 0), balance_key(product + 1, 0));
                let expected =
                    self.model.range(first..last).map(|(key, stored)| (warehouse_of(*key), *stored));
                assert_eq!(found, expected.collect::<Vec<_>>(), "product {product}");
                let key = balance_key(product, 1);
                assert_eq!(balances.get(key).unwrap(), self.model.get(&key).copied());
            }
            let mut all = Vec::new();
            let balances = Balances::new(&self.connection, shared);
            let each = balances.each(|key, stored| {
                all.push((key, stored));
                Ok(true)
            });
            each.unwrap();
            assert_eq!(all, self.model.iter().map(|(key, stored)| (*key, *stored)).collect::<Vec<_>>());
        }
    }
}

fn stored(version: u64) -> Stored {
    let balance = Balance {
        on_hand: Quantity(version as i64 % 40),
        version: Version(version),
        last: Seq(version),
        ..Balance::default()
    };
    Stored::at(balance, Place::new(LogNumber::FIRST, Seq(version)))
}

fn opened(file: &Path, most: usize) -> (Connection, Flusher) {
    let mut connection = open::writer(file).unwrap();
    migrate::migrate(&mut connection).unwrap();
    let flusher = Flusher::over(&connection, most).unwrap();
    (connection, flusher)
}

/// Runs all steps; every reader is asked after each, and in the midst of each commit.
fn run(most: usize, steps: Vec<Step>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acopio.db");
    let (connection, mut flusher) = opened(&file, most);
    let (mut model, mut version, mut readings) = (Model::new(), 0, Vec::<Reading>::new());
    for step in steps {
        match step {
            Step::Commit(changed) => {
                let mut balances = Model::new();
                for (product, site) in changed {
                    version += 1;
                    balances.insert(balance_key(product, site), stored(version));
                }
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                flusher.append(&connection, balances.clone().into_iter().collect()).unwrap();
                Reading::begin(&file, &flusher, &model).check();
                readings.iter().for_each(Reading::check);
                connection.execute_batch("COMMIT").unwrap();
                model.extend(balances);
                Reading::begin(&file, &flusher, &model).check();
                flusher.committed();
            }
            Step::Read => readings.push(Reading::begin(&file, &flusher, &model)),
            Step::EndRead if !readings.is_empty() => drop(readings.remove(0)),
            Step::EndRead => {}
            Step::Crash => {
                // The readers of a process end with it.
                readings.clear();
                flusher = Flusher::over(&connection, most).unwrap();
            }
            Step::Drop => {
                connection
                    .execute_batch("BEGIN IMMEDIATE; DELETE FROM balance; DELETE FROM unflushed;")
                    .unwrap();
                flusher.forget();
                readings.iter().for_each(Reading::check);
                connection.execute_batch("COMMIT").unwrap();
                flusher.committed();
                model.clear();
            }
        }
        for (key, stored) in &model {
            if let Some(latest) = flusher.unflushed().latest(*key) {
                assert_eq!(latest, *stored);
            }
        }
        readings.push(Reading::begin(&file, &flusher, &model));
        readings.iter().for_each(Reading::check);
        drop(readings.pop());
    }
    flusher.flush_all(&connection).unwrap();
    readings.push(Reading::begin(&file, &flusher, &model));
    readings.iter().for_each(Reading::check);
    let left: i64 = connection.query_row("SELECT count(*) FROM unflushed", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_snapshot_says_what_its_last_commit_has_left(
        most in prop_oneof![Just(1_usize), 1_usize..12, Just(1_000)],
        steps in prop::collection::vec(step(), 1..60),
    ) {
        run(most, steps);
    }
}

#[test]
fn an_impossible_balance_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, mut flusher) = opened(&folder.path().join("acopio.db"), 8);
    let impossible = Balance { on_hand: Quantity(3), reserved: Quantity(4), ..Balance::default() };
    let error = flusher.append(&connection, vec![(1, Stored::at(impossible, Place::default()))]).unwrap_err();
    let error = error.while_doing("commit");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("impossible"), "{error}");
    assert!(super::read(&connection).unwrap().is_empty());
}

#[test]
fn what_is_not_flushed_stays_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let (connection, mut flusher) = opened(&folder.path().join("acopio.db"), 64);
    let mut most = (0, 0);
    for commit in 0..2_000 {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        // First of many stocks, then of a few.
        let stocks = if commit < 1_000 { 500 } else { 5 };
        let balances = (0..3).map(|index| (commit * 37 % stocks * 4 + index, stored(commit as u64 + 1)));
        flusher.append(&connection, balances.collect()).unwrap();
        connection.execute_batch("COMMIT").unwrap();
        flusher.committed();
        let rows: i64 = connection.query_row("SELECT count(*) FROM unflushed", [], |row| row.get(0)).unwrap();
        most = (most.0.max(flusher.unflushed().read().balances.len()), most.1.max(rows));
    }
    assert!(most.0 < 2 * 64 && most.1 < 2 * 4 * 64, "{most:?} balances and rows");
}
