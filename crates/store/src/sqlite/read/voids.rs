//! What waits for a person since nodes have worked apart: void records and conflicting values.

use acopio_contract::query::{ConflictById, Conflicts, Page, VoidById, VoidFilter, Voids};
use acopio_ledger::conflict::Conflict;
use acopio_ledger::ids::Stamp;
use acopio_ledger::void::Void;
use rusqlite::{Connection, params};

use super::people::rows_read;
use crate::cursor;
use crate::filters::is_wanted_void;
use crate::sqlite::fault::{Fault, Outcome, record};
use crate::sqlite::log::Log;
use crate::sqlite::lookups::docs;
use crate::sqlite::voids;

/// How many void records one request looks at.
const EXAMINED_MAX: usize = 2_000;

/// Where the list of void records stands: stamp and id.
type Moment = (Stamp, String);

/// Where the list of conflicts stands: kind, key and field.
type Field = (String, String, String);

pub(super) fn void(connection: &Connection, _: &Log<'_>, query: &VoidById) -> Outcome<Option<Void>> {
    voids::void(connection, &query.id)
}

pub(super) fn list(connection: &Connection, _: &Log<'_>, query: &Voids) -> Outcome<Page<Void>> {
    let before: Option<Moment> = cursor::decode("voids", &query.page)?;
    let (stamp, key) = before.map_or((i64::MAX, String::new()), |(stamp, key)| (stamp.0 as i64, key));
    let state = query.state.map(|state| match state {
        VoidFilter::Open => "open",
        VoidFilter::Posted => "posted",
        VoidFilter::Discarded => "discarded",
    });
    let filter = if state.is_some() { "state = ?1" } else { "?1 IS NULL" };
    let sql = format!(
        "SELECT doc FROM void WHERE {filter} AND stamp IS NOT NULL AND (stamp, key) < (?2, ?3)
         ORDER BY stamp DESC, key DESC"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![state, stamp, key])?;
    let (mut items, mut examined, mut last) = (Vec::new(), 0, None);
    while let Some(row) = rows.next()? {
        if examined == EXAMINED_MAX || items.len() == query.page.limit {
            return Ok(Page { items, next: last.map(|last: Moment| cursor::encode("voids", &last)) });
        }
        let doc = row.get_ref(0)?.as_str().map_err(|error| Fault::damaged("void record", error))?;
        let found: Void = record("void record", doc)?;
        examined += 1;
        last = found.what.as_ref().map(|what| (what.stamp, found.id.to_string()));
        if is_wanted_void(query, &found) {
            items.push(found);
        }
    }
    Ok(Page { items, next: None })
}

pub(super) fn conflict(
    connection: &Connection,
    _: &Log<'_>,
    query: &ConflictById,
) -> Outcome<Option<Conflict>> {
    voids::conflict(connection, &query.id)
}

pub(super) fn conflicts(connection: &Connection, _: &Log<'_>, query: &Conflicts) -> Outcome<Page<Conflict>> {
    let after: Option<Field> = cursor::decode("conflicts", &query.page)?;
    let (kind, key, field) = after.unwrap_or_default();
    let sql = "SELECT doc FROM conflict WHERE shown AND (?1 IS NULL OR kind = ?1)
               AND (kind, record, field) > (?2, ?3, ?4) ORDER BY kind, record, field LIMIT ?5";
    let wanted = query.kind.map(|kind| kind.as_str());
    let params = params![wanted, kind, key, field, rows_read(query.page.limit)];
    let rows = docs(connection, "conflicts", sql, params)?;
    Ok(cursor::page("conflicts", query.page.limit, rows, |conflict: &Conflict| {
        let id = &conflict.id;
        (id.kind.as_str().to_owned(), id.record.clone(), id.field.clone())
    }))
}
