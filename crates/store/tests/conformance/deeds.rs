//! The audit: what people did, of all logs, with what was there before.

use acopio_contract::query::{DeedRow, Deeds};
use acopio_ledger::Body;
use acopio_ledger::command::{
    ChangeProduct, ChangeUser, CloseSession, Command, CreateCategory, NameWarehouse, OpenSession,
    ProductPatch, RenameCategory, UserPatch,
};
use acopio_ledger::deed::DeedKind;
use acopio_ledger::ids::{Millis, SessionId, UserId};
use acopio_ledger::names::Title;
use acopio_ledger::records::SessionKind;

use crate::logs::pair;
use crate::world::{ADMIN, World, all, code, first_page, issue, product, receive, sku, user};
use crate::{Stores, sound};

/// All deeds.
pub(crate) fn any() -> Deeds {
    Deeds { actor: None, kind: None, subject: None, node: None, from: None, to: None, page: first_page() }
}

fn rows(world: &World, query: &Deeds) -> Vec<DeedRow> {
    let every = |limit| all(limit, |page| world.reader().deeds(&Deeds { page, ..query.clone() }));
    let rows = every(100);
    for limit in [1, 3] {
        assert_eq!(every(limit), rows, "pages of {limit}");
    }
    rows
}

/// What was done, a line each: kind and subject.
fn shown(rows: &[DeedRow]) -> Vec<String> {
    let line =
        |row: &DeedRow| format!("{} {}", row.deed.kind.as_str(), row.deed.subject.as_deref().unwrap_or("-"));
    rows.iter().map(line).collect()
}

fn rename(text: &str, name: &str) -> Command {
    let patch = ProductPatch { name: Some(Title::new(name).unwrap()), ..ProductPatch::default() };
    Command::ChangeProduct(ChangeProduct { sku: sku(text), patch, expected: None })
}

pub(crate) fn what_people_did_comes_newest_first(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron"), receive("LON", "A", 5), issue("LON", "A", 9)]);
    let created = world.run([Command::CreateCategory(CreateCategory { name: Title::new("Wear").unwrap() })]);
    let id = created[0].first.clone();
    let name = Title::new("Clothes").unwrap();
    world.run([Command::RenameCategory(RenameCategory { id: id.clone(), name, expected: None })]);
    let listed = rows(&world, &any());
    let about = format!("category category/{id}");
    let expected = [
        about.as_str(),
        about.as_str(),
        "refusal -",
        "product product/A",
        "warehouse warehouse/NYC",
        "warehouse warehouse/MAD",
        "warehouse warehouse/LON",
        "user user/7468652d-6669-7273-742d-2d61646d696e",
        "company -",
    ];
    assert_eq!(shown(&listed)[..expected.len()], expected, "movements are none of these");
    assert!(listed.iter().all(|row| row.actor_name == "Ana" || row.actor_name.is_empty()));
    let Some(Body::CategorySet(before)) = &listed[0].before else { panic!("{:?}", listed[0]) };
    assert_eq!((before.name.as_str(), &listed[1].before), ("Wear", &None));
}

pub(crate) fn a_deed_says_what_was_there_before(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron")]);
    world.run([rename("A", "Pinny")]);
    world.run([rename("A", "Tabard")]);
    let subject = Some("product/A".to_owned());
    let listed = rows(&world, &Deeds { subject, ..any() });
    let names = |body: Option<&Body>| match body {
        Some(Body::ProductSet(set)) => set.name.clone(),
        _ => None,
    };
    let steps: Vec<_> =
        listed.iter().map(|row| (names(row.before.as_ref()), names(Some(&row.body)))).collect();
    let step = |before: Option<&str>, after: &str| (before.map(str::to_owned), Some(after.to_owned()));
    assert_eq!(steps, [step(Some("Pinny"), "Tabard"), step(Some("Apron"), "Pinny"), step(None, "Apron")]);
    assert!(listed.iter().all(|row| row.subject_name.as_deref() == Some("Tabard")));
    let Some(Body::ProductSet(before)) = &listed[0].before else { unreachable!() };
    assert_eq!(before.description, None, "only what the deed sets is looked for");
}

pub(crate) fn deeds_are_filtered(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let bo = UserId([2; 16]);
    world.run([Command::CreateUser(user(bo, "bo", "bo@example.com"))]);
    let begun = world.now;
    world.user = bo;
    world.run([product("A", "Apron"), issue("LON", "A", 1)]);
    let ended = world.now;
    world.user = ADMIN;
    world.run([rename("A", "Pinny")]);
    let is =
        |query: Deeds, expected: &[&str]| assert_eq!(shown(&rows(&world, &query)), expected, "{query:?}");
    is(Deeds { actor: Some(bo), ..any() }, &["refusal -", "product product/A"]);
    is(Deeds { kind: Some(DeedKind::Refusal), ..any() }, &["refusal -"]);
    is(Deeds { actor: Some(bo), kind: Some(DeedKind::Product), ..any() }, &["product product/A"]);
    is(Deeds { subject: Some("product/A".to_owned()), actor: Some(ADMIN), ..any() }, &["product product/A"]);
    is(Deeds { from: Some(ended), ..any() }, &["product product/A", "refusal -", "product product/A"]);
    is(
        Deeds { from: Some(Millis(begun.0 + 1)), to: Some(Millis(ended.0 + 1)), ..any() },
        &["refusal -", "product product/A"],
    );
    is(Deeds { actor: Some(UserId([9; 16])), ..any() }, &[]);
    is(Deeds { subject: Some("product/B".to_owned()), ..any() }, &[]);
}

pub(crate) fn secrets_are_not_in_the_audit(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let patch = UserPatch { password_hash: Some("$argon2id$new".to_owned()), ..UserPatch::default() };
    world.run([Command::ChangeUser(ChangeUser { id: ADMIN, patch, expected: None })]);
    let listed = rows(&world, &Deeds { kind: Some(DeedKind::User), ..any() });
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|row| !format!("{row:?}").contains("argon2id")), "{listed:?}");
    let Body::UserSet(set) = &listed[0].body else { unreachable!() };
    assert_eq!(set.password_hash.as_deref(), Some(""), "that it was changed is there");
    assert_eq!(listed[0].subject_name.as_deref(), Some("Ana"));
}

pub(crate) fn a_session_is_closed_with_what_it_was(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let id = SessionId([4; 16]);
    let (kind, label, expires) = (SessionKind::Token, "till".to_owned(), Millis(99));
    world.run([Command::OpenSession(OpenSession { id, user: ADMIN, kind, label, expires })]);
    world.run([Command::CloseSession(CloseSession { id })]);
    let listed = rows(&world, &Deeds { kind: Some(DeedKind::Session), ..any() });
    assert!(matches!(&listed[0].before, Some(Body::SessionOpened(opened)) if opened.label == "till"));
    assert!(listed.iter().all(|row| row.subject_name.as_deref() == Some("Ana")));
}

pub(crate) fn deeds_of_all_logs_are_one_list(stores: Stores<'_>) {
    let (mut main, mut mad) = pair(sound(stores));
    main.follow(&mad);
    let text = "Apart";
    let name = Title::new(text).unwrap();
    mad.now.0 = main.now.0.max(mad.now.0) + 5_000;
    mad.run([Command::RenameWarehouse(NameWarehouse { code: code("LON"), name, expected: None })]);
    main.follow(&mad);
    let query = Deeds { subject: Some("warehouse/LON".to_owned()), ..any() };
    let listed = rows(&main, &query);
    assert_eq!(listed[0].deed.id.node.as_str(), "mad");
    assert!(matches!(&listed[0].before, Some(Body::WarehouseSet(set)) if set.name == "London"));
    let of_mad = rows(&main, &Deeds { node: Some(crate::world::node("mad")), ..any() });
    assert!(!of_mad.is_empty() && of_mad.iter().all(|row| row.deed.id.node.as_str() == "mad"));
    let all_rows = rows(&main, &any());
    assert!(all_rows.is_sorted_by_key(|row| std::cmp::Reverse((row.deed.stamp, row.deed.id.node.clone()))));
}
