//! Writes warehouses, categories, products and what they are found by.

use std::sync::Arc;

use acopio_ledger::Changes;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::holders::Holders;
use acopio_ledger::names::Sku;
use acopio_ledger::records::{Category, Product, Warehouse};
use rusqlite::{CachedStatement, params};

use super::Desk;
use crate::fold::{fold, fold_spaced, sku_key};
use crate::sqlite::caches::local_id;
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::{grams, lookups};
use crate::view_rows::json;

pub(super) fn write(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    changes.warehouses.values().try_for_each(|warehouse| write_warehouse(desk, warehouse))?;
    changes.categories.values().try_for_each(|category| write_category(desk, category))?;
    // Local ids rise in the order of creation, which is an order of lists.
    let mut products: Vec<&Arc<Product>> = changes.products.values().collect();
    products.sort_by(|a, b| (a.created, &a.sku).cmp(&(b.created, &b.sku)));
    products.into_iter().try_for_each(|product| write_product(desk, product))?;
    changes.barcodes.iter().try_for_each(|(barcode, holders)| write_barcode(desk, barcode, holders))
}

fn write_warehouse(desk: &mut Desk<'_>, warehouse: &Arc<Warehouse>) -> Outcome<()> {
    let id = desk.caches.warehouse_id(desk.connection, &warehouse.code)?;
    let sql = "UPDATE warehouse SET doc = ?2 WHERE id = ?1";
    desk.connection.prepare_cached(sql)?.execute(params![id, json(&**warehouse)])?;
    desk.caches.put_warehouse(id, warehouse);
    Ok(())
}

/// A removed category keeps its row and so its local id, which products may still name.
fn write_category(desk: &mut Desk<'_>, category: &Category) -> Outcome<()> {
    let id = local_id(desk.connection, "category", category.id.to_string().as_str())?;
    let name = (!category.is_removed()).then_some(&category.name);
    let sql = "UPDATE category SET name = ?2, folded = ?3, doc = ?4 WHERE id = ?1";
    let folded = name.map(|name| fold(name));
    desk.connection.prepare_cached(sql)?.execute(params![id, name, folded, json(category)])?;
    Ok(())
}

fn write_product(desk: &mut Desk<'_>, product: &Product) -> Outcome<()> {
    let category = match &product.category {
        Some(category) => Some(local_id(desk.connection, "category", category.to_string().as_str())?),
        None => None,
    };
    let id = match desk.caches.product(desk.connection, &product.sku)? {
        Some((id, _)) => {
            update(desk, id, product, category)?;
            id
        }
        None => insert(desk, product, category)?,
    };
    desk.caches.put_product(&product.sku, id, product.stockable());
    Ok(())
}

fn insert(desk: &Desk<'_>, product: &Product, category: Option<i64>) -> Outcome<i64> {
    let sql = "INSERT INTO product (id, sku, decimals, retired, stub, category, sku_folded, name_folded, doc)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut statement = desk.connection.prepare_cached(sql)?;
    bind(&mut statement, None, product, category)?;
    let id = desk.connection.last_insert_rowid();
    index(desk, id, &grams::of_product(product, category))?;
    Ok(id)
}

fn update(desk: &Desk<'_>, id: i64, product: &Product, category: Option<i64>) -> Outcome<()> {
    let before = lookups::product_by_id(desk.connection, id)?;
    let sql = "UPDATE product SET sku = ?2, decimals = ?3, retired = ?4, stub = ?5, category = ?6,
               sku_folded = ?7, name_folded = ?8, doc = ?9 WHERE id = ?1";
    let mut statement = desk.connection.prepare_cached(sql)?;
    bind(&mut statement, Some(id), product, category)?;
    let texts = |product: &Product| {
        let Product { name, description, category, barcodes, .. } = product;
        (name.clone(), description.clone(), category.clone(), barcodes.clone())
    };
    if texts(&before) != texts(product) {
        desk.connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id])?;
        index(desk, id, &grams::of_product(product, category))?;
    }
    Ok(())
}

fn bind(
    statement: &mut CachedStatement<'_>,
    id: Option<i64>,
    product: &Product,
    category: Option<i64>,
) -> Outcome<()> {
    let (sku, decimals, retired) = (product.sku.as_str(), product.unit.decimals, product.retired);
    let (sku_folded, name_folded) = (sku_key(&product.sku), fold_spaced(&product.name));
    statement.execute(params![
        id,
        sku,
        decimals,
        retired,
        product.is_stub(),
        category,
        sku_folded,
        name_folded,
        json(product)
    ])?;
    Ok(())
}

fn index(desk: &Desk<'_>, id: i64, grams: &str) -> Outcome<()> {
    let sql = "INSERT INTO search (rowid, grams) VALUES (?1, ?2)";
    desk.connection.prepare_cached(sql)?.execute(params![id, grams])?;
    Ok(())
}

fn write_barcode(desk: &mut Desk<'_>, barcode: &Barcode, holders: &Holders<Sku>) -> Outcome<()> {
    let sql = "DELETE FROM barcode WHERE barcode = ?1";
    desk.connection.prepare_cached(sql)?.execute([barcode.as_str()])?;
    for (rank, sku) in holders.all().iter().enumerate() {
        let product = desk.caches.product(desk.connection, sku)?;
        let (id, _) = product.ok_or_else(|| Fault::damaged(barcode.as_str(), "no such product"))?;
        let sql = "INSERT INTO barcode VALUES (?1, ?2, ?3)";
        desk.connection.prepare_cached(sql)?.execute(params![barcode.as_str(), rank as i64, id])?;
    }
    Ok(())
}
