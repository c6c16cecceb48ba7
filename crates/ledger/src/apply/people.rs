//! Folds what happens to users, sessions and the company.

use super::{Meta, id16};
use crate::body;
use crate::books::{Books, Source};
use crate::ids::{Millis, SessionId, Stamp, UserId, Version};
use crate::names::WarehouseCode;
use crate::records::{Grant, Role, Session, SessionKind, User};

pub(super) fn user_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::UserSet) {
    let id = UserId(id16(&set.id));
    let before = books.user(&id);
    let mut user = before.clone().unwrap_or_else(|| unset(id, meta));
    change(&mut user, set, meta.stamp);
    user.version = user.version.next();
    let old = before.map(|user| (user.username.to_lowercase(), user.email.to_lowercase()));
    let changes = books.changes_mut();
    if let Some((username, email)) = old {
        changes.usernames.insert(username, None);
        if !email.is_empty() {
            changes.emails.insert(email, None);
        }
    }
    changes.usernames.insert(user.username.to_lowercase(), Some(id));
    if !user.email.is_empty() {
        changes.emails.insert(user.email.to_lowercase(), Some(id));
    }
    changes.users.insert(id, user);
}

fn unset(id: UserId, meta: &Meta) -> User {
    User {
        id,
        username: String::new(),
        email: String::new(),
        full_name: String::new(),
        password_hash: String::new(),
        must_change_password: false,
        disabled: false,
        grants: Vec::new(),
        version: Version(0),
        created: meta.stamp,
        tokens_void_until: Stamp(0),
    }
}

fn change(user: &mut User, set: &body::UserSet, stamp: Stamp) {
    let is_new = user.version == Version(0);
    if let Some(username) = &set.username {
        user.username.clone_from(username);
    }
    if let Some(email) = &set.email {
        user.email.clone_from(email);
    }
    if let Some(full_name) = &set.full_name {
        user.full_name.clone_from(full_name);
    }
    if let Some(hash) = &set.password_hash {
        user.password_hash.clone_from(hash);
        if !is_new {
            user.tokens_void_until = stamp;
        }
    }
    if let Some(must_change) = set.must_change_password {
        user.must_change_password = must_change;
    }
    if let Some(disabled) = set.disabled {
        user.disabled = disabled;
        if disabled {
            user.tokens_void_until = stamp;
        }
    }
    if let Some(grants) = &set.grants {
        user.grants = grants.grants.iter().map(grant).collect();
    }
}

fn grant(set: &body::GrantSet) -> Grant {
    let role = match set.role {
        4 => Role::Admin,
        3 => Role::Manager,
        2 => Role::Operator,
        _ => Role::Viewer,
    };
    Grant { role, warehouses: set.warehouses.iter().map(|code| WarehouseCode::recorded(code)).collect() }
}

pub(super) fn session_opened<S: Source>(books: &mut Books<S>, meta: &Meta, opened: &body::SessionOpened) {
    let id = SessionId(id16(&opened.id));
    let session = Session {
        id,
        user: UserId(id16(&opened.user)),
        kind: if opened.token { SessionKind::Token } else { SessionKind::Login },
        label: opened.label.clone(),
        opened: meta.stamp,
        expires: Millis(opened.expires),
        closed: false,
    };
    books.changes_mut().sessions.insert(id, session);
}

pub(super) fn session_closed<S: Source>(books: &mut Books<S>, closed: &body::SessionClosed) {
    let id = SessionId(id16(&closed.id));
    if let Some(mut session) = books.session(&id) {
        session.closed = true;
        books.changes_mut().sessions.insert(id, session);
    }
}

pub(super) fn founded<S: Source>(books: &mut Books<S>, founded: &body::Founded) {
    books.changes_mut().company = Some(id16(&founded.company));
}

pub(super) fn key_published<S: Source>(books: &mut Books<S>, meta: &Meta, published: &body::KeyPublished) {
    if let Ok(key) = published.public_key.as_slice().try_into() {
        books.changes_mut().keys.insert(meta.id.node.to_string(), key);
    }
}
