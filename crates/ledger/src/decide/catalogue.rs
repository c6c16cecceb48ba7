//! Decides about products, categories and warehouses.

use std::sync::Arc;

use super::{Decision, Now, based_on, check_version, not_found};
use crate::body::{self, Attributes, BasedOn, ProductSet, Texts};
use crate::books::{Books, Source};
use crate::command::{
    ChangeProduct, CreateCategory, NameWarehouse, NewProduct, RemoveCategory, RenameCategory,
};
use crate::entry::Body;
use crate::gtin::Barcode;
use crate::ids::EntryId;
use crate::money::Money;
use crate::names::{Sku, Title};
use crate::quantity::Quantity;
use crate::records::{Category, Product, StockKey};
use crate::refusal::Refusal;

pub(super) fn create_product<S: Source>(books: &Books<S>, now: &Now, new: &NewProduct) -> Decision {
    if known_product(books, &new.sku).is_some() {
        return Err(Refusal::SkuExists { sku: new.sku.clone() });
    }
    check_barcodes(books, &new.sku, &new.barcodes)?;
    let mut bodies = Vec::new();
    let category = new.category.as_ref().map(|name| category_id(books, now, name, &mut bodies));
    bodies.push(Body::ProductSet(ProductSet {
        sku: new.sku.to_string(),
        name: Some(new.name.to_string()),
        description: Some(new.description.clone()),
        category,
        unit: Some(new.unit.name.clone()),
        decimals: Some(u32::from(new.unit.decimals)),
        barcodes: Some(barcode_texts(&new.barcodes)),
        attributes: Some(Attributes { values: new.attributes.clone() }),
        price: new.price.map(|price| price.0),
        cost: new.cost.map(|cost| cost.0),
        retired: None,
        based_on: Vec::new(),
        reason: None,
    }));
    Ok(bodies)
}

/// A product of the catalogue; one that only others' stock names is not in it yet.
fn known_product<S: Source>(books: &Books<S>, sku: &Sku) -> Option<Arc<Product>> {
    books.product(sku).filter(|product| !product.is_stub())
}

pub(super) fn change_product<S: Source>(books: &Books<S>, now: &Now, change: &ChangeProduct) -> Decision {
    let sku = &change.sku;
    let product = known_product(books, sku).ok_or_else(|| not_found("product", sku))?;
    check_version(change.expected, product.version)?;
    let patch = &change.patch;
    if patch.unit.as_ref().is_some_and(|unit| *unit != product.unit) {
        return Err(Refusal::UnitFixed { sku: sku.clone() });
    }
    check_barcodes(books, sku, patch.barcodes.as_deref().unwrap_or_default())?;
    if patch.retired == Some(true) && !product.retired {
        check_no_stock(books, sku)?;
    }
    let mut bodies = Vec::new();
    let category = match &patch.category {
        Some(Some(name)) => Some(category_id(books, now, name, &mut bodies)),
        Some(None) => Some(String::new()),
        None => None,
    };
    let amount = |money: Option<Money>| money.map_or(-1, |money| money.0);
    bodies.push(Body::ProductSet(ProductSet {
        sku: sku.to_string(),
        name: patch.name.as_ref().map(ToString::to_string),
        description: patch.description.clone(),
        category,
        unit: None,
        decimals: None,
        barcodes: patch.barcodes.as_deref().map(barcode_texts),
        attributes: patch.attributes.clone().map(|values| Attributes { values }),
        price: patch.price.map(amount),
        cost: patch.cost.map(amount),
        retired: patch.retired,
        based_on: based_on(&product.writes),
        reason: patch.reason.as_ref().map(ToString::to_string),
    }));
    Ok(bodies)
}

fn barcode_texts(barcodes: &[Barcode]) -> Texts {
    Texts { texts: barcodes.iter().map(|barcode| barcode.as_str().to_owned()).collect() }
}

fn check_barcodes<S: Source>(books: &Books<S>, sku: &Sku, barcodes: &[Barcode]) -> Result<(), Refusal> {
    for barcode in barcodes {
        if let Some(owner) = books.barcode(barcode).first().filter(|owner| *owner != sku) {
            return Err(Refusal::BarcodeTaken { barcode: barcode.as_str().to_owned(), sku: owner.clone() });
        }
    }
    Ok(())
}

fn check_no_stock<S: Source>(books: &Books<S>, sku: &Sku) -> Result<(), Refusal> {
    for warehouse in books.warehouses() {
        let key = StockKey { sku: sku.clone(), warehouse: warehouse.clone() };
        let on_hand = books.balance(&key).on_hand + books.incoming(&key);
        if on_hand != Quantity::ZERO {
            return Err(Refusal::StockRemains { sku: sku.clone(), warehouse, on_hand });
        }
    }
    Ok(())
}

/// The id of the category of that name; a new name becomes a new category, created by the first body.
fn category_id<S: Source>(books: &Books<S>, now: &Now, name: &Title, bodies: &mut Vec<Body>) -> String {
    match books.category_named(&name.as_str().to_lowercase()).first() {
        Some(id) => id.to_string(),
        None => {
            assert!(bodies.is_empty(), "a new category comes before its product");
            bodies.push(category_body(String::new(), name.as_str()));
            now.next.to_string()
        }
    }
}

fn category_body(id: String, name: &str) -> Body {
    Body::CategorySet(body::CategorySet { id, name: name.to_owned() })
}

pub(super) fn create_category<S: Source>(books: &Books<S>, create: &CreateCategory) -> Decision {
    if !books.category_named(&create.name.as_str().to_lowercase()).is_empty() {
        return Err(Refusal::CategoryExists { name: create.name.to_string() });
    }
    Ok(vec![category_body(String::new(), create.name.as_str())])
}

pub(super) fn rename_category<S: Source>(books: &Books<S>, rename: &RenameCategory) -> Decision {
    let category = known_category(books, &rename.id)?;
    check_version(rename.expected, category.version)?;
    let namesake = books.category_named(&rename.name.as_str().to_lowercase());
    if namesake.first().is_some_and(|id| *id != rename.id) {
        return Err(Refusal::CategoryExists { name: rename.name.to_string() });
    }
    Ok(vec![category_body(rename.id.to_string(), rename.name.as_str())])
}

pub(super) fn remove_category<S: Source>(books: &Books<S>, remove: &RemoveCategory) -> Decision {
    let category = known_category(books, &remove.id)?;
    check_version(remove.expected, category.version)?;
    Ok(vec![category_body(remove.id.to_string(), "")])
}

fn known_category<S: Source>(books: &Books<S>, id: &EntryId) -> Result<Category, Refusal> {
    let known = books.category(id).filter(|category| !category.is_removed());
    known.ok_or_else(|| not_found("category", id))
}

pub(super) fn create_warehouse<S: Source>(books: &Books<S>, create: &NameWarehouse) -> Decision {
    if books.warehouse(&create.code).is_some() {
        return Err(Refusal::WarehouseExists { warehouse: create.code.clone() });
    }
    Ok(vec![warehouse_body(create, Vec::new())])
}

pub(super) fn rename_warehouse<S: Source>(books: &Books<S>, rename: &NameWarehouse) -> Decision {
    let warehouse = books.warehouse(&rename.code).ok_or_else(|| not_found("warehouse", &rename.code))?;
    check_version(rename.expected, warehouse.version)?;
    Ok(vec![warehouse_body(rename, based_on(&warehouse.writes))])
}

fn warehouse_body(named: &NameWarehouse, based_on: Vec<BasedOn>) -> Body {
    let (code, name) = (named.code.to_string(), named.name.to_string());
    Body::WarehouseSet(body::WarehouseSet { code, name, based_on })
}
