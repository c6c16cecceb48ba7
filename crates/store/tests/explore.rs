//! Statements of administrators: as long as somebody takes their rows, and not without end.

use std::thread;
use std::time::Duration;

use acopio_contract::query::{Explore, Explored, ExplorerPart, ExplorerSink, ExplorerValue};
use acopio_ledger::ids::{Incarnation, LogId};
use acopio_ledger::names::NodeName;
use acopio_store::{OpenOptions, SqliteStore, Store};

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

/// Answers the next part, or that there is no more.
type Next<'a> = &'a mut dyn FnMut() -> Option<ExplorerPart>;

/// Runs a statement on an empty database; `take` gets what it finds, at its own pace, until it returns.
fn run(sql: &str, rows_max: u64, time_max: Duration, take: impl FnOnce(Next<'_>) + Send) -> Explored {
    let folder = tempfile::tempdir().unwrap();
    let log = LogId { node: NodeName::recorded("main"), incarnation: Incarnation(1) };
    let store = SqliteStore::open(&folder.path().join("acopio.db"), log, OpenOptions::default()).unwrap();
    let reader = store.reader();
    let (sink, mut parts) = ExplorerSink::new(4);
    let explore = Explore { sql: sql.to_owned(), rows_max, time_max, rows: sink };
    thread::scope(|scope| {
        let explored = scope.spawn(move || reader.explore(&explore).unwrap());
        take(&mut || parts.blocking_recv());
        drop(parts);
        explored.join().unwrap()
    })
}

fn take_all(next: Next<'_>) {
    while next().is_some() {}
}

#[test]
fn rows_follow_their_columns() {
    let mut found = Vec::new();
    let explored = run("SELECT 1 AS a, 'x' AS b", 10, LONG, |next| {
        while let Some(part) = next() {
            found.push(part);
        }
    });
    assert_eq!(explored, Explored::Whole { rows: 1 });
    let row = vec![ExplorerValue::Integer(1), ExplorerValue::Text("x".to_owned())];
    assert_eq!(found, [ExplorerPart::Columns(vec!["a".into(), "b".into()]), ExplorerPart::Row(row)]);
}

#[test]
fn a_statement_ends_with_its_rows_its_time_or_its_reader() {
    let rows = format!("{ENDLESS} SELECT i FROM n");
    assert_eq!(run(&rows, 100, LONG, take_all), Explored::Cut);
    assert_eq!(run(&rows, u64::MAX, SHORT, take_all), Explored::TooSlow);
    let count = format!("{ENDLESS} SELECT count(*) FROM n");
    assert_eq!(run(&count, 1, SHORT, take_all), Explored::TooSlow);
    let leave = |next: Next<'_>| assert!(next().is_some());
    assert_eq!(run(&rows, u64::MAX, LONG, leave), Explored::Left);
}

#[test]
fn whoever_takes_no_rows_does_not_hold_the_snapshot_for_ever() {
    let rows = format!("{ENDLESS} SELECT i FROM n");
    let wait = |next: Next<'_>| {
        assert!(next().is_some());
        thread::sleep(SHORT * 4);
        take_all(next);
    };
    assert_eq!(run(&rows, u64::MAX, SHORT, wait), Explored::TooSlow);
}
