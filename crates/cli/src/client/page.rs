//! Lists: follows the server's cursors until enough rows are there.

use serde_json::Value;

use super::Client;
use super::output::{line, note};
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// The most rows the server answers with at once.
const PAGE_MAX: usize = 1_000;

/// How much of a list is wanted.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PageArgs {
    /// Show at most so many rows
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Show all rows
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl PageArgs {
    fn rows_max(&self) -> usize {
        if self.all { usize::MAX } else { self.limit.max(1) }
    }
}

impl Client {
    /// Prints a list: a table, or JSON of the same form as the server's pages.
    ///
    /// # Errors
    ///
    /// The server's refusal, or that stdout cannot be written.
    pub(super) async fn list(&self, request: Request, page: &PageArgs, columns: &[Column]) -> Result<()> {
        let rows_max = page.rows_max();
        let mut items: Vec<Value> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let limit = PAGE_MAX.min(rows_max - items.len());
            let asked = request.clone().filter("limit", Some(limit)).filter("cursor", cursor.as_ref());
            let answer = self.server.send(&asked).await?;
            let next = answer.value["next_cursor"].as_str().map(str::to_owned);
            let is_whole = next.is_none() || rows_max <= items.len() + limit;
            if self.output.json && items.is_empty() && is_whole {
                return line(&answer.text);
            }
            items.extend(rows_of(answer.value));
            cursor = next;
            if cursor.is_none() || rows_max <= items.len() {
                break;
            }
        }
        if self.output.json {
            return line(&serde_json::json!({"items": items, "next_cursor": cursor}).to_string());
        }
        self.output.table(&items, columns)?;
        if cursor.is_some() {
            note("there are more rows: see them with --limit N or --all");
        }
        Ok(())
    }

    /// Prints a list that comes whole, without pages.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub(super) async fn whole_list(&self, request: Request, columns: &[Column]) -> Result<()> {
        let answer = self.server.send(&request).await?;
        if self.output.json {
            return line(&answer.text);
        }
        self.output.table(&rows_of(answer.value), columns)
    }
}

/// The rows of an answer: a page's items, or the whole list where it has no pages.
fn rows_of(mut value: Value) -> Vec<Value> {
    let rows = if value.is_array() { value } else { value["items"].take() };
    match rows {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}
