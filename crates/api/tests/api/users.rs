//! Keeping users, and what people do with their own.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::json;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn a_new_user_changes_the_password_before_anything_else() {
    let world = World::new().await;
    let user = json!({
        "username": "ana", "password": "first password", "email": "ana@example.com", "full_name": "Ana",
        "grants": [{ "role": "operator", "warehouses": ["LON"] }],
    });
    let made = world.post("/v1/users", user).await;
    assert_eq!(made.outcome(), "201");
    assert_eq!(made.header("location"), format!("/v1/users/{}", made.text("/id")));
    let login = json!({ "username": "ana", "password": "first password" });
    let token = world.send(Request::post("/v1/sessions"), None, Some(login)).await.text("/token");
    assert_eq!(world.call("GET", "/v1/stock", &token, None).await.outcome(), "403 password_change_required");
    assert_eq!(world.call("GET", "/v1/users/me", &token, None).await.text("/must_change_password"), "true");
    let change = |current: &str, new: &str| Some(json!({ "current": current, "new": new }));
    let path = "/v1/users/me/password";
    for (current, new, outcome) in [
        ("not this one", "second password", "422 wrong_password"),
        ("first password", "short", "422 invalid_password"),
        ("first password", "second password", "201"),
    ] {
        assert_eq!(world.call("POST", path, &token, change(current, new)).await.outcome(), outcome);
    }
    assert_eq!(world.call("GET", "/v1/stock", &token, None).await.outcome(), "401 unauthenticated");
    let login = json!({ "username": "ana", "password": "second password" });
    let token = world.send(Request::post("/v1/sessions"), None, Some(login)).await.text("/token");
    assert_eq!(world.call("GET", "/v1/stock", &token, None).await.outcome(), "200");
}

#[tokio::test]
async fn a_changed_password_answers_a_new_session() {
    let world = World::new().await;
    let token = world.user("vera", Role::Viewer, &[]).await;
    let change = json!({ "current": PASSWORD, "new": "second password" });
    let answer = world.call("POST", "/v1/users/me/password", &token, Some(change)).await;
    assert_eq!(answer.outcome(), "201");
    assert_eq!(world.call("GET", "/v1/stock", &answer.text("/token"), None).await.outcome(), "200");
}

#[tokio::test]
async fn wrong_users_are_refused() {
    let world = World::new().await;
    let user = |field: &str, value: serde_json::Value| {
        let mut user = json!({ "username": "ana", "password": "long enough" });
        user[field] = value;
        user
    };
    for (body, outcome) in [
        (user("username", json!("a b")), "422 invalid_username"),
        (user("username", json!("Admin")), "409 username_taken"),
        (user("password", json!("short")), "422 invalid_password"),
        (user("email", json!("nobody")), "422 invalid_email"),
        (user("full_name", json!("a\nb")), "422 invalid_name"),
        (user("grants", json!([{ "role": "king" }])), "422 unknown_value"),
        (user("grants", json!([{ "role": "viewer", "warehouses": ["BCN"] }])), "422 unknown_warehouse"),
    ] {
        assert_eq!(world.post("/v1/users", body.clone()).await.outcome(), outcome, "{body}");
    }
}

#[tokio::test]
async fn users_are_changed_by_version() {
    let world = World::new().await;
    let made = world.post("/v1/users", json!({ "username": "ana", "password": "long enough" })).await;
    let path = format!("/v1/users/{}", made.text("/id"));
    assert_eq!(world.get(&path).await.header("etag"), "\"1\"");
    let unchanged = Request::get(&path).header("if-none-match", "\"1\"");
    assert_eq!(world.send(unchanged, Some(&world.admin), None).await.outcome(), "304");
    let change = async |etag: &str| {
        let request = Request::patch(&path).header("if-match", etag);
        world.send(request, Some(&world.admin), Some(json!({ "full_name": "Ana" }))).await.outcome()
    };
    assert_eq!(change("\"2\"").await, "412 precondition_failed");
    assert_eq!(change("\"1\"").await, "200");
    assert_eq!(change("one").await, "400 invalid_header");
    assert_eq!(world.call("DELETE", &path, &world.admin, None).await.outcome(), "204");
    assert_eq!(world.get(&path).await.text("/disabled"), "true");
}

#[tokio::test]
async fn nobody_lifts_themselves() {
    let world = World::new().await;
    let token = world.user("vera", Role::Viewer, &[]).await;
    let id = world.call("GET", "/v1/users/me", &token, None).await.text("/id");
    let path = format!("/v1/users/{id}");
    for (body, outcome) in [
        (json!({ "full_name": "Vera V." }), "200"),
        (json!({ "grants": [{ "role": "admin" }] }), "403 forbidden"),
        (json!({ "disabled": false }), "403 forbidden"),
        (json!({ "password": "without the old one" }), "422 invalid_field"),
    ] {
        assert_eq!(world.call("PATCH", &path, &token, Some(body)).await.outcome(), outcome);
    }
    let admin = world.get("/v1/users/me").await.text("/id");
    assert_eq!(
        world.call("GET", &format!("/v1/users/{admin}"), &token, None).await.outcome(),
        "403 forbidden"
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let id = world.get("/v1/users/me").await.text("/id");
    let answer = world.call("DELETE", &format!("/v1/users/{id}"), &world.admin, None).await;
    assert_eq!(answer.outcome(), "409 last_admin");
}
