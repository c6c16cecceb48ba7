//! `/v1/operations`: commands that were accepted here and are decided by another node.

mod list;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_operations)).routes(routes!(list::get_operation))
}
