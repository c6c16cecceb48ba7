//! Products, categories and warehouses.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{Answer, World};

fn skus(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.outcome(), "200");
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["sku"].as_str().unwrap().to_owned()).collect()
}

async fn stocked() -> World {
    let world = World::new().await;
    for product in [
        json!({ "sku": "B2", "name": "Café spoon", "category": "Kitchen", "barcodes": ["4006381333931"],
                "attributes": { "colour": "red" }, "price": 2.5, "cost": "1.25", "description": "small" }),
        json!({ "sku": "C3", "name": "Álbum", "category": "Paper" }),
    ] {
        world.product(product).await;
    }
    world.receive("LON", "B2", 5).await;
    world.receive("MAD", "A1", 7).await;
    world
}

#[tokio::test]
async fn a_product_is_answered_as_it_was_given() {
    let world = stocked().await;
    let answer = world.get("/v1/products/B2").await;
    let product = answer.json();
    for (field, value) in [
        ("name", json!("Café spoon")),
        ("description", json!("small")),
        ("category", json!("Kitchen")),
        ("unit", json!({ "name": "each", "decimals": 0 })),
        ("barcodes", json!(["4006381333931"])),
        ("attributes", json!({ "colour": "red" })),
        ("price", json!("2.50")),
        ("cost", json!("1.25")),
        ("retired", json!(false)),
        ("on_hand", json!(5)),
        ("available", json!(5)),
        ("version", json!(1)),
    ] {
        assert_eq!(product[field], value, "{field}");
    }
    assert_eq!(answer.header("etag"), "\"1\"");
}

#[tokio::test]
async fn products_are_searched() {
    let world = stocked().await;
    for (query, expected) in [
        ("", &["A1", "B2", "C3"][..]),
        ("?sort=-sku", &["C3", "B2", "A1"]),
        ("?q=cafe", &["B2"]),
        ("?q=%C3%A1l", &["B2", "C3"]),
        ("?q=4006381333931", &["B2"]),
        ("?category=kitchen", &["B2"]),
        ("?status=available", &["A1", "B2"]),
        ("?status=available&warehouse=LON", &["B2"]),
        ("?status=out_of_stock", &["C3"]),
        ("?q=zzz", &[]),
    ] {
        let mut found = skus(&world.get(&format!("/v1/products{query}")).await);
        if !query.contains("sort") {
            found.sort();
        }
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn products_are_changed_and_retired() {
    let world = stocked().await;
    let patch = async |etag: &str, body: Value| {
        let request = Request::patch("/v1/products/B2").header("if-match", etag);
        world.send(request, Some(&world.admin), Some(body)).await
    };
    assert_eq!(patch("\"9\"", json!({ "name": "Spoon" })).await.outcome(), "412 precondition_failed");
    let changed = patch("\"1\"", json!({ "name": "Spoon", "price": null, "category": null })).await;
    assert_eq!((changed.outcome(), changed.header("etag")), ("200".into(), "\"2\""));
    assert_eq!((&changed.json()["price"], &changed.json()["category"]), (&Value::Null, &Value::Null));
    let unit = json!({ "unit": { "name": "kg", "decimals": 3 } });
    assert_eq!(patch("*", unit).await.outcome(), "422 unit_fixed");
    let taken = json!({ "sku": "D4", "name": "Fork", "barcodes": ["4006381333931"] });
    assert_eq!(world.post("/v1/products", taken).await.outcome(), "409 barcode_taken");
    let delete = async |sku: &str| {
        world.call("DELETE", &format!("/v1/products/{sku}"), &world.admin, None).await.outcome()
    };
    assert_eq!(delete("B2").await, "409 stock_remains");
    assert_eq!(delete("C3").await, "204");
    assert_eq!(delete("NOPE").await, "404 not_found");
    assert_eq!(skus(&world.get("/v1/products?retired=true").await), ["C3"]);
    let receipt = json!({ "kind": "receipt", "warehouse": "LON", "sku": "C3", "quantity": 1 });
    assert_eq!(world.post("/v1/movements", receipt).await.outcome(), "409 product_retired");
}

#[tokio::test]
async fn cost_is_for_managers_and_administrators() {
    let world = stocked().await;
    let manager = world.user("mia", Role::Manager, &["LON"]).await;
    for (role, name) in [(Role::Operator, "oscar"), (Role::Viewer, "vera")] {
        let token = world.user(name, role, &[]).await;
        for path in ["/v1/products", "/v1/products/B2"] {
            let answer = world.call("GET", path, &token, None).await;
            assert_eq!(answer.outcome(), "200");
            let text = String::from_utf8(answer.bytes).unwrap();
            assert!(!text.contains("cost") && !text.contains("1.25"), "{name} sees {text}");
        }
    }
    assert_eq!(world.call("GET", "/v1/products/B2", &manager, None).await.text("/cost"), "1.25");
}

#[tokio::test]
async fn stock_of_a_product_is_shown_everywhere() {
    let world = stocked().await;
    let answer = world.get("/v1/products/A1/stock").await.json();
    assert_eq!(answer["total"]["on_hand"], 7);
    assert_eq!((&answer["in_transit"], &answer["complete"]), (&json!(0), &json!(true)));
    let rows: Vec<_> =
        answer["items"].as_array().unwrap().iter().map(|row| (&row["warehouse"], &row["on_hand"])).collect();
    assert_eq!(rows, [(&json!("LON"), &json!(0)), (&json!("MAD"), &json!(7))]);
    assert_eq!(world.get("/v1/products/NOPE/stock").await.outcome(), "404 not_found");
}

#[tokio::test]
async fn categories_carry_to_products() {
    let world = stocked().await;
    let listed = world.get("/v1/categories").await;
    assert_eq!(
        (listed.text("/items/0/name"), listed.text("/items/1/name")),
        ("Kitchen".into(), "Paper".into())
    );
    assert_eq!(
        world.post("/v1/categories", json!({ "name": "KITCHEN" })).await.outcome(),
        "409 category_exists"
    );
    let path = format!("/v1/categories/{}", listed.text("/items/0/id"));
    let rename = Some(json!({ "name": "Cookware" }));
    assert_eq!(world.call("PATCH", &path, &world.admin, rename).await.outcome(), "200");
    assert_eq!(world.get("/v1/products/B2").await.text("/category"), "Cookware");
    assert_eq!(world.call("DELETE", &path, &world.admin, None).await.outcome(), "204");
    assert_eq!(world.get("/v1/products/B2").await.json()["category"], Value::Null);
    assert_eq!(world.get(&path).await.outcome(), "404 not_found");
    let made = world.post("/v1/categories", json!({ "name": "Glass" })).await;
    assert_eq!(made.header("location"), format!("/v1/categories/{}", made.text("/id")));
    assert_eq!(world.get(made.header("location")).await.header("etag"), "\"1\"");
}

#[tokio::test]
async fn warehouses_are_created_and_renamed() {
    let world = World::new().await;
    let twin = json!({ "code": "LON", "name": "Another" });
    assert_eq!(world.post("/v1/warehouses", twin).await.outcome(), "409 warehouse_exists");
    let wrong = json!({ "code": "lon", "name": "Lower" });
    assert_eq!(world.post("/v1/warehouses", wrong).await.outcome(), "422 invalid_warehouse");
    let rename = Some(json!({ "name": "London East" }));
    let renamed = world.call("PATCH", "/v1/warehouses/LON", &world.admin, rename).await;
    assert_eq!((renamed.text("/name"), renamed.header("etag")), ("London East".into(), "\"2\""));
    assert_eq!(world.get("/v1/warehouses/BCN").await.outcome(), "404 not_found");
    let codes = world.get("/v1/warehouses").await;
    assert_eq!((codes.text("/items/0/code"), codes.text("/items/1/code")), ("LON".into(), "MAD".into()));
}

#[tokio::test]
async fn creating_a_product_again_gives_the_same_answer() {
    let world = World::new().await;
    let send = async || {
        let product = json!({ "sku": "N1", "name": "New", "category": "Fresh", "cost": 1 });
        let request = Request::post("/v1/products").header("idempotency-key", "new-1");
        world.send(request, Some(&world.admin), Some(product)).await
    };
    let first = send().await;
    let rename = Some(json!({ "name": "Renamed" }));
    assert_eq!(world.call("PATCH", "/v1/products/N1", &world.admin, rename).await.outcome(), "200");
    let again = send().await;
    assert_eq!((first.outcome(), again.header("idempotency-replayed")), ("201".into(), "true"));
    assert_eq!(first.bytes, again.bytes);
}
