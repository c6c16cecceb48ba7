//! Folds what happens to users, sessions and the company.

use super::{Meta, id16};
use crate::body;
use crate::books::{Books, Source};
use crate::ids::{Millis, SessionId, Stamp, UserId, Version};
use crate::names::WarehouseCode;
use crate::records::{Grant, Role, Session, SessionKind, User};
use crate::writes::{Fields, Writes};

pub(super) fn user_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::UserSet) {
    let id = UserId(id16(&set.id));
    let before = books.user(&id);
    let mut user = before.clone().unwrap_or_else(|| unset(id, meta));
    change(&mut user, meta, set);
    user.created = user.created.min(meta.stamp);
    user.version = user.version.next();
    let changes = books.changes_mut();
    for (named, id) in before.iter().map(|user| (user, None)).chain([(&user, Some(id))]) {
        // What no log has said so far is nobody's name.
        let given = |text: &str| (!text.is_empty()).then(|| text.to_lowercase());
        changes.usernames.extend(given(&named.username).map(|name| (name, id)));
        changes.emails.extend(given(&named.email).map(|email| (email, id)));
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
        writes: Writes::default(),
    }
}

/// The fields of a user, as bits.
mod field {
    use crate::writes::Fields;

    pub(super) const USERNAME: Fields = 1;
    pub(super) const EMAIL: Fields = 1 << 1;
    pub(super) const FULL_NAME: Fields = 1 << 2;
    pub(super) const PASSWORD: Fields = 1 << 3;
    pub(super) const MUST_CHANGE: Fields = 1 << 4;
    pub(super) const DISABLED: Fields = 1 << 5;
    pub(super) const GRANTS: Fields = 1 << 6;
}

/// Which fields an entry sets.
fn fields(set: &body::UserSet) -> Fields {
    let bit = |is_set: bool, field: Fields| if is_set { field } else { 0 };
    bit(set.username.is_some(), field::USERNAME)
        | bit(set.email.is_some(), field::EMAIL)
        | bit(set.full_name.is_some(), field::FULL_NAME)
        | bit(set.password_hash.is_some(), field::PASSWORD)
        | bit(set.must_change_password.is_some(), field::MUST_CHANGE)
        | bit(set.disabled.is_some(), field::DISABLED)
        | bit(set.grants.is_some(), field::GRANTS)
}

/// The last write of a field counts. Tokens are void from every change of the password or disabling on, whichever
/// counts in the end.
fn change(user: &mut User, meta: &Meta, set: &body::UserSet) {
    let won = user.writes.take_last(&meta.write(), fields(set));
    if let (Some(username), true) = (&set.username, won & field::USERNAME != 0) {
        user.username.clone_from(username);
    }
    if let (Some(email), true) = (&set.email, won & field::EMAIL != 0) {
        user.email.clone_from(email);
    }
    if let (Some(full_name), true) = (&set.full_name, won & field::FULL_NAME != 0) {
        user.full_name.clone_from(full_name);
    }
    if let (Some(hash), true) = (&set.password_hash, won & field::PASSWORD != 0) {
        user.password_hash.clone_from(hash);
    }
    if let (Some(must_change), true) = (set.must_change_password, won & field::MUST_CHANGE != 0) {
        user.must_change_password = must_change;
    }
    if let (Some(disabled), true) = (set.disabled, won & field::DISABLED != 0) {
        user.disabled = disabled;
    }
    if let (Some(grants), true) = (&set.grants, won & field::GRANTS != 0) {
        user.grants = grants.grants.iter().map(grant).collect();
    }
    if set.password_hash.is_some() || set.disabled == Some(true) {
        user.tokens_void_until = user.tokens_void_until.max(meta.stamp);
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
