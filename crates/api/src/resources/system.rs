//! How the server is: `/health`, `/ready`, `/metrics`.

use std::net::IpAddr;

use acopio_contract::query::{Cluster, ClusterView, NodeState, NodeStatus, Status};
use acopio_ledger::records::Role;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, FORWARDED};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sessions::Peer;
use crate::app::App;
use crate::auth::{Session, json};
use crate::extract::accepts;
use crate::observe::Gauges;
use crate::problem::Problem;
use crate::wire::StampText;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(get_health))
        .routes(routes!(get_ready))
        .routes(routes!(get_metrics))
}

/// That the server answers, and which node it is.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// The node that answered.
    node: String,
    /// The version of the program.
    version: &'static str,
}

/// That the node takes commands.
#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready`.
    status: &'static str,
    /// The node that answered.
    node: String,
    /// How often its log was reopened after a wipe or a restore.
    incarnation: u32,
    /// The last position of its log.
    head: u64,
    /// When that was recorded.
    stamp: StampText,
    /// How many commands are waiting.
    waiting: usize,
}

/// Says that the server answers, and which node it is
///
/// As JSON, or as a line of text for those who ask for `text/plain`.
#[utoipa::path(
    get, path = "/health", tag = "system", security(()),
    responses((status = 200, content((Health = "application/json"), (String = "text/plain")))),
)]
async fn get_health(State(app): State<App>, headers: HeaderMap) -> Response {
    let node = app.config.node.to_string();
    if accepts(&headers, "text/plain") {
        return text("text/plain; charset=utf-8", format!("ok {node}\n"));
    }
    json(StatusCode::OK, &Health { status: "ok", node, version: env!("CARGO_PKG_VERSION") })
}

/// Says whether the node takes commands
///
/// 503 when it has stopped writing, is still getting the company's logs, or is about to end.
#[utoipa::path(
    get, path = "/ready", tag = "system", security(()),
    responses((status = 200, body = Ready)),
)]
async fn get_ready(State(app): State<App>) -> Result<Response, Problem> {
    let status = app.ask(Status).await?;
    let not_ready = |code, detail| Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail));
    if let Some(reason) = status.stopped {
        return not_ready("stopped", format!("the node has stopped writing: {reason}"));
    }
    if *app.draining.borrow() {
        return not_ready("draining", "the server is about to end".to_owned());
    }
    if let Some(progress) = filling(&app.ask(Cluster).await?) {
        return not_ready("filling", format!("the node is still getting the company's logs: {progress}"));
    }
    let ready = Ready {
        status: "ready",
        node: status.node.to_string(),
        incarnation: status.incarnation,
        head: status.head.0,
        stamp: StampText(status.stamp),
        waiting: status.waiting,
    };
    Ok(json(StatusCode::OK, &ready))
}

/// How far a node is that is still getting the company's logs; nothing when it is not.
fn filling(cluster: &ClusterView) -> Option<String> {
    let own = cluster.nodes.iter().find(|node| node.name == cluster.node)?;
    if own.state != NodeState::Filling {
        return None;
    }
    let known: u64 = cluster.logs.iter().map(|log| log.position.0).sum();
    let told: u64 = cluster.logs.iter().map(|log| log.head.0.max(log.position.0)).sum();
    Some(format!("{known} of {told} entries of {} logs", cluster.logs.len()))
}

/// Shows counts and times as Prometheus text
///
/// To callers on this machine, and to administrators.
#[utoipa::path(
    get, path = "/metrics", tag = "system", security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = String, content_type = "text/plain")),
)]
async fn get_metrics(
    State(app): State<App>,
    Peer(address): Peer,
    headers: HeaderMap,
    session: Option<Session>,
) -> Result<Response, Problem> {
    match session {
        Some(session) => session.identity.principal.need_everywhere(Role::Admin)?,
        None if is_local(address, &headers) => {}
        None => return Err(Problem::unauthenticated("metrics need an administrator's token from elsewhere")),
    }
    let status: NodeStatus = app.ask(Status).await?;
    let gauges = Gauges {
        node: status.node.to_string(),
        head: status.head.0,
        waiting: status.waiting,
        stopped: status.stopped.is_some(),
    };
    Ok(text("text/plain; version=0.0.4; charset=utf-8", app.metrics.render(&gauges)))
}

/// Whether the caller is on this machine itself, not behind a proxy on it.
fn is_local(address: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let is_forwarded = headers.contains_key(FORWARDED) || headers.contains_key("x-forwarded-for");
    address.is_some_and(|address| address.to_canonical().is_loopback()) && !is_forwarded
}

/// An answer in text.
pub(crate) fn text(content_type: &'static str, body: String) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
}
