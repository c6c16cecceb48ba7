//! What waits for a person since nodes have worked apart: void records and conflicting values; and what two nodes have
//! named alike or not yet.

use acopio_contract::query::{
    Categories, ConflictById, Conflicts, Entries, Movement, Movements, ProductBySku, Products, VoidById,
    VoidFilter, Voids,
};
use acopio_ledger::command::{
    ChangeProduct, Command, CreateCategory, DiscardVoid, MoveKind, NewProduct, ProductPatch, RemoveCategory,
    Repost, SettleConflict, TakeWarehouse,
};
use acopio_ledger::conflict::RecordKind;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::ids::{EntryId, Positions};
use acopio_ledger::names::Title;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::void::VoidState;
use acopio_store::Store;

use crate::catalogue::skus;
use crate::ledger::audited;
use crate::world::{
    World, all, code, first_page, key, line, moves, new_product, node, product, receive, sku, warehouse,
};
use crate::{Stores, sound};

/// `main` has taken BCN from `mad`, which went on with it for three more records.
fn taken(store: Box<dyn Store>) -> (World, World, Vec<EntryId>) {
    let mut main = World::founded(store);
    main.run([product("A", "Apron"), product("B", "Bowl")]);
    let mut mad = World::joined("mad", &main);
    mad.run([warehouse("BCN", "Barcelona")]);
    mad.run([receive("BCN", "A", 10)]);
    main.follow(&mad);
    let cut = main.store.heads()[&node("mad")].head.seq;
    main.run([Command::Take(TakeWarehouse { warehouse: code("BCN"), from: node("mad"), cut })]);
    main.run([receive("BCN", "A", 1)]);
    let batch = moves([line(MoveKind::Receipt, "BCN", "A", 5), line(MoveKind::Receipt, "BCN", "B", 6)]);
    let lost = [receive("BCN", "A", 2), receive("BCN", "B", 3), batch];
    let lost = lost.map(|command| mad.run([command])[0].first.clone());
    main.follow(&mad);
    (main, mad, lost.to_vec())
}

fn any() -> Voids {
    Voids { state: None, scope: None, page: first_page() }
}

/// The void records of a list by their numbers, read in pages of all sizes.
fn numbers(world: &World, lost: &[EntryId], query: &Voids) -> String {
    let of = |limit| {
        let rows = all(limit, |page| world.reader().voids(&Voids { page, ..query.clone() }));
        let numbers = rows.iter().map(|row| lost.iter().position(|id| *id == row.id).unwrap().to_string());
        numbers.collect::<Vec<_>>().join(" ")
    };
    let at_once = of(100);
    for limit in 1..3 {
        assert_eq!(of(limit), at_once, "{query:?} in pages of {limit}");
    }
    at_once
}

fn on_hand(world: &World, text: &str) -> Option<i64> {
    world.store.source().balance(&key("BCN", text)).on_hand.as_whole()
}

pub(crate) fn void_records_are_listed_newest_first(stores: Stores<'_>) {
    let (mut main, _, lost) = taken(sound(stores));
    let list = |main: &World, query: Voids| numbers(main, &lost, &query);
    assert_eq!(list(&main, any()), "2 1 0");
    assert_eq!((on_hand(&main, "A"), on_hand(&main, "B")), (Some(11), Some(0)), "they do not count");
    main.run([Command::Repost(Repost { void: lost[2].clone() })]);
    main.run([Command::DiscardVoid(DiscardVoid { void: lost[0].clone(), reason: None })]);
    let in_state = |main: &World, state| list(main, Voids { state: Some(state), ..any() });
    assert_eq!(in_state(&main, VoidFilter::Open), "1");
    assert_eq!(in_state(&main, VoidFilter::Posted), "2");
    assert_eq!(in_state(&main, VoidFilter::Discarded), "0");
    assert_eq!(list(&main, Voids { scope: Some(vec![code("BCN")]), ..any() }), "2 1 0");
    assert_eq!(list(&main, Voids { scope: Some(vec![code("LON")]), ..any() }), "");
    assert_eq!((on_hand(&main, "A"), on_hand(&main, "B")), (Some(16), Some(6)));
    let void = main.reader().void(&VoidById { id: lost[2].clone() }).unwrap().unwrap();
    assert!(matches!(void.state, VoidState::Posted { .. }));
    assert_eq!(void.what.map(|what| (what.entries, what.quantity)), Some((2, Quantity(5_000))));
    let unknown = EntryId { seq: lost[2].seq.plus(9), ..lost[2].clone() };
    assert_eq!(main.reader().void(&VoidById { id: unknown }).unwrap(), None);
}

pub(crate) fn what_is_void_is_no_movement(stores: Stores<'_>) {
    let (main, _, lost) = taken(sound(stores));
    let reader = main.reader();
    for sku in [None, Some(sku("A")), Some(sku("B"))] {
        let query = Movements { sku: sku.clone(), ..crate::history::any() };
        let rows = all(2, |page| reader.movements(&Movements { page, ..query.clone() }));
        assert!(rows.iter().all(|row| !lost.contains(&row.id)), "{sku:?}");
        assert_eq!(rows.len(), if sku == Some(crate::world::sku("B")) { 0 } else { 2 }, "{sku:?}");
    }
    assert_eq!(reader.movement(&Movement { id: lost[0].clone() }).unwrap(), None);
    assert_eq!(main.store.source().movement(&lost[0]), None);
    let record = main.store.source().record(&lost[2]).expect("it stands in the log all the same");
    assert_eq!((record.entries.len(), record.first == lost[2]), (2, true));
    let entries = reader.entries(&Entries { after: Positions::default(), limit: 1_000 }).unwrap();
    let void: Vec<_> = entries.into_iter().filter(|row| row.void).map(|row| row.id.seq.0).collect();
    let first = lost[0].seq.0;
    assert_eq!(void, [first, first + 1, first + 2, first + 3]);
}

/// Both nodes have renamed A and given LON another name; of B they have said the same.
fn at_odds(store: Box<dyn Store>) -> (World, World) {
    let mut main = World::founded(store);
    main.run([product("A", "Apron"), product("B", "Bowl")]);
    let mut mad = World::joined("mad", &main);
    for (world, name) in [(&mut main, "Smock"), (&mut mad, "Pinafore")] {
        world.run([rename("A", name), rename("B", "Basin"), name_warehouse(name)]);
    }
    main.follow(&mad);
    mad.follow(&main);
    (main, mad)
}

fn rename(text: &str, name: &str) -> Command {
    let patch = ProductPatch { name: Some(Title::new(name).unwrap()), ..ProductPatch::default() };
    Command::ChangeProduct(ChangeProduct { sku: sku(text), patch, expected: None })
}

fn name_warehouse(name: &str) -> Command {
    match warehouse("LON", name) {
        Command::CreateWarehouse(named) => Command::RenameWarehouse(named),
        other => other,
    }
}

pub(crate) fn conflicts_are_listed_until_somebody_has_looked(stores: Stores<'_>) {
    let (mut main, mad) = at_odds(sound(stores));
    let ids = |world: &World, kind| {
        let of = |limit| {
            let rows = all(limit, |page| world.reader().conflicts(&Conflicts { kind, page }));
            rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(1), of(100));
        of(100)
    };
    assert_eq!(ids(&main, None), "product/A/name warehouse/LON/name", "what both say alike is not shown");
    assert_eq!(ids(&main, Some(RecordKind::Warehouse)), "warehouse/LON/name");
    assert_eq!(ids(&main, Some(RecordKind::User)), "");
    let id = "product/A/name".parse().unwrap();
    let found =
        |world: &World, id: &_| world.reader().conflict(&ConflictById { id: Clone::clone(id) }).unwrap();
    let values: Vec<_> = found(&main, &id).unwrap().sides.into_iter().map(|side| side.value).collect();
    assert_eq!(values, [r#""Pinafore""#, r#""Smock""#], "of the same time, by node");
    assert_eq!(found(&main, &id), found(&mad, &id));
    main.run([Command::SettleConflict(SettleConflict { conflict: id.clone(), node: None })]);
    assert_eq!((ids(&main, None), found(&main, &id)), ("warehouse/LON/name".to_owned(), None));
}

pub(crate) fn nodes_that_were_apart_come_to_the_same(stores: Stores<'_>) {
    let (main, mad) = at_odds(sound(stores));
    assert_eq!(audited(&*main.store), audited(&*mad.store));
}

pub(crate) fn a_barcode_that_two_have_finds_both(stores: Stores<'_>) {
    let barcode = Barcode::new("4006381333931").unwrap();
    let with = |text| {
        let barcodes = vec![barcode.clone()];
        Command::CreateProduct(NewProduct { barcodes, ..new_product(text, "Thing") })
    };
    let mut main = World::founded(sound(stores));
    let mut mad = World::joined("mad", &main);
    mad.run([with("Z")]);
    main.now.0 += 5_000;
    main.run([with("A")]);
    main.follow(&mad);
    mad.follow(&main);
    let holders = main.store.source().barcode(&barcode);
    assert_eq!(holders.all(), [sku("Z"), sku("A")], "the older one holds it");
    let text = Some(barcode.as_str().to_owned());
    let query = Products { text, ..crate::catalogue::any(first_page()) };
    for limit in [1, 100] {
        assert_eq!(skus(&main, limit, &query), ["A", "Z"], "in pages of {limit}");
    }
    let patch = ProductPatch { barcodes: Some(Vec::new()), ..ProductPatch::default() };
    main.run([Command::ChangeProduct(ChangeProduct { sku: sku("Z"), patch, expected: None })]);
    assert_eq!(main.store.source().barcode(&barcode).all(), [sku("A")]);
    mad.follow(&main);
    assert_eq!(audited(&*main.store), audited(&*mad.store));
}

pub(crate) fn stock_of_an_unknown_product_is_shown_by_its_sku(stores: Stores<'_>) {
    let mut main = World::founded(sound(stores));
    let mut mad = World::joined("mad", &main);
    mad.run([warehouse("BCN", "Barcelona")]);
    main.follow(&mad);
    let mut rot = World::joined("rot", &main);
    rot.run([product("N", "New thing")]);
    mad.follow(&rot);
    mad.run([receive("BCN", "N", 4), crate::world::rule("BCN", "N", 9)]);
    main.follow(&mad);
    let shown = |world: &World| {
        let row = world.reader().product(&ProductBySku { sku: sku("N"), scope: None }).unwrap().unwrap();
        (row.product.name.clone(), row.product.is_stub(), row.on_hand.as_whole())
    };
    assert_eq!(shown(&main), ("N".to_owned(), true, Some(4)));
    assert_eq!(main.store.source().stockable(&sku("N")), None, "nothing is decided about it yet");
    main.follow(&rot);
    assert_eq!(shown(&main), ("New thing".to_owned(), false, Some(4)));
    assert!(main.store.source().stockable(&sku("N")).is_some());
    assert_eq!(audited(&*main.store), audited(&*mad.store));
}

pub(crate) fn a_removed_category_is_not_listed(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let name = Title::new("Cups").unwrap();
    let id = world.run([Command::CreateCategory(CreateCategory { name })])[0].first.clone();
    world.run([crate::world::product_in("A", "Cup", "Cups")]);
    world.run([Command::RemoveCategory(RemoveCategory { id: id.clone(), expected: None })]);
    assert_eq!(world.reader().categories(&Categories).unwrap(), []);
    assert!(world.store.source().category(&id).unwrap().is_removed(), "what is left of it stays known");
    let row = world.reader().product(&ProductBySku { sku: sku("A"), scope: None }).unwrap().unwrap();
    assert_eq!(row.category, None);
}
