//! `/v1/reconcile`: what a node wrote about a warehouse that was no longer its own. It counts for nothing until somebody
//! posts it again, or discards it.

mod list;
mod settle;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_reconcile))
        .routes(routes!(list::get_void))
        .routes(routes!(settle::post_void))
        .routes(routes!(settle::discard_void))
}
