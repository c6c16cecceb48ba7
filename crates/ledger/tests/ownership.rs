//! Warehouses change hands, as planned and by force, while nodes hear of one another late: every node comes to the same
//! owners, the same stock and the same list of what is void.

mod common;

use std::collections::BTreeMap;

use acopio_ledger::apply::Verdict;
use acopio_ledger::books::Nothing;
use acopio_ledger::command::*;
use acopio_ledger::entry::Kind;
use acopio_ledger::ids::{EntryId, Epoch, Millis, Seq};
use acopio_ledger::names::{Line, NodeName, Title, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;
use acopio_ledger::void::{VoidKind, VoidState};
use acopio_ledger::{Body, Books, Command, Record, Source, Where, apply};
use common::cluster::{Cluster, difference, folded, views};
use common::{line, moves, product, sku, warehouse};
use proptest::prelude::*;

/// What happens, in small numbers.
#[derive(Clone, Debug)]
enum Op {
    Hear { node: usize, from: usize, count: usize },
    Make { node: usize, place: usize },
    Move { node: usize, place: usize, item: usize, units: i64 },
    Hold { node: usize, place: usize, item: usize },
    Rule { node: usize, place: usize, item: usize, minimum: i64 },
    Draft { node: usize, place: usize, to: usize, item: usize },
    Step { node: usize, back: usize, step: usize },
    HandOver { node: usize, place: usize, to: usize },
    Take { node: usize, place: usize },
    Discard { node: usize, back: usize },
}

fn any_op() -> impl Strategy<Value = Op> {
    let (node, place, item) = (0..3_usize, 0..3_usize, 0..2_usize);
    prop_oneof![
        8 => (node.clone(), node.clone(), 1..9_usize)
            .prop_map(|(node, from, count)| Op::Hear { node, from, count }),
        1 => (node.clone(), place.clone()).prop_map(|(node, place)| Op::Make { node, place }),
        8 => (node.clone(), place.clone(), item.clone(), -4..9_i64)
            .prop_map(|(node, place, item, units)| Op::Move { node, place, item, units }),
        1 => (node.clone(), place.clone(), item.clone())
            .prop_map(|(node, place, item)| Op::Hold { node, place, item }),
        1 => (node.clone(), place.clone(), item.clone(), 0..5_i64)
            .prop_map(|(node, place, item, minimum)| Op::Rule { node, place, item, minimum }),
        2 => (node.clone(), place.clone(), place.clone(), item)
            .prop_map(|(node, place, to, item)| Op::Draft { node, place, to, item }),
        4 => (node.clone(), 0..4_usize, 0..4_usize)
            .prop_map(|(node, back, step)| Op::Step { node, back, step }),
        2 => (node.clone(), place.clone(), node.clone())
            .prop_map(|(node, place, to)| Op::HandOver { node, place, to }),
        3 => (node.clone(), place).prop_map(|(node, place)| Op::Take { node, place }),
        1 => (node, 0..3_usize).prop_map(|(node, back)| Op::Discard { node, back }),
    ]
}

fn name(node: usize) -> NodeName {
    NodeName::recorded(["a", "b", "c"][node])
}

fn make(place: usize) -> Command {
    let name = Title::recorded("a warehouse");
    Command::CreateWarehouse(NameWarehouse { code: warehouse(place), name, expected: None })
}

fn receive(place: usize, units: i64) -> Command {
    moves(vec![line(MoveKind::Receipt, place, 0, units * 1_000)], false)
}

fn hand_over(place: usize, to: usize) -> Command {
    Command::HandOver(HandOverWarehouse { warehouse: warehouse(place), to: name(to) })
}

fn run(cluster: &mut Cluster, op: &Op) {
    let key = |place, item| StockKey { sku: sku(item), warehouse: warehouse(place) };
    let books = |cluster: &Cluster, node: usize| -> Vec<EntryId> {
        cluster.nodes[node].books.changes().transfers.keys().rev().cloned().collect()
    };
    match *op {
        Op::Hear { node, from, count } => cluster.hear(node, from, count),
        Op::Make { node, place } => _ = cluster.submit(node, make(place)),
        Op::Move { node, place, item, units } => {
            let kind = if units < 0 { MoveKind::Issue } else { MoveKind::Receipt };
            let line = line(kind, place, item, units.abs() * 1_000);
            cluster.submit(node, moves(vec![line], false));
        }
        Op::Hold { node, place, item } => {
            let (quantity, reason) = (Quantity(1_000), Line::recorded("damaged"));
            let hold = HoldStock { key: key(place, item), quantity, reason, reference: None };
            cluster.submit(node, Command::Hold(hold));
        }
        Op::Rule { node, place, item, minimum } => {
            let (minimum, key) = (Quantity(minimum * 1_000), key(place, item));
            let (target, multiple, expected) = (minimum, Quantity(1_000), None);
            cluster.submit(node, Command::SetRule(SetRule { key, minimum, target, multiple, expected }));
        }
        Op::Draft { node, place, to, item } => {
            let lines = vec![DraftLine { sku: sku(item), quantity: Quantity(2_000) }];
            let (from, to, dispatch) = (warehouse(place), warehouse(to), false);
            let draft = DraftTransfer { from, to, lines, reference: None, dispatch };
            cluster.submit(node, Command::DraftTransfer(draft));
        }
        Op::Step { node, back, step } => {
            let Some(transfer) = books(cluster, node).into_iter().nth(back) else { return };
            let command = match step {
                0 => Command::CancelTransfer(CancelTransfer { transfer, reason: None }),
                1 | 2 => Command::DispatchTransfer(DispatchTransfer { transfer }),
                _ => Command::ReceiveTransfer(ReceiveTransfer { transfer, lines: None, reason: None }),
            };
            cluster.submit(node, command);
        }
        Op::HandOver { node, place, to } => _ = cluster.submit(node, hand_over(place, to)),
        Op::Take { node, place } => _ = cluster.take(node, &warehouse(place)),
        Op::Discard { node, back } => {
            let void = cluster.nodes[node].books.changes().voids.keys().nth(back).cloned();
            let Some(void) = void else { return };
            cluster.submit(node, Command::DiscardVoid(DiscardVoid { void, reason: None }));
        }
    }
}

/// A company of which all know all: two products, a warehouse of each node.
fn founded() -> Cluster {
    let mut cluster = Cluster::new(3);
    (0..2).for_each(|item| _ = cluster.submit(0, Command::CreateProduct(product(item))));
    cluster.gather();
    (0..2).for_each(|node| _ = cluster.submit(node, make(node)));
    cluster.gather();
    cluster
}

/// The entries that count, as a node judges them in the end.
fn counting<'r>(books: &mut Books<Nothing>, log: &'r [Record]) -> Vec<&'r Body> {
    let mut bodies = Vec::new();
    for record in log {
        let verdict: Verdict = apply::judge(books, None, record);
        let entries = record.entries.iter().enumerate().filter(|(index, _)| verdict.counts(*index));
        bodies.extend(entries.map(|(_, entry)| &entry.body));
    }
    bodies
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn all_come_to_the_same(
        ops in prop::collection::vec(any_op(), 1..90),
        turns in prop::collection::vec(0..3_usize, 80),
    ) {
        let mut cluster = founded();
        ops.iter().for_each(|op| run(&mut cluster, op));
        cluster.gather();
        let logs = cluster.logs();
        let mut whole = folded(&logs, &turns);
        for node in &mut cluster.nodes {
            prop_assert_eq!(node.logs.len(), logs.len(), "{} has not heard everything", node.name);
            prop_assert_eq!(difference(&views(&mut node.books), &views(&mut whole)), "");
        }
        let mut sums: BTreeMap<StockKey, Quantity> = BTreeMap::new();
        for log in logs.values() {
            for body in counting(&mut whole, log) {
                if let Body::Moved(moved) = body {
                    let sum = sums.entry(moved.key.clone()).or_default();
                    *sum = *sum + moved.on_hand_change();
                }
            }
        }
        for (key, balance) in &whole.changes().balances {
            prop_assert!(balance.is_sound());
            prop_assert_eq!(sums.get(key), Some(&balance.on_hand), "what counts comes to what is there");
        }
    }

    #[test]
    fn a_planned_hand_over_leaves_nothing_void(
        ops in prop::collection::vec(any_op(), 1..90),
    ) {
        let mut cluster = founded();
        for op in &ops {
            let is_by_force = match op {
                Op::Take { node, place } => {
                    let known = cluster.nodes[*node].books.warehouse(&warehouse(*place));
                    known.is_none_or(|known| known.handed_to != Some(name(*node)))
                }
                // Who makes the same warehouse apart is a rival.
                Op::Make { .. } => true,
                _ => false,
            };
            if !is_by_force {
                run(&mut cluster, op);
            }
        }
        cluster.gather();
        prop_assert!(cluster.nodes[0].books.changes().voids.is_empty());
    }
}

fn owner(cluster: &Cluster, node: usize, place: usize) -> (String, u64) {
    let warehouse = cluster.nodes[node].books.warehouse(&warehouse(place)).unwrap();
    (warehouse.owner.to_string(), warehouse.epoch.0)
}

fn on_hand(cluster: &Cluster, node: usize, place: usize) -> i64 {
    let key = StockKey { sku: sku(0), warehouse: warehouse(place) };
    cluster.nodes[node].books.balance(&key).on_hand.0 / 1_000
}

#[test]
fn between_hand_over_and_taking_nobody_decides() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    let handed = cluster.submit(0, hand_over(0, 1)).unwrap();
    assert_eq!(handed.entries[0].epoch, Epoch(1));
    assert!(cluster.submit(0, receive(0, 1)).is_none(), "the old owner has handed it over");
    let known = cluster.nodes[0].books.warehouse(&warehouse(0)).unwrap();
    assert_eq!((known.decider(), known.is_decided_by(&name(0))), (&name(1), false));
    cluster.hear(1, 0, 9);
    assert!(cluster.submit(1, receive(0, 1)).is_none(), "the new owner has not taken it yet");
    let taken = cluster.take(1, &warehouse(0)).unwrap();
    assert_eq!(taken.entries[0].epoch, Epoch(2));
    let received = cluster.submit(1, receive(0, 2)).unwrap();
    assert_eq!(received.entries[0].epoch, Epoch(2));
    cluster.gather();
    for node in 0..3 {
        assert_eq!(owner(&cluster, node, 0), ("b".to_owned(), 2));
        assert_eq!(on_hand(&cluster, node, 0), 7);
    }
}

#[test]
fn a_log_that_takes_waits_for_the_log_that_it_takes_from() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    cluster.submit(0, hand_over(0, 1)).unwrap();
    cluster.hear(1, 0, 9);
    cluster.take(1, &warehouse(0)).unwrap();
    cluster.submit(1, receive(0, 2)).unwrap();
    cluster.hear(2, 1, 9);
    assert_eq!((owner(&cluster, 2, 0), on_hand(&cluster, 2, 0)), (("a".to_owned(), 1), 0));
    cluster.hear(2, 0, 9);
    cluster.hear(2, 1, 9);
    assert_eq!((owner(&cluster, 2, 0), on_hand(&cluster, 2, 0)), (("b".to_owned(), 2), 7));
}

#[test]
fn what_was_written_after_the_cut_is_void_and_not_counted() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    cluster.gather();
    cluster.take(1, &warehouse(0)).unwrap();
    cluster.submit(0, receive(1, 1));
    let lost = cluster.submit(0, receive(0, 3)).unwrap();
    assert_eq!(on_hand(&cluster, 0, 0), 8, "the old owner does not know yet");
    cluster.submit(1, receive(0, 1)).unwrap();
    cluster.gather();
    for node in 0..3 {
        let books = &cluster.nodes[node].books;
        assert_eq!(on_hand(&cluster, node, 0), 6);
        let void = books.void(&lost.first).unwrap();
        let what = void.what.unwrap();
        assert_eq!((what.kind, what.quantity, what.entries), (VoidKind::Receipt, Quantity(3_000), 1));
        assert_eq!((void.warehouse, void.state), (warehouse(0), VoidState::Open));
        assert_eq!(books.command(&lost.command), None, "its command may be sent again");
    }
    let discard = DiscardVoid { void: lost.first.clone(), reason: None };
    assert!(cluster.submit(0, Command::DiscardVoid(discard.clone())).is_none(), "the new owner decides");
    cluster.submit(1, Command::DiscardVoid(discard.clone())).unwrap();
    let again = cluster.submit(1, Command::DiscardVoid(discard)).unwrap();
    assert!(matches!(&again.entries[0].body, Body::Refused(no) if no.refusal.code() == "already_reconciled"));
    cluster.gather();
    assert!(matches!(cluster.nodes[2].books.void(&lost.first).unwrap().state, VoidState::Discarded { .. }));
}

#[test]
fn refusals_after_the_cut_are_void_but_wait_for_nobody() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    cluster.gather();
    cluster.take(1, &warehouse(0)).unwrap();
    let issue = |units: i64| line(MoveKind::Issue, 0, 0, units * 1_000);
    let refused = cluster.submit(0, moves(vec![issue(9)], false)).unwrap();
    let mixed = cluster.submit(0, moves(vec![issue(9), issue(1), issue(2)], false)).unwrap();
    cluster.gather();
    let books = &cluster.nodes[2].books;
    assert_eq!((books.command(&refused.command), books.command(&mixed.command)), (None, None));
    let voids: Vec<_> = books.changes().voids.values().collect();
    assert_eq!((voids.len(), &voids[0].id), (1, &mixed.id(1)), "the first that is to be done again");
    assert_eq!(voids[0].what.as_ref().map(|what| (what.kind, what.entries)), Some((VoidKind::Issue, 2)));
}

#[test]
fn of_two_that_take_at_once_the_first_owns_and_the_other_wrote_in_vain() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    cluster.gather();
    cluster.take(1, &warehouse(0)).unwrap();
    cluster.submit(2, make(2)).unwrap();
    cluster.take(2, &warehouse(0)).unwrap();
    cluster.submit(1, receive(0, 1)).unwrap();
    let lost = cluster.submit(2, receive(0, 2)).unwrap();
    cluster.gather();
    for node in 0..3 {
        assert_eq!(owner(&cluster, node, 0), ("b".to_owned(), 2));
        assert_eq!(on_hand(&cluster, node, 0), 6);
        assert!(cluster.nodes[node].books.void(&lost.first).is_some());
    }
    cluster.take(2, &warehouse(0)).unwrap();
    cluster.submit(2, receive(0, 4)).unwrap();
    cluster.gather();
    assert_eq!((owner(&cluster, 0, 0), on_hand(&cluster, 0, 0)), (("c".to_owned(), 3), 10));
}

#[test]
fn who_took_in_vain_hands_over_in_vain() {
    let mut cluster = founded();
    cluster.take(1, &warehouse(0)).unwrap();
    cluster.submit(2, make(2)).unwrap();
    cluster.take(2, &warehouse(0)).unwrap();
    let stands = cluster.submit(1, hand_over(0, 0)).unwrap();
    cluster.submit(2, make(1)).unwrap();
    let void = cluster.submit(2, hand_over(0, 1)).unwrap();
    cluster.gather();
    for node in 0..3 {
        let books = &cluster.nodes[node].books;
        assert_eq!(owner(&cluster, node, 0), ("b".to_owned(), 2));
        assert_eq!(
            books.warehouse(&warehouse(0)).unwrap().handed_to,
            Some(name(0)),
            "the later word is void"
        );
        assert!(books.command(&stands.command).is_some());
        assert_eq!(books.command(&void.command), None, "its command may be sent again");
        assert_eq!(books.changes().voids.len(), 0, "there is nothing to post again");
    }
    cluster.take(0, &warehouse(0)).unwrap();
    cluster.gather();
    assert_eq!(owner(&cluster, 2, 0), ("a".to_owned(), 3));
}

#[test]
fn a_warehouse_made_twice_is_the_first_ones() {
    let mut cluster = founded();
    cluster.submit(2, make(2)).unwrap();
    cluster.submit(1, receive(1, 1)).unwrap();
    cluster.submit(1, make(2)).unwrap();
    let lost = cluster.submit(1, receive(2, 7)).unwrap();
    cluster.submit(2, receive(2, 4)).unwrap();
    cluster.gather();
    for node in 0..3 {
        assert_eq!((owner(&cluster, node, 2), on_hand(&cluster, node, 2)), (("c".to_owned(), 1), 4));
        assert!(cluster.nodes[node].books.void(&lost.first).is_some());
    }
}

#[test]
fn who_handed_over_in_vain_takes_back() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    cluster.submit(0, hand_over(0, 2)).unwrap();
    cluster.take(0, &warehouse(0)).unwrap();
    cluster.submit(0, receive(0, 1)).unwrap();
    cluster.gather();
    assert!(cluster.take(2, &warehouse(0)).is_some_and(|record| {
        matches!(&record.entries[0].body, Body::WarehouseTaken(taken) if taken.epoch == 4)
    }));
    cluster.gather();
    for node in 0..3 {
        assert_eq!((owner(&cluster, node, 0), on_hand(&cluster, node, 0)), (("c".to_owned(), 4), 6));
    }
}

#[test]
fn what_is_received_before_its_dispatch_is_known_is_refused_as_such() {
    let mut cluster = founded();
    cluster.submit(0, receive(0, 5)).unwrap();
    let lines = vec![DraftLine { sku: sku(0), quantity: Quantity(2_000) }];
    let (from, to) = (warehouse(0), warehouse(1));
    let draft = DraftTransfer { from, to, lines, reference: None, dispatch: false };
    let transfer = cluster.submit(0, Command::DraftTransfer(draft)).unwrap().first;
    cluster.gather();
    let dispatch = Command::DispatchTransfer(DispatchTransfer { transfer: transfer.clone() });
    cluster.submit(0, dispatch).unwrap();
    let arrive =
        Command::ReceiveTransfer(ReceiveTransfer { transfer: transfer.clone(), lines: None, reason: None });
    let early = cluster.submit(1, arrive.clone()).unwrap();
    assert!(matches!(&early.entries[0].body, Body::Refused(no) if no.refusal.code() == "dispatch_not_here"));
    cluster.gather();
    let arrived = cluster.submit(1, arrive.clone()).unwrap();
    assert!(matches!(&arrived.entries[0].body, Body::TransferReceived(received) if received.closed));
    assert!(cluster.submit(0, arrive).is_none(), "the receiver's owner decides");
}

#[test]
fn what_comes_too_late_is_refused_by_the_owner() {
    use acopio_ledger::Submission;
    use acopio_ledger::decide::{self, Now};
    use acopio_ledger::ids::{CommandId, Incarnation, Stamp, UserId};
    use acopio_ledger::names::IdempotencyKey;
    let mut cluster = founded();
    let books = &mut cluster.nodes[0].books;
    let next = EntryId { node: name(0), incarnation: Incarnation(1), seq: Seq(99) };
    let now = Now { next, stamp: Stamp::at(Millis(2_000_000)) };
    let mut decide = |expires, command| {
        let id = CommandId { user: UserId([7; 16]), key: IdempotencyKey::recorded("late") };
        let submission = Submission { id, cause: None, command, expires: Some(Millis(expires)), place: None };
        decide::execute(books, &now, &submission).entries
    };
    let in_time = decide(2_000_000, receive(0, 1));
    assert!(matches!(&in_time[0].body, Body::Moved(moved) if moved.kind == Kind::Receipt));
    let lines = vec![line(MoveKind::Receipt, 0, 0, 1_000), line(MoveKind::Receipt, 0, 1, 1_000)];
    let late = decide(1_999_999, moves(lines, false));
    let codes = late.iter().map(|entry| match &entry.body {
        Body::Refused(refused) => refused.refusal.code(),
        _ => "decided",
    });
    assert_eq!(codes.collect::<Vec<_>>(), ["expired", "expired"], "each line has its answer");
}

#[test]
fn a_command_knows_where_it_is_decided() {
    let cluster = founded();
    let books = &cluster.nodes[0].books;
    let of = |command: Command| command.warehouse(books);
    let two = |atomic| {
        moves(vec![line(MoveKind::Receipt, 0, 0, 1_000), line(MoveKind::Receipt, 1, 0, 1_000)], atomic)
    };
    let unknown: EntryId = "a.1.999".parse().unwrap();
    let in_first: WarehouseCode = warehouse(0);
    assert_eq!(of(receive(0, 1)), Where::In(in_first.clone()));
    assert_eq!((of(two(false)), of(two(true))), (Where::Lines, Where::In(in_first.clone())));
    assert_eq!(of(hand_over(0, 1)), Where::In(in_first));
    assert_eq!(of(make(2)), Where::Anywhere);
    assert_eq!(of(Command::Repost(Repost { void: unknown.clone() })), Where::Unknown);
    assert_eq!(of(Command::Undo(Undo { movement: unknown, reason: None })), Where::Unknown);
}
