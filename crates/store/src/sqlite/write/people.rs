//! Writes users, names, sessions, keys, the company and its settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::Changes;
use acopio_ledger::holders::Holders;
use acopio_ledger::records::{Session, SessionKind, User};
use rusqlite::params;
use serde::Serialize;

use super::Desk;
use crate::sqlite::fault::Outcome;
use crate::view_rows::json;

pub(super) fn write(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    changes.users.values().try_for_each(|user| write_user(desk, user))?;
    changes.sessions.values().try_for_each(|session| write_session(desk, session))?;
    write_names(desk, "category_names", &changes.category_names)?;
    write_names(desk, "usernames", &changes.usernames)?;
    write_names(desk, "emails", &changes.emails)?;
    for (node, key) in &changes.keys {
        let sql = "REPLACE INTO signing_key VALUES (?1, ?2)";
        desk.connection.prepare_cached(sql)?.execute(params![node, json(key)])?;
    }
    if let Some(settings) = &changes.settings {
        super::meta(desk.connection, "settings", json(&**settings))?;
        desk.caches.settings = Arc::clone(settings);
    }
    match &changes.company {
        Some(company) => super::meta(desk.connection, "company", company),
        None => Ok(()),
    }
}

fn write_user(desk: &mut Desk<'_>, user: &User) -> Outcome<()> {
    let id = desk.caches.user_id(desk.connection, &user.id)?;
    let sql = "UPDATE user SET username = ?2, doc = ?3 WHERE id = ?1";
    let username = user.username.to_lowercase();
    desk.connection.prepare_cached(sql)?.execute(params![id, username, json(user)])?;
    Ok(())
}

fn write_session(desk: &Desk<'_>, session: &Session) -> Outcome<()> {
    let sql = "REPLACE INTO session VALUES (?1, ?2, ?3, ?4, ?5)";
    let is_token = session.kind == SessionKind::Token;
    let stamp = session.opened.0 as i64;
    let row = params![session.id.0, session.user.0, is_token, stamp, json(session)];
    desk.connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn write_names<T: Serialize + Clone>(
    desk: &Desk<'_>,
    kind: &str,
    names: &BTreeMap<String, Holders<T>>,
) -> Outcome<()> {
    for (name, holders) in names {
        if holders.is_empty() {
            let sql = "DELETE FROM name WHERE kind = ?1 AND name = ?2";
            desk.connection.prepare_cached(sql)?.execute(params![kind, name])?;
        } else {
            let sql = "REPLACE INTO name VALUES (?1, ?2, ?3)";
            desk.connection.prepare_cached(sql)?.execute(params![kind, name, json(holders)])?;
        }
    }
    Ok(())
}
