//! A company on a store, driven by commands as a node would.

use std::collections::BTreeMap;

use acopio_contract::QueryError;
use acopio_contract::query::{Page, PageRequest};
use acopio_ledger::codec::{Frame, FrameBuilder, Header};
use acopio_ledger::command::{
    Amount, Command, Found, HoldStock, MoveKind, MoveLine, Moves, NameWarehouse, NewProduct, NewUser, SetRule,
};
use acopio_ledger::decide::{self, Now};
use acopio_ledger::ids::{CommandId, EntryId, Incarnation, LogId, Millis, Seq, UserId};
use acopio_ledger::names::{IdempotencyKey, Line, NodeName, Sku, Title, Username, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Grant, Role, StockKey, Unit};
use acopio_ledger::{Books, Cause, Changes, Record, Submission, apply};
use acopio_store::{Faults, MemoryStore, Reader, Store, StoreError};

/// The user who does everything, unless another is named.
pub(crate) const ADMIN: UserId = UserId(*b"the-first--admin");

/// A store and a clock.
pub(crate) struct World {
    pub(crate) store: Box<dyn Store>,
    pub(crate) now: Millis,
    pub(crate) user: UserId,
    pub(crate) cause: Option<Cause>,
    /// Whether keys are those that other nodes are given too: then a command can be decided twice.
    pub(crate) twice: bool,
    /// How many were given.
    pub(crate) keys: u64,
}

impl World {
    /// A store without a company.
    pub(crate) fn on(store: Box<dyn Store>) -> World {
        World { store, now: Millis(1_700_000_000_000), user: ADMIN, cause: None, twice: false, keys: 0 }
    }

    /// A company with the warehouses LON, MAD and NYC.
    pub(crate) fn founded(store: Box<dyn Store>) -> World {
        let mut world = World::on(store);
        let admin = user(ADMIN, "Ana", "ana@example.com");
        world.run([Command::Found(Found { company: [7; 16], admin })]);
        world.run([warehouse("LON", "London"), warehouse("MAD", "Madrid"), warehouse("NYC", "New York")]);
        world
    }

    /// Another node of the company, which knows what its founder has written so far. Its clock is the founder's.
    pub(crate) fn joined(name: &str, founder: &World) -> World {
        let identity = LogId { node: node(name), incarnation: Incarnation(1) };
        World::joined_on(Box::new(MemoryStore::new(identity, Faults::default())), founder)
    }

    /// The same on a store of its own.
    pub(crate) fn joined_on(store: Box<dyn Store>, founder: &World) -> World {
        let mut world = World::on(store);
        world.now = founder.now;
        world.follow(founder);
        world
    }

    /// Follows another node's log to its end, as many frames at a time as there are.
    pub(crate) fn follow(&mut self, other: &World) {
        let log = other.store.identity();
        let frames = self.news_of(other);
        if !frames.is_empty() {
            let changes = self.folded(frames.iter().flat_map(|(_, records)| records));
            let frames: Vec<Frame> = frames.into_iter().map(|(frame, _)| frame).collect();
            self.store.follow(&log, &frames, &changes).unwrap();
        }
    }

    /// What of another node's log is not known here.
    pub(crate) fn news_of(&self, other: &World) -> Vec<(Frame, Vec<Record>)> {
        let node = other.store.identity().node;
        let known = self.store.heads().get(&node).map_or(Seq(0), |log| log.head.seq);
        let frames = other.reader().frames(&node, known, usize::MAX).unwrap();
        frames.iter().map(|frame| Frame::from_bytes(&frame.bytes).unwrap()).map(|(a, _, b)| (a, b)).collect()
    }

    /// What records change here.
    pub(crate) fn folded<'r>(&self, records: impl IntoIterator<Item = &'r Record>) -> Changes {
        let mut books = Books::over(self.store.source());
        records.into_iter().for_each(|record| apply::record(&mut books, record));
        books.take_changes()
    }

    pub(crate) fn reader(&self) -> std::sync::Arc<dyn Reader> {
        self.store.reader()
    }

    /// Decides commands upon one another and commits them as one frame.
    pub(crate) fn run(&mut self, commands: impl IntoIterator<Item = Command>) -> Vec<Record> {
        let (records, frame, changes) = self.decide(commands);
        self.store.commit(&[frame], &changes).unwrap();
        records
    }

    /// The same, when the commit may fail.
    pub(crate) fn try_run(
        &mut self,
        commands: impl IntoIterator<Item = Command>,
    ) -> Result<Vec<Record>, StoreError> {
        let (records, frame, changes) = self.decide(commands);
        self.store.commit(&[frame], &changes).map(|()| records)
    }

    /// Decides commands without committing them.
    pub(crate) fn decide(
        &mut self,
        commands: impl IntoIterator<Item = Command>,
    ) -> (Vec<Record>, Frame, Changes) {
        self.now.0 += 1_000;
        let (identity, head) = (self.store.identity(), self.store.head());
        // As a node does: after all that is known here.
        let known = self.store.heads().into_values().map(|log| log.head.stamp).max().unwrap_or_default();
        let (first, stamp) = (head.seq.plus(1), known.next(self.now));
        let mut records: Vec<Record> = Vec::new();
        let mut entries = 0;
        let changes = {
            let mut books = Books::over(self.store.source());
            for command in commands {
                self.keys += 1;
                let whose = if self.twice { "anybody" } else { identity.node.as_str() };
                let key = IdempotencyKey::new(&format!("{whose}-{}", self.keys)).unwrap();
                let id = CommandId { user: self.user, key };
                let next = EntryId {
                    node: identity.node.clone(),
                    incarnation: identity.incarnation,
                    seq: first.plus(entries),
                };
                let now = Now { next, stamp: stamp.plus(entries) };
                let submission =
                    Submission { id, cause: self.cause.clone(), command, expires: None, place: None };
                records.push(decide::execute(&mut books, &now, &submission));
                entries += records.last().unwrap().entries.len() as u64;
            }
            books.take_changes()
        };
        let (node, incarnation) = (identity.node, identity.incarnation);
        let header = Header { node, incarnation, first, stamp, previous: head.hash };
        let mut frame = FrameBuilder::new(header, entries as usize);
        records.iter().for_each(|record| frame.push(record));
        (records, frame.seal(), changes)
    }
}

/// All rows of a list, read in pages of `limit`.
pub(crate) fn all<T>(limit: usize, ask: impl Fn(PageRequest) -> Result<Page<T>, QueryError>) -> Vec<T> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    for _ in 0..10_000 {
        let page = ask(PageRequest { limit, cursor }).unwrap();
        assert!(page.items.len() <= limit, "a page of {} rows", page.items.len());
        rows.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return rows,
        }
    }
    panic!("the list has no end");
}

/// The first page of up to 100 rows.
pub(crate) fn first_page() -> PageRequest {
    PageRequest { limit: 100, cursor: None }
}

pub(crate) fn node(name: &str) -> NodeName {
    NodeName::new(name).unwrap()
}

pub(crate) fn sku(text: &str) -> Sku {
    Sku::new(text).unwrap()
}

pub(crate) fn code(text: &str) -> WarehouseCode {
    WarehouseCode::new(text).unwrap()
}

pub(crate) fn key(warehouse: &str, text: &str) -> StockKey {
    StockKey { sku: sku(text), warehouse: code(warehouse) }
}

pub(crate) fn warehouse(text: &str, name: &str) -> Command {
    let (code, name) = (code(text), Title::new(name).unwrap());
    Command::CreateWarehouse(NameWarehouse { code, name, expected: None })
}

pub(crate) fn user(id: UserId, name: &str, email: &str) -> NewUser {
    NewUser {
        id,
        username: Username::new(name).unwrap(),
        email: Some(email.to_owned()),
        full_name: format!("{name} Example"),
        password_hash: "$argon2id$".to_owned(),
        must_change_password: false,
        grants: vec![Grant { role: Role::Admin, warehouses: Vec::new() }],
    }
}

pub(crate) fn new_product(text: &str, name: &str) -> NewProduct {
    NewProduct {
        sku: sku(text),
        name: Title::new(name).unwrap(),
        description: String::new(),
        category: None,
        unit: Unit { name: "each".to_owned(), decimals: 0 },
        barcodes: Vec::new(),
        attributes: BTreeMap::new(),
        price: None,
        cost: None,
    }
}

pub(crate) fn product(text: &str, name: &str) -> Command {
    Command::CreateProduct(new_product(text, name))
}

pub(crate) fn product_in(text: &str, name: &str, category: &str) -> Command {
    let category = Some(Title::new(category).unwrap());
    Command::CreateProduct(NewProduct { category, ..new_product(text, name) })
}

pub(crate) fn line(kind: MoveKind, warehouse: &str, text: &str, units: i64) -> MoveLine {
    MoveLine {
        kind,
        warehouse: code(warehouse),
        sku: sku(text),
        amount: Amount::By(Quantity::whole(units).unwrap()),
        reason: None,
        reference: None,
        occurred_at: None,
        source: None,
    }
}

pub(crate) fn moves(lines: impl IntoIterator<Item = MoveLine>) -> Command {
    Command::Move(Moves { lines: lines.into_iter().collect(), atomic: false })
}

pub(crate) fn receive(warehouse: &str, text: &str, units: i64) -> Command {
    moves([line(MoveKind::Receipt, warehouse, text, units)])
}

pub(crate) fn issue(warehouse: &str, text: &str, units: i64) -> Command {
    moves([line(MoveKind::Issue, warehouse, text, units)])
}

pub(crate) fn hold(warehouse: &str, text: &str, units: i64) -> Command {
    let (quantity, reason) = (Quantity::whole(units).unwrap(), Line::new("damaged").unwrap());
    Command::Hold(HoldStock { key: key(warehouse, text), quantity, reason, reference: None })
}

pub(crate) fn rule(warehouse: &str, text: &str, minimum: i64) -> Command {
    let whole = |units| Quantity::whole(units).unwrap();
    Command::SetRule(SetRule {
        key: key(warehouse, text),
        minimum: whole(minimum),
        target: whole(minimum + 10),
        multiple: whole(1),
        expected: None,
    })
}
