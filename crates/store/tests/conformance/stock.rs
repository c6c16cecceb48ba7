//! Balances, holds, rules and alerts.

use std::sync::atomic::{AtomicI64, Ordering};

use acopio_contract::query::{
    AlertFilter, Alerts, Availability, HoldById, Holds, PageRequest, RuleByKey, Rules, Stock, StockOf,
};
use acopio_ledger::command::{
    AcknowledgeAlert, ChangeProduct, Command, ProductPatch, ReleaseHold, SnoozeAlert,
};
use acopio_ledger::ids::Millis;
use acopio_ledger::names::Title;
use acopio_ledger::quantity::Quantity;
use acopio_store::Store;

use crate::world::{World, all, code, first_page, hold, issue, key, product, product_in, receive, rule, sku};
use crate::{Stores, sound};

pub(crate) fn any(page: PageRequest) -> Stock {
    Stock {
        warehouse: None,
        sku: None,
        text: None,
        category: None,
        availability: None,
        low: false,
        scope: None,
        page,
    }
}

fn shop(store: Box<dyn Store>) -> World {
    let mut world = World::founded(store);
    world.run([product_in("B", "Bowl", "Kitchen"), product("A", "Apron"), product("C", "Coat")]);
    world.run([receive("NYC", "B", 4), receive("LON", "B", 3), receive("MAD", "A", 2), issue("MAD", "A", 2)]);
    world
}

fn keys(world: &World, query: &Stock) -> String {
    let of = |limit| {
        let rows = all(limit, |page| world.reader().stock(&Stock { page, ..query.clone() }));
        let keys = rows.iter().map(|row| format!("{}/{}", row.key.sku, row.key.warehouse));
        keys.collect::<Vec<_>>().join(" ")
    };
    let at_once = of(100);
    for limit in 1..4 {
        assert_eq!(of(limit), at_once, "{query:?} in pages of {limit}");
    }
    at_once
}

pub(crate) fn balances_are_listed(stores: Stores<'_>) {
    let world = shop(sound(stores));
    let any = || any(first_page());
    let available = Some(Availability::Available);
    assert_eq!(keys(&world, &any()), "A/MAD B/LON B/NYC");
    assert_eq!(keys(&world, &Stock { warehouse: Some(code("NYC")), ..any() }), "B/NYC");
    assert_eq!(keys(&world, &Stock { sku: Some(sku("B")), ..any() }), "B/LON B/NYC");
    assert_eq!(keys(&world, &Stock { sku: Some(sku("none")), ..any() }), "");
    assert_eq!(keys(&world, &Stock { category: Some("kitchen".to_owned()), ..any() }), "B/LON B/NYC");
    assert_eq!(keys(&world, &Stock { category: Some("none".to_owned()), ..any() }), "");
    assert_eq!(keys(&world, &Stock { text: Some("apr".to_owned()), ..any() }), "A/MAD");
    assert_eq!(keys(&world, &Stock { availability: available, ..any() }), "B/LON B/NYC");
    assert_eq!(keys(&world, &Stock { availability: Some(Availability::OutOfStock), ..any() }), "A/MAD");
    assert_eq!(keys(&world, &Stock { scope: Some(vec![code("LON"), code("MAD")]), ..any() }), "A/MAD B/LON");
    assert_eq!(keys(&world, &Stock { scope: Some(Vec::new()), ..any() }), "");
    let rows = world.reader().stock(&any()).unwrap().items;
    assert_eq!((rows[1].name.as_str(), rows[1].balance.on_hand), ("Bowl", Quantity::whole(3).unwrap()));
}

pub(crate) fn a_balance_is_exact_while_it_changes(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    let reader = world.reader();
    let asked = Stock { warehouse: Some(code("NYC")), sku: Some(sku("B")), ..any(first_page()) };
    let units = || reader.stock(&asked).unwrap().items[0].balance.on_hand.as_whole().unwrap();
    let (receipts, answered) = (200, AtomicI64::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..receipts {
                world.run([receive("NYC", "B", 1)]);
                answered.fetch_add(1, Ordering::SeqCst);
            }
        });
        let mut last = 0;
        while last < 4 + receipts {
            let least = 4 + answered.load(Ordering::SeqCst);
            let found = units();
            assert!(least <= found, "{least} was committed before {found} was read");
            assert!(last <= found, "{found} was read after {last}");
            last = found;
        }
    });
    let patch = ProductPatch { name: Some(Title::new("Basin").unwrap()), ..ProductPatch::default() };
    world.run([Command::ChangeProduct(ChangeProduct { sku: sku("B"), patch, expected: None })]);
    assert_eq!(reader.stock(&asked).unwrap().items[0].name, "Basin");
}

pub(crate) fn low_stock_is_below_its_rule(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    world.run([rule("NYC", "B", 4), rule("LON", "B", 2), rule("MAD", "A", 0), rule("MAD", "C", 9)]);
    let low = || Stock { low: true, ..any(first_page()) };
    assert_eq!(keys(&world, &low()), "A/MAD B/NYC");
    assert_eq!(keys(&world, &Stock { warehouse: Some(code("NYC")), ..low() }), "B/NYC");
    assert_eq!(keys(&world, &Stock { sku: Some(sku("A")), ..low() }), "A/MAD");
    assert_eq!(keys(&world, &Stock { text: Some("bowl".to_owned()), ..low() }), "B/NYC");
    world.run([receive("NYC", "B", 1)]);
    assert_eq!(keys(&world, &low()), "A/MAD");
}

pub(crate) fn all_warehouses_of_a_product(stores: Stores<'_>) {
    let world = shop(sound(stores));
    let of = |text: &str, scope| world.reader().stock_of(&StockOf { sku: sku(text), scope }).unwrap();
    let rows = of("B", None).unwrap();
    let figures = rows.iter().map(|row| (row.key.warehouse.to_string(), row.balance.on_hand.as_whole()));
    let expected = [("LON", Some(3)), ("MAD", Some(0)), ("NYC", Some(4))];
    assert!(figures.eq(expected.map(|(code, units)| (code.to_owned(), units))), "{rows:?}");
    assert_eq!(of("C", Some(vec![code("MAD")])).unwrap().len(), 1);
    assert!(of("none", None).is_none());
}

pub(crate) fn holds_are_listed_newest_first(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    let records = world.run([hold("NYC", "B", 1), hold("LON", "B", 2), hold("NYC", "B", 2)]);
    let release =
        |index: usize, quantity| Command::Release(ReleaseHold { hold: records[index].id(0), quantity });
    world.run([release(0, None), release(1, Some(Quantity::whole(1).unwrap()))]);
    let any = || Holds { warehouse: None, sku: None, held: None, scope: None, page: first_page() };
    let seqs = |query: &Holds| -> Vec<usize> {
        let rows = all(1, |page| world.reader().holds(&Holds { page, ..query.clone() }));
        rows.iter().map(|row| records.iter().position(|record| record.id(0) == row.id).unwrap()).collect()
    };
    assert_eq!(seqs(&any()), [2, 1, 0]);
    assert_eq!(seqs(&Holds { held: Some(true), ..any() }), [2, 1]);
    assert_eq!(seqs(&Holds { held: Some(false), ..any() }), [0]);
    assert_eq!(seqs(&Holds { warehouse: Some(code("LON")), ..any() }), [1]);
    assert_eq!(seqs(&Holds { sku: Some(sku("A")), ..any() }), [0_usize; 0]);
    assert_eq!(seqs(&Holds { scope: Some(vec![code("NYC")]), ..any() }), [2, 0]);
    let one = world.reader().hold(&HoldById { id: records[1].id(0) }).unwrap().unwrap();
    assert_eq!(one.quantity, Quantity::whole(1).unwrap());
}

pub(crate) fn alerts_have_states(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    world.run([rule("NYC", "B", 4), rule("LON", "B", 3), rule("MAD", "A", 0), rule("MAD", "C", 1)]);
    let any = || Alerts { state: None, warehouse: None, sku: None, scope: None, page: first_page() };
    let alerts = |world: &World, query: &Alerts| {
        all(1, |page| world.reader().alerts(&Alerts { page, ..query.clone() }))
    };
    let shown = |world: &World, state| {
        let rows = alerts(world, &Alerts { state: Some(state), ..any() });
        let keys = rows.iter().map(|row| format!("{}/{}", row.key.sku, row.key.warehouse));
        keys.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&world, AlertFilter::Open), "C/MAD A/MAD B/LON B/NYC");
    let ids: Vec<_> = alerts(&world, &any()).into_iter().map(|alert| alert.id).collect();
    let snooze = |index: usize, until| {
        Command::SnoozeAlert(SnoozeAlert { alert: ids[index].clone(), until: Millis(until) })
    };
    world.run([
        Command::AcknowledgeAlert(AcknowledgeAlert { alert: ids[0].clone() }),
        snooze(1, i64::from(i32::MAX) * 100_000),
        snooze(2, world.now.0 + 60_000),
        receive("NYC", "B", 10),
    ]);
    assert_eq!(shown(&world, AlertFilter::Acknowledged), "C/MAD");
    assert_eq!(shown(&world, AlertFilter::Snoozed), "A/MAD");
    assert_eq!(shown(&world, AlertFilter::Open), "B/LON", "its snooze is over");
    assert_eq!(shown(&world, AlertFilter::Resolved), "B/NYC");
    assert_eq!(shown(&world, AlertFilter::Unresolved), "C/MAD A/MAD B/LON");
    assert_eq!(alerts(&world, &Alerts { warehouse: Some(code("MAD")), ..any() }).len(), 2);
    assert_eq!(alerts(&world, &Alerts { sku: Some(sku("B")), ..any() }).len(), 2);
    assert_eq!(alerts(&world, &Alerts { scope: Some(vec![code("NYC")]), ..any() }).len(), 1);
}

pub(crate) fn rules_are_listed(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    world.run([rule("NYC", "B", 4), rule("LON", "B", 2), rule("MAD", "A", 0)]);
    let any = || Rules { warehouse: None, sku: None, scope: None, page: first_page() };
    let keys = |query: &Rules| {
        let rows = all(1, |page| world.reader().rules(&Rules { page, ..query.clone() }));
        let keys = rows.iter().map(|row| format!("{}/{}", row.key.sku, row.key.warehouse));
        keys.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&any()), "A/MAD B/LON B/NYC");
    assert_eq!(keys(&Rules { sku: Some(sku("B")), ..any() }), "B/LON B/NYC");
    assert_eq!(keys(&Rules { warehouse: Some(code("MAD")), ..any() }), "A/MAD");
    assert_eq!(keys(&Rules { scope: Some(vec![code("LON")]), ..any() }), "B/LON");
    let one = world.reader().rule(&RuleByKey { key: key("LON", "B") }).unwrap().unwrap();
    assert_eq!(one.rule.minimum, Quantity::whole(2).unwrap());
    assert!(world.reader().rule(&RuleByKey { key: key("LON", "A") }).unwrap().is_none());
}
