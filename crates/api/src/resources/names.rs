//! The login names of people, each looked up once for an answer.

use std::collections::BTreeMap;

use acopio_contract::query::UserById;
use acopio_ledger::ids::UserId;

use crate::auth::Session;
use crate::problem::Problem;

/// Names that were looked up.
pub(super) struct Names<'a> {
    session: &'a Session,
    known: BTreeMap<UserId, Option<String>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(session: &'a Session) -> Names<'a> {
        Names { session, known: BTreeMap::new() }
    }

    /// The login name of a user; nothing when it is not known here.
    ///
    /// # Errors
    ///
    /// When storage fails.
    pub(super) async fn of(&mut self, user: UserId) -> Result<Option<String>, Problem> {
        if let Some(name) = self.known.get(&user) {
            return Ok(name.clone());
        }
        let name = self.session.app.ask(UserById { id: user }).await?.map(|user| user.username);
        self.known.insert(user, name.clone());
        Ok(name)
    }
}
