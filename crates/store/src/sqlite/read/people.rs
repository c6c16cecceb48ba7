//! Users, sessions, imports and keys.

use std::collections::BTreeMap;

use acopio_contract::query::{
    Access, AccessView, CompanySettings, ImportById, Imports, Page, Posted, SessionById, Sessions,
    SigningKey, UserById, UserByName, Users,
};
use acopio_ledger::ids::{ImportId, SessionId, UserId};
use acopio_ledger::records::{Import, Session, User};
use acopio_ledger::settings::Settings;
use rusqlite::{Connection, params};

use crate::cursor;
use crate::sqlite::fault::Outcome;
use crate::sqlite::log::Log;
use crate::sqlite::lookups::{self, doc, docs};

/// One row more than the page holds, so that it is seen whether there are more.
pub(super) fn rows_read(limit: usize) -> i64 {
    limit as i64 + 1
}

pub(super) fn users(connection: &Connection, _: &Log<'_>, query: &Users) -> Outcome<Page<User>> {
    let after: Option<(String, UserId)> = cursor::decode("users", &query.page)?;
    let (name, id) = after.unwrap_or_default();
    let sql = "SELECT doc FROM user WHERE doc IS NOT NULL AND (username, key) > (?1, ?2)
               ORDER BY username, key LIMIT ?3";
    let rows = docs(connection, "users", sql, params![name, id.0, rows_read(query.page.limit)])?;
    Ok(cursor::page("users", query.page.limit, rows, |user: &User| (user.username.to_lowercase(), user.id)))
}

pub(super) fn user(connection: &Connection, _: &Log<'_>, query: &UserById) -> Outcome<Option<User>> {
    lookups::user(connection, &query.id)
}

pub(super) fn user_by_name(
    connection: &Connection,
    _: &Log<'_>,
    query: &UserByName,
) -> Outcome<Option<User>> {
    let named = lookups::named::<UserId>(connection, "usernames", &query.username.to_lowercase())?;
    match named.first() {
        Some(id) => lookups::user(connection, id),
        None => Ok(None),
    }
}

pub(super) fn sessions(connection: &Connection, _: &Log<'_>, query: &Sessions) -> Outcome<Page<Session>> {
    let before: Option<(u64, SessionId)> = cursor::decode("sessions", &query.page)?;
    let (stamp, id) = before.map_or((i64::MAX, SessionId::default()), |(stamp, id)| (stamp as i64, id));
    let sql =
        "SELECT doc FROM session WHERE user = ?1 AND (?2 IS NULL OR token = ?2) AND (stamp, key) < (?3, ?4)
               ORDER BY stamp DESC, key DESC LIMIT ?5";
    let params = params![query.user.0, query.tokens, stamp, id.0, rows_read(query.page.limit)];
    let rows = docs(connection, "sessions", sql, params)?;
    Ok(cursor::page("sessions", query.page.limit, rows, |session: &Session| (session.opened, session.id)))
}

pub(super) fn settings(connection: &Connection, _: &Log<'_>, _: &CompanySettings) -> Outcome<Settings> {
    lookups::settings(connection)
}

pub(super) fn session(connection: &Connection, _: &Log<'_>, query: &SessionById) -> Outcome<Option<Session>> {
    lookups::session(connection, &query.id)
}

pub(super) fn access(connection: &Connection, _: &Log<'_>, query: &Access) -> Outcome<Option<AccessView>> {
    let Some(session) = lookups::session(connection, &query.session)? else { return Ok(None) };
    let user = lookups::user(connection, &session.user)?;
    Ok(user.map(|user| AccessView { session, user }))
}

pub(super) fn imports(connection: &Connection, _: &Log<'_>, query: &Imports) -> Outcome<Page<Import>> {
    let before: Option<(u64, ImportId)> = cursor::decode("imports", &query.page)?;
    let (stamp, id) = before.map_or((i64::MAX, ImportId::default()), |(stamp, id)| (stamp as i64, id));
    let sql = "SELECT doc FROM import WHERE (stamp, key) < (?1, ?2) ORDER BY stamp DESC, key DESC LIMIT ?3";
    let rows = docs(connection, "imports", sql, params![stamp, id.0, rows_read(query.page.limit)])?;
    Ok(cursor::page("imports", query.page.limit, rows, |import: &Import| (import.began, import.id)))
}

pub(super) fn import(connection: &Connection, _: &Log<'_>, query: &ImportById) -> Outcome<Option<Import>> {
    lookups::import(connection, &query.id)
}

/// A row whose import was undone counts as not posted: it may be posted again.
pub(super) fn posted(connection: &Connection, _: &Log<'_>, query: &Posted) -> Outcome<Vec<bool>> {
    let mut stands: BTreeMap<ImportId, bool> = BTreeMap::new();
    let is_posted = |source| {
        let Some(import) = lookups::source(connection, source)? else { return Ok(false) };
        if let Some(known) = stands.get(&import) {
            return Ok(*known);
        }
        let found = lookups::import(connection, &import)?.is_some_and(|import| !import.undone);
        stands.insert(import, found);
        Ok(found)
    };
    query.sources.iter().map(is_posted).collect()
}

pub(super) fn signing_key(
    connection: &Connection,
    _: &Log<'_>,
    query: &SigningKey,
) -> Outcome<Option<[u8; 32]>> {
    doc(connection, "signing key", "SELECT doc FROM signing_key WHERE node = ?1", [&query.node])
}
