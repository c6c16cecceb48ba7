//! Transfers and what is on the road.

use acopio_contract::query::{Stock, StockOf, TransferById, Transfers};
use acopio_ledger::command::{
    CancelTransfer, Command, DispatchTransfer, DraftLine, DraftTransfer, ReceiveLine, ReceiveTransfer,
    SettleLine, SettleTransfer,
};
use acopio_ledger::ids::EntryId;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::transfer::TransferState;

use crate::ledger::audited;
use crate::world::{World, all, code, first_page, product, receive, sku};
use crate::{Stores, sound};

pub(crate) fn any() -> Transfers {
    Transfers { state: None, from: None, to: None, sku: None, scope: None, page: first_page() }
}

fn whole(units: i64) -> Quantity {
    Quantity::whole(units).unwrap()
}

pub(crate) fn draft(from: &str, to: &str, lines: &[(&str, i64)]) -> Command {
    let lines = lines.iter().map(|(text, units)| DraftLine { sku: sku(text), quantity: whole(*units) });
    Command::DraftTransfer(DraftTransfer {
        from: code(from),
        to: code(to),
        lines: lines.collect(),
        reference: None,
        dispatch: false,
    })
}

pub(crate) fn dispatch(transfer: EntryId) -> Command {
    Command::DispatchTransfer(DispatchTransfer { transfer })
}

pub(crate) fn cancel(transfer: EntryId) -> Command {
    Command::CancelTransfer(CancelTransfer { transfer, reason: None })
}

/// Accepted, rejected and missing of one SKU, or all that is on the road.
pub(crate) fn arrive(transfer: EntryId, line: Option<(&str, [i64; 3])>) -> Command {
    let lines = line.map(|(text, units)| {
        let [accepted, rejected, missing] = units.map(whole);
        vec![ReceiveLine { sku: sku(text), accepted, rejected, missing }]
    });
    Command::ReceiveTransfer(ReceiveTransfer { transfer, lines, reason: None })
}

pub(crate) fn settle(transfer: EntryId, text: &str, found: i64, lost: i64) -> Command {
    let lines = vec![SettleLine { sku: sku(text), found: whole(found), lost: whole(lost) }];
    Command::SettleTransfer(SettleTransfer { transfer, lines, reason: None })
}

/// A draft, a cancelled one, one on the road, one that has come in part, and a closed one.
fn carrier(stores: Stores<'_>) -> (World, [EntryId; 5]) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron"), product("B", "Bowl")]);
    world.run([receive("LON", "A", 20), receive("LON", "B", 20), receive("MAD", "A", 20)]);
    let drafts = [
        draft("LON", "MAD", &[("A", 1)]),
        draft("LON", "NYC", &[("A", 2)]),
        draft("LON", "NYC", &[("A", 3), ("B", 3)]),
        draft("LON", "NYC", &[("B", 4)]),
        draft("MAD", "LON", &[("A", 5)]),
    ];
    let ids = drafts.map(|draft| world.run([draft])[0].first.clone());
    world.run([cancel(ids[1].clone())]);
    world.run(ids[2..].iter().cloned().map(dispatch));
    world.run([arrive(ids[3].clone(), Some(("B", [1, 0, 2]))), arrive(ids[4].clone(), None)]);
    (world, ids)
}

/// The transfers of a list by their numbers, read in pages of all sizes.
fn numbers(world: &World, ids: &[EntryId], query: &Transfers) -> String {
    let of = |limit| {
        let rows = all(limit, |page| world.reader().transfers(&Transfers { page, ..query.clone() }));
        let numbers = rows.iter().map(|row| ids.iter().position(|id| *id == row.id).unwrap().to_string());
        numbers.collect::<Vec<_>>().join(" ")
    };
    let at_once = of(100);
    for limit in 1..4 {
        assert_eq!(of(limit), at_once, "{query:?} in pages of {limit}");
    }
    at_once
}

pub(crate) fn transfers_are_listed_newest_first(stores: Stores<'_>) {
    let (world, ids) = carrier(stores);
    let list = |query: Transfers| numbers(&world, &ids, &query);
    let (lon, nyc, mad) = (Some(code("LON")), Some(code("NYC")), Some(code("MAD")));
    assert_eq!(list(any()), "4 3 2 1 0");
    assert_eq!(list(Transfers { from: lon.clone(), ..any() }), "3 2 1 0");
    assert_eq!(list(Transfers { to: nyc.clone(), ..any() }), "3 2 1");
    assert_eq!(list(Transfers { from: lon, to: mad, ..any() }), "0");
    assert_eq!(list(Transfers { sku: Some(sku("B")), ..any() }), "3 2");
    assert_eq!(list(Transfers { sku: Some(sku("A")), to: nyc, ..any() }), "2 1");
    assert_eq!(list(Transfers { scope: Some(vec![code("MAD")]), ..any() }), "4 0");
    assert_eq!(list(Transfers { scope: Some(Vec::new()), ..any() }), "");
    let states = TransferState::ALL.map(|state| list(Transfers { state: Some(state), ..any() }));
    assert_eq!(states, ["0", "1", "2", "3", "4", ""]);
}

pub(crate) fn what_is_on_the_road_is_incoming(stores: Stores<'_>) {
    let (mut world, ids) = carrier(stores);
    let incoming = |world: &World, text: &str| {
        let rows = world.reader().stock_of(&StockOf { sku: sku(text), scope: None }).unwrap().unwrap();
        rows.into_iter().map(|row| row.incoming.as_whole().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(incoming(&world, "A"), [0, 0, 3], "in LON, MAD and NYC");
    assert_eq!(incoming(&world, "B"), [0, 0, 3 + 3]);
    let listed = world.reader().stock(&Stock { sku: Some(sku("B")), ..crate::stock::any(first_page()) });
    let listed: Vec<_> = listed.unwrap().items.into_iter().map(|row| row.incoming).collect();
    assert_eq!(listed, [Quantity::ZERO, whole(6)], "in LON and NYC, where there is a balance");
    world.run([settle(ids[3].clone(), "B", 1, 2), arrive(ids[2].clone(), None)]);
    assert_eq!((incoming(&world, "A"), incoming(&world, "B")), (vec![0, 0, 0], vec![0, 0, 0]));
    let transfer = world.reader().transfer(&TransferById { id: ids[3].clone() }).unwrap().unwrap();
    assert_eq!(transfer.state(), TransferState::Closed);
    let line = &transfer.lines[0];
    assert_eq!([line.dispatched, line.accepted, line.found, line.lost], [4, 1, 1, 2].map(whole));
    let unknown = EntryId { seq: ids[4].seq.plus(1_000), ..ids[4].clone() };
    assert_eq!(world.reader().transfer(&TransferById { id: unknown }).unwrap(), None);
}

pub(crate) fn an_arrival_may_come_before_its_dispatch(stores: Stores<'_>) {
    use acopio_ledger::apply::{self, Meta};
    use acopio_ledger::{Body, Books, body};
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron")]);
    let id: EntryId = "far.1.7".parse().unwrap();
    let (transfer, from, to) = (id.to_string(), "LON".to_owned(), "MAD".to_owned());
    let item = body::TransferItem { sku: "A".to_owned(), quantity: 5_000 };
    let received = body::ReceivedItem { sku: "A".to_owned(), accepted: 2_000, rejected: 0, missing: 0 };
    let arrived = Body::TransferReceived(body::TransferReceived {
        transfer: transfer.clone(),
        from: from.clone(),
        to: to.clone(),
        lines: vec![received],
        closed: false,
    });
    let dispatched =
        Body::TransferDispatched(body::TransferDispatched { transfer, from, to, lines: vec![item] });
    let mut states = Vec::new();
    for (minute, body) in [(9, arrived), (4, dispatched)] {
        let mut changes = {
            let mut books = Books::over(world.store.source());
            let stamp = acopio_ledger::ids::Stamp(minute << 40);
            let actor = crate::world::ADMIN;
            apply::body(&mut books, &Meta { id: id.clone(), stamp, actor, cause: None }, &body);
            books.take_changes()
        };
        // A deed names an entry that is here; these stand in no log.
        changes.deeds.clear();
        world.store.refold(&crate::world::node("main"), &changes).unwrap();
        let reader = world.reader();
        let rows = reader.transfers(&Transfers { sku: Some(sku("A")), ..any() }).unwrap().items;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].opened.0, minute << 40, "the earliest that is known");
        let stock = reader.stock_of(&StockOf { sku: sku("A"), scope: None }).unwrap().unwrap();
        states.push((rows[0].state(), stock[1].incoming));
        let lines: Vec<_> =
            audited(&*world.store).into_iter().filter(|row| row.contains("transfer_lines")).collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
    assert_eq!(
        states,
        [(TransferState::Pending, Quantity::ZERO), (TransferState::PartiallyReceived, whole(3))]
    );
}
