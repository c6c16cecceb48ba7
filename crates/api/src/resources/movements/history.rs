//! The history of movements.

use acopio_contract::query::{HistoryTime, Movement, Movements, UserByName};
use acopio_ledger::entry::Kind;
use acopio_ledger::ids::UserId;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{KindName, MovementView};
use crate::auth::{Session, json};
use crate::extract::{Params, PathText, record_id};
use crate::problem::Problem;
use crate::wire::{CodeText, Items, LineText, SkuText, Time, WordsText, page};

/// Filters of the history; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MovementFilter {
    /// Where.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Of what.
    #[param(inline)]
    sku: Option<SkuText>,
    /// Of which kind.
    #[param(inline, value_type = Option<KindName>)]
    kind: Option<Kind>,
    /// By whom: a username or the id of a user.
    #[param(inline)]
    actor: Option<WordsText>,
    /// With exactly this reference.
    #[param(inline)]
    reference: Option<LineText>,
    /// At or after this time.
    #[param(inline)]
    from: Option<Time>,
    /// Before this time.
    #[param(inline)]
    to: Option<Time>,
    /// Which time `from` and `to` mean: when it was recorded (the default), or when the goods moved.
    #[param(inline)]
    time: Option<TimeName>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Which time of a movement counts.
#[derive(Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TimeName {
    /// When it was recorded.
    Recorded,
    /// When the goods moved.
    Occurred,
}

impl MovementFilter {
    /// The query; nothing when it can have no answer, as the actor is unknown.
    ///
    /// # Errors
    ///
    /// When a filter is out of range.
    pub(crate) async fn into_query(self, session: &Session) -> Result<Option<Movements>, Problem> {
        let actor = match &self.actor {
            Some(actor) => match user_id(session, &actor.0.0).await? {
                Some(id) => Some(id),
                None => return Ok(None),
            },
            None => None,
        };
        Ok(Some(Movements {
            warehouse: self.warehouse.map(|code| code.0),
            sku: self.sku.map(|sku| sku.0),
            kind: self.kind,
            actor,
            reference: self.reference.map(|line| line.0.to_string()),
            from: self.from.map(|time| time.0),
            to: self.to.map(|time| time.0),
            time: match self.time {
                Some(TimeName::Occurred) => HistoryTime::Occurred,
                Some(TimeName::Recorded) | None => HistoryTime::Recorded,
            },
            scope: None,
            page: page(self.limit, self.cursor)?,
        }))
    }
}

/// The user whom a filter names, by login name or id; nothing when there is none.
///
/// # Errors
///
/// When storage fails.
pub(crate) async fn user_id(session: &Session, actor: &str) -> Result<Option<UserId>, Problem> {
    if let Ok(id) = actor.parse() {
        return Ok(Some(id));
    }
    let user = session.ask(UserByName { username: actor.to_owned() }).await?;
    Ok(user.map(|user| user.id))
}

/// Lists movements, newest first
#[utoipa::path(
    get, path = "/v1/movements", tag = "movements", params(MovementFilter),
    responses((status = 200, body = Items<MovementView>)),
)]
pub(super) async fn list_movements(
    session: Session,
    Params(filter): Params<MovementFilter>,
) -> Result<Response, Problem> {
    let items = match filter.into_query(&session).await? {
        Some(query) => Items::of(session.ask(query).await?, MovementView::from),
        None => Items::all(Vec::new()),
    };
    Ok(json(StatusCode::OK, &items))
}

/// Shows a movement
#[utoipa::path(
    get, path = "/v1/movements/{id}", tag = "movements", params(("id" = String, Path)),
    responses((status = 200, body = MovementView)),
)]
pub(super) async fn get_movement(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    let row = session.ask(Movement { id: record_id("movement", &id)? }).await?;
    let row = row.ok_or_else(|| Problem::not_found("movement", &id))?;
    Ok(json(StatusCode::OK, &MovementView::from(row)))
}
