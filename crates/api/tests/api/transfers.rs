//! Transfers: drafted, sent, received, settled, and who may do and see what.

use acopio_ledger::records::Role;
use serde_json::{Value, json};

use crate::world::{Answer, World};

fn transfer(from: &str, to: &str, quantity: i64) -> Value {
    json!({ "from": from, "to": to, "reference": "T-1", "lines": [{ "sku": "A1", "quantity": quantity }] })
}

/// The transfer's path.
async fn drafted(world: &World, quantity: i64) -> String {
    let answer = world.post("/v1/transfers", transfer("LON", "MAD", quantity)).await;
    assert_eq!(answer.outcome(), "201");
    answer.header("location").to_owned()
}

async fn step(world: &World, path: &str, step: &str, body: Value) -> Answer {
    world.post(&format!("{path}/{step}"), body).await
}

/// What stands in a transfer's only line.
async fn line(world: &World, path: &str) -> Vec<i64> {
    let line = &world.get(path).await.json()["lines"][0];
    let fields = ["asked", "dispatched", "accepted", "rejected", "on_the_road", "missing", "found", "lost"];
    fields.iter().map(|field| line[field].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn goods_are_sent_and_received() {
    let world = World::new().await;
    world.receive("LON", "A1", 10).await;
    let path = drafted(&world, 8).await;
    assert_eq!(world.get(&path).await.text("/state"), "draft");
    let sent = world.call("POST", &format!("{path}/dispatch"), &world.admin, None).await;
    assert_eq!((sent.outcome(), sent.text("/state")), ("200".into(), "dispatched".into()));
    assert_eq!(
        (sent.text("/movements/0/kind"), sent.text("/movements/0/on_hand")),
        ("dispatch".into(), "2".into())
    );
    let stock = world.get("/v1/products/A1/stock").await;
    let sums = ["/in_transit", "/total/on_hand", "/total/with_in_transit", "/items/1/incoming"];
    assert_eq!(sums.map(|path| stock.text(path)), ["8", "2", "10", "8"]);
    let lines =
        json!({ "lines": [{ "sku": "A1", "accepted": 3, "rejected": 1, "missing": 2 }], "reason": "wet" });
    let came = step(&world, &path, "receive", lines).await;
    assert_eq!((came.outcome(), came.text("/state")), ("200".into(), "partially_received".into()));
    assert_eq!(line(&world, &path).await, [8, 8, 3, 1, 4, 2, 0, 0]);
    let held = world.get("/v1/holds?warehouse=MAD").await;
    assert_eq!((held.text("/items/0/quantity"), held.text("/items/0/reason")), ("1".into(), "wet".into()));
    let lines = json!({ "lines": [{ "sku": "A1", "found": 1, "lost": 1 }] });
    assert_eq!(step(&world, &path, "settle", lines).await.text("/movements/1/kind"), "loss");
    let rest = world.call("POST", &format!("{path}/receive"), &world.admin, None).await;
    assert_eq!((rest.outcome(), rest.text("/state")), ("200".into(), "closed".into()));
    assert_eq!(line(&world, &path).await, [8, 8, 5, 1, 0, 0, 1, 1]);
    let id = path.rsplit('/').next().unwrap();
    let history = world.get(&format!("/v1/movements?reference={id}")).await.json();
    let kinds: Vec<_> = history["items"].as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(kinds, ["arrival", "loss", "arrival", "arrival", "dispatch"]);
    assert_eq!(world.get("/v1/verify").await.text("/ok"), "true");
}

#[tokio::test]
async fn wrong_steps_are_refused_with_a_code() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let refused = |body: Value| async { world.post("/v1/transfers", body).await.outcome() };
    assert_eq!(refused(transfer("LON", "LON", 1)).await, "422 same_warehouse");
    assert_eq!(refused(transfer("LON", "NYC", 1)).await, "422 unknown_warehouse");
    assert_eq!(refused(transfer("LON", "MAD", 0)).await, "422 empty_line");
    assert_eq!(refused(json!({ "from": "LON", "to": "MAD", "lines": [] })).await, "422 invalid_field");
    let twice = json!([{ "sku": "A1", "quantity": 1 }, { "sku": "A1", "quantity": 1 }]);
    let twice = json!({ "from": "LON", "to": "MAD", "lines": twice });
    assert_eq!(refused(twice).await, "422 duplicate_line");
    let path = drafted(&world, 6).await;
    assert_eq!(step(&world, &path, "receive", json!({})).await.outcome(), "409 not_dispatched");
    assert_eq!(step(&world, &path, "dispatch", json!({})).await.outcome(), "409 insufficient_stock");
    assert_eq!(step(&world, &path, "cancel", json!({ "reason": "x" })).await.text("/state"), "cancelled");
    assert_eq!(step(&world, &path, "dispatch", json!({})).await.outcome(), "409 transfer_cancelled");
    let path = drafted(&world, 5).await;
    assert_eq!(step(&world, &path, "dispatch", json!({})).await.outcome(), "200");
    assert_eq!(step(&world, &path, "cancel", json!({})).await.outcome(), "409 already_dispatched");
    let more = json!({ "lines": [{ "sku": "A1", "accepted": 6 }] });
    assert_eq!(step(&world, &path, "receive", more).await.outcome(), "409 more_than_on_the_road");
    let other = json!({ "lines": [{ "sku": "B1", "accepted": 6 }] });
    assert_eq!(step(&world, &path, "receive", other).await.outcome(), "422 not_in_transfer");
    let nothing = json!({ "lines": [{ "sku": "A1" }] });
    assert_eq!(step(&world, &path, "settle", nothing).await.outcome(), "422 empty_line");
    assert_eq!(step(&world, &path, "receive", json!({})).await.outcome(), "200");
    assert_eq!(step(&world, &path, "receive", json!({})).await.outcome(), "409 transfer_closed");
    assert_eq!(world.get("/v1/transfers/main.1.9999").await.outcome(), "404 not_found");
    let last = world.get("/v1/movements?kind=arrival").await.text("/items/0/id");
    let undone = world.post(&format!("/v1/movements/{last}/undo"), json!({})).await;
    assert_eq!(undone.outcome(), "409 movement_of_transfer");
}

#[tokio::test]
async fn a_transfer_is_sent_at_once_or_not_at_all() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let send = |quantity: i64, key: &'static str| {
        let mut body = transfer("LON", "MAD", quantity);
        body["dispatch"] = json!(true);
        let request = axum::http::Request::post("/v1/transfers").header("idempotency-key", key);
        world.send(request, Some(&world.admin), Some(body))
    };
    let sent = send(4, "one").await;
    assert_eq!((sent.outcome(), sent.text("/state")), ("201".into(), "dispatched".into()));
    let again = send(4, "one").await;
    assert_eq!((again.outcome(), again.bytes), ("201".into(), sent.bytes.clone()), "sent once");
    assert_eq!(send(4, "two").await.outcome(), "409 insufficient_stock");
    assert_eq!(send(4, "two").await.outcome(), "409 insufficient_stock");
    let states = world.get("/v1/transfers").await.json();
    let states: Vec<_> = states["items"].as_array().unwrap().iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["dispatched"], "what is refused leaves no draft behind");
    assert_eq!(world.get("/v1/stock?warehouse=LON").await.text("/items/0/on_hand"), "1");
    let mut other = transfer("LON", "MAD", 4);
    other["dispatch"] = json!(false);
    let request = axum::http::Request::post("/v1/transfers").header("idempotency-key", "one");
    let reused = world.send(request, Some(&world.admin), Some(other)).await;
    assert_eq!(reused.outcome(), "422 idempotency_key_reused");
}

#[tokio::test]
async fn each_end_does_its_part() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let path = drafted(&world, 5).await;
    let sender = world.user("sam", Role::Operator, &["LON"]).await;
    let receiver = world.user("rosa", Role::Operator, &["MAD"]).await;
    let viewer = world.user("vera", Role::Viewer, &["MAD"]).await;
    world.post("/v1/warehouses", json!({ "code": "NYC", "name": "New York" })).await;
    let other = world.user("otto", Role::Operator, &["NYC"]).await;
    let call = |token: &str, step: &str| {
        let (token, path) = (token.to_owned(), format!("{path}/{step}"));
        let world = &world;
        async move { world.call("POST", &path, &token, None).await.outcome() }
    };
    assert_eq!(call(&receiver, "dispatch").await, "403 forbidden");
    assert_eq!(call(&viewer, "cancel").await, "403 forbidden");
    assert_eq!(call(&sender, "dispatch").await, "200");
    assert_eq!(call(&sender, "receive").await, "403 forbidden");
    assert_eq!(call(&viewer, "receive").await, "403 forbidden");
    assert_eq!(call(&receiver, "receive").await, "200");
    for (token, seen) in [(&sender, 1), (&receiver, 1), (&viewer, 1), (&other, 0)] {
        let list = world.call("GET", "/v1/transfers?from=LON", token, None).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), seen);
        let outcome = world.call("GET", &path, token, None).await.outcome();
        assert_eq!(outcome, if seen == 1 { "200" } else { "404 not_found" });
    }
    let foreign = world.call("POST", "/v1/transfers", &other, Some(transfer("LON", "NYC", 1))).await;
    assert_eq!(foreign.outcome(), "403 forbidden");
}

#[tokio::test]
async fn transfers_are_filtered() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let path = drafted(&world, 2).await;
    drafted(&world, 3).await;
    step(&world, &path, "dispatch", json!({})).await;
    for (filter, count) in [
        ("state=draft", 1),
        ("state=dispatched", 1),
        ("state=closed", 0),
        ("from=LON&to=MAD", 2),
        ("from=MAD", 0),
        ("sku=A1", 2),
        ("sku=A1&state=draft", 1),
        ("sku=NOPE", 0),
    ] {
        let list = world.get(&format!("/v1/transfers?{filter}")).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{filter}");
    }
    let page = world.get("/v1/transfers?limit=1").await;
    let next = world.get(&format!("/v1/transfers?limit=1&cursor={}", page.text("/next_cursor"))).await;
    assert_ne!(page.text("/items/0/id"), next.text("/items/0/id"));
    assert_eq!(world.get("/v1/transfers?state=lost").await.outcome(), "400 unknown_value");
}
