//! `/v1/transfers`: goods on their way from one warehouse to another.

mod done;
mod draft;
mod list;
mod steps;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use list::TransferFilter;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list_transfers, draft::draft_transfer))
        .routes(routes!(list::get_transfer))
        .routes(routes!(steps::dispatch_transfer))
        .routes(routes!(steps::receive_transfer))
        .routes(routes!(steps::settle_transfer))
        .routes(routes!(steps::cancel_transfer))
}
