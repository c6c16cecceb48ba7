//! Notes: what the node keeps for itself.

use acopio_store::{Faults, Note, StoreError};

use crate::ledger::{audited, lively};
use crate::world::World;
use crate::{Stores, sound};

fn note(kind: &'static str, key: &str, doc: &str) -> Note {
    Note { kind, key: key.to_owned(), doc: Some(doc.to_owned()) }
}

pub(crate) fn notes_are_kept_by_kind_and_key(stores: Stores<'_>) {
    let mut store = sound(stores);
    let notes = [
        note("outbox", "b", "2"),
        note("outbox", "a", "1"),
        note("member", "a", "x"),
        note("outbox", "ñ", "3"),
    ];
    store.keep(&notes).unwrap();
    let reader = store.reader();
    let keys = |after: &str, limit| {
        let found = reader.notes("outbox", after, limit).unwrap();
        found.into_iter().map(|(key, doc)| format!("{key}={doc}")).collect::<Vec<_>>()
    };
    assert_eq!(keys("", 10), ["a=1", "b=2", "ñ=3"]);
    assert_eq!(keys("a", 1), ["b=2"]);
    assert!(keys("ñ", 10).is_empty());
    assert_eq!(reader.note("member", "a").unwrap().as_deref(), Some("x"));
    assert_eq!(reader.note("member", "b").unwrap(), None);
    store.keep(&[Note { kind: "outbox", key: "a".to_owned(), doc: None }, note("outbox", "b", "4")]).unwrap();
    assert_eq!(keys("", 10), ["b=4", "ñ=3"]);
}

pub(crate) fn notes_are_no_views(stores: Stores<'_>) {
    let mut world = lively(sound(stores));
    let before = audited(&*world.store);
    world.store.keep(&[note("outbox", "a", "1")]).unwrap();
    assert_eq!(audited(&*world.store), before);
    world.store.drop_views().unwrap();
    assert_eq!(world.reader().note("outbox", "a").unwrap().as_deref(), Some("1"));
}

pub(crate) fn notes_are_kept_all_or_none(stores: Stores<'_>) {
    let mut world = World::on(stores(Faults { fail_commit_after: Some(1) }));
    world.store.keep(&[note("outbox", "a", "1")]).unwrap();
    let failed = world.store.keep(&[note("outbox", "a", "2"), note("outbox", "b", "2")]);
    assert!(matches!(failed, Err(StoreError::Database { .. })));
    assert_eq!(world.reader().notes("outbox", "", 10).unwrap(), [("a".to_owned(), "1".to_owned())]);
}
