//! What waits for a person since nodes have worked apart: void records, conflicting values, warehouses that change hands.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn void_records_are_listed_with_what_they_were_to_do() {
    let (world, _elsewhere) = World::beside().await;
    let list = world.get("/v1/reconcile?state=open").await.json();
    let expected = json!({
        "id": "old.1.9", "warehouse": "MAD", "state": "open", "kind": "issue", "sku": "A1", "quantity": -3,
        "entries": 2, "actor": null, "stamp": "2026-11-23T06:28:36.12300000Z", "settled_by": null,
    });
    assert_eq!(list["items"], json!([expected]));
    assert_eq!(world.get("/v1/reconcile?state=lost").await.outcome(), "400 unknown_value");
    for step in ["post", "discard"] {
        let path = format!("/v1/reconcile/main.1.9999/{step}");
        assert_eq!(world.call("POST", &path, &world.admin, None).await.outcome(), "404 not_found");
    }
}

#[tokio::test]
async fn of_a_conflict_one_value_is_chosen() {
    let (world, _elsewhere) = World::beside().await;
    let list = world.get("/v1/conflicts").await.json();
    let side = |node: &str, millis: &str, value: &str, counts: bool| json!({ "node": node, "stamp": format!("2026-11-23T06:28:36.{millis}00000Z"), "value": value, "counts": counts });
    let expected = json!({
        "id": "product/A1/name", "kind": "product", "record": "A1", "field": "name",
        "sides": [side("main", "000", "Cup", false), side("mad", "500", "Mug", true)],
    });
    assert_eq!(list["items"], json!([expected]));

    let settle = async |key: &str, node: &str| {
        let request =
            Request::post("/v1/conflicts/product%2FA1%2Fname/settle").header("idempotency-key", key);
        world.send(request, Some(&world.admin), Some(json!({ "node": node }))).await
    };
    assert_eq!(settle("k-2", "main").await.outcome(), "204");
    assert_eq!(world.get("/v1/products/A1").await.text("/name"), "Cup", "the other value counts now");
    // There is no conflict any more.
    assert_eq!(settle("k-3", "mad").await.outcome(), "404 not_found");
    assert_eq!(settle("k-2", "main").await.outcome(), "204", "the answer of the first time");
    assert_eq!(settle("k-2", "mad").await.outcome(), "422 idempotency_key_reused");
    assert_eq!(world.post("/v1/conflicts/nothing/settle", json!({})).await.outcome(), "404 not_found");
}

#[tokio::test]
async fn conflicts_of_people_are_for_administrators() {
    let world = World::new().await;
    let mia = world.user("mia", Role::Manager, &[]).await;
    let list =
        async |query: &str| world.call("GET", &format!("/v1/conflicts{query}"), &mia, None).await.outcome();
    assert_eq!(list("").await, "200");
    assert_eq!(list("?kind=product").await, "200");
    assert_eq!(list("?kind=user").await, "403 forbidden");
}

#[tokio::test]
async fn a_warehouse_is_handed_to_a_node_that_is_known() {
    let (world, elsewhere) = World::beside().await;
    let warehouse = world.get("/v1/warehouses/LON").await.json();
    assert_eq!((&warehouse["owner"], &warehouse["epoch"]), (&json!("main"), &json!(1)));
    let hand = async |to: &str, key: &str| {
        let request = Request::post("/v1/warehouses/LON/hand-over").header("idempotency-key", key);
        world.send(request, Some(&world.admin), Some(json!({ "to": to }))).await
    };
    assert_eq!(hand("par", "k-1").await.outcome(), "422 unknown_node");
    assert_eq!(hand("main", "k-1").await.outcome(), "409 already_owner");
    let handed = hand("mad", "k-2").await;
    assert_eq!(
        (handed.outcome(), handed.text("/to"), handed.text("/epoch")),
        ("200".into(), "mad".into(), "2".into())
    );
    elsewhere.remove_madrid();
    assert_eq!(hand("mad", "k-2").await.bytes, handed.bytes, "whoever has left since");
    assert_eq!(hand("mad", "k-3").await.outcome(), "422 unknown_node");
    let warehouse = world.get("/v1/warehouses/LON").await.json();
    assert_eq!((&warehouse["owner"], &warehouse["handed_to"]), (&json!("main"), &json!("mad")));
}
