//! Products as they leave.

use std::collections::BTreeMap;

use acopio_contract::query::ProductRow;
use acopio_ledger::command::NewProduct;
use acopio_ledger::ids::Stamp;
use acopio_ledger::records::Unit;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Amount, Price, TimeText};

/// A product and how much of it there is.
#[derive(Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductView {
    /// Its code, the key.
    sku: String,
    /// Its name.
    name: String,
    /// Free text; empty if none.
    description: String,
    /// The name of its category.
    category: Option<String>,
    /// What it is counted in.
    unit: UnitView,
    /// Barcodes, each of one product only.
    barcodes: Vec<String>,
    /// Free attributes, as in "colour": "red".
    attributes: BTreeMap<String, String>,
    /// Selling price per base unit.
    price: Option<Price>,
    /// Purchase cost per base unit; absent for those who may not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Price>)]
    cost: Option<Option<Price>>,
    /// Retired products take no receipts.
    retired: bool,
    /// What is on hand, in the warehouse that was asked for, or else in all that may be seen.
    on_hand: Amount,
    /// What of it may still be issued.
    available: Amount,
    /// How often it has changed; also its `ETag`.
    version: u64,
    /// When it was created.
    created_at: TimeText,
    /// When it last changed.
    changed_at: TimeText,
}

/// What a product is counted in.
#[derive(Serialize, ToSchema)]
#[schema(as = UnitOfProduct)]
pub(crate) struct UnitView {
    /// As in "each", "kg", "m".
    name: String,
    /// How many decimals a quantity may have.
    #[schema(minimum = 0, maximum = 3)]
    decimals: u8,
}

impl From<&Unit> for UnitView {
    fn from(unit: &Unit) -> UnitView {
        UnitView { name: unit.name.clone(), decimals: unit.decimals }
    }
}

impl ProductView {
    /// A product of the catalogue.
    pub(crate) fn new(row: ProductRow, sees_cost: bool) -> ProductView {
        let product = &row.product;
        ProductView {
            sku: product.sku.to_string(),
            name: product.name.clone(),
            description: product.description.clone(),
            category: row.category,
            unit: UnitView::from(&product.unit),
            barcodes: product.barcodes.iter().map(|barcode| barcode.as_str().to_owned()).collect(),
            attributes: product.attributes.clone(),
            price: product.price.map(Price),
            cost: sees_cost.then_some(product.cost.map(Price)),
            retired: product.retired,
            on_hand: Amount(row.on_hand),
            available: Amount(row.available),
            version: product.version.0,
            created_at: TimeText(product.created.millis()),
            changed_at: TimeText(product.changed.millis()),
        }
    }

    /// A product just as it was created, whatever has become of it.
    pub(super) fn created(new: &NewProduct, stamp: Stamp, sees_cost: bool) -> ProductView {
        ProductView {
            sku: new.sku.to_string(),
            name: new.name.to_string(),
            description: new.description.clone(),
            category: new.category.as_ref().map(ToString::to_string),
            unit: UnitView::from(&new.unit),
            barcodes: new.barcodes.iter().map(|barcode| barcode.as_str().to_owned()).collect(),
            attributes: new.attributes.clone(),
            price: new.price.map(Price),
            cost: sees_cost.then_some(new.cost.map(Price)),
            retired: false,
            on_hand: Amount::default(),
            available: Amount::default(),
            version: 1,
            created_at: TimeText(stamp.millis()),
            changed_at: TimeText(stamp.millis()),
        }
    }
}
