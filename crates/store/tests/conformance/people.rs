//! Users, sessions, imports, keys, and cursors of other lists.

use acopio_contract::QueryError;
use acopio_contract::query::{
    Access, CompanySettings, ImportById, Imports, PageRequest, Posted, Products, SessionById, Sessions,
    SigningKey, UserById, UserByName, Users, Warehouses,
};
use acopio_ledger::Cause;
use acopio_ledger::command::{
    BeginImport, ChangeSettings, ChangeUser, CloseSession, Command, MoveKind, MoveLine, OpenSession,
    PublishKey, SettingsPatch, UndoImport, UserPatch,
};
use acopio_ledger::ids::{ImportId, Millis, SessionId, SourceId, UserId};
use acopio_ledger::names::{Title, Username};
use acopio_ledger::records::SessionKind;
use acopio_ledger::settings::Settings;

use crate::world::{ADMIN, World, all, first_page, line, moves, product, user};
use crate::{Stores, sound};

pub(crate) fn users_are_found(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let (bo, cy) = (UserId([2; 16]), UserId([1; 16]));
    world.run([
        Command::CreateUser(user(cy, "Cy", "cy@example.com")),
        Command::CreateUser(user(bo, "bo", "bo@example.com")),
    ]);
    let patch = UserPatch { username: Some(Username::new("Zoe").unwrap()), ..UserPatch::default() };
    world.run([Command::ChangeUser(ChangeUser { id: cy, patch, expected: None })]);
    for limit in 1..4 {
        let users = all(limit, |page| world.reader().users(&Users { page }));
        let names: Vec<_> = users.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(names, ["Ana", "bo", "Zoe"]);
    }
    let named = |name: &str| {
        let query = UserByName { username: name.to_owned() };
        world.reader().user_by_name(&query).unwrap().map(|user| user.id)
    };
    assert_eq!((named("zOE"), named("cy"), named("ana")), (Some(cy), None, Some(ADMIN)));
    assert_eq!(world.reader().user(&UserById { id: bo }).unwrap().unwrap().email, "bo@example.com");
    let source = world.store.source();
    assert_eq!(source.users(), [cy, bo, ADMIN]);
    assert_eq!(
        (source.user_named("zoe").first(), source.user_mailed("bo@example.com").first()),
        (Some(&cy), Some(&bo))
    );
}

pub(crate) fn sessions_are_listed(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let open = |byte, kind| {
        let (id, expires) = (SessionId([byte; 16]), Millis(i64::MAX));
        Command::OpenSession(OpenSession { id, user: ADMIN, kind, label: byte.to_string(), expires })
    };
    world.run([open(1, SessionKind::Login), open(3, SessionKind::Token), open(2, SessionKind::Token)]);
    world.run([Command::CloseSession(CloseSession { id: SessionId([1; 16]) })]);
    let labels = |user, tokens| {
        let query = |page| Sessions { user, tokens, page };
        let sessions = all(1, |page| world.reader().sessions(&query(page)));
        sessions.into_iter().map(|session| session.label).collect::<Vec<_>>()
    };
    assert_eq!(labels(ADMIN, None), ["2", "3", "1"]);
    assert_eq!(labels(ADMIN, Some(true)), ["2", "3"]);
    assert_eq!(labels(ADMIN, Some(false)), ["1"]);
    assert!(labels(UserId([9; 16]), None).is_empty());
    let access = |byte| world.reader().access(&Access { session: SessionId([byte; 16]) }).unwrap();
    let view = access(1).unwrap();
    assert!(view.session.closed && view.user.id == ADMIN);
    assert!(access(4).is_none());
    assert!(!world.reader().session(&SessionById { id: SessionId([2; 16]) }).unwrap().unwrap().closed);
}

pub(crate) fn imports_are_listed(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron")]);
    let begin = |byte| {
        let id = ImportId([byte; 16]);
        Command::BeginImport(BeginImport { id, profile: "p".to_owned(), file: format!("{byte}.csv") })
    };
    for byte in [2, 1] {
        world.run([begin(byte)]);
        world.cause = Some(Cause::Import(ImportId([byte; 16])));
        let source = Some(SourceId([byte; 16]));
        world.run([moves([MoveLine { source, ..line(MoveKind::Receipt, "LON", "A", 1) }])]);
        world.cause = None;
    }
    world.run([Command::UndoImport(UndoImport { id: ImportId([1; 16]), reason: None })]);
    let files: Vec<_> = all(1, |page| world.reader().imports(&Imports { page }))
        .into_iter()
        .map(|import| import.file)
        .collect();
    assert_eq!(files, ["1.csv", "2.csv"]);
    assert!(world.reader().import(&ImportById { id: ImportId([1; 16]) }).unwrap().unwrap().undone);
    let sources = [1, 2, 3, 2].map(|byte| SourceId([byte; 16])).to_vec();
    assert_eq!(world.reader().posted(&Posted { sources }).unwrap(), [false, true, false, true]);
    assert_eq!(world.store.source().source(&SourceId([2; 16])), Some(ImportId([2; 16])));
}

pub(crate) fn settings_are_known(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let settings = |world: &World| world.reader().settings(&CompanySettings).unwrap();
    assert_eq!(settings(&world), Settings::default());
    let patch = SettingsPatch {
        company_name: Some(Some(Title::new("Ñandú").unwrap())),
        alerts_count_incoming: Some(true),
        ..SettingsPatch::default()
    };
    world.run([Command::ChangeSettings(ChangeSettings { patch, expected: None })]);
    let known = settings(&world);
    assert_eq!((known.company_name.as_str(), known.alerts_count_incoming), ("Ñandú", true));
    assert_eq!((known.time_zone.as_str(), known.version.0), ("UTC", 1));
    assert_eq!(*world.store.source().settings(), known);
    let patch = SettingsPatch { company_name: Some(None), ..SettingsPatch::default() };
    world.run([Command::ChangeSettings(ChangeSettings { patch, expected: None })]);
    assert_eq!(settings(&world).company_name, "");
}

pub(crate) fn the_company_is_known(stores: Stores<'_>) {
    let empty = World::on(sound(stores));
    assert!(!empty.store.source().founded());
    assert_eq!(empty.reader().company().unwrap(), None);
    drop(empty);
    let mut world = World::founded(sound(stores));
    assert!(world.store.source().founded());
    assert_eq!(world.reader().company().unwrap(), Some([7; 16]));
    world.run([Command::PublishKey(PublishKey { public_key: [5; 32] })]);
    let key_of = |node: &str| world.reader().signing_key(&SigningKey { node: node.to_owned() }).unwrap();
    assert_eq!((key_of("main"), key_of("other")), (Some([5; 32]), None));
    let names: Vec<_> =
        world.reader().warehouses(&Warehouses).unwrap().into_iter().map(|warehouse| warehouse.name).collect();
    assert_eq!(names, ["London", "Madrid", "New York"]);
}

pub(crate) fn another_lists_cursor_is_refused(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    world.run([product("A", "Apron"), product("B", "Bowl")]);
    let reader = world.reader();
    let products = |cursor| {
        let page = PageRequest { limit: 1, cursor };
        reader.products(&Products { page, ..crate::catalogue::any(first_page()) })
    };
    let cursor = products(None).unwrap().next;
    assert_eq!(products(cursor.clone()).unwrap().items[0].product.sku.as_str(), "B");
    let users = reader.users(&Users { page: PageRequest { limit: 1, cursor } });
    assert!(matches!(users, Err(QueryError::Cursor { .. })));
    for text in ["", "nonsense", "5b", "ñ"] {
        assert!(matches!(products(Some(text.to_owned())), Err(QueryError::Cursor { .. })), "{text}");
    }
}
