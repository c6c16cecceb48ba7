//! The bytes of version 1 stay readable for ever.
//!
//! `golden/frame_v1.bin` was written once and is never written again; a new version gets a new file. The text beside it
//! says what must be read from it. `UPDATE_EXPECT=1` rewrites the text, never the bytes.

mod common;

use std::path::PathBuf;

use acopio_ledger::codec::{FrameBuilder, Header, decode_frame};
use acopio_ledger::entry::*;
use acopio_ledger::ids::*;
use acopio_ledger::names::{IdempotencyKey, NodeName};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Balance, StockKey};
use acopio_ledger::{Cause, Record, Refusal, body};
use common::{sku, warehouse};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

#[test]
fn frames_of_version_1_are_readable() {
    let bytes = std::fs::read(golden("frame_v1.bin")).expect("the golden frame is part of the repository");
    let (header, records) = decode_frame(&bytes).expect("version 1 is readable for ever");
    let mut text = format!("{header:#?}\n");
    records.iter().for_each(|record| text += &format!("{record:#?}\n"));
    expect_test::expect_file![golden("frame_v1.txt")].assert_eq(&text);
    assert_eq!(records, samples(), "what was written is what is read");
}

#[test]
fn transfers_of_version_1_are_readable() {
    let records = transfer_samples();
    let bytes =
        std::fs::read(golden("transfers_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes, bytes_of(&records), "the same records give the same bytes");
    let (_, found) = decode_frame(&bytes).expect("version 1 is readable for ever");
    assert_eq!(found, records, "what was written is what is read");
}

#[test]
fn ownership_of_version_1_is_readable() {
    let records = ownership_samples();
    let bytes =
        std::fs::read(golden("ownership_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes, bytes_of(&records), "the same records give the same bytes");
    let (_, found) = decode_frame(&bytes).expect("version 1 is readable for ever");
    assert_eq!(found, records, "what was written is what is read");
}

#[test]
fn statements_of_version_1_are_readable() {
    let run = body::StatementRun { sql: "SELECT 'ñ' FROM product".to_owned() };
    let records = vec![record((0, Body::StatementRun(run)))];
    let bytes =
        std::fs::read(golden("statement_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes, bytes_of(&records), "the same records give the same bytes");
    let (_, found) = decode_frame(&bytes).expect("version 1 is readable for ever");
    assert_eq!(found, records, "what was written is what is read");
}

#[test]
fn durability_of_version_1_is_readable() {
    let set = |replicated| Body::DurabilitySet(body::DurabilitySet { code: "LON".to_owned(), replicated });
    let records: Vec<_> = [set(true), set(false)].into_iter().enumerate().map(record).collect();
    let bytes =
        std::fs::read(golden("durability_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes, bytes_of(&records), "the same records give the same bytes");
    let (_, found) = decode_frame(&bytes).expect("version 1 is readable for ever");
    assert_eq!(found, records, "what was written is what is read");
}

#[test]
fn reasons_of_version_1_are_readable() {
    let retired = body::ProductSet {
        sku: "S1".to_owned(),
        retired: Some(true),
        reason: Some("sold out for good".to_owned()),
        ..body::ProductSet::default()
    };
    let records = vec![record((0, Body::ProductSet(retired)))];
    let bytes = std::fs::read(golden("reason_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes, bytes_of(&records), "the same records give the same bytes");
    let (_, found) = decode_frame(&bytes).expect("version 1 is readable for ever");
    assert_eq!(found, records, "what was written is what is read");
}

#[test]
fn settings_of_version_1_are_readable() {
    let set = body::SettingsSet {
        company_name: Some("Ñandú & Sons".to_owned()),
        currency: Some("EUR".to_owned()),
        time_zone: Some("Europe/Madrid".to_owned()),
        alerts_count_incoming: Some(true),
        based_on: vec![body::BasedOn { stamp: 7 << 16, node: "lon".to_owned() }],
    };
    let records = vec![record((0, Body::SettingsSet(set)))];
    let bytes = std::fs::read(golden("settings_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes, bytes_of(&records), "the same records give the same bytes");
    let (_, found) = decode_frame(&bytes).expect("version 1 is readable for ever");
    assert_eq!(found, records, "what was written is what is read");
}

#[test]
fn writing_the_same_records_gives_the_same_bytes() {
    let written = std::fs::read(golden("frame_v1.bin")).expect("the golden frame is part of the repository");
    assert_eq!(bytes_of(&samples()), written);
}

fn bytes_of(records: &[Record]) -> Vec<u8> {
    let header = Header {
        node: NodeName::recorded("main"),
        incarnation: Incarnation(1),
        first: Seq(100),
        stamp: Stamp(1 << 40),
        previous: [5; 32],
    };
    let mut builder = FrameBuilder::new(header, records.iter().map(|record| record.entries.len()).sum());
    records.iter().for_each(|record| builder.push(record));
    builder.seal().pieces.into_iter().flat_map(|piece| piece.bytes).collect()
}

/// One record per body, with every field set somewhere.
fn samples() -> Vec<Record> {
    let id = |seq| EntryId { node: NodeName::recorded("main"), incarnation: Incarnation(1), seq: Seq(seq) };
    let key = StockKey { sku: sku(1), warehouse: warehouse(0) };
    let after = |last| Balance {
        on_hand: Quantity(12_500),
        reserved: Quantity(500),
        on_hold: Quantity(2_000),
        version: Version(7),
        last: Seq(last),
    };
    let import = ImportId([3; 16]);
    let bodies = vec![
        Body::Moved(Moved {
            kind: Kind::Adjustment,
            key: key.clone(),
            change: Quantity(-2_500),
            after: after(100),
            previous: Seq(42),
            reason: "damaged".to_owned(),
            reference: "INV-7 ñ".to_owned(),
            occurred_at: Some(Millis(1_300_000_000_000)),
            undoes: Some(Undone { movement: id(42), kind: Kind::Receipt }),
            source: Some(SourceId([8; 16])),
        }),
        Body::Refused(Refused {
            refusal: Refusal::InsufficientStock {
                warehouse: warehouse(0),
                sku: sku(1),
                asked: Quantity(5_000),
                available: Quantity(1_000),
            },
            warehouse: None,
        }),
        Body::BatchRefused(BatchRefused {
            lines: 3,
            refusals: vec![(1, Refusal::UnknownSku { sku: sku(9) })],
            warehouse: None,
        }),
        Body::Held(Held {
            key: key.clone(),
            quantity: Quantity(2_000),
            after: after(42),
            reason: "inspection".to_owned(),
            reference: "Q1".to_owned(),
        }),
        Body::Released(Released {
            hold: id(103),
            key: key.clone(),
            quantity: Quantity(1_000),
            after: after(42),
        }),
        Body::AlertRaised(AlertRaised {
            key: key.clone(),
            available: Quantity(3_000),
            minimum: Quantity(10_000),
        }),
        Body::AlertResolved(AlertResolved { alert: id(105), key }),
        Body::AlertHandled(body::AlertHandled { alert: "main.1.105".to_owned(), snoozed_until: 5 }),
        Body::ProductSet(body::ProductSet {
            sku: "S1".to_owned(),
            name: Some("Tea".to_owned()),
            description: Some("green".to_owned()),
            category: Some("main.1.1".to_owned()),
            unit: Some("kg".to_owned()),
            decimals: Some(3),
            barcodes: Some(body::Texts { texts: vec!["4006381333931".to_owned()] }),
            attributes: Some(body::Attributes { values: [("a".to_owned(), "b".to_owned())].into() }),
            price: Some(25_500),
            cost: Some(-1),
            retired: Some(true),
            based_on: Vec::new(),
            reason: None,
        }),
        Body::CategorySet(body::CategorySet { id: String::new(), name: "Drinks".to_owned() }),
        Body::WarehouseSet(body::WarehouseSet {
            code: "W0".to_owned(),
            name: "London".to_owned(),
            based_on: Vec::new(),
        }),
        Body::RuleSet(body::RuleSet {
            warehouse: "W0".to_owned(),
            sku: "S1".to_owned(),
            minimum: 1,
            target: 2,
            multiple: 3,
        }),
        Body::UserSet(body::UserSet {
            id: vec![1; 16],
            username: Some("ana".to_owned()),
            email: Some("ana@example.com".to_owned()),
            full_name: Some("Ana".to_owned()),
            password_hash: Some("$argon2id$".to_owned()),
            must_change_password: Some(true),
            disabled: Some(false),
            grants: Some(body::GrantsSet {
                grants: vec![body::GrantSet { role: 2, warehouses: vec!["W0".to_owned()] }],
            }),
            based_on: Vec::new(),
        }),
        Body::SessionOpened(body::SessionOpened {
            id: vec![2; 16],
            user: vec![1; 16],
            token: true,
            label: "scanner".to_owned(),
            expires: 99,
        }),
        Body::SessionClosed(body::SessionClosed { id: vec![2; 16] }),
        Body::ImportBegun(body::ImportBegun {
            id: import.0.to_vec(),
            profile: "retail".to_owned(),
            file: "a.csv".to_owned(),
        }),
        Body::ImportUndone(body::ImportUndone { id: import.0.to_vec() }),
        Body::Founded(body::Founded { company: vec![4; 16] }),
        Body::KeyPublished(body::KeyPublished { public_key: vec![6; 32] }),
    ];
    bodies.into_iter().enumerate().map(record).collect()
}

/// One record per body about transfers, with every field set.
fn transfer_samples() -> Vec<Record> {
    let (transfer, from, to) = ("main.1.100".to_owned(), "W0".to_owned(), "W1".to_owned());
    let ends = || (transfer.clone(), from.clone(), to.clone());
    let items = || vec![body::TransferItem { sku: "S1".to_owned(), quantity: 12_500 }];
    let received = body::ReceivedItem { sku: "S1".to_owned(), accepted: 5, rejected: 6, missing: 7 };
    let settled = body::SettledItem { sku: "S1".to_owned(), found: 8, lost: 9 };
    let drafted = body::TransferDrafted {
        from: from.clone(),
        to: to.clone(),
        reference: "T-1".to_owned(),
        lines: items(),
    };
    let (id, from, to) = ends();
    let cancelled = body::TransferCancelled { transfer: id, from, to, reason: "typed twice".to_owned() };
    let (id, from, to) = ends();
    let dispatched = body::TransferDispatched { transfer: id, from, to, lines: items() };
    let (id, from, to) = ends();
    let received = body::TransferReceived { transfer: id, from, to, lines: vec![received], closed: true };
    let (id, from, to) = ends();
    let settled = body::TransferSettled { transfer: id, from, to, lines: vec![settled], closed: true };
    let bodies = vec![
        Body::TransferDrafted(drafted),
        Body::TransferCancelled(cancelled),
        Body::TransferDispatched(dispatched),
        Body::TransferReceived(received),
        Body::TransferSettled(settled),
    ];
    bodies.into_iter().enumerate().map(record).collect()
}

/// One record per body about ownership, and per record that says what it was based on.
fn ownership_samples() -> Vec<Record> {
    let code = "W0".to_owned();
    let based_on = vec![
        body::BasedOn { stamp: 7 << 16, node: "lon".to_owned() },
        body::BasedOn { stamp: 9 << 16, node: "mad".to_owned() },
    ];
    let handed = body::WarehouseHandedOver { code: code.clone(), to: "mad".to_owned(), epoch: 2 };
    let taken = body::WarehouseTaken { code: code.clone(), epoch: 2, from: "main".to_owned(), cut: 99 };
    let answers = body::AnswersCommand { user: vec![1; 16], key: vec![2, 107], fingerprint: 5 };
    let settled = body::VoidSettled {
        void: "main.1.120".to_owned(),
        warehouse: code.clone(),
        posted: true,
        reason: "counted twice".to_owned(),
        answers: Some(answers),
    };
    let product = body::ProductSet {
        sku: "S1".to_owned(),
        name: Some("Tea".to_owned()),
        based_on: based_on.clone(),
        ..body::ProductSet::default()
    };
    let user = body::UserSet {
        id: vec![1; 16],
        disabled: Some(true),
        based_on: based_on.clone(),
        ..body::UserSet::default()
    };
    let named = body::WarehouseSet { code, name: "Bow".to_owned(), based_on };
    let bodies = vec![
        Body::WarehouseHandedOver(handed),
        Body::WarehouseTaken(taken),
        Body::VoidSettled(settled),
        Body::ProductSet(product),
        Body::UserSet(user),
        Body::WarehouseSet(named),
    ];
    bodies.into_iter().enumerate().map(record).collect()
}

fn record((index, body): (usize, Body)) -> Record {
    let id = |seq| EntryId { node: NodeName::recorded("main"), incarnation: Incarnation(1), seq: Seq(seq) };
    let import = ImportId([3; 16]);
    Record {
        command: CommandId {
            user: UserId([1; 16]),
            key: IdempotencyKey::recorded(match index % 2 {
                0 => "0190c8b0-0000-7000-8000-00000000000a",
                _ => "free-text-key",
            }),
        },
        fingerprint: 0x0123_4567_89ab_cdef,
        cause: match index {
            0 => Some(Cause::Import(import)),
            1 => Some(Cause::Entry(id(9))),
            _ => None,
        },
        first: id(100 + index as u64),
        stamp: Stamp((1 << 40) + index as u64),
        entries: vec![Entry { epoch: Epoch(1 + index as u64 % 3), body }],
    }
}
