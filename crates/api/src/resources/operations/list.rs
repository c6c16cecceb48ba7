//! Lists and single operations; of one, its outcome can be waited for.

use std::time::Duration;

use acopio_contract::query::{Operation, OperationById, OperationState, Operations};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout_at};
use utoipa::IntoParams;

use super::view::{OperationStateName, OperationView};
use crate::auth::{Session, json};
use crate::extract::{Params, PathText, WaitParam};
use crate::problem::Problem;
use crate::resources::names::Names;
use crate::wire::{Items, page};

/// How long a waiting caller's operation is left alone after news, which may come by the thousand in a second.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// Filters of operations; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationFilter {
    /// How far they are; all if not said.
    #[param(inline)]
    state: Option<OperationStateName>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Lists operations, newest first
///
/// One's own; whoever is manager of all warehouses sees everybody's.
#[utoipa::path(
    get, path = "/v1/operations", tag = "operations", params(OperationFilter),
    responses((status = 200, body = Items<OperationView>)),
)]
pub(super) async fn list_operations(
    session: Session,
    Params(filter): Params<OperationFilter>,
) -> Result<Response, Problem> {
    let query = Operations {
        state: filter.state.map(OperationState::from),
        user: None,
        page: page(filter.limit, filter.cursor)?,
    };
    let page = session.ask(query).await?;
    let mut names = Names::new(&session);
    let mut items = Vec::with_capacity(page.items.len());
    for operation in page.items {
        let actor = names.of(operation.user).await?;
        items.push(OperationView::new(operation, actor)?);
    }
    Ok(json(StatusCode::OK, &Items { items, next_cursor: page.next }))
}

/// Shows an operation
///
/// With `Prefer: wait=N` the answer comes when the operation is no longer queued, or after N seconds. Of a batch there
/// is a result for each line.
#[utoipa::path(
    get, path = "/v1/operations/{id}", tag = "operations", params(("id" = String, Path), WaitParam),
    responses((status = 200, body = OperationView)),
)]
pub(super) async fn get_operation(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    let operation = settled(&session, &id).await?;
    let actor = Names::new(&session).of(operation.user).await?;
    Ok(json(StatusCode::OK, &OperationView::with_lines(operation, actor)?))
}

/// The operation once it is no longer queued, or as it is when the caller has waited long enough.
async fn settled(session: &Session, id: &str) -> Result<Operation, Problem> {
    let end = Instant::now() + session.patience.wait.unwrap_or_default();
    // Watched before the operation is read, so that nothing is missed in between.
    let mut news = session.app.inventory.watch();
    let mut draining = session.app.draining.subscribe();
    loop {
        let operation = session.ask(OperationById { id: id.to_owned() }).await?;
        let operation = operation.ok_or_else(|| Problem::not_found("operation", id))?;
        if operation.state != OperationState::Queued || *draining.borrow_and_update() {
            return Ok(operation);
        }
        let has_news = tokio::select! {
            changed = timeout_at(end, news.changed()) => matches!(changed, Ok(Ok(()))),
            _ = draining.changed() => true,
        };
        if !has_news {
            return Ok(operation);
        }
        sleep(LOOK_INTERVAL).await;
    }
}
