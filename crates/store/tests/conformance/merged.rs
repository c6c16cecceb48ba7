//! Lists over many logs: movements and entries of all, each once, wherever a page ends.

use acopio_contract::query::{Entries, EntryRow, Movement, MovementRow, Movements};
use acopio_ledger::command::{Command, Undo};
use acopio_ledger::ids::{Millis, Positions, Seq, Stamp};
use acopio_ledger::names::NodeName;

use crate::history::{any, rows};
use crate::logs::pair;
use crate::world::{code, issue, node, receive, sku};
use crate::{Stores, sound};

fn order(row: &MovementRow) -> (Stamp, NodeName) {
    (row.stamp, row.id.node.clone())
}

pub(crate) fn movements_of_all_logs_come_newest_first(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    main.follow(&mad);
    let stamps = |name: &str| {
        let own = rows(&main, &any()).into_iter().filter(|row| row.id.node == node(name));
        own.map(|row| row.stamp).collect::<Vec<_>>()
    };
    assert_eq!(stamps("mad"), stamps("main"), "both have written at the same moments");
    for (wanted, count) in [(None, 20), (Some(sku("A")), 15), (Some(sku("B")), 5)] {
        let query = Movements { sku: wanted, ..any() };
        let found = rows(&main, &query);
        assert_eq!(found.len(), count, "{query:?}");
        assert!(found.is_sorted_by(|a, b| order(b) < order(a)), "by stamp, then by node");
        let here = Movements { warehouse: Some(code("BCN")), ..query };
        assert!(rows(&main, &here).iter().all(|row| row.id.node == node("mad")));
    }
    let row = rows(&main, &any()).into_iter().find(|row| row.id.node == node("mad")).unwrap();
    assert_eq!(main.reader().movement(&Movement { id: row.id.clone() }).unwrap(), Some(row));
}

pub(crate) fn times_bound_all_logs(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    main.follow(&mad);
    let everything = rows(&main, &any());
    let at = |index: usize| everything[index].stamp.millis();
    for sku in [None, Some(sku("A"))] {
        let any = || Movements { sku: sku.clone(), ..any() };
        let within = Movements { from: Some(at(15)), to: Some(at(3)), ..any() };
        let expected = rows(&main, &any()).into_iter();
        let expected = expected.filter(|row| (at(15)..at(3)).contains(&row.stamp.millis()));
        assert_eq!(rows(&main, &within), expected.collect::<Vec<_>>());
        let all_before = Movements { to: Some(Millis(0)), ..any() };
        assert!(rows(&main, &all_before).is_empty());
    }
}

pub(crate) fn undoing_is_seen_in_every_log(stores: Stores<'_>) {
    let (mut main, mut mad) = pair(sound(stores));
    let issued = mad.run([issue("BCN", "A", 1)]).remove(0);
    let undone = mad.run([Command::Undo(Undo { movement: issued.id(0), reason: None })]).remove(0);
    main.follow(&mad);
    assert_eq!(main.store.source().undone(&issued.id(0)), Some(undone.id(0)));
    let row = main.reader().movement(&Movement { id: issued.id(0) }).unwrap().unwrap();
    assert_eq!(row.undone_by, Some(undone.id(0)));
}

pub(crate) fn entries_come_log_by_log(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    main.follow(&mad);
    let entries =
        |after: &Positions, limit| main.reader().entries(&Entries { after: after.clone(), limit }).unwrap();
    let place = |row: &EntryRow| (row.id.node.clone(), row.id.seq);
    let everything = entries(&Positions::default(), 1_000);
    let ends = main.store.heads().into_iter().map(|(node, log)| (node, log.head.seq));
    let expected = ends.flat_map(|(node, end)| (1..=end.0).map(move |seq| (node.clone(), Seq(seq))));
    assert_eq!(everything.iter().map(place).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    let (mut seen, mut again) = (Positions::default(), Vec::new());
    while let Some(row) = entries(&seen, 1).pop() {
        seen.set(&row.id.node, row.id.seq);
        again.push(row);
    }
    assert_eq!(format!("{again:?}"), format!("{everything:?}"), "one by one");
    assert!(entries(&seen, 10).is_empty());
    let ahead: Positions = format!("mad:{},main:{},nobody:7", Seq::MAX, Seq::MAX).parse().unwrap();
    assert!(entries(&ahead, 10).is_empty());
}

pub(crate) fn pages_go_on_although_logs_grow(stores: Stores<'_>) {
    let (mut main, mut mad) = pair(sound(stores));
    main.follow(&mad);
    for wanted in [None, Some(sku("A"))] {
        let query = Movements { sku: wanted, ..any() };
        let before = rows(&main, &query);
        let (mut page, mut seen) = (query.page.clone(), Vec::new());
        page.limit = 2;
        loop {
            let found = main.reader().movements(&Movements { page: page.clone(), ..query.clone() }).unwrap();
            seen.extend(found.items);
            main.run([receive("LON", "A", 1)]);
            mad.run([receive("BCN", "A", 1)]);
            main.follow(&mad);
            match found.next {
                Some(next) => page.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, before);
    }
}
