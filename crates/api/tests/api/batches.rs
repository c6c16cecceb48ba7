//! Many movements in one request.

use serde_json::{Value, json};

use crate::world::{Answer, World};

fn line(kind: &str, warehouse: &str, sku: &str, quantity: i64) -> Value {
    json!({ "kind": kind, "warehouse": warehouse, "sku": sku, "quantity": quantity })
}

/// What became of each line, as in `201` or `409 insufficient_stock`.
fn results(answer: &Answer) -> Vec<String> {
    let results = answer.json()["results"].as_array().unwrap().clone();
    let indexes: Vec<_> = results.iter().map(|result| result["index"].as_u64().unwrap()).collect();
    assert_eq!(indexes, (0..results.len() as u64).collect::<Vec<_>>());
    let word = |result: &Value| match result["code"].as_str() {
        Some(code) => format!("{} {code}", result["status"]),
        None => {
            assert_eq!(result["id"], json!(format!("main.1.{}", result["seq"])));
            result["status"].to_string()
        }
    };
    results.iter().map(word).collect()
}

#[tokio::test]
async fn every_line_stands_for_itself() {
    let world = World::new().await;
    let lines = [
        line("receipt", "LON", "A1", 5),
        line("issue", "LON", "A1", 6),
        line("receipt", "MAD", "A1", 1),
        line("receipt", "LON", "NOPE", 1),
        line("issue", "LON", "A1", 5),
        line("issue", "LON", "A1", -1),
    ];
    let answer = world.post("/v1/movements/batch", json!({ "movements": lines })).await;
    assert_eq!(answer.outcome(), "200");
    let expected =
        ["201", "409 insufficient_stock", "201", "422 unknown_sku", "201", "422 quantity_not_positive"];
    assert_eq!(results(&answer), expected);
}

#[tokio::test]
async fn alerts_beside_movements_are_no_lines() {
    let world = World::new().await;
    world.receive("LON", "A1", 12).await;
    let rule = Some(json!({ "minimum": 10, "target": 20 }));
    let path = "/v1/warehouses/LON/reorder-rules/A1";
    assert_eq!(world.call("PUT", path, &world.admin, rule).await.outcome(), "200");
    let lines =
        [line("issue", "LON", "A1", 5), line("receipt", "LON", "A1", 9), line("issue", "LON", "A1", 99)];
    let answer = world.post("/v1/movements/batch", json!({ "movements": lines })).await;
    assert_eq!(results(&answer), ["201", "201", "409 insufficient_stock"]);
}

#[tokio::test]
async fn lines_of_one_request_are_added_up_before_they_are_checked() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let lines = [line("issue", "LON", "A1", 3), line("issue", "LON", "A1", 3)];
    let answer = world.post("/v1/movements/batch", json!({ "movements": lines, "atomic": true })).await;
    assert_eq!(answer.outcome(), "409 insufficient_stock");
    assert_eq!(results(&answer), ["409 batch_refused", "409 insufficient_stock"]);
    assert_eq!(world.get("/v1/stock?sku=A1").await.text("/items/0/on_hand"), "5");
    let lines = [line("issue", "LON", "A1", 3), line("issue", "LON", "A1", 2)];
    let answer = world.post("/v1/movements/batch", json!({ "movements": lines, "atomic": true })).await;
    assert_eq!(results(&answer), ["201", "201"]);
}

#[tokio::test]
async fn an_atomic_batch_keeps_to_one_warehouse() {
    let world = World::new().await;
    let lines = [line("receipt", "LON", "A1", 3), line("receipt", "MAD", "A1", 3)];
    let answer = world.post("/v1/movements/batch", json!({ "movements": lines, "atomic": true })).await;
    assert_eq!(answer.outcome(), "409 several_warehouses");
    assert_eq!(results(&answer), ["409 batch_refused", "422 several_warehouses"]);
    let single = json!({ "movements": [line("issue", "LON", "A1", 3)], "atomic": true });
    let answer = world.post("/v1/movements/batch", single).await;
    assert_eq!(answer.outcome(), "409 insufficient_stock");
    assert_eq!(results(&answer), ["409 insufficient_stock"]);
}

#[tokio::test]
async fn batches_have_one_to_ten_thousand_lines() {
    let world = World::new().await;
    let batch = |count| json!({ "movements": vec![line("receipt", "LON", "A1", 1); count] });
    for count in [0, 10_001] {
        let answer = world.post("/v1/movements/batch", batch(count)).await;
        assert_eq!(
            (answer.outcome(), answer.text("/field")),
            ("422 invalid_field".into(), "movements".into())
        );
    }
    assert_eq!(world.post("/v1/movements/batch", batch(10_000)).await.outcome(), "200");
    assert_eq!(world.get("/v1/stock?sku=A1").await.text("/items/0/on_hand"), "10000");
}

#[tokio::test]
async fn a_malformed_line_is_named() {
    let world = World::new().await;
    let mut wrong = line("receipt", "LON", "A1", 1);
    wrong["quantity"] = json!("one");
    let batch = json!({ "movements": [line("receipt", "LON", "A1", 1), wrong] });
    let answer = world.post("/v1/movements/batch", batch).await;
    assert_eq!(answer.outcome(), "422 quantity_not_a_number");
    assert_eq!(answer.text("/field"), "movements[1].quantity");
    let batch = json!({ "movements": [{ "kind": "issue", "warehouse": "LON", "sku": "A1" }] });
    let answer = world.post("/v1/movements/batch", batch).await;
    assert_eq!(
        (answer.outcome(), answer.text("/field")),
        ("422 missing_field".into(), "movements[0].quantity".into())
    );
}
