//! Statements whose rows are shown.

use std::time::{Duration, Instant};

use acopio_contract::query::{Explored, ExplorerPart, ExplorerValue};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::{Limits, begin, fault};
use crate::auth::{NotDone, Session, json};
use crate::extract::JsonBody;
use crate::problem::Problem;

/// The most rows of one answer.
const ROWS_MAX: u64 = 1_000;
const ROWS_DEFAULT: u64 = 100;
/// The most bytes of text in one answer.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
const TIME_MAX: Duration = Duration::from_secs(10);
/// The largest whole number that every reader of JSON keeps exactly.
const EXACT_MAX: u64 = 9_007_199_254_740_991;

/// A statement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementRequest {
    /// One `SELECT` in the words of SQLite.
    #[schema(min_length = 1, max_length = 10_000)]
    sql: String,
    /// The most rows; 100, if not said.
    #[schema(minimum = 1, maximum = 1_000)]
    limit: Option<u64>,
}

/// What a statement has found.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplorerResult)]
pub(super) struct StatementRows {
    /// The names of the columns.
    columns: Vec<String>,
    /// The rows, with a value for each column: `null`, a number, or text. Whole numbers that JSON readers may not keep
    /// exactly are texts, and so are bytes, as `x'0aff'`.
    rows: Vec<Vec<serde_json::Value>>,
    /// Whether there are more rows than these.
    truncated: bool,
    /// How long it took, in milliseconds.
    elapsed_ms: u64,
}

/// Runs a statement that reads
///
/// For administrators. One `SELECT` on one snapshot, at most 10 seconds; tables and columns that hold secrets are
/// refused. The statement stands in the log under the name of whoever ran it.
#[utoipa::path(
    post, path = "/v1/explorer/query", tag = "explorer",
    request_body = StatementRequest,
    responses((status = 200, body = StatementRows)),
)]
pub(super) async fn run_statement(
    session: Session,
    JsonBody(request): JsonBody<StatementRequest>,
) -> Result<Response, NotDone> {
    let rows_max = request.limit.unwrap_or(ROWS_DEFAULT);
    if !(1..=ROWS_MAX).contains(&rows_max) {
        let rule = format!("must be from 1 to {ROWS_MAX}");
        return Err(Problem::invalid("invalid_field", "limit", rows_max, rule).into());
    }
    let begun = Instant::now();
    let mut running = begin(&session, request.sql, Limits { rows_max, time_max: TIME_MAX }).await?;
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(ExplorerPart::Row(values)) = running.rows.recv().await {
        bytes += values.iter().map(size).sum::<usize>();
        if ANSWER_BYTES_MAX < bytes {
            break;
        }
        rows.push(values.into_iter().map(shown).collect());
    }
    // What is not taken is not read: the statement ends.
    running.rows.close();
    let explored = running.outcome.await.map_err(Problem::internal)??;
    let truncated = !matches!(explored, Explored::Whole { .. });
    if let Some(problem) = fault(explored) {
        return Err(problem.into());
    }
    let elapsed_ms = begun.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    let found = StatementRows { columns: running.columns, rows, truncated, elapsed_ms };
    Ok(json(StatusCode::OK, &found))
}

fn size(value: &ExplorerValue) -> usize {
    match value {
        ExplorerValue::Text(text) => text.len(),
        ExplorerValue::Blob(bytes) => 2 * bytes.len(),
        _ => size_of::<serde_json::Value>(),
    }
}

fn shown(value: ExplorerValue) -> serde_json::Value {
    match value {
        ExplorerValue::Null => serde_json::Value::Null,
        ExplorerValue::Integer(number) if number.unsigned_abs() <= EXACT_MAX => number.into(),
        ExplorerValue::Real(number) => number.into(),
        other => text(&other).into(),
    }
}

/// A value as text; empty for none.
pub(super) fn text(value: &ExplorerValue) -> String {
    match value {
        ExplorerValue::Null => String::new(),
        ExplorerValue::Integer(number) => number.to_string(),
        ExplorerValue::Real(number) => number.to_string(),
        ExplorerValue::Text(text) => text.clone(),
        ExplorerValue::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("x'{digits}'")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_exactly() {
        let json = |value| shown(value).to_string();
        assert_eq!(json(ExplorerValue::Null), "null");
        assert_eq!(json(ExplorerValue::Integer(-5)), "-5");
        assert_eq!(json(ExplorerValue::Integer(i64::MIN)), "\"-9223372036854775808\"");
        assert_eq!(json(ExplorerValue::Real(0.5)), "0.5");
        assert_eq!(json(ExplorerValue::Blob(vec![10, 255])), "\"x'0aff'\"");
    }
}
