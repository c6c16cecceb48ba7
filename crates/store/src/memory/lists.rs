//! Pages of lists that are made whole and sorted first.

use acopio_contract::QueryError;
use acopio_contract::query::{Page, PageRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cursor;

/// The page of a list whose rows are sorted by their places, each of which is unlike all others.
pub(super) fn page<P, T>(
    list: &str,
    request: &PageRequest,
    rows: impl IntoIterator<Item = (P, T)>,
) -> Result<Page<T>, QueryError>
where
    P: Ord + Clone + Serialize + DeserializeOwned,
{
    let after: Option<P> = cursor::decode(list, request)?;
    let is_ahead = |place: &P| after.as_ref().is_none_or(|after| after < place);
    let mut rows: Vec<(P, T)> = rows.into_iter().filter(|(place, _)| is_ahead(place)).collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    rows.truncate(request.limit + 1);
    let page = cursor::page(list, request.limit, rows, |(place, _)| place.clone());
    Ok(Page { items: page.items.into_iter().map(|(_, row)| row).collect(), next: page.next })
}
