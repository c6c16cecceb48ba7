//! The guard: every handler gets a [`Session`] and asks through it. Nothing else reaches the inventory.

use std::sync::Arc;

use acopio_contract::query::{AlertById, Ask, HoldById, IsKnown, Movement, TransferById, VoidById};
use acopio_contract::{Manage, ManageError, Managed};
use acopio_ledger::Cause;
use acopio_ledger::command::Command;
use acopio_ledger::ids::{CommandId, EntryId};
use acopio_ledger::names::WarehouseCode;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::{Done, Identity, NotDone, cookie, reads};
use crate::app::App;
use crate::extract::{Key, Patience};
use crate::problem::Problem;

/// Somebody who may ask.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) app: App,
    pub(crate) identity: Arc<Identity>,
    /// How long they wait for other nodes.
    pub(crate) patience: Patience,
}

/// Somebody who may ask about themselves, even if their password must be changed first.
pub(crate) struct AnySession(pub(crate) Session);

impl FromRequestParts<App> for AnySession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let bearer = parts.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        let identity = match bearer {
            Some(bearer) => app.identify(bearer_token(bearer)?).await?,
            None => {
                let missing = || Problem::unauthenticated("a bearer token or a session cookie is needed");
                let identity = app.identify(cookie::token(&parts.headers).ok_or_else(missing)?).await?;
                cookie::check_origin(&parts.method, &parts.headers)?;
                identity
            }
        };
        let patience = Patience::read(&parts.headers)?;
        Ok(AnySession(Session { app: app.clone(), identity, patience }))
    }
}

fn bearer_token(header: &str) -> Result<&str, Problem> {
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Problem::unauthenticated("the Authorization header must be Bearer and a token")),
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let AnySession(session) =
            <AnySession as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if session.identity.must_change_password {
            let detail = "the password must be changed first: POST /v1/users/me/password";
            return Err(Problem::new(StatusCode::FORBIDDEN, "password_change_required", detail));
        }
        Ok(session)
    }
}

/// A session where there is one; a wrong token is refused all the same.
impl OptionalFromRequestParts<App> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        if !parts.headers.contains_key(AUTHORIZATION) && cookie::token(&parts.headers).is_none() {
            return Ok(None);
        }
        <Session as FromRequestParts<App>>::from_request_parts(parts, app).await.map(Some)
    }
}

impl Session {
    /// Executes a command as this user, once, if they may.
    ///
    /// # Errors
    ///
    /// When they may not, when the ledger refuses, or when it was not decided, or not yet.
    pub(crate) async fn submit(&self, key: Key, command: Command) -> Result<Done, NotDone> {
        let done = self.decide(key, command).await?;
        Ok(done.or_refusal()?)
    }

    /// The same, but a refusal is an outcome: for batches, whose lines are refused one by one.
    ///
    /// # Errors
    ///
    /// When they may not, or when it was not decided, or not yet.
    pub(crate) async fn decide(&self, key: Key, command: Command) -> Result<Done, NotDone> {
        let place = self.place(&command).await?;
        self.identity.principal.check(&command, place.as_ref())?;
        self.app.submit_within(self.patience, self.identity.principal.user, key, None, command).await
    }

    /// Whether this user has sent a command under that key before, and it is known here what it has led to: then it must be
    /// submitted whatever the state is by now.
    ///
    /// # Errors
    ///
    /// When storage fails.
    pub(crate) async fn is_known(&self, key: &Key) -> Result<bool, Problem> {
        let command = CommandId { user: self.identity.principal.user, key: key.0.clone() };
        self.ask(IsKnown { command }).await
    }

    /// Executes what follows from an entry that this user's command has led to. A refusal is an outcome.
    ///
    /// # Errors
    ///
    /// As [`Session::decide`].
    pub(crate) async fn follow(&self, cause: &EntryId, key: Key, command: Command) -> Result<Done, NotDone> {
        let place = self.place(&command).await?;
        self.identity.principal.check(&command, place.as_ref())?;
        let cause = Some(Cause::Entry(cause.clone()));
        self.app.submit_within(self.patience, self.identity.principal.user, key, cause, command).await
    }

    /// Does something about the cluster, if this user may.
    ///
    /// # Errors
    ///
    /// When they may not, or when it was not done.
    pub(crate) async fn manage(&self, manage: Manage) -> Result<Managed, Problem> {
        self.identity.principal.check_manage(&manage)?;
        Ok(self.app.inventory.manage(manage).await?)
    }

    /// The same, of what is a command that is known by its key.
    ///
    /// # Errors
    ///
    /// As [`Session::manage`], or when it may not be told yet what it has led to.
    pub(crate) async fn manage_once(&self, manage: Manage, key: &Key) -> Result<Managed, NotDone> {
        self.identity.principal.check_manage(&manage)?;
        match self.app.inventory.manage(manage).await {
            Ok(managed) => Ok(managed),
            Err(ManageError::Submit(error)) => Err(NotDone::of(error, key.clone())),
            Err(error) => Err(Problem::from(error).into()),
        }
    }

    /// The warehouses that a transfer goes from and to.
    async fn ends(&self, transfer: &EntryId) -> Result<Option<(WarehouseCode, WarehouseCode)>, Problem> {
        let transfer = self.app.ask(TransferById { id: transfer.clone() }).await?;
        Ok(transfer.map(|transfer| (transfer.from, transfer.to)))
    }

    /// The warehouse of a void record.
    async fn void(&self, void: &EntryId) -> Result<Option<WarehouseCode>, Problem> {
        let void = self.app.ask(VoidById { id: void.clone() }).await?;
        Ok(void.map(|void| void.warehouse))
    }

    /// The warehouse of the record that a command names by its id.
    async fn place(&self, command: &Command) -> Result<Option<WarehouseCode>, Problem> {
        Ok(match command {
            Command::Undo(undo) => {
                let movement = self.app.ask(Movement { id: undo.movement.clone() }).await?;
                movement.map(|row| row.moved.key.warehouse)
            }
            Command::Release(release) => {
                let hold = self.app.ask(HoldById { id: release.hold.clone() }).await?;
                hold.map(|hold| hold.key.warehouse)
            }
            Command::AcknowledgeAlert(acknowledge) => {
                let alert = self.app.ask(AlertById { id: acknowledge.alert.clone() }).await?;
                alert.map(|alert| alert.key.warehouse)
            }
            Command::SnoozeAlert(snooze) => {
                let alert = self.app.ask(AlertById { id: snooze.alert.clone() }).await?;
                alert.map(|alert| alert.key.warehouse)
            }
            Command::Repost(repost) => self.void(&repost.void).await?,
            Command::DiscardVoid(discard) => self.void(&discard.void).await?,
            Command::CancelTransfer(cancel) => self.ends(&cancel.transfer).await?.map(|(from, _)| from),
            Command::DispatchTransfer(dispatch) => self.ends(&dispatch.transfer).await?.map(|(from, _)| from),
            Command::ReceiveTransfer(receive) => self.ends(&receive.transfer).await?.map(|(_, to)| to),
            Command::SettleTransfer(settle) => self.ends(&settle.transfer).await?.map(|(_, to)| to),
            _ => None,
        })
    }

    /// Answers a query, as far as this user may know. Scopes are filled in here: what a handler writes there is lost.
    ///
    /// # Errors
    ///
    /// When they may not ask this, or storage fails.
    pub(crate) async fn ask<Q: Ask>(&self, query: Q) -> Result<Q::Answer, Problem> {
        let mut query = query.into_query();
        reads::confine(&mut query, &self.identity)?;
        let mut view = self.app.inventory.query(query).await?;
        reads::hide(&mut view, &self.identity);
        Q::from_view(view).ok_or_else(|| Problem::internal("a view does not answer its query"))
    }
}
