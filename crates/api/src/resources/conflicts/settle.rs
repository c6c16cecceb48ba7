//! Settling a conflict: the value that counts stays, or another one is chosen.

use acopio_contract::query::ConflictById;
use acopio_ledger::command::{Command, SettleConflict};
use acopio_ledger::conflict::{Conflict, ConflictId};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::choose;
use crate::auth::{NotDone, Session};
use crate::extract::{Key, KeyParam, OptionalBody, PathText, record_id};
use crate::problem::Problem;
use crate::wire::LineText;

/// Which value is to count.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConflictChoice {
    /// The node whose value is to count; the one that counts already, if not said.
    node: Option<LineText>,
}

/// Settles a conflict: one value counts, the others are seen no more
///
/// Those of products for managers, all others for administrators. The id has slashes: encode them as `%2F`.
#[utoipa::path(
    post, path = "/v1/conflicts/{id}/settle", tag = "reconcile", params(("id" = String, Path), KeyParam),
    request_body(content = Option<ConflictChoice>, content_type = "application/json"),
    responses((status = 204)),
)]
pub(super) async fn settle_conflict(
    session: Session,
    key: Key,
    PathText(text): PathText,
    OptionalBody(request): OptionalBody<ConflictChoice>,
) -> Result<Response, NotDone> {
    let id: ConflictId = record_id("conflict", &text)?;
    let settle = Command::SettleConflict(SettleConflict { conflict: id.clone() });
    let Some(node) = request.node else {
        return Ok(session.submit(key, settle).await?.no_content());
    };
    let conflict = session.ask(ConflictById { id }).await?;
    let conflict = conflict.ok_or_else(|| Problem::not_found("conflict", &text))?;
    let command = command(&session, &conflict, node.0.as_str(), settle).await?;
    Ok(session.submit(key, command).await?.no_content())
}

/// What makes a node's value count: nothing but a word that the conflict was seen, where it does already.
async fn command(
    session: &Session,
    conflict: &Conflict,
    node: &str,
    settle: Command,
) -> Result<Command, Problem> {
    let side = conflict.sides.iter().find(|side| side.write.node.as_str() == node);
    let side = side.ok_or_else(|| {
        Problem::invalid("invalid_field", "node", node, "must have given the field one of its values")
    })?;
    match conflict.winning() {
        Some(winning) if winning == side => Ok(settle),
        _ => choose::command(session, &conflict.id, &side.value).await,
    }
}
