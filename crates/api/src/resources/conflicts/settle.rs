//! Settling a conflict: the value that counts stays, or another one is chosen.

use acopio_ledger::command::{Command, SettleConflict};
use acopio_ledger::conflict::ConflictId;
use acopio_ledger::names::NodeName;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::{NotDone, Session};
use crate::extract::{Key, KeyParam, OptionalBody, PathText, record_id};
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
    let conflict: ConflictId = record_id("conflict", &text)?;
    let node = request.node.map(|node| NodeName::recorded(node.0.as_str()));
    let settle = Command::SettleConflict(SettleConflict { conflict, node });
    Ok(session.submit(key, settle).await?.no_content())
}
