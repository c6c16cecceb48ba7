//! Random work of two nodes, whose warehouses change hands, followed in any order by a store in memory and a real one:
//! both must answer everything alike.

use acopio_contract::query::{Entries, Movements};
use acopio_ledger::apply;
use acopio_ledger::command::{Command, HandOverWarehouse, MoveKind, TakeWarehouse};
use acopio_ledger::ids::{Positions, Seq};
use acopio_store::{MemoryStore, Reader, SqliteStore, Store, database_file};
use proptest::prelude::*;

use crate::history;
use crate::ledger::audited;
use crate::world::{World, all, code, hold, line, moves, node, product, rule, sku};
use crate::{Incarnation, LogId, sqlite};

const SKUS: [&str; 3] = ["A1", "B2", "Ñ3"];
const SITES: [&str; 3] = ["LON", "MAD", "NYC"];

/// What one of the two nodes does, or who hears of it.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Goods move in a warehouse, at its owner.
    Move {
        site: usize,
        lines: Vec<(usize, bool, i64)>,
    },
    Hold {
        site: usize,
        sku: usize,
    },
    Rule {
        site: usize,
        sku: usize,
    },
    /// A product is made at a node.
    Create {
        at: usize,
        sku: usize,
    },
    /// A warehouse goes to the other node.
    HandOver {
        site: usize,
    },
    /// A node hears of some frames of the other's, or those who look on do of one's.
    Hear {
        writer: usize,
        frames: usize,
    },
    LookOn {
        writer: usize,
        frames: usize,
    },
}

pub(crate) fn op() -> impl Strategy<Value = Op> {
    let (site, sku, writer) = (0..SITES.len(), 0..SKUS.len(), 0..2_usize);
    let lines = proptest::collection::vec((sku.clone(), any::<bool>(), 1..9_i64), 1..4);
    prop_oneof![
        6 => (site.clone(), lines).prop_map(|(site, lines)| Op::Move { site, lines }),
        1 => (site.clone(), sku.clone()).prop_map(|(site, sku)| Op::Hold { site, sku }),
        1 => (site.clone(), sku.clone()).prop_map(|(site, sku)| Op::Rule { site, sku }),
        1 => (writer.clone(), sku).prop_map(|(at, sku)| Op::Create { at, sku }),
        2 => site.prop_map(|site| Op::HandOver { site }),
        1 => (writer.clone(), 1..9_usize).prop_map(|(writer, frames)| Op::Hear { writer, frames }),
        4 => (writer, 1..5_usize).prop_map(|(writer, frames)| Op::LookOn { writer, frames }),
    ]
}

/// Two nodes that write, and who owns which warehouse.
pub(crate) struct Company {
    pub(crate) nodes: [World; 2],
    owners: [usize; SITES.len()],
}

impl Company {
    /// All warehouses are the first node's.
    pub(crate) fn new(store: Box<dyn Store>) -> Company {
        let mut main = World::founded(store);
        main.run(SKUS.map(|sku| product(sku, sku)));
        let mad = World::joined("mad", &main);
        Company { nodes: [main, mad], owners: [0; SITES.len()] }
    }

    pub(crate) fn hear(&mut self, writer: usize, frames: usize) {
        let [main, mad] = &mut self.nodes;
        let (from, to) = if writer == 0 { (main, mad) } else { (mad, main) };
        follow_some(to, from, frames);
    }

    fn hand_over(&mut self, site: usize) {
        let (warehouse, owner) = (code(SITES[site]), self.owners[site]);
        let [from, to] = [owner, 1 - owner].map(|index| self.nodes[index].store.identity().node);
        let over = HandOverWarehouse { warehouse: warehouse.clone(), to };
        let cut = self.nodes[owner].run([Command::HandOver(over)])[0].first.seq;
        // Each may have to hear of the other's earlier takings first.
        for writer in [owner, 1 - owner, owner] {
            self.hear(writer, usize::MAX);
        }
        self.nodes[1 - owner].run([Command::Take(TakeWarehouse { warehouse, from, cut })]);
        self.owners[site] = 1 - owner;
    }

    pub(crate) fn run(&mut self, op: &Op) {
        let (owner, command) = match op {
            Op::Move { site, lines } => {
                let lines = lines.iter().map(|(sku, is_in, units)| {
                    let kind = if *is_in { MoveKind::Receipt } else { MoveKind::Issue };
                    line(kind, SITES[*site], SKUS[*sku], *units)
                });
                (self.owners[*site], moves(lines))
            }
            Op::Hold { site, sku } => (self.owners[*site], hold(SITES[*site], SKUS[*sku], 1)),
            Op::Rule { site, sku } => (self.owners[*site], rule(SITES[*site], SKUS[*sku], 5)),
            Op::Create { at, sku } => (*at, product(&format!("{}-{at}", SKUS[*sku]), "new")),
            Op::HandOver { site } => return self.hand_over(*site),
            Op::Hear { writer, frames } => return self.hear(*writer, *frames),
            Op::LookOn { .. } => return,
        };
        self.nodes[owner].run([command]);
    }
}

/// Follows the next frames of a log one by one, until one must wait for another log.
fn follow_some(world: &mut World, writer: &World, frames: usize) {
    let log = writer.store.identity();
    for (frame, records) in world.news_of(writer).into_iter().take(frames) {
        let known = |positions: &Positions, wanted: &(_, _)| wanted.1 <= positions.get(&wanted.0);
        let heads = world.store.heads().into_iter();
        let positions: Positions = heads.map(|(node, log)| (node, log.head.seq)).collect();
        if !records.iter().filter_map(apply::waits_for).all(|wanted| known(&positions, &wanted)) {
            return;
        }
        let changes = world.folded(&records);
        world.store.follow(&log, &[frame], &changes).unwrap();
    }
}

/// Follows all logs to their ends.
pub(crate) fn catch_up(world: &mut World, writers: &[World; 2]) {
    for _ in 0..100 {
        writers.iter().for_each(|writer| follow_some(world, writer, usize::MAX));
    }
    assert!(writers.iter().all(|writer| world.news_of(writer).is_empty()), "all was followed");
}

pub(crate) fn compare(readers: [&dyn Reader; 2], limit: usize) {
    for wanted in [None, Some(SKUS[0]), Some(SKUS[2])] {
        for site in [None, Some(SITES[0])] {
            let query = Movements { sku: wanted.map(sku), warehouse: site.map(code), ..history::any() };
            let [one, other] = readers
                .map(|reader| all(limit, |page| reader.movements(&Movements { page, ..query.clone() })));
            assert_eq!(one, other, "{query:?} in pages of {limit}");
        }
    }
    let after: Positions = [(node("mad"), Seq(3))].into_iter().collect();
    let entries = readers.map(|reader| reader.entries(&Entries { after: after.clone(), limit: 70 }).unwrap());
    assert_eq!(format!("{:?}", entries[0]), format!("{:?}", entries[1]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn copies_answer_alike(ops in proptest::collection::vec(op(), 1..60), limit in 1..5_usize) {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let mut company = Company::new(sqlite(folders[0].path(), Default::default()));
        // Two who look on, under the name of neither.
        let identity = LogId { node: node("watch"), incarnation: Incarnation(1) };
        let mut one = World::on(Box::new(MemoryStore::new(identity.clone(), Default::default())));
        let store = SqliteStore::open(
            &database_file(folders[1].path()), identity, Default::default(),
        );
        let mut other = World::on(Box::new(store.unwrap()));
        for op in &ops {
            company.run(op);
            if let Op::LookOn { writer, frames } = op {
                for world in [&mut one, &mut other] {
                    follow_some(world, &company.nodes[*writer], *frames);
                }
                compare([&*one.reader(), &*other.reader()], limit);
            }
        }
        for world in [&mut one, &mut other] {
            catch_up(world, &company.nodes);
        }
        assert_eq!(audited(&*one.store), audited(&*other.store));
        compare([&*one.reader(), &*other.reader()], limit);
        for writer in [0, 1, 0] {
            company.hear(writer, usize::MAX);
        }
        let [main, mad] = &company.nodes;
        compare([&*main.reader(), &*mad.reader()], limit);
        compare([&*main.reader(), &*other.reader()], limit);
    }
}
