//! Reorder rules and their alerts: once per shortage, jumps included.

use axum::http::Request;
use serde_json::{Value, json};

use crate::world::World;

const RULE: &str = "/v1/warehouses/LON/reorder-rules/A1";

async fn set(world: &World, minimum: i64, target: i64, multiple: i64) {
    let rule = json!({ "minimum": minimum, "target": target, "multiple": multiple });
    assert_eq!(world.call("PUT", RULE, &world.admin, Some(rule)).await.outcome(), "200");
}

async fn issue(world: &World, quantity: i64) {
    let movement = json!({ "kind": "issue", "warehouse": "LON", "sku": "A1", "quantity": quantity });
    assert_eq!(world.post("/v1/movements", movement).await.outcome(), "201");
}

/// How many alerts there are in a state.
async fn count(world: &World, filter: &str) -> usize {
    world.get(&format!("/v1/alerts{filter}")).await.json()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_alert_is_raised_once_for_each_shortage() {
    for first in [2, 5] {
        let world = World::new().await;
        world.receive("LON", "A1", 12).await;
        set(&world, 10, 30, 1).await;
        assert_eq!(count(&world, "").await, 0);
        issue(&world, first).await;
        assert_eq!(count(&world, "?state=open").await, 1, "12 to {}", 12 - first);
        issue(&world, 1).await;
        assert_eq!(count(&world, "").await, 1);
        world.receive("LON", "A1", 20).await;
        assert_eq!((count(&world, "?state=open").await, count(&world, "?state=resolved").await), (0, 1));
        issue(&world, 20).await;
        assert_eq!((count(&world, "?state=open").await, count(&world, "").await), (1, 2));
    }
}

#[tokio::test]
async fn a_minimum_above_the_stock_alerts_at_once() {
    let world = World::new().await;
    world.receive("LON", "A1", 12).await;
    set(&world, 10, 30, 1).await;
    set(&world, 15, 30, 8).await;
    let alert = world.get("/v1/alerts?state=unresolved&warehouse=LON").await.json()["items"][0].clone();
    for (field, value) in [
        ("sku", json!("A1")),
        ("state", json!("open")),
        ("available", json!(12)),
        ("minimum", json!(15)),
        ("by", Value::Null),
        ("proposal", json!({ "action": "purchase", "quantity": 24 })),
    ] {
        assert_eq!(alert[field], value, "{field}");
    }
}

#[tokio::test]
async fn people_see_to_alerts_and_put_them_to_sleep() {
    let world = World::new().await;
    set(&world, 10, 30, 1).await;
    let id = world.get("/v1/alerts").await.text("/items/0/id");
    let path = format!("/v1/alerts/{id}");
    let acknowledged = world.call("POST", &format!("{path}/acknowledge"), &world.admin, None).await;
    assert_eq!((acknowledged.outcome(), acknowledged.text("/state")), ("200".into(), "acknowledged".into()));
    let shown = world.get(&path).await;
    assert_eq!((shown.text("/state"), shown.text("/by")), ("acknowledged".into(), "admin".into()));
    let snooze = format!("{path}/snooze");
    for (body, outcome) in [
        (json!({}), "422 missing_field"),
        (json!({ "hours": 0 }), "422 invalid_field"),
        (json!({ "hours": 1, "until": "2030-01-01T00:00:00Z" }), "422 invalid_field"),
        (json!({ "until": "2001-01-01T00:00:00Z" }), "422 snooze_in_past"),
        (json!({ "hours": 4 }), "200"),
    ] {
        assert_eq!(world.post(&snooze, body.clone()).await.outcome(), outcome, "{body}");
    }
    assert_eq!((count(&world, "?state=snoozed").await, count(&world, "?state=open").await), (1, 0));
    world.receive("LON", "A1", 50).await;
    assert_eq!(world.post(&snooze, json!({ "hours": 4 })).await.outcome(), "409 alert_resolved");
    assert_eq!(world.get("/v1/alerts/main.1.9999").await.outcome(), "404 not_found");
}

#[tokio::test]
async fn rules_are_set_by_version_and_removed() {
    let world = World::new().await;
    let put = async |etag: &str, body: Value| {
        let request = Request::put(RULE).header("if-match", etag);
        world.send(request, Some(&world.admin), Some(body)).await
    };
    let rule = json!({ "minimum": 1, "target": 5 });
    let made = put("\"0\"", rule.clone()).await;
    assert_eq!(
        (made.outcome(), made.header("etag"), made.text("/multiple")),
        ("200".into(), "\"1\"", "1".into())
    );
    assert_eq!(put("\"0\"", rule).await.outcome(), "412 precondition_failed");
    assert_eq!(put("*", json!({ "minimum": 5, "target": 1 })).await.outcome(), "422 invalid_rule");
    assert_eq!(put("*", json!({ "minimum": -1, "target": 1 })).await.outcome(), "422 invalid_rule");
    assert_eq!(world.get("/v1/reorder-rules?warehouse=LON").await.text("/items/0/sku"), "A1");
    assert_eq!(world.get(RULE).await.header("etag"), "\"1\"");
    assert_eq!(world.call("DELETE", RULE, &world.admin, None).await.outcome(), "204");
    assert_eq!(world.get(RULE).await.outcome(), "404 not_found");
    assert_eq!(count(&world, "?state=resolved").await, 1);
    for path in ["/v1/warehouses/BCN/reorder-rules/A1", "/v1/warehouses/LON/reorder-rules/NOPE"] {
        let answer = world.call("PUT", path, &world.admin, Some(json!({ "minimum": 1, "target": 5 }))).await;
        assert_eq!(answer.outcome(), "404 not_found");
    }
}
