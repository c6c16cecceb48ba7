//! A generated company: products in random order of names, three warehouses, movements of popular and rare goods.

use acopio_ledger::codec::{Frame, FrameBuilder, Header};
use acopio_ledger::command::{
    Amount, Command, Found, MoveKind, MoveLine, Moves, NameWarehouse, NewProduct, NewUser,
};
use acopio_ledger::decide::{self, Now};
use acopio_ledger::ids::{CommandId, EntryId, Millis, UserId};
use acopio_ledger::names::{IdempotencyKey, Sku, Title, Username, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Grant, Role, Unit};
use acopio_ledger::{Books, Changes, Record, Submission};
use acopio_store::Store;

const SITES: [&str; 3] = ["LON", "MAD", "NYC"];
const COLOURS: [&str; 8] = ["red", "azul", "green", "blanco", "black", "métrico", "vintage", "pink"];
const THINGS: [&str; 16] = [
    "cup", "mantel", "lantern", "heart", "holder", "caja", "clock", "bag", "bottle", "plate", "cushion",
    "candle", "libreta", "spoon", "frame", "doorstop",
];
const MATERIALS: [&str; 8] = ["wood", "metal", "algodón", "glass", "ceramic", "paper", "zinc", "felt"];

/// A small generator of numbers that are random enough here and the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `below`.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below as u64) as usize
    }

    /// A number below `below`, small ones far more often: a tenth of the goods make most of the trade.
    pub(crate) fn roll_popular(&mut self, below: usize) -> usize {
        let wide = self.roll(below);
        if self.roll(10) < 7 { wide / 10 } else { wide }
    }
}

/// What a commit consists of.
pub(crate) struct Group {
    pub(crate) frames: Vec<Frame>,
    pub(crate) changes: Changes,
}

/// Decides commands as a node does.
pub(crate) struct Clerk {
    now: Millis,
    keys: u64,
}

impl Clerk {
    pub(crate) fn new(done: u64) -> Clerk {
        Clerk { now: Millis(1_700_000_000_000 + done as i64), keys: done }
    }

    pub(crate) fn decide(&mut self, store: &dyn Store, commands: impl IntoIterator<Item = Command>) -> Group {
        self.now.0 += 50;
        let (identity, head) = (store.identity(), store.head());
        let (first, stamp) = (head.seq.plus(1), head.stamp.next(self.now));
        let mut books = Books::over(store.source());
        let mut records: Vec<Record> = Vec::new();
        let mut entries = 0;
        for command in commands {
            let id = CommandId { user: UserId([1; 16]), key: self.key() };
            let seq = first.plus(entries);
            let next = EntryId { node: identity.node.clone(), incarnation: identity.incarnation, seq };
            let now = Now { next, stamp: stamp.plus(entries) };
            records.push(decide::execute(
                &mut books,
                &now,
                &Submission { id, cause: None, command, expires: None, place: None },
            ));
            entries += records.last().map_or(0, |record| record.entries.len() as u64);
        }
        let header = Header {
            node: identity.node,
            incarnation: identity.incarnation,
            first,
            stamp,
            previous: head.hash,
        };
        let mut frame = FrameBuilder::new(header, entries as usize);
        records.iter().for_each(|record| frame.push(record));
        Group { frames: vec![frame.seal()], changes: books.take_changes() }
    }

    /// Time-ordered keys, as clients are asked to send.
    fn key(&mut self) -> IdempotencyKey {
        self.keys += 1;
        let text =
            UserId((u128::from(self.keys) << 64 | 0x7000_8000_0000_0000_0000).to_be_bytes()).to_string();
        IdempotencyKey::recorded(&text)
    }
}

pub(crate) fn founding() -> Vec<Command> {
    let admin = NewUser {
        id: UserId([1; 16]),
        username: Username::recorded("admin"),
        email: None,
        full_name: String::new(),
        password_hash: String::new(),
        must_change_password: false,
        grants: vec![Grant { role: Role::Admin, warehouses: Vec::new() }],
    };
    let site = |code: &str| NameWarehouse {
        code: WarehouseCode::recorded(code),
        name: Title::recorded(code),
        expected: None,
    };
    let sites = SITES.iter().map(|code| Command::CreateWarehouse(site(code)));
    [Command::Found(Found { company: [1; 16], admin })].into_iter().chain(sites).collect()
}

/// The SKU of a product's number: in no order, as real ones are.
pub(crate) fn sku(number: usize) -> Sku {
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9) % 0x1_0000_0000;
    Sku::recorded(&format!("{:05}{}-{number}", mixed % 100_000, char::from(b'A' + (mixed % 26) as u8)))
}

pub(crate) fn product(number: usize) -> Command {
    let mut dice = Dice::new(number as u64);
    let mut pick = |words: &[&'static str]| words[dice.roll(words.len())];
    let name = format!("{} {} of {} no {}", pick(&COLOURS), pick(&THINGS), pick(&MATERIALS), number % 5_000);
    Command::CreateProduct(NewProduct {
        sku: sku(number),
        name: Title::recorded(&name),
        description: String::new(),
        category: Some(Title::recorded(&format!("Range {}", dice.roll(300)))),
        unit: Unit { name: "each".to_owned(), decimals: 0 },
        barcodes: Vec::new(),
        attributes: Default::default(),
        price: None,
        cost: None,
    })
}

/// A line that receives three times as much as it issues.
fn line(dice: &mut Dice, products: usize) -> MoveLine {
    let number = dice.roll_popular(products);
    let (kind, units) = if dice.roll(2) == 0 { (MoveKind::Receipt, 9) } else { (MoveKind::Issue, 3) };
    MoveLine {
        kind,
        warehouse: WarehouseCode::recorded(SITES[dice.roll(SITES.len())]),
        sku: sku(number),
        amount: Amount::By(Quantity(units * 1_000)),
        reason: None,
        reference: None,
        occurred_at: None,
        source: None,
    }
}

pub(crate) fn batch(dice: &mut Dice, products: usize, lines: usize) -> Command {
    Command::Move(Moves { lines: (0..lines).map(|_| line(dice, products)).collect(), atomic: false })
}
