//! `/v1/verify`: proves the log and everything that was made of it, while the server works.

use acopio_contract::query::Verify;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Session, json};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(verify_log))
}

/// What the proof has come to.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifyReport)]
struct VerifyView {
    /// Whether nothing is wrong.
    ok: bool,
    /// How many frames were read.
    frames: u64,
    /// How many entries were folded.
    entries: u64,
    /// How many of these were movements.
    movements: u64,
    /// How many balances were compared.
    balances: u64,
    /// The first thing that is wrong: where, and what.
    fault: Option<String>,
}

/// Proves the log and all balances
///
/// For administrators. Folds the whole log again, checks its hash chain and compares every balance: seconds for
/// millions of movements. A fault is an answer, not a failure: `ok` is false then.
#[utoipa::path(get, path = "/v1/verify", tag = "system", responses((status = 200, body = VerifyView)))]
async fn verify_log(session: Session) -> Result<Response, Problem> {
    let report = session.ask(Verify).await?;
    if let Some(fault) = &report.fault {
        tracing::error!("the log does not verify: {fault}");
    }
    let view = VerifyView {
        ok: report.fault.is_none(),
        frames: report.frames,
        entries: report.entries,
        movements: report.movements,
        balances: report.balances,
        fault: report.fault,
    };
    Ok(json(StatusCode::OK, &view))
}
