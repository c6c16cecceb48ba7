//! What must hold for transfers between the warehouses of two nodes: nothing vanishes on the road, and the logs may be
//! folded in any order.

mod common;

use std::collections::BTreeMap;

use acopio_ledger::command::*;
use acopio_ledger::decide::{self, Now};
use acopio_ledger::entry::{Account, Body};
use acopio_ledger::ids::{CommandId, EntryId, Incarnation, Millis, Seq, Stamp, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, Sku, Title};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::transfer::TransferState;
use acopio_ledger::{Books, Command, Nothing, Record, Source, Submission, apply};
use common::{line, moves, product, sku, warehouse};
use proptest::prelude::*;

const NODES: [&str; 2] = ["a", "b"];

/// Two nodes, each at first the owner of one warehouse, that know all of each other at once. Their logs tell what
/// happened.
struct Pair {
    books: Books<Nothing>,
    logs: [Vec<Record>; 2],
    next: [u64; 2],
    commands: u64,
    transfers: Vec<(EntryId, usize)>,
}

impl Pair {
    fn new() -> Pair {
        let (logs, transfers) = ([Vec::new(), Vec::new()], Vec::new());
        let mut pair = Pair { books: Books::over(Nothing), logs, next: [1, 1], commands: 0, transfers };
        for index in 0..2 {
            let (code, name) = (warehouse(index), Title::recorded("a warehouse"));
            pair.submit(index, Command::CreateWarehouse(NameWarehouse { code, name, expected: None }));
        }
        for index in 0..3 {
            pair.submit(0, Command::CreateProduct(product(index)));
        }
        pair
    }

    fn submit(&mut self, node: usize, command: Command) -> Record {
        self.commands += 1;
        let key = IdempotencyKey::recorded(&format!("k{}", self.commands));
        let next = EntryId {
            node: NodeName::recorded(NODES[node]),
            incarnation: Incarnation(1),
            seq: Seq(self.next[node]),
        };
        // The clocks of the two nodes differ, and their stamps may be equal.
        let stamp = Stamp::at(Millis(1_000_000)).plus(self.next[node]);
        let user = UserId([node as u8; 16]);
        let submission =
            Submission { id: CommandId { user, key }, cause: None, command, expires: None, place: None };
        let record = decide::execute(&mut self.books, &Now { next, stamp }, &submission);
        self.next[node] += record.entries.len() as u64;
        self.logs[node].push(record.clone());
        record
    }

    /// The node that decides about a warehouse.
    fn owner(&self, place: usize) -> usize {
        let warehouse = self.books.warehouse(&warehouse(place)).unwrap();
        NODES.iter().position(|node| *node == warehouse.owner.as_str()).unwrap()
    }

    /// The owner hands a warehouse over, and the other node takes it.
    fn hand_over(&mut self, place: usize) {
        let (from, warehouse) = (self.owner(place), warehouse(place));
        let [owner, to] = [from, 1 - from].map(|node| NodeName::recorded(NODES[node]));
        let hand_over = HandOverWarehouse { warehouse: warehouse.clone(), to };
        let cut = self.submit(from, Command::HandOver(hand_over)).first.seq;
        self.submit(1 - from, Command::Take(TakeWarehouse { warehouse, from: owner, cut }));
    }

    fn run(&mut self, op: &Op) {
        match op {
            Op::HandOver { place } => self.hand_over(*place),
            Op::Stock { place, item, units } => {
                let kind = if *units < 0 { MoveKind::Issue } else { MoveKind::Receipt };
                self.submit(
                    self.owner(*place),
                    moves(vec![line(kind, *place, *item, units.abs() * 1_000)], false),
                );
            }
            Op::Draft { place, lines } => {
                let lines = lines
                    .iter()
                    .map(|(item, units)| DraftLine { sku: sku(*item), quantity: Quantity(units * 1_000) });
                let draft = DraftTransfer {
                    from: warehouse(*place),
                    to: warehouse(1 - *place),
                    lines: lines.collect(),
                    reference: None,
                    dispatch: false,
                };
                let record = self.submit(self.owner(*place), Command::DraftTransfer(draft));
                if matches!(record.entries[0].body, Body::TransferDrafted(_)) {
                    self.transfers.push((record.first, *place));
                }
            }
            Op::Step { back, step, item, units } => {
                let Some((transfer, from)) = self.transfers.iter().rev().nth(*back).cloned() else { return };
                let (sku, [a, b, c]) = (sku(*item), units.map(|units| Quantity(units * 1_000)));
                let (from, to) = (self.owner(from), self.owner(1 - from));
                let (node, command) = match step {
                    0 => (from, Command::CancelTransfer(CancelTransfer { transfer, reason: None })),
                    1..=4 => (from, Command::DispatchTransfer(DispatchTransfer { transfer })),
                    5 => (
                        to,
                        Command::ReceiveTransfer(ReceiveTransfer { transfer, lines: None, reason: None }),
                    ),
                    6..=8 => {
                        let line = ReceiveLine { sku, accepted: a, rejected: b, missing: c };
                        let lines = Some(vec![line]);
                        (to, Command::ReceiveTransfer(ReceiveTransfer { transfer, lines, reason: None }))
                    }
                    _ => {
                        let lines = vec![SettleLine { sku, found: a, lost: b }];
                        (to, Command::SettleTransfer(SettleTransfer { transfer, lines, reason: None }))
                    }
                };
                self.submit(node, command);
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Op {
    HandOver { place: usize },
    Stock { place: usize, item: usize, units: i64 },
    Draft { place: usize, lines: Vec<(usize, i64)> },
    Step { back: usize, step: usize, item: usize, units: [i64; 3] },
}

fn any_op() -> impl Strategy<Value = Op> {
    let stock = (0..2_usize, 0..3_usize, -4..9_i64);
    let draft = (0..2_usize, prop::collection::vec((0..4_usize, 0..7_i64), 1..4));
    let step = (0..4_usize, 0..11_usize, 0..3_usize, [0..4_i64, 0..3_i64, 0..3_i64]);
    prop_oneof![
        1 => (0..2_usize).prop_map(|place| Op::HandOver { place }),
        3 => stock.prop_map(|(place, item, units)| Op::Stock { place, item, units }),
        2 => draft.prop_map(|(place, lines)| Op::Draft { place, lines }),
        5 => step.prop_map(|(back, step, item, units)| Op::Step { back, step, item, units }),
    ]
}

fn pair(ops: &[Op]) -> Pair {
    let mut pair = Pair::new();
    ops.iter().for_each(|op| pair.run(op));
    pair
}

/// What the views about stock and transfers hold.
fn views(books: &Books<Nothing>) -> String {
    let changes = books.changes();
    let incoming: BTreeMap<_, _> =
        changes.incoming.iter().filter(|(_, quantity)| **quantity != Quantity::ZERO).collect();
    format!(
        "{:#?}\n{incoming:#?}\n{:#?}\n{:#?}\n{:#?}",
        changes.transfers, changes.balances, changes.holds, changes.warehouses
    )
}

proptest! {
    #[test]
    fn every_sku_sums_to_zero_with_the_goods_on_the_road(ops in prop::collection::vec(any_op(), 1..80)) {
        let pair = pair(&ops);
        let mut accounts: BTreeMap<(Sku, Account), Quantity> = BTreeMap::new();
        for entry in pair.logs.iter().flatten().flat_map(|record| &record.entries) {
            if let Body::Moved(moved) = &entry.body {
                let movement = moved.movement();
                prop_assert!(Quantity::ZERO < movement.quantity);
                let from = accounts.entry((moved.key.sku.clone(), movement.from)).or_default();
                *from = *from - movement.quantity;
                let to = accounts.entry((moved.key.sku.clone(), movement.to)).or_default();
                *to = *to + movement.quantity;
            }
        }
        let mut totals: BTreeMap<&Sku, Quantity> = BTreeMap::new();
        for ((sku, _), quantity) in &accounts {
            let total = totals.entry(sku).or_default();
            *total = *total + *quantity;
        }
        prop_assert!(totals.values().all(|total| *total == Quantity::ZERO));
        let account = |sku: &Sku, account| accounts.get(&(sku.clone(), account)).copied().unwrap_or_default();
        for (key, balance) in &pair.books.changes().balances {
            prop_assert!(balance.is_sound());
            prop_assert_eq!(account(&key.sku, Account::Warehouse(key.warehouse.clone())), balance.on_hand);
        }
        let mut incoming: BTreeMap<_, Quantity> = BTreeMap::new();
        for transfer in pair.books.changes().transfers.values() {
            for line in &transfer.lines {
                let road = line.on_the_road();
                prop_assert!(Quantity::ZERO <= road && line.missing_now() <= road);
                prop_assert_eq!(account(&line.sku, Account::Transit(transfer.id.to_string())), road);
                let sum = incoming.entry((line.sku.clone(), transfer.to.clone())).or_default();
                *sum = *sum + road;
            }
        }
        for (key, quantity) in &pair.books.changes().incoming {
            prop_assert_eq!(incoming.get(&(key.sku.clone(), key.warehouse.clone())), Some(quantity));
        }
    }

    #[test]
    fn two_logs_fold_alike_in_any_order(
        ops in prop::collection::vec(any_op(), 1..60),
        turns in prop::collection::vec(any::<bool>(), 0..200),
    ) {
        let pair = pair(&ops);
        let mut books = Books::over(Nothing);
        let mut rest = [pair.logs[0].iter(), pair.logs[1].iter()];
        let mut reached = [Seq(0); 2];
        let ends = [true, false].into_iter().flat_map(|turn| [turn; 200]).cycle().take(4_000);
        for turn in turns.into_iter().chain(ends) {
            let of = usize::from(turn);
            let next = rest[of].clone().next();
            // What builds upon the other log waits for it.
            let waits = next.and_then(apply::waits_for).is_some_and(|(_, cut)| reached[1 - of] < cut);
            if let Some(record) = next.filter(|_| !waits) {
                rest[of].next();
                apply::record(&mut books, record);
                reached[of] = Seq(record.first.seq.0 + record.entries.len() as u64 - 1);
                prop_assert!(books.changes().incoming.values().all(|quantity| Quantity::ZERO <= *quantity));
            }
        }
        prop_assert_eq!(views(&books), views(&pair.books));
    }
}

#[test]
fn an_arrival_before_its_dispatch_is_pending() {
    let stock = Op::Stock { place: 0, item: 1, units: 5 };
    let step = |step, units| Op::Step { back: 0, step, item: 1, units };
    let pair =
        pair(&[stock, Op::Draft { place: 0, lines: vec![(1, 5)] }, step(1, [0; 3]), step(6, [3, 0, 1])]);
    let mut books = Books::over(Nothing);
    pair.logs[1].iter().for_each(|record| apply::record(&mut books, record));
    let id = &pair.transfers[0].0;
    let key = acopio_ledger::records::StockKey { sku: sku(1), warehouse: warehouse(1) };
    let pending = books.transfer(id).unwrap();
    assert_eq!(pending.state(), TransferState::Pending);
    assert_eq!((pending.from, pending.to), (warehouse(0), warehouse(1)));
    assert_eq!((books.balance(&key).on_hand, books.incoming(&key)), (Quantity(3_000), Quantity::ZERO));
    pair.logs[0].iter().for_each(|record| apply::record(&mut books, record));
    let whole = books.transfer(id).unwrap();
    assert_eq!(whole.state(), TransferState::PartiallyReceived);
    assert_eq!((whole.lines[0].missing_now(), books.incoming(&key)), (Quantity(1_000), Quantity(2_000)));
}

/// Alerts that a rule with the minimum 5 raises and resolves while stock falls to 3, 10 are on the road and come, and stock
/// falls again to 1.
fn alerts_of_a_refill(counts_incoming: bool) -> Vec<&'static str> {
    let mut pair = Pair::new();
    let patch = SettingsPatch { alerts_count_incoming: Some(counts_incoming), ..SettingsPatch::default() };
    pair.submit(1, Command::ChangeSettings(ChangeSettings { patch, expected: None }));
    let key = acopio_ledger::records::StockKey { sku: sku(0), warehouse: warehouse(1) };
    let (minimum, target, multiple) = (Quantity(5_000), Quantity(9_000), Quantity(1_000));
    pair.submit(1, moves(vec![line(MoveKind::Receipt, 1, 0, 6_000)], false));
    pair.submit(1, Command::SetRule(SetRule { key, minimum, target, multiple, expected: None }));
    pair.submit(0, moves(vec![line(MoveKind::Receipt, 0, 0, 10_000)], false));
    let lines = vec![DraftLine { sku: sku(0), quantity: Quantity(10_000) }];
    let (from, to) = (warehouse(0), warehouse(1));
    let draft = DraftTransfer { from, to, lines, reference: None, dispatch: false };
    let transfer = pair.submit(0, Command::DraftTransfer(draft)).first;
    pair.submit(0, Command::DispatchTransfer(DispatchTransfer { transfer: transfer.clone() }));
    pair.submit(1, moves(vec![line(MoveKind::Issue, 1, 0, 3_000)], false));
    pair.submit(1, Command::ReceiveTransfer(ReceiveTransfer { transfer, lines: None, reason: None }));
    pair.submit(1, moves(vec![line(MoveKind::Issue, 1, 0, 12_000)], false));
    let entries = pair.logs[1].iter().flat_map(|record| &record.entries);
    let shown = |body: &Body| match body {
        Body::Moved(moved) if moved.kind == acopio_ledger::entry::Kind::Arrival => Some("arrival"),
        Body::Moved(_) => None,
        Body::AlertRaised(_) => Some("raised"),
        Body::AlertResolved(_) => Some("resolved"),
        _ => None,
    };
    entries.filter_map(|entry| shown(&entry.body)).collect()
}

#[test]
fn what_is_incoming_counts_for_alerts_where_the_settings_say_so() {
    assert_eq!(alerts_of_a_refill(false), ["raised", "arrival", "resolved", "raised"]);
    assert_eq!(alerts_of_a_refill(true), ["arrival", "raised"]);
}
