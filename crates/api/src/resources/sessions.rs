//! `/v1/sessions`: logging in and out.

use std::net::{IpAddr, SocketAddr};

use acopio_contract::query::{SessionById, Sessions, UserByName};
use acopio_ledger::command::{CloseSession, Command, OpenSession};
use acopio_ledger::ids::{Millis, SessionId};
use acopio_ledger::records::{SessionKind, User};
use acopio_ledger::{Body, Record, records};
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::users::UserView;
use crate::app::App;
use crate::auth::{AnySession, Claims, Done, NotDone, Session, cookie, json, now};
use crate::extract::{JsonBody, Key, KeyParam, Params, PathText, record_id};
use crate::problem::Problem;
use crate::wire::{Items, TimeText, page};

/// How long a login lasts.
const LOGIN_MS: i64 = 12 * 60 * 60 * 1_000;
const LABEL_CHARS_MAX: usize = 200;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_sessions, log_in))
        .routes(routes!(log_out))
        .routes(routes!(end_session))
}

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginRequest {
    /// The login name, in any case.
    #[schema(min_length = 1, max_length = 200)]
    username: String,
    /// The password.
    #[schema(min_length = 1, max_length = 200)]
    password: String,
}

/// A session that was opened.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionOpened {
    /// The bearer token, also set as a cookie.
    token: String,
    /// When it ends by itself.
    expires_at: TimeText,
    /// Whose it is.
    user: UserView,
}

/// A session or token.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    /// Its permanent id.
    #[schema(value_type = String, format = "uuid")]
    id: SessionId,
    /// What it is called: the program's purpose, or the browser.
    label: String,
    /// When it was opened.
    opened_at: TimeText,
    /// When it ends by itself.
    expires_at: TimeText,
    /// Whether it was ended by hand.
    closed: bool,
    /// Whether this request was made with it.
    current: bool,
}

impl SessionView {
    /// A session as somebody sees it.
    pub(crate) fn new(session: records::Session, current: SessionId) -> SessionView {
        SessionView {
            id: session.id,
            label: session.label,
            opened_at: TimeText(session.opened.millis()),
            expires_at: TimeText(session.expires),
            closed: session.closed,
            current: session.id == current,
        }
    }
}

/// The address that a request comes from, where the server knows it.
pub(crate) struct Peer(pub(crate) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Ok(Peer(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())))
    }
}

/// Logs in
///
/// Answers a bearer token for 12 hours and sets it as a cookie for browsers. Failures are limited by username and by
/// address: 429.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", params(KeyParam), security(()),
    request_body = LoginRequest,
    responses((status = 201, body = SessionOpened)),
)]
async fn log_in(
    State(app): State<App>,
    Peer(address): Peer,
    key: Key,
    headers: HeaderMap,
    JsonBody(request): JsonBody<LoginRequest>,
) -> Result<Response, NotDone> {
    if cookie::comes_from_us(&headers) == Some(false) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "csrf", "no other site may log in here").into());
    }
    app.login_limits.count(&request.username, address)?;
    let Some(user) = credited(&app, &request).await? else {
        app.metrics.count_login_failure();
        return Err(Problem::unauthenticated("username or password is wrong").into());
    };
    app.login_limits.forgive(&request.username, address);
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    open_login(&app, key, user, agent).await
}

/// The user whose password it is, unless disabled.
async fn credited(app: &App, request: &LoginRequest) -> Result<Option<User>, Problem> {
    let user = app.ask(UserByName { username: request.username.clone() }).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let is_right = app.passwords.is_right(request.password.clone(), hash).await?;
    Ok(user.filter(|user| is_right && !user.is_disabled()))
}

/// Opens a login session and answers its token, in the body and as a cookie.
///
/// # Errors
///
/// When it was not decided.
pub(crate) async fn open_login(app: &App, key: Key, user: User, label: &str) -> Result<Response, NotDone> {
    let open = OpenSession {
        id: SessionId(*Uuid::now_v7().as_bytes()),
        user: user.id,
        kind: SessionKind::Login,
        label: label.chars().filter(|c| !c.is_control()).take(LABEL_CHARS_MAX).collect(),
        expires: Millis(now().0 + LOGIN_MS),
    };
    let done = app.submit(user.id, key, Command::OpenSession(open)).await?.or_refusal()?;
    let (token, expires) = token_of(app, &done)?;
    let cookie = cookie::set(&token, (expires.0 - now().0) / 1_000, app.config.https);
    let opened = SessionOpened { token, expires_at: TimeText(expires), user: UserView::from(user) };
    let mut response = done.answer(StatusCode::CREATED, &opened);
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// The token of a session that was opened, and when it ends: the same for ever, for they follow from the record.
///
/// # Errors
///
/// When the record has no session: a fault of ours.
pub(crate) fn token_of(app: &App, done: &Done) -> Result<(String, Millis), Problem> {
    let record: &Record = done.record();
    let opened = record.entries.iter().find_map(|entry| match &entry.body {
        Body::SessionOpened(opened) => Some(opened),
        _ => None,
    });
    let opened = opened.ok_or_else(|| Problem::internal("a session's record has none"))?;
    let id = <[u8; 16]>::try_from(opened.id.as_slice())
        .map_err(|_| Problem::internal("a session's id is broken"))?;
    let expires = Millis(opened.expires);
    let node = app.config.node.to_string();
    let claims = Claims { session: SessionId(id), user: record.command.user, node, expires };
    Ok((app.signer.sign(&claims), expires))
}

/// Logs out
#[utoipa::path(delete, path = "/v1/sessions/current", tag = "sessions", responses((status = 204)))]
async fn log_out(AnySession(session): AnySession) -> Result<Response, NotDone> {
    let close = CloseSession { id: session.identity.session };
    let done = session.submit(Key::fresh(), Command::CloseSession(close)).await?;
    let mut response = done.no_content();
    response.headers_mut().insert(SET_COOKIE, cookie::clear(session.app.config.https));
    Ok(response)
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageFilter {
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub(crate) limit: Option<u64>,
    /// Where the page before ended.
    pub(crate) cursor: Option<String>,
}

/// Lists one's own logins, newest first
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", params(PageFilter),
    responses((status = 200, body = Items<SessionView>)),
)]
async fn list_sessions(session: Session, Params(filter): Params<PageFilter>) -> Result<Response, Problem> {
    own_sessions(&session, false, filter).await
}

/// One's own logins, or API tokens.
pub(crate) async fn own_sessions(
    session: &Session,
    tokens: bool,
    filter: PageFilter,
) -> Result<Response, Problem> {
    let user = session.identity.principal.user;
    let query = Sessions { user, tokens: Some(tokens), page: page(filter.limit, filter.cursor)? };
    let page = session.ask(query).await?;
    let current = session.identity.session;
    Ok(json(StatusCode::OK, &Items::of(page, |row| SessionView::new(row, current))))
}

/// Ends a login; an administrator may end those of others
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", params(("id" = String, Path)),
    responses((status = 204)),
)]
async fn end_session(session: Session, PathText(id): PathText) -> Result<Response, NotDone> {
    close(&session, SessionKind::Login, &id).await
}

/// Ends a login or an API token that this user may see.
///
/// # Errors
///
/// 404 when they may not.
pub(crate) async fn close(session: &Session, kind: SessionKind, id: &str) -> Result<Response, NotDone> {
    let what = match kind {
        SessionKind::Login => "session",
        SessionKind::Token => "token",
    };
    let id: SessionId = record_id(what, id)?;
    let found = session.ask(SessionById { id }).await?.filter(|found| found.kind == kind);
    found.ok_or_else(|| Problem::not_found(what, id))?;
    let done = session.submit(Key::fresh(), Command::CloseSession(CloseSession { id })).await?;
    Ok(done.no_content())
}
