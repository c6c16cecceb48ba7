//! The audit: what people did, with what was there before, for administrators, and never a secret.

use acopio_ledger::records::Role;
use serde_json::{Value, json};

use crate::world::World;

async fn audit(world: &World, query: &str) -> Vec<Value> {
    let list = world.get(&format!("/v1/audit{query}")).await.json();
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_change_is_shown_with_what_was_there_before() {
    let world = World::new().await;
    let change = json!({ "name": "Mug", "price": "2.50" });
    assert_eq!(world.call("PATCH", "/v1/products/A1", &world.admin, Some(change)).await.outcome(), "200");
    let deeds = audit(&world, "?subject=product%2FA1").await;
    let deed = &deeds[0];
    let shown = ["kind", "action", "subject", "subject_name", "actor", "node", "reason"]
        .map(|field| deed[field].as_str().unwrap_or("-"));
    assert_eq!(shown, ["product", "changed", "product/A1", "Mug", "admin", "main", "-"]);
    let expected = json!([
        { "field": "name", "before": "Blue mug", "after": "Mug" },
        { "field": "price", "before": null, "after": "2.50" },
    ]);
    assert_eq!(deed["changes"], expected);
    assert_eq!((deeds.len(), &deeds[1]["action"]), (2, &json!("created")));
}

#[tokio::test]
async fn refusals_are_told_as_they_were_answered() {
    let world = World::new().await;
    let issue = json!({ "kind": "issue", "warehouse": "LON", "sku": "A1", "quantity": 7 });
    let refused = world.post("/v1/movements", issue).await;
    let deeds = audit(&world, "?kind=refusal&actor=admin").await;
    assert_eq!(deeds.len(), 1);
    assert_eq!(deeds[0]["refusals"], json!([{ "line": null, "problem": refused.json() }]));
    assert!(audit(&world, "?kind=refusal&actor=nobody").await.is_empty());
    assert!(audit(&world, "?kind=refusal&node=mad").await.is_empty());
}

#[tokio::test]
async fn grants_are_shown_and_passwords_are_not() {
    let world = World::new().await;
    let grants = json!([{ "role": "operator", "warehouses": ["LON"] }]);
    let bo = json!({ "username": "bo", "password": "a long password", "grants": grants });
    let id = world.post("/v1/users", bo).await.text("/id");
    let subject = format!("user/{id}");
    let deeds = audit(&world, &format!("?subject={}", subject.replace('/', "%2F"))).await;
    let fields = deeds[0]["changes"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|change| change["field"] == name).unwrap();
    assert_eq!(field("grants")["after"], grants);
    assert_eq!(field("password")["after"], json!(true));
    assert!(!serde_json::to_string(&deeds).unwrap().contains("argon2"), "{deeds:?}");
}

#[tokio::test]
async fn pages_go_on_and_wrong_filters_are_refused() {
    let world = World::new().await;
    let (mut found, mut query) = (Vec::new(), String::new());
    loop {
        let page = world.get(&format!("/v1/audit?limit=2{query}")).await.json();
        found.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(found, audit(&world, "?limit=1000").await);
    assert!(found.iter().any(|deed| deed["kind"] == "company"), "{found:?}");
    assert_eq!(world.get("/v1/audit?kind=movement").await.outcome(), "400 unknown_value");
    assert_eq!(world.get("/v1/audit?from=yesterday").await.outcome(), "422 invalid_time");
    assert!(audit(&world, "?to=2020-01-01T00:00:00Z").await.is_empty());
}

#[tokio::test]
async fn the_audit_is_a_file_for_administrators_alone() {
    let world = World::on_disk().await;
    let change = json!({ "name": "=Mug", "price": "2.50" });
    world.call("PATCH", "/v1/products/A1", &world.admin, Some(change)).await;
    let file = world.get("/v1/audit.csv?subject=product%2FA1").await;
    let text = String::from_utf8(file.bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with("field,before,after"), "{text}");
    assert!(lines[1].contains(",product,changed,product/A1,") && lines[2].ends_with("price,,2.50"), "{text}");
    let mia = world.user("mia", Role::Manager, &[]).await;
    for list in ["/v1/audit", "/v1/audit.csv", "/v1/audit.xlsx"] {
        assert_eq!(world.call("GET", list, &mia, None).await.outcome(), "403 forbidden", "{list}");
    }
}

#[tokio::test]
async fn why_a_product_is_retired_is_kept() {
    let world = World::new().await;
    let retired = world.call("DELETE", "/v1/products/A1?reason=sold+out", &world.admin, None).await;
    assert_eq!(retired.outcome(), "204");
    let back = json!({ "retired": false, "reason": "found more" });
    assert_eq!(world.call("PATCH", "/v1/products/A1", &world.admin, Some(back)).await.outcome(), "200");
    let deeds = audit(&world, "?subject=product%2FA1").await;
    let told = |deed: &Value| (deed["action"].clone(), deed["reason"].clone());
    assert_eq!(told(&deeds[0]), (json!("changed"), json!("found more")));
    assert_eq!(told(&deeds[1]), (json!("retired"), json!("sold out")));
}
