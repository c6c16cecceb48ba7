//! Lists of products, single ones, categories and warehouses.

use std::sync::Arc;

use acopio_contract::query::{Categories, Page, ProductBySku, ProductRow, ProductSort, Products, Warehouses};
use acopio_ledger::records::{Category, Warehouse};
use rusqlite::Connection;

use super::counted::Counted;
use super::shelf::{Loaded, Shelf};
use super::walk::{End, Order, Place, Wanted, walk};
use crate::cursor;
use crate::fold::Needle;
use crate::sqlite::fault::Outcome;
use crate::sqlite::log::Log;
use crate::sqlite::lookups::{self, docs};

pub(super) fn list(shelf: &Shelf<'_>, query: &Products) -> Outcome<Page<ProductRow>> {
    let connection = shelf.connection;
    let needle = Needle::new(query.text.as_deref());
    let order = match query.sort {
        Some(sort) => Order::By(sort),
        None if needle.is_some() => Order::Best,
        None => Order::By(ProductSort::Sku),
    };
    let list = format!("products {order:?}");
    let after: Option<Place> = cursor::decode(&list, &query.page)?;
    let category = match &query.category {
        Some(name) => match shelf.category(name)? {
            Some(id) => Some(id),
            None => return Ok(Page { items: Vec::new(), next: None }),
        },
        None => None,
    };
    let counted = Counted::new(connection, &query.scope, query.warehouse.as_ref())?;
    let availability = query.availability.map(|wanted| (wanted, counted.clone()));
    let wanted = Wanted { needle, category, retired: query.retired, availability };
    let (mut items, mut last) = (Vec::new(), None);
    let end = walk(shelf, &wanted, order, after.as_ref(), &mut |candidate| {
        if items.len() == query.page.limit {
            return Ok(false);
        }
        let (on_hand, available) = counted.stock(&shelf.balances, candidate.id)?;
        let Loaded { product, category_name, .. } = match candidate.loaded {
            Some(loaded) => loaded,
            None => shelf.load(candidate.id)?,
        };
        items.push(ProductRow { product: Arc::new(product), category: category_name, on_hand, available });
        last = Some(candidate.place);
        Ok(true)
    })?;
    let next = match end {
        End::Reached => None,
        End::Stopped => last,
        End::Bounded(place) => Some(place),
    };
    Ok(Page { items, next: next.map(|place| cursor::encode(&list, &place)) })
}

pub(super) fn one(shelf: &Shelf<'_>, query: &ProductBySku) -> Outcome<Option<ProductRow>> {
    let connection = shelf.connection;
    let Some(id) = lookups::product_id(connection, query.sku.as_str())? else { return Ok(None) };
    let Loaded { product, category_name, .. } = shelf.load(id)?;
    let (on_hand, available) = Counted::new(connection, &query.scope, None)?.stock(&shelf.balances, id)?;
    Ok(Some(ProductRow { product: Arc::new(product), category: category_name, on_hand, available }))
}

pub(super) fn categories(connection: &Connection, _: &Log<'_>, _: &Categories) -> Outcome<Vec<Category>> {
    let sql = "SELECT doc FROM category WHERE name IS NOT NULL";
    let mut categories: Vec<Category> = docs(connection, "categories", sql, [])?;
    categories.sort_by_cached_key(|category| (category.name.to_lowercase(), category.id.clone()));
    Ok(categories)
}

pub(super) fn warehouses(connection: &Connection, _: &Log<'_>, _: &Warehouses) -> Outcome<Vec<Warehouse>> {
    docs(connection, "warehouses", "SELECT doc FROM warehouse WHERE doc IS NOT NULL ORDER BY key", [])
}
