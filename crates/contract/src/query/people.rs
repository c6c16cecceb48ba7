//! Queries about users and sessions.

use acopio_ledger::ids::{SessionId, UserId};
use acopio_ledger::records::{Session, User};

use super::PageRequest;

/// Users, by username.
#[derive(Clone, Debug)]
pub struct Users {
    /// Which part.
    pub page: PageRequest,
}

/// One user.
#[derive(Clone, Debug)]
pub struct UserById {
    /// The id.
    pub id: UserId,
}

/// The user of a login name.
#[derive(Clone, Debug)]
pub struct UserByName {
    /// The login name, in any case.
    pub username: String,
}

/// Sessions and tokens, newest first.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// Whose.
    pub user: UserId,
    /// API tokens only, or logins only; both if not said.
    pub tokens: Option<bool>,
    /// Which part.
    pub page: PageRequest,
}

/// One session or token.
#[derive(Clone, Debug)]
pub struct SessionById {
    /// The id.
    pub id: SessionId,
}

/// What decides whether a token is good: its session and its user.
#[derive(Clone, Debug)]
pub struct Access {
    /// The session that the token names.
    pub session: SessionId,
}

/// See [`Access`].
#[derive(Clone, Debug)]
pub struct AccessView {
    /// The session.
    pub session: Session,
    /// Its user.
    pub user: User,
}
