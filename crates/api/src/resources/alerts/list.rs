//! Showing alerts.

use acopio_contract::query::{AlertById, AlertFilter as Wanted, Alerts};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::view::{AlertView, view};
use crate::auth::{Session, json};
use crate::extract::{Params, PathText, record_id};
use crate::problem::Problem;
use crate::wire::{CodeText, Items, SkuText, page};

/// Filters of alerts; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertFilter {
    /// In which state; all if not said.
    #[param(inline)]
    state: Option<AlertFilterState>,
    /// Where.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Of what.
    #[param(inline)]
    sku: Option<SkuText>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// States of alerts that can be asked for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AlertFilterState {
    /// Nobody has seen to it.
    Open,
    /// Somebody sees to it.
    Acknowledged,
    /// It sleeps.
    Snoozed,
    /// It is over.
    Resolved,
    /// It is not over.
    Unresolved,
}

impl From<AlertFilterState> for Wanted {
    fn from(state: AlertFilterState) -> Wanted {
        match state {
            AlertFilterState::Open => Wanted::Open,
            AlertFilterState::Acknowledged => Wanted::Acknowledged,
            AlertFilterState::Snoozed => Wanted::Snoozed,
            AlertFilterState::Resolved => Wanted::Resolved,
            AlertFilterState::Unresolved => Wanted::Unresolved,
        }
    }
}

/// Lists alerts, newest first
#[utoipa::path(
    get, path = "/v1/alerts", tag = "alerts", params(AlertFilter),
    responses((status = 200, body = Items<AlertView>)),
)]
pub(super) async fn list_alerts(
    session: Session,
    Params(filter): Params<AlertFilter>,
) -> Result<Response, Problem> {
    let query = Alerts {
        state: filter.state.map(Wanted::from),
        warehouse: filter.warehouse.map(|code| code.0),
        sku: filter.sku.map(|sku| sku.0),
        scope: None,
        page: page(filter.limit, filter.cursor)?,
    };
    let page = session.ask(query).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for alert in page.items {
        items.push(view(&session, alert).await?);
    }
    Ok(json(StatusCode::OK, &Items { items, next_cursor: page.next }))
}

/// Shows an alert
#[utoipa::path(
    get, path = "/v1/alerts/{id}", tag = "alerts", params(("id" = String, Path)),
    responses((status = 200, body = AlertView)),
)]
pub(super) async fn get_alert(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    let alert = session.ask(AlertById { id: record_id("alert", &id)? }).await?;
    let alert = alert.ok_or_else(|| Problem::not_found("alert", &id))?;
    Ok(json(StatusCode::OK, &view(&session, alert).await?))
}
