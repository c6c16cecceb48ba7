//! A copy of one node's database becomes another's: it answers as before, and goes on in the other's log.

use std::path::PathBuf;

use acopio_contract::query::Backup;
use acopio_ledger::codec::decode_frame;
use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_store::{MemoryStore, Note, OpenOptions, SqliteStore, Store, StoreError, database_file};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::copies::{Company, catch_up, compare, op};
use crate::ledger::{audited, lively};
use crate::logs::pair;
use crate::sqlite;
use crate::world::{World, issue, key, node, product, receive, warehouse};

/// A store's copy in a folder of its own.
struct Copy {
    _folder: tempfile::TempDir,
    file: PathBuf,
}

fn first_life(name: &str) -> LogId {
    LogId { node: node(name), incarnation: Incarnation(1) }
}

impl Copy {
    fn of(world: &World) -> Copy {
        let folder = tempfile::tempdir().unwrap();
        let file = database_file(folder.path());
        world.reader().backup(&Backup { file: file.clone() }).unwrap();
        Copy { _folder: folder, file }
    }

    /// The copy as a node's own; whether that had written before.
    fn adopted(&self, name: &str) -> (SqliteStore, bool) {
        let has_written = SqliteStore::adopt(&self.file, &first_life(name)).unwrap();
        (self.open(name), has_written)
    }

    fn open(&self, name: &str) -> SqliteStore {
        SqliteStore::open(&self.file, first_life(name), OpenOptions::default()).unwrap()
    }
}

/// What is audited, but for the logs that there are.
fn views(store: &dyn Store) -> Vec<String> {
    audited(store).split_off(1)
}

#[test]
fn a_new_node_goes_on_from_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (mut main, mad) = pair(sqlite(folder.path(), Default::default()));
    main.follow(&mad);
    main.store.keep(&[Note { kind: "outbox", key: "a".to_owned(), doc: Some("1".to_owned()) }]).unwrap();
    let copy = Copy::of(&main);
    let (store, has_written) = copy.adopted("par");
    assert!(!has_written);
    assert_eq!(store.identity(), first_life("par"));
    assert_eq!((store.head().seq, store.reader().head().unwrap().seq), (Seq(0), Seq(0)));
    assert_eq!(
        store.reader().notes("outbox", "", 9).unwrap(),
        [],
        "what a node keeps for itself stays there"
    );
    assert_eq!(views(&store), views(&*main.store));
    let mut par = World::on(Box::new(store));
    compare([&*main.reader(), &*par.reader()], 3);
    let theirs = par.store.source().balance(&key("LON", "A"));
    assert_eq!(theirs.last, Seq(0), "its last movement is none of the own log");

    par.now = main.now;
    par.run([warehouse("PAR", "Paris")]);
    let done = par.run([receive("PAR", "A", 4), issue("PAR", "A", 1)]);
    assert_eq!(par.store.source().balance(&key("PAR", "A")).last, done[1].first.seq);
    assert_eq!(par.store.record(&done[0].first).unwrap(), done[0]);
    main.run([receive("LON", "A", 1)]);
    par.follow(&main);
    main.follow(&par);
    assert_eq!(audited(&*par.store), audited(&*main.store), "nodes that know the same come to the same");
    compare([&*main.reader(), &*par.reader()], 2);

    let before = audited(&*par.store);
    drop(par);
    let mut par = World::on(Box::new(copy.open("par")));
    assert_eq!(audited(&*par.store), before, "it is there after reopening");
    assert_eq!(par.store.head(), main.store.heads()[&node("par")].head);
    par.store.drop_views().unwrap();
    for name in ["main", "mad", "par"] {
        for frame in par.reader().frames(&node(name), Seq(0), usize::MAX).unwrap() {
            let changes = par.folded(&decode_frame(&frame.bytes).unwrap().1);
            par.store.refold(&node(name), &changes).unwrap();
        }
    }
    par.store.end_refold().unwrap();
    assert_eq!(audited(&*par.store), before, "views that are made anew are the same");
}

#[test]
fn a_node_that_has_lost_its_disk_gets_its_log_and_answers_as_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let (mut main, mut mad) = pair(sqlite(folder.path(), Default::default()));
    for world in [&mut main, &mut mad] {
        (world.twice, world.keys) = (true, 1_000);
    }
    let (_, there) = (main.run([product("C", "Cup")]), mad.run([product("C", "Copa")]));
    main.follow(&mad);
    mad.follow(&main);
    let copy = Copy::of(&main);
    let (store, has_written) = copy.adopted("mad");
    assert!(has_written);
    let mut again = World::on(Box::new(store));
    assert_eq!((again.store.identity(), again.store.head()), (mad.store.identity(), mad.store.head()));
    assert_eq!(audited(&*again.store), audited(&*mad.store));
    assert_eq!(again.store.source().command(&there[0].command), Some(there[0].first.clone()));
    let balance = |world: &World| world.store.source().balance(&key("BCN", "A"));
    assert_eq!(balance(&again), balance(&mad), "its own movements are its own");

    again.store.begin_next_life().unwrap();
    (again.now, again.keys) = (mad.now, mad.keys);
    let done = again.run([issue("BCN", "A", 1)]).remove(0);
    assert_eq!(done.first.incarnation, Incarnation(2));
    assert_eq!(done.first.seq, mad.store.head().seq.plus(1));
    main.follow(&again);
    assert_eq!(audited(&*again.store), audited(&*main.store));
    drop(again);
    let store = copy.open("mad");
    assert_eq!(store.identity().incarnation, Incarnation(2));
    assert_eq!(audited(&store), audited(&*main.store));
    drop(store);
    let (found, reader) = SqliteStore::open_to_read(&copy.file, 1).unwrap();
    assert_eq!((found.node, reader.head().unwrap().seq), (node("mad"), done.first.seq));
}

#[test]
fn a_copy_of_a_copy_is_a_third_node_s() {
    let folder = tempfile::tempdir().unwrap();
    let (mut main, mad) = pair(sqlite(folder.path(), Default::default()));
    main.follow(&mad);
    let first = Copy::of(&main);
    let mut par = World::on(Box::new(first.adopted("par").0));
    par.now = main.now;
    par.run([warehouse("PAR", "Paris")]);
    let second = Copy::of(&par);
    let (rot, _) = second.adopted("rot");
    assert_eq!(views(&rot), views(&*par.store));
    assert_eq!(rot.heads().len(), 4);
    assert_eq!(rot.identity(), first_life("rot"));
}

#[test]
fn what_is_not_a_whole_database_of_this_program_is_not_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let mut main = lively(sqlite(folder.path(), Default::default()));
    let refused = |change: &str| {
        let copy = Copy::of(&main);
        Connection::open(&copy.file).unwrap().execute_batch(change).unwrap();
        SqliteStore::adopt(&copy.file, &first_life("par")).unwrap_err()
    };
    let altered = [
        "CREATE TRIGGER more AFTER UPDATE ON balance BEGIN DELETE FROM log; END",
        "DROP INDEX product_name",
        "CREATE TABLE more (id)",
        "DELETE FROM migration WHERE step = 3",
        "DELETE FROM logs",
    ];
    for change in altered {
        assert!(matches!(refused(change), StoreError::Damaged { .. }), "{change}");
    }
    assert!(matches!(refused("INSERT INTO migration VALUES (99, 'later')"), StoreError::TooNew { .. }));
    main.store.drop_views().unwrap();
    let unfinished = SqliteStore::adopt(&Copy::of(&main).file, &first_life("par"));
    assert!(matches!(unfinished, Err(StoreError::NotRebuilt)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// One of two nodes loses its disk amid random work, and goes on from a copy of the other's database; in the end a
    /// third begins from a copy of that.
    #[test]
    fn nodes_on_copies_go_on_alike(
        before in proptest::collection::vec(op(), 1..40),
        after in proptest::collection::vec(op(), 1..40),
        limit in 1..5_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut company = Company::new(sqlite(folder.path(), Default::default()));
        let mut watching = World::on(Box::new(MemoryStore::new(first_life("watch"), Default::default())));
        before.iter().for_each(|op| company.run(op));
        catch_up(&mut watching, &company.nodes);
        [0, 1, 0].into_iter().for_each(|writer| company.hear(writer, usize::MAX));

        let copy = Copy::of(&company.nodes[0]);
        let (mut store, has_written) = copy.adopted("mad");
        prop_assert_eq!(has_written, company.nodes[1].store.head().seq != Seq(0));
        prop_assert_eq!(audited(&store), audited(&*company.nodes[1].store));
        store.begin_next_life().unwrap();
        company.nodes[1].store = Box::new(store);
        after.iter().for_each(|op| company.run(op));
        catch_up(&mut watching, &company.nodes);
        [0, 1, 0].into_iter().for_each(|writer| company.hear(writer, usize::MAX));

        let [main, mad] = &company.nodes;
        let third = Copy::of(mad);
        let third_store: Box<dyn Store> = Box::new(third.adopted("watch").0);
        // What has no entry in its present life says so at its own node alone.
        prop_assert_eq!(views(&*main.store), views(&*mad.store));
        prop_assert_eq!(views(&*watching.store), views(&*third_store));
        compare([&*main.reader(), &*mad.reader()], limit);
        compare([&*watching.reader(), &*third_store.reader()], limit);
    }
}
