//! The stock that counts for a list of products.

use std::cell::RefCell;
use std::collections::HashMap;

use acopio_contract::query::Scope;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::quantity::Quantity;
use rusqlite::Connection;

use crate::sqlite::balances::Balances;
use crate::sqlite::fault::Outcome;
use crate::sqlite::lookups::sites_in;
use crate::sqlite::stocked::{self, Block};

/// The warehouses whose stock counts.
#[derive(Clone)]
pub(super) struct Counted {
    /// By their local ids; none means all.
    sites: Option<Vec<i64>>,
    /// What is available of products, as far as it was read: one piece of work reads each block once.
    blocks: RefCell<HashMap<i64, Box<Block>>>,
}

impl Counted {
    /// The warehouses of a scope, or one of them.
    pub(super) fn new(
        connection: &Connection,
        scope: &Scope,
        warehouse: Option<&WarehouseCode>,
    ) -> Outcome<Counted> {
        let is_all = scope.is_none() && warehouse.is_none();
        let sites = if is_all { None } else { Some(sites_in(connection, scope, warehouse)?) };
        let sites = sites.map(|sites| sites.into_iter().map(|(site, _)| site).collect());
        Ok(Counted { sites, blocks: RefCell::default() })
    }

    /// What is on hand of a product, and what of it is available.
    pub(super) fn stock(&self, balances: &Balances<'_>, product: i64) -> Outcome<(Quantity, Quantity)> {
        let balances = balances.of(product)?;
        let counted =
            balances.iter().filter(|(site, _)| self.sites.as_ref().is_none_or(|sites| sites.contains(site)));
        Ok(counted.fold(Default::default(), |(on_hand, available), (_, stored)| {
            (on_hand + stored.balance.on_hand, available + stored.balance.available())
        }))
    }

    /// Whether anything of a product is available.
    pub(super) fn is_available(
        &self,
        connection: &Connection,
        balances: &Balances<'_>,
        product: i64,
    ) -> Outcome<bool> {
        if balances.has_changed(product)? {
            let (_, available) = self.stock(balances, product)?;
            return Ok(Quantity::ZERO < available);
        }
        let number = stocked::block_of(product);
        if let Some(block) = self.blocks.borrow().get(&number) {
            return Ok(block.has(product));
        }
        let block = Box::new(stocked::read(connection, number, self.sites.as_deref())?);
        let is_available = block.has(product);
        self.blocks.borrow_mut().insert(number, block);
        Ok(is_available)
    }
}
