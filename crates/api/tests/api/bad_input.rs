//! Bad input: refused with the right status and code, in words that name field, value and rule.

use acopio_ledger::records::Role;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::World;

/// Posts a receipt of a quantity, and expects code and field, value and rule.
async fn quantity(quantity: Value, code: &str, value: &str, rule: &str) {
    let world = World::new().await;
    let movement = json!({ "kind": "receipt", "warehouse": "LON", "sku": "A1", "quantity": quantity });
    let answer = world.post("/v1/movements", movement).await;
    assert_eq!(answer.outcome(), format!("422 {code}"));
    names(&answer.json(), "quantity", value, rule);
}

/// Checks that a problem names field, value and rule, in its members and in its words.
fn names(problem: &Value, field: &str, value: &str, rule: &str) {
    assert_eq!(problem["field"], field, "{problem}");
    assert_eq!(problem["value"], value, "{problem}");
    assert_eq!(problem["rule"], rule, "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    for part in [field.split(['.', '[']).next().unwrap_or(field), value] {
        assert!(detail.contains(part), "{part} is not in: {detail}");
    }
}

#[tokio::test]
async fn a_negative_quantity() {
    quantity(json!(-5), "quantity_not_positive", "-5", "must be more than 0").await;
}

#[tokio::test]
async fn a_quantity_of_zero() {
    quantity(json!(0), "quantity_not_positive", "0", "must be more than 0").await;
}

#[tokio::test]
async fn an_adjustment_by_zero() {
    let world = World::new().await;
    let movement = json!({ "kind": "adjustment", "warehouse": "LON", "sku": "A1", "quantity": 0 });
    let answer = world.post("/v1/movements", movement).await;
    assert_eq!(answer.outcome(), "422 quantity_zero");
    names(&answer.json(), "quantity", "0", "must not be 0");
}

#[tokio::test]
async fn a_fraction_of_a_unit_without_decimals() {
    quantity(json!(1.5), "too_many_decimals", "1.5", "must have at most 0 decimals").await;
    quantity(json!("1.5"), "too_many_decimals", "1.5", "must have at most 0 decimals").await;
}

#[tokio::test]
async fn a_quantity_finer_than_thousandths() {
    quantity(json!(0.0001), "too_many_decimals", "0.0001", "must have at most 3 decimals").await;
}

#[tokio::test]
async fn a_huge_quantity() {
    let rule = "must be at most 1000000000000";
    quantity(json!(1_000_000_000_001_i64), "quantity_too_large", "1000000000001", rule).await;
    quantity(json!(u64::MAX), "quantity_too_large", "18446744073709551615", rule).await;
    let long = "9".repeat(40);
    quantity(json!(long), "quantity_too_large", &long, rule).await;
}

#[tokio::test]
async fn a_quantity_that_overflows_the_stock() {
    let world = World::new().await;
    world.receive("LON", "A1", 1_000_000_000_000).await;
    let movement = json!({ "kind": "receipt", "warehouse": "LON", "sku": "A1", "quantity": 1 });
    let answer = world.post("/v1/movements", movement).await;
    assert_eq!(answer.outcome(), "422 quantity_too_large");
    names(&answer.json(), "quantity", "1", "must keep the stock at or below 1000000000000");
}

#[tokio::test]
async fn a_quantity_that_is_none() {
    let rule = "must be a whole number or a decimal such as \"1.5\"";
    quantity(json!("many"), "quantity_not_a_number", "many", rule).await;
    quantity(json!(true), "invalid_field", "true", "must be a number or a decimal string").await;
}

#[tokio::test]
async fn an_unknown_sku() {
    let world = World::new().await;
    let movement = json!({ "kind": "receipt", "warehouse": "LON", "sku": "NOPE", "quantity": 1 });
    let answer = world.post("/v1/movements", movement).await;
    assert_eq!(answer.outcome(), "422 unknown_sku");
    let problem = answer.json();
    assert_eq!((&problem["field"], &problem["value"]), (&json!("sku"), &json!("NOPE")));
}

#[tokio::test]
async fn an_unknown_warehouse() {
    let world = World::new().await;
    let movement = json!({ "kind": "receipt", "warehouse": "BCN", "sku": "A1", "quantity": 1 });
    let answer = world.post("/v1/movements", movement).await;
    assert_eq!(answer.outcome(), "422 unknown_warehouse");
    names(&answer.json(), "warehouse", "BCN", "must be a known warehouse");
}

#[tokio::test]
async fn a_duplicate_sku_at_the_same_moment() {
    let world = World::new().await;
    let product = json!({ "sku": "TWIN", "name": "Twin" });
    let (one, other) =
        tokio::join!(world.post("/v1/products", product.clone()), world.post("/v1/products", product));
    let mut outcomes = [one.outcome(), other.outcome()];
    outcomes.sort();
    assert_eq!(outcomes, ["201", "409 sku_exists"]);
}

#[tokio::test]
async fn a_wrong_check_digit() {
    let world = World::new().await;
    let product = json!({ "sku": "B1", "name": "Mug", "barcodes": ["96385074", "4006381333932"] });
    let answer = world.post("/v1/products", product).await;
    assert_eq!(answer.outcome(), "422 wrong_check_digit");
    names(&answer.json(), "barcodes[1]", "4006381333932", "must end in its GTIN check digit 1");
}

#[tokio::test]
async fn a_body_of_ten_megabytes() {
    let world = World::new().await;
    let product = json!({ "sku": "B1", "name": "Mug", "description": "x".repeat(10_000_000) });
    assert_eq!(world.post("/v1/products", product.clone()).await.outcome(), "413 body_too_large");
    assert_eq!(world.post("/v1/movements/batch", product).await.outcome(), "413 body_too_large");
}

#[tokio::test]
async fn a_body_of_ten_megabytes_that_does_not_say_so() {
    let world = World::new().await;
    let pieces = (0..10).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_000_000]));
    let request = Request::post("/v1/products")
        .header("authorization", format!("Bearer {}", world.admin))
        .header("content-type", "application/json")
        .body(Body::from_stream(futures_util::stream::iter(pieces)))
        .unwrap();
    assert_eq!(world.raw(request).await.outcome(), "413 body_too_large");
}

#[tokio::test]
async fn invalid_utf8() {
    let world = World::new().await;
    let request = |path: &str, body: &'static [u8]| {
        Request::builder()
            .method(if body.is_empty() { "GET" } else { "POST" })
            .uri(path)
            .header("authorization", format!("Bearer {}", world.admin))
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap()
    };
    let body = b"{\"sku\":\"B1\",\"name\":\"caf\xe9\"}";
    assert_eq!(world.raw(request("/v1/products", body)).await.outcome(), "400 invalid_utf8");
    assert_eq!(world.raw(request("/v1/products?q=%E9", b"")).await.outcome(), "400 invalid_utf8");
    assert_eq!(world.raw(request("/v1/products/%E9", b"")).await.outcome(), "400 invalid_utf8");
    let surrogate = br#"{"sku":"B1","name":"\ud800"}"#;
    assert_eq!(world.raw(request("/v1/products", surrogate)).await.outcome(), "400 malformed_json");
}

#[tokio::test]
async fn hostile_skus() {
    let world = World::new().await;
    let rule = "must be 1 to 64 letters, digits, inner spaces or -_.+#&():,*";
    for sku in
        ["a/b", "a\\b", "\"", "'", "📦", "<script>alert(1)</script>", "", " A", "..", "a\u{0}b", "=1+1"]
    {
        let answer = world.post("/v1/products", json!({ "sku": sku, "name": "Mug" })).await;
        assert_eq!(answer.outcome(), "422 invalid_sku", "{sku}");
        names(&answer.json(), "sku", sku, rule);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    for path in ["a%2Fb", "%22", "%3Cscript%3E", "%F0%9F%93%A6"] {
        assert_eq!(world.get(&format!("/v1/products/{path}")).await.outcome(), "404 not_found", "{path}");
    }
}

#[tokio::test]
async fn malformed_json_and_wrong_types() {
    let world = World::new().await;
    let request = |content_type: &str, body: &str| {
        Request::post("/v1/categories")
            .header("authorization", format!("Bearer {}", world.admin))
            .header("content-type", content_type.to_owned())
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    for (content_type, body, outcome) in [
        ("application/json", "{", "400 malformed_json"),
        ("application/json", "", "400 malformed_json"),
        ("application/json", r#"{"name":"a"} b"#, "400 malformed_json"),
        ("application/json", "[]", "422 invalid_field"),
        ("application/json", r#"["a"]"#, "422 invalid_field"),
        ("application/json", "null", "422 invalid_field"),
        ("application/json", r#"{"name":7}"#, "422 invalid_field"),
        ("application/json", r#"{"name":"a","name":"b"}"#, "422 duplicate_field"),
        ("application/json", r#"{"name":"a","colour":"b"}"#, "422 unknown_field"),
        ("application/json", r#"{}"#, "422 missing_field"),
        ("text/plain", r#"{"name":"a"}"#, "415 unsupported_media_type"),
        ("application/x-www-form-urlencoded", "name=a", "415 unsupported_media_type"),
    ] {
        assert_eq!(world.raw(request(content_type, body)).await.outcome(), outcome, "{body}");
    }
}

#[tokio::test]
async fn wrong_query_parameters() {
    let world = World::new().await;
    for (path, code, field) in [
        ("/v1/products?limit=0", "invalid_parameter", "limit"),
        ("/v1/products?limit=1001", "invalid_parameter", "limit"),
        ("/v1/products?limit=ten", "invalid_field", "limit"),
        ("/v1/products?sort=price", "unknown_value", "sort"),
        ("/v1/products?page=2", "unknown_field", "page"),
        ("/v1/products?q=a&q=b", "duplicate_field", "q"),
        ("/v1/products?cursor=nonsense", "invalid_parameter", "cursor"),
        ("/v1/stock?warehouse=lon", "invalid_warehouse", "warehouse"),
        ("/v1/stock?low=maybe", "invalid_field", "low"),
        ("/v1/movements?from=yesterday", "invalid_time", "from"),
        ("/v1/movements?kind=gift", "unknown_value", "kind"),
    ] {
        let answer = world.get(path).await;
        // What cannot be read is 400; what can, but is no such thing, is 422 as in a body.
        let can_be_read = ["invalid_warehouse", "invalid_time"].contains(&code) || field == "cursor";
        let status = if can_be_read { 422 } else { 400 };
        assert_eq!(answer.outcome(), format!("{status} {code}"), "{path}");
        assert_eq!(answer.text("/field"), field, "{path}");
    }
}

#[tokio::test]
async fn a_viewer_writing() {
    let world = World::new().await;
    let viewer = world.user("vera", Role::Viewer, &[]).await;
    let movement = json!({ "kind": "receipt", "warehouse": "LON", "sku": "A1", "quantity": 1 });
    let answer = world.call("POST", "/v1/movements", &viewer, Some(movement)).await;
    assert_eq!(answer.outcome(), "403 forbidden");
    assert_eq!(answer.text("/detail"), "this needs the role Operator in LON");
}

#[tokio::test]
async fn an_operator_of_one_warehouse_writing_to_another() {
    let world = World::new().await;
    let operator = world.user("oscar", Role::Operator, &["LON"]).await;
    let movement =
        |warehouse: &str| json!({ "kind": "receipt", "warehouse": warehouse, "sku": "A1", "quantity": 1 });
    let there = world.call("POST", "/v1/movements", &operator, Some(movement("MAD"))).await;
    assert_eq!(there.outcome(), "403 forbidden");
    assert_eq!(there.text("/detail"), "this needs the role Operator in MAD");
    let here = world.call("POST", "/v1/movements", &operator, Some(movement("LON"))).await;
    assert_eq!(here.outcome(), "201");
    let both = json!({ "movements": [movement("LON"), movement("MAD")] });
    let both = world.call("POST", "/v1/movements/batch", &operator, Some(both)).await;
    assert_eq!(both.outcome(), "403 forbidden");
    let theirs = world.receive("MAD", "A1", 5).await.text("/id");
    let undo = world.call("POST", &format!("/v1/movements/{theirs}/undo"), &operator, None).await;
    assert_eq!(undo.outcome(), "403 forbidden");
}
