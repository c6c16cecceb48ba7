//! What all handlers share.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::{Ask, ask};
use acopio_contract::{Inventory, News, WAIT_DEFAULT};
use acopio_ledger::command::Command;
use acopio_ledger::ids::{CommandId, Millis, UserId};
use acopio_ledger::{Cause, Submission};
use tokio::sync::{Semaphore, watch};

use crate::auth::passwords::Passwords;
use crate::auth::{Done, Identities, LoginLimits, NotDone, Signer, now};
use crate::config::ApiConfig;
use crate::exports::EXPORTS_MAX;
use crate::extract::{Key, Patience};
use crate::imports::Imports;
use crate::observe::Metrics;
use crate::problem::Problem;
use crate::resources::STATEMENTS_MAX;

/// How many callers may follow the events at the same time.
const EVENT_STREAMS_MAX: usize = 1_000;

/// The shared state; a copy costs one count.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// See [`App`].
pub(crate) struct Shared {
    pub(crate) inventory: Arc<dyn Inventory>,
    pub(crate) config: ApiConfig,
    pub(crate) signer: Signer,
    pub(crate) identities: Identities,
    pub(crate) passwords: Passwords,
    pub(crate) login_limits: LoginLimits,
    pub(crate) metrics: Metrics,
    pub(crate) news: watch::Receiver<News>,
    pub(crate) event_streams: Arc<Semaphore>,
    pub(crate) imports: Imports,
    /// The places for statements that look into the database.
    pub(crate) statements: Arc<Semaphore>,
    /// The places for files that are being made.
    pub(crate) exports: Arc<Semaphore>,
    /// Becomes true when the server is to end, so that streams without an end do.
    pub(crate) draining: watch::Sender<bool>,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    pub(crate) fn new(inventory: Arc<dyn Inventory>, config: ApiConfig, metrics: Metrics) -> App {
        App(Arc::new(Shared {
            signer: Signer::new(&config.signing_key),
            news: inventory.watch(),
            imports: Imports::load(config.staging.join("imports"), Arc::clone(&inventory)),
            statements: Arc::new(Semaphore::new(STATEMENTS_MAX)),
            exports: Arc::new(Semaphore::new(EXPORTS_MAX)),
            inventory,
            config,
            identities: Identities::default(),
            passwords: Passwords::new(),
            login_limits: LoginLimits::new(),
            metrics,
            event_streams: Arc::new(Semaphore::new(EVENT_STREAMS_MAX)),
            draining: watch::Sender::new(false),
        }))
    }

    /// Answers a query without asking who wants to know: for what the server itself needs.
    ///
    /// # Errors
    ///
    /// When storage fails.
    pub(crate) async fn ask<Q: Ask>(&self, query: Q) -> Result<Q::Answer, Problem> {
        Ok(ask(&*self.inventory, query).await?)
    }

    /// Executes a command without asking whether the user may: for the guard, and for logging in.
    ///
    /// # Errors
    ///
    /// When it was not decided, or not yet.
    pub(crate) async fn submit(&self, user: UserId, key: Key, command: Command) -> Result<Done, NotDone> {
        self.submit_within(Patience::default(), user, key, None, command).await
    }

    /// The same, waiting for another node no longer than the caller does; `cause` is what the command follows from.
    ///
    /// # Errors
    ///
    /// As [`App::submit`].
    pub(crate) async fn submit_within(
        &self,
        patience: Patience,
        user: UserId,
        key: Key,
        cause: Option<Cause>,
        command: Command,
    ) -> Result<Done, NotDone> {
        let ends_sessions = matches!(command, Command::ChangeUser(_) | Command::CloseSession(_));
        let id = CommandId { user, key: key.0.clone() };
        let wait = patience.wait.unwrap_or(WAIT_DEFAULT);
        let expires = patience.expires_in.map(|span| Millis(now().0.saturating_add(millis(span))));
        let submission = Submission { id, cause, command, expires, place: None };
        let receipt = self.inventory.submit_within(submission, wait).await;
        if ends_sessions {
            self.identities.forget();
        }
        match receipt {
            Ok(receipt) => Ok(Done::new(receipt, key)),
            Err(error) => Err(NotDone::of(error, key)),
        }
    }
}

fn millis(span: Duration) -> i64 {
    span.as_millis().try_into().unwrap_or(i64::MAX)
}
