//! Machines that follow one another's logs: each frame once, in its order, and only what continues them.

mod common;

use std::path::Path;

use acopio_contract::query::VerifyReport;
use acopio_ledger::codec::Frame;
use acopio_ledger::command::{HandOverWarehouse, TakeWarehouse};
use acopio_ledger::ids::{Incarnation, LogId, Millis, Seq};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::{Body, Command, Record};
use acopio_node::{FollowError, Machine, STAMP_AHEAD_MAX_MS, read_frame, rebuild, verify};
use acopio_store::{Faults, MemoryStore, OpenOptions, SqliteStore, Store};
use common::{command, shown, submission};

/// A node and its clock.
struct Site {
    machine: Machine,
    log: LogId,
    clock: Millis,
    keys: u64,
}

fn log(name: &str) -> LogId {
    LogId { node: NodeName::recorded(name), incarnation: Incarnation(1) }
}

impl Site {
    fn on(store: Box<dyn Store>) -> Site {
        let log = store.identity();
        Site { machine: Machine::new(store), log, clock: Millis(1_700_000_000_000), keys: 0 }
    }

    fn new(name: &str) -> Site {
        Site::on(Box::new(MemoryStore::new(log(name), Faults::default())))
    }

    fn run(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.submit(command(line));
        }
    }

    fn submit(&mut self, command: Command) -> String {
        self.keys += 1;
        self.send(&format!("{}-{}", self.log.node, self.keys), command)
    }

    fn send(&mut self, key: &str, command: Command) -> String {
        self.clock.0 += 1;
        shown(&self.machine.step(self.clock, &[submission(key, command)]).answers[0])
    }

    /// The last position of a log here.
    fn known(&self, log: &LogId) -> Seq {
        self.machine.positions().get(&log.node)
    }

    /// Frames of its own log after a position.
    fn frames(&self, after: Seq) -> Vec<(Frame, Vec<Record>)> {
        let frames = self.machine.store().reader().frames(&self.log.node, after, usize::MAX);
        let frames = frames.expect("the log is readable").into_iter();
        frames.map(|frame| read_frame(&self.log, &frame.bytes).expect("a frame")).collect()
    }

    /// Follows another to its end; answers how many entries were new.
    fn follow(&mut self, other: &Site) -> u64 {
        let followed = self.machine.follow(&other.log, other.frames(self.known(&other.log)));
        let followed = followed.expect("they continue the log");
        assert_eq!(followed.waits_for, None);
        followed.entries
    }

    fn prove(&self) -> VerifyReport {
        let reader = self.machine.store().reader();
        let audit = reader.audit().expect("an audit begins");
        verify(&*audit, &mut |_| {}).expect("the store is readable")
    }
}

/// Two nodes that have worked apart, each in a warehouse of its own.
fn pair(main: Site) -> (Site, Site) {
    let (mut main, mut mad) = (main, Site::new("mad"));
    main.run("warehouse W1\n product S7\n receive W1 S7 50\n issue W1 S7 99");
    mad.run("warehouse W2\n product S8 3\n receive W2 S8 1.5\n hold W2 S8 1\n receive W2 S8 2");
    (main, mad)
}

fn hand_over(from: &mut Site, to: &mut Site) {
    let warehouse = WarehouseCode::recorded("W1");
    from.submit(Command::HandOver(HandOverWarehouse {
        warehouse: warehouse.clone(),
        to: to.log.node.clone(),
    }));
    to.follow(from);
    let cut = to.known(&from.log);
    to.submit(Command::Take(TakeWarehouse { warehouse, from: from.log.node.clone(), cut }));
    from.follow(to);
}

#[test]
fn each_frame_is_folded_once_however_often_it_comes() {
    let (mut main, mad) = pair(Site::new("main"));
    let frames = mad.frames(Seq(0));
    assert_eq!(main.machine.follow(&mad.log, frames[..2].to_vec()).expect("they follow").entries, 2);
    assert_eq!(main.machine.follow(&mad.log, frames.clone()).expect("some are new").entries, 3);
    assert_eq!(main.machine.follow(&mad.log, frames).expect("none is new").entries, 0);
    assert_eq!(main.known(&mad.log), mad.known(&mad.log));
    assert_eq!(main.prove().fault, None);
}

#[test]
fn what_does_not_continue_the_log_is_refused_and_nothing_is_written() {
    let (mut main, mad) = pair(Site::new("main"));
    let frames = mad.frames(Seq(0));
    let gap = main.machine.follow(&mad.log, frames[1..].to_vec());
    assert!(matches!(gap, Err(FollowError::Gap { known: Seq(0), found: Seq(2) })), "{gap:?}");
    let amid = main.machine.follow(&mad.log, vec![frames[0].clone(), frames[2].clone()]);
    assert!(matches!(amid, Err(FollowError::Gap { known: Seq(1), found: Seq(3) })), "{amid:?}");
    let (mut broken, records) = frames[1].clone();
    broken.previous = [7; 32];
    let broken = main.machine.follow(&mad.log, vec![frames[0].clone(), (broken, records)]);
    assert!(matches!(broken, Err(FollowError::Broken { first: Seq(2), .. })), "{broken:?}");
    let other = main.machine.follow(&log("nyc"), frames);
    assert!(matches!(other, Err(FollowError::Broken { first: Seq(1), .. })), "{other:?}");
    let own = main.machine.follow(&main.log.clone(), main.frames(Seq(0)));
    assert!(matches!(own, Err(FollowError::Broken { .. })), "{own:?}");
    assert_eq!((main.known(&mad.log), main.machine.stopped()), (Seq(0), None));
    assert_eq!(main.follow(&mad), 5, "and what continues it still is taken in");
}

#[test]
fn bytes_are_read_as_frames_of_their_own_log_alone() {
    let (main, _) = pair(Site::new("main"));
    let frame = main.machine.store().reader().frames(&main.log.node, Seq(0), 1).expect("a frame").remove(0);
    assert!(read_frame(&main.log, &frame.bytes).is_ok());
    assert!(matches!(read_frame(&log("mad"), &frame.bytes), Err(FollowError::Broken { .. })));
    let cut_off = read_frame(&main.log, &frame.bytes[..frame.bytes.len() / 2]);
    assert!(matches!(cut_off, Err(FollowError::Decode(_))));
}

#[test]
fn a_command_that_another_node_has_decided_gets_its_answer() {
    let (mut main, mut mad) = pair(Site::new("main"));
    let first = mad.send("once", command("receive W2 S8 7"));
    main.follow(&mad);
    let head = main.known(&main.log);
    assert_eq!(main.send("once", command("receive W2 S8 7")), format!("{first}; (again)"));
    assert_eq!(main.send("once", command("receive W2 S8 8")), "key reused");
    assert_eq!(main.known(&main.log), head, "nothing is written");
}

#[test]
fn own_stamps_come_after_all_that_was_folded_within_the_bound() {
    for (ahead, is_believed) in [(1_000, true), (STAMP_AHEAD_MAX_MS + 60_000, false)] {
        let (mut main, mut mad) = pair(Site::new("main"));
        mad.clock.0 += ahead;
        mad.run("receive W2 S8 1");
        main.follow(&mad);
        main.run("receive W1 S7 1");
        let stamp = |site: &Site| site.machine.store().head().stamp;
        assert_eq!(stamp(&mad) < stamp(&main), is_believed, "{ahead} ms ahead");
        assert!(main.clock <= stamp(&main).millis());
    }
}

#[test]
fn a_node_knows_after_a_restart_what_it_has_followed() {
    let (mut main, mut mad) = pair(Site::new("main"));
    mad.clock.0 += 60_000;
    mad.run("receive W2 S8 1");
    main.follow(&mad);
    main.machine = Machine::new(main.machine.into_store());
    assert_eq!(main.follow(&mad), 0);
    main.run("receive W1 S7 1");
    assert!(mad.machine.store().head().stamp < main.machine.store().head().stamp);
}

fn sqlite(folder: &Path) -> Site {
    let store = SqliteStore::open(&folder.join("acopio.db"), log("main"), OpenOptions::default());
    Site::on(Box::new(store.expect("the store opens")))
}

/// Both nodes, after W1 has been `main`'s, `mad`'s and `main`'s again, with goods moved by each.
fn there_and_back(folder: &Path) -> (Site, Site) {
    let (mut main, mut mad) = pair(sqlite(folder));
    main.follow(&mad);
    mad.follow(&main);
    hand_over(&mut main, &mut mad);
    mad.run("hold W1 S7 2\n issue W1 S7 5\n issue W1 S7 5");
    main.follow(&mad);
    hand_over(&mut mad, &mut main);
    main.run("issue W1 S7 1\n receive W1 S7 3");
    mad.follow(&main);
    (main, mad)
}

#[test]
fn all_logs_are_proved_and_rebuilt_over_changes_of_owner() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (main, mad) = there_and_back(folder.path());
    let report = main.prove();
    assert_eq!((report.fault, report.movements, report.balances), (None, 7, 2));
    assert_eq!(report.entries, main.known(&main.log).0 + main.known(&mad.log).0);
    for site in [main, mad] {
        let mut store = site.machine.into_store();
        rebuild(&mut *store, &mut |_| {}).expect("the logs are whole");
        assert_eq!(Site::on(store).prove().fault, None);
    }
}

/// What lies before the gap may be what the other log waits for: two logs must not wait for each other for ever.
#[test]
fn a_gap_is_told_before_what_the_frame_behind_it_waits_for() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (main, mad) = there_and_back(folder.path());
    let frames = mad.frames(Seq(0));
    let takes = |(_, records): &(Frame, Vec<Record>)| {
        records
            .iter()
            .flat_map(|record| &record.entries)
            .any(|entry| matches!(entry.body, Body::WarehouseTaken(_)))
    };
    let taking = frames.iter().position(takes).expect("mad has taken W1");
    let mut rot = Site::new("rot");
    let gap = rot.machine.follow(&mad.log, frames[taking..].to_vec());
    assert!(matches!(gap, Err(FollowError::Gap { known: Seq(0), .. })), "{gap:?}");
    let followed = rot.machine.follow(&mad.log, frames).expect("they follow");
    assert_eq!(followed.waits_for.map(|(node, _)| node), Some(main.log.node.clone()));
    assert_eq!(followed.entries, taking as u64);
}

/// Takes W1 by force, up to what the taker has heard.
fn take_over(from: &Site, to: &mut Site) {
    let (warehouse, cut) = (WarehouseCode::recorded("W1"), to.known(&from.log));
    to.submit(Command::Take(TakeWarehouse { warehouse, from: from.log.node.clone(), cut }));
}

/// Both nodes, after `mad` has taken W1 from `main`, which had folded more of its own until it heard of that.
fn taken_over(folder: &Path) -> (Site, Site) {
    let (mut main, mut mad) = pair(sqlite(folder));
    main.follow(&mad);
    mad.follow(&main);
    take_over(&main, &mut mad);
    main.run("receive W1 S7 7\n rule W1 S7 90 95\n issue W1 S7 1\n issue W1 S7 99");
    mad.run("issue W1 S7 5\n rule W1 S7 10 20");
    main.follow(&mad);
    mad.follow(&main);
    (main, mad)
}

/// All small views of a node, as text.
fn views(site: &Site) -> Vec<String> {
    let reader = site.machine.store().reader();
    let mut rows = Vec::new();
    let audit = reader.audit().expect("an audit begins");
    let noted = audit.each_record(&mut |table, key, row| {
        rows.push(format!("{table} {key} {row}"));
        true
    });
    noted.expect("the views are readable");
    rows
}

#[test]
fn what_a_taking_cuts_off_is_folded_out_on_every_node() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (main, mad) = taken_over(folder.path());
    assert_eq!(views(&main), views(&mad));
    let voids = views(&main).into_iter().filter(|row| row.starts_with("voids")).count();
    assert_eq!(voids, 3, "two movements and a rule; a refusal waits for nobody");
    for site in [main, mad] {
        assert_eq!(site.prove().fault, None);
        let before = views(&site);
        let mut store = site.machine.into_store();
        rebuild(&mut *store, &mut |_| {}).expect("the logs are whole");
        let site = Site::on(store);
        assert_eq!((site.prove().fault, views(&site)), (None, before));
    }
}

#[test]
fn a_taking_waits_for_the_log_that_it_builds_upon() {
    let (mut main, mut mad) = pair(Site::new("main"));
    mad.follow(&main);
    take_over(&main, &mut mad);
    mad.run("receive W1 S7 1");
    let mut rot = Site::new("rot");
    let followed = rot.machine.follow(&mad.log, mad.frames(Seq(0))).expect("they follow");
    let cut = main.known(&main.log);
    assert_eq!((followed.entries, followed.waits_for), (5, Some((main.log.node.clone(), cut))));
    main.run("receive W1 S7 9");
    rot.follow(&main);
    assert_eq!(rot.follow(&mad), 2);
    mad.follow(&main);
    assert_eq!(views(&rot), views(&mad), "what was folded before the taking was heard of is folded out");
    assert_eq!(rot.prove().fault, None);
}

#[test]
fn tampering_with_the_ownership_is_found() {
    let cases = [
        ("DELETE FROM void WHERE key = (SELECT min(key) FROM void)", "voids"),
        ("UPDATE void SET doc = replace(doc, '\"open\"', '\"posted\"')", "voids"),
        ("UPDATE warehouse SET doc = json_remove(doc, '$.tenures') WHERE key = 'W1'", ""),
        ("UPDATE warehouse SET doc = json_set(doc, '$.tenures[0].taken.cut', 99) WHERE key = 'W1'", ""),
    ];
    for (sql, named) in cases {
        let folder = tempfile::tempdir().expect("a scratch folder");
        drop(taken_over(folder.path()));
        let connection = rusqlite::Connection::open(folder.path().join("acopio.db")).expect("the database");
        assert!(0 < connection.execute(sql, []).expect("the statement is right"), "{sql}");
        drop(connection);
        let fault = sqlite(folder.path()).prove().fault.unwrap_or_else(|| panic!("not found: {sql}"));
        assert!(fault.contains(named), "{sql}: {fault}");
    }
}

#[test]
fn a_place_in_no_log_is_damage_and_no_panic() {
    for sql in [
        "UPDATE balance SET last = last + (77 << 40)",
        "UPDATE command SET first = first + (77 << 40)",
        "UPDATE crossing SET before = -1",
    ] {
        let folder = tempfile::tempdir().expect("a scratch folder");
        drop(there_and_back(folder.path()));
        let connection = rusqlite::Connection::open(folder.path().join("acopio.db")).expect("the database");
        assert!(0 < connection.execute(sql, []).expect("the statement is right"), "{sql}");
        drop(connection);
        let site = sqlite(folder.path());
        let reader = site.machine.store().reader();
        let proved = verify(&*reader.audit().expect("an audit begins"), &mut |_| {});
        assert!(proved.is_err() || proved.is_ok_and(|report| report.fault.is_some()), "{sql}");
    }
}

#[test]
fn tampering_with_copies_is_found_and_named() {
    let cases = [
        ("UPDATE log SET body = zeroblob(length(body)) WHERE id = (1 << 40) + 2", "frame at 2 of mad"),
        ("DELETE FROM log WHERE id = (1 << 40) + 3", "of mad"),
        ("DELETE FROM log WHERE id = (SELECT max(id) FROM log)", "mad ends at"),
        ("UPDATE logs SET head = zeroblob(48) WHERE number = 1", "mad ends at"),
        ("DELETE FROM crossing WHERE place = (SELECT max(place) FROM crossing)", "history of S7 in W1"),
        ("UPDATE crossing SET before = before + 1", "history of S7 in W1"),
        ("UPDATE balance SET last = last & 0xffffffffff WHERE last > 1 << 40", "balance of S8"),
        ("UPDATE command SET first = first & 0xffffffffff WHERE first > 1 << 40", "commands"),
    ];
    for (sql, named) in cases {
        let folder = tempfile::tempdir().expect("a scratch folder");
        drop(there_and_back(folder.path()));
        let connection = rusqlite::Connection::open(folder.path().join("acopio.db")).expect("the database");
        assert!(0 < connection.execute(sql, []).expect("the statement is right"), "{sql}");
        drop(connection);
        let fault = sqlite(folder.path()).prove().fault.unwrap_or_else(|| panic!("not found: {sql}"));
        assert!(fault.contains(named), "{sql}: {fault}");
    }
}
