//! Logs of several nodes may be folded in any order: catalogue, warehouses and people come to the same, whatever the
//! nodes knew of one another when they decided.

mod common;

use acopio_ledger::books::Nothing;
use acopio_ledger::command::*;
use acopio_ledger::conflict::{Conflict, ConflictId};
use acopio_ledger::gtin::Barcode;
use acopio_ledger::ids::{EntryId, SessionId, UserId};
use acopio_ledger::names::{Currency, NodeName, Title, Username, ZoneName};
use acopio_ledger::records::{Grant, Role, SessionKind, Unit};
use acopio_ledger::{Body, Books, Command, Record, Source};
use common::cluster::{Cluster, Logs, difference, folded, views};
use common::{line, moves, product, sku, warehouse};
use proptest::prelude::*;

/// What a node does, in small numbers.
#[derive(Clone, Debug)]
enum Op {
    Hear { from: usize, count: usize },
    Product { item: usize, unit: usize, barcode: Option<usize> },
    Change { item: usize, field: usize, value: usize },
    Category { name: usize },
    Recategorise { back: usize, name: Option<usize> },
    Warehouse { place: usize, name: usize, again: bool },
    User { user: usize, name: usize, email: usize },
    ChangeUser { user: usize, field: usize, value: usize },
    Session { session: u8, close: bool },
    SettleConflict { back: usize, node: Option<usize> },
    Settings { field: usize, value: usize },
}

fn any_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..3_usize, 1..6_usize).prop_map(|(from, count)| Op::Hear { from, count }),
        2 => (0..3_usize, 0..2_usize, prop::option::of(0..2_usize))
            .prop_map(|(item, unit, barcode)| Op::Product { item, unit, barcode }),
        3 => (0..3_usize, 0..5_usize, 0..3_usize)
            .prop_map(|(item, field, value)| Op::Change { item, field, value }),
        1 => (0..3_usize).prop_map(|name| Op::Category { name }),
        2 => (0..4_usize, prop::option::of(0..3_usize))
            .prop_map(|(back, name)| Op::Recategorise { back, name }),
        2 => (0..3_usize, 0..3_usize, any::<bool>())
            .prop_map(|(place, name, again)| Op::Warehouse { place, name, again }),
        2 => (0..3_usize, 0..2_usize, 0..3_usize)
            .prop_map(|(user, name, email)| Op::User { user, name, email }),
        3 => (0..3_usize, 0..5_usize, 0..3_usize)
            .prop_map(|(user, field, value)| Op::ChangeUser { user, field, value }),
        2 => (0..3_u8, any::<bool>()).prop_map(|(session, close)| Op::Session { session, close }),
        1 => (0..4_usize, prop::option::of(0..3_usize))
            .prop_map(|(back, node)| Op::SettleConflict { back, node }),
        2 => (0..4_usize, 0..2_usize).prop_map(|(field, value)| Op::Settings { field, value }),
    ]
}

fn title(index: usize) -> Title {
    Title::recorded(["x", "X", "y"][index])
}

fn barcode(index: usize) -> Barcode {
    Barcode::recorded(["4006381333931", "2000000000077"][index])
}

fn user_id(index: usize) -> UserId {
    UserId([index as u8; 16])
}

fn grants(value: usize) -> Vec<Grant> {
    let place = |index| Grant { role: Role::Operator, warehouses: vec![warehouse(index)] };
    match value {
        0 => vec![Grant { role: Role::Admin, warehouses: Vec::new() }],
        1 => vec![place(0), Grant { role: Role::Manager, warehouses: vec![warehouse(1)] }],
        _ => vec![place(1)],
    }
}

fn new_user(user: usize, name: usize, email: usize) -> NewUser {
    NewUser {
        id: user_id(user),
        username: Username::recorded(["ana", "Ana", "bo"][name]),
        email: Some(["", "a@x", "A@x"][email].to_owned()),
        full_name: "Somebody".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        must_change_password: false,
        grants: grants(0),
    }
}

/// The command that an operation comes to on a node, by what the node knows.
fn command(node: usize, books: &Books<Nothing>, op: &Op) -> Option<Command> {
    let changes = books.changes();
    Some(match op {
        Op::Hear { .. } => return None,
        Op::Product { item, unit, barcode: index } => {
            let unit = Unit { name: ["each", "kg"][*unit].to_owned(), decimals: 3 * *unit as u8 };
            let barcodes = index.map(barcode).into_iter().collect();
            Command::CreateProduct(NewProduct { unit, barcodes, ..product(*item) })
        }
        Op::Change { item, field, value } => {
            let mut patch = ProductPatch::default();
            match field {
                0 => patch.name = Some(title(*value)),
                1 => patch.barcodes = Some((0..*value).map(barcode).collect()),
                2 => patch.category = Some(Some(title(*value))),
                3 => patch.retired = Some(*value == 0),
                _ => patch.description = Some(value.to_string()),
            }
            Command::ChangeProduct(ChangeProduct { sku: sku(*item), patch, expected: None })
        }
        Op::Category { name } => Command::CreateCategory(CreateCategory { name: title(*name) }),
        Op::Recategorise { back, name } => {
            let id: EntryId = changes.categories.keys().rev().nth(*back)?.clone();
            match name {
                Some(name) => {
                    Command::RenameCategory(RenameCategory { id, name: title(*name), expected: None })
                }
                None => Command::RemoveCategory(RemoveCategory { id, expected: None }),
            }
        }
        Op::Warehouse { place, name, again } => {
            let named = NameWarehouse { code: warehouse(*place), name: title(*name), expected: None };
            if *again { Command::RenameWarehouse(named) } else { Command::CreateWarehouse(named) }
        }
        Op::User { user, name, email } => Command::CreateUser(new_user(*user, *name, *email)),
        Op::ChangeUser { user, field, value } => {
            let mut patch = UserPatch::default();
            match field {
                0 => patch.disabled = Some(*value == 0),
                1 => patch.grants = Some(grants(*value)),
                2 => patch.username = Some(new_user(0, *value, 0).username),
                3 => patch.email = new_user(0, 0, *value).email,
                _ => patch.password_hash = Some(value.to_string()),
            }
            Command::ChangeUser(ChangeUser { id: user_id(*user), patch, expected: None })
        }
        Op::Session { session, close } => {
            if *close {
                let id = *changes.sessions.keys().nth(usize::from(*session))?;
                Command::CloseSession(CloseSession { id })
            } else {
                let id = SessionId([3 * node as u8 + session; 16]);
                let (label, expires) = ("browser".to_owned(), acopio_ledger::ids::Millis(9));
                let (user, kind) = (user_id(0), SessionKind::Login);
                Command::OpenSession(OpenSession { id, user, kind, label, expires })
            }
        }
        Op::SettleConflict { back, node } => {
            let mut stands = changes.conflicts.iter().rev().filter(|(_, conflict)| conflict.is_some());
            let (conflict, _) = stands.nth(*back)?;
            let node = node.map(|node| NodeName::recorded(["a", "b", "c"][node]));
            Command::SettleConflict(SettleConflict { conflict: conflict.clone(), node })
        }
        Op::Settings { field, value } => {
            let mut patch = SettingsPatch::default();
            match field {
                0 => patch.company_name = Some((*value == 0).then(|| title(0))),
                1 => patch.currency = Some(Some(Currency::recorded(["EUR", "GBP"][*value]))),
                2 => patch.time_zone = Some(ZoneName::recorded(["UTC", "Europe/Madrid"][*value])),
                _ => patch.alerts_count_incoming = Some(*value == 0),
            }
            Command::ChangeSettings(ChangeSettings { patch, expected: None })
        }
    })
}

fn run(cluster: &mut Cluster, ops: &[(usize, Op)]) {
    for (node, op) in ops {
        if let Op::Hear { from, count } = op {
            cluster.hear(*node, *from, *count);
        } else if let Some(command) = command(*node, &cluster.nodes[*node].books, op) {
            cluster.submit(*node, command);
        }
    }
}

/// The views as they stand: what is gone has left no trace that depends on the order.
fn standing(books: &mut Books<Nothing>) -> String {
    let changes = books.changes_mut();
    changes.conflicts.retain(|_, conflict| conflict.is_some());
    changes.barcodes.retain(|_, holders| !holders.is_empty());
    changes.category_names.retain(|_, holders| !holders.is_empty());
    changes.usernames.retain(|_, holders| !holders.is_empty());
    changes.emails.retain(|_, holders| !holders.is_empty());
    views(books)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_comes_to_the_same(
        ops in prop::collection::vec((0..3_usize, any_op()), 1..60),
        turns in prop::collection::vec(0..3_usize, 60),
        behind in prop::option::of(0..3_usize),
    ) {
        let mut cluster = Cluster::new(3);
        behind.into_iter().for_each(|node| cluster.nodes[node].is_behind = true);
        run(&mut cluster, &ops);
        cluster.gather();
        let expected = standing(&mut folded(&cluster.logs(), &turns));
        for node in &mut cluster.nodes {
            prop_assert_eq!(difference(&standing(&mut node.books), &expected), "");
        }
    }
}

fn pair() -> Cluster {
    Cluster::new(2)
}

fn rename(item: usize, name: &str) -> Command {
    let patch = ProductPatch { name: Some(Title::recorded(name)), ..ProductPatch::default() };
    Command::ChangeProduct(ChangeProduct { sku: sku(item), patch, expected: None })
}

fn conflict(books: &Books<Nothing>, id: &str) -> Option<Conflict> {
    books.conflict(&id.parse::<ConflictId>().unwrap())
}

#[test]
fn a_category_that_was_removed_is_not_brought_back_by_an_earlier_renaming() {
    let mut pair = pair();
    let created = pair.submit(0, Command::CreateCategory(CreateCategory { name: title(0) })).unwrap();
    pair.gather();
    let (id, name, expected) = (created.first, title(2), None);
    pair.submit(0, Command::RenameCategory(RenameCategory { id: id.clone(), name, expected }));
    pair.submit(1, Command::CreateCategory(CreateCategory { name: Title::recorded("later") }));
    pair.submit(1, Command::RemoveCategory(RemoveCategory { id: id.clone(), expected }));
    pair.gather();
    for node in &pair.nodes {
        assert!(node.books.category(&id).unwrap().is_removed());
        assert!(node.books.category_named("y").is_empty() && node.books.category_named("x").is_empty());
    }
}

#[test]
fn of_two_products_with_one_barcode_the_older_has_it_until_it_gives_it_up() {
    let mut pair = pair();
    let with = |item| NewProduct { barcodes: vec![barcode(0)], ..product(item) };
    pair.submit(0, Command::CreateProduct(with(1)));
    pair.submit(1, Command::CreateProduct(product(0)));
    pair.submit(1, Command::CreateProduct(with(2)));
    pair.gather();
    let holder = |pair: &Cluster| pair.nodes[0].books.barcode(&barcode(0)).first().cloned();
    assert_eq!(holder(&pair), Some(sku(1)));
    let patch = ProductPatch { barcodes: Some(Vec::new()), ..ProductPatch::default() };
    pair.submit(1, Command::ChangeProduct(ChangeProduct { sku: sku(1), patch, expected: None }));
    pair.gather();
    assert_eq!(holder(&pair), Some(sku(2)));
}

#[test]
fn of_two_users_with_one_name_the_younger_cannot_log_in_until_one_is_renamed() {
    let mut pair = pair();
    pair.submit(0, Command::CreateUser(new_user(1, 0, 1)));
    pair.submit(1, Command::CreateProduct(product(0)));
    pair.submit(1, Command::CreateUser(new_user(2, 1, 0)));
    pair.gather();
    let is_disabled = |pair: &Cluster, user| pair.nodes[0].books.user(&user_id(user)).unwrap().is_disabled();
    assert_eq!((is_disabled(&pair, 1), is_disabled(&pair, 2)), (false, true));
    assert_eq!(pair.nodes[1].books.user_named("ana").first(), Some(&user_id(1)));
    let patch = UserPatch { username: Some(Username::recorded("bo")), ..UserPatch::default() };
    pair.submit(0, Command::ChangeUser(ChangeUser { id: user_id(1), patch, expected: None }));
    assert_eq!((is_disabled(&pair, 1), is_disabled(&pair, 2)), (false, false));
}

#[test]
fn switching_off_and_taking_grants_away_win_over_what_was_done_apart() {
    let mut pair = pair();
    pair.submit(0, Command::CreateUser(new_user(0, 2, 0)));
    pair.submit(0, Command::CreateUser(new_user(1, 0, 1)));
    (0..2).for_each(|place| {
        let named = NameWarehouse { code: warehouse(place), name: title(0), expected: None };
        pair.submit(0, Command::CreateWarehouse(named));
    });
    pair.gather();
    let change = |patch| Command::ChangeUser(ChangeUser { id: user_id(1), patch, expected: None });
    let off = |disabled| UserPatch { disabled: Some(disabled), ..UserPatch::default() };
    let grant = |value| UserPatch { grants: Some(grants(value)), ..UserPatch::default() };
    pair.submit(0, change(UserPatch { grants: Some(grants(2)), ..off(true) }));
    pair.submit(1, change(off(true)));
    pair.submit(1, change(off(false)));
    pair.submit(1, change(grant(1)));
    pair.gather();
    for node in &pair.nodes {
        let user = node.books.user(&user_id(1)).unwrap();
        assert!(user.disabled);
        assert_eq!(user.grants, grants(2));
    }
    pair.submit(1, change(off(false)));
    pair.gather();
    assert!(
        !pair.nodes[0].books.user(&user_id(1)).unwrap().disabled,
        "whoever knows of both has the last word"
    );
}

#[test]
fn a_value_that_has_lost_stays_visible_until_somebody_has_looked() {
    let mut pair = pair();
    pair.submit(0, Command::CreateProduct(product(0)));
    pair.gather();
    pair.submit(0, rename(0, "cup"));
    pair.submit(1, rename(0, "beaker"));
    pair.gather();
    let id = "product/S0/name";
    let found = conflict(&pair.nodes[0].books, id).unwrap();
    assert_eq!(pair.nodes[0].books.product(&sku(0)).unwrap().name, "beaker");
    let values: Vec<_> = found.sides.iter().map(|side| side.value.as_str()).collect();
    assert_eq!(values, [r#""cup""#, r#""beaker""#]);
    assert_eq!(found.winning().unwrap().write.node.as_str(), "b");
    assert_eq!(conflict(&pair.nodes[1].books, id), Some(found));
    pair.submit(0, Command::SettleConflict(SettleConflict { conflict: id.parse().unwrap(), node: None }));
    pair.gather();
    for node in &pair.nodes {
        assert_eq!(conflict(&node.books, id), None);
        assert_eq!(node.books.product(&sku(0)).unwrap().name, "beaker");
    }
    pair.submit(0, rename(0, "mug"));
    pair.gather();
    pair.submit(1, rename(0, "tankard"));
    pair.gather();
    assert_eq!(conflict(&pair.nodes[0].books, id), None, "who knew what it changed contradicts nobody");
}

#[test]
fn of_a_conflict_another_value_is_chosen_by_the_node_that_gave_it() {
    let mut pair = pair();
    pair.submit(0, Command::CreateProduct(product(0)));
    pair.gather();
    pair.submit(0, rename(0, "cup"));
    pair.submit(1, rename(0, "beaker"));
    pair.gather();
    let conflict: ConflictId = "product/S0/name".parse().unwrap();
    let choose = |node: &str| {
        Command::SettleConflict(SettleConflict {
            conflict: conflict.clone(),
            node: Some(NodeName::recorded(node)),
        })
    };
    let outcome = |record: Option<Record>| match &record.unwrap().entries[0].body {
        Body::Refused(refused) => refused.refusal.code().to_owned(),
        body => format!("{body:?}").chars().take_while(|letter| letter.is_alphabetic()).collect(),
    };
    assert_eq!(outcome(pair.submit(1, choose("c"))), "unknown_side");
    assert_eq!(outcome(pair.submit(1, choose("a"))), "ProductSet");
    assert_eq!(outcome(pair.submit(1, choose("a"))), "not_found", "nothing is left to be settled");
    pair.gather();
    for node in &pair.nodes {
        assert_eq!(self::conflict(&node.books, "product/S0/name"), None);
        assert_eq!(node.books.product(&sku(0)).unwrap().name, "cup");
    }
}

#[test]
fn who_changes_what_is_there_wins_even_with_a_clock_that_was_set_back() {
    let mut cluster = pair();
    cluster.nodes[1].is_behind = true;
    cluster.submit(0, Command::CreateProduct(product(0))).unwrap();
    cluster.submit(0, rename(0, "first")).unwrap();
    cluster.gather();
    cluster.submit(1, rename(0, "upon it")).unwrap();
    cluster.gather();
    for node in &cluster.nodes {
        assert_eq!(node.books.product(&sku(0)).unwrap().name, "upon it");
        assert_eq!(conflict(&node.books, &format!("product/{}/name", sku(0))), None);
    }
}

#[test]
fn a_unit_that_was_given_twice_is_a_conflict_and_the_first_counts() {
    let mut pair = pair();
    let with =
        |name: &str, decimals| NewProduct { unit: Unit { name: name.to_owned(), decimals }, ..product(0) };
    pair.submit(0, Command::CreateProduct(with("kg", 3)));
    pair.submit(1, Command::CreateProduct(product(1)));
    pair.submit(1, Command::CreateProduct(with("each", 0)));
    pair.gather();
    for node in &pair.nodes {
        assert_eq!(node.books.product(&sku(0)).unwrap().unit.name, "kg");
        let found = conflict(&node.books, "product/S0/unit").unwrap();
        assert!(found.is_true());
        assert_eq!(found.winning().unwrap().write.node.as_str(), "a");
        assert!(!conflict(&node.books, "product/S0/name").unwrap().is_true(), "both said the same");
    }
    let settle = SettleConflict { conflict: "product/S0/unit".parse().unwrap(), node: None };
    pair.submit(1, Command::SettleConflict(settle));
    pair.gather();
    for node in &pair.nodes {
        assert_eq!(conflict(&node.books, "product/S0/unit"), None);
        assert_eq!(node.books.product(&sku(0)).unwrap().unit.name, "kg");
    }
}

#[test]
fn stock_of_a_product_that_is_not_known_yet_makes_a_stub() {
    let mut cluster = Cluster::new(3);
    cluster.submit(0, Command::CreateProduct(product(0)));
    cluster.hear(1, 0, 9);
    let named = NameWarehouse { code: warehouse(0), name: title(0), expected: None };
    cluster.submit(1, Command::CreateWarehouse(named));
    cluster.submit(1, moves(vec![line(MoveKind::Receipt, 0, 0, 5_000)], false));
    cluster.hear(2, 1, 9);
    let third = &cluster.nodes[2].books;
    let stub = third.product(&sku(0)).unwrap();
    assert!(stub.is_stub() && stub.name == "S0" && third.stockable(&sku(0)).is_none());
    assert_eq!(third.changes().balances.values().next().unwrap().on_hand.0, 5_000);
    let refused = cluster.submit(2, rename(0, "cup")).unwrap();
    assert!(
        matches!(&refused.entries[0].body, Body::Refused(refused) if refused.refusal.code() == "not_found")
    );
    cluster.gather();
    let whole = cluster.nodes[2].books.product(&sku(0)).unwrap();
    assert_eq!((whole.name.as_str(), whole.is_stub()), ("Product 0", false));
    let only_stub: Logs = cluster.logs().into_iter().skip(1).collect();
    assert!(folded(&only_stub, &[]).product(&sku(0)).unwrap().is_stub());
}
