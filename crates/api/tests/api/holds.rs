//! Holds: set aside, seen, released.

use acopio_ledger::records::Role;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn held_stock_is_there_but_not_available() {
    let world = World::new().await;
    world.receive("LON", "A1", 10).await;
    let hold = json!({ "warehouse": "LON", "sku": "A1", "quantity": 4, "reason": "damaged" });
    let held = world.post("/v1/holds", hold.clone()).await;
    assert_eq!(held.outcome(), "201");
    let balance = (held.text("/on_hand"), held.text("/on_hold"), held.text("/available"));
    assert_eq!(balance, ("10".into(), "4".into(), "6".into()));
    let issue = json!({ "kind": "issue", "warehouse": "LON", "sku": "A1", "quantity": 7 });
    assert_eq!(world.post("/v1/movements", issue).await.outcome(), "409 insufficient_stock");
    let mut more = hold;
    more["quantity"] = json!(7);
    assert_eq!(world.post("/v1/holds", more).await.outcome(), "409 insufficient_stock");
    let path = held.header("location").to_owned();
    let shown = world.get(&path).await;
    assert_eq!((shown.text("/actor"), shown.text("/quantity")), ("admin".into(), "4".into()));
    let release = format!("{path}/release");
    assert_eq!(world.post(&release, json!({ "quantity": 5 })).await.outcome(), "409 hold_too_small");
    let part = world.post(&release, json!({ "quantity": 1 })).await;
    assert_eq!((part.outcome(), part.text("/available")), ("200".into(), "7".into()));
    let rest = world.call("POST", &release, &world.admin, None).await;
    assert_eq!((rest.text("/quantity"), rest.text("/available")), ("3".into(), "10".into()));
    assert_eq!(world.call("POST", &release, &world.admin, None).await.outcome(), "409 hold_released");
    assert_eq!(world.get("/v1/holds?state=held").await.json()["items"], json!([]));
    assert_eq!(world.get("/v1/holds?state=released").await.text("/items/0/quantity"), "0");
}

#[tokio::test]
async fn holds_of_other_warehouses_are_not_there() {
    let world = World::new().await;
    world.receive("MAD", "A1", 10).await;
    let hold = json!({ "warehouse": "MAD", "sku": "A1", "quantity": 4, "reason": "damaged" });
    let path = world.post("/v1/holds", hold).await.header("location").to_owned();
    let oscar = world.user("oscar", Role::Operator, &["LON"]).await;
    assert_eq!(world.call("GET", &path, &oscar, None).await.outcome(), "404 not_found");
    assert_eq!(world.call("GET", "/v1/holds", &oscar, None).await.json()["items"], json!([]));
    assert_eq!(world.call("GET", "/v1/holds?warehouse=MAD", &oscar, None).await.outcome(), "403 forbidden");
    let release = world.call("POST", &format!("{path}/release"), &oscar, None).await;
    assert_eq!(release.outcome(), "403 forbidden");
}
