//! Single movements: posted, repeated, undone, and their history.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{Answer, World};

fn movement(kind: &str, quantity: Value) -> Value {
    json!({ "kind": kind, "warehouse": "LON", "sku": "A1", "quantity": quantity })
}

#[tokio::test]
async fn a_movement_answers_what_is_there_afterwards() {
    let world = World::new().await;
    world.receive("LON", "A1", 50).await;
    let mut issue = movement("issue", json!(8));
    issue["reason"] = json!("sale");
    issue["reference"] = json!("INV-7");
    issue["occurred_at"] = json!("2026-01-02T03:04:05+01:00");
    let answer = world.post("/v1/movements", issue).await;
    assert_eq!(answer.outcome(), "201");
    let body = answer.json();
    for (field, value) in [
        ("kind", json!("issue")),
        ("warehouse", json!("LON")),
        ("sku", json!("A1")),
        ("quantity", json!(8)),
        ("on_hand", json!(42)),
        ("available", json!(42)),
        ("version", json!(2)),
        ("reason", json!("sale")),
        ("reference", json!("INV-7")),
        ("occurred_at", json!("2026-01-02T02:04:05.000Z")),
        ("undoes", Value::Null),
    ] {
        assert_eq!(body[field], value, "{field} in {body}");
    }
    assert_eq!(body["id"], json!(format!("main.1.{}", body["seq"])));
}

#[tokio::test]
async fn stock_is_never_oversold() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let answer = world.post("/v1/movements", movement("issue", json!(6))).await;
    assert_eq!(answer.outcome(), "409 insufficient_stock");
    assert_eq!(answer.text("/detail"), "insufficient stock of A1 in LON: asked 6, available 5");
    assert_eq!(answer.text("/rule"), "must be at most what is available, 5");
}

#[tokio::test]
async fn the_last_pieces_go_to_whoever_comes_first() {
    let world = World::new().await;
    world.receive("LON", "A1", 50).await;
    let issue = async |buyer: usize| {
        // Every buyer tries twice with the same key, as after a lost answer.
        let request = || Request::post("/v1/movements").header("idempotency-key", format!("buyer-{buyer}"));
        let body = movement("issue", json!(1));
        let first = world.send(request(), Some(&world.admin), Some(body.clone())).await;
        let again = world.send(request(), Some(&world.admin), Some(body)).await;
        assert_eq!((first.status, &first.bytes), (again.status, &again.bytes));
        first.outcome()
    };
    let outcomes = futures_util::future::join_all((0..200).map(issue)).await;
    let got = outcomes.iter().filter(|outcome| *outcome == "201").count();
    let not = outcomes.iter().filter(|outcome| *outcome == "409 insufficient_stock").count();
    assert_eq!((got, not), (50, 150));
    assert_eq!(world.get("/v1/stock?warehouse=LON&sku=A1").await.text("/items/0/on_hand"), "0");
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer() {
    let world = World::new().await;
    let send = async |key: &str, quantity: i64| {
        let request = Request::post("/v1/movements").header("idempotency-key", key);
        world.send(request, Some(&world.admin), Some(movement("receipt", json!(quantity)))).await
    };
    let (first, again) = (send("k1", 3).await, send("k1", 3).await);
    assert_eq!((first.outcome(), first.header("idempotency-replayed")), ("201".to_owned(), ""));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("idempotency-key"), "k1");
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(send("k1", 4).await.outcome(), "422 idempotency_key_reused");
    assert_eq!(send("bad key", 4).await.outcome(), "400 invalid_header");
    let two = Request::post("/v1/movements").header("idempotency-key", "k2").header("idempotency-key", "k3");
    let two = world.send(two, Some(&world.admin), Some(movement("receipt", json!(3)))).await;
    assert_eq!(two.outcome(), "400 invalid_header", "which of them counts cannot be told");
    let made = world.receive("LON", "A1", 1).await;
    assert_eq!(made.header("idempotency-key").len(), 36);
}

#[tokio::test]
async fn refusals_are_remembered_too() {
    let world = World::new().await;
    let issue = async || {
        let request = Request::post("/v1/movements").header("idempotency-key", "i1");
        world.send(request, Some(&world.admin), Some(movement("issue", json!(1)))).await
    };
    let first = issue().await;
    world.receive("LON", "A1", 10).await;
    let again = issue().await;
    assert_eq!(first.outcome(), "409 insufficient_stock");
    assert_eq!((&first.bytes, again.header("idempotency-replayed")), (&again.bytes, "true"));
}

#[tokio::test]
async fn an_adjustment_is_signed_or_counted() {
    let world = World::new().await;
    world.receive("LON", "A1", 10).await;
    let down = world.post("/v1/movements", movement("adjustment", json!(-3))).await;
    assert_eq!((down.text("/quantity"), down.text("/on_hand")), ("-3".into(), "7".into()));
    let counted = |version: u64| json!({ "kind": "adjustment", "warehouse": "LON", "sku": "A1", "counted": 12, "expected_version": version });
    assert_eq!(world.post("/v1/movements", counted(1)).await.outcome(), "409 version_changed");
    let up = world.post("/v1/movements", counted(2)).await;
    assert_eq!(
        (up.text("/quantity"), up.text("/on_hand"), up.text("/version")),
        ("5".into(), "12".into(), "3".into())
    );
}

#[tokio::test]
async fn a_movement_is_undone_once() {
    let world = World::new().await;
    let receipt = world.receive("LON", "A1", 10).await.text("/id");
    let path = format!("/v1/movements/{receipt}/undo");
    let undone = world.post(&path, json!({ "reason": "wrong shelf" })).await;
    assert_eq!((undone.outcome(), undone.text("/on_hand")), ("201".into(), "0".into()));
    assert_eq!((undone.text("/kind"), undone.text("/quantity")), ("adjustment".into(), "-10".into()));
    assert_eq!((undone.text("/undoes"), undone.text("/reason")), (receipt.clone(), "wrong shelf".into()));
    assert_eq!(world.call("POST", &path, &world.admin, None).await.outcome(), "409 already_undone");
    let undo = undone.text("/id");
    let path = format!("/v1/movements/{undo}/undo");
    assert_eq!(world.call("POST", &path, &world.admin, None).await.outcome(), "409 undo_of_undo");
    assert_eq!(world.get(&format!("/v1/movements/{receipt}")).await.text("/undone_by"), undo);
    for id in ["main.1.9999", "nonsense"] {
        let path = format!("/v1/movements/{id}/undo");
        assert_eq!(world.call("POST", &path, &world.admin, None).await.outcome(), "404 not_found");
    }
}

fn kinds(answer: &Answer) -> Vec<String> {
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| format!("{} {}", item["kind"].as_str().unwrap(), item["quantity"])).collect()
}

#[tokio::test]
async fn the_history_is_filtered_and_read_page_by_page() {
    let world = World::new().await;
    let oscar = world.user("oscar", Role::Operator, &["LON"]).await;
    world.receive("LON", "A1", 10).await;
    world.receive("MAD", "A1", 20).await;
    let mut issue = movement("issue", json!(4));
    issue["reference"] = json!("INV-1");
    issue["occurred_at"] = json!("2026-01-01T00:00:00Z");
    assert_eq!(world.call("POST", "/v1/movements", &oscar, Some(issue)).await.outcome(), "201");
    for (filter, expected) in [
        ("", &["issue 4", "receipt 20", "receipt 10"][..]),
        ("?warehouse=LON", &["issue 4", "receipt 10"]),
        ("?warehouse=MAD&kind=receipt", &["receipt 20"]),
        ("?kind=issue&sku=A1", &["issue 4"]),
        ("?actor=oscar", &["issue 4"]),
        ("?actor=nobody", &[]),
        ("?reference=INV-1", &["issue 4"]),
        ("?to=2026-01-02T00:00:00Z&time=occurred", &["issue 4"]),
        ("?to=2026-01-02T00:00:00Z", &[]),
        ("?sku=NOPE", &[]),
    ] {
        assert_eq!(kinds(&world.get(&format!("/v1/movements{filter}")).await), expected, "{filter}");
    }
    let item = world.get("/v1/movements?limit=1").await.json()["items"][0].clone();
    assert_eq!((&item["actor"], &item["on_hand"]), (&json!("oscar"), &json!(6)));
    let mut seen = Vec::new();
    let mut path = "/v1/movements?limit=1".to_owned();
    while let Some(cursor) = {
        let page = world.get(&path).await;
        seen.extend(kinds(&page));
        page.json()["next_cursor"].as_str().map(str::to_owned)
    } {
        path = format!("/v1/movements?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, ["issue 4", "receipt 20", "receipt 10"]);
}

#[tokio::test]
async fn quantities_of_units_with_decimals_are_exact() {
    let world = World::new().await;
    world.product(json!({ "sku": "ROPE", "name": "Rope", "unit": { "name": "m", "decimals": 2 } })).await;
    let receive = async |quantity: Value| {
        let body = json!({ "kind": "receipt", "warehouse": "LON", "sku": "ROPE", "quantity": quantity });
        world.post("/v1/movements", body).await
    };
    assert_eq!(receive(json!(0.1)).await.json()["on_hand"], json!("0.1"));
    assert_eq!(receive(json!("0.20")).await.json()["on_hand"], json!("0.3"));
    assert_eq!(receive(json!(0.7)).await.json()["on_hand"], json!(1));
    assert_eq!(receive(json!(0.001)).await.outcome(), "422 too_many_decimals");
}
