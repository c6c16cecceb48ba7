//! `/v1/events`: what happens, as server-sent events. Ids are position vectors, so that a stream goes on where it
//! broke off.

mod event;
mod position;
mod stream;
mod transfer;

use std::convert::Infallible;

use acopio_contract::query::Status;
use acopio_ledger::records::Role;
use axum::http::HeaderMap;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::stream::Follower;
use crate::app::App;
use crate::auth::Session;
use crate::extract::Params;
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(follow_events))
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EventParams {
    /// The id of the last event that was seen, here or on another node, as `lon:1042,mad:77`: how far each node's log
    /// was seen. The header `Last-Event-ID` says the same. Without either, only what happens from now on is sent.
    #[param(max_length = 4000)]
    last_event_id: Option<String>,
}

/// Follows what happens
///
/// Server-sent events: `movement`, `hold`, `release`, `alert_raised`, `alert_resolved`, `alert_handled`,
/// `reorder_rule`, `product`, `category`, `warehouse`, `import`, `transfer` and `statement`, each with a JSON object as
/// data. Ends when the session does. An event `reset` says that the position asked for is none of these logs: read the lists again.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", params(EventParams),
    responses((status = 200, body = String, content_type = "text/event-stream")),
)]
async fn follow_events(
    session: Session,
    headers: HeaderMap,
    Params(params): Params<EventParams>,
) -> Result<Response, Problem> {
    session.identity.principal.need_somewhere(Role::Viewer)?;
    // Watched before the position is read, so that nothing is missed in between.
    let news = session.app.inventory.watch();
    let status = session.app.ask(Status).await?;
    let from_header =
        headers.get("last-event-id").map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    let asked = match from_header.or(params.last_event_id) {
        Some(text) => Some(position::read(&text, &status.node, &status.known)?),
        None => None,
    };
    let place = session.app.event_streams.clone().try_acquire_owned();
    let place = place.map_err(|_| Problem::busy("too many streams of events are open", 10))?;
    let follower = Follower::new(session, news, place, asked, status.known);
    let events = futures_util::stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
