//! Shorthand for building ledgers in tests.
#![allow(dead_code, reason = "each test binary uses some of it")]

pub(crate) mod cluster;

use acopio_ledger::books::Nothing;
use acopio_ledger::codec::{Frame, FrameBuilder, Header};
use acopio_ledger::command::{Amount, MoveKind, MoveLine, Moves, NameWarehouse, NewProduct};
use acopio_ledger::decide::{self, Now};
use acopio_ledger::ids::{CommandId, EntryId, Incarnation, Millis, Seq, Stamp, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, Sku, Title, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Unit;
use acopio_ledger::{Books, Command, Record, Submission};

/// A ledger in memory with the records that it has led to.
pub(crate) struct Ledger {
    pub(crate) books: Books<Nothing>,
    pub(crate) records: Vec<Record>,
    pub(crate) next: u64,
    commands: u64,
}

impl Ledger {
    /// Warehouses `W0 W1 …` and products `S0 S1 …` counted in pieces.
    pub(crate) fn new(warehouses: usize, products: usize) -> Ledger {
        let mut ledger = Ledger { books: Books::over(Nothing), records: Vec::new(), next: 1, commands: 0 };
        for index in 0..warehouses {
            let (code, name) = (warehouse(index), Title::recorded("a warehouse"));
            ledger.submit(Command::CreateWarehouse(NameWarehouse { code, name, expected: None }));
        }
        for index in 0..products {
            ledger.submit(Command::CreateProduct(product(index)));
        }
        ledger
    }

    pub(crate) fn submit(&mut self, command: Command) -> Record {
        self.commands += 1;
        let id = CommandId {
            user: UserId([7; 16]),
            key: IdempotencyKey::recorded(&format!("k{}", self.commands)),
        };
        let next =
            EntryId { node: NodeName::recorded("main"), incarnation: Incarnation(1), seq: Seq(self.next) };
        let now = Now { next, stamp: Stamp::at(Millis(1_000_000)).plus(self.next) };
        let record = decide::execute(
            &mut self.books,
            &now,
            &Submission { id, cause: None, command, expires: None, place: None },
        );
        self.next += record.entries.len() as u64;
        self.records.push(record.clone());
        record
    }

    /// All records in one frame.
    pub(crate) fn frame(&self) -> Frame {
        frame_of(&self.records)
    }
}

pub(crate) fn frame_of(records: &[Record]) -> Frame {
    let first = &records[0];
    let header = Header {
        node: first.first.node.clone(),
        incarnation: first.first.incarnation,
        first: first.first.seq,
        stamp: first.stamp,
        previous: [9; 32],
    };
    let mut builder = FrameBuilder::new(header, records.iter().map(|record| record.entries.len()).sum());
    records.iter().for_each(|record| builder.push(record));
    builder.seal()
}

pub(crate) fn warehouse(index: usize) -> WarehouseCode {
    WarehouseCode::new(&format!("W{index}")).unwrap()
}

pub(crate) fn sku(index: usize) -> Sku {
    Sku::new(&format!("S{index}")).unwrap()
}

pub(crate) fn product(index: usize) -> NewProduct {
    NewProduct {
        sku: sku(index),
        name: Title::new(&format!("Product {index}")).unwrap(),
        description: String::new(),
        category: None,
        unit: Unit { name: "each".to_owned(), decimals: 0 },
        barcodes: Vec::new(),
        attributes: Default::default(),
        price: None,
        cost: None,
    }
}

pub(crate) fn line(kind: MoveKind, place: usize, item: usize, quantity: i64) -> MoveLine {
    MoveLine {
        kind,
        warehouse: warehouse(place),
        sku: sku(item),
        amount: Amount::By(Quantity(quantity)),
        reason: None,
        reference: None,
        occurred_at: None,
        source: None,
    }
}

pub(crate) fn moves(lines: Vec<MoveLine>, atomic: bool) -> Command {
    Command::Move(Moves { lines, atomic })
}
