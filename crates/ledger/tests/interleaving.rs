//! Logs of several nodes may be folded in any order: catalogue, warehouses and people come to the same.

use acopio_ledger::apply::{self, Meta};
use acopio_ledger::body::{Attributes, GrantSet, GrantsSet, ProductSet, UserSet, WarehouseSet};
use acopio_ledger::ids::{EntryId, Incarnation, Seq, Stamp, UserId};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Body, Books, Nothing};
use proptest::prelude::*;

fn maybe<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(value)
}

fn any_product() -> impl Strategy<Value = Body> {
    let texts = (maybe("[a-c]"), maybe("[a-c]"), maybe(Just(String::new())), maybe("[a-c]"));
    let rest = (maybe(0..3_u32), maybe("[a-c]"), maybe(-1..9_i64), maybe(-1..9_i64), maybe(any::<bool>()));
    (0..2_u8, texts, rest).prop_map(|(product, (name, description, category, unit), rest)| {
        let (decimals, attribute, price, cost, retired) = rest;
        let attributes = attribute.map(|value| Attributes { values: [("colour".to_owned(), value)].into() });
        let sku = format!("A{product}");
        let barcodes = None; // one barcode, one product: see what happens to these apart
        let set = ProductSet {
            sku,
            name,
            description,
            category,
            unit,
            decimals,
            barcodes,
            attributes,
            price,
            cost,
            retired,
        };
        Body::ProductSet(set)
    })
}

fn any_warehouse() -> impl Strategy<Value = Body> {
    (0..2_u8, "[a-c]")
        .prop_map(|(code, name)| Body::WarehouseSet(WarehouseSet { code: format!("W{code}"), name }))
}

fn any_user() -> impl Strategy<Value = Body> {
    let fields =
        (maybe("[a-c]"), maybe("[a-c]"), maybe(any::<bool>()), maybe(any::<bool>()), maybe(1..5_u32));
    (0..2_u8, fields).prop_map(|(user, (full_name, password_hash, must_change_password, disabled, role))| {
        let grant = |role| GrantsSet { grants: vec![GrantSet { role, warehouses: Vec::new() }] };
        Body::UserSet(UserSet {
            id: vec![user; 16],
            username: None,
            email: None,
            full_name,
            password_hash,
            must_change_password,
            disabled,
            grants: role.map(grant),
        })
    })
}

/// A log: its entries' bodies, each with the time since the one before.
fn any_log() -> impl Strategy<Value = Vec<(u64, Body)>> {
    prop::collection::vec((1..4_u64, prop_oneof![any_product(), any_warehouse(), any_user()]), 0..20)
}

fn entries(node: &str, log: Vec<(u64, Body)>) -> Vec<(Meta, Body)> {
    let (node, mut stamp) = (NodeName::recorded(node), 0);
    let entry = |(index, (later, body)): (usize, (u64, Body))| {
        stamp += later;
        let id = EntryId { node: node.clone(), incarnation: Incarnation(1), seq: Seq(index as u64 + 1) };
        (Meta { id, stamp: Stamp(stamp), actor: UserId::default(), cause: None }, body)
    };
    log.into_iter().enumerate().map(entry).collect()
}

/// Folds two logs, each in its order, the next entry always from the one that `turns` says.
fn folded(logs: &[Vec<(Meta, Body)>; 2], turns: &[bool]) -> String {
    let mut books = Books::over(Nothing);
    let mut rest = [logs[0].iter(), logs[1].iter()];
    for &turn in turns {
        if let Some((meta, body)) = rest[usize::from(turn)].next() {
            apply::body(&mut books, meta, body);
        }
    }
    for (meta, body) in rest.into_iter().flatten() {
        apply::body(&mut books, meta, body);
    }
    format!("{:#?}", books.changes())
}

proptest! {
    #[test]
    fn any_interleaving_comes_to_the_same(
        (lon, mad) in (any_log(), any_log()),
        turns in prop::collection::vec(any::<bool>(), 40),
        other_turns in prop::collection::vec(any::<bool>(), 40),
    ) {
        let logs = [entries("lon", lon), entries("mad", mad)];
        prop_assert_eq!(folded(&logs, &turns), folded(&logs, &other_turns));
    }
}
