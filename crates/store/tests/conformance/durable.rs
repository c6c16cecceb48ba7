//! What only a store with a file promises: it is there again, it is one node's, and SQL cannot break it.

use acopio_contract::query::Backup;
use acopio_ledger::ids::Incarnation;
use acopio_ledger::names::NodeName;
use acopio_store::{Identity, OpenOptions, SqliteStore, StoreError, database_file};
use rusqlite::Connection;

use crate::ledger::{audited, lively};
use crate::world::{World, key, receive};
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
fn another_nodes_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder).unwrap());
    let file = database_file(folder.path());
    for (node, incarnation) in [("other", 1), ("main", 2)] {
        let identity = Identity { node: NodeName::new(node).unwrap(), incarnation: Incarnation(incarnation) };
        let opened = SqliteStore::open(&file, identity, OpenOptions::default());
        assert!(matches!(opened, Err(StoreError::OtherNode { .. })), "{node}.{incarnation}");
    }
    let (found, reader) = SqliteStore::open_to_read(&file, 1).unwrap();
    assert_eq!(found, identity());
    assert_eq!(reader.head().unwrap().seq.0, 0);
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
    let _world = lively(sqlite(folder.path(), Default::default()));
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
    assert!(matches!(open(&folder), Err(StoreError::Damaged { .. })));
    let options = OpenOptions { rebuild: true, ..OpenOptions::default() };
    assert!(SqliteStore::open(&database_file(folder.path()), identity(), options).is_ok());
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
    assert!(world.reader().backup(&Backup { file }).is_err(), "a file is not overwritten");
    world.run([receive("LON", "A1", 1)]);
    assert_eq!(audited(&open(&copy).unwrap()), before);
    assert_ne!(audited(&*world.store), before);
}
