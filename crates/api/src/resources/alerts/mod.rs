//! `/v1/alerts`: shortages, what to buy against them, and who sees to them.

mod handle;
mod list;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_alerts))
        .routes(routes!(list::get_alert))
        .routes(routes!(handle::acknowledge_alert))
        .routes(routes!(handle::snooze_alert))
}
