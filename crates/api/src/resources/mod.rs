//! The resources of `/v1` and beside it: one file each, one line each in [`all`].

mod categories;
mod movements;
mod products;
mod sessions;
mod stock;
mod system;
mod tokens;
mod users;
mod warehouses;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// All routes that are in the document.
pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(users::routes())
        .merge(products::routes())
        .merge(categories::routes())
        .merge(warehouses::routes())
        .merge(stock::routes())
        .merge(movements::routes())
        .merge(system::routes())
}
