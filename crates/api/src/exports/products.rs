//! The catalogue as a file.

use acopio_contract::query::{PageRequest, ProductRow, Products};
use acopio_ledger::money::Money;
use acopio_sheets::{Cell, Sheet, WriteError};
use axum::response::Response;

use super::file;
use super::table::Table;
use crate::auth::{Identity, Session};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::products::ProductFilter;
use crate::wire::TimeText;

/// The columns. `unit` and `decimals` are the two fields of `unit`.
const COLUMNS: [&str; 16] = [
    "sku",
    "name",
    "description",
    "category",
    "unit",
    "decimals",
    "barcodes",
    "attributes",
    "price",
    "cost",
    "retired",
    "on_hand",
    "available",
    "version",
    "created_at",
    "changed_at",
];
/// Where cost stands, for those who see it.
const COST_AT: usize = 9;

impl Table for Products {
    type Row = ProductRow;
    const NAME: &'static str = "products";

    fn columns(identity: &Identity) -> Vec<&'static str> {
        let mut columns = COLUMNS.to_vec();
        hide_cost(&mut columns, identity);
        columns
    }

    fn write(row: &ProductRow, identity: &Identity, sheet: &mut dyn Sheet) -> Result<(), WriteError> {
        let product = &row.product;
        let barcodes: Vec<&str> = product.barcodes.iter().map(|barcode| barcode.as_str()).collect();
        let barcodes = barcodes.join(" ");
        let attributes = match product.attributes.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&product.attributes).unwrap_or_default(),
        };
        let created = TimeText(product.created.millis()).to_string();
        let changed = TimeText(product.changed.millis()).to_string();
        let mut cells = vec![
            Cell::Text(product.sku.as_str()),
            Cell::Text(&product.name),
            Cell::Text(&product.description),
            Cell::text(row.category.as_deref()),
            Cell::Text(&product.unit.name),
            Cell::Integer(product.unit.decimals.into()),
            Cell::Text(&barcodes),
            Cell::Text(&attributes),
            money(product.price),
            money(product.cost),
            Cell::Text(if product.retired { "true" } else { "false" }),
            Cell::Quantity(row.on_hand),
            Cell::Quantity(row.available),
            Cell::Integer(product.version.0 as i64),
            Cell::Text(&created),
            Cell::Text(&changed),
        ];
        hide_cost(&mut cells, identity);
        sheet.row(&cells)
    }

    fn part(&mut self) -> &mut PageRequest {
        &mut self.page
    }
}

fn hide_cost<T>(columns: &mut Vec<T>, identity: &Identity) {
    if !identity.sees_cost {
        columns.remove(COST_AT);
    }
}

fn money(amount: Option<Money>) -> Cell<'static> {
    amount.map_or(Cell::Empty, Cell::Money)
}

/// Downloads the catalogue as CSV
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/products.csv", tag = "files", params(ProductFilter),
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(super) async fn export_products_csv(
    session: Session,
    Params(filter): Params<ProductFilter>,
) -> Result<Response, Problem> {
    file::csv(session, filter.into_query()?).await
}

/// Downloads the catalogue as a workbook for Excel
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/products.xlsx", tag = "files", params(ProductFilter),
    responses((
        status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
    )),
)]
pub(super) async fn export_products_xlsx(
    session: Session,
    Params(filter): Params<ProductFilter>,
) -> Result<Response, Problem> {
    file::xlsx(session, filter.into_query()?).await
}
