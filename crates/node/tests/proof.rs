//! `verify` finds what was tampered with, and `rebuild` mends the views.

mod common;

use std::path::Path;

use acopio_contract::query::VerifyReport;
use acopio_ledger::ids::Millis;
use acopio_node::{Machine, rebuild, verify};
use acopio_store::Store;
use acopio_store::{OpenOptions, SqliteStore};
use common::{command, identity, submission};

const SCRIPT: &str = "warehouse W1
    warehouse W2
    product S7
    product S8 3
    receive W1 S7 50
    receive W2 S7 20
    receive W1 S8 1.5
    rule W1 S7 40 60
    issue W1 S7 15
    issue W1 S7 99
    hold W1 S7 5
    undo 9
    atomic: issue W1 S7 2, issue W1 S7 3
    batch: receive W1 S7 9, issue W2 S7 1
    retire S8";

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("acopio.db"), identity(), OpenOptions::default()).expect("the store opens")
}

/// A folder with a store in which the script has run.
fn company() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let mut machine = Machine::new(Box::new(open(folder.path())));
    for (index, line) in SCRIPT.lines().map(str::trim).enumerate() {
        let submission = submission(&format!("k{index}"), command(line));
        let step = machine.step(Millis(1_700_000_000_000 + index as i64), &[submission]);
        assert!(step.answers[0].is_ok(), "{line}");
    }
    folder
}

fn prove(folder: &Path) -> VerifyReport {
    let store = open(folder);
    let reader = store.reader();
    let audit = reader.audit().expect("an audit begins");
    verify(&*audit, &mut |_| {}).expect("the database is readable")
}

/// Does something to the database behind the program's back.
fn tamper(folder: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(folder.join("acopio.db")).expect("the database opens");
    assert!(0 < connection.execute(sql, []).expect("the statement is right"), "it changes something: {sql}");
}

#[test]
fn a_log_that_nobody_touched_is_proved() {
    let report = prove(company().path());
    assert_eq!(report.fault, None);
    assert_eq!((report.movements, report.balances), (9, 3));
}

#[test]
fn every_kind_of_tampering_is_found_and_named() {
    let cases = [
        (
            "UPDATE balance SET on_hand = on_hand + 1000 WHERE key = (SELECT min(key) FROM balance)",
            "balance of S7",
        ),
        ("DELETE FROM balance WHERE key = (SELECT max(key) FROM balance)", "balance of S8"),
        ("UPDATE product SET doc = replace(doc, '\"S7\"', '\"S9\"') WHERE sku = 'S7'", "S7"),
        ("DELETE FROM command WHERE first = 5", "commands"),
        ("UPDATE log SET body = zeroblob(length(body)) WHERE id = 6", "frame at 6"),
        ("DELETE FROM log WHERE id = 7", "7"),
        ("UPDATE rule SET doc = replace(doc, '40000', '41000')", "rule"),
        ("DELETE FROM undone", "undone"),
        ("UPDATE stocked SET bits = zeroblob(length(bits))", "what is available"),
        ("DELETE FROM hold", "hold"),
    ];
    for (sql, named) in cases {
        let folder = company();
        tamper(folder.path(), sql);
        let fault = prove(folder.path()).fault.unwrap_or_else(|| panic!("not found: {sql}"));
        assert!(fault.contains(named), "{sql}: {fault}");
    }
}

#[test]
fn a_rewritten_log_does_not_fit_the_chain() {
    let folder = company();
    // A frame in the place of another: whole in itself, but not the one that belongs there.
    tamper(folder.path(), "UPDATE log SET body = (SELECT body FROM log WHERE id = 6) WHERE id = 5");
    let fault = prove(folder.path()).fault.expect("the chain is broken");
    assert!(fault.starts_with("frame at 5"), "{fault}");
}

#[test]
fn rebuild_makes_all_views_anew() {
    let folder = company();
    tamper(folder.path(), "UPDATE balance SET on_hand = on_hand + 1000");
    tamper(folder.path(), "DELETE FROM command");
    tamper(folder.path(), "DELETE FROM product WHERE sku = 'S8'");
    assert!(prove(folder.path()).fault.is_some());
    let mut store = open(folder.path());
    rebuild(&mut store, &mut |_| {}).expect("the log is whole");
    drop(store);
    assert_eq!(prove(folder.path()).fault, None);
}

#[test]
fn the_database_refuses_impossible_stock_by_itself() {
    let folder = company();
    let connection = rusqlite::Connection::open(folder.path().join("acopio.db")).expect("the database opens");
    for sql in [
        "UPDATE balance SET on_hand = -1",
        "UPDATE balance SET reserved = -1",
        "UPDATE balance SET on_hold = on_hand + 1",
        "UPDATE balance SET reserved = on_hand + 1",
    ] {
        let error = connection.execute(sql, []).expect_err(sql).to_string();
        assert!(error.contains("CHECK"), "{sql}: {error}");
    }
}
