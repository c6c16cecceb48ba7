//! `/v1/dead-letters`: what other nodes sent here and could not be executed. It waits until somebody has looked.

use acopio_contract::Manage;
use acopio_contract::query::{DeadLetter, DeadLetters};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sessions::PageFilter;
use crate::app::App;
use crate::auth::{Session, json};
use crate::extract::{Params, PathText};
use crate::problem::Problem;
use crate::wire::{Items, TimeText, page};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_dead_letters))
        .routes(routes!(requeue_dead_letter))
        .routes(routes!(discard_dead_letter))
}

/// A letter that could not be executed.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct DeadLetterView {
    /// Its id.
    id: String,
    /// The node that accepted the command; nothing when the letter cannot be read.
    from: Option<String>,
    /// When it was laid aside.
    laid_aside_at: TimeText,
    /// How often it was tried.
    deliveries: u64,
    /// Why it could not be executed.
    reason: String,
    /// What it says, as text, shortened.
    body: String,
}

impl From<DeadLetter> for DeadLetterView {
    fn from(letter: DeadLetter) -> DeadLetterView {
        DeadLetterView {
            id: letter.id,
            from: letter.from.map(|node| node.to_string()),
            laid_aside_at: TimeText(letter.laid_aside),
            deliveries: letter.deliveries,
            reason: letter.reason,
            body: letter.body,
        }
    }
}

/// Lists dead letters, oldest first
///
/// For administrators. They are letters for the node that answers.
#[utoipa::path(
    get, path = "/v1/dead-letters", tag = "operations", params(PageFilter),
    responses((status = 200, body = Items<DeadLetterView>)),
)]
async fn list_dead_letters(
    session: Session,
    Params(filter): Params<PageFilter>,
) -> Result<Response, Problem> {
    let page = session.ask(DeadLetters { page: page(filter.limit, filter.cursor)? }).await?;
    Ok(json(StatusCode::OK, &Items::of(page, DeadLetterView::from)))
}

/// Tries a dead letter again
///
/// For administrators. It is executed once, however often it is tried.
#[utoipa::path(
    post, path = "/v1/dead-letters/{id}/requeue", tag = "operations", params(("id" = String, Path)),
    responses((status = 204)),
)]
async fn requeue_dead_letter(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    session.manage(Manage::RequeueLetter { id }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Throws a dead letter away
///
/// For administrators. The operation at the node that accepted it stays queued until it expires.
#[utoipa::path(
    delete, path = "/v1/dead-letters/{id}", tag = "operations", params(("id" = String, Path)),
    responses((status = 204)),
)]
async fn discard_dead_letter(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    session.manage(Manage::DiscardLetter { id }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
