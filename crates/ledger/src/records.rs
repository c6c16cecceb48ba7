//! What the folded log knows: the records that views are made of.
//!
//! A record is rebuilt from entries at any time; nothing here decides.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::gtin::Barcode;
use crate::ids::{EntryId, Epoch, ImportId, Millis, Seq, SessionId, Stamp, UserId, Version};
use crate::money::Money;
use crate::names::{NodeName, Sku, WarehouseCode};
use crate::ownership::{HandOver, Tenure};
use crate::quantity::Quantity;
use crate::writes::{Fields, Writes};

/// Where stock lies. A struct, so that bins, lots and serials can become further dimensions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StockKey {
    /// The product.
    pub sku: Sku,
    /// The warehouse.
    pub warehouse: WarehouseCode,
}

/// The stock of one product in one warehouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// What lies in the warehouse.
    pub on_hand: Quantity,
    /// What of it is promised to orders.
    pub reserved: Quantity,
    /// What of it may not be used, damaged or under inspection.
    pub on_hold: Quantity,
    /// How often the balance has changed.
    pub version: Version,
    /// The last movement of this key in its owner's log: the head of a chain of back-pointers, newest first.
    pub last: Seq,
}

impl Balance {
    /// What may still be issued or promised.
    pub fn available(&self) -> Quantity {
        self.on_hand - self.reserved - self.on_hold
    }

    /// Whether the figures are possible: none negative, none promised or held that is not there.
    pub fn is_sound(&self) -> bool {
        let parts = [self.on_hand, self.reserved, self.on_hold, self.available()];
        parts.iter().all(|part| Quantity::ZERO <= *part)
    }
}

/// What a product is counted in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// As in "each", "kg", "m".
    pub name: String,
    /// How many decimals a quantity may have, 0 to 3. Fixed when the product is created.
    pub decimals: u8,
}

/// The little that movements need to know of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stockable {
    /// Decimals of its unit, 0 to 3.
    pub decimals: u8,
    /// Whether it is retired.
    pub retired: bool,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Its code, the key.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Free text, up to 10,000 characters; empty if none.
    pub description: String,
    /// The id of its category. A category that has been removed counts as none.
    pub category: Option<EntryId>,
    /// What it is counted in.
    pub unit: Unit,
    /// Barcodes, each of one product only.
    pub barcodes: Vec<Barcode>,
    /// Free attributes, as in "colour": "red".
    pub attributes: BTreeMap<String, String>,
    /// Selling price per base unit.
    pub price: Option<Money>,
    /// Purchase cost per base unit. Shown to administrators and managers only.
    pub cost: Option<Money>,
    /// Retired products take no receipts.
    pub retired: bool,
    /// How often it has changed.
    pub version: Version,
    /// When it was created.
    pub created: Stamp,
    /// When it last changed.
    pub changed: Stamp,
    /// By which writes its fields got their values.
    pub writes: Writes,
}

impl Product {
    /// A product that others' stock names, of which nothing is known yet.
    pub fn stub(sku: &Sku) -> Product {
        Product {
            sku: sku.clone(),
            name: sku.to_string(),
            description: String::new(),
            category: None,
            unit: Unit { name: "each".to_owned(), decimals: 0 },
            barcodes: Vec::new(),
            attributes: BTreeMap::new(),
            price: None,
            cost: None,
            retired: false,
            version: Version(0),
            created: Stamp(0),
            changed: Stamp(0),
            writes: Writes::default(),
        }
    }

    /// Whether nothing is known of it but that others' stock names it.
    pub fn is_stub(&self) -> bool {
        self.version == Version(0)
    }

    /// The part that movements need; a stub takes none.
    pub fn stockable(&self) -> Option<Stockable> {
        (!self.is_stub()).then_some(Stockable { decimals: self.unit.decimals, retired: self.retired })
    }
}

/// A group of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its permanent id: the entry that created it.
    pub id: EntryId,
    /// Its name, unique without regard to case; empty once it is removed.
    pub name: String,
    /// How often it has changed.
    pub version: Version,
    /// The earliest that is known of it.
    #[serde(default)]
    pub created: Stamp,
    /// By which write it got its name or lost it.
    #[serde(default)]
    pub writes: Writes,
}

impl Category {
    /// Whether it is removed. What is left of it keeps an earlier renaming from bringing it back.
    pub fn is_removed(&self) -> bool {
        self.name.is_empty()
    }
}

/// What must have happened before anything about a warehouse is told as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// It is on the disk of the owner.
    #[default]
    Local,
    /// A majority of the hub's machines has it as well: then it outlives the owner's machine.
    Replicated,
}

impl Durability {
    /// Its name, as people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Durability::Local => "local",
            Durability::Replicated => "replicated",
        }
    }

    fn is_local(&self) -> bool {
        *self == Durability::Local
    }
}

/// A place with stock of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warehouse {
    /// Its code, the key.
    pub code: WarehouseCode,
    /// Its name.
    pub name: String,
    /// The node that alone decides about its stock.
    pub owner: NodeName,
    /// Which ownership this is.
    pub epoch: Epoch,
    /// How often it has changed.
    pub version: Version,
    /// By which writes its fields got their values.
    pub writes: Writes,
    /// What must have happened before anything about it counts as done.
    #[serde(default, skip_serializing_if = "Durability::is_local")]
    pub durability: Durability,
    /// The node that is to take it: until it does, nobody decides about its stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_to: Option<NodeName>,
    /// The latest word of an owner that another node is to take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed: Option<HandOver>,
    /// All ownerships that any log has told of, but for that of the node that made it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenures: Vec<Tenure>,
}

impl Warehouse {
    /// The name among its fields.
    pub(crate) const NAME: Fields = 1;
    /// Which node made it, among its fields.
    pub(crate) const MADE: Fields = 1 << 1;
    /// The durability among its fields.
    pub(crate) const DURABILITY: Fields = 1 << 2;

    /// A warehouse of which nothing is known but that a node owns it.
    pub(crate) fn unnamed(code: WarehouseCode, owner: NodeName) -> Warehouse {
        Warehouse {
            name: code.to_string(),
            code,
            owner,
            epoch: Epoch(1),
            version: Version(0),
            writes: Writes::default(),
            durability: Durability::Local,
            handed_to: None,
            handed: None,
            tenures: Vec::new(),
        }
    }
}

/// When to reorder a product in a warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// An alert is raised when available stock reaches this.
    pub minimum: Quantity,
    /// What to fill up to.
    pub target: Quantity,
    /// Orders are made in multiples of this; more than 0.
    pub multiple: Quantity,
    /// How often it has changed.
    pub version: Version,
    /// The alert that is open for it, if any.
    pub alert: Option<EntryId>,
}

/// What people have done about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody has seen to it.
    Open,
    /// Somebody sees to it.
    Acknowledged,
    /// It sleeps.
    Snoozed {
        /// Until then.
        until: Millis,
    },
    /// Stock rose above the minimum, or the rule went.
    Resolved {
        /// When.
        at: Stamp,
    },
}

/// One shortage, from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id: the entry that raised it.
    pub id: EntryId,
    /// Where and what.
    pub key: StockKey,
    /// What was available then.
    pub available: Quantity,
    /// The rule's minimum then.
    pub minimum: Quantity,
    /// When it was raised.
    pub raised: Stamp,
    /// What has been done about it.
    pub state: AlertState,
    /// Who last changed the state by hand.
    pub by: Option<UserId>,
}

/// Stock set aside: on hand, but not to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id: the entry that made it.
    pub id: EntryId,
    /// Where and what.
    pub key: StockKey,
    /// How much is still held; 0 when released.
    pub quantity: Quantity,
    /// Why.
    pub reason: String,
    /// What it refers to; empty if nothing.
    pub reference: String,
    /// Who made it.
    pub actor: UserId,
    /// When.
    pub held: Stamp,
    /// How often it has changed.
    pub version: Version,
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Moves stock.
    Operator,
    /// Also keeps the catalogue and rules, imports, and sees cost.
    Manager,
    /// Also keeps users, warehouses and the system.
    Admin,
}

/// A role in all or in named warehouses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Where; empty means everywhere.
    pub warehouses: Vec<WarehouseCode>,
}

/// A person or program that may log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The permanent id.
    pub id: UserId,
    /// The login name, unique without regard to case.
    pub username: String,
    /// The e-mail address, unique without regard to case; empty if none.
    pub email: String,
    /// The person's name.
    pub full_name: String,
    /// The argon2id hash of the password, as a PHC string; empty if there is none to log in with.
    pub password_hash: String,
    /// Whether the password must be changed at the next login.
    pub must_change_password: bool,
    /// Whether logging in was switched off; see [`User::is_disabled`].
    pub disabled: bool,
    /// What they may do.
    pub grants: Vec<Grant>,
    /// How often it has changed.
    pub version: Version,
    /// When it was created.
    pub created: Stamp,
    /// Tokens issued up to then are void: the last change of password or disabling.
    pub tokens_void_until: Stamp,
    /// By which writes its fields got their values.
    pub writes: Writes,
    /// Whether an older user has the same login name or e-mail address: then this one cannot log in until one of them
    /// is renamed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub namesake: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl User {
    /// Whether logging in is refused, for whatever reason.
    pub fn is_disabled(&self) -> bool {
        self.disabled || self.namesake
    }

    /// Whether the user is an administrator who can log in.
    pub fn administers(&self) -> bool {
        !self.is_disabled() && self.grants.iter().any(|grant| grant.role == Role::Admin)
    }
}

/// What a signed token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// Somebody logged in.
    Login,
    /// A token for a program.
    Token,
}

/// A login or an API token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The permanent id, part of the signed token.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Login or API token.
    pub kind: SessionKind,
    /// What it is called: the program's purpose, or the browser.
    pub label: String,
    /// When it was opened.
    pub opened: Stamp,
    /// When it ends by itself.
    pub expires: Millis,
    /// Whether it was ended by hand.
    pub closed: bool,
}

/// A file posted to the ledger, in one go or in several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The permanent id.
    pub id: ImportId,
    /// The profile by which it was read.
    pub profile: String,
    /// The name of the file.
    pub file: String,
    /// Who imported it.
    pub actor: UserId,
    /// When it began.
    pub began: Stamp,
    /// Its first entry.
    pub first: Seq,
    /// Its last movement so far.
    pub last: Seq,
    /// How many movements it has posted.
    pub posted: u64,
    /// Whether it has been undone as a whole.
    pub undone: bool,
    /// The node in whose log it began, where [`Import::first`] and [`Import::last`] are positions; nothing while that is
    /// not known.
    #[serde(default)]
    pub node: Option<NodeName>,
    /// Other nodes in whose logs movements of it stand.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub elsewhere: BTreeSet<NodeName>,
}

impl Import {
    /// An import that movements name, of which nothing else is known yet.
    pub(crate) fn unknown(id: ImportId) -> Import {
        Import {
            id,
            profile: String::new(),
            file: String::new(),
            actor: UserId::default(),
            began: Stamp(0),
            first: Seq(0),
            last: Seq(0),
            posted: 0,
            undone: false,
            node: None,
            elsewhere: BTreeSet::new(),
        }
    }
}
