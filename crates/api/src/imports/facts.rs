//! What the ledger holds of what a file mentions: read once, when it is first mentioned.

use std::collections::{BTreeSet, HashMap};

use acopio_contract::QueryError;
use acopio_contract::query::{ProductBySku, StockOf, Warehouses};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{StockKey, Stockable};

use super::link::Link;

/// Warehouses, and the products that were mentioned so far with their stock.
pub(super) struct Facts {
    warehouses: BTreeSet<WarehouseCode>,
    products: HashMap<Sku, Option<Stockable>>,
    available: HashMap<StockKey, Quantity>,
}

impl Facts {
    /// Reads the warehouses.
    ///
    /// # Errors
    ///
    /// When the inventory does not answer.
    pub(super) fn load(link: &Link) -> Result<Facts, QueryError> {
        let warehouses = link.ask(Warehouses)?.into_iter().map(|warehouse| warehouse.code).collect();
        Ok(Facts { warehouses, products: HashMap::new(), available: HashMap::new() })
    }

    /// Reads the products among `skus` that were not mentioned before, and their stock.
    ///
    /// # Errors
    ///
    /// When the inventory does not answer.
    pub(super) fn learn<'s>(
        &mut self,
        link: &Link,
        skus: impl IntoIterator<Item = &'s Sku>,
    ) -> Result<(), QueryError> {
        let new: BTreeSet<&Sku> = skus.into_iter().filter(|sku| !self.products.contains_key(*sku)).collect();
        let asked = new.iter().map(|sku| ProductBySku { sku: (*sku).clone(), scope: None });
        for (sku, row) in new.iter().zip(link.ask_each(asked)?) {
            self.products.insert((*sku).clone(), row.and_then(|row| row.product.stockable()));
        }
        // Stock can be there before its product is known: goods of a stub.
        let asked = new.iter().map(|sku| StockOf { sku: (*sku).clone(), scope: None });
        for row in link.ask_each(asked)?.into_iter().flatten().flatten() {
            self.available.insert(row.key, row.balance.available());
        }
        Ok(())
    }

    /// Reads a product and its stock anew.
    ///
    /// # Errors
    ///
    /// When the inventory does not answer.
    pub(super) fn learn_again(&mut self, link: &Link, sku: &Sku) -> Result<(), QueryError> {
        self.products.remove(sku);
        self.learn(link, [sku])
    }

    /// Takes note of a product that was just created.
    pub(super) fn created(&mut self, sku: Sku, decimals: u8) {
        self.products.insert(sku, Some(Stockable { decimals, retired: false }));
    }

    /// Whether there is such a warehouse.
    pub(super) fn has_warehouse(&self, code: &WarehouseCode) -> bool {
        self.warehouses.contains(code)
    }

    /// What movements need to know of a product; nothing when the ledger does not have it.
    pub(super) fn stockable(&self, sku: &Sku) -> Option<Stockable> {
        self.products.get(sku).copied().flatten()
    }

    /// What is available.
    pub(super) fn available(&self, key: &StockKey) -> Quantity {
        self.available.get(key).copied().unwrap_or_default()
    }
}
