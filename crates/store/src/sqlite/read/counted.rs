//! The stock that counts for a list of products.

use acopio_contract::query::Scope;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::quantity::Quantity;
use rusqlite::Connection;

use crate::sqlite::balances::balances_of;
use crate::sqlite::fault::Outcome;
use crate::sqlite::lookups::sites_in;

/// The warehouses whose stock counts, by their local ids; none means all.
#[derive(Clone)]
pub(super) struct Counted(Option<Vec<i64>>);

impl Counted {
    /// The warehouses of a scope, or one of them.
    pub(super) fn new(
        connection: &Connection,
        scope: &Scope,
        warehouse: Option<&WarehouseCode>,
    ) -> Outcome<Counted> {
        if scope.is_none() && warehouse.is_none() {
            return Ok(Counted(None));
        }
        let sites = sites_in(connection, scope, warehouse)?;
        Ok(Counted(Some(sites.into_iter().map(|(site, _)| site).collect())))
    }

    /// What is on hand of a product, and what of it is available.
    pub(super) fn stock(&self, connection: &Connection, product: i64) -> Outcome<(Quantity, Quantity)> {
        let balances = balances_of(connection, product)?;
        let counted =
            balances.iter().filter(|(site, _)| self.0.as_ref().is_none_or(|sites| sites.contains(site)));
        Ok(counted.fold(Default::default(), |(on_hand, available), (_, stored)| {
            (on_hand + stored.balance.on_hand, available + stored.balance.available())
        }))
    }

    /// The expression for what is available of a row of `product`.
    pub(super) fn available_sql(&self) -> String {
        let sum = "SELECT coalesce(sum(on_hand - reserved - on_hold), 0) FROM balance";
        match &self.0 {
            None => format!("({sum} WHERE key BETWEEN product.id << 16 AND product.id << 16 | 65535)"),
            Some(sites) => {
                let keys: Vec<_> = sites.iter().map(|site| format!("product.id << 16 | {site}")).collect();
                format!("({sum} WHERE key IN ({}))", keys.join(", "))
            }
        }
    }
}
