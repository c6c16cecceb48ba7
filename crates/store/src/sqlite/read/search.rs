//! Finds products by text: the index of n-grams proposes, the text itself decides.

use acopio_contract::query::ProductSort;
use rusqlite::Connection;

use super::question;
use super::walk::{EFFORT_MAX, End, Place, Step, Walk, place_id};
use crate::fold::{Needle, Rank};
use crate::sqlite::fault::Outcome;

/// How many hits are sorted; with more, the index of the order is walked.
const SORTED_MAX: usize = 2_000;
/// How many hits are told from others on such a walk by their ids; with more, each product's text is looked at: then
/// most of them fit.
const HITS_MAX: usize = 80_000;
/// How much is looked at before the hits of a long walk are collected.
const FIRST_TRY_EFFORT: usize = 5_000;

/// Walks best matches first: the SKU or barcode itself, then SKUs that begin so, then the rest by creation.
pub(super) fn best(walk: &mut Walk<'_, '_>, after: Option<&Place>) -> Step {
    let Some(needle) = walk.wanted.needle.clone() else { return Ok(None) };
    let rank = after.map_or(0, |place| place.rank);
    let within = |wanted: Rank| after.filter(|_| rank == wanted as u8);
    if rank <= Rank::Exact as u8
        && let Some(end) = exact(walk, &needle, within(Rank::Exact))?
    {
        return Ok(Some(end));
    }
    if rank <= Rank::Prefix as u8
        && let Some(end) = prefix(walk, &needle, within(Rank::Prefix))?
    {
        return Ok(Some(end));
    }
    let after = within(Rank::Rest).map(|place| place_id(walk.shelf.connection, place)).transpose()?;
    by_creation(walk, true, after, Some(Rank::Rest))
}

fn exact(walk: &mut Walk<'_, '_>, needle: &Needle, after: Option<&Place>) -> Step {
    let sql = "SELECT id, sku FROM product WHERE sku_folded = ?1
               UNION SELECT p.id, p.sku FROM barcode b JOIN product p ON p.id = b.product WHERE b.barcode = ?1
               ORDER BY 2";
    let mut statement = walk.shelf.connection.prepare_cached(sql)?;
    let mut rows = statement.query([&needle.whole])?;
    while let Some(row) = rows.next()? {
        let sku = row.get_ref(1)?.as_str().unwrap_or_default();
        if after.is_some_and(|place| sku <= place.sku.as_str()) {
            continue;
        }
        if let Some(end) = walk.offer_id(row.get(0)?, Some(Rank::Exact))? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

fn prefix(walk: &mut Walk<'_, '_>, needle: &Needle, after: Option<&Place>) -> Step {
    let sql = "SELECT id FROM product WHERE (sku_folded, sku) > (?1, ?2) AND sku_folded < ?3
               ORDER BY sku_folded, sku";
    let (key, sku) = after.map_or((needle.whole.as_str(), ""), |place| (&place.key, &place.sku));
    let end = format!("{}{}", needle.whole, char::MAX);
    let mut statement = walk.shelf.connection.prepare_cached(sql)?;
    let mut rows = statement.query([key, sku, &end])?;
    while let Some(row) = rows.next()? {
        if let Some(end) = walk.offer_id(row.get(0)?, Some(Rank::Prefix))? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// Walks in the order of creation, or backwards.
pub(super) fn created(walk: &mut Walk<'_, '_>, rising: bool, after: Option<&Place>) -> Step {
    let after = after.map(|place| place_id(walk.shelf.connection, place)).transpose()?;
    by_creation(walk, rising, after, None)
}

fn by_creation(walk: &mut Walk<'_, '_>, rising: bool, after: Option<i64>, part: Option<Rank>) -> Step {
    let connection = walk.shelf.connection;
    let after = after.unwrap_or(if rising { 0 } else { i64::MAX });
    let (comparison, direction) = if rising { (">", "") } else { ("<", " DESC") };
    let expression = question(walk)?;
    let sql = match expression {
        Some(_) => format!(
            "SELECT rowid FROM search WHERE search MATCH ?2 AND rowid {comparison} ?1 ORDER BY rowid{direction}"
        ),
        None => {
            format!("SELECT id FROM product WHERE id {comparison} ?1 AND ?2 IS NULL ORDER BY id{direction}")
        }
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((after, expression))?;
    while let Some(row) = rows.next()? {
        if let Some(end) = walk.offer_id(row.get(0)?, part)? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// Walks in an order that is not the index's own.
pub(super) fn sorted(walk: &mut Walk<'_, '_>, sort: ProductSort, after: Option<&Place>) -> Step {
    let (by_name, descending) = match sort {
        ProductSort::Created => return created(walk, true, after),
        ProductSort::CreatedDescending => return created(walk, false, after),
        ProductSort::Sku => (false, false),
        ProductSort::SkuDescending => (false, true),
        ProductSort::Name => (true, false),
        ProductSort::NameDescending => (true, true),
    };
    let Some(hits) = hits(walk, SORTED_MAX)? else { return among_many(walk, sort, after) };
    let mut hits = hits.places(walk.shelf.connection, by_name)?;
    hits.sort_unstable_by(|a, b| if descending { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
    for (place, id) in hits {
        let is_before = |after: &Place| if descending { after <= &place } else { &place <= after };
        if after.is_some_and(is_before) {
            continue;
        }
        if let Some(end) = walk.offer(id, place)? {
            return Ok(Some(end));
        }
    }
    Ok(None::<End>)
}

/// Walks the index of an order where many products fit: first by their texts, as most of them may, then by what the
/// index of n-grams proposes.
fn among_many(walk: &mut Walk<'_, '_>, sort: ProductSort, after: Option<&Place>) -> Step {
    if walk.wanted.needle.is_none() {
        return walk.by_index(sort, after, None);
    }
    walk.effort_max = FIRST_TRY_EFFORT;
    let reached = match walk.by_index(sort, after, None)? {
        Some(End::Bounded(place)) => place,
        end => return Ok(end),
    };
    walk.effort_max = EFFORT_MAX;
    let hits = hits(walk, HITS_MAX)?;
    walk.by_index(sort, Some(&reached), hits.as_ref())
}

/// The local ids of what the index proposes, rising.
pub(super) struct Hits(Vec<i64>);

impl Hits {
    /// Whether a product is among them.
    pub(super) fn contains(&self, id: i64) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    /// Their places in a list by name and SKU, or by SKU alone.
    fn places(self, connection: &Connection, by_name: bool) -> Outcome<Vec<(Place, i64)>> {
        let mut statement =
            connection.prepare_cached("SELECT name_folded, sku FROM product WHERE id = ?1")?;
        let hits = self.0.into_iter().map(|id| {
            let place = statement.query_row([id], |row| {
                let key = if by_name { row.get(0)? } else { String::new() };
                Ok(Place { rank: 0, key, sku: row.get(1)? })
            });
            Ok((place?, id))
        });
        hits.collect()
    }
}

/// All that the index proposes, unless that is more than `most`.
fn hits(walk: &Walk<'_, '_>, most: usize) -> Outcome<Option<Hits>> {
    let Some(expression) = question(walk)? else { return Ok(None) };
    let sql = "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid LIMIT ?2";
    let mut statement = walk.shelf.connection.prepare_cached(sql)?;
    let ids = statement.query_map((expression, most as i64 + 1), |row| row.get(0))?;
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    Ok((ids.len() <= most).then_some(Hits(ids)))
}

fn question(walk: &Walk<'_, '_>) -> Outcome<Option<String>> {
    let (shelf, wanted) = (walk.shelf, walk.wanted);
    question::expression(shelf.connection, shelf.frequencies, wanted.needle.as_ref(), wanted.category)
}
