//! Posting many movements at once: each by itself, or all or nothing.

use std::borrow::Cow;

use acopio_ledger::command::{Command, Moves};
use acopio_ledger::entry::BatchRefused;
use acopio_ledger::ids::EntryId;
use acopio_ledger::{Body, Record, Refusal};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::apart;
use super::line::MovementRequest;
use crate::auth::{Done, NotDone, Session, json};
use crate::extract::{BATCH_BYTES_MAX, JsonBody, Key, KeyParam, PatienceParam};
use crate::problem::{Problem, code_and_status};
use crate::wire::Object;

/// Movements to be posted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchRequest {
    /// 1 to 10,000 movements, decided in their order.
    #[schema(min_items = 1, max_items = 10_000, value_type = Vec<MovementRequest>)]
    movements: Vec<Object<MovementRequest>>,
    /// All or nothing, in one warehouse. Otherwise each movement stands for itself.
    #[serde(default)]
    atomic: bool,
}

/// What became of each line.
#[derive(Serialize, ToSchema)]
pub(super) struct BatchDone {
    /// One for each line, in their order.
    results: Vec<LineResult>,
}

/// What became of one line.
#[derive(Clone, Default, Serialize, ToSchema)]
pub(crate) struct LineResult {
    /// Which line, from 0.
    pub(super) index: usize,
    /// The HTTP status that the line would have had alone: 201, 202 where it waits for another node, or why not.
    #[schema(minimum = 200, maximum = 599)]
    pub(super) status: u16,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) code: Option<Cow<'static, str>>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    /// The movement's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) id: Option<EntryId>,
    /// Its position in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u64>,
    /// The operation by which to follow a line that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    pub(super) operation: Option<String>,
}

/// Posts many movements
///
/// At most 10,000 and 4 MiB. With `atomic` a single refusal refuses all, with 409 and the same list of results. Where
/// several nodes decide, each warehouse's lines are decided by themselves, and some may wait.
#[utoipa::path(
    post, path = "/v1/movements/batch", tag = "movements", params(KeyParam, PatienceParam),
    request_body = BatchRequest,
    responses((status = 200, body = BatchDone)),
)]
pub(super) async fn post_movement_batch(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<BatchRequest, BATCH_BYTES_MAX>,
) -> Result<Response, NotDone> {
    let count = request.movements.len();
    if !(1..=Moves::LINES_MAX).contains(&count) {
        let rule = format!("must have 1 to {} lines", Moves::LINES_MAX);
        return Err(Problem::invalid("invalid_field", "movements", format!("{count} lines"), rule).into());
    }
    let lines = request.movements.into_iter().enumerate();
    let lines: Result<Vec<_>, Problem> =
        lines.map(|(index, Object(line))| line.into_line(|| format!("movements[{index}]."))).collect();
    let moves = Moves { lines: lines?, atomic: request.atomic };
    // Kept only where it may be needed: batches are large.
    let kept = (!request.atomic && apart::is_of_several(&moves)).then(|| moves.clone());
    match (session.decide(key.clone(), Command::Move(moves)).await, kept) {
        (Err(NotDone::Apart(_)), Some(moves)) => {
            let results = apart::decide(&session, &key, moves).await?;
            let mut response = json(StatusCode::OK, &BatchDone { results });
            key.stamp(&mut response);
            Ok(response)
        }
        (done, _) => Ok(answer(&done?, count, request.atomic)?),
    }
}

fn answer(done: &Done, count: usize, atomic: bool) -> Result<Response, Problem> {
    match refused_whole(done.record(), atomic)? {
        Some(problem) => Err(done.refused(problem)),
        None => Ok(done.answer(StatusCode::OK, &BatchDone { results: lines_of(done.record(), count) })),
    }
}

/// Why a batch was refused as a whole, with all its lines; nothing when it was not.
///
/// # Errors
///
/// When that cannot be written: a fault of ours.
pub(crate) fn refused_whole(record: &Record, atomic: bool) -> Result<Option<Problem>, Problem> {
    let (refusal, results) = match &record.entries[0].body {
        Body::BatchRefused(refused) => {
            (refused.refusals.first().map(|(_, refusal)| refusal), refused_lines(refused))
        }
        Body::Refused(refused) if atomic => (Some(&refused.refusal), lines(record)),
        _ => (None, Vec::new()),
    };
    let Some(refusal) = refusal else { return Ok(None) };
    let results = serde_json::value::to_raw_value(&results).map_err(Problem::internal)?;
    Ok(Some(Problem::from(refusal).with_status(StatusCode::CONFLICT).with_results(results)))
}

/// One result for each of `count` lines. What refused the command itself, as that it came too late, refused all of them.
pub(super) fn lines_of(record: &Record, count: usize) -> Vec<LineResult> {
    let results = lines(record);
    match results.as_slice() {
        [only] if 1 < count => (0..count).map(|index| LineResult { index, ..only.clone() }).collect(),
        _ => results,
    }
}

/// One result for each movement or refusal; alerts beside them are no lines.
pub(crate) fn lines(record: &Record) -> Vec<LineResult> {
    let mut results = Vec::with_capacity(record.entries.len());
    for (at, entry) in record.entries.iter().enumerate() {
        let index = results.len();
        match &entry.body {
            Body::Moved(_) => {
                let id = record.id(at);
                let seq = Some(id.seq.0);
                results.push(LineResult { index, status: 201, id: Some(id), seq, ..LineResult::default() });
            }
            Body::Refused(refused) => results.push(refused_line(index, &refused.refusal)),
            _ => {}
        }
    }
    results
}

fn refused_lines(refused: &BatchRefused) -> Vec<LineResult> {
    let mut refusals = refused.refusals.iter().peekable();
    let line = |index| match refusals.next_if(|(at, _)| *at as usize == index) {
        Some((_, refusal)) => refused_line(index, refusal),
        None => refused_line(index, &Refusal::BatchRefused {}),
    };
    (0..refused.lines as usize).map(line).collect()
}

fn refused_line(index: usize, refusal: &Refusal) -> LineResult {
    let (code, status) = code_and_status(refusal);
    let (code, detail) = (Some(Cow::Borrowed(code)), Some(refusal.to_string()));
    LineResult { index, status, code, detail, ..LineResult::default() }
}
