//! Logging in and out, cookies, and how failures are limited.

use acopio_ledger::command::{ChangeUser, Command, UserPatch};
use acopio_ledger::ids::UserId;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World, submit};

fn login(username: &str, password: &str) -> Option<Value> {
    Some(json!({ "username": username, "password": password }))
}

#[tokio::test]
async fn a_login_answers_a_token_a_cookie_and_the_user() {
    let world = World::new().await;
    let answer = world.send(Request::post("/v1/sessions"), None, login("ADMIN", PASSWORD)).await;
    assert_eq!(answer.outcome(), "201");
    assert_eq!(answer.text("/user/username"), "admin");
    assert_eq!(answer.text("/user/grants/0/role"), "admin");
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("argon2"));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with(&format!("acopio_session={}; ", answer.text("/token"))), "{cookie}");
    assert!(cookie.contains("HttpOnly; SameSite=Strict; Max-Age=43"), "{cookie}");
}

#[tokio::test]
async fn wrong_names_and_passwords_are_refused_alike() {
    let world = World::new().await;
    let wrong = world.send(Request::post("/v1/sessions"), None, login("admin", "not this one")).await;
    let unknown = world.send(Request::post("/v1/sessions"), None, login("nobody", PASSWORD)).await;
    assert_eq!(wrong.outcome(), "401 unauthenticated");
    assert_eq!(wrong.bytes, unknown.bytes);
}

#[tokio::test]
async fn failures_are_limited_by_username() {
    let world = World::new().await;
    for _ in 0..5 {
        let answer = world.send(Request::post("/v1/sessions"), None, login("ana", "not this one")).await;
        assert_eq!(answer.outcome(), "401 unauthenticated");
    }
    let answer = world.send(Request::post("/v1/sessions"), None, login("Ana", "not this one")).await;
    assert_eq!(answer.outcome(), "429 too_many_logins");
    assert_ne!(answer.header("retry-after"), "");
    assert_eq!(world.send(Request::post("/v1/sessions"), None, login("admin", PASSWORD)).await.status, 201);
}

#[tokio::test]
async fn logging_out_ends_the_session_at_once() {
    let world = World::new().await;
    let token = world.log_in("admin").await;
    let answer = world.call("DELETE", "/v1/sessions/current", &token, None).await;
    assert_eq!(answer.outcome(), "204");
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.call("GET", "/v1/stock", &token, None).await.outcome(), "401 unauthenticated");
    assert_eq!(world.get("/v1/stock").await.outcome(), "200");
}

#[tokio::test]
async fn other_sessions_are_seen_and_ended() {
    let world = World::new().await;
    let token = world.log_in("admin").await;
    let listed = world.get("/v1/sessions").await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let other = items.iter().find(|item| item["current"] == false).unwrap()["id"].as_str().unwrap();
    let ended = world.call("DELETE", &format!("/v1/sessions/{other}"), &world.admin, None).await;
    assert_eq!(ended.outcome(), "204");
    assert_eq!(world.call("GET", "/v1/stock", &token, None).await.outcome(), "401 unauthenticated");
}

#[tokio::test]
async fn disabling_ends_sessions_that_this_server_had_proved() {
    let world = World::new().await;
    let token = world.user("vera", acopio_ledger::records::Role::Viewer, &[]).await;
    let me = world.call("GET", "/v1/users/me", &token, None).await;
    let id: UserId = me.text("/id").parse().unwrap();
    // Past the API, as when another server of the company does it.
    let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
    submit(&world.node, Command::ChangeUser(ChangeUser { id, patch, expected: None })).await;
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while world.call("GET", "/v1/users/me", &token, None).await.status == 200 {
        assert!(std::time::Instant::now() < limit, "the session is not ended");
        tokio::task::yield_now().await;
    }
    let again = world.send(Request::post("/v1/sessions"), None, login("vera", PASSWORD)).await;
    assert_eq!(again.outcome(), "401 unauthenticated");
}

#[tokio::test]
async fn cookies_are_protected_against_forged_requests() {
    let world = World::new().await;
    let cookie = format!("acopio_session={}", world.admin);
    let call = async |headers: &[(&str, &str)]| {
        let mut request = Request::post("/v1/categories").header("cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let name = uuid::Uuid::now_v7().to_string();
        world.send(request, None, Some(json!({ "name": name }))).await.outcome()
    };
    assert_eq!(call(&[]).await, "403 csrf");
    assert_eq!(call(&[("sec-fetch-site", "cross-site")]).await, "403 csrf");
    assert_eq!(call(&[("origin", "https://evil.example"), ("host", "stock.example")]).await, "403 csrf");
    assert_eq!(call(&[("sec-fetch-site", "same-origin")]).await, "201");
    assert_eq!(call(&[("origin", "https://stock.example"), ("host", "stock.example")]).await, "201");
    let read = world.send(Request::get("/v1/stock").header("cookie", &cookie), None, None).await;
    assert_eq!(read.outcome(), "200");
    let forged = Request::post("/v1/sessions").header("sec-fetch-site", "cross-site");
    assert_eq!(world.send(forged, None, login("admin", PASSWORD)).await.outcome(), "403 csrf");
}
