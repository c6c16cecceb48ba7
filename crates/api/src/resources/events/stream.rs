//! Following the logs for one reader: pulled by the connection, so a slow reader holds nothing but their own place.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use acopio_contract::News;
use acopio_contract::query::{Access, Entries, EntryRow, UserById};
use acopio_ledger::ids::{Positions, UserId};
use axum::response::sse::Event;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::timeout;

use super::event;
use super::position::is_known;
use crate::auth::{Session, now};
use crate::problem::Problem;

/// How many entries are read at once.
const ENTRIES_AT_ONCE: usize = 500;
/// How many names of actors are remembered.
const NAMES_MAX: usize = 1_000;
/// How often a quiet stream looks whether its session has ended by itself.
const LOOK_INTERVAL: Duration = Duration::from_secs(15);

/// One reader of the events.
pub(super) struct Follower {
    session: Session,
    news: watch::Receiver<News>,
    draining: watch::Receiver<bool>,
    /// Given back when the stream ends.
    _place: OwnedSemaphorePermit,
    /// How far each log was told of, or passed over.
    seen: Positions,
    /// What was read and not sent yet.
    pending: VecDeque<EntryRow>,
    /// What [`News::people`] was when the session was last looked at.
    people: u64,
    names: HashMap<UserId, Option<String>>,
    /// Whether the reader must be told that their position is none of these logs.
    reset: bool,
}

impl Follower {
    /// A reader who has seen the logs up to a position, or wants what comes after all that is known.
    pub(super) fn new(
        session: Session,
        news: watch::Receiver<News>,
        place: OwnedSemaphorePermit,
        asked: Option<Positions>,
        known: Positions,
    ) -> Follower {
        let node = &session.app.config.node;
        let (seen, reset) = match asked {
            None => (known, false),
            Some(asked) if is_known(&asked, node, &known) => (asked, false),
            Some(_) => (known, true),
        };
        let people = news.borrow().people;
        Follower {
            people,
            draining: session.app.draining.subscribe(),
            session,
            news,
            _place: place,
            seen,
            pending: VecDeque::new(),
            names: HashMap::new(),
            reset,
        }
    }

    /// The next event; nothing when the stream is over.
    pub(super) async fn next(&mut self) -> Option<Event> {
        // A problem was logged where it arose; the reader connects again and goes on from there.
        self.follow().await.unwrap_or(None)
    }

    async fn follow(&mut self) -> Result<Option<Event>, Problem> {
        if std::mem::take(&mut self.reset) {
            return Ok(Some(Event::default().id(self.seen.to_string()).event("reset").data("{}")));
        }
        loop {
            if !self.may_go_on().await? {
                return Ok(None);
            }
            while let Some(row) = self.pending.pop_front() {
                self.seen.set(&row.id.node, row.id.seq);
                if let Some(event) = self.event(&row).await? {
                    return Ok(Some(event));
                }
            }
            if !self.read_on().await? && !self.wait().await {
                return Ok(None);
            }
        }
    }

    /// Whether the session is still good. Looked up again only when something about people has changed.
    async fn may_go_on(&mut self) -> Result<bool, Problem> {
        if self.session.identity.expires <= now() || *self.draining.borrow() {
            return Ok(false);
        }
        let people = self.news.borrow().people;
        if people == self.people {
            return Ok(true);
        }
        self.people = people;
        let access = self.session.app.ask(Access { session: self.session.identity.session }).await?;
        let identity = &self.session.identity;
        Ok(access.is_some_and(|access| {
            let is_good = !access.session.closed && !access.user.is_disabled();
            // Whoever has other rights now connects again, and is confined by them.
            is_good
                && access.user.tokens_void_until < access.session.opened
                && access.user.grants == identity.principal.grants
        }))
    }

    /// Reads what came after; false when nothing did.
    async fn read_on(&mut self) -> Result<bool, Problem> {
        let after = self.seen.clone();
        let rows = self.session.ask(Entries { after, limit: ENTRIES_AT_ONCE }).await?;
        self.pending = rows.into();
        Ok(!self.pending.is_empty())
    }

    /// Waits until there may be something new; false when there never will be.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            // Time alone is a reason to look, too: sessions end by themselves.
            changed = timeout(LOOK_INTERVAL, self.news.changed()) => changed.map_or(true, |news| news.is_ok()),
            _ = self.draining.changed() => false,
        }
    }

    async fn event(&mut self, row: &EntryRow) -> Result<Option<Event>, Problem> {
        if !event::concerns(row, &self.session.identity) {
            return Ok(None);
        }
        let actor = self.name_of(row.actor).await?;
        let Some((name, data)) = event::of(row, actor.as_deref(), &self.session.identity) else {
            return Ok(None);
        };
        let event = Event::default().id(self.seen.to_string()).event(name);
        event.json_data(data).map(Some).map_err(Problem::internal)
    }

    async fn name_of(&mut self, user: UserId) -> Result<Option<String>, Problem> {
        if let Some(name) = self.names.get(&user) {
            return Ok(name.clone());
        }
        let name = self.session.app.ask(UserById { id: user }).await?.map(|user| user.username);
        if NAMES_MAX <= self.names.len() {
            self.names.clear();
        }
        self.names.insert(user, name.clone());
        Ok(name)
    }
}
