//! Products as one piece of work reads them, with the names of their categories.

use std::cell::RefCell;
use std::collections::HashMap;

use acopio_ledger::holders::Holders;
use acopio_ledger::ids::EntryId;
use acopio_ledger::records::Product;
use rusqlite::Connection;

use super::frequency::Frequencies;
use crate::sqlite::balances::Balances;
use crate::sqlite::fault::{Fault, Outcome, record};
use crate::sqlite::lookups::{self, one};

/// A product's record and the name of its category.
pub(super) struct Loaded {
    /// The product.
    pub(super) product: Product,
    /// Its category's local id.
    pub(super) category: Option<i64>,
    /// Its category's name.
    pub(super) category_name: Option<String>,
}

/// The catalogue as one piece of work reads it.
pub(super) struct Shelf<'c> {
    pub(super) connection: &'c Connection,
    /// How often the search index has what.
    pub(super) frequencies: &'c Frequencies,
    pub(super) balances: Balances<'c>,
    category_names: RefCell<HashMap<i64, Option<String>>>,
}

impl<'c> Shelf<'c> {
    /// The catalogue behind a connection.
    pub(super) fn new(
        connection: &'c Connection,
        frequencies: &'c Frequencies,
        balances: Balances<'c>,
    ) -> Shelf<'c> {
        Shelf { connection, frequencies, balances, category_names: RefCell::default() }
    }

    /// A product's record.
    pub(super) fn load(&self, id: i64) -> Outcome<Loaded> {
        let mut statement =
            self.connection.prepare_cached("SELECT doc, category FROM product WHERE id = ?1")?;
        let mut rows = statement.query([id])?;
        let missing = || Fault::damaged(format!("product with the local id {id}"), "it is missing");
        let row = rows.next()?.ok_or_else(missing)?;
        let doc = row.get_ref(0)?.as_str().map_err(|error| Fault::damaged("product", error))?;
        let (product, category) = (record("product", doc)?, row.get(1)?);
        Ok(Loaded { product, category, category_name: self.category_name(category)? })
    }

    fn category_name(&self, category: Option<i64>) -> Outcome<Option<String>> {
        let Some(id) = category else { return Ok(None) };
        if let Some(name) = self.category_names.borrow().get(&id) {
            return Ok(name.clone());
        }
        let sql = "SELECT name FROM category WHERE id = ?1";
        let name: Option<String> = one(self.connection, sql, [id], |row| row.get(0))?.flatten();
        self.category_names.borrow_mut().insert(id, name.clone());
        Ok(name)
    }

    /// The local id of the category of that name, in any case.
    pub(super) fn category(&self, name: &str) -> Outcome<Option<i64>> {
        let named: Holders<EntryId> =
            lookups::named(self.connection, "category_names", &name.to_lowercase())?;
        let Some(id) = named.first() else { return Ok(None) };
        one(self.connection, "SELECT id FROM category WHERE key = ?1", [id.to_string()], |row| row.get(0))
    }
}
