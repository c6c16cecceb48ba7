//! The company's settings: read by all, changed by administrators, checked where they are given.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{Answer, World};

async fn change(world: &World, body: Value) -> Answer {
    world.call("PATCH", "/v1/settings", &world.admin, Some(body)).await
}

#[tokio::test]
async fn settings_are_changed_one_by_one() {
    let world = World::new().await;
    let unset = json!({
        "company_name": null, "currency": null, "time_zone": "UTC", "alerts_count_incoming": false, "version": 0,
    });
    assert_eq!(world.get("/v1/settings").await.json(), unset);
    let changed = change(&world, json!({ "company_name": "Ñandú", "time_zone": "europe/madrid" })).await;
    let expected = json!({
        "company_name": "Ñandú", "currency": null, "time_zone": "Europe/Madrid", "alerts_count_incoming": false,
        "version": 1,
    });
    assert_eq!((changed.json(), changed.header("etag")), (expected, "\"1\""));
    let changed = change(&world, json!({ "company_name": null, "currency": "EUR" })).await.json();
    assert_eq!((&changed["company_name"], &changed["currency"]), (&Value::Null, &json!("EUR")));
    assert_eq!(changed["time_zone"], "Europe/Madrid", "what is left out stays");
    let audit = world.get("/v1/audit?kind=settings").await.json();
    assert_eq!(
        audit["items"][0]["changes"][0],
        json!({ "field": "company_name", "before": "Ñandú", "after": null })
    );
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused() {
    let world = World::new().await;
    for (body, outcome) in [
        (json!({ "time_zone": "Europe/Atlantis" }), "422 invalid_time_zone"),
        (json!({ "time_zone": "" }), "422 invalid_time_zone"),
        (json!({ "currency": "eur" }), "422 invalid_currency"),
        (json!({ "currency": "EURO" }), "422 invalid_currency"),
        (json!({ "company_name": "" }), "422 invalid_name"),
        (json!({ "color": "red" }), "422 unknown_field"),
    ] {
        assert_eq!(change(&world, body.clone()).await.outcome(), outcome, "{body}");
    }
}

#[tokio::test]
async fn a_change_upon_an_old_version_is_refused_and_a_repeated_one_is_not_done_twice() {
    let world = World::new().await;
    let send = async |key: &str, version: &str, currency: &str| {
        let request =
            Request::patch("/v1/settings").header("idempotency-key", key).header("if-match", version);
        world.send(request, Some(&world.admin), Some(json!({ "currency": currency }))).await
    };
    assert_eq!(send("k-1", "\"0\"", "EUR").await.outcome(), "200");
    assert_eq!(send("k-2", "\"0\"", "GBP").await.outcome(), "412 precondition_failed");
    assert_eq!(send("k-1", "\"0\"", "EUR").await.header("idempotency-replayed"), "true");
    assert_eq!(world.get("/v1/settings").await.text("/version"), "1");
    let request = Request::get("/v1/settings").header("if-none-match", "\"1\"");
    assert_eq!(world.send(request, Some(&world.admin), None).await.status, 304);
}

#[tokio::test]
async fn who_sees_no_warehouse_sees_the_settings() {
    let world = World::new().await;
    let vera = world.user("vera", Role::Viewer, &["LON"]).await;
    assert_eq!(world.call("GET", "/v1/settings", &vera, None).await.outcome(), "200");
    let body = Some(json!({ "currency": "EUR" }));
    assert_eq!(world.call("PATCH", "/v1/settings", &vera, body).await.outcome(), "403 forbidden");
}
