//! `/v1/products`: the catalogue.

mod list;
mod request;
mod single;
mod stock;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use list::ProductFilter;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_products, single::create_product))
        .routes(routes!(single::get_product, single::change_product, single::retire_product))
        .routes(routes!(stock::get_product_stock))
}
