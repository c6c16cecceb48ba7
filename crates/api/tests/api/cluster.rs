//! The cluster as one node sees it, and what administrators do about it.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_node_by_itself_is_a_cluster_of_one() {
    let world = World::new().await;
    let cluster = world.get("/v1/cluster").await;
    assert_eq!((cluster.text("/node"), cluster.text("/fabric")), ("main".into(), "null".into()));
    let node = &cluster.json()["nodes"][0];
    assert_eq!((&node["state"], &node["owns"]), (&json!("up"), &json!(["LON", "MAD"])));
    assert_eq!(cluster.text("/logs/0/state"), "own");
    assert_eq!(world.get("/v1/operations").await.json(), json!({ "items": [], "next_cursor": null }));
    let take_over = json!({ "warehouse": "MAD", "old_machine_is_stopped": true });
    assert_eq!(world.post("/v1/cluster/take-over", take_over).await.outcome(), "409 not_joined");
}

#[tokio::test]
async fn every_node_is_shown_with_its_log() {
    let (world, _elsewhere) = World::beside().await;
    let vera = world.user("vera", Role::Viewer, &["LON"]).await;
    let cluster = world.call("GET", "/v1/cluster", &vera, None).await.json();
    let expected = json!({
        "name": "mad", "incarnation": 1, "state": "down", "version": "0.1.0", "address": null, "owns": ["MAD"],
        "heard_ms": 90_000, "skew_ms": -3, "last_error": null,
    });
    assert_eq!(cluster["nodes"][0], expected);
    let expected = json!({
        "node": "mad", "incarnation": 1, "position": 7, "head": 10, "behind": 3, "age_ms": 90_000,
        "state": "behind", "held": null,
    });
    assert_eq!(cluster["logs"][0], expected);
    let expected = json!({
        "connected": false, "round_trip_us": 700, "last_error": "connection refused", "published": 5,
    });
    assert_eq!(cluster["fabric"], expected);
    assert_eq!(cluster["company"], "01010101-0101-0101-0101-010101010101");
    assert_eq!((&cluster["commands_waiting"], &cluster["dead_letters"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn figures_that_are_not_live_say_so() {
    let (world, _elsewhere) = World::beside().await;
    world.receive("LON", "A1", 5).await;
    let stock = world.get("/v1/products/A1/stock").await.json();
    let rows: Vec<_> = stock["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["warehouse"].as_str().unwrap(),
                row["is_live"].as_bool().unwrap(),
                row["age_ms"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows, [("LON", true, 0), ("MAD", false, 90_000)]);
    assert_eq!(stock["total"]["complete"], false);
    let alone = World::new().await;
    assert_eq!(alone.get("/v1/products/A1/stock").await.text("/total/complete"), "true");
}

#[tokio::test]
async fn a_node_that_is_filling_is_not_ready() {
    let (world, elsewhere) = World::beside().await;
    let ready = async || world.send(Request::get("/ready"), None, None).await;
    assert_eq!(ready().await.outcome(), "200");
    elsewhere.set_filling(true);
    let filling = ready().await;
    assert_eq!(filling.outcome(), "503 filling");
    assert!(filling.text("/detail").ends_with("12 of 15 entries of 2 logs"), "{}", filling.text("/detail"));
}

#[tokio::test]
async fn dead_letters_are_looked_at_tried_again_and_thrown_away() {
    let (world, elsewhere) = World::beside().await;
    let letters = world.get("/v1/dead-letters").await.json();
    let expected = json!({
        "id": "17", "from": "mad", "laid_aside_at": "2026-11-23T06:28:36.123Z", "deliveries": 5,
        "reason": "it cannot be read", "body": "0a",
    });
    assert_eq!(letters["items"], json!([expected]));
    let call = async |method: &str, path: &str| world.call(method, path, &world.admin, None).await.outcome();
    assert_eq!(call("DELETE", "/v1/dead-letters/18").await, "404 not_found");
    assert_eq!(call("POST", "/v1/dead-letters/17/requeue").await, "204");
    assert_eq!(call("DELETE", "/v1/dead-letters/17").await, "404 not_found");
    assert!(elsewhere.managed()[1].starts_with("RequeueLetter"), "{:?}", elsewhere.managed());
}

#[tokio::test]
async fn a_take_over_needs_somebody_s_word_that_the_old_machine_is_stopped() {
    let (world, elsewhere) = World::beside().await;
    let take = async |body| world.post("/v1/cluster/take-over", body).await;
    let refused = take(json!({ "warehouse": "MAD", "old_machine_is_stopped": false })).await;
    assert_eq!(refused.outcome(), "422 not_confirmed");
    assert_eq!(take(json!({ "warehouse": "MAD" })).await.outcome(), "422 missing_field");
    assert_eq!(elsewhere.managed().len(), 0);
    let taken = take(json!({ "warehouse": "MAD", "old_machine_is_stopped": true })).await;
    assert_eq!((taken.outcome(), taken.text("/owner")), ("200".into(), "main".into()));
    assert!(taken.text("/id").starts_with("main.1."), "{}", taken.text("/id"));
    let unknown = take(json!({ "warehouse": "PAR", "old_machine_is_stopped": true })).await;
    assert_eq!(unknown.outcome(), "404 not_found");
}

#[tokio::test]
async fn only_a_log_that_is_held_is_released() {
    let (world, _elsewhere) = World::beside().await;
    let release = async |node: &str| {
        world.call("POST", &format!("/v1/cluster/logs/{node}/release"), &world.admin, None).await.outcome()
    };
    assert_eq!(release("mad").await, "409 cluster_conflict");
    assert_eq!(release("NO%20NODE").await, "404 not_found");
}

#[tokio::test]
async fn a_node_by_itself_replicates_nothing() {
    let world = World::new().await;
    let set = async |warehouse: &str, durability: &str| {
        let path = format!("/v1/warehouses/{warehouse}/durability");
        world.post(&path, json!({ "durability": durability })).await
    };
    assert_eq!(set("LON", "replicated").await.outcome(), "409 too_few_machines");
    assert_eq!(set("NIL", "local").await.outcome(), "422 unknown_warehouse");
    assert_eq!(set("LON", "somewhere").await.status, 422);
    let done = set("LON", "local").await;
    assert_eq!((done.outcome(), done.text("/durability")), ("200".into(), "local".into()));
    assert_eq!(world.get("/v1/warehouses/LON").await.text("/durability"), "local");
}
