//! What must hold for any commands: promises 1, 4 and 7 of the ledger.

mod common;

use std::collections::BTreeMap;

use acopio_ledger::codec::Frame;
use acopio_ledger::command::MoveKind;
use acopio_ledger::entry::{Account, Body};
use acopio_ledger::names::Sku;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::{Books, Command, Record, apply, codec};
use common::{Ledger, line, moves};
use proptest::prelude::*;

fn any_kind() -> impl Strategy<Value = MoveKind> {
    prop_oneof![
        Just(MoveKind::Receipt),
        Just(MoveKind::Issue),
        Just(MoveKind::Return),
        Just(MoveKind::Adjustment)
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    let any_line =
        (any_kind(), 0..3_usize, 0..4_usize, -40_000..60_000_i64).prop_map(|(kind, place, item, units)| {
            // Mostly whole pieces, sometimes a fraction that must be refused.
            let quantity = if units % 7 == 0 { units } else { units / 1_000 * 1_000 };
            line(kind, place, item, quantity)
        });
    (prop::collection::vec(any_line, 1..6), any::<bool>()).prop_map(|(lines, atomic)| moves(lines, atomic))
}

fn bodies(records: &[Record]) -> impl Iterator<Item = &Body> {
    records.iter().flat_map(|record| record.entries.iter().map(|entry| &entry.body))
}

proptest! {
    #[test]
    fn stock_is_never_negative_and_every_sku_sums_to_zero(commands in prop::collection::vec(any_command(), 1..60)) {
        let mut ledger = Ledger::new(2, 3); // the third warehouse and the fourth product do not exist
        for command in commands {
            ledger.submit(command);
        }
        let mut accounts: BTreeMap<(Sku, Account), Quantity> = BTreeMap::new();
        for body in bodies(&ledger.records) {
            if let Body::Moved(moved) = body {
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
        for (key, balance) in &ledger.books.changes().balances {
            prop_assert!(balance.is_sound());
            let account = Account::Warehouse(key.warehouse.clone());
            let counted = accounts.get(&(key.sku.clone(), account)).copied().unwrap_or_default();
            prop_assert_eq!(counted, balance.on_hand);
        }
    }

    #[test]
    fn folding_the_log_gives_the_books_that_decided(commands in prop::collection::vec(any_command(), 1..60)) {
        let mut ledger = Ledger::new(2, 3);
        for command in commands {
            ledger.submit(command);
        }
        let mut books = Books::over(acopio_ledger::Nothing);
        for record in &ledger.records {
            apply::record(&mut books, record);
        }
        prop_assert_eq!(format!("{:?}", books.changes()), format!("{:?}", ledger.books.changes()));
    }

    #[test]
    fn a_refused_atomic_batch_changes_nothing(commands in prop::collection::vec(any_command(), 1..40)) {
        let mut ledger = Ledger::new(2, 3);
        for command in commands {
            let before = format!("{:?}", ledger.books.changes().balances);
            let record = ledger.submit(command);
            let refused = matches!(record.entries[0].body, Body::BatchRefused(_));
            if refused {
                prop_assert_eq!(record.entries.len(), 1);
                prop_assert_eq!(before, format!("{:?}", ledger.books.changes().balances));
            }
        }
    }

    #[test]
    fn frames_are_read_back_whole_and_in_pieces(commands in prop::collection::vec(any_command(), 1..120)) {
        let mut ledger = Ledger::new(2, 3);
        for command in commands {
            ledger.submit(command);
        }
        let frame = ledger.frame();
        let bytes: Vec<u8> = frame.pieces.iter().flat_map(|piece| piece.bytes.clone()).collect();
        prop_assert_eq!(*blake3::hash(&bytes).as_bytes(), frame.hash);
        let (header, records) = codec::decode_frame(&bytes).unwrap();
        prop_assert_eq!(header.first, frame.first);
        prop_assert_eq!(&records, &ledger.records);
        let mut entries = Vec::new();
        for piece in &frame.pieces {
            let decoded = codec::decode_piece(frame.first, piece.first, &piece.bytes).unwrap();
            prop_assert!(piece.record <= piece.first);
            prop_assert_eq!(decoded.entries[0].0, piece.first);
            entries.extend(decoded.entries.into_iter().map(|(_, entry)| entry));
        }
        let expected: Vec<_> = ledger.records.into_iter().flat_map(|record| record.entries).collect();
        prop_assert_eq!(entries, expected);
        let upper: usize = records.iter().map(codec::record_bytes).sum();
        prop_assert!(bytes.len() <= upper + 256);
    }

    #[test]
    fn a_foreign_frame_is_cut_as_its_writer_has_cut_it(commands in prop::collection::vec(any_command(), 1..120)) {
        let mut ledger = Ledger::new(2, 3);
        for command in commands {
            ledger.submit(command);
        }
        let frame = ledger.frame();
        let bytes: Vec<u8> = frame.pieces.iter().flat_map(|piece| piece.bytes.clone()).collect();
        let (cut, header, records) = Frame::from_bytes(&bytes).unwrap();
        prop_assert_eq!(records, ledger.records);
        prop_assert_eq!((cut.first, cut.stamp, cut.previous), (header.first, header.stamp, header.previous));
        prop_assert_eq!(format!("{cut:?}"), format!("{frame:?}"));
    }

    #[test]
    fn damaged_frames_are_never_read_as_if_whole(at in 0..4_000_usize, bit in 0..8_u8) {
        let mut ledger = Ledger::new(2, 3);
        for _ in 0..20 {
            ledger.submit(moves(vec![line(MoveKind::Receipt, 0, 1, 5_000)], false));
        }
        let frame = ledger.frame();
        let mut bytes: Vec<u8> = frame.pieces.iter().flat_map(|piece| piece.bytes.clone()).collect();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        // Decoding may fail or not, but must not panic; the hash tells in any case.
        let _ = Frame::from_bytes(&bytes);
        prop_assert_ne!(*blake3::hash(&bytes).as_bytes(), frame.hash);
    }
}
