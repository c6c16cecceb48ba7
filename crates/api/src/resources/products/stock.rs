//! One product's stock in every warehouse.

use acopio_contract::query::{StockOf, StockRow};
use acopio_ledger::quantity::Quantity;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::single::path_sku;
use crate::auth::{Session, json};
use crate::extract::PathText;
use crate::problem::Problem;
use crate::resources::stock::StockView;
use crate::wire::Amount;

/// A product's stock wherever it may be seen.
#[derive(Serialize, ToSchema)]
pub(super) struct ProductStock {
    /// The product.
    sku: String,
    /// One row for each warehouse, those without stock included.
    items: Vec<StockView>,
    /// What is on the road between warehouses.
    in_transit: Amount,
    /// The sums over all rows.
    total: StockTotal,
    /// The same as `total.complete`.
    complete: bool,
}

/// Sums over warehouses.
#[derive(Serialize, ToSchema)]
pub(super) struct StockTotal {
    /// What is on hand.
    on_hand: Amount,
    /// What of it is promised to orders.
    reserved: Amount,
    /// What of it may not be used.
    on_hold: Amount,
    /// What of it may still be issued.
    available: Amount,
    /// What is on hand or on the road.
    with_in_transit: Amount,
    /// Whether every row is live. If not, the sums hold figures that may have changed since.
    complete: bool,
}

/// Shows a product's stock in every warehouse
#[utoipa::path(
    get, path = "/v1/products/{sku}/stock", tag = "products", params(("sku" = String, Path)),
    responses((status = 200, body = ProductStock)),
)]
pub(super) async fn get_product_stock(
    session: Session,
    PathText(sku): PathText,
) -> Result<Response, Problem> {
    let rows = session.ask(StockOf { sku: path_sku(&sku)?, scope: None }).await?;
    let rows = rows.ok_or_else(|| Problem::not_found("product", &sku))?;
    let sum = |part: fn(&StockRow) -> Quantity| Amount(rows.iter().map(part).sum());
    let complete = rows.iter().all(|row| row.is_live);
    let total = StockTotal {
        on_hand: sum(|row| row.balance.on_hand),
        reserved: sum(|row| row.balance.reserved),
        on_hold: sum(|row| row.balance.on_hold),
        available: sum(|row| row.balance.available()),
        with_in_transit: sum(|row| row.balance.on_hand + row.incoming),
        complete,
    };
    let in_transit = sum(|row| row.incoming);
    let stock = ProductStock {
        sku,
        total,
        items: rows.into_iter().map(StockView::from).collect(),
        in_transit,
        complete,
    };
    Ok(json(StatusCode::OK, &stock))
}
