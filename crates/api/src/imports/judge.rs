//! Judges planned movements by what the ledger holds, so that the check lists what the ledger would refuse, and a commit
//! does not ask it for what it will refuse.

use std::collections::HashMap;

use acopio_ledger::Refusal;
use acopio_ledger::command::MoveKind;
use acopio_ledger::ids::Millis;
use acopio_ledger::names::Sku;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{StockKey, Stockable};
use acopio_sheets::profile::Opening;
use acopio_sheets::{PlannedMove, Profile};

use super::facts::Facts;
use crate::wire::TimeText;

/// How far ahead goods may be said to have moved: the ledger's own limit.
const AHEAD_MAX_MS: i64 = 5 * 60 * 1_000;

/// What is wrong with a movement: the field at fault, and why.
pub(super) struct Fault {
    pub(super) field: &'static str,
    pub(super) reason: String,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault { field: refusal.field(), reason: refusal.to_string() }
    }
}

/// What movements are judged by.
pub(super) struct Judge {
    pub(super) facts: Facts,
    /// The decimals of products that the profile creates; nothing when it creates none.
    creates: Option<u8>,
    opening: Opening,
    now: Millis,
    /// Products that could not be created, and why.
    not_created: HashMap<Sku, String>,
}

impl Judge {
    pub(super) fn new(profile: &Profile, facts: Facts, now: Millis) -> Judge {
        Judge {
            facts,
            creates: profile.products.create.then_some(profile.products.unit.decimals),
            opening: profile.opening,
            now,
            not_created: HashMap::new(),
        }
    }

    /// Takes note that a product could not be created: none of its movements can be posted.
    pub(super) fn not_created(&mut self, sku: Sku, why: impl std::fmt::Display) {
        self.not_created.insert(sku, format!("the product cannot be created: {why}"));
    }

    /// What the ledger would refuse whatever the stock, in the order in which it checks.
    pub(super) fn fault(&self, planned: &PlannedMove) -> Option<Fault> {
        let StockKey { sku, warehouse } = &planned.key;
        if !self.facts.has_warehouse(warehouse) {
            return Some(Refusal::UnknownWarehouse { warehouse: warehouse.clone() }.into());
        }
        if let Some(reason) = self.not_created.get(sku) {
            return Some(Fault { field: "sku", reason: reason.clone() });
        }
        let new = self.creates.map(|decimals| Stockable { decimals, retired: false });
        let Some(stockable) = self.facts.stockable(sku).or(new) else {
            return Some(Refusal::UnknownSku { sku: sku.clone() }.into());
        };
        if !planned.quantity.fits(stockable.decimals) {
            let reason = format!(
                "must have at most {} decimals, the unit of {sku} allows no more",
                stockable.decimals
            );
            return Some(Fault { field: "quantity", reason });
        }
        if let Some(at) = planned.occurred_at.filter(|at| self.now.0 + AHEAD_MAX_MS < at.0) {
            return Some(Refusal::OccurredInFuture { occurred_at: TimeText(at).to_string() }.into());
        }
        let is_retired = stockable.retired && planned.kind == MoveKind::Receipt;
        is_retired.then(|| Refusal::ProductRetired { sku: sku.clone() }.into())
    }

    /// Whether opening stock is posted for a stock. A retired product takes no receipts, so neither that one.
    pub(super) fn opens(&self, key: &StockKey) -> bool {
        let is_retired = || self.facts.stockable(&key.sku).is_some_and(|stockable| stockable.retired);
        self.opening == Opening::Auto && !is_retired()
    }
}

/// Stock as it would be after the rows so far, for stocks without opening stock.
#[derive(Default)]
pub(super) struct Shelves(HashMap<StockKey, Quantity>);

impl Shelves {
    /// Takes or brings what a movement does.
    ///
    /// # Errors
    ///
    /// When there is not enough; then nothing is taken.
    pub(super) fn move_goods(&mut self, judge: &Judge, planned: &PlannedMove) -> Result<(), Fault> {
        let (key, effect) = (&planned.key, planned.effect());
        if judge.opens(key) {
            return Ok(());
        }
        let available = match self.0.get_mut(key) {
            Some(available) => available,
            None => self.0.entry(key.clone()).or_insert(judge.facts.available(key)),
        };
        if effect < Quantity::ZERO && *available < -effect {
            let (warehouse, sku) = (key.warehouse.clone(), key.sku.clone());
            let refusal =
                Refusal::InsufficientStock { warehouse, sku, asked: -effect, available: *available };
            return Err(refusal.into());
        }
        // Beyond the limit of a balance the ledger refuses; here it is enough not to overflow.
        *available = available.plus(effect).unwrap_or(*available);
        Ok(())
    }
}
