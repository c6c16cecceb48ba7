//! Lists as files: `/v1/stock.csv`, `/v1/stock.xlsx` and their siblings, with the filters of the lists themselves.
//!
//! A file has all rows of its list, read page by page through the guard, so that memory does not grow with it. Each
//! table has a file of its own; how rows travel is in [`stream`] and [`file`].

mod audit;
mod file;
mod movements;
mod products;
mod stock;
mod stream;
mod table;
mod transfers;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use stream::{attachment, stream_csv};

/// How many files are made at the same time; more are asked to come back.
pub(crate) const EXPORTS_MAX: usize = 2;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(stock::export_stock_csv))
        .routes(routes!(stock::export_stock_xlsx))
        .routes(routes!(movements::export_movements_csv))
        .routes(routes!(movements::export_movements_xlsx))
        .routes(routes!(products::export_products_csv))
        .routes(routes!(products::export_products_xlsx))
        .routes(routes!(audit::export_audit_csv))
        .routes(routes!(audit::export_audit_xlsx))
        .routes(routes!(transfers::export_transfers_csv))
        .routes(routes!(transfers::export_transfers_xlsx))
}
