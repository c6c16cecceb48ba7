//! Posting one movement, and taking one back.

use acopio_ledger::command::{Command, Moves, Undo};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::line::MovementRequest;
use super::view::MovementDone;
use crate::auth::{Done, NotDone, Session};
use crate::extract::{JsonBody, Key, KeyParam, OptionalBody, PathText, PatienceParam, record_id};
use crate::problem::Problem;
use crate::wire::LineText;

/// Posts a movement
///
/// Durable when answered; refused with 409 when less is available than asked.
#[utoipa::path(
    post, path = "/v1/movements", tag = "movements", params(KeyParam, PatienceParam),
    request_body = MovementRequest,
    responses((status = 201, body = MovementDone)),
)]
pub(super) async fn post_movement(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<MovementRequest>,
) -> Result<Response, NotDone> {
    let line = request.into_line(String::new)?;
    let command = Command::Move(Moves { lines: vec![line], atomic: false });
    Ok(answer(&session.submit(key, command).await?)?)
}

/// Why a movement is taken back.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MovementUndo {
    /// Why.
    reason: Option<LineText>,
}

/// Takes a movement back by a counter-movement, once
#[utoipa::path(
    post, path = "/v1/movements/{id}/undo", tag = "movements", params(("id" = String, Path), KeyParam, PatienceParam),
    request_body(content = Option<MovementUndo>, content_type = "application/json"),
    responses((status = 201, body = MovementDone)),
)]
pub(super) async fn undo_movement(
    session: Session,
    key: Key,
    PathText(id): PathText,
    OptionalBody(request): OptionalBody<MovementUndo>,
) -> Result<Response, NotDone> {
    let movement = record_id("movement", &id)?;
    let undo = Undo { movement, reason: request.reason.map(|reason| reason.0) };
    Ok(answer(&session.submit(key, Command::Undo(undo)).await?)?)
}

fn answer(done: &Done) -> Result<Response, Problem> {
    let movement = MovementDone::of(done.record());
    let movement = movement.ok_or_else(|| Problem::internal("a movement's record has none"))?;
    Ok(done.answer(StatusCode::CREATED, &movement))
}
