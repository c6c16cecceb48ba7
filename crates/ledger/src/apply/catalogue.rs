//! Folds what happens to products, categories and warehouses.

use std::sync::Arc;

use super::Meta;
use crate::body;
use crate::books::{Books, Source};
use crate::gtin::Barcode;
use crate::ids::{EntryId, Version};
use crate::money::Money;
use crate::names::{Sku, WarehouseCode};
use crate::records::{Category, Product, Unit, Warehouse};

pub(super) fn product_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::ProductSet) {
    let sku = Sku::recorded(&set.sku);
    let mut product = match books.product(&sku) {
        Some(present) => Product::clone(&present),
        None => unset(&sku, meta),
    };
    let barcodes = product.barcodes.clone();
    change(&mut product, set);
    product.version = product.version.next();
    product.changed = meta.stamp;
    move_barcodes(books, &sku, &barcodes, &product.barcodes);
    books.changes_mut().products.insert(sku, Arc::new(product));
}

/// A product of which nothing is known yet.
fn unset(sku: &Sku, meta: &Meta) -> Product {
    Product {
        sku: sku.clone(),
        name: sku.to_string(),
        description: String::new(),
        category: None,
        unit: Unit { name: "each".to_owned(), decimals: 0 },
        barcodes: Vec::new(),
        attributes: Default::default(),
        price: None,
        cost: None,
        retired: false,
        version: Version(0),
        created: meta.stamp,
        changed: meta.stamp,
    }
}

fn change(product: &mut Product, set: &body::ProductSet) {
    let money = |amount: i64| (0 <= amount).then_some(Money(amount));
    if let Some(name) = &set.name {
        product.name.clone_from(name);
    }
    if let Some(description) = &set.description {
        product.description.clone_from(description);
    }
    if let Some(category) = &set.category {
        product.category = category.parse().ok();
    }
    if let (Some(name), Some(decimals)) = (&set.unit, set.decimals) {
        product.unit = Unit { name: name.clone(), decimals: decimals.min(3) as u8 };
    }
    if let Some(barcodes) = &set.barcodes {
        product.barcodes = barcodes.texts.iter().map(|text| Barcode::recorded(text)).collect();
    }
    if let Some(attributes) = &set.attributes {
        product.attributes.clone_from(&attributes.values);
    }
    if let Some(price) = set.price {
        product.price = money(price);
    }
    if let Some(cost) = set.cost {
        product.cost = money(cost);
    }
    if let Some(retired) = set.retired {
        product.retired = retired;
    }
}

fn move_barcodes<S: Source>(books: &mut Books<S>, sku: &Sku, before: &[Barcode], after: &[Barcode]) {
    let barcodes = &mut books.changes_mut().barcodes;
    for gone in before.iter().filter(|barcode| !after.contains(barcode)) {
        barcodes.insert(gone.clone(), None);
    }
    for new in after.iter().filter(|barcode| !before.contains(barcode)) {
        barcodes.insert(new.clone(), Some(sku.clone()));
    }
}

pub(super) fn category_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::CategorySet) {
    let id: EntryId = if set.id.is_empty() {
        meta.id.clone()
    } else {
        match set.id.parse() {
            Ok(id) => id,
            Err(_) => return,
        }
    };
    let present = books.category(&id);
    if let Some(present) = &present {
        books.changes_mut().category_names.insert(present.name.to_lowercase(), None);
    }
    let version = present.map(|category| category.version).unwrap_or_default().next();
    let changes = books.changes_mut();
    if set.name.is_empty() {
        changes.categories.insert(id, None);
    } else {
        changes.category_names.insert(set.name.to_lowercase(), Some(id.clone()));
        changes.categories.insert(id.clone(), Some(Category { id, name: set.name.clone(), version }));
    }
}

pub(super) fn warehouse_set<S: Source>(books: &mut Books<S>, set: &body::WarehouseSet) {
    let code = WarehouseCode::recorded(&set.code);
    let version = books.warehouse(&code).map(|warehouse| warehouse.version).unwrap_or_default().next();
    let warehouse = Warehouse { code: code.clone(), name: set.name.clone(), version };
    books.changes_mut().warehouses.insert(code, warehouse);
}
