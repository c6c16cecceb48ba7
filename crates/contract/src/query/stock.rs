//! Queries about balances, holds, rules and alerts.

use acopio_ledger::ids::EntryId;
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Balance, Rule, StockKey};

use super::{Availability, PageRequest, Scope};

/// Balances by filter, by SKU and then warehouse; all filters must hold.
#[derive(Clone, Debug)]
pub struct Stock {
    /// Where.
    pub warehouse: Option<WarehouseCode>,
    /// Of what.
    pub sku: Option<Sku>,
    /// As in [`super::Products::text`].
    pub text: Option<String>,
    /// The name of the category, without regard to case.
    pub category: Option<String>,
    /// Whether something is available.
    pub availability: Option<Availability>,
    /// Only balances at or below their reorder minimum.
    pub low: bool,
    /// Whose rows may be seen.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// One product's balances in every warehouse of the scope, zeros included.
#[derive(Clone, Debug)]
pub struct StockOf {
    /// The product.
    pub sku: Sku,
    /// Whose rows may be seen.
    pub scope: Scope,
}

/// A balance as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct StockRow {
    /// Where and what.
    pub key: StockKey,
    /// The product's name.
    pub name: String,
    /// The decimals of the product's unit, 0 to 3.
    pub decimals: u8,
    /// How much.
    pub balance: Balance,
    /// What is on the road to the warehouse.
    pub incoming: Quantity,
    /// Age of the figures in milliseconds: 0 where the warehouse is the answering node's own.
    pub age_ms: u64,
    /// Whether the warehouse's node was heard of a moment ago, so that the figures can be taken as those of now.
    pub is_live: bool,
}

/// Holds by filter, newest first.
#[derive(Clone, Debug)]
pub struct Holds {
    /// Where.
    pub warehouse: Option<WarehouseCode>,
    /// Of what.
    pub sku: Option<Sku>,
    /// Those that still hold something, or those that do not; both if not said.
    pub held: Option<bool>,
    /// Whose rows may be seen.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// One hold.
#[derive(Clone, Debug)]
pub struct HoldById {
    /// Its id.
    pub id: EntryId,
}

/// Reorder rules by filter.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Where.
    pub warehouse: Option<WarehouseCode>,
    /// Of what.
    pub sku: Option<Sku>,
    /// Whose rows may be seen.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// One reorder rule.
#[derive(Clone, Debug)]
pub struct RuleByKey {
    /// Where and what.
    pub key: StockKey,
}

/// A rule and where it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// Where and what.
    pub key: StockKey,
    /// The rule.
    pub rule: Rule,
}

/// Alerts by filter, newest first.
#[derive(Clone, Debug)]
pub struct Alerts {
    /// In which state; all if not said.
    pub state: Option<AlertFilter>,
    /// Where.
    pub warehouse: Option<WarehouseCode>,
    /// Of what.
    pub sku: Option<Sku>,
    /// Whose rows may be seen.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// States of alerts that can be asked for. A snoozed alert whose time has come is open again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertFilter {
    /// Nobody has seen to it.
    Open,
    /// Somebody sees to it.
    Acknowledged,
    /// It sleeps.
    Snoozed,
    /// It is over.
    Resolved,
    /// It is not over.
    Unresolved,
}
