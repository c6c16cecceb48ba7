//! Facts about catalogue, people and settings, in the very form in which the log keeps them (protobuf).
//!
//! They are rare and mostly text, so they have no inner twins as movements do. Field numbers are never reused; a field
//! that is not set has not changed.

mod ownership;
mod settings;
mod transfer;

use crate::names::WarehouseCode;
use crate::records::{Grant, Role};

pub use ownership::*;
pub use settings::*;
pub use transfer::*;

/// A list of texts that may be set to "none".
#[derive(Clone, PartialEq, prost::Message)]
pub struct Texts {
    /// The texts.
    #[prost(string, repeated, tag = "1")]
    pub texts: Vec<String>,
}

/// A map of texts that may be set to "none".
#[derive(Clone, PartialEq, prost::Message)]
pub struct Attributes {
    /// The attributes.
    #[prost(btree_map = "string, string", tag = "1")]
    pub values: std::collections::BTreeMap<String, String>,
}

/// A product was created or changed: the fields that are set. A product's first one creates it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ProductSet {
    /// The key.
    #[prost(string, tag = "1")]
    pub sku: String,
    /// The name.
    #[prost(string, optional, tag = "2")]
    pub name: Option<String>,
    /// The description.
    #[prost(string, optional, tag = "3")]
    pub description: Option<String>,
    /// The category's id; empty for none.
    #[prost(string, optional, tag = "4")]
    pub category: Option<String>,
    /// The unit's name, with the first entry only.
    #[prost(string, optional, tag = "5")]
    pub unit: Option<String>,
    /// The unit's decimals, with the first entry only.
    #[prost(uint32, optional, tag = "6")]
    pub decimals: Option<u32>,
    /// All barcodes.
    #[prost(message, optional, tag = "7")]
    pub barcodes: Option<Texts>,
    /// All attributes.
    #[prost(message, optional, tag = "8")]
    pub attributes: Option<Attributes>,
    /// The price in ten-thousandths; −1 for none.
    #[prost(sint64, optional, tag = "9")]
    pub price: Option<i64>,
    /// The cost in ten-thousandths; −1 for none.
    #[prost(sint64, optional, tag = "10")]
    pub cost: Option<i64>,
    /// Whether it is retired.
    #[prost(bool, optional, tag = "11")]
    pub retired: Option<bool>,
    /// The latest write of the product by each node that the writer knew; nothing when it made the product.
    #[prost(message, repeated, tag = "12")]
    pub based_on: Vec<BasedOn>,
    /// Why, where that was said.
    #[prost(string, optional, tag = "13")]
    pub reason: Option<String>,
}

/// The latest write of a record by one node that somebody knew when they changed it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BasedOn {
    /// When it was written.
    #[prost(fixed64, tag = "1")]
    pub stamp: u64,
    /// By which node.
    #[prost(string, tag = "2")]
    pub node: String,
}

/// A category was created, renamed or removed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CategorySet {
    /// The category's id; empty when this entry creates it and so is its id.
    #[prost(string, tag = "1")]
    pub id: String,
    /// The name; empty when it is removed.
    #[prost(string, tag = "2")]
    pub name: String,
}

/// A warehouse was created or renamed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct WarehouseSet {
    /// The key.
    #[prost(string, tag = "1")]
    pub code: String,
    /// The name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// The latest write of the warehouse by each node that the writer knew; nothing when it made the warehouse, and in
    /// entries from before this was noted.
    #[prost(message, repeated, tag = "3")]
    pub based_on: Vec<BasedOn>,
}

/// A reorder rule was set or removed. All quantities in thousandths.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RuleSet {
    /// Where.
    #[prost(string, tag = "1")]
    pub warehouse: String,
    /// Of what.
    #[prost(string, tag = "2")]
    pub sku: String,
    /// When to reorder.
    #[prost(int64, tag = "3")]
    pub minimum: i64,
    /// What to fill up to.
    #[prost(int64, tag = "4")]
    pub target: i64,
    /// The step; 0 when the rule is removed.
    #[prost(int64, tag = "5")]
    pub multiple: i64,
}

/// Somebody acknowledged an alert or put it to sleep.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlertHandled {
    /// Which alert.
    #[prost(string, tag = "1")]
    pub alert: String,
    /// Until when it sleeps, in milliseconds since 1970; 0 when it is acknowledged.
    #[prost(int64, tag = "2")]
    pub snoozed_until: i64,
}

/// A role in all or in named warehouses.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GrantSet {
    /// 1 viewer, 2 operator, 3 manager, 4 administrator.
    #[prost(uint32, tag = "1")]
    pub role: u32,
    /// Where; empty means everywhere.
    #[prost(string, repeated, tag = "2")]
    pub warehouses: Vec<String>,
}

impl GrantSet {
    /// The grant that it sets.
    pub fn grant(&self) -> Grant {
        let role = match self.role {
            4 => Role::Admin,
            3 => Role::Manager,
            2 => Role::Operator,
            _ => Role::Viewer,
        };
        Grant { role, warehouses: self.warehouses.iter().map(|code| WarehouseCode::recorded(code)).collect() }
    }
}

/// All grants of a user.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GrantsSet {
    /// The grants.
    #[prost(message, repeated, tag = "1")]
    pub grants: Vec<GrantSet>,
}

/// A user was created or changed: the fields that are set. A user's first one creates it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UserSet {
    /// The permanent id, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    /// The login name.
    #[prost(string, optional, tag = "2")]
    pub username: Option<String>,
    /// The e-mail address; empty for none.
    #[prost(string, optional, tag = "3")]
    pub email: Option<String>,
    /// The person's name.
    #[prost(string, optional, tag = "4")]
    pub full_name: Option<String>,
    /// The password's argon2id hash; a change voids all tokens issued before.
    #[prost(string, optional, tag = "5")]
    pub password_hash: Option<String>,
    /// Whether the password must be changed at the next login.
    #[prost(bool, optional, tag = "6")]
    pub must_change_password: Option<bool>,
    /// Whether logging in is refused; disabling voids all tokens issued before.
    #[prost(bool, optional, tag = "7")]
    pub disabled: Option<bool>,
    /// All grants.
    #[prost(message, optional, tag = "8")]
    pub grants: Option<GrantsSet>,
    /// The latest write of the user by each node that the writer knew; nothing when it made the user.
    #[prost(message, repeated, tag = "9")]
    pub based_on: Vec<BasedOn>,
}

/// Somebody logged in, or an API token was issued.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SessionOpened {
    /// The permanent id, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    /// The user's id, 16 bytes.
    #[prost(bytes = "vec", tag = "2")]
    pub user: Vec<u8>,
    /// Whether it is an API token.
    #[prost(bool, tag = "3")]
    pub token: bool,
    /// What it is called.
    #[prost(string, tag = "4")]
    pub label: String,
    /// When it ends by itself, in milliseconds since 1970.
    #[prost(int64, tag = "5")]
    pub expires: i64,
}

/// A login or API token was ended by hand.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SessionClosed {
    /// Its id, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
}

/// A file's import began; movements caused by it follow.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ImportBegun {
    /// The permanent id, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    /// The profile's name.
    #[prost(string, tag = "2")]
    pub profile: String,
    /// The file's name.
    #[prost(string, tag = "3")]
    pub file: String,
}

/// An import was taken back as a whole; its counter-movements stand beside this entry.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ImportUndone {
    /// Its id, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
}

/// The company was founded: the first entry of its first node.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Founded {
    /// The company's permanent id, 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub company: Vec<u8>,
}

/// The node made known the key with which it signs tokens.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyPublished {
    /// The ed25519 public key, 32 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub public_key: Vec<u8>,
}

/// Somebody looked into a node's database by a statement of their own.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StatementRun {
    /// The statement.
    #[prost(string, tag = "1")]
    pub sql: String,
}
