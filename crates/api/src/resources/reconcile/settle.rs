//! Posting void records again, and discarding them.

use acopio_ledger::command::{Command, DiscardVoid, Repost};
use acopio_ledger::ids::EntryId;
use acopio_ledger::{Body, Entry, Record};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Done, NotDone, Session};
use crate::extract::{Key, KeyParam, OptionalBody, PathText, PatienceParam, record_id};
use crate::problem::Problem;
use crate::resources::movements::{MovementDone, refused_whole};
use crate::wire::{LineText, StampText};

/// Why a void record is given up.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidDiscard {
    /// Why.
    reason: Option<LineText>,
}

/// What was done about a void record, as its entry has it: the same for ever.
#[derive(Serialize, ToSchema)]
pub(super) struct VoidSettled<'a> {
    /// The void record's id.
    #[schema(example = "mad.1.1042")]
    id: &'a str,
    /// The warehouse.
    warehouse: &'a str,
    /// Whether it was posted again; if not, it was discarded.
    posted: bool,
    /// The id of the first entry that this has led to.
    #[schema(value_type = String, example = "lon.1.77")]
    by: EntryId,
    /// When it was recorded.
    stamp: StampText,
    /// The movements that were made.
    movements: Vec<MovementDone<'a>>,
}

/// Posts a void record again
///
/// What it was to do is decided anew, upon the stock as it is now; refused, it stays on the list. Whoever sent the
/// command at first gets this answer when they send it again with its key.
#[utoipa::path(
    post, path = "/v1/reconcile/{id}/post", tag = "reconcile",
    params(("id" = String, Path), KeyParam, PatienceParam),
    responses((status = 200, body = VoidSettled)),
)]
pub(super) async fn post_void(
    session: Session,
    key: Key,
    PathText(id): PathText,
) -> Result<Response, NotDone> {
    let repost = Repost { void: record_id("void record", &id)? };
    let done = session.submit(key, Command::Repost(repost)).await?;
    if let Some(problem) = refused_whole(done.record(), true)? {
        return Err(done.refused(problem).into());
    }
    Ok(answer(&done)?)
}

/// Discards a void record
///
/// Nothing of it will ever count.
#[utoipa::path(
    post, path = "/v1/reconcile/{id}/discard", tag = "reconcile",
    params(("id" = String, Path), KeyParam, PatienceParam),
    request_body(content = Option<VoidDiscard>, content_type = "application/json"),
    responses((status = 200, body = VoidSettled)),
)]
pub(super) async fn discard_void(
    session: Session,
    key: Key,
    PathText(id): PathText,
    OptionalBody(request): OptionalBody<VoidDiscard>,
) -> Result<Response, NotDone> {
    let reason = request.reason.map(|reason| reason.0);
    let discard = DiscardVoid { void: record_id("void record", &id)?, reason };
    Ok(answer(&session.submit(key, Command::DiscardVoid(discard)).await?)?)
}

fn answer(done: &Done) -> Result<Response, Problem> {
    let settled = settled(done.record());
    let settled = settled.ok_or_else(|| Problem::internal("a void record's settlement has none"))?;
    Ok(done.answer(StatusCode::OK, &settled))
}

fn settled<'a>(record: &'a Record) -> Option<VoidSettled<'a>> {
    let settled = record.entries.iter().find_map(|entry| match &entry.body {
        Body::VoidSettled(settled) => Some(settled),
        _ => None,
    })?;
    let movement = |(index, entry): (usize, &'a Entry)| match &entry.body {
        Body::Moved(moved) => Some(MovementDone::new(record.id(index), record.stamp(index), moved)),
        _ => None,
    };
    Some(VoidSettled {
        id: &settled.void,
        warehouse: &settled.warehouse,
        posted: settled.posted,
        by: record.first.clone(),
        stamp: StampText(record.stamp),
        movements: record.entries.iter().enumerate().filter_map(movement).collect(),
    })
}
