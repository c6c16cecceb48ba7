//! Random commands on a store in memory and on a real one: both must answer everything alike.

use std::fmt::Debug;

use acopio_contract::QueryError;
use acopio_contract::query::*;
use acopio_ledger::command::{
    BeginImport, ChangeProduct, Command, MoveKind, MoveLine, Moves, ProductPatch, ReleaseHold, RemoveRule,
    Undo, UndoImport,
};
use acopio_ledger::entry::Kind;
use acopio_ledger::ids::{EntryId, ImportId, Millis, Seq, SourceId};
use acopio_ledger::names::{Sku, Title, WarehouseCode};
use acopio_ledger::transfer::TransferState;
use acopio_ledger::{Cause, Record};
use acopio_store::Reader;
use proptest::prelude::*;

use crate::ledger::audited;
use crate::transfers::{arrive, cancel, dispatch, draft, settle};
use crate::world::{World, all, code, first_page, hold, key, line, product_in, rule, sku};
use crate::{memory, sqlite};

const SKUS: [&str; 5] = ["A1", "a1-b", "B2", "Ñ3", "C4"];
const SITES: [&str; 3] = ["LON", "MAD", "NYC"];
const NAMES: [&str; 4] = ["Red cup", "Copa métrica", "CUP holder", "a"];
const CATEGORIES: [&str; 3] = ["Cups", "Métrica", "Other"];

/// A command in small numbers, so that it shrinks well.
#[derive(Clone, Debug)]
enum Op {
    Create { sku: usize, name: usize, category: usize },
    Change { sku: usize, name: usize, category: usize, retired: Option<bool> },
    Move { lines: Vec<(usize, usize, usize, i64)>, atomic: bool, import: bool },
    Hold { sku: usize, site: usize, units: i64 },
    Release { back: u64 },
    Rule { sku: usize, site: usize, minimum: i64 },
    RemoveRule { sku: usize, site: usize },
    Undo { back: u64 },
    UndoImport,
    Draft { from: usize, to: usize, sku: usize, units: i64 },
    Transfer { back: usize, step: usize, sku: usize, units: i64 },
}

fn op() -> impl Strategy<Value = Op> {
    let (sku, site, name, category) = (0..SKUS.len(), 0..SITES.len(), 0..NAMES.len(), 0..CATEGORIES.len());
    let lines = proptest::collection::vec((sku.clone(), site.clone(), 0..4_usize, 1..9_i64), 1..6);
    prop_oneof![
        2 => (sku.clone(), name.clone(), category.clone())
            .prop_map(|(sku, name, category)| Op::Create { sku, name, category }),
        1 => (sku.clone(), name, category, any::<Option<bool>>())
            .prop_map(|(sku, name, category, retired)| Op::Change { sku, name, category, retired }),
        8 => (lines, any::<bool>(), any::<bool>())
            .prop_map(|(lines, atomic, import)| Op::Move { lines, atomic, import }),
        1 => (sku.clone(), site.clone(), 1..4_i64).prop_map(|(sku, site, units)| Op::Hold { sku, site, units }),
        1 => (0..8_u64).prop_map(|back| Op::Release { back }),
        1 => (sku.clone(), site.clone(), 0..9_i64)
            .prop_map(|(sku, site, minimum)| Op::Rule { sku, site, minimum }),
        1 => (sku.clone(), site.clone()).prop_map(|(sku, site)| Op::RemoveRule { sku, site }),
        1 => (0..8_u64).prop_map(|back| Op::Undo { back }),
        2 => (site.clone(), site, sku.clone(), 1..4_i64)
            .prop_map(|(from, to, sku, units)| Op::Draft { from, to, sku, units }),
        4 => (0..3_usize, 0..7_usize, sku, 0..4_i64)
            .prop_map(|(back, step, sku, units)| Op::Transfer { back, step, sku, units }),
        1 => Just(Op::UndoImport),
    ]
}

const IMPORT: ImportId = ImportId([4; 16]);

/// The entry some places before the end of the log.
fn earlier(world: &World, back: u64) -> EntryId {
    let identity = world.store.identity();
    let seq = Seq(world.store.head().seq.0.saturating_sub(back));
    EntryId { node: identity.node, incarnation: identity.incarnation, seq }
}

fn command(world: &World, op: &Op) -> (Command, Option<Cause>) {
    let title = |text: &str| Title::new(text).unwrap();
    let command = match op {
        Op::Create { sku, name, category } => product_in(SKUS[*sku], NAMES[*name], CATEGORIES[*category]),
        Op::Change { sku: index, name, category, retired } => {
            let (name, category) = (Some(title(NAMES[*name])), Some(Some(title(CATEGORIES[*category]))));
            let patch = ProductPatch { name, category, retired: *retired, ..ProductPatch::default() };
            Command::ChangeProduct(ChangeProduct { sku: sku(SKUS[*index]), patch, expected: None })
        }
        Op::Move { lines, atomic, import } => {
            let kinds = [MoveKind::Receipt, MoveKind::Issue, MoveKind::Return, MoveKind::Adjustment];
            let source = |units: i64| import.then_some(SourceId([units as u8; 16]));
            let lines = lines.iter().map(|(sku, site, kind, units)| MoveLine {
                source: source(*units),
                ..line(kinds[*kind], SITES[*site], SKUS[*sku], *units)
            });
            let moves = Moves { lines: lines.collect(), atomic: *atomic };
            return (Command::Move(moves), import.then_some(Cause::Import(IMPORT)));
        }
        Op::Hold { sku, site, units } => hold(SITES[*site], SKUS[*sku], *units),
        Op::Release { back } => Command::Release(ReleaseHold { hold: earlier(world, *back), quantity: None }),
        Op::Rule { sku, site, minimum } => rule(SITES[*site], SKUS[*sku], *minimum),
        Op::RemoveRule { sku, site } => {
            Command::RemoveRule(RemoveRule { key: key(SITES[*site], SKUS[*sku]), expected: None })
        }
        Op::Undo { back } => Command::Undo(Undo { movement: earlier(world, *back), reason: None }),
        Op::Draft { from, to, sku, units } => draft(SITES[*from], SITES[*to], &[(SKUS[*sku], *units)]),
        Op::Transfer { back, step, sku, units } => {
            let known = world.reader().transfers(&crate::transfers::any()).unwrap().items;
            let transfer = known.get(*back).map_or(earlier(world, 1), |transfer| transfer.id.clone());
            match step {
                0 => cancel(transfer),
                1..=3 => dispatch(transfer),
                4 => arrive(transfer, None),
                5 => arrive(transfer, Some((SKUS[*sku], [*units, 1, 1]))),
                _ => settle(transfer, SKUS[*sku], *units, 1),
            }
        }
        Op::UndoImport => Command::UndoImport(UndoImport { id: IMPORT, reason: None }),
    };
    (command, None)
}

fn run(world: &mut World, group: &[Op]) -> Vec<Record> {
    let mut records = Vec::new();
    for op in group {
        let (command, cause) = command(world, op);
        world.cause = cause;
        records.extend(world.run([command]));
    }
    records
}

fn begun(world: &mut World) {
    let begin = BeginImport { id: IMPORT, profile: "p".to_owned(), file: "f".to_owned() };
    world.run([Command::BeginImport(begin)]);
}

/// Compares two readers by a list read in pages.
fn same<T: Debug>(
    readers: [&dyn Reader; 2],
    limit: usize,
    what: &dyn Debug,
    ask: impl Fn(&dyn Reader, PageRequest) -> Result<Page<T>, QueryError>,
) {
    let [one, other] = readers.map(|reader| format!("{:#?}", all(limit, |page| ask(reader, page))));
    assert_eq!(one, other, "{what:?} in pages of {limit}");
}

fn compare(readers: [&dyn Reader; 2], limit: usize, sku: &Option<Sku>, site: &Option<WarehouseCode>) {
    let scopes = [None, Some(vec![code("LON"), code("NYC")])];
    for scope in scopes {
        compare_catalogue(readers, limit, site, &scope);
        for low in [false, true] {
            let base =
                Stock { warehouse: site.clone(), sku: sku.clone(), low, ..crate::stock::any(first_page()) };
            let base = Stock { scope: scope.clone(), ..base };
            same(readers, limit, &base, |reader, page| reader.stock(&Stock { page, ..base.clone() }));
        }
        for kind in [None, Some(Kind::Issue), Some(Kind::Adjustment)] {
            let base = Movements { warehouse: site.clone(), sku: sku.clone(), kind, ..crate::history::any() };
            let base = Movements { scope: scope.clone(), to: Some(Millis(1_700_000_030_000)), ..base };
            same(readers, limit, &base, |reader, page| reader.movements(&Movements { page, ..base.clone() }));
        }
        let state = [None, Some(TransferState::Dispatched), Some(TransferState::Closed)][limit % 3];
        let transfers = Transfers { state, from: site.clone(), sku: sku.clone(), ..crate::transfers::any() };
        let transfers = Transfers { scope: scope.clone(), ..transfers };
        same(readers, limit, &transfers, |reader, page| {
            reader.transfers(&Transfers { page, ..transfers.clone() })
        });
        let (warehouse, sku) = (site.clone(), sku.clone());
        let held = (limit.is_multiple_of(2)).then_some(true);
        let holds = Holds { warehouse, sku, held, scope: scope.clone(), page: first_page() };
        same(readers, limit, &holds, |reader, page| reader.holds(&Holds { page, ..holds.clone() }));
        let Holds { warehouse, sku, scope, page, .. } = holds;
        let rules = Rules { warehouse, sku, scope, page };
        same(readers, limit, &rules, |reader, page| reader.rules(&Rules { page, ..rules.clone() }));
        let Rules { warehouse, sku, scope, page } = rules;
        for state in [AlertFilter::Open, AlertFilter::Resolved] {
            let (warehouse, sku, scope, page) = (warehouse.clone(), sku.clone(), scope.clone(), page.clone());
            let alerts = Alerts { state: Some(state), warehouse, sku, scope, page };
            same(readers, limit, &alerts, |reader, page| reader.alerts(&Alerts { page, ..alerts.clone() }));
        }
    }
}

fn compare_catalogue(readers: [&dyn Reader; 2], limit: usize, site: &Option<WarehouseCode>, scope: &Scope) {
    let sorts = [None, Some(ProductSort::Name), Some(ProductSort::SkuDescending), Some(ProductSort::Created)];
    let texts = [None, Some("a"), Some("cu"), Some("metrica"), Some("a1"), Some("cup r")];
    for (index, sort) in sorts.into_iter().enumerate() {
        for text in texts {
            let availability =
                [None, Some(Availability::Available), Some(Availability::OutOfStock)][index % 3];
            let base = Products {
                text: text.map(str::to_owned),
                category: (limit == 3).then(|| "métrica".to_owned()),
                availability,
                warehouse: site.clone(),
                retired: (limit == 2).then_some(false),
                sort,
                scope: scope.clone(),
                page: first_page(),
            };
            same(readers, limit, &base, |reader, page| reader.products(&Products { page, ..base.clone() }));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn both_answer_alike(
        ops in proptest::collection::vec(op(), 1..60),
        limit in 1..5_usize,
        sku_index in proptest::option::of(0..SKUS.len()),
        site_index in proptest::option::of(0..SITES.len()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut one = World::founded(memory(folder.path(), Default::default()));
        let mut other = World::founded(sqlite(folder.path(), Default::default()));
        begun(&mut one);
        begun(&mut other);
        for group in ops.chunks(4) {
            assert_eq!(run(&mut one, group), run(&mut other, group), "both decide alike");
        }
        assert_eq!(audited(&*one.store), audited(&*other.store));
        let readers = [one.reader(), other.reader()];
        let (sku, site) = (sku_index.map(|index| sku(SKUS[index])), site_index.map(|index| code(SITES[index])));
        compare([&*readers[0], &*readers[1]], limit, &sku, &site);
    }
}
