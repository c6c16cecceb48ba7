//! Posting many movements at once: each by itself, or all or nothing.

use acopio_ledger::command::{Command, Moves};
use acopio_ledger::entry::BatchRefused;
use acopio_ledger::ids::EntryId;
use acopio_ledger::{Body, Record, Refusal};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::line::MovementRequest;
use crate::auth::{Done, Session};
use crate::extract::{BATCH_BYTES_MAX, JsonBody, Key, KeyParam};
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
#[derive(Serialize, ToSchema)]
pub(super) struct LineResult {
    /// Which line, from 0.
    index: usize,
    /// The HTTP status that the line would have had alone: 201, or why not.
    #[schema(minimum = 200, maximum = 599)]
    status: u16,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The movement's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    id: Option<EntryId>,
    /// Its position in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

/// Posts many movements
///
/// At most 10,000 and 4 MiB. With `atomic` a single refusal refuses all, with 409 and the same list of results.
#[utoipa::path(
    post, path = "/v1/movements/batch", tag = "movements", params(KeyParam),
    request_body = BatchRequest,
    responses((status = 200, body = BatchDone)),
)]
pub(super) async fn post_movement_batch(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<BatchRequest, BATCH_BYTES_MAX>,
) -> Result<Response, Problem> {
    let count = request.movements.len();
    if !(1..=Moves::LINES_MAX).contains(&count) {
        let rule = format!("must have 1 to {} lines", Moves::LINES_MAX);
        return Err(Problem::invalid("invalid_field", "movements", format!("{count} lines"), rule));
    }
    let lines = request.movements.into_iter().enumerate();
    let lines: Result<Vec<_>, Problem> =
        lines.map(|(index, Object(line))| line.into_line(|| format!("movements[{index}]."))).collect();
    let moves = Moves { lines: lines?, atomic: request.atomic };
    let done = session.decide(key, Command::Move(moves)).await?;
    answer(&done, count, request.atomic)
}

fn answer(done: &Done, count: usize, atomic: bool) -> Result<Response, Problem> {
    let record = done.record();
    let results = match &record.entries[0].body {
        Body::BatchRefused(refused) => refused_lines(refused, count),
        _ => lines(record),
    };
    let refusal = match &record.entries[0].body {
        Body::BatchRefused(refused) => refused.refusals.first().map(|(_, refusal)| refusal),
        Body::Refused(refused) if atomic => Some(&refused.refusal),
        _ => None,
    };
    match refusal {
        Some(refusal) => {
            let results = serde_json::value::to_raw_value(&results).map_err(Problem::internal)?;
            let problem = Problem::from(refusal).with_status(StatusCode::CONFLICT).with_results(results);
            Err(done.refused(problem))
        }
        None => Ok(done.answer(StatusCode::OK, &BatchDone { results })),
    }
}

/// One result for each movement or refusal; alerts beside them are no lines.
fn lines(record: &Record) -> Vec<LineResult> {
    let mut results = Vec::with_capacity(record.entries.len());
    for (at, entry) in record.entries.iter().enumerate() {
        let index = results.len();
        match &entry.body {
            Body::Moved(_) => {
                let id = record.id(at);
                let seq = Some(id.seq.0);
                results.push(LineResult { index, status: 201, code: None, detail: None, id: Some(id), seq });
            }
            Body::Refused(refused) => results.push(refused_line(index, &refused.refusal)),
            _ => {}
        }
    }
    results
}

fn refused_lines(refused: &BatchRefused, count: usize) -> Vec<LineResult> {
    let mut refusals = refused.refusals.iter().peekable();
    let line = |index| match refusals.next_if(|(at, _)| *at as usize == index) {
        Some((_, refusal)) => refused_line(index, refusal),
        None => refused_line(index, &Refusal::BatchRefused {}),
    };
    (0..count).map(line).collect()
}

fn refused_line(index: usize, refusal: &Refusal) -> LineResult {
    let (code, status) = code_and_status(refusal);
    LineResult { index, status, code: Some(code), detail: Some(refusal.to_string()), id: None, seq: None }
}
