//! Proved identities, remembered by token until anything about people changes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use acopio_contract::access::Principal;
use acopio_contract::query::{Access, Scope, SigningKey, ask};
use acopio_ledger::ids::{Millis, SessionId};
use acopio_ledger::records::{Session, User};
use jiff::Timestamp;

use super::token::{self, Claims};
use crate::app::App;
use crate::problem::Problem;

/// How many tokens are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Somebody whose token is proved.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// Who, and what they may do.
    pub(crate) principal: Principal,
    /// Whose rows they may see.
    pub(crate) scope: Scope,
    /// Whether they may see cost.
    pub(crate) sees_cost: bool,
    /// The session that the token stands for.
    pub(crate) session: SessionId,
    /// When it ends by itself.
    pub(crate) expires: Millis,
    /// Whether the password must be changed before anything else.
    pub(crate) must_change_password: bool,
}

/// Proved identities by their tokens.
#[derive(Default)]
pub(crate) struct Identities {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// What [`acopio_contract::News::people`] was when these were proved.
    people: u64,
    /// Rises whenever all is forgotten, so that what was read before is not remembered after.
    epoch: u64,
    by_token: HashMap<Box<str>, Arc<Identity>>,
}

impl Identities {
    /// The identity of a token, when it was proved since `people` last changed.
    fn get(&self, token: &str, people: u64) -> Option<Arc<Identity>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.people == people { known.by_token.get(token).cloned() } else { None }
    }

    /// Forgets all. Who changes people through this server calls it before answering, for news come a moment later.
    pub(crate) fn forget(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.by_token.clear();
        known.epoch += 1;
    }

    fn epoch(&self) -> u64 {
        self.known.read().unwrap_or_else(PoisonError::into_inner).epoch
    }

    fn remember(&self, token: &str, identity: Arc<Identity>, people: u64, epoch: u64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.epoch != epoch {
            return;
        }
        if known.people != people || REMEMBERED_MAX <= known.by_token.len() {
            known.by_token.clear();
            known.people = people;
        }
        known.by_token.insert(token.into(), identity);
    }
}

impl App {
    /// Proves a token, or remembers that it was proved.
    ///
    /// # Errors
    ///
    /// 401 with the reason why it is not good.
    pub(crate) async fn identify(&self, token: &str) -> Result<Arc<Identity>, Problem> {
        let people = self.news.borrow().people;
        let identity = match self.identities.get(token, people) {
            Some(identity) => identity,
            None => {
                let epoch = self.identities.epoch();
                let identity = Arc::new(self.prove(token).await?);
                self.identities.remember(token, Arc::clone(&identity), people, epoch);
                identity
            }
        };
        if identity.expires <= now() {
            return Err(Problem::unauthenticated("the token has expired"));
        }
        Ok(identity)
    }

    async fn prove(&self, token: &str) -> Result<Identity, Problem> {
        let no_token = || Problem::unauthenticated("the token has not the form of one");
        let unproved = token::take_apart(token).ok_or_else(no_token)?;
        let node = &unproved.claims.node;
        let key = if *node == self.config.node.as_str() {
            Some(self.signer.public_key())
        } else {
            ask(&*self.inventory, SigningKey { node: node.clone() }).await?
        };
        let unknown = || Problem::unauthenticated("the token was issued by no node of this company");
        if !unproved.is_signed_by(&key.ok_or_else(unknown)?) {
            return Err(Problem::unauthenticated("the token's signature is wrong"));
        }
        let access = ask(&*self.inventory, Access { session: unproved.claims.session }).await?;
        let access = access.ok_or_else(|| Problem::unauthenticated("the token's session is unknown"))?;
        good(&unproved.claims, &access.session, &access.user)?;
        Ok(identity(access.session, access.user))
    }
}

/// Checks that the session is open, and that nothing has ended it.
fn good(claims: &Claims, session: &Session, user: &User) -> Result<(), Problem> {
    let fault = if claims.user != session.user || user.id != session.user {
        "the token is not its session's"
    } else if session.closed {
        "the session was ended"
    } else if user.is_disabled() {
        "the user is disabled"
    } else if session.opened <= user.tokens_void_until {
        "the password was changed or the user disabled since"
    } else {
        return Ok(());
    };
    Err(Problem::unauthenticated(fault))
}

fn identity(session: Session, user: User) -> Identity {
    let principal = Principal { user: user.id, username: user.username, grants: user.grants };
    Identity {
        scope: principal.scope(),
        sees_cost: principal.sees_cost(),
        session: session.id,
        expires: session.expires,
        must_change_password: user.must_change_password,
        principal,
    }
}

/// The wall-clock time.
pub(crate) fn now() -> Millis {
    Millis(Timestamp::now().as_millisecond())
}
