//! Transfers, newest first, along the index that fits the filters best.

use acopio_contract::query::{Page, TransferById, Transfers};
use acopio_ledger::ids::Stamp;
use acopio_ledger::transfer::Transfer;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::cursor;
use crate::filters::is_wanted_transfer;
use crate::sqlite::fault::{Fault, Outcome, record};
use crate::sqlite::log::Log;
use crate::sqlite::lookups;

/// How many transfers one request looks at.
const EXAMINED_MAX: usize = 2_000;

/// Where the list stands: stamp and id.
type Moment = (Stamp, String);

pub(super) fn one(connection: &Connection, _: &Log<'_>, query: &TransferById) -> Outcome<Option<Transfer>> {
    lookups::transfer(connection, &query.id)
}

pub(super) fn list(connection: &Connection, _: &Log<'_>, query: &Transfers) -> Outcome<Page<Transfer>> {
    let before: Option<Moment> = cursor::decode("transfers", &query.page)?;
    let (sql, params) = statement(query, before);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(params))?;
    let (mut items, mut examined, mut last) = (Vec::new(), 0, None);
    while let Some(row) = rows.next()? {
        if examined == EXAMINED_MAX || items.len() == query.page.limit {
            return Ok(Page { items, next: last.map(|last: Moment| cursor::encode("transfers", &last)) });
        }
        let doc = row.get_ref(0)?.as_str().map_err(|error| Fault::damaged("transfer", error))?;
        let found: Transfer = record("transfer", doc)?;
        examined += 1;
        last = Some((found.opened, found.id.to_string()));
        if is_wanted_transfer(query, &found) {
            items.push(found);
        }
    }
    Ok(Page { items, next: None })
}

/// The rows after a place that fit all filters but the scope, newest first. The one filter that picks the index is
/// spelt plainly, the others with a plus, so that no index is mixed in that has another order.
fn statement(query: &Transfers, before: Option<Moment>) -> (String, Vec<Value>) {
    let (stamp, key) = before.map_or((i64::MAX, String::new()), |(stamp, key)| (stamp.0 as i64, key));
    let state = query.state.map(|state| Value::from(state.as_str().to_owned()));
    let from = query.from.as_ref().map(|code| Value::from(code.to_string()));
    let to = query.to.as_ref().map(|code| Value::from(code.to_string()));
    let mut params: Vec<Value> = Vec::new();
    let mut sql = match &query.sku {
        Some(sku) => {
            params.push(sku.to_string().into());
            // The cross join keeps the order of the lines: none needs to be sorted.
            "SELECT t.doc FROM transfer_line l CROSS JOIN transfer t ON t.key = l.transfer \
             WHERE l.sku = ? AND (l.stamp, l.transfer) < (?, ?)"
                .to_owned()
        }
        None => "SELECT t.doc FROM transfer t WHERE (t.stamp, t.key) < (?, ?)".to_owned(),
    };
    params.extend([stamp.into(), key.into()]);
    // An end has fewer transfers than a state, and the open ones of an end fewer still: their indexes end on the state.
    let by_end = query.sku.is_none() && (from.is_some() || to.is_some());
    for (column, value, picks) in [
        ("source", &from, query.sku.is_none()),
        ("destination", &to, by_end && from.is_none()),
        ("state", &state, query.sku.is_none()),
    ] {
        if let Some(value) = value {
            let plus = if picks { "" } else { "+" };
            sql += &format!(" AND {plus}t.{column} = ?");
            params.push(value.clone());
        }
    }
    sql += match query.sku {
        Some(_) => " ORDER BY l.stamp DESC, l.transfer DESC",
        None => " ORDER BY t.stamp DESC, t.key DESC",
    };
    (sql, params)
}
