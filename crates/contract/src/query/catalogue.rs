//! Queries about products, categories and warehouses.

use std::sync::Arc;

use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Product;

use super::{PageRequest, Scope};

/// Products by filter; all filters must hold.
#[derive(Clone, Debug)]
pub struct Products {
    /// Words that must all occur in name, SKU, description, category or barcodes, without regard to case and accents.
    pub text: Option<String>,
    /// The name of the category, without regard to case.
    pub category: Option<String>,
    /// Whether there is stock available: in `warehouse`, or else anywhere in `scope`.
    pub availability: Option<Availability>,
    /// The warehouse whose stock counts.
    pub warehouse: Option<WarehouseCode>,
    /// Retired products only, or only others; both if not said.
    pub retired: Option<bool>,
    /// In which order; with `text` and without this, best matches first: the SKU or barcode itself, SKUs that begin
    /// so, then the rest.
    pub sort: Option<ProductSort>,
    /// Whose stock counts.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// Whether something is there to be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// More than nothing is available.
    Available,
    /// Nothing is.
    OutOfStock,
}

/// Orders of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductSort {
    /// By SKU.
    Sku,
    /// By SKU, backwards.
    SkuDescending,
    /// By name.
    Name,
    /// By name, backwards.
    NameDescending,
    /// In the order of creation.
    Created,
    /// The latest first.
    CreatedDescending,
}

/// A product and how much of it there is.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductRow {
    /// The product.
    pub product: Arc<Product>,
    /// The name of its category.
    pub category: Option<String>,
    /// The stock on hand: in the query's warehouse, or else the sum over its scope.
    pub on_hand: Quantity,
    /// What of it is available.
    pub available: Quantity,
}

/// One product.
#[derive(Clone, Debug)]
pub struct ProductBySku {
    /// Its code.
    pub sku: Sku,
    /// Whose stock counts.
    pub scope: Scope,
}

/// All categories.
#[derive(Clone, Copy, Debug)]
pub struct Categories;

/// All warehouses.
#[derive(Clone, Copy, Debug)]
pub struct Warehouses;
