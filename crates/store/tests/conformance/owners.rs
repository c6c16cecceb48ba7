//! Warehouses that change hands: figures and histories go on in another log.

use acopio_contract::query::Movements;
use acopio_ledger::command::{Command, HandOverWarehouse, MoveKind, TakeWarehouse};
use acopio_ledger::ids::Seq;
use acopio_ledger::quantity::Quantity;
use acopio_store::Store;

use crate::history::{any, rows};
use crate::world::{World, code, hold, issue, key, line, moves, node, product, receive, sku};
use crate::{Stores, sound};

/// Hands LON over, and has the other node take it.
fn hand_over(from: &mut World, to: &mut World) {
    let (warehouse, owner) = (code("LON"), from.store.identity().node);
    let over = HandOverWarehouse { warehouse: warehouse.clone(), to: to.store.identity().node };
    let cut = from.run([Command::HandOver(over)])[0].first.seq;
    to.follow(from);
    to.run([Command::Take(TakeWarehouse { warehouse, from: owner, cut })]);
    from.follow(to);
}

/// A company whose warehouse LON has been `main`'s, `mad`'s and `main`'s again; each has moved in one go.
fn there_and_back(store: Box<dyn Store>) -> (World, World) {
    let mut main = World::founded(store);
    main.run([product("A", "Apron"), product("B", "Bowl")]);
    main.run([receive("LON", "A", 50), receive("LON", "B", 50), receive("MAD", "A", 7)]);
    let mut mad = World::joined("mad", &main);
    hand_over(&mut main, &mut mad);
    mad.run([hold("LON", "A", 2)]);
    mad.run([moves((1..4).map(|units| line(MoveKind::Issue, "LON", "A", units)))]);
    mad.run([issue("LON", "A", 4), receive("LON", "A", 5)]);
    main.follow(&mad);
    hand_over(&mut mad, &mut main);
    main.run([moves((1..3).map(|units| line(MoveKind::Issue, "LON", "A", units))), issue("LON", "B", 1)]);
    mad.follow(&main);
    (main, mad)
}

fn whole(units: i64) -> Quantity {
    Quantity::whole(units).unwrap()
}

pub(crate) fn figures_go_on_with_the_next_owner(stores: Stores<'_>) {
    let mut main = World::founded(sound(stores));
    main.run([product("A", "Apron")]);
    let first = main.run([receive("LON", "A", 9)])[0].first.clone();
    assert_eq!(main.store.source().balance(&key("LON", "A")).last, first.seq);
    let mut mad = World::joined("mad", &main);
    hand_over(&mut main, &mut mad);
    mad.run([hold("LON", "A", 2)]);
    main.follow(&mad);
    let held = main.store.source().balance(&key("LON", "A"));
    assert_eq!((held.available(), held.last), (whole(7), first.seq), "a hold is no movement");
    mad.run([issue("LON", "A", 1)]);
    main.follow(&mad);
    let moved = main.store.source().balance(&key("LON", "A"));
    assert_eq!((moved.on_hand, moved.available(), moved.last), (whole(8), whole(6), Seq(0)));
    assert_eq!(moved.version.0, 3, "versions go on");
    hand_over(&mut mad, &mut main);
    let back = main.run([issue("LON", "A", 6)])[0].first.clone();
    let (last, _) = main.store.source().movement(&back).unwrap();
    assert_eq!(last.previous, Seq(0), "the one before stands in another log");
    assert_eq!(main.store.source().balance(&key("LON", "A")).last, back.seq);
}

pub(crate) fn a_history_follows_its_warehouse_over_owners(stores: Stores<'_>) {
    let (main, _) = there_and_back(sound(stores));
    for (wanted, count) in [("A", 9), ("B", 2)] {
        let chain = rows(&main, &Movements { sku: Some(sku(wanted)), ..any() });
        let everything = rows(&main, &any()).into_iter();
        let expected: Vec<_> = everything.filter(|row| row.moved.key.sku == sku(wanted)).collect();
        assert_eq!((chain.len(), &chain), (count, &expected));
        let writers: Vec<_> = chain.iter().map(|row| row.id.node.to_string()).collect();
        assert!(wanted == "B" || writers.windows(2).filter(|pair| pair[0] != pair[1]).count() == 2);
    }
    let in_lon = Movements { sku: Some(sku("A")), warehouse: Some(code("LON")), ..any() };
    assert_eq!(rows(&main, &in_lon).len(), 8);
}

pub(crate) fn crossings_say_where_histories_go_over(stores: Stores<'_>) {
    let (main, mad) = there_and_back(sound(stores));
    let reader = main.reader();
    let audit = reader.audit().unwrap();
    let mut found = Vec::new();
    audit
        .each_crossing(&mut |crossing| {
            found.push((crossing.key.clone(), crossing.at.0.clone(), crossing.before.0.clone()));
            true
        })
        .unwrap();
    found.sort();
    let over = |text: &str, at: &str, before: &str| (key("LON", text), node(at), node(before));
    assert_eq!(found, [over("A", "mad", "main"), over("A", "main", "mad")], "B was not moved by mad");
    assert_eq!(mad.store.source().balance(&key("LON", "A")).last, Seq(0));
}
