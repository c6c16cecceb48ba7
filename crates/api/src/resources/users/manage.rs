//! Keeping users: for administrators, and each person a little for themselves.

use acopio_contract::query::{UserById, Users};
use acopio_ledger::command::{ChangeUser, Command, NewUser, UserPatch};
use acopio_ledger::ids::{UserId, Version};
use acopio_ledger::records::{Role, User};
use acopio_ledger::{Body, Record};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::request::{UserChange, UserRequest};
use super::view::{GrantView, UserView};
use crate::auth::{NotDone, Session, json, tagged};
use crate::extract::{IfMatch, IfMatchParam, JsonBody, Key, KeyParam, Params, PathText, record_id};
use crate::problem::Problem;
use crate::resources::sessions::PageFilter;
use crate::wire::{Items, TimeText, page};

/// Lists users, by username
#[utoipa::path(
    get, path = "/v1/users", tag = "users", params(PageFilter),
    responses((status = 200, body = Items<UserView>)),
)]
pub(super) async fn list_users(
    session: Session,
    Params(filter): Params<PageFilter>,
) -> Result<Response, Problem> {
    let page = session.ask(Users { page: page(filter.limit, filter.cursor)? }).await?;
    Ok(json(StatusCode::OK, &Items::of(page, UserView::from)))
}

/// Creates a user
#[utoipa::path(
    post, path = "/v1/users", tag = "users", params(KeyParam),
    request_body = UserRequest,
    responses((status = 201, body = UserView)),
)]
pub(super) async fn create_user(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<UserRequest>,
) -> Result<Response, NotDone> {
    // Asked before the hash is computed, which is dear.
    session.identity.principal.need_everywhere(Role::Admin)?;
    let (mut user, password) = request.check(UserId(*Uuid::now_v7().as_bytes()))?;
    user.password_hash = session.app.passwords.hash(password).await?;
    let done = session.submit(key, Command::CreateUser(user.clone())).await?;
    let view = created(user, done.record()).ok_or_else(|| Problem::internal("a user's record has none"))?;
    Ok(done.created(&format!("/v1/users/{}", view.id), Version(1), &view))
}

/// The user just as it was created, under the id that it got the first time.
fn created(user: NewUser, record: &Record) -> Option<UserView> {
    let id = record.entries.iter().find_map(|entry| match &entry.body {
        Body::UserSet(set) => set.id.as_slice().try_into().ok().map(UserId),
        _ => None,
    })?;
    Some(UserView {
        id,
        username: user.username.to_string(),
        email: user.email.filter(|email| !email.is_empty()),
        full_name: user.full_name,
        must_change_password: user.must_change_password,
        disabled: false,
        grants: user.grants.into_iter().map(GrantView::from).collect(),
        version: 1,
        created_at: TimeText(record.stamp.millis()),
    })
}

/// Shows a user: oneself, or anybody to an administrator
#[utoipa::path(
    get, path = "/v1/users/{id}", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = UserView), (status = 304)),
)]
pub(super) async fn get_user(
    session: Session,
    headers: HeaderMap,
    PathText(id): PathText,
) -> Result<Response, Problem> {
    let user = find(&session, record_id("user", &id)?).await?;
    Ok(tagged(&headers, user.version, &UserView::from(user)))
}

/// Changes a user: name and e-mail of oneself, anything to an administrator
#[utoipa::path(
    patch, path = "/v1/users/{id}", tag = "users",
    params(("id" = String, Path), KeyParam, IfMatchParam),
    request_body = UserChange,
    responses((status = 200, body = UserView)),
)]
pub(super) async fn change_user(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(id): PathText,
    JsonBody(request): JsonBody<UserChange>,
) -> Result<Response, NotDone> {
    let id = record_id("user", &id)?;
    let user = find(&session, id).await?;
    let is_own = id == session.identity.principal.user;
    if is_own && request.password.is_some() {
        let rule = "must be changed at /v1/users/me/password";
        return Err(Problem::invalid("invalid_field", "password", "a password", rule).into());
    }
    let (mut patch, password) = request.check(&user.username)?;
    if let Some(password) = password {
        patch.password_hash = Some(session.app.passwords.hash(password).await?);
    }
    let done = session.submit(key, Command::ChangeUser(ChangeUser { id, patch, expected })).await?;
    let user = find_changed(&session, id).await?;
    let mut response = tagged(&HeaderMap::new(), user.version, &UserView::from(user));
    done.stamp(&mut response);
    Ok(response)
}

/// Disables a user and ends their sessions; what they did stays under their name
#[utoipa::path(
    delete, path = "/v1/users/{id}", tag = "users",
    params(("id" = String, Path), KeyParam, IfMatchParam),
    responses((status = 204)),
)]
pub(super) async fn disable_user(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(id): PathText,
) -> Result<Response, NotDone> {
    let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
    let change = ChangeUser { id: record_id("user", &id)?, patch, expected };
    Ok(session.submit(key, Command::ChangeUser(change)).await?.no_content())
}

async fn find(session: &Session, id: UserId) -> Result<User, Problem> {
    session.ask(UserById { id }).await?.ok_or_else(|| Problem::not_found("user", id))
}

/// The user after a change, which may have taken from the one who asks the right to see it.
async fn find_changed(session: &Session, id: UserId) -> Result<User, Problem> {
    session.app.ask(UserById { id }).await?.ok_or_else(|| Problem::not_found("user", id))
}
