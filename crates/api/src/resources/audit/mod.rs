//! `/v1/audit`: what people did, but for movements, which the history shows.

mod fields;
mod list;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use list::DeedFilter;
pub(crate) use view::{Change, action, changes, reason, refusals};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list_audit))
}
