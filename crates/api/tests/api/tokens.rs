//! Tokens: expired, altered, foreign, revoked. And the API tokens of programs.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::json;

use crate::world::World;

/// What becomes of a request with this token.
async fn outcome(world: &World, token: &str) -> String {
    let answer = world.call("GET", "/v1/users/me", token, None).await;
    if answer.status == 401 {
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"acopio\"");
        return answer.text("/detail");
    }
    answer.outcome()
}

#[tokio::test]
async fn an_altered_token() {
    let world = World::new().await;
    assert_eq!(outcome(&world, &world.admin).await, "200");
    let (payload, signature) = world.admin.split_once('.').unwrap();
    let other = world.log_in("admin").await;
    let (other_payload, _) = other.split_once('.').unwrap();
    let wrong = "the token's signature is wrong";
    assert_eq!(outcome(&world, &format!("{other_payload}.{signature}")).await, wrong);
    let no_token = "the token has not the form of one";
    for text in ["", "x", payload, &format!("{payload}."), &format!("{payload}x.{signature}"), "null"] {
        assert_eq!(outcome(&world, text).await, no_token, "{text}");
    }
}

#[tokio::test]
async fn a_foreign_token() {
    let world = World::new().await;
    let other_company = World::founded("main", [8; 32]).await;
    assert_eq!(outcome(&world, &other_company.admin).await, "the token's signature is wrong");
    let other_node = World::founded("north", [9; 32]).await;
    assert_eq!(outcome(&world, &other_node.admin).await, "the token was issued by no node of this company");
    // Same node name and same key, but another company's log: the signature is right, the session unknown.
    let twin = World::new().await;
    assert_eq!(outcome(&world, &twin.admin).await, "the token's session is unknown");
}

#[tokio::test]
async fn an_expired_token() {
    let world = World::new().await;
    let soon = jiff::Timestamp::now() + std::time::Duration::from_millis(300);
    let issued = world.post("/v1/tokens", json!({ "label": "short", "expires_at": soon.to_string() })).await;
    let token = issued.text("/token");
    assert_eq!(outcome(&world, &token).await, "200");
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while outcome(&world, &token).await == "200" {
        assert!(std::time::Instant::now() < limit, "the token does not expire");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(outcome(&world, &token).await, "the token has expired");
}

#[tokio::test]
async fn without_a_token() {
    let world = World::new().await;
    let answer = world.send(Request::get("/v1/stock"), None, None).await;
    assert_eq!(answer.outcome(), "401 unauthenticated");
    let basic = Request::get("/v1/stock").header("authorization", "Basic YTpi");
    assert_eq!(world.send(basic, None, None).await.outcome(), "401 unauthenticated");
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let world = World::new().await;
    let issued = world.post("/v1/tokens", json!({ "label": "till" })).await;
    let token = issued.text("/token");
    assert_eq!(outcome(&world, &token).await, "200");
    let listed = world.get("/v1/tokens").await;
    assert_eq!(
        (listed.text("/items/0/label"), listed.text("/items/0/closed")),
        ("till".into(), "false".into())
    );
    let ended = world.call("DELETE", &format!("/v1/tokens/{}", issued.text("/id")), &world.admin, None).await;
    assert_eq!(ended.outcome(), "204");
    assert_eq!(outcome(&world, &token).await, "the session was ended");
    assert_eq!(world.get("/v1/tokens").await.text("/items/0/closed"), "true");
}

#[tokio::test]
async fn tokens_of_others_are_not_there() {
    let world = World::new().await;
    let vera = world.user("vera", Role::Viewer, &[]).await;
    let issued = world.post("/v1/tokens", json!({ "label": "till" })).await;
    let path = format!("/v1/tokens/{}", issued.text("/id"));
    assert_eq!(world.call("DELETE", &path, &vera, None).await.outcome(), "404 not_found");
    let own = world.call("POST", "/v1/tokens", &vera, Some(json!({ "label": "mine" }))).await;
    let path = format!("/v1/tokens/{}", own.text("/id"));
    assert_eq!(world.call("DELETE", &path, &world.admin, None).await.outcome(), "204");
}

#[tokio::test]
async fn a_token_is_issued_once_for_each_key() {
    let world = World::new().await;
    let issue = async || {
        let request = Request::post("/v1/tokens").header("idempotency-key", "till-1");
        world.send(request, Some(&world.admin), Some(json!({ "label": "till", "days": 7 }))).await
    };
    let (first, again) = (issue().await, issue().await);
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(world.get("/v1/tokens").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn tokens_end_some_day() {
    let world = World::new().await;
    for (body, field) in [
        (json!({ "label": "x", "days": 0 }), "days"),
        (json!({ "label": "x", "days": 4_000 }), "days"),
        (json!({ "label": "x", "expires_at": "2001-01-01T00:00:00Z" }), "expires_at"),
        (json!({ "label": "x", "expires_at": "9001-01-01T00:00:00Z" }), "expires_at"),
        (json!({ "label": "x", "expires_at": "2030-01-01T00:00:00Z", "days": 1 }), "days"),
    ] {
        let answer = world.post("/v1/tokens", body).await;
        assert_eq!((answer.outcome(), answer.text("/field")), ("422 invalid_field".into(), field.to_owned()));
    }
}
