//! Decides about users, sessions, and the founding of the company.

use super::{Decision, based_on, check_version, not_found};
use crate::body::{self, BasedOn, GrantSet, GrantsSet, UserSet};
use crate::books::{Books, Source};
use crate::command::{
    ChangeUser, CloseSession, Found, NewUser, OpenSession, PublishKey, RunStatement, UserPatch,
};
use crate::entry::Body;
use crate::holders::Holders;
use crate::ids::UserId;
use crate::records::{Grant, Role, SessionKind, User};
use crate::refusal::Refusal;

pub(super) fn create_user<S: Source>(books: &Books<S>, new: &NewUser) -> Decision {
    check_unique(books, new.id, Some(new.username.as_str()), new.email.as_deref())?;
    check_warehouses(books, &new.grants)?;
    // Ids are drawn at random: one that is in use is the same user's.
    let known = books.user(&new.id).map(|user| based_on(&user.writes));
    Ok(vec![user_body(new, known.unwrap_or_default())])
}

fn user_body(new: &NewUser, based_on: Vec<BasedOn>) -> Body {
    Body::UserSet(UserSet {
        id: new.id.0.to_vec(),
        username: Some(new.username.to_string()),
        email: new.email.clone(),
        full_name: Some(new.full_name.clone()),
        password_hash: Some(new.password_hash.clone()),
        must_change_password: Some(new.must_change_password),
        disabled: None,
        grants: Some(grants_set(&new.grants)),
        based_on,
    })
}

pub(super) fn change_user<S: Source>(books: &Books<S>, change: &ChangeUser) -> Decision {
    let user = books.user(&change.id).ok_or_else(|| not_found("user", change.id))?;
    check_version(change.expected, user.version)?;
    let patch = &change.patch;
    check_unique(books, user.id, patch.username.as_ref().map(|name| name.as_str()), patch.email.as_deref())?;
    check_warehouses(books, patch.grants.as_deref().unwrap_or_default())?;
    check_last_admin(books, &user, patch)?;
    Ok(vec![Body::UserSet(UserSet {
        id: user.id.0.to_vec(),
        username: patch.username.as_ref().map(ToString::to_string),
        email: patch.email.clone(),
        full_name: patch.full_name.clone(),
        password_hash: patch.password_hash.clone(),
        must_change_password: patch.must_change_password,
        disabled: patch.disabled,
        grants: patch.grants.as_deref().map(grants_set),
        based_on: based_on(&user.writes),
    })])
}

fn check_unique<S: Source>(
    books: &Books<S>,
    id: UserId,
    username: Option<&str>,
    email: Option<&str>,
) -> Result<(), Refusal> {
    let other = |found: Holders<UserId>| found.first().is_some_and(|found| *found != id);
    if let Some(username) = username
        && other(books.user_named(&username.to_lowercase()))
    {
        return Err(Refusal::UsernameTaken { username: username.to_owned() });
    }
    match email {
        Some(email) if !email.is_empty() && other(books.user_mailed(&email.to_lowercase())) => {
            Err(Refusal::EmailTaken { email: email.to_owned() })
        }
        _ => Ok(()),
    }
}

fn check_warehouses<S: Source>(books: &Books<S>, grants: &[Grant]) -> Result<(), Refusal> {
    let mut named = grants.iter().flat_map(|grant| &grant.warehouses);
    match named.find(|code| books.warehouse(code).is_none()) {
        Some(code) => Err(Refusal::UnknownWarehouse { warehouse: code.clone() }),
        None => Ok(()),
    }
}

fn check_last_admin<S: Source>(books: &Books<S>, user: &User, patch: &UserPatch) -> Result<(), Refusal> {
    let grants = patch.grants.as_ref().unwrap_or(&user.grants);
    let disabled = patch.disabled.unwrap_or(user.disabled);
    let stays = User { disabled, grants: grants.clone(), ..user.clone() }.administers();
    if stays || !user.administers() {
        return Ok(());
    }
    let mut others = books.users().into_iter().filter(|id| *id != user.id);
    let another = others.any(|id| books.user(&id).is_some_and(|other| other.administers()));
    if another { Ok(()) } else { Err(Refusal::LastAdmin { username: user.username.clone() }) }
}

pub(super) fn grants_set(grants: &[Grant]) -> GrantsSet {
    let set = |grant: &Grant| GrantSet {
        role: match grant.role {
            Role::Viewer => 1,
            Role::Operator => 2,
            Role::Manager => 3,
            Role::Admin => 4,
        },
        warehouses: grant.warehouses.iter().map(ToString::to_string).collect(),
    };
    GrantsSet { grants: grants.iter().map(set).collect() }
}

pub(super) fn open_session<S: Source>(books: &Books<S>, open: &OpenSession) -> Decision {
    if books.user(&open.user).is_none() {
        return Err(not_found("user", open.user));
    }
    Ok(vec![Body::SessionOpened(body::SessionOpened {
        id: open.id.0.to_vec(),
        user: open.user.0.to_vec(),
        token: open.kind == SessionKind::Token,
        label: open.label.clone(),
        expires: open.expires.0,
    })])
}

pub(super) fn close_session<S: Source>(books: &Books<S>, close: &CloseSession) -> Decision {
    if books.session(&close.id).is_none() {
        return Err(not_found("session", close.id));
    }
    Ok(vec![Body::SessionClosed(body::SessionClosed { id: close.id.0.to_vec() })])
}

pub(super) fn found<S: Source>(books: &Books<S>, found: &Found) -> Decision {
    if books.founded() {
        return Err(Refusal::AlreadyFounded {});
    }
    let founded = Body::Founded(body::Founded { company: found.company.to_vec() });
    Ok(vec![founded, user_body(&found.admin, Vec::new())])
}

pub(super) fn publish_key(publish: &PublishKey) -> Decision {
    Ok(vec![Body::KeyPublished(body::KeyPublished { public_key: publish.public_key.to_vec() })])
}

pub(super) fn run_statement(run: &RunStatement) -> Decision {
    Ok(vec![Body::StatementRun(body::StatementRun { sql: run.sql.clone() })])
}
