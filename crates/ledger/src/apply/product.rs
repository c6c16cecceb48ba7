//! Folds what happens to products.

use std::sync::Arc;

use super::{Meta, conflict};
use crate::body;
use crate::books::{Books, Source};
use crate::conflict::{ConflictId, RecordKind, Side};
use crate::entry::Body;
use crate::gtin::Barcode;
use crate::money::Money;
use crate::names::Sku;
use crate::records::{Product, Unit};
use crate::writes::{Edit, Fields};

/// The fields of a product, as bits.
mod field {
    use crate::writes::Fields;

    pub(super) const NAME: Fields = 1;
    pub(super) const DESCRIPTION: Fields = 1 << 1;
    pub(super) const CATEGORY: Fields = 1 << 2;
    /// Of which the first write counts, for ever: all quantities are counted in it.
    pub(super) const UNIT: Fields = 1 << 3;
    pub(super) const BARCODES: Fields = 1 << 4;
    pub(super) const ATTRIBUTES: Fields = 1 << 5;
    pub(super) const PRICE: Fields = 1 << 6;
    pub(super) const COST: Fields = 1 << 7;
    pub(super) const RETIRED: Fields = 1 << 8;
    /// Set by who has seen that the unit was given twice.
    pub(super) const UNIT_SEEN: Fields = 1 << 9;

    /// All fields that have a value, with their names.
    pub(super) const NAMED: [(Fields, &str); 9] = [
        (NAME, "name"),
        (DESCRIPTION, "description"),
        (CATEGORY, "category"),
        (UNIT, "unit"),
        (BARCODES, "barcodes"),
        (ATTRIBUTES, "attributes"),
        (PRICE, "price"),
        (COST, "cost"),
        (RETIRED, "retired"),
    ];
}

/// The last write of a field counts; of the unit, in which all quantities are counted, the first.
pub(super) fn product_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::ProductSet) {
    let sku = Sku::recorded(&set.sku);
    let mut product = match books.product(&sku) {
        Some(present) if !present.is_stub() => Product::clone(&present),
        _ => Product { created: meta.stamp, changed: meta.stamp, ..Product::stub(&sku) },
    };
    let (barcodes, created) = (product.barcodes.clone(), product.created);
    let (edit, fields) = (meta.edit(&set.based_on), fields(set));
    weigh(books, &product, set, &edit, fields);
    let first = product.writes.take_first(&edit, fields & field::UNIT);
    let seen = if !edit.based_on.is_empty() && fields & field::UNIT != 0 { field::UNIT_SEEN } else { 0 };
    let last = product.writes.take_last(&edit, fields & !field::UNIT | seen);
    overwrite(&mut product, set, first | last);
    product.version = product.version.next();
    product.created = product.created.min(meta.stamp);
    product.changed = product.changed.max(meta.stamp);
    let is_older = product.created < created;
    let after = product.barcodes.clone();
    books.changes_mut().products.insert(sku.clone(), Arc::new(product));
    move_barcodes(books, &sku, &barcodes, &after, is_older);
}

/// Which fields an entry sets.
fn fields(set: &body::ProductSet) -> Fields {
    let bit = |is_set: bool, field: Fields| if is_set { field } else { 0 };
    bit(set.name.is_some(), field::NAME)
        | bit(set.description.is_some(), field::DESCRIPTION)
        | bit(set.category.is_some(), field::CATEGORY)
        | bit(set.unit.is_some() && set.decimals.is_some(), field::UNIT)
        | bit(set.barcodes.is_some(), field::BARCODES)
        | bit(set.attributes.is_some(), field::ATTRIBUTES)
        | bit(set.price.is_some(), field::PRICE)
        | bit(set.cost.is_some(), field::COST)
        | bit(set.retired.is_some(), field::RETIRED)
}

/// Gives a product the values of those of an entry's fields that are named.
fn overwrite(product: &mut Product, set: &body::ProductSet, fields: Fields) {
    let is_named = |field: Fields| fields & field != 0;
    let money = |amount: i64| (0 <= amount).then_some(Money(amount));
    if let (Some(name), true) = (&set.name, is_named(field::NAME)) {
        product.name.clone_from(name);
    }
    if let (Some(description), true) = (&set.description, is_named(field::DESCRIPTION)) {
        product.description.clone_from(description);
    }
    if let (Some(category), true) = (&set.category, is_named(field::CATEGORY)) {
        product.category = category.parse().ok();
    }
    if let (Some(name), Some(decimals), true) = (&set.unit, set.decimals, is_named(field::UNIT)) {
        product.unit = Unit { name: name.clone(), decimals: decimals.min(3) as u8 };
    }
    if let (Some(barcodes), true) = (&set.barcodes, is_named(field::BARCODES)) {
        product.barcodes = barcodes.texts.iter().map(|text| Barcode::recorded(text)).collect();
    }
    if let (Some(attributes), true) = (&set.attributes, is_named(field::ATTRIBUTES)) {
        product.attributes.clone_from(&attributes.values);
    }
    if let (Some(price), true) = (set.price, is_named(field::PRICE)) {
        product.price = money(price);
    }
    if let (Some(cost), true) = (set.cost, is_named(field::COST)) {
        product.cost = money(cost);
    }
    if let (Some(retired), true) = (set.retired, is_named(field::RETIRED)) {
        product.retired = retired;
    }
}

/// Notes where an entry's values and the present ones were written without knowing of one another.
fn weigh<S: Source>(
    books: &mut Books<S>,
    present: &Product,
    set: &body::ProductSet,
    edit: &Edit,
    fields: Fields,
) {
    if present.is_stub() {
        return;
    }
    let mut asked = present.clone();
    overwrite(&mut asked, set, fields);
    for (field, name) in field::NAMED.into_iter().filter(|(field, _)| fields & field != 0) {
        let id =
            ConflictId { kind: RecordKind::Product, record: present.sku.to_string(), field: name.to_owned() };
        let seen = if field == field::UNIT { present.writes.of(field::UNIT_SEEN) } else { None };
        let sides = present.writes.of(field).into_iter().chain(seen);
        let sides: Vec<Side> = sides.map(|edit| side(present, field, edit)).collect();
        conflict::weigh(books, id, sides, side(&asked, field, edit));
    }
}

/// What an edit has given to a field of a product, which has the value now.
fn side(product: &Product, field: Fields, edit: &Edit) -> Side {
    match field {
        field::NAME => Side::new(edit, &product.name),
        field::DESCRIPTION => Side::new(edit, &product.description),
        field::CATEGORY => Side::new(edit, &product.category),
        field::UNIT => Side::new(edit, &product.unit),
        field::BARCODES => Side::new(edit, &product.barcodes),
        field::ATTRIBUTES => Side::new(edit, &product.attributes),
        field::PRICE => Side::new(edit, &product.price),
        field::COST => Side::new(edit, &product.cost),
        _ => Side::new(edit, &product.retired),
    }
}

/// Gives and takes barcodes. One that two products have is the older product's.
fn move_barcodes<S: Source>(
    books: &mut Books<S>,
    sku: &Sku,
    before: &[Barcode],
    after: &[Barcode],
    is_older: bool,
) {
    for gone in before.iter().filter(|barcode| !after.contains(barcode)) {
        let holders = books.barcode(gone).without(sku);
        books.changes_mut().barcodes.insert(gone.clone(), holders);
    }
    for new in after.iter().filter(|barcode| is_older || !before.contains(barcode)) {
        let age = |sku: &Sku| books.product(sku).map(|product| product.created);
        let holders = books.barcode(new).with(sku.clone(), age);
        books.changes_mut().barcodes.insert(new.clone(), holders);
    }
}

/// Makes a stub of the product that an entry about stock names, if it is not known: the entry of another node's log
/// may be folded before that of a third one that makes the product.
pub(super) fn name<S: Source>(books: &mut Books<S>, body: &Body) {
    let sku = match body {
        Body::Moved(moved) => moved.key.sku.clone(),
        Body::Held(held) => held.key.sku.clone(),
        Body::Released(released) => released.key.sku.clone(),
        Body::RuleSet(set) => Sku::recorded(&set.sku),
        _ => return,
    };
    if books.stockable(&sku).is_none() && books.product(&sku).is_none() {
        let stub = Arc::new(Product::stub(&sku));
        books.changes_mut().products.insert(sku, stub);
    }
}
