//! The audit: what people did, but for movements, newest first. What was done stands in the logs, where it is from a table.
//!
//! The work of one request is bounded: where few deeds pass several filters, a page is short and has a cursor.

use std::cell::RefCell;
use std::collections::BTreeMap;

use acopio_contract::query::{DeedRow, Deeds, Page};
use acopio_ledger::Body;
use acopio_ledger::deed::{Before, Deed, without_secrets};
use acopio_ledger::ids::{Stamp, UserId};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use crate::cursor;
use crate::filters::is_wanted_deed;
use crate::sqlite::deeds::{COLUMNS, USERS, from_row};
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::log::Log;
use crate::sqlite::lookups;
use crate::sqlite::place::Place;
use crate::sqlite::source::import_of;

/// The list, as its cursors name it.
const LIST: &str = "audit";
/// How many deeds one request looks at.
const EXAMINED_MAX: usize = 5_000;
/// How many deeds about a record are looked at for what was there before one of them.
const LOOK_BACK_MAX: i64 = 32;

/// Where the list stands: stamp and node of a deed.
type Moment = (Stamp, String);

pub(super) fn list(connection: &Connection, log: &Log<'_>, query: &Deeds) -> Outcome<Page<DeedRow>> {
    let audit = AuditList { connection, log, names: RefCell::default() };
    let Some((index, column, value)) = narrowest(connection, query)? else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM deed d {index} {USERS}
         WHERE {column} AND (d.stamp, d.node) < (?2, ?3) AND ?4 <= d.stamp ORDER BY d.stamp DESC, d.node DESC"
    );
    let (stamp, node) = match cursor::decode::<Moment>(LIST, &query.page)? {
        Some(after) => after,
        None => (query.to.map_or(Stamp(i64::MAX as u64), Stamp::at), String::new()),
    };
    let from = query.from.map_or(Stamp(0), Stamp::at);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![value, as_time(stamp), node, as_time(from)])?;
    let (mut items, mut examined, mut last) = (Vec::new(), 0, None);
    while let Some(row) = rows.next()? {
        if examined == EXAMINED_MAX || items.len() == query.page.limit {
            return Ok(Page { items, next: last.map(|last: Moment| cursor::encode(LIST, &last)) });
        }
        let (deed, place) = from_row(row, &log.logs())?;
        examined += 1;
        last = Some((deed.stamp, deed.id.node.to_string()));
        if is_wanted_deed(query, &deed) {
            items.push(audit.row(deed, place)?);
        }
    }
    Ok(Page { items, next: None })
}

/// A stamp as the table has it; one later than all is the last.
fn as_time(stamp: Stamp) -> i64 {
    i64::try_from(stamp.0).unwrap_or(i64::MAX)
}

/// The filter that leaves least, by its index: the others are applied to what it finds. Nothing when there can be no such
/// deed.
fn narrowest(connection: &Connection, query: &Deeds) -> Outcome<Option<(&'static str, &'static str, Value)>> {
    if let Some(subject) = &query.subject {
        return Ok(Some(("INDEXED BY deed_subject", "d.subject = ?1", Value::Text(subject.clone()))));
    }
    if let Some(actor) = &query.actor {
        let sql = "SELECT id FROM user WHERE key = ?1";
        let id = lookups::one(connection, sql, [actor.0], |row| row.get(0))?;
        return Ok(id.map(|id| ("INDEXED BY deed_actor", "d.actor = ?1", Value::Integer(id))));
    }
    Ok(Some(match query.kind {
        Some(kind) => ("INDEXED BY deed_kind", "d.kind = ?1", Value::Text(kind.as_str().to_owned())),
        None => ("", "?1 IS NULL", Value::Null),
    }))
}

/// The list as one request reads it.
struct AuditList<'a, 'c> {
    connection: &'c Connection,
    log: &'a Log<'c>,
    names: RefCell<BTreeMap<UserId, String>>,
}

impl AuditList<'_, '_> {
    fn row(&self, deed: Deed, place: Place) -> Outcome<DeedRow> {
        let piece = self.piece(place)?;
        let body = piece.entry(place.seq())?.body;
        let before = self.before(&deed, &body)?;
        Ok(DeedRow {
            actor_name: self.user_name(&deed.actor)?,
            subject_name: self.subject_name(&body, before.as_ref())?,
            import: import_of(&*self.log.origin(&piece, place.seq())?),
            body: without_secrets(body),
            before: before.map(without_secrets),
            deed,
        })
    }

    fn piece(&self, place: Place) -> Outcome<std::rc::Rc<crate::sqlite::piece::Piece>> {
        let missing = || Fault::damaged("a deed", "its entry is missing");
        self.log.piece(place)?.ok_or_else(missing)
    }

    /// What was there before a deed.
    fn before(&self, deed: &Deed, body: &Body) -> Outcome<Option<Body>> {
        let Some(mut before) = Before::of(body) else { return Ok(None) };
        let sql = format!(
            "SELECT {COLUMNS} FROM deed d INDEXED BY deed_subject {USERS}
             WHERE d.subject = ?1 AND (d.stamp, d.node) < (?2, ?3) ORDER BY d.stamp DESC, d.node DESC LIMIT ?4"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let (stamp, node) = (as_time(deed.stamp), deed.id.node.as_str());
        let mut rows = statement.query(params![deed.subject, stamp, node, LOOK_BACK_MAX])?;
        while let Some(row) = rows.next()? {
            let (_, place) = from_row(row, &self.log.logs())?;
            if before.meet(&self.piece(place)?.entry(place.seq())?.body) {
                break;
            }
        }
        Ok(before.found())
    }

    /// What the record is called that a deed is about, where its key does not say it.
    fn subject_name(&self, body: &Body, before: Option<&Body>) -> Outcome<Option<String>> {
        match (body, before) {
            (Body::UserSet(set), _) => self.known_name(&set.id),
            (Body::SessionOpened(opened), _) | (_, Some(Body::SessionOpened(opened))) => {
                self.known_name(&opened.user)
            }
            (Body::ProductSet(set), _) => {
                let sku = acopio_ledger::names::Sku::recorded(&set.sku);
                Ok(lookups::product(self.connection, &sku)?.map(|product| product.name))
            }
            _ => Ok(None),
        }
    }

    fn known_name(&self, id: &[u8]) -> Outcome<Option<String>> {
        let Ok(id) = id.try_into() else { return Ok(None) };
        Ok(Some(self.user_name(&UserId(id))?).filter(|name| !name.is_empty()))
    }

    fn user_name(&self, id: &UserId) -> Outcome<String> {
        if let Some(name) = self.names.borrow().get(id) {
            return Ok(name.clone());
        }
        let name = lookups::user(self.connection, id)?.map(|user| user.username).unwrap_or_default();
        self.names.borrow_mut().insert(*id, name.clone());
        Ok(name)
    }
}
