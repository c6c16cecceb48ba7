//! Figures for charts: from sums that are kept, by days of the company's time zone.

use acopio_ledger::records::Role;
use serde_json::{Value, json};

use crate::world::World;

/// Kinds and their numbers in a part of time, without what is 0.
fn counts(bucket: &Value) -> Value {
    let kinds = ["receipt", "issue", "return", "adjustment", "transfer"];
    let counted = kinds.into_iter().filter(|kind| bucket[kind] != 0);
    counted.map(|kind| (kind.to_owned(), bucket[kind].clone())).collect::<serde_json::Map<_, _>>().into()
}

async fn post(world: &World, kind: &str, warehouse: &str, occurred_at: &str) {
    let quantity = if kind == "receipt" { 20 } else { 2 };
    let movement = json!({
        "kind": kind, "warehouse": warehouse, "sku": "A1", "quantity": quantity, "occurred_at": occurred_at,
    });
    assert_eq!(world.post("/v1/movements", movement).await.outcome(), "201");
}

#[tokio::test]
async fn movements_are_counted_by_days_of_the_companys_time_zone() {
    let world = World::on_disk().await;
    let zone = json!({ "time_zone": "Europe/Madrid" });
    world.call("PATCH", "/v1/settings", &world.admin, Some(zone)).await;
    // The clocks went back on the 26th of October 2025 there: that day had 25 hours.
    for (kind, at) in [
        ("receipt", "2025-10-25T21:59:00Z"),
        ("issue", "2025-10-25T22:00:00Z"),
        ("issue", "2025-10-26T22:59:00Z"),
        ("receipt", "2025-10-26T23:00:00Z"),
    ] {
        post(&world, kind, "LON", at).await;
    }
    let list = world.get("/v1/statistics/movements?from=2025-10-24T22:00:00Z&step=day&steps=3").await.json();
    let days: Vec<Value> = list["items"].as_array().unwrap().iter().map(counts).collect();
    assert_eq!(days, [json!({ "receipt": 1 }), json!({ "issue": 2 }), json!({ "receipt": 1 })]);
    assert_eq!(list["items"][2]["from"], "2025-10-26T23:00:00.000Z");
    assert_eq!((&list["time_zone"], &list["complete"]), (&json!("Europe/Madrid"), &json!(true)));
    assert_eq!(counts(&list["total"]), json!({ "receipt": 2, "issue": 2 }));
    // What is available is told as it was recorded, which is today.
    let of_lon = json!({ "warehouse": "LON", "products": [0, 0, 0] });
    assert_eq!(list["available"], json!([of_lon, { "warehouse": "MAD", "products": [0, 0, 0] }]));
    let now = world.get("/v1/statistics/movements?step=day&steps=1").await.json();
    assert_eq!(now["available"][0], json!({ "warehouse": "LON", "products": [1] }));
}

#[tokio::test]
async fn of_one_product_and_one_warehouse() {
    let world = World::new().await;
    post(&world, "receipt", "LON", "2025-10-25T10:00:00Z").await;
    post(&world, "receipt", "MAD", "2025-10-25T10:20:00Z").await;
    let ask = async |more: &str| {
        let path = format!("/v1/statistics/movements?from=2025-10-25T10:07:00Z&step=hour&steps=1{more}");
        world.get(&path).await.json()
    };
    let all = ask("").await;
    assert_eq!(all["items"][0]["from"], "2025-10-25T10:00:00.000Z", "to a quarter of an hour");
    assert_eq!(counts(&all["total"]), json!({ "receipt": 2 }));
    assert_eq!(counts(&ask("&warehouse=MAD").await["total"]), json!({ "receipt": 1 }));
    let product = ask("&sku=A1").await;
    assert_eq!((counts(&product["total"]), &product["available"]), (json!({ "receipt": 2 }), &json!([])));
    assert_eq!(counts(&ask("&sku=NOPE").await["total"]), json!({}));
    assert_eq!(
        world.get("/v1/statistics/movements?step=day&steps=101").await.outcome(),
        "400 invalid_parameter"
    );
    let far = world.get("/v1/statistics/movements?step=day&steps=100&from=9999-12-30T00:00:00Z").await;
    assert_eq!(far.outcome(), "400 invalid_parameter");
}

#[tokio::test]
async fn the_last_part_of_time_is_that_of_now_and_only_own_warehouses_count() {
    let world = World::new().await;
    for warehouse in ["LON", "MAD"] {
        let movement = json!({ "kind": "receipt", "warehouse": warehouse, "sku": "A1", "quantity": 2 });
        world.post("/v1/movements", movement).await;
    }
    let list = world.get("/v1/statistics/movements?step=day&steps=2").await.json();
    assert_eq!(counts(&list["total"]), json!({ "receipt": 2 }));
    assert_eq!(list["available"][0]["products"][1], 1);
    let vera = world.user("vera", Role::Viewer, &["MAD"]).await;
    let list = world.call("GET", "/v1/statistics/movements?step=hour&steps=2", &vera, None).await.json();
    assert_eq!(counts(&list["total"]), json!({ "receipt": 1 }));
    assert_eq!(list["available"].as_array().unwrap().len(), 1);
}
