//! Cursors: where a page ended, as opaque text. Each names its list, so that another list's is refused.
//!
//! A cursor holds codes, times and positions of the log, never a database's private ids.

use std::fmt::Write;

use acopio_contract::QueryError;
use acopio_contract::query::{Page, PageRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The cursor of a list at a place.
pub(crate) fn encode<T: Serialize>(list: &str, place: &T) -> String {
    let json = serde_json::to_vec(&(list, place)).expect("places have string keys only");
    json.iter().fold(String::with_capacity(2 * json.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all");
        text
    })
}

/// The place that a page request begins after, if not at the beginning.
///
/// # Errors
///
/// When the cursor comes from another list.
pub(crate) fn decode<T: DeserializeOwned>(list: &str, page: &PageRequest) -> Result<Option<T>, QueryError> {
    let Some(cursor) = &page.cursor else { return Ok(None) };
    let place = bytes(cursor).and_then(|json| {
        let (found, place) = serde_json::from_slice::<(String, T)>(&json).ok()?;
        (found == list).then_some(place)
    });
    place.map(Some).ok_or_else(|| QueryError::Cursor { cursor: cursor.clone() })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

/// A page out of rows that begin after the request's cursor: one row more than the page holds tells that there are
/// more. `place` says where a row stands.
pub(crate) fn page<T, P: Serialize>(
    list: &str,
    limit: usize,
    rows: Vec<T>,
    place: impl Fn(&T) -> P,
) -> Page<T> {
    let mut items = rows;
    let has_more = limit < items.len();
    items.truncate(limit);
    let next = if has_more { items.last().map(|last| encode(list, &place(last))) } else { None };
    Page { items, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(cursor: &str) -> PageRequest {
        PageRequest { limit: 10, cursor: Some(cursor.to_owned()) }
    }

    #[test]
    fn a_cursor_is_read_back_by_its_own_list_only() {
        let cursor = encode("users", &("ñandú", 7));
        let place: Option<(String, u64)> = decode("users", &request(&cursor)).unwrap();
        assert_eq!(place, Some(("ñandú".to_owned(), 7)));
        for (list, cursor) in [("holds", cursor.as_str()), ("users", "abc"), ("users", "zz"), ("users", "é")]
        {
            assert!(decode::<(String, u64)>(list, &request(cursor)).is_err(), "{list} {cursor}");
        }
    }
}
