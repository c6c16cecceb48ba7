//! `/v1/conflicts`: fields to which two nodes gave different values, neither knowing of the other's.

mod list;
mod settle;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_conflicts)).routes(routes!(settle::settle_conflict))
}
