//! `/v1/movements`: receipts, issues, returns and adjustments; one, many, undone, and their history.

mod apart;
mod batch;
mod history;
mod line;
mod post;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use batch::{LineResult, lines, refused_whole};
pub(crate) use history::{MovementFilter, user_id};
pub(crate) use view::MovementDone;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(history::list_movements, post::post_movement))
        .routes(routes!(batch::post_movement_batch))
        .routes(routes!(history::get_movement))
        .routes(routes!(post::undo_movement))
}
