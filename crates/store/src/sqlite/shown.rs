//! The balances of single products, kept in memory for those who ask: always what the database would say.
//!
//! Whoever commits says so before, and what will change. That is forgotten, and until the commit is over nothing is kept
//! that was read meanwhile, since it may be from before or from after. So nobody is told less than what was committed
//! before they asked, nor what is not committed yet, and nobody who asks twice is told older figures the second time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acopio_contract::query::{Page, Stock, StockRow};
use acopio_ledger::Changes;
use acopio_ledger::names::Sku;

use super::recent::Recent;
use crate::cursor;
use crate::filters::{in_scope, is_available, passes};

/// How many products are kept at least, at about 700 bytes each with three warehouses: what a map holds that has a power
/// of two places.
const PRODUCTS_KEPT: usize = 28 * 1_024;
/// A product with more balances is not kept, so that the limit above says something about memory.
const BALANCES_MAX: usize = 64;

/// Balances of products, of all warehouses that have any, by the warehouse's code.
pub(super) type Rows = Arc<[StockRow]>;

/// What is kept, shared by the writer and all readers.
pub(super) struct Shown(Mutex<State>);

struct State {
    rows: Recent<Sku, Rows>,
    /// Whether anything was kept yet: if not, a load that only writes has nothing to look up.
    has_rows: bool,
    /// How many commits have begun.
    commits: u64,
    is_committing: bool,
}

/// When somebody began to read: between two commits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(u64);

/// A commit under way; it is over when this is dropped.
pub(super) struct Committing<'a>(&'a Shown);

impl Default for Shown {
    fn default() -> Shown {
        let rows = Recent::new(PRODUCTS_KEPT);
        Shown(Mutex::new(State { rows, has_rows: false, commits: 0, is_committing: false }))
    }
}

impl Shown {
    /// A product's balances, if they are kept.
    pub(super) fn get(&self, sku: &Sku) -> Option<Rows> {
        self.lock().rows.get(sku)
    }

    /// The present moment, from which on may be read what shall be kept; none while a commit is under way.
    pub(super) fn moment(&self) -> Option<Moment> {
        let state = self.lock();
        (!state.is_committing).then_some(Moment(state.commits))
    }

    /// Keeps what was read from a moment on, if nobody has committed since.
    pub(super) fn keep(&self, moment: Moment, sku: &Sku, rows: &Rows) {
        let mut state = self.lock();
        if rows.len() <= BALANCES_MAX && !state.is_committing && state.commits == moment.0 {
            state.rows.put(sku.clone(), Arc::clone(rows));
            state.has_rows = true;
        }
    }

    /// Begins a commit: until it is over, nothing that is read is kept.
    pub(super) fn begin(&self) -> Committing<'_> {
        let mut state = self.lock();
        state.commits += 1;
        state.is_committing = true;
        Committing(self)
    }

    /// Forgets what a commit under way is about to change.
    pub(super) fn forget(&self, changes: &Changes) {
        let mut state = self.lock();
        assert!(state.is_committing, "what was forgotten must not be read again before it has changed");
        if state.has_rows {
            changes.products.keys().for_each(|sku| state.rows.remove(sku));
            changes.balances.keys().for_each(|key| state.rows.remove(&key.sku));
            changes.incoming.keys().for_each(|key| state.rows.remove(&key.sku));
        }
    }

    /// Forgets everything, since a commit under way may change anything.
    pub(super) fn forget_all(&self) {
        let mut state = self.lock();
        state.rows = Recent::new(PRODUCTS_KEPT);
        state.has_rows = false;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Committing<'_> {
    fn drop(&mut self) {
        self.0.lock().is_committing = false;
    }
}

/// The product whose balances answer a query; none if more must be known for it.
pub(super) fn product_of(query: &Stock) -> Option<&Sku> {
    let Stock { sku, text, category, low, page, .. } = query;
    let is_plain = text.is_none() && category.is_none() && !low && page.cursor.is_none();
    sku.as_ref().filter(|_| is_plain)
}

/// The first page of a product's balances.
pub(super) fn page(rows: &[StockRow], query: &Stock) -> Page<StockRow> {
    let wanted = rows.iter().filter(|row| {
        in_scope(&query.scope, &row.key.warehouse)
            && passes(&query.warehouse, &row.key.warehouse)
            && is_available(query.availability, row.balance.available())
    });
    let wanted = wanted.cloned().collect();
    let place = |row: &StockRow| (row.key.sku.to_string(), row.key.warehouse.to_string());
    cursor::page("stock", query.page.limit, wanted, place)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use acopio_ledger::names::WarehouseCode;
    use acopio_ledger::records::{Balance, StockKey};

    use super::*;

    fn sku(text: &str) -> Sku {
        Sku::new(text).unwrap()
    }

    fn nothing() -> Rows {
        Arc::new([])
    }

    fn changed(text: &str) -> Changes {
        let key = StockKey { sku: sku(text), warehouse: WarehouseCode::new("LON").unwrap() };
        Changes { balances: BTreeMap::from([(key, Balance::default())]), ..Changes::default() }
    }

    fn holding(texts: &[&str]) -> Shown {
        let shown = Shown::default();
        let moment = shown.moment().unwrap();
        texts.iter().for_each(|text| shown.keep(moment, &sku(text), &nothing()));
        shown
    }

    #[test]
    fn what_will_change_is_forgotten_and_the_rest_stays() {
        let shown = holding(&["A", "B"]);
        let committing = shown.begin();
        shown.forget(&changed("A"));
        drop(committing);
        assert!(shown.get(&sku("A")).is_none());
        assert!(shown.get(&sku("B")).is_some());
    }

    #[test]
    fn nothing_is_kept_that_was_read_beside_a_commit() {
        let shown = holding(&[]);
        let before = shown.moment().unwrap();
        let committing = shown.begin();
        assert!(shown.moment().is_none());
        shown.keep(before, &sku("A"), &nothing());
        assert!(shown.get(&sku("A")).is_none(), "it may be from before the commit");
        drop(committing);
        shown.keep(before, &sku("A"), &nothing());
        assert!(shown.get(&sku("A")).is_none(), "it may still be");
        shown.keep(shown.moment().unwrap(), &sku("A"), &nothing());
        assert!(shown.get(&sku("A")).is_some());
    }

    #[test]
    fn when_anything_may_change_everything_is_forgotten() {
        let shown = holding(&["A"]);
        shown.forget_all();
        assert!(shown.get(&sku("A")).is_none());
    }
}
