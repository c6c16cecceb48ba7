//! The history: order, filters, times, undoing, entries.

use acopio_contract::query::{Entries, HistoryTime, Movement, MovementRow, Movements};
use acopio_ledger::command::{Command, MoveKind, MoveLine, Undo};
use acopio_ledger::entry::Kind;
use acopio_ledger::ids::{Millis, Seq, UserId};
use acopio_ledger::names::Line;
use acopio_ledger::{Body, Record};
use acopio_store::Store;

use crate::world::{
    ADMIN, World, all, code, first_page, issue, line, moves, node, product, receive, rule, sku, user,
};
use crate::{Stores, sound};

pub(crate) fn any() -> Movements {
    Movements {
        warehouse: None,
        sku: None,
        kind: None,
        actor: None,
        reference: None,
        from: None,
        to: None,
        time: HistoryTime::Recorded,
        scope: None,
        page: first_page(),
    }
}

pub(crate) fn rows(world: &World, query: &Movements) -> Vec<MovementRow> {
    let of = |limit| all(limit, |page| world.reader().movements(&Movements { page, ..query.clone() }));
    let at_once = of(1_000);
    for limit in [1, 3] {
        assert_eq!(of(limit), at_once, "{query:?} in pages of {limit}");
    }
    at_once
}

fn seqs(world: &World, query: &Movements) -> Vec<u64> {
    rows(world, query).iter().map(|row| row.id.seq.0).collect()
}

/// A dozen movements of two products among other entries.
fn busy(store: Box<dyn Store>) -> World {
    let mut world = World::founded(store);
    world.run([product("A", "Apron"), product("B", "Bowl")]);
    world.run([receive("LON", "A", 9), receive("MAD", "A", 9), receive("LON", "B", 9)]);
    world.run([issue("LON", "A", 1), issue("MAD", "A", 99), rule("LON", "A", 5), issue("LON", "B", 2)]);
    let lines = (0..6).map(|index| line(MoveKind::Issue, ["LON", "MAD"][index % 2], "A", 1));
    world.run([moves(lines)]);
    world
}

pub(crate) fn movements_come_newest_first(stores: Stores<'_>) {
    let world = busy(sound(stores));
    let everything = seqs(&world, &any());
    assert_eq!(everything.len(), 11);
    assert!(everything.is_sorted_by(|a, b| a > b));
    let of_a = rows(&world, &Movements { sku: Some(sku("A")), ..any() });
    assert_eq!(of_a.len(), 9);
    assert!(of_a.is_sorted_by(|a, b| a.stamp > b.stamp), "several warehouses are one history");
    assert_eq!(
        rows(&world, &Movements { sku: Some(sku("A")), warehouse: Some(code("MAD")), ..any() }).len(),
        4
    );
    assert!(rows(&world, &Movements { sku: Some(sku("none")), ..any() }).is_empty());
    let row = &of_a[0];
    assert_eq!((row.actor, row.actor_name.as_str()), (ADMIN, "Ana"));
    let one = world.reader().movement(&Movement { id: row.id.clone() }).unwrap();
    assert_eq!(one.as_ref(), Some(row));
    let refused = Seq(everything[everything.len() - 4] + 1);
    let id = acopio_ledger::ids::EntryId { seq: refused, ..row.id.clone() };
    assert_eq!(world.reader().movement(&Movement { id }).unwrap(), None);
}

pub(crate) fn filters_are_applied(stores: Stores<'_>) {
    let mut world = busy(sound(stores));
    let other = UserId(*b"another--person.");
    world.run([Command::CreateUser(user(other, "Bo", "bo@example.com"))]);
    world.user = other;
    let invoice = Line::new("INV-7").unwrap();
    world.run([moves([MoveLine { reference: Some(invoice), ..line(MoveKind::Return, "NYC", "B", 3) }])]);
    let count = |query: Movements| rows(&world, &query).len();
    for sku in [None, Some(sku("B"))] {
        let any = || Movements { sku: sku.clone(), ..any() };
        assert_eq!(count(Movements { kind: Some(Kind::Return), ..any() }), 1);
        assert_eq!(count(Movements { actor: Some(other), ..any() }), 1);
        assert_eq!(count(Movements { reference: Some("INV-7".to_owned()), ..any() }), 1);
        assert_eq!(count(Movements { reference: Some("INV".to_owned()), ..any() }), 0);
        assert_eq!(count(Movements { warehouse: Some(code("NYC")), ..any() }), 1);
        assert_eq!(count(Movements { scope: Some(vec![code("NYC")]), ..any() }), 1);
        assert_eq!(
            count(Movements { scope: Some(vec![code("MAD")]), warehouse: Some(code("NYC")), ..any() }),
            0
        );
    }
}

pub(crate) fn times_bound_the_history(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron")]);
    let mut recorded = Vec::new();
    for index in 0..40 {
        let occurred_at = (index % 2 == 0).then(|| Millis(1_600_000_000_000 + i64::from(index)));
        let lines = (0..20).map(|_| MoveLine { occurred_at, ..line(MoveKind::Receipt, "LON", "A", 1) });
        recorded.push(world.run([moves(lines)])[0].stamp.millis());
    }
    for sku in [None, Some(sku("A"))] {
        let any = || Movements { sku: sku.clone(), ..any() };
        let (from, to) = (Some(recorded[10]), Some(recorded[15]));
        let within = rows(&world, &Movements { from, to, ..any() });
        assert_eq!(within.len(), 5 * 20);
        assert!(within.iter().all(|row| recorded[10..15].contains(&row.stamp.millis())));
        assert_eq!(rows(&world, &Movements { to: Some(recorded[0]), ..any() }).len(), 0);
        assert_eq!(rows(&world, &Movements { to: Some(Millis(i64::MAX)), ..any() }).len(), 800);
        assert_eq!(rows(&world, &Movements { from: Some(Millis(i64::MAX)), ..any() }).len(), 0);
        let time = HistoryTime::Occurred;
        let (from, to) = (Some(Millis(1_600_000_000_000)), Some(Millis(1_600_000_000_003)));
        assert_eq!(rows(&world, &Movements { from, to, time, ..any() }).len(), 40);
        assert_eq!(rows(&world, &Movements { from: Some(recorded[38]), time, ..any() }).len(), 20);
    }
}

pub(crate) fn undone_movements_say_so(stores: Stores<'_>) {
    let mut world = busy(sound(stores));
    let issued: Vec<Record> = world.run([issue("LON", "B", 1)]);
    let undo = world.run([Command::Undo(Undo { movement: issued[0].id(0), reason: None })]);
    let of_b = rows(&world, &Movements { sku: Some(sku("B")), ..any() });
    assert_eq!(of_b[1].undone_by, Some(undo[0].id(0)));
    assert_eq!(of_b[0].moved.undoes.as_ref().unwrap().movement, issued[0].id(0));
    assert_eq!(of_b[0].undone_by, None);
}

pub(crate) fn entries_come_in_order(stores: Stores<'_>) {
    let world = busy(sound(stores));
    let entries = |after, limit| {
        let after = [(node("main"), Seq(after))].into_iter().collect();
        world.reader().entries(&Entries { after, limit }).unwrap()
    };
    let everything = entries(0, 1_000);
    assert_eq!(everything.len() as u64, world.store.head().seq.0);
    assert!(everything.iter().zip(1..).all(|(entry, seq)| entry.id.seq == Seq(seq)));
    assert!(everything.is_sorted_by(|a, b| a.stamp < b.stamp));
    assert!(matches!(everything[0].body, Body::Founded(_)));
    let mut again = Vec::new();
    while let Some(row) = entries(again.len() as u64, 1).pop() {
        again.push(row);
    }
    assert_eq!(format!("{again:?}"), format!("{everything:?}"));
    assert!(entries(everything.len() as u64, 10).is_empty());
}
