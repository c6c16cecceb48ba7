//! What administrators do about the cluster.

use acopio_contract::{Manage, Managed};
use acopio_ledger::ids::{CommandId, EntryId};
use acopio_ledger::names::NodeName;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Done, NotDone, Session};
use crate::extract::{JsonBody, Key, KeyParam, PathText};
use crate::problem::Problem;
use crate::wire::{CodeText, StampText};

/// A warehouse to be taken from a node that is gone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeOverRequest {
    /// Which warehouse.
    warehouse: CodeText,
    /// Must be true: somebody has made sure that the old machine is stopped and cannot go on deciding. What it has decided
    /// and not passed on is void then, and comes onto the reconcile list should it ever be seen.
    old_machine_is_stopped: bool,
}

/// A warehouse that this node decides for now.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenOver {
    /// Which warehouse.
    warehouse: String,
    /// The node that decides there now: the one that answers.
    owner: String,
    /// The id of the entry that says so.
    #[schema(value_type = String, example = "mad.1.1042")]
    id: EntryId,
    /// Its position in the log.
    seq: u64,
    /// When it was recorded.
    stamp: StampText,
}

/// Takes a warehouse from a node that is gone
///
/// For administrators. The node that is asked decides for the warehouse from then on. That a *replicated* warehouse is taken is
/// told when a majority of the hub's machines has it; if that lasts too long, the answer is `202` with an operation.
#[utoipa::path(
    post, path = "/v1/cluster/take-over", tag = "cluster", params(KeyParam),
    request_body = TakeOverRequest,
    responses((status = 200, body = TakenOver)),
)]
pub(super) async fn take_over(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<TakeOverRequest>,
) -> Result<Response, NotDone> {
    if !request.old_machine_is_stopped {
        let rule = "must be true: make sure first that the old machine is stopped";
        return Err(Problem::invalid("not_confirmed", "old_machine_is_stopped", false, rule).into());
    }
    let warehouse = request.warehouse.0;
    let command = CommandId { user: session.identity.principal.user, key: key.0.clone() };
    let managed =
        session.manage_once(Manage::TakeOver { command, warehouse: warehouse.clone() }, &key).await?;
    let Managed::Written(receipt) = managed else {
        return Err(Problem::internal("a take-over is not written in the log").into());
    };
    let done = Done::new(receipt, key).or_refusal()?;
    let record = done.record();
    let taken = TakenOver {
        warehouse: warehouse.to_string(),
        owner: record.first.node.to_string(),
        id: record.first.clone(),
        seq: record.first.seq.0,
        stamp: StampText(record.stamp),
    };
    Ok(done.answer(StatusCode::OK, &taken))
}

/// Lets a log go on that is held because its clock is too far ahead
///
/// For administrators. What it holds is taken over at once, with its stamps as they are.
#[utoipa::path(
    post, path = "/v1/cluster/logs/{node}/release", tag = "cluster", params(("node" = String, Path)),
    responses((status = 204)),
)]
pub(super) async fn release_log(session: Session, PathText(node): PathText) -> Result<Response, Problem> {
    let node = NodeName::new(&node).map_err(|_| Problem::not_found("node", &node))?;
    session.manage(Manage::ReleaseLog { node }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Lets a node come back on another machine
///
/// For administrators. Once, the hub lets a node of that name join with another key; the old key opens nothing from then
/// on. Started with an empty data folder, it gets its own log back from the other nodes, and goes on in the next incarnation
/// of it. A node that is still heard of is not replaced.
#[utoipa::path(
    post, path = "/v1/cluster/nodes/{node}/replace", tag = "cluster", params(("node" = String, Path)),
    responses((status = 204)),
)]
pub(super) async fn replace(session: Session, PathText(node): PathText) -> Result<Response, Problem> {
    let node = NodeName::new(&node).map_err(|_| Problem::not_found("node", &node))?;
    session.manage(Manage::Replace { node }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes note that a node has left for good
///
/// For administrators. The node is shut out, and nobody waits for it any more; what it has recorded stays. It must be stopped,
/// and must not decide for a warehouse any more: hand these over while it runs, or take them over.
#[utoipa::path(
    post, path = "/v1/cluster/nodes/{node}/remove", tag = "cluster", params(("node" = String, Path)),
    responses((status = 204)),
)]
pub(super) async fn remove(session: Session, PathText(node): PathText) -> Result<Response, Problem> {
    let node = NodeName::new(&node).map_err(|_| Problem::not_found("node", &node))?;
    session.manage(Manage::Remove { node }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
