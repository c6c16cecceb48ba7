//! Pages of lists: `?limit=&cursor=` in, `{"items": […], "next_cursor": …}` out.

use acopio_contract::query::{PAGE_MAX, Page, PageRequest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// How many rows a page has when nobody says.
const LIMIT_DEFAULT: u64 = 50;

/// Checks which part of a list is wanted.
///
/// # Errors
///
/// When the limit is out of range.
pub(crate) fn page(limit: Option<u64>, cursor: Option<String>) -> Result<PageRequest, Problem> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    match usize::try_from(limit) {
        Ok(rows) if (1..=PAGE_MAX).contains(&rows) => {
            Ok(PageRequest { limit: rows, cursor: cursor.filter(|cursor| !cursor.is_empty()) })
        }
        _ => Err(Problem::parameter("limit", limit, format!("must be from 1 to {PAGE_MAX}"))),
    }
}

/// A part of a list, as it leaves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Where the next page begins: pass it as `cursor`, with the same filters. Absent rows are no end; `null` is.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Items<T> {
    /// A list that is always whole.
    pub(crate) fn all(items: Vec<T>) -> Items<T> {
        Items { items, next_cursor: None }
    }

    /// A page, each row as it leaves.
    pub(crate) fn of<R>(page: Page<R>, row: impl FnMut(R) -> T) -> Items<T> {
        Items { items: page.items.into_iter().map(row).collect(), next_cursor: page.next }
    }
}
