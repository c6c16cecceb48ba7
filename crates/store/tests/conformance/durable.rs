//! What only a store with a file promises: it is there again, it is one node's, and SQL cannot break it.

use std::cell::Cell;

use acopio_contract::query::{Backup, Entries, Movement, Movements};
use acopio_ledger::ids::{EntryId, Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use acopio_store::{OpenOptions, SqliteStore, Store, StoreError, database_file};
use rusqlite::Connection;

use crate::history::{any, rows};
use crate::ledger::{audited, lively, refold};
use crate::logs::pair;
use crate::world::{World, all, issue, key, node, receive, sku};
use crate::{identity, sqlite};

fn open(folder: &tempfile::TempDir) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(&database_file(folder.path()), identity(), OpenOptions::default())
}

#[test]
fn everything_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let world = lively(sqlite(folder.path(), Default::default()));
    let (before, head) = (audited(&*world.store), world.store.head());
    drop(world);
    let store = sqlite(folder.path(), Default::default());
    assert_eq!(store.head(), head);
    assert_eq!(audited(&*store), before);
    let mut world = World::on(store);
    world.now.0 += 1_000_000;
    let at = world.store.source().balance(&key("LON", "A1")).version;
    let (_, frame, changes) = world.decide([receive("LON", "A1", 1)]);
    world.store.commit(&[frame], &changes).unwrap();
    assert_eq!(world.store.source().balance(&key("LON", "A1")).version, at.next());
}

#[test]
fn all_copies_are_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let (mut main, mut mad) = pair(sqlite(folder.path(), Default::default()));
    main.follow(&mad);
    let (before, heads) = (audited(&*main.store), main.store.heads());
    drop(main);
    let mut main = World::on(sqlite(folder.path(), Default::default()));
    assert_eq!((audited(&*main.store), main.store.heads()), (before, heads));
    let issued = mad.run([issue("BCN", "A", 1)]).remove(0);
    main.follow(&mad);
    assert_eq!(main.store.heads()[&node("mad")].head, mad.store.head(), "the copy goes on");
    assert_eq!(main.store.record(&issued.first).unwrap(), issued);
    let (_, reader) = SqliteStore::open_to_read(&database_file(folder.path()), 1).unwrap();
    assert_eq!(reader.heads().unwrap(), main.store.heads());
}

#[test]
fn a_page_begun_on_one_node_goes_on_at_another() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (mut main, mad) = pair(sqlite(folders[0].path(), Default::default()));
    main.follow(&mad);
    let identity = LogId { node: node("nyc"), incarnation: Incarnation(1) };
    let store = SqliteStore::open(&database_file(folders[1].path()), identity, OpenOptions::default());
    let mut nyc = World::joined_on(Box::new(store.unwrap()), &main);
    nyc.follow(&mad);
    for wanted in [None, Some(sku("A"))] {
        let query = Movements { sku: wanted, ..any() };
        let pages = Cell::new(0);
        let in_turns = all(2, |page| {
            pages.set(pages.get() + 1);
            let world = if pages.get() % 2 == 0 { &main } else { &nyc };
            world.reader().movements(&Movements { page, ..query.clone() })
        });
        assert_eq!(in_turns, rows(&main, &query));
    }
}

#[test]
fn another_nodes_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder).unwrap());
    let file = database_file(folder.path());
    let other = LogId { node: NodeName::new("other").unwrap(), incarnation: Incarnation(1) };
    let opened = SqliteStore::open(&file, other, OpenOptions::default());
    assert!(matches!(opened, Err(StoreError::OtherNode { .. })));
    let (found, reader) = SqliteStore::open_to_read(&file, 1).unwrap();
    assert_eq!(found, identity());
    assert_eq!(reader.head().unwrap().seq.0, 0);
}

#[test]
fn a_next_life_goes_on_where_the_one_before_ended() {
    let folder = tempfile::tempdir().unwrap();
    let end = lively(sqlite(folder.path(), Default::default())).store.head();
    for _ in 0..2 {
        Store::begin_next_life(&mut open(&folder).unwrap()).unwrap();
    }
    let store: Box<dyn Store> = Box::new(open(&folder).unwrap());
    assert_eq!((store.identity().incarnation, store.head()), (Incarnation(3), end));
    let reader = store.reader();
    let mut world = World::on(store);
    world.now.0 += 1_000_000;
    let (_, frame, changes) = world.decide([receive("LON", "A1", 1)]);
    world.store.commit(&[frame], &changes).unwrap();
    let after = [(node("main"), Seq(end.seq.0 - 1))].into_iter().collect();
    let rows = reader.entries(&Entries { after, limit: 2 }).unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(ids, [format!("main.1.{}", end.seq), format!("main.3.{}", end.seq.plus(1))]);
    for row in rows {
        let found = reader.movement(&Movement { id: EntryId { incarnation: Incarnation(2), ..row.id } });
        assert_eq!(found.unwrap(), None, "nothing was written in the second life");
    }
}

#[test]
fn a_later_or_altered_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder).unwrap());
    let connection = Connection::open(database_file(folder.path())).unwrap();
    connection.execute("INSERT INTO migration VALUES (99, 'later')", []).unwrap();
    assert!(matches!(open(&folder), Err(StoreError::TooNew { .. })));
    connection.execute("DELETE FROM migration WHERE step = 99", []).unwrap();
    drop(open(&folder).unwrap());
    connection.execute("UPDATE migration SET checksum = 'altered'", []).unwrap();
    assert!(matches!(open(&folder), Err(StoreError::Damaged { .. })));
}

#[test]
fn sql_cannot_make_stock_negative() {
    let folder = tempfile::tempdir().unwrap();
    drop(lively(sqlite(folder.path(), Default::default())));
    let connection = Connection::open(database_file(folder.path())).unwrap();
    for change in
        ["on_hand = -1", "reserved = -1", "on_hold = -1", "reserved = on_hand + 1", "on_hold = on_hand + 1"]
    {
        let broken = connection.execute(&format!("UPDATE balance SET {change}"), []);
        assert!(broken.unwrap_err().to_string().contains("CHECK"), "{change}");
        let replaced = connection.execute(&format!("UPDATE OR REPLACE balance SET {change}"), []);
        assert!(replaced.is_err(), "{change}");
    }
    let added = connection.execute("REPLACE INTO balance VALUES (1, 5, 3, 3, 1, 1)", []);
    assert!(added.is_err(), "more is promised and held than there is");
}

#[test]
fn a_rebuild_that_was_cut_short_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = lively(sqlite(folder.path(), Default::default()));
    world.store.drop_views().unwrap();
    drop(world);
    assert!(matches!(open(&folder), Err(StoreError::NotRebuilt)));
    let options = OpenOptions { rebuild: true, ..OpenOptions::default() };
    assert!(SqliteStore::open(&database_file(folder.path()), identity(), options).is_ok());
}

/// What the later steps of the schema have brought, taken away again.
const LATER_STEPS: &str = "DROP TABLE deed; DROP TABLE tally; DROP TABLE assortment; DROP TABLE stocked;
     DROP TABLE unflushed; DELETE FROM migration WHERE step >= 2;";

#[test]
fn an_older_database_gets_its_new_views_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let world = lively(sqlite(folder.path(), Default::default()));
    let before = audited(&*world.store);
    drop(world);
    let file = database_file(folder.path());
    Connection::open(&file).unwrap().execute_batch(LATER_STEPS).unwrap();
    assert!(SqliteStore::open_to_read(&file, 1).is_err(), "it is read once it is whole");
    assert_eq!(SqliteStore::owner(&file).unwrap(), identity());
    assert!(matches!(open(&folder), Err(StoreError::NotRebuilt)));
    let options = OpenOptions { rebuild: true, ..OpenOptions::default() };
    let store = SqliteStore::open(&file, identity(), options).unwrap();
    assert!(!store.is_whole().unwrap());
    let mut world = World::on(Box::new(store));
    refold(&mut world);
    assert_eq!(audited(&*world.store), before);
    drop(world);
    assert!(open(&folder).unwrap().is_whole().unwrap());
}

#[test]
fn a_backup_is_a_whole_database() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = lively(sqlite(folder.path(), Default::default()));
    let before = audited(&*world.store);
    let copy = tempfile::tempdir().unwrap();
    let file = database_file(copy.path());
    let size = world.reader().backup(&Backup { file: file.clone() }).unwrap();
    assert_eq!(size, file.metadata().unwrap().len());
    assert!(world.reader().backup(&Backup { file: file.clone() }).is_err(), "a file is not overwritten");
    for private in [&file, &database_file(folder.path())] {
        use std::os::unix::fs::PermissionsExt;
        let mode = private.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "it holds hashes of passwords, and is for its owner only");
    }
    world.run([receive("LON", "A1", 1)]);
    assert_eq!(audited(&open(&copy).unwrap()), before);
    assert_ne!(audited(&*world.store), before);
}
