//! Statements whose rows become a file, as they are read.

use std::time::Duration;

use acopio_contract::query::{Explored, ExplorerPart, ExplorerValue};
use acopio_sheets::{Cell, CsvSheet, Sheet, WriteError};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::query::text;
use super::run::{Limits, Running, begin};
use crate::auth::{NotDone, Session};
use crate::exports::{attachment, stream_csv};
use crate::extract::JsonBody;

/// The most rows of one file.
const ROWS_MAX: u64 = 1_000_000;
/// How long it may take until the last row is sent.
const TIME_MAX: Duration = Duration::from_secs(300);

/// A statement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementFile {
    /// One `SELECT` in the words of SQLite.
    #[schema(min_length = 1, max_length = 10_000)]
    sql: String,
}

/// Runs a statement that reads, and downloads its rows as CSV
///
/// For administrators, as the other route. At most a million rows in 5 minutes; what goes beyond breaks the download
/// off, so that half a file does not look like a whole one.
#[utoipa::path(
    post, path = "/v1/explorer/query.csv", tag = "explorer",
    request_body = StatementFile,
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(super) async fn run_statement_csv(
    session: Session,
    JsonBody(request): JsonBody<StatementFile>,
) -> Result<Response, NotDone> {
    let running = begin(&session, request.sql, Limits { rows_max: ROWS_MAX, time_max: TIME_MAX }).await?;
    let body = stream_csv(move |output| write(running, output));
    let kind = (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    Ok(([kind, attachment("query.csv")], body).into_response())
}

/// Writes the file. For a thread outside of the runtime.
fn write(mut running: Running, output: impl std::io::Write + Send + 'static) -> Result<(), WriteError> {
    let mut sheet = Box::new(CsvSheet::new(output));
    sheet.header(&running.columns.iter().map(String::as_str).collect::<Vec<_>>())?;
    while let Some(ExplorerPart::Row(values)) = running.rows.blocking_recv() {
        let texts: Vec<String> = values.iter().map(text).collect();
        let cells: Vec<_> = values.iter().zip(&texts).map(|(value, text)| cell(value, text)).collect();
        sheet.row(&cells)?;
    }
    match running.outcome.blocking_recv() {
        Ok(Ok(Explored::Whole { .. })) => sheet.finish(),
        _ => Err(WriteError::Output(std::io::Error::other("the statement did not come to its end"))),
    }
}

/// Numbers as they are; of texts the sheet sees to what Excel would take for a formula.
fn cell<'t>(value: &ExplorerValue, text: &'t str) -> Cell<'t> {
    match value {
        ExplorerValue::Integer(_) => Cell::Number(text),
        ExplorerValue::Real(number) if number.is_finite() => Cell::Number(text),
        _ => Cell::Text(text),
    }
}
