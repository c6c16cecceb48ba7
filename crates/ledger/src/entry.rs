//! Entries: what has happened. Facts, in the order of the log; they cannot be refused.

use crate::body;
use crate::command::{Cause, MoveKind};
use crate::ids::{CommandId, EntryId, Epoch, Millis, Seq, SourceId, Stamp, UserId};
use crate::names::WarehouseCode;
use crate::quantity::Quantity;
use crate::records::{Balance, StockKey};
use crate::refusal::Refusal;

/// What one command has led to: never parted, in the log as elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Which command.
    pub command: CommandId,
    /// The command's fingerprint, by which another request under the same key is told from a repetition.
    pub fingerprint: u64,
    /// What led to the command, if not a person.
    pub cause: Option<Cause>,
    /// The id of the first entry; the others follow it without gaps.
    pub first: EntryId,
    /// The stamp of the first entry; each later one's is one higher.
    pub stamp: Stamp,
    /// At least one entry.
    pub entries: Vec<Entry>,
}

impl Record {
    /// The id of the entry at `index`.
    pub fn id(&self, index: usize) -> EntryId {
        EntryId { seq: self.first.seq.plus(index as u64), ..self.first.clone() }
    }

    /// The stamp of the entry at `index`.
    pub fn stamp(&self, index: usize) -> Stamp {
        self.stamp.plus(index as u64)
    }

    /// Another command that this record answers too: the one that a void record had come from which this one posts
    /// again.
    pub fn answers_also(&self) -> Option<(CommandId, u64)> {
        let Body::VoidSettled(settled) = &self.entries.last()?.body else { return None };
        let answers = settled.answers.as_ref()?;
        let user = UserId(answers.user.as_slice().try_into().ok()?);
        Some((CommandId::from_key_bytes(user, &answers.key)?, answers.fingerprint))
    }

    /// Whether this record is the answer to a command of that identity and fingerprint.
    pub fn answers(&self, id: &CommandId, fingerprint: u64) -> bool {
        let is_asked = (&self.command, self.fingerprint) == (id, fingerprint);
        is_asked || self.answers_also().is_some_and(|(other, print)| (&other, print) == (id, fingerprint))
    }
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The ownership of the warehouse under which it was written; 1 for what concerns no warehouse.
    pub epoch: Epoch,
    /// What happened.
    pub body: Body,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Goods moved.
    Moved(Moved),
    /// The ledger said no to a command, or to one line of it.
    Refused(Refused),
    /// An atomic batch was refused as a whole.
    BatchRefused(BatchRefused),
    /// Stock was set aside.
    Held(Held),
    /// Stock set aside came back.
    Released(Released),
    /// A shortage began.
    AlertRaised(AlertRaised),
    /// A shortage ended.
    AlertResolved(AlertResolved),
    /// See the message's document.
    AlertHandled(body::AlertHandled),
    /// See the message's document.
    ProductSet(body::ProductSet),
    /// See the message's document.
    CategorySet(body::CategorySet),
    /// See the message's document.
    WarehouseSet(body::WarehouseSet),
    /// See the message's document.
    RuleSet(body::RuleSet),
    /// See the message's document.
    UserSet(body::UserSet),
    /// See the message's document.
    SessionOpened(body::SessionOpened),
    /// See the message's document.
    SessionClosed(body::SessionClosed),
    /// See the message's document.
    ImportBegun(body::ImportBegun),
    /// See the message's document.
    ImportUndone(body::ImportUndone),
    /// See the message's document.
    Founded(body::Founded),
    /// See the message's document.
    KeyPublished(body::KeyPublished),
    /// See the message's document.
    TransferDrafted(body::TransferDrafted),
    /// See the message's document.
    TransferCancelled(body::TransferCancelled),
    /// See the message's document.
    TransferDispatched(body::TransferDispatched),
    /// See the message's document.
    TransferReceived(body::TransferReceived),
    /// See the message's document.
    TransferSettled(body::TransferSettled),
    /// See the message's document.
    WarehouseHandedOver(body::WarehouseHandedOver),
    /// The owner said what must have happened before anything about a warehouse counts as done.
    DurabilitySet(body::DurabilitySet),
    /// See the message's document.
    WarehouseTaken(body::WarehouseTaken),
    /// See the message's document.
    VoidSettled(body::VoidSettled),
    /// See the message's document.
    StatementRun(body::StatementRun),
    /// See the message's document.
    SettingsSet(body::SettingsSet),
}

/// The kinds of movement in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Supplier to warehouse.
    Receipt,
    /// Warehouse to customer.
    Issue,
    /// Customer to warehouse.
    Return,
    /// The books follow what is there, either way; every undo is one too.
    Adjustment,
    /// Warehouse to the road.
    Dispatch,
    /// The road to a warehouse.
    Arrival,
    /// The road to nowhere.
    Loss,
}

impl Kind {
    /// All kinds, in the order of their numbers in the log, from 1.
    pub const ALL: [Kind; 7] = [
        Kind::Receipt,
        Kind::Issue,
        Kind::Return,
        Kind::Adjustment,
        Kind::Dispatch,
        Kind::Arrival,
        Kind::Loss,
    ];

    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Receipt => "receipt",
            Kind::Issue => "issue",
            Kind::Return => "return",
            Kind::Adjustment => "adjustment",
            Kind::Dispatch => "dispatch",
            Kind::Arrival => "arrival",
            Kind::Loss => "loss",
        }
    }
}

impl From<MoveKind> for Kind {
    fn from(kind: MoveKind) -> Kind {
        match kind {
            MoveKind::Receipt => Kind::Receipt,
            MoveKind::Issue => Kind::Issue,
            MoveKind::Return => Kind::Return,
            MoveKind::Adjustment => Kind::Adjustment,
        }
    }
}

/// Goods moved in or out of one warehouse.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// What kind of movement.
    pub kind: Kind,
    /// Where and what.
    pub key: StockKey,
    /// The change of the stock on hand: positive in, negative out. Of a loss, what left the road, negative: it changes
    /// no stock.
    pub change: Quantity,
    /// The balance afterwards; its `last` is this movement.
    pub after: Balance,
    /// The movement of the same key before this one, or 0.
    pub previous: Seq,
    /// Why; empty if not said.
    pub reason: String,
    /// What it refers to; empty if nothing.
    pub reference: String,
    /// When the goods really moved, where that is not when it was recorded.
    pub occurred_at: Option<Millis>,
    /// The movement that it takes back.
    pub undoes: Option<Undone>,
    /// The row of an outside source that it stands for.
    pub source: Option<SourceId>,
}

/// The movement that a counter-movement takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// Which one.
    pub movement: EntryId,
    /// Its kind, and so the accounts that are reversed.
    pub kind: Kind,
}

/// Where goods can be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// In a warehouse.
    Warehouse(crate::names::WarehouseCode),
    /// On the road, by the transfer's id.
    Transit(String),
    /// With whoever sells to us.
    Supplier,
    /// With whoever buys from us.
    Customer,
    /// Found or missed when counting.
    Adjustment,
    /// Thrown away or lost.
    Scrap,
}

/// A positive quantity of one SKU on its way from one account to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Where it comes from.
    pub from: Account,
    /// Where it goes.
    pub to: Account,
    /// How much, more than 0.
    pub quantity: Quantity,
}

impl Moved {
    /// The movement in terms of accounts (double entry).
    pub fn movement(&self) -> Movement {
        let road = || Account::Transit(self.reference.clone());
        if self.kind == Kind::Loss {
            return Movement { from: road(), to: Account::Scrap, quantity: self.change.magnitude() };
        }
        let warehouse = Account::Warehouse(self.key.warehouse.clone());
        let other = match self.undoes.as_ref().map_or(self.kind, |undone| undone.kind) {
            Kind::Receipt => Account::Supplier,
            Kind::Issue | Kind::Return => Account::Customer,
            Kind::Adjustment => Account::Adjustment,
            Kind::Dispatch | Kind::Arrival => road(),
            Kind::Loss => Account::Scrap,
        };
        let (from, to) = if Quantity::ZERO < self.change { (other, warehouse) } else { (warehouse, other) };
        Movement { from, to, quantity: self.change.magnitude() }
    }

    /// What it does to the stock on hand.
    pub fn on_hand_change(&self) -> Quantity {
        if self.kind == Kind::Loss { Quantity::ZERO } else { self.change }
    }

    /// The quantity as people see it: positive, but for adjustments the signed difference.
    pub fn shown_quantity(&self) -> Quantity {
        if self.kind == Kind::Adjustment { self.change } else { self.change.magnitude() }
    }
}

/// The ledger said no.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// By whose owner it was decided: with an ownership that does not count, nor does the refusal.
    pub warehouse: Option<WarehouseCode>,
}

/// The ledger said no to an atomic batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchRefused {
    /// How many lines it had.
    pub lines: u32,
    /// The lines at fault, by their index from 0, and why.
    pub refusals: Vec<(u32, Refusal)>,
    /// As in [`Refused`].
    pub warehouse: Option<WarehouseCode>,
}

/// Stock was set aside.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Where and what.
    pub key: StockKey,
    /// How much.
    pub quantity: Quantity,
    /// The balance afterwards.
    pub after: Balance,
    /// Why.
    pub reason: String,
    /// What it refers to; empty if nothing.
    pub reference: String,
}

/// Stock set aside came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Released {
    /// The hold.
    pub hold: EntryId,
    /// Where and what.
    pub key: StockKey,
    /// How much.
    pub quantity: Quantity,
    /// The balance afterwards.
    pub after: Balance,
}

/// A shortage began; the entry's id is the alert's.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRaised {
    /// Where and what.
    pub key: StockKey,
    /// What is available.
    pub available: Quantity,
    /// The rule's minimum.
    pub minimum: Quantity,
}

/// A shortage ended.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertResolved {
    /// Which alert.
    pub alert: EntryId,
    /// Where and what.
    pub key: StockKey,
}
