//! Folds logins and API tokens. One may be ended on another node than the one that opened it, whose log may be folded
//! later: what is ended stays ended.

use super::{Meta, id16};
use crate::body;
use crate::books::{Books, Source};
use crate::ids::{Millis, SessionId, Stamp, UserId};
use crate::records::{Session, SessionKind};

pub(super) fn opened<S: Source>(books: &mut Books<S>, meta: &Meta, opened: &body::SessionOpened) {
    let id = SessionId(id16(&opened.id));
    let session = Session {
        id,
        user: UserId(id16(&opened.user)),
        kind: if opened.token { SessionKind::Token } else { SessionKind::Login },
        label: opened.label.clone(),
        opened: meta.stamp,
        expires: Millis(opened.expires),
        closed: books.session(&id).is_some_and(|known| known.closed),
    };
    books.changes_mut().sessions.insert(id, session);
}

pub(super) fn closed<S: Source>(books: &mut Books<S>, closed: &body::SessionClosed) {
    let id = SessionId(id16(&closed.id));
    let mut session = books.session(&id).unwrap_or_else(|| unknown(id));
    session.closed = true;
    books.changes_mut().sessions.insert(id, session);
}

/// A session of which nothing is known yet.
fn unknown(id: SessionId) -> Session {
    Session {
        id,
        user: UserId::default(),
        kind: SessionKind::Login,
        label: String::new(),
        opened: Stamp(0),
        expires: Millis(0),
        closed: false,
    }
}
