//! What must have happened before anything about a warehouse is told as done.

use acopio_ledger::command::{Command, SetDurability};
use acopio_ledger::ids::EntryId;
use acopio_ledger::records::Durability;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path_code;
use crate::auth::{NotDone, Session};
use crate::extract::{JsonBody, Key, KeyParam, PathText, PatienceParam};
use crate::wire::StampText;

/// `local`: it is on the disk of the node that owns the warehouse. `replicated`: a majority of the hub's machines has it as
/// well, so that it outlives the loss of that node's machine; without a majority, answers are `202` until there is one.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Durability)]
pub(super) enum DurabilityText {
    Local,
    Replicated,
}

impl From<Durability> for DurabilityText {
    fn from(durability: Durability) -> DurabilityText {
        match durability {
            Durability::Local => DurabilityText::Local,
            Durability::Replicated => DurabilityText::Replicated,
        }
    }
}

impl From<DurabilityText> for Durability {
    fn from(text: DurabilityText) -> Durability {
        match text {
            DurabilityText::Local => Durability::Local,
            DurabilityText::Replicated => Durability::Replicated,
        }
    }
}

/// What a warehouse's durability is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DurabilityRequest {
    /// From this entry on.
    durability: DurabilityText,
}

/// A warehouse's durability, as its entry has it: the same for ever.
#[derive(Serialize, ToSchema)]
pub(super) struct DurabilityDone {
    /// The warehouse.
    code: String,
    /// From this entry on.
    durability: DurabilityText,
    /// The id of the entry that says so.
    #[schema(value_type = String, example = "lon.1.1042")]
    id: EntryId,
    /// Its position in the log.
    seq: u64,
    /// When it was recorded.
    stamp: StampText,
}

/// Sets a warehouse's durability
///
/// For administrators. `replicated` needs a hub of at least three machines.
#[utoipa::path(
    post, path = "/v1/warehouses/{code}/durability", tag = "warehouses",
    params(("code" = String, Path), KeyParam, PatienceParam),
    request_body = DurabilityRequest,
    responses((status = 200, body = DurabilityDone)),
)]
pub(super) async fn set_durability(
    session: Session,
    key: Key,
    PathText(code): PathText,
    JsonBody(request): JsonBody<DurabilityRequest>,
) -> Result<Response, NotDone> {
    let set = SetDurability { warehouse: path_code(&code)?, durability: request.durability.into() };
    let code = set.warehouse.to_string();
    let done = session.submit(key, Command::SetDurability(set)).await?;
    let (id, stamp) = (done.record().first.clone(), StampText(done.record().stamp));
    let view = DurabilityDone { code, durability: request.durability, seq: id.seq.0, id, stamp };
    Ok(done.answer(StatusCode::OK, &view))
}
