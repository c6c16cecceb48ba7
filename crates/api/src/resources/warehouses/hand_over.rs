//! Handing a warehouse to another node, as planned: its owner decides, and the new one takes it when it has heard.

use acopio_contract::query::Cluster;
use acopio_ledger::Body;
use acopio_ledger::command::{Command, HandOverWarehouse};
use acopio_ledger::ids::EntryId;
use acopio_ledger::names::NodeName;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path_code;
use crate::auth::{NotDone, Session};
use crate::extract::{JsonBody, Key, KeyParam, PathText, PatienceParam};
use crate::problem::Problem;
use crate::wire::{LineText, StampText};

/// Who is to take a warehouse.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandOverRequest {
    /// The node that is to decide about its stock.
    to: LineText,
}

/// A warehouse that was handed over, as its entry has it: the same for ever.
#[derive(Serialize, ToSchema)]
pub(super) struct HandedOver<'a> {
    /// The warehouse.
    code: &'a str,
    /// The node that is to take it: until it does, nobody decides about its stock.
    to: &'a str,
    /// How often it will have changed hands then, from 1.
    epoch: u64,
    /// The id of the entry that says so.
    #[schema(value_type = String, example = "lon.1.1042")]
    id: EntryId,
    /// Its position in the log.
    seq: u64,
    /// When it was recorded.
    stamp: StampText,
}

/// Hands a warehouse to another node
///
/// For administrators. Nobody decides about its stock until the new node has heard of it; where the new node cannot be
/// reached, that lasts.
#[utoipa::path(
    post, path = "/v1/warehouses/{code}/hand-over", tag = "warehouses",
    params(("code" = String, Path), KeyParam, PatienceParam),
    request_body = HandOverRequest,
    responses((status = 200, body = HandedOver)),
)]
pub(super) async fn hand_over_warehouse(
    session: Session,
    key: Key,
    PathText(code): PathText,
    JsonBody(request): JsonBody<HandOverRequest>,
) -> Result<Response, NotDone> {
    let to = NodeName::recorded(request.to.0.as_str());
    // The node may have left since: the same request gets the answer of the first time.
    if !session.is_known(&key).await? {
        check_node(&session, &to).await?;
    }
    let hand_over = HandOverWarehouse { warehouse: path_code(&code)?, to };
    let done = session.submit(key, Command::HandOver(hand_over)).await?;
    let record = done.record();
    let Body::WarehouseHandedOver(handed) = &record.entries[0].body else {
        return Err(Problem::internal("a hand-over's record has none").into());
    };
    let view = HandedOver {
        code: &handed.code,
        to: &handed.to,
        epoch: handed.epoch,
        id: record.first.clone(),
        seq: record.first.seq.0,
        stamp: StampText(record.stamp),
    };
    Ok(done.answer(StatusCode::OK, &view))
}

/// A node of the company: whatever is handed to another one would be nobody's.
async fn check_node(session: &Session, to: &NodeName) -> Result<(), Problem> {
    let cluster = session.ask(Cluster).await?;
    if cluster.nodes.iter().any(|node| node.name == *to) {
        return Ok(());
    }
    Err(Problem::invalid("unknown_node", "to", to, "must be a node of this company"))
}
