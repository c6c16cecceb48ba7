//! Balances: lists by SKU and warehouse, and all of one product.

use std::collections::BTreeMap;

use acopio_contract::query::{Page, ProductSort, Stock, StockOf, StockRow};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Balance, Product, StockKey};
use rusqlite::Connection;

use super::shelf::Shelf;
use super::walk::{Candidate, End, Order, Place, Wanted, walk};
use crate::cursor;
use crate::filters::is_available;
use crate::fold::Needle;
use crate::sqlite::balances::{Balances, Stored, balance_key};
use crate::sqlite::fault::Outcome;
use crate::sqlite::lookups::{self, sites_in};
use crate::sqlite::shown::Rows;

/// How many reorder rules one request compares with their balances.
const RULES_EXAMINED_MAX: usize = 2_000;

/// Where a list of balances stands: SKU and warehouse.
type Spot = (String, String);

/// A page of balances in the making.
struct StockPage<'a, 'c> {
    query: &'a Stock,
    shelf: &'a Shelf<'c>,
    wanted: Wanted,
    sites: BTreeMap<i64, WarehouseCode>,
    after: Option<Spot>,
    items: Vec<StockRow>,
}

pub(super) fn list(shelf: &Shelf<'_>, query: &Stock) -> Outcome<Page<StockRow>> {
    let after: Option<Spot> = cursor::decode("stock", &query.page)?;
    let category = match &query.category {
        Some(name) => match shelf.category(name)? {
            Some(id) => Some(id),
            None => return Ok(Page { items: Vec::new(), next: None }),
        },
        None => None,
    };
    let wanted =
        Wanted { needle: Needle::new(query.text.as_deref()), category, retired: None, availability: None };
    let sites = sites_in(shelf.connection, &query.scope, query.warehouse.as_ref())?;
    let sites = sites.into_iter().collect();
    let mut page = StockPage { query, shelf, wanted, sites, after, items: Vec::new() };
    let next = match (&query.sku, query.low) {
        (_, true) => page.by_rules()?,
        (Some(sku), false) => page.of_sku(sku)?,
        (None, false) => page.by_products()?,
    };
    Ok(Page { items: page.items, next: next.map(|spot| cursor::encode("stock", &spot)) })
}

impl StockPage<'_, '_> {
    /// Adds a product's balances; answers whether to go on.
    fn add(&mut self, candidate: Candidate) -> Outcome<bool> {
        let balances = self.shelf.balances.of(candidate.id)?;
        let mut rows: Vec<(&WarehouseCode, Balance)> = balances
            .iter()
            .filter_map(|(site, stored)| Some((self.sites.get(site)?, stored.balance)))
            .collect();
        rows.retain(|(code, balance)| {
            is_available(self.query.availability, balance.available())
                && self.is_ahead(&candidate.place.sku, code.as_str())
        });
        if rows.is_empty() {
            return Ok(true);
        }
        rows.sort_by_key(|(code, _)| *code);
        let product = match candidate.loaded {
            Some(loaded) => loaded.product,
            None => self.shelf.load(candidate.id)?.product,
        };
        let incoming = lookups::incoming_of(self.shelf.connection, &product.sku)?;
        let rows: Vec<_> =
            rows.into_iter().map(|(code, balance)| row(&product, code, balance, &incoming)).collect();
        Ok(rows.into_iter().all(|row| self.push(row)))
    }

    /// Adds a row unless the page is full.
    fn push(&mut self, row: StockRow) -> bool {
        let has_room = self.items.len() < self.query.page.limit;
        if has_room {
            self.items.push(row);
        }
        has_room
    }

    fn is_ahead(&self, sku: &str, warehouse: &str) -> bool {
        self.after
            .as_ref()
            .is_none_or(|(last_sku, last)| (last_sku.as_str(), last.as_str()) < (sku, warehouse))
    }

    /// Where the next page begins when this one is full.
    fn last(&self) -> Option<Spot> {
        self.items.last().map(|row| (row.key.sku.to_string(), row.key.warehouse.to_string()))
    }

    /// One product's balances.
    fn of_sku(&mut self, sku: &Sku) -> Outcome<Option<Spot>> {
        let Some(id) = lookups::product_id(self.shelf.connection, sku.as_str())? else { return Ok(None) };
        let loaded = self.shelf.load(id)?;
        if !self.wanted.accepts(&loaded) {
            return Ok(None);
        }
        let place = Place { sku: sku.to_string(), ..Place::default() };
        let goes_on = self.add(Candidate { id, place, loaded: Some(loaded) })?;
        Ok(if goes_on { None } else { self.last() })
    }

    fn by_products(&mut self) -> Outcome<Option<Spot>> {
        // The last page may have ended amid a product's warehouses.
        if let Some((sku, _)) = self.after.clone()
            && let Some(spot) = self.of_sku(&Sku::recorded(&sku))?
        {
            return Ok(Some(spot));
        }
        let after = self.after.as_ref().map(|(sku, _)| Place { sku: sku.clone(), ..Place::default() });
        let (shelf, wanted, order) = (self.shelf, self.wanted.clone(), Order::By(ProductSort::Sku));
        let end = walk(shelf, &wanted, order, after.as_ref(), &mut |candidate| self.add(candidate))?;
        Ok(match end {
            End::Reached => None,
            End::Stopped => self.last(),
            // All of this product's balances are here: no warehouse's code sorts behind this.
            End::Bounded(place) => Some((place.sku, char::MAX.to_string())),
        })
    }

    /// Walks the reorder rules: only where there is one can stock be low.
    fn by_rules(&mut self) -> Outcome<Option<Spot>> {
        let sql = "SELECT sku, warehouse, minimum FROM rule WHERE (sku, warehouse) > (?1, ?2) ORDER BY sku, warehouse";
        let (sku, warehouse) = self.after.clone().unwrap_or_default();
        let ids: BTreeMap<WarehouseCode, i64> =
            self.sites.iter().map(|(id, code)| (code.clone(), *id)).collect();
        let mut statement = self.shelf.connection.prepare_cached(sql)?;
        let mut rows = statement.query([sku, warehouse])?;
        let mut examined = 0;
        while let Some(rule) = rows.next()? {
            let (sku, warehouse): Spot = (rule.get(0)?, rule.get(1)?);
            let code = WarehouseCode::recorded(&warehouse);
            let minimum = Quantity(rule.get(2)?);
            if let Some(site) = ids.get(&code)
                && let Some(row) = self.low(&Sku::recorded(&sku), &code, *site, minimum)?
                && !self.push(row)
            {
                return Ok(self.last());
            }
            examined += 1;
            if RULES_EXAMINED_MAX <= examined {
                return Ok(Some((sku, warehouse)));
            }
        }
        Ok(None)
    }

    /// The balance under a rule, if it is at or below the minimum and fits all other filters.
    fn low(
        &self,
        sku: &Sku,
        code: &WarehouseCode,
        site: i64,
        minimum: Quantity,
    ) -> Outcome<Option<StockRow>> {
        if self.query.sku.as_ref().is_some_and(|wanted| wanted != sku) {
            return Ok(None);
        }
        let connection = self.shelf.connection;
        let Some(id) = lookups::product_id(connection, sku.as_str())? else { return Ok(None) };
        let Some(stored) = self.shelf.balances.get(balance_key(id, site))? else { return Ok(None) };
        let balance = stored.balance;
        let available = balance.available();
        if minimum < available || !is_available(self.query.availability, available) {
            return Ok(None);
        }
        let loaded = self.shelf.load(id)?;
        let incoming = lookups::incoming_of(connection, sku)?;
        Ok(self.wanted.accepts(&loaded).then(|| row(&loaded.product, code, balance, &incoming)))
    }
}

fn row(
    product: &Product,
    warehouse: &WarehouseCode,
    balance: Balance,
    incoming: &BTreeMap<WarehouseCode, Quantity>,
) -> StockRow {
    StockRow {
        key: StockKey { sku: product.sku.clone(), warehouse: warehouse.clone() },
        name: product.name.clone(),
        decimals: product.unit.decimals,
        balance,
        incoming: incoming.get(warehouse).copied().unwrap_or_default(),
        age_ms: 0,
        is_live: true,
    }
}

pub(super) fn of(
    connection: &Connection,
    balances: &Balances<'_>,
    query: &StockOf,
) -> Outcome<Option<Vec<StockRow>>> {
    let Some(id) = lookups::product_id(connection, query.sku.as_str())? else { return Ok(None) };
    let product = lookups::product_by_id(connection, id)?;
    let balances: BTreeMap<i64, Stored> = balances.of(id)?.into_iter().collect();
    let sites = sites_in(connection, &query.scope, None)?;
    let balance = |site: &i64| balances.get(site).map(|stored| stored.balance).unwrap_or_default();
    let incoming = lookups::incoming_of(connection, &query.sku)?;
    Ok(Some(sites.iter().map(|(site, code)| row(&product, code, balance(site), &incoming)).collect()))
}

/// All balances of a product that exist, by the warehouse's code.
pub(super) fn all_of(connection: &Connection, balances: &Balances<'_>, sku: &Sku) -> Outcome<Option<Rows>> {
    let Some(id) = lookups::product_id(connection, sku.as_str())? else { return Ok(None) };
    let product = lookups::product_by_id(connection, id)?;
    let sites: BTreeMap<i64, WarehouseCode> = sites_in(connection, &None, None)?.into_iter().collect();
    let incoming = lookups::incoming_of(connection, sku)?;
    let rows = balances
        .of(id)?
        .into_iter()
        .filter_map(|(site, stored)| Some(row(&product, sites.get(&site)?, stored.balance, &incoming)));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|one, other| one.key.warehouse.cmp(&other.key.warehouse));
    Ok(Some(rows.into()))
}
