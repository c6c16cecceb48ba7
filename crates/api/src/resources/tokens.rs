//! `/v1/tokens`: API tokens for programs. They are sessions with a name and a longer life.

use acopio_ledger::command::{Command, OpenSession};
use acopio_ledger::ids::{Millis, SessionId};
use acopio_ledger::records::SessionKind;
use acopio_ledger::{Body, Record};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::sessions::{PageFilter, SessionView, close, own_sessions, token_of};
use crate::app::App;
use crate::auth::{NotDone, Session, now};
use crate::extract::{JsonBody, Key, KeyParam, Params, PathText};
use crate::problem::Problem;
use crate::wire::{Items, Time, TimeText, TitleText};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const DAYS_DEFAULT: u64 = 90;
const DAYS_MAX: u64 = 3_650;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_tokens, create_token)).routes(routes!(end_token))
}

/// A token to be issued.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    /// What it is for.
    label: TitleText,
    /// When it ends by itself, at most ten years ahead.
    expires_at: Option<Time>,
    /// Instead: in how many days; 90, if neither is said.
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<u64>,
}

/// A token that was issued.
#[derive(Serialize, ToSchema)]
struct TokenIssued {
    /// Its permanent id.
    #[schema(value_type = String, format = "uuid")]
    id: SessionId,
    /// The bearer token. It is shown this once.
    token: String,
    /// What it is for.
    label: String,
    /// When it ends by itself.
    expires_at: TimeText,
}

/// Issues an API token for oneself
#[utoipa::path(
    post, path = "/v1/tokens", tag = "tokens", params(KeyParam),
    request_body = TokenRequest,
    responses((status = 201, body = TokenIssued)),
)]
async fn create_token(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<TokenRequest>,
) -> Result<Response, NotDone> {
    let open = OpenSession {
        id: SessionId(*Uuid::now_v7().as_bytes()),
        user: session.identity.principal.user,
        kind: SessionKind::Token,
        label: request.label.0.to_string(),
        expires: expiry(request.expires_at, request.days)?,
    };
    let done = session.submit(key, Command::OpenSession(open)).await?;
    let (token, expires) = token_of(&session.app, &done)?;
    let id = opened_id(done.record()).ok_or_else(|| Problem::internal("a token's record has none"))?;
    let label = request.label.0.to_string();
    let issued = TokenIssued { id, token, label, expires_at: TimeText(expires) };
    Ok(done.answer(StatusCode::CREATED, &issued))
}

fn opened_id(record: &Record) -> Option<SessionId> {
    record.entries.iter().find_map(|entry| match &entry.body {
        Body::SessionOpened(opened) => opened.id.as_slice().try_into().ok().map(SessionId),
        _ => None,
    })
}

fn expiry(at: Option<Time>, days: Option<u64>) -> Result<Millis, Problem> {
    let now = now();
    let latest = Millis(now.0 + DAYS_MAX as i64 * DAY_MS);
    match (at, days) {
        (Some(_), Some(days)) => {
            Err(Problem::invalid("invalid_field", "days", days, "must not be given together with expires_at"))
        }
        (Some(at), None) if at.0 <= now || latest < at.0 => {
            let rule = "must lie ahead of now, at most ten years";
            Err(Problem::invalid("invalid_field", "expires_at", TimeText(at.0), rule))
        }
        (Some(at), None) => Ok(at.0),
        (None, days) => match days.unwrap_or(DAYS_DEFAULT) {
            days @ 1..=DAYS_MAX => Ok(Millis(now.0 + days as i64 * DAY_MS)),
            days => {
                let rule = format!("must be from 1 to {DAYS_MAX}");
                Err(Problem::invalid("invalid_field", "days", days, rule))
            }
        },
    }
}

/// Lists one's own API tokens, newest first
#[utoipa::path(
    get, path = "/v1/tokens", tag = "tokens", params(PageFilter),
    responses((status = 200, body = Items<SessionView>)),
)]
async fn list_tokens(session: Session, Params(filter): Params<PageFilter>) -> Result<Response, Problem> {
    own_sessions(&session, true, filter).await
}

/// Ends an API token; an administrator may end those of others
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses((status = 204)),
)]
async fn end_token(session: Session, PathText(id): PathText) -> Result<Response, NotDone> {
    close(&session, SessionKind::Token, &id).await
}
