//! What people do with their own user, even when their password must be changed first.

use acopio_contract::query::UserById;
use acopio_ledger::command::{ChangeUser, Command, UserPatch};
use acopio_ledger::records::User;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::request::check_password;
use super::view::UserView;
use crate::auth::{AnySession, NotDone, Session, tagged};
use crate::extract::{JsonBody, Key};
use crate::problem::Problem;
use crate::resources::sessions::{Peer, SessionOpened, open_login};

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    /// The present password.
    #[schema(min_length = 1, max_length = 200)]
    current: String,
    /// The new password: 10 to 200 characters, not the username.
    #[schema(min_length = 10, max_length = 200)]
    new: String,
}

/// Shows oneself
#[utoipa::path(
    get, path = "/v1/users/me", tag = "users",
    responses((status = 200, body = UserView), (status = 304)),
)]
pub(super) async fn get_own_user(
    AnySession(session): AnySession,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let user = own(&session).await?;
    Ok(tagged(&headers, user.version, &UserView::from(user)))
}

/// Changes one's password
///
/// Ends all of one's sessions and tokens, and answers a new session.
#[utoipa::path(
    post, path = "/v1/users/me/password", tag = "users",
    request_body = PasswordChange,
    responses((status = 201, body = SessionOpened)),
)]
pub(super) async fn change_own_password(
    AnySession(session): AnySession,
    Peer(address): Peer,
    headers: HeaderMap,
    JsonBody(request): JsonBody<PasswordChange>,
) -> Result<Response, NotDone> {
    let user = own(&session).await?;
    let app = &session.app;
    // Who has found an open browser must not try passwords without end.
    app.login_limits.count(&user.username, address)?;
    if !app.passwords.is_right(request.current, Some(user.password_hash.clone())).await? {
        app.metrics.count_login_failure();
        let rule = "must be the present password";
        return Err(Problem::invalid("wrong_password", "current", "another password", rule).into());
    }
    app.login_limits.forgive(&user.username, address);
    check_password("new", &user.username, &request.new)?;
    let patch = UserPatch {
        password_hash: Some(app.passwords.hash(request.new).await?),
        must_change_password: Some(false),
        ..UserPatch::default()
    };
    let change = ChangeUser { id: user.id, patch, expected: Some(user.version) };
    session.submit(Key::fresh(), Command::ChangeUser(change)).await?;
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    open_login(app, Key::fresh(), own(&session).await?, agent).await
}

async fn own(session: &Session) -> Result<User, Problem> {
    let id = session.identity.principal.user;
    session.ask(UserById { id }).await?.ok_or_else(|| Problem::not_found("user", id))
}
