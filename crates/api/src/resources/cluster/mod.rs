//! `/v1/cluster`: the nodes of the company as this one sees them, and what is done when one of them is gone.

mod manage;
mod view;

use acopio_contract::query::Cluster;
use axum::http::StatusCode;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::view::ClusterReport;
use crate::app::App;
use crate::auth::{Session, json};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(get_cluster))
        .routes(routes!(manage::take_over))
        .routes(routes!(manage::replace))
        .routes(routes!(manage::release_log))
}

/// Shows the nodes of the company, as the one that answers sees them
///
/// What each decides for, how far its log is known here, and what connects them.
#[utoipa::path(get, path = "/v1/cluster", tag = "cluster", responses((status = 200, body = ClusterReport)))]
async fn get_cluster(session: Session) -> Result<Response, Problem> {
    let cluster = session.ask(Cluster).await?;
    Ok(json(StatusCode::OK, &ClusterReport::from(cluster)))
}
