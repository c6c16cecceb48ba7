//! Folds what happens to products, categories and warehouses.

use std::sync::Arc;

use super::Meta;
use crate::body;
use crate::books::{Books, Source};
use crate::gtin::Barcode;
use crate::ids::{EntryId, Epoch, Version};
use crate::money::Money;
use crate::names::{Sku, WarehouseCode};
use crate::records::{Category, Product, Unit, Warehouse};
use crate::writes::{Fields, Writes};

pub(super) fn product_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::ProductSet) {
    let sku = Sku::recorded(&set.sku);
    let mut product = match books.product(&sku) {
        Some(present) => Product::clone(&present),
        None => unset(&sku, meta),
    };
    let barcodes = product.barcodes.clone();
    change(&mut product, meta, set);
    product.version = product.version.next();
    product.created = product.created.min(meta.stamp);
    product.changed = product.changed.max(meta.stamp);
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
        writes: Writes::default(),
    }
}

/// The fields of a product, as bits.
mod field {
    use crate::writes::Fields;

    pub(super) const NAME: Fields = 1;
    pub(super) const DESCRIPTION: Fields = 1 << 1;
    pub(super) const CATEGORY: Fields = 1 << 2;
    pub(super) const UNIT: Fields = 1 << 3;
    pub(super) const BARCODES: Fields = 1 << 4;
    pub(super) const ATTRIBUTES: Fields = 1 << 5;
    pub(super) const PRICE: Fields = 1 << 6;
    pub(super) const COST: Fields = 1 << 7;
    pub(super) const RETIRED: Fields = 1 << 8;
}

/// Which fields an entry sets.
fn fields(set: &body::ProductSet) -> Fields {
    let bit = |is_set: bool, field: Fields| if is_set { field } else { 0 };
    bit(set.name.is_some(), field::NAME)
        | bit(set.description.is_some(), field::DESCRIPTION)
        | bit(set.category.is_some(), field::CATEGORY)
        | bit(set.barcodes.is_some(), field::BARCODES)
        | bit(set.attributes.is_some(), field::ATTRIBUTES)
        | bit(set.price.is_some(), field::PRICE)
        | bit(set.cost.is_some(), field::COST)
        | bit(set.retired.is_some(), field::RETIRED)
}

/// The last write of a field counts; of the unit, in which all quantities are counted, the first.
fn change(product: &mut Product, meta: &Meta, set: &body::ProductSet) {
    let write = meta.write();
    let won = product.writes.take_last(&write, fields(set));
    let money = |amount: i64| (0 <= amount).then_some(Money(amount));
    if let (Some(name), true) = (&set.name, won & field::NAME != 0) {
        product.name.clone_from(name);
    }
    if let (Some(description), true) = (&set.description, won & field::DESCRIPTION != 0) {
        product.description.clone_from(description);
    }
    if let (Some(category), true) = (&set.category, won & field::CATEGORY != 0) {
        product.category = category.parse().ok();
    }
    if let (Some(name), Some(decimals)) = (&set.unit, set.decimals)
        && product.writes.take_first(&write, field::UNIT) != 0
    {
        product.unit = Unit { name: name.clone(), decimals: decimals.min(3) as u8 };
    }
    if let (Some(barcodes), true) = (&set.barcodes, won & field::BARCODES != 0) {
        product.barcodes = barcodes.texts.iter().map(|text| Barcode::recorded(text)).collect();
    }
    if let (Some(attributes), true) = (&set.attributes, won & field::ATTRIBUTES != 0) {
        product.attributes.clone_from(&attributes.values);
    }
    if let (Some(price), true) = (set.price, won & field::PRICE != 0) {
        product.price = money(price);
    }
    if let (Some(cost), true) = (set.cost, won & field::COST != 0) {
        product.cost = money(cost);
    }
    if let (Some(retired), true) = (set.retired, won & field::RETIRED != 0) {
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

/// The fields of a warehouse, as bits.
const WAREHOUSE_NAME: Fields = 1;
const WAREHOUSE_OWNER: Fields = 1 << 1;

/// The node that creates a warehouse owns it; of two that have done so apart, the first.
pub(super) fn warehouse_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::WarehouseSet) {
    let code = WarehouseCode::recorded(&set.code);
    let mut warehouse = books.warehouse(&code).unwrap_or_else(|| Warehouse {
        code: code.clone(),
        name: set.name.clone(),
        owner: meta.id.node.clone(),
        epoch: Epoch(1),
        version: Version(0),
        writes: Writes::default(),
    });
    let write = meta.write();
    if warehouse.writes.take_last(&write, WAREHOUSE_NAME) != 0 {
        warehouse.name.clone_from(&set.name);
    }
    if warehouse.writes.take_first(&write, WAREHOUSE_OWNER) != 0 {
        warehouse.owner = meta.id.node.clone();
    }
    warehouse.version = warehouse.version.next();
    books.changes_mut().warehouses.insert(code, warehouse);
}
