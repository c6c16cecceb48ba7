//! Writing and reading back: records, frames, refusals, rebuilding, faults.

use acopio_contract::query::{Movements, Stock};
use acopio_ledger::codec::decode_frame;
use acopio_ledger::command::{BeginImport, Command, MoveKind, Undo};
use acopio_ledger::ids::{EntryId, ImportId, Seq};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Balance;
use acopio_ledger::{Body, Books, Cause, Refusal, apply};
use acopio_store::{Faults, Store, StoreError, view_rows};

use crate::world::{
    World, all, first_page, hold, issue, key, line, moves, node, product, receive, rule, sku,
};
use crate::{Stores, sound};

/// A company that has seen a little of everything.
pub(crate) fn lively(store: Box<dyn Store>) -> World {
    let mut world = World::founded(store);
    world.run([product("A1", "Cup"), product("B2", "Métrico"), product("C3", "Tea")]);
    world.run([
        receive("LON", "A1", 10),
        receive("MAD", "A1", 5),
        issue("LON", "A1", 3),
        issue("LON", "A1", 99),
    ]);
    world.run([rule("LON", "A1", 8), hold("LON", "A1", 2), issue("MAD", "A1", 5), receive("NYC", "B2", 1)]);
    let issued = world.run([issue("LON", "A1", 1)]);
    world.run([Command::Undo(Undo { movement: issued[0].id(0), reason: None })]);
    world
}

/// Every row of the audit as a line. What is kept to find things faster fits them.
pub(crate) fn audited(store: &dyn Store) -> Vec<String> {
    let reader = store.reader();
    let audit = reader.audit().unwrap();
    assert_eq!(audit.check_indexes().unwrap(), None);
    let mut lines = vec![format!("{:?}", audit.heads())];
    let mut records = Vec::new();
    audit
        .each_record(&mut |table, key, row| {
            records.push(format!("{table} {key} {row}"));
            true
        })
        .unwrap();
    let mut others = Vec::new();
    let mut add = |line: String| {
        others.push(line);
        true
    };
    audit.each_balance(&mut |key, balance, node| add(format!("{key:?} {balance:?} {node:?}"))).unwrap();
    audit.each_crossing(&mut |crossing| add(format!("{crossing:?}"))).unwrap();
    audit.each_command(&mut |user, key, node, seq| add(format!("{user:?} {key:?} {node} {seq}"))).unwrap();
    audit.each_deed(&mut |deed| add(format!("{deed:?}"))).unwrap();
    audit.each_source(&mut |source, import| add(format!("{source} {import}"))).unwrap();
    audit.each_undone(&mut |movement, by| add(format!("{movement} {by}"))).unwrap();
    others.sort();
    lines.extend(records);
    lines.extend(others);
    lines
}

pub(crate) fn what_is_committed_is_read_back(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A1", "Cup")]);
    let records = world.run([receive("LON", "A1", 10), issue("LON", "A1", 3)]);
    for record in &records {
        assert_eq!(world.store.record(&record.first).unwrap(), *record);
        assert_eq!(world.store.source().command(&record.command), Some(record.first.clone()));
        assert_eq!(world.store.reader().outcome(&record.command).unwrap(), Some(record.first.clone()));
    }
    let balance = world.store.source().balance(&key("LON", "A1"));
    assert_eq!(balance.on_hand, Quantity::whole(7).unwrap());
    assert_eq!(balance.last, records[1].first.seq);
    assert_eq!(world.store.source().balance(&key("MAD", "A1")), Balance::default());
    assert_eq!(world.store.head().seq, records[1].first.seq);
    assert_eq!(world.reader().head().unwrap(), world.store.head());
    let (moved, import) = world.store.source().movement(&records[0].id(0)).unwrap();
    assert_eq!((moved.change, import), (Quantity::whole(10).unwrap(), None));
    let never = EntryId { seq: Seq(10_000), ..records[0].first.clone() };
    assert!(world.store.record(&never).is_err());
}

pub(crate) fn records_of_many_pieces_are_whole(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A1", "Cup")]);
    let lines = |count| moves((0..count).map(|_| line(MoveKind::Receipt, "LON", "A1", 1)));
    let records = world.run([lines(500), lines(1), lines(500)]);
    for record in &records {
        assert_eq!(world.store.record(&record.first).unwrap(), *record);
    }
    assert!(world.store.record(&records[0].id(250)).is_err(), "no record begins amid another");
    let (moved, _) = world.store.source().movement(&records[2].id(400)).unwrap();
    assert_eq!(moved.after.on_hand, Quantity::whole(902).unwrap());
}

pub(crate) fn refusals_are_remembered_and_change_nothing(stores: Stores<'_>) {
    let mut world = lively(sound(stores));
    let before = world.store.source().balance(&key("LON", "A1"));
    let refused = world.run([issue("LON", "A1", 1_000)]);
    assert_eq!(world.store.source().balance(&key("LON", "A1")), before);
    let record = world.store.record(&refused[0].first).unwrap();
    assert!(matches!(
        &record.entries[0].body,
        Body::Refused(refused) if matches!(refused.refusal, Refusal::InsufficientStock { .. })
    ));
}

pub(crate) fn frames_prove_themselves(stores: Stores<'_>) {
    let world = lively(sound(stores));
    for bytes_max in [1, 400, 1 << 20] {
        let (mut after, mut previous) = (Seq(0), [0; 32]);
        loop {
            let frames = world.reader().frames(&node("main"), after, bytes_max).unwrap();
            let total: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
            assert!(frames.len() <= 1 || total <= bytes_max);
            for frame in &frames {
                let (header, records) = decode_frame(&frame.bytes).unwrap();
                assert_eq!((header.first, header.previous), (after.plus(1), previous));
                previous = *blake3::hash(&frame.bytes).as_bytes();
                after = after.plus(records.iter().map(|record| record.entries.len() as u64).sum());
            }
            if frames.is_empty() {
                break;
            }
        }
        assert_eq!((after, previous), (world.store.head().seq, world.store.head().hash));
    }
}

pub(crate) fn a_failed_commit_poisons(stores: Stores<'_>) {
    let mut world = World::founded(stores(Faults { fail_commit_after: Some(3) }));
    world.run([product("A1", "Cup")]);
    let head = world.reader().head().unwrap();
    assert!(matches!(world.try_run([receive("LON", "A1", 1)]), Err(StoreError::Database { .. })));
    assert!(matches!(world.try_run([receive("LON", "A1", 1)]), Err(StoreError::Poisoned)));
    assert!(matches!(world.store.drop_views(), Err(StoreError::Poisoned)));
    assert_eq!(world.reader().head().unwrap(), head, "nothing of it was written");
}

pub(crate) fn what_a_check_refuses_is_not_written(stores: Stores<'_>) {
    let mut world = lively(sound(stores));
    let (before, head) = (audited(&*world.store), world.store.head());
    let (_, frame, mut changes) = world.decide([receive("LON", "A1", 1)]);
    let unsound = Balance { on_hold: Quantity(1 << 40), ..changes.balances[&key("LON", "A1")] };
    changes.balances.insert(key("LON", "A1"), unsound);
    assert!(world.store.commit(&[frame], &changes).is_err());
    assert_eq!(world.reader().head().unwrap(), head);
    assert_eq!(audited(&*world.store), before);
}

/// Makes all views of a store with one log anew.
pub(crate) fn refold(world: &mut World) {
    world.store.drop_views().unwrap();
    assert!(world.store.source().product(&sku("A1")).is_none());
    for frame in world.reader().frames(&node("main"), Seq(0), usize::MAX).unwrap() {
        let changes = world.folded(&decode_frame(&frame.bytes).unwrap().1);
        world.store.refold(&node("main"), &changes).unwrap();
    }
    world.store.end_refold().unwrap();
}

pub(crate) fn rebuilt_views_are_the_same(stores: Stores<'_>) {
    let mut world = lively(sound(stores));
    let before = audited(&*world.store);
    refold(&mut world);
    assert_eq!(audited(&*world.store), before);
    let mut books = Books::over(acopio_ledger::Nothing);
    for frame in world.reader().frames(&node("main"), Seq(0), usize::MAX).unwrap() {
        decode_frame(&frame.bytes).unwrap().1.iter().for_each(|record| apply::record(&mut books, record));
    }
    let mut rows = Vec::new();
    view_rows(books.changes(), &mut |table, key, row| {
        rows.push(format!("{table} {key} {row}"));
        true
    });
    assert_eq!(before[1..=rows.len()], rows, "views are what the log comes to");
    world.run([receive("LON", "A1", 1)]);
}

pub(crate) fn an_import_knows_its_net(stores: Stores<'_>) {
    let mut world = lively(sound(stores));
    let id = ImportId([3; 16]);
    let begin = BeginImport { id, profile: "retail".to_owned(), file: "a.csv".to_owned() };
    world.run([Command::BeginImport(begin)]);
    world.cause = Some(Cause::Import(id));
    let posted = world.run([receive("LON", "B2", 7), receive("LON", "C3", 4), issue("LON", "B2", 2)]);
    world.cause = None;
    world.run([receive("LON", "B2", 100)]);
    world.run([Command::Undo(Undo { movement: posted[1].id(0), reason: None })]);
    let import = world.store.source().import(&id).unwrap();
    assert_eq!(import.posted, 3);
    let net = world.store.source().import_net(&import);
    let expected = [(key("LON", "B2"), Quantity::whole(5).unwrap())].into_iter().collect();
    assert_eq!(net, expected);
    let (_, import) = world.store.source().movement(&posted[0].id(0)).unwrap();
    assert_eq!(import, Some(id));
    let rows = all(2, |page| world.reader().movements(&Movements { page, ..crate::history::any() }));
    assert_eq!(rows.iter().filter(|row| row.import == Some(id)).count(), 3);
    let stock =
        world.reader().stock(&Stock { sku: Some(sku("B2")), ..crate::stock::any(first_page()) }).unwrap();
    assert_eq!(stock.items.len(), 2);
}
