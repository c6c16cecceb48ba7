//! What the writer keeps in memory: bounded, and always what the database would say.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::ids::UserId;
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::records::{Balance, Rule, StockKey, Stockable, Warehouse};
use acopio_ledger::settings::Settings;
use rusqlite::{Connection, params};

use super::balances::{self, Stored, balance_key};
use super::fault::{Fault, Outcome};
use super::lookups::{self, Site, one};
use super::place::LogNumber;
use super::recent::Recent;
use super::shown::Shown;
use super::unflushed::Unflushed;

/// How many products are kept, at about 50 bytes each. Like the number below it is what a map holds that has a power of
/// two places: one more would double its memory, fewer save nothing.
const PRODUCTS_KEPT: usize = 224 * 1_024;
/// How many balances are kept, at about 60 bytes each.
const BALANCES_KEPT: usize = 448 * 1_024;
/// How many reorder rules are kept, the answer "there is none" included.
const RULES_KEPT: usize = 64 * 1_024;
/// How many users' local ids are kept.
const USERS_KEPT: usize = 1_024;

/// The caches.
pub(super) struct Caches {
    /// The number of the node's own log.
    own: LogNumber,
    /// What readers keep: to be forgotten before it changes.
    pub(super) shown: Arc<Shown>,
    unflushed: Arc<Unflushed>,
    /// With nothing of a stub.
    products: Recent<Sku, (i64, Option<Stockable>)>,
    balances: Recent<i64, Stored>,
    rules: Recent<i64, Option<Rule>>,
    users: Recent<UserId, i64>,
    /// All warehouses: there are few.
    warehouses: BTreeMap<WarehouseCode, (i64, Option<Arc<Warehouse>>)>,
    /// The settings of the company.
    pub(super) settings: Arc<Settings>,
    /// How many reorder rules there are: with none, nothing needs to be looked up.
    rules_total: i64,
}

impl Caches {
    /// Empty caches over a database.
    pub(super) fn over(
        connection: &Connection,
        own: LogNumber,
        shown: Arc<Shown>,
        unflushed: Arc<Unflushed>,
    ) -> Outcome<Caches> {
        let sites = lookups::sites(connection)?;
        let rules_total = one(connection, "SELECT count(*) FROM rule", [], |row| row.get(0))?;
        Ok(Caches {
            own,
            shown,
            unflushed,
            products: Recent::new(PRODUCTS_KEPT),
            balances: Recent::new(BALANCES_KEPT),
            rules: Recent::new(RULES_KEPT),
            users: Recent::new(USERS_KEPT),
            settings: Arc::new(lookups::settings(connection)?),
            warehouses: sites.into_iter().map(known).collect(),
            rules_total: rules_total.unwrap_or(0),
        })
    }

    /// A product's local id and what movements need of it; nothing of a stub.
    pub(super) fn product(
        &mut self,
        connection: &Connection,
        sku: &Sku,
    ) -> Outcome<Option<(i64, Option<Stockable>)>> {
        if let Some(known) = self.products.get(sku) {
            return Ok(Some(known));
        }
        let sql = "SELECT id, decimals, retired, stub FROM product WHERE sku = ?1";
        let found = one(connection, sql, [sku.as_str()], |row| {
            let stockable = Stockable { decimals: row.get(1)?, retired: row.get(2)? };
            let is_stub: bool = row.get(3)?;
            Ok((row.get(0)?, (!is_stub).then_some(stockable)))
        })?;
        if let Some(found) = found {
            self.products.put(sku.clone(), found);
        }
        Ok(found)
    }

    /// Notes a product as it is now.
    pub(super) fn put_product(&mut self, sku: &Sku, id: i64, stockable: Option<Stockable>) {
        self.products.put(sku.clone(), (id, stockable));
    }

    /// The key of a balance, if product and warehouse are known.
    fn key(&mut self, connection: &Connection, key: &StockKey) -> Outcome<Option<i64>> {
        let warehouse = self.warehouses.get(&key.warehouse).map(|(id, _)| *id);
        let product = self.product(connection, &key.sku)?;
        Ok(product.zip(warehouse).map(|((product, _), warehouse)| balance_key(product, warehouse)))
    }

    /// The key of a balance that is to be written.
    pub(super) fn key_to_write(&mut self, connection: &Connection, key: &StockKey) -> Outcome<i64> {
        let missing =
            || Fault::damaged(format!("stock of {} in {}", key.sku, key.warehouse), "no such product");
        let warehouse = self.warehouse_id(connection, &key.warehouse)?;
        let (product, _) = self.product(connection, &key.sku)?.ok_or_else(missing)?;
        Ok(balance_key(product, warehouse))
    }

    /// A balance; one that does not exist is all zeros.
    pub(super) fn balance(&mut self, connection: &Connection, key: &StockKey) -> Outcome<Balance> {
        match self.key(connection, key)? {
            Some(key) => Ok(self.stored(connection, key)?.in_log(self.own)),
            None => Ok(Balance::default()),
        }
    }

    /// A balance by its key, with the place of its last movement.
    fn stored(&mut self, connection: &Connection, key: i64) -> Outcome<Stored> {
        if let Some(known) = self.balances.get(&key) {
            return Ok(known);
        }
        let stored = self.kept_below(connection, key)?;
        self.balances.put(key, stored);
        Ok(stored)
    }

    /// Changes a balance: `write` makes of what it was what it is from now on.
    pub(super) fn change_balance(
        &mut self,
        connection: &Connection,
        key: i64,
        write: impl FnOnce(&Stored) -> Outcome<Stored>,
    ) -> Outcome<()> {
        if let Some(known) = self.balances.get_mut(&key) {
            *known = write(known)?;
            return Ok(());
        }
        let stored = write(&self.kept_below(connection, key)?)?;
        self.balances.put(key, stored);
        Ok(())
    }

    /// A balance that is not in this cache.
    fn kept_below(&self, connection: &Connection, key: i64) -> Outcome<Stored> {
        match self.unflushed.latest(key) {
            Some(stored) => Ok(stored),
            None => Ok(balances::balance(connection, key)?.unwrap_or_default()),
        }
    }

    /// A reorder rule.
    pub(super) fn rule(&mut self, connection: &Connection, key: &StockKey) -> Outcome<Option<Rule>> {
        if self.rules_total == 0 {
            return Ok(None);
        }
        let Some(id) = self.key(connection, key)? else { return lookups::rule(connection, key) };
        if let Some(known) = self.rules.get(&id) {
            return Ok(known);
        }
        let rule = lookups::rule(connection, key)?;
        self.rules.put(id, rule.clone());
        Ok(rule)
    }

    /// Notes a rule as it is now, and by how many the number of rules has changed.
    pub(super) fn put_rule(&mut self, key: i64, rule: Option<Rule>, change: i64) {
        self.rules.put(key, rule);
        self.rules_total += change;
    }

    /// A warehouse.
    pub(super) fn warehouse(&self, code: &WarehouseCode) -> Option<Arc<Warehouse>> {
        self.warehouses.get(code).and_then(|(_, warehouse)| warehouse.clone())
    }

    /// The codes of all warehouses, sorted.
    pub(super) fn warehouse_codes(&self) -> Vec<WarehouseCode> {
        let known = self.warehouses.iter().filter(|(_, (_, warehouse))| warehouse.is_some());
        known.map(|(code, _)| code.clone()).collect()
    }

    /// Notes a warehouse as it is now.
    pub(super) fn put_warehouse(&mut self, id: i64, warehouse: &Arc<Warehouse>) {
        self.warehouses.insert(warehouse.code.clone(), (id, Some(Arc::clone(warehouse))));
    }

    /// A warehouse's local id, made if it has none.
    pub(super) fn warehouse_id(&mut self, connection: &Connection, code: &WarehouseCode) -> Outcome<i64> {
        if let Some((id, _)) = self.warehouses.get(code) {
            return Ok(*id);
        }
        let id = local_id(connection, "warehouse", code.as_str())?;
        self.warehouses.insert(code.clone(), (id, None));
        Ok(id)
    }

    /// A user's local id, if it has one.
    pub(super) fn known_user_id(&mut self, connection: &Connection, user: &UserId) -> Outcome<Option<i64>> {
        if let Some(id) = self.users.get(user) {
            return Ok(Some(id));
        }
        let found = one(connection, "SELECT id FROM user WHERE key = ?1", [user.0], |row| row.get(0))?;
        if let Some(id) = found {
            self.users.put(*user, id);
        }
        Ok(found)
    }

    /// A user's local id, made if it has none.
    pub(super) fn user_id(&mut self, connection: &Connection, user: &UserId) -> Outcome<i64> {
        match self.known_user_id(connection, user)? {
            Some(id) => Ok(id),
            None => local_id(connection, "user", user.0),
        }
    }
}

fn known(site: Site) -> (WarehouseCode, (i64, Option<Arc<Warehouse>>)) {
    (site.code, (site.id, site.warehouse.map(Arc::new)))
}

/// The local id of a key in a table that has columns `id` and `key`, made if it has none.
pub(super) fn local_id(
    connection: &Connection,
    table: &str,
    key: impl rusqlite::ToSql + Copy,
) -> Outcome<i64> {
    let found = one(connection, &format!("SELECT id FROM {table} WHERE key = ?1"), [key], |row| row.get(0))?;
    match found {
        Some(id) => Ok(id),
        None => {
            let sql = format!("INSERT INTO {table} (key) VALUES (?1)");
            connection.prepare_cached(&sql)?.execute(params![key])?;
            Ok(connection.last_insert_rowid())
        }
    }
}
