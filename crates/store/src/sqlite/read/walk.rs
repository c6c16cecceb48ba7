//! Walks products in the order of a list and stops when the page is full or enough has been looked at.
//!
//! The work of one request is bounded: where few products fit the filters, a page is short and has a cursor.

use std::cell::RefCell;
use std::collections::HashMap;

use acopio_contract::query::ProductSort;
use acopio_ledger::ids::EntryId;
use acopio_ledger::records::Product;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::search;
use crate::fold::{Needle, Rank, sku_key};
use crate::sqlite::fault::{Fault, Outcome, record};
use crate::sqlite::lookups::{self, one};

/// How much one request may look at: a product costs 1, its text [`TEXT_EFFORT`].
const EFFORT_MAX: usize = 4_000;
/// What it costs to read a product's record and compare its text.
const TEXT_EFFORT: usize = 4;

/// The products that a list is about.
pub(super) struct Wanted {
    /// Words that must occur.
    pub(super) needle: Option<Needle>,
    /// The local id of the category.
    pub(super) category: Option<i64>,
    /// Retired ones only, or only others.
    pub(super) retired: Option<bool>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Best matches first.
    Best,
    /// As asked.
    By(ProductSort),
}

/// Where a product stands in a list. Which parts count depends on the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    /// 0 exact, 1 prefix, 2 the rest; 0 where no text is searched.
    pub(super) rank: u8,
    /// The folded name or SKU that the list is sorted by, before the SKU.
    pub(super) key: String,
    /// The SKU.
    pub(super) sku: String,
}

/// A product's record and the name of its category.
pub(super) struct Loaded {
    /// The product.
    pub(super) product: Product,
    /// Its category's local id.
    category: Option<i64>,
    /// Its category's name.
    pub(super) category_name: Option<String>,
}

/// A product on the way.
pub(super) struct Candidate {
    /// The local id.
    pub(super) id: i64,
    /// Where it stands.
    pub(super) place: Place,
    /// Its record, where that had to be read already.
    pub(super) loaded: Option<Loaded>,
}

/// Why a walk has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// There are no more products.
    Reached,
    /// The visitor has had enough.
    Stopped,
    /// Enough was looked at; this was the last place.
    Bounded(Place),
}

/// The catalogue as one piece of work reads it.
pub(super) struct Shelf<'c> {
    pub(super) connection: &'c Connection,
    category_names: RefCell<HashMap<i64, Option<String>>>,
}

impl<'c> Shelf<'c> {
    /// The catalogue behind a connection.
    pub(super) fn new(connection: &'c Connection) -> Shelf<'c> {
        Shelf { connection, category_names: RefCell::default() }
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
        let id: Option<EntryId> = lookups::named(self.connection, "category_names", &name.to_lowercase())?;
        let Some(id) = id else { return Ok(None) };
        one(self.connection, "SELECT id FROM category WHERE key = ?1", [id.to_string()], |row| row.get(0))
    }
}

impl Wanted {
    /// Whether a product fits.
    pub(super) fn accepts(&self, loaded: &Loaded) -> bool {
        self.retired.is_none_or(|retired| retired == loaded.product.retired)
            && self.category.is_none_or(|category| loaded.category == Some(category))
            && self
                .needle
                .as_ref()
                .is_none_or(|needle| needle.is_in(&loaded.product, loaded.category_name.as_deref()))
    }
}

/// A walk under way.
pub(super) struct Walk<'a, 'c> {
    pub(super) shelf: &'a Shelf<'c>,
    pub(super) wanted: &'a Wanted,
    /// Takes a product that fits; answers whether to go on.
    pub(super) visit: &'a mut dyn FnMut(Candidate) -> Outcome<bool>,
    effort: usize,
}

/// Whether a walk has ended, and how.
pub(super) type Step = Outcome<Option<End>>;

/// Walks all wanted products after a place.
pub(super) fn walk(
    shelf: &Shelf<'_>,
    wanted: &Wanted,
    order: Order,
    after: Option<&Place>,
    visit: &mut dyn FnMut(Candidate) -> Outcome<bool>,
) -> Outcome<End> {
    let mut walk = Walk { shelf, wanted, visit, effort: 0 };
    let end = match order {
        Order::Best => search::best(&mut walk, after),
        Order::By(sort) if wanted.needle.is_some() => search::sorted(&mut walk, sort, after),
        Order::By(ProductSort::Created | ProductSort::CreatedDescending) if wanted.category.is_some() => {
            search::created(&mut walk, order == Order::By(ProductSort::Created), after)
        }
        Order::By(sort) => walk.by_index(sort, after),
    };
    Ok(end?.unwrap_or(End::Reached))
}

impl Walk<'_, '_> {
    /// Shows a product to the visitor if it fits, and counts what that costs.
    pub(super) fn offer(&mut self, mut candidate: Candidate) -> Step {
        let place = candidate.place.clone();
        self.effort += 1;
        if candidate.loaded.is_none() && self.wanted.needle.is_some() {
            candidate.loaded = Some(self.shelf.load(candidate.id)?);
        }
        if candidate.loaded.is_some() {
            self.effort += TEXT_EFFORT - 1;
        }
        let fits = candidate.loaded.as_ref().is_none_or(|loaded| self.wanted.accepts(loaded));
        if fits && !(self.visit)(candidate)? {
            return Ok(Some(End::Stopped));
        }
        Ok((EFFORT_MAX <= self.effort).then_some(End::Bounded(place)))
    }

    /// Shows the product of a local id if it fits as well as this part of the list is about.
    pub(super) fn offer_id(&mut self, id: i64, part: Option<Rank>) -> Step {
        let loaded = self.shelf.load(id)?;
        let sku = loaded.product.sku.to_string();
        let key = if part == Some(Rank::Prefix) { sku_key(&loaded.product.sku) } else { String::new() };
        let place = Place { rank: part.map_or(0, |part| part as u8), key, sku };
        let fits = |needle: &Needle| part.is_none_or(|part| needle.rank(&loaded.product) == part);
        if self.wanted.needle.as_ref().is_none_or(fits) {
            return self.offer(Candidate { id, place, loaded: Some(loaded) });
        }
        self.effort += TEXT_EFFORT;
        Ok((EFFORT_MAX <= self.effort).then_some(End::Bounded(place)))
    }

    /// Walks along the index of an order.
    pub(super) fn by_index(&mut self, sort: ProductSort, after: Option<&Place>) -> Step {
        let (sql, params) = index_sql(sort, self.wanted, self.shelf.connection, after)?;
        let mut statement = self.shelf.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            let place = Place { rank: 0, key: row.get(1)?, sku: row.get(2)? };
            let candidate = Candidate { id: row.get(0)?, place, loaded: None };
            if let Some(end) = self.offer(candidate)? {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }
}

/// The statement that lists the local id, sort key and SKU of products in an order, and its parameters.
fn index_sql(
    sort: ProductSort,
    wanted: &Wanted,
    connection: &Connection,
    after: Option<&Place>,
) -> Outcome<(String, Vec<Value>)> {
    let (key, columns, descending) = match sort {
        ProductSort::Sku => ("''", "sku", false),
        ProductSort::SkuDescending => ("''", "sku", true),
        ProductSort::Name => ("name_folded", "name_folded, sku", false),
        ProductSort::NameDescending => ("name_folded", "name_folded, sku", true),
        ProductSort::Created => ("''", "id", false),
        ProductSort::CreatedDescending => ("''", "id", true),
    };
    let mut sql = format!("SELECT id, {key}, sku FROM product WHERE true");
    let mut params: Vec<Value> = Vec::new();
    if let Some(category) = wanted.category {
        sql += " AND category = ?";
        params.push(category.into());
    }
    if let Some(retired) = wanted.retired {
        // Spelt out, so that the index of retired products can be used.
        sql += if retired { " AND retired = 1" } else { " AND retired = 0" };
    }
    let marks = match columns {
        "name_folded, sku" => "?, ?",
        _ => "?",
    };
    if let Some(place) = after {
        let comparison = if descending { "<" } else { ">" };
        sql += &format!(" AND ({columns}) {comparison} ({marks})");
        match columns {
            "id" => params.push(place_id(connection, place)?.into()),
            "sku" => params.push(place.sku.clone().into()),
            _ => params.extend([place.key.clone().into(), place.sku.clone().into()]),
        }
    }
    let direction = if descending { " DESC" } else { "" };
    sql += &format!(" ORDER BY {}{direction}", columns.replace(", ", &format!("{direction}, ")));
    Ok((sql, params))
}

/// The local id of a place's product.
pub(super) fn place_id(connection: &Connection, place: &Place) -> Outcome<i64> {
    let id = lookups::product_id(connection, &place.sku)?;
    id.ok_or_else(|| acopio_contract::QueryError::Cursor { cursor: place.sku.clone() }.into())
}
