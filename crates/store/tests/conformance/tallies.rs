//! Figures for charts: counted by quarters of an hour, of all logs, and how many products were available.

use acopio_contract::query::{Tallies, WarehouseTally};
use acopio_ledger::command::{Command, MoveKind, MoveLine, ReleaseHold, Undo};
use acopio_ledger::ids::Millis;
use acopio_ledger::tally::Quarter;

use crate::logs::pair;
use crate::world::{World, code, hold, issue, line, moves, product, receive};
use crate::{Stores, sound};

const HOUR_MS: i64 = 3_600_000;

/// Hours around the first moment of a world.
fn hours(world: &World, count: i64) -> Vec<Quarter> {
    let bound = |hour: i64| Quarter::of(Millis(world.now.0 / HOUR_MS * HOUR_MS + hour * HOUR_MS));
    (0..=count).map(bound).collect()
}

fn tallies(world: &World, bounds: &[Quarter]) -> Vec<WarehouseTally> {
    let query = Tallies { warehouse: None, bounds: bounds.to_vec(), scope: None };
    world.reader().tallies(&query).unwrap()
}

/// A warehouse's receipts, issues, adjustments and available products of each period.
fn shown(world: &World, bounds: &[Quarter], warehouse: &str) -> Vec<(u64, u64, u64, i64)> {
    let all = tallies(world, bounds);
    let row = all.iter().find(|row| row.warehouse.as_str() == warehouse).unwrap();
    let figures = row.periods.iter().zip(&row.available);
    figures.map(|(sum, available)| (sum.receipt, sum.issue, sum.adjustment, *available)).collect()
}

pub(crate) fn movements_are_counted_by_quarters(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let bounds = hours(&world, 3);
    world.run([product("A", "Apron"), product("B", "Bowl")]);
    world.run([receive("LON", "A", 5), receive("LON", "B", 1), receive("MAD", "A", 1), issue("LON", "A", 9)]);
    world.now.0 += HOUR_MS;
    let issued = world.run([issue("LON", "A", 4), issue("LON", "B", 1)]);
    world.now.0 += HOUR_MS;
    world.run([Command::Undo(Undo { movement: issued[1].id(0), reason: None })]);
    assert_eq!(
        shown(&world, &bounds, "LON"),
        [(2, 0, 0, 2), (0, 2, 0, 1), (0, 0, 1, 2)],
        "a refusal is none"
    );
    assert_eq!(shown(&world, &bounds, "MAD"), [(1, 0, 0, 1), (0, 0, 0, 1), (0, 0, 0, 1)]);
    assert_eq!(shown(&world, &bounds, "NYC"), [(0, 0, 0, 0); 3]);
    assert_eq!(shown(&world, &bounds[1..2], "LON"), [], "no period, no figures");
    let seen = Tallies { warehouse: None, bounds: bounds.clone(), scope: Some(vec![code("MAD")]) };
    let seen = world.reader().tallies(&seen).unwrap();
    assert_eq!(seen.iter().map(|row| row.warehouse.as_str()).collect::<Vec<_>>(), ["MAD"]);
    let one = Tallies { warehouse: Some(code("LON")), bounds, scope: Some(vec![code("MAD")]) };
    assert_eq!(world.reader().tallies(&one).unwrap(), []);
}

pub(crate) fn movements_count_when_the_goods_moved(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron")]);
    let bounds = hours(&world, 2);
    let occurred_at = Some(bounds[0].begins());
    world.now.0 += HOUR_MS;
    world.run([moves([MoveLine { occurred_at, ..line(MoveKind::Receipt, "LON", "A", 5) }])]);
    assert_eq!(shown(&world, &bounds, "LON"), [(1, 0, 0, 0), (0, 0, 0, 1)], "known to be there from then on");
    let long_ago = Some(Millis(-HOUR_MS));
    world.run([moves([MoveLine { occurred_at: long_ago, ..line(MoveKind::Issue, "LON", "A", 1) }])]);
    let before_1970 = [Quarter::of(Millis(-2 * HOUR_MS)), Quarter(0)];
    assert_eq!(shown(&world, &before_1970, "LON"), [(0, 1, 0, 0)]);
}

pub(crate) fn what_is_set_aside_is_not_available(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron"), receive("LON", "A", 5)]);
    let bounds = hours(&world, 2);
    let held = world.run([hold("LON", "A", 5)]);
    assert_eq!(shown(&world, &bounds, "LON")[0].3, 0);
    world.now.0 += HOUR_MS;
    world.run([Command::Release(ReleaseHold { hold: held[0].first.clone(), quantity: None })]);
    assert_eq!(shown(&world, &bounds, "LON"), [(1, 0, 0, 0), (0, 0, 0, 1)]);
}

pub(crate) fn tallies_are_of_all_logs(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    let bounds = hours(&main, 2);
    let before = shown(&main, &bounds, "LON");
    main.follow(&mad);
    assert_eq!(shown(&main, &bounds, "LON"), before);
    let [first, second] = shown(&main, &bounds, "BCN")[..] else { panic!() };
    assert_eq!((first.0 + second.0, second.3), (10, 2));
}
