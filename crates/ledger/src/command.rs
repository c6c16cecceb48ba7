//! Commands: valid in shape, not yet decided.

mod conflict;
mod ownership;
mod place;
mod settings;
mod statement;
mod transfer;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::gtin::Barcode;
use crate::ids::{CommandId, EntryId, ImportId, Millis, SessionId, SourceId, UserId, Version};
use crate::money::Money;
use crate::names::{Line, Sku, Title, Username, WarehouseCode};
use crate::quantity::Quantity;
use crate::records::{Grant, SessionKind, StockKey, Unit};

pub use conflict::*;
pub use ownership::*;
pub use place::Where;
pub use settings::*;
pub use statement::*;
pub use transfer::*;

/// A command with its identity: what the writer takes.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Who sent it, and their key for it.
    pub id: CommandId,
    /// What led to it, if not a person.
    pub cause: Option<Cause>,
    /// What is asked.
    pub command: Command,
    /// Until when it may be decided; it is refused after that. Always, if not said.
    pub expires: Option<Millis>,
    /// Which warehouse it touches, as the node that has accepted it knows: should what it names be unknown to the one that
    /// decides. Nothing where that is the same node.
    pub place: Option<WarehouseCode>,
}

/// What led to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A file's import.
    Import(ImportId),
    /// An earlier entry.
    Entry(EntryId),
}

/// Everything that can be asked of the ledger. Each touches one warehouse, or none, but for batches that are not
/// atomic: there every line is a command of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Moves stock.
    Move(Moves),
    /// Takes one movement back by a counter-movement.
    Undo(Undo),
    /// Sets stock aside.
    Hold(HoldStock),
    /// Ends a hold, in whole or in part.
    Release(ReleaseHold),
    /// Adds a product.
    CreateProduct(NewProduct),
    /// Changes a product's fields.
    ChangeProduct(ChangeProduct),
    /// Adds a category.
    CreateCategory(CreateCategory),
    /// Renames a category; its products follow.
    RenameCategory(RenameCategory),
    /// Removes a category; its products have none then.
    RemoveCategory(RemoveCategory),
    /// Adds a warehouse.
    CreateWarehouse(NameWarehouse),
    /// Renames a warehouse.
    RenameWarehouse(NameWarehouse),
    /// Sets a reorder rule.
    SetRule(SetRule),
    /// Removes a reorder rule.
    RemoveRule(RemoveRule),
    /// Somebody sees to an alert.
    AcknowledgeAlert(AcknowledgeAlert),
    /// Puts an alert to sleep.
    SnoozeAlert(SnoozeAlert),
    /// Adds a user.
    CreateUser(NewUser),
    /// Changes a user.
    ChangeUser(ChangeUser),
    /// Records a login or an API token.
    OpenSession(OpenSession),
    /// Ends a login or an API token.
    CloseSession(CloseSession),
    /// Begins a file's import.
    BeginImport(BeginImport),
    /// Takes a whole import back, or nothing of it.
    UndoImport(UndoImport),
    /// Founds the company, with its first administrator.
    Found(Found),
    /// Makes known the key with which this node signs tokens.
    PublishKey(PublishKey),
    /// Notes that somebody looks into the node's database by a statement of their own.
    RunStatement(RunStatement),
    /// Writes down what is to go from one warehouse to another.
    DraftTransfer(DraftTransfer),
    /// Gives a draft up.
    CancelTransfer(CancelTransfer),
    /// Sends all of a draft on the road.
    DispatchTransfer(DispatchTransfer),
    /// Says what came of what is on the road.
    ReceiveTransfer(ReceiveTransfer),
    /// Says what became of what did not come.
    SettleTransfer(SettleTransfer),
    /// Says that another node is to take a warehouse. Until it does, nobody decides about the warehouse.
    HandOver(HandOverWarehouse),
    /// Makes the node that decides this the owner of a warehouse.
    Take(TakeWarehouse),
    /// Says what must have happened before anything about a warehouse counts as done.
    SetDurability(SetDurability),
    /// Does once more what a void record was to do, for the warehouse as it is now.
    Repost(Repost),
    /// Gives a void record up.
    DiscardVoid(DiscardVoid),
    /// Changes settings of the company.
    ChangeSettings(ChangeSettings),
    /// Says that a person has looked at a conflict: the value that counts stays, or the one of a node is to count.
    SettleConflict(SettleConflict),
}

/// One or many movements.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moves {
    /// Up to [`Moves::LINES_MAX`] lines.
    pub lines: Vec<MoveLine>,
    /// All or nothing, in one warehouse.
    pub atomic: bool,
}

impl Moves {
    /// The most lines one command may have.
    pub const LINES_MAX: usize = 10_000;
}

/// One movement that is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoveLine {
    /// What kind.
    pub kind: MoveKind,
    /// Where.
    pub warehouse: WarehouseCode,
    /// Of what.
    pub sku: Sku,
    /// How much.
    pub amount: Amount,
    /// Why; empty if not said.
    pub reason: Option<Line>,
    /// What it refers to, as an invoice.
    pub reference: Option<Line>,
    /// When the goods really moved; now, if not said.
    pub occurred_at: Option<Millis>,
    /// The row of an outside source that it stands for, posted once.
    pub source: Option<SourceId>,
}

/// The kinds of movement that people ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// Goods come from a supplier.
    Receipt,
    /// Goods go to a customer.
    Issue,
    /// Goods come back from a customer.
    Return,
    /// The books follow what is really there.
    Adjustment,
}

/// How much a movement moves.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// This much; signed for adjustments only.
    By(Quantity),
    /// So that this much is on hand, provided that the balance is still at the version that was counted.
    Counted {
        /// What was counted, 0 or more.
        on_hand: Quantity,
        /// The balance's version when counting.
        expected: Version,
    },
}

/// See [`Command::Undo`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// The movement.
    pub movement: EntryId,
    /// Why.
    pub reason: Option<Line>,
}

/// See [`Command::Hold`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HoldStock {
    /// Where and what.
    pub key: StockKey,
    /// How much.
    pub quantity: Quantity,
    /// Why.
    pub reason: Line,
    /// What it refers to.
    pub reference: Option<Line>,
}

/// See [`Command::Release`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReleaseHold {
    /// The hold.
    pub hold: EntryId,
    /// How much of it; all, if not said.
    pub quantity: Option<Quantity>,
}

/// See [`Command::CreateProduct`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewProduct {
    /// The code, the key of the catalogue.
    pub sku: Sku,
    /// The name.
    pub name: Title,
    /// Up to 10,000 characters.
    pub description: String,
    /// The category's name; a new name becomes a new category.
    pub category: Option<Title>,
    /// What it is counted in.
    pub unit: Unit,
    /// Barcodes.
    pub barcodes: Vec<Barcode>,
    /// Free attributes.
    pub attributes: BTreeMap<String, String>,
    /// Selling price.
    pub price: Option<Money>,
    /// Purchase cost.
    pub cost: Option<Money>,
}

/// See [`Command::ChangeProduct`]. What is `None` stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ProductPatch {
    /// The name.
    pub name: Option<Title>,
    /// The description.
    pub description: Option<String>,
    /// The category's name, or none.
    pub category: Option<Option<Title>>,
    /// The unit: must be the present one.
    pub unit: Option<Unit>,
    /// All barcodes.
    pub barcodes: Option<Vec<Barcode>>,
    /// All attributes.
    pub attributes: Option<BTreeMap<String, String>>,
    /// The price, or none.
    pub price: Option<Option<Money>>,
    /// The cost, or none.
    pub cost: Option<Option<Money>>,
    /// Retires (refused while there is stock) or brings back.
    pub retired: Option<bool>,
    /// Why. Left out of the fingerprint where it is not said, so that a request of before it was there is known again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Line>,
}

/// See [`Command::ChangeProduct`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeProduct {
    /// Which product.
    pub sku: Sku,
    /// What changes.
    pub patch: ProductPatch,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::CreateCategory`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateCategory {
    /// The name, unique without regard to case.
    pub name: Title,
}

/// See [`Command::RenameCategory`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RenameCategory {
    /// Which category.
    pub id: EntryId,
    /// The new name.
    pub name: Title,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::RemoveCategory`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveCategory {
    /// Which category.
    pub id: EntryId,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::CreateWarehouse`] and [`Command::RenameWarehouse`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NameWarehouse {
    /// The code, the key.
    pub code: WarehouseCode,
    /// The name.
    pub name: Title,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::SetRule`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetRule {
    /// Where and what.
    pub key: StockKey,
    /// 0 or more.
    pub minimum: Quantity,
    /// At least the minimum.
    pub target: Quantity,
    /// More than 0.
    pub multiple: Quantity,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::RemoveRule`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveRule {
    /// Where and what.
    pub key: StockKey,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::AcknowledgeAlert`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AcknowledgeAlert {
    /// Which alert.
    pub alert: EntryId,
}

/// See [`Command::SnoozeAlert`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnoozeAlert {
    /// Which alert.
    pub alert: EntryId,
    /// Until when it sleeps.
    pub until: Millis,
}

/// See [`Command::CreateUser`]. The password hash is left out of the command's fingerprint: its salt differs each time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewUser {
    /// The permanent id, made by the caller. Not part of the request, so not of its fingerprint.
    #[serde(skip)]
    pub id: UserId,
    /// The login name.
    pub username: Username,
    /// The e-mail address.
    pub email: Option<String>,
    /// The person's name.
    pub full_name: String,
    /// The password's argon2id hash.
    #[serde(skip)]
    pub password_hash: String,
    /// Whether the password must be changed at the next login.
    pub must_change_password: bool,
    /// What they may do.
    pub grants: Vec<Grant>,
}

/// See [`Command::ChangeUser`]. What is `None` stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UserPatch {
    /// The login name.
    pub username: Option<Username>,
    /// The e-mail address; empty for none.
    pub email: Option<String>,
    /// The person's name.
    pub full_name: Option<String>,
    /// The new password's hash; ends all sessions but the one named beside it.
    #[serde(skip)]
    pub password_hash: Option<String>,
    /// Whether the password must be changed at the next login.
    pub must_change_password: Option<bool>,
    /// Whether logging in is refused.
    pub disabled: Option<bool>,
    /// All grants.
    pub grants: Option<Vec<Grant>>,
}

/// See [`Command::ChangeUser`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeUser {
    /// Which user.
    pub id: UserId,
    /// What changes.
    pub patch: UserPatch,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`Command::OpenSession`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenSession {
    /// The permanent id, made by the caller. Not part of the request, so not of its fingerprint.
    #[serde(skip)]
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Login or API token.
    pub kind: SessionKind,
    /// What it is called.
    pub label: String,
    /// When it ends by itself. Follows from when it was asked for, so not part of the fingerprint.
    #[serde(skip)]
    pub expires: Millis,
}

/// See [`Command::CloseSession`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CloseSession {
    /// Which session or token.
    pub id: SessionId,
}

/// See [`Command::BeginImport`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BeginImport {
    /// The permanent id.
    pub id: ImportId,
    /// The profile's name.
    pub profile: String,
    /// The file's name.
    pub file: String,
}

/// See [`Command::UndoImport`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UndoImport {
    /// Which import.
    pub id: ImportId,
    /// Why.
    pub reason: Option<Line>,
}

/// See [`Command::Found`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// The company's permanent id.
    pub company: [u8; 16],
    /// The first administrator.
    pub admin: NewUser,
}

/// See [`Command::PublishKey`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishKey {
    /// The ed25519 public key.
    pub public_key: [u8; 32],
}

impl Command {
    /// What it is called, as in `move` or `create_product`.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).expect("commands have string keys only");
        value["command"].as_str().expect("a command has a tag").to_owned()
    }

    /// A short hash of what is asked, by which another request under the same key is told from a repetition.
    pub fn fingerprint(&self) -> u64 {
        let text = serde_json::to_vec(self).expect("commands have string keys only");
        let hash = blake3::hash(&text);
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
    }
}
