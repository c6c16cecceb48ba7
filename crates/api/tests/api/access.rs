//! Every route × every role.

use acopio_ledger::records::Role;
use serde_json::{Value, json};

use crate::document::operations;
use crate::world::World;

/// Who may do something, the least of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Least {
    /// Without logging in.
    Anybody,
    /// Whoever has logged in.
    User,
    /// Whoever has a role somewhere.
    Viewer,
    /// Operators of LON.
    Operator,
    /// Managers somewhere.
    Manager,
    /// Managers of LON.
    ManagerOfLondon,
    /// Managers everywhere.
    ManagerEverywhere,
    /// Administrators.
    Admin,
}

use Least::*;

/// Each call with a body that is right in form, and the least who may make it. What it names does not exist where
/// possible, so that the order does not matter.
fn table() -> Vec<(&'static str, &'static str, Option<Value>, Least)> {
    let movement = json!({ "kind": "issue", "warehouse": "LON", "sku": "NOPE", "quantity": 1 });
    let batch = json!({ "movements": [movement.clone()] });
    let rule = json!({ "minimum": 1, "target": 2 });
    let name = json!({ "name": "Name" });
    let import = json!({});
    let transfer = json!({ "from": "LON", "to": "MAD", "lines": [{ "sku": "NOPE", "quantity": 1 }] });
    let take_over = json!({ "warehouse": "LON", "old_machine_is_stopped": true });
    let settlement = json!({ "lines": [{ "sku": "NOPE", "lost": 1 }] });
    vec![
        ("GET", "/health", None, Anybody),
        ("GET", "/ready", None, Anybody),
        ("GET", "/metrics", None, Admin),
        ("POST", "/v1/sessions", Some(json!({ "username": "nobody", "password": "x" })), Anybody),
        ("GET", "/v1/sessions", None, User),
        ("DELETE", "/v1/sessions/{id}", None, User),
        ("DELETE", "/v1/sessions/current", None, User),
        ("GET", "/v1/tokens", None, User),
        ("POST", "/v1/tokens", Some(json!({ "label": "x" })), User),
        ("DELETE", "/v1/tokens/{id}", None, User),
        ("GET", "/v1/users/me", None, User),
        ("POST", "/v1/users/me/password", Some(json!({ "current": "x", "new": "short" })), User),
        ("GET", "/v1/users", None, Admin),
        ("POST", "/v1/users", Some(json!({ "username": "x", "password": "short" })), Admin),
        ("GET", "/v1/users/{id}", None, Admin),
        ("PATCH", "/v1/users/{id}", Some(json!({})), Admin),
        ("DELETE", "/v1/users/{id}", None, Admin),
        ("GET", "/v1/products", None, Viewer),
        ("POST", "/v1/products", Some(json!({ "sku": "A1", "name": "Twin" })), Manager),
        ("GET", "/v1/products/{sku}", None, Viewer),
        ("PATCH", "/v1/products/{sku}", Some(json!({})), Manager),
        ("DELETE", "/v1/products/{sku}", None, Manager),
        ("GET", "/v1/products/{sku}/stock", None, Viewer),
        ("GET", "/v1/categories", None, Viewer),
        ("POST", "/v1/categories", Some(name.clone()), Manager),
        ("GET", "/v1/categories/{id}", None, Viewer),
        ("PATCH", "/v1/categories/{id}", Some(name.clone()), Manager),
        ("DELETE", "/v1/categories/{id}", None, Manager),
        ("GET", "/v1/warehouses", None, Viewer),
        ("POST", "/v1/warehouses", Some(json!({ "code": "LON", "name": "Twin" })), Admin),
        ("GET", "/v1/warehouses/{code}", None, Viewer),
        ("PATCH", "/v1/warehouses/{code}", Some(name), Admin),
        ("GET", "/v1/stock", None, Viewer),
        ("GET", "/v1/movements", None, Viewer),
        ("POST", "/v1/movements", Some(movement), Operator),
        ("POST", "/v1/movements/batch", Some(batch), Operator),
        ("GET", "/v1/movements/{id}", None, Viewer),
        ("POST", "/v1/movements/{id}/undo", None, Operator),
        ("GET", "/v1/holds", None, Viewer),
        (
            "POST",
            "/v1/holds",
            Some(json!({ "warehouse": "LON", "sku": "NOPE", "quantity": 1, "reason": "x" })),
            Operator,
        ),
        ("GET", "/v1/holds/{id}", None, Viewer),
        ("POST", "/v1/holds/{id}/release", None, Operator),
        ("GET", "/v1/transfers", None, Viewer),
        ("POST", "/v1/transfers", Some(transfer), Operator),
        ("GET", "/v1/transfers/{id}", None, Viewer),
        ("POST", "/v1/transfers/{id}/dispatch", None, Operator),
        ("POST", "/v1/transfers/{id}/receive", None, Operator),
        ("POST", "/v1/transfers/{id}/settle", Some(settlement), Operator),
        ("POST", "/v1/transfers/{id}/cancel", None, Operator),
        ("GET", "/v1/reorder-rules", None, Viewer),
        ("GET", "/v1/warehouses/{code}/reorder-rules/{sku}", None, Viewer),
        ("PUT", "/v1/warehouses/{code}/reorder-rules/{sku}", Some(rule), ManagerOfLondon),
        ("DELETE", "/v1/warehouses/{code}/reorder-rules/{sku}", None, ManagerOfLondon),
        ("GET", "/v1/alerts", None, Viewer),
        ("GET", "/v1/alerts/{id}", None, Viewer),
        ("POST", "/v1/alerts/{id}/acknowledge", None, Operator),
        ("POST", "/v1/alerts/{id}/snooze", Some(json!({ "hours": 1 })), Operator),
        ("GET", "/v1/cluster", None, User),
        ("POST", "/v1/cluster/take-over", Some(take_over), Admin),
        ("POST", "/v1/cluster/logs/{node}/release", None, Admin),
        ("POST", "/v1/cluster/nodes/{node}/remove", None, Admin),
        ("POST", "/v1/cluster/nodes/{node}/replace", None, Admin),
        ("POST", "/v1/warehouses/{code}/hand-over", Some(json!({ "to": "main" })), Admin),
        ("POST", "/v1/warehouses/{code}/durability", Some(json!({ "durability": "local" })), Admin),
        ("GET", "/v1/reconcile", None, Viewer),
        ("GET", "/v1/reconcile/{id}", None, Viewer),
        ("POST", "/v1/reconcile/{id}/post", None, Manager),
        ("POST", "/v1/reconcile/{id}/discard", None, Manager),
        ("GET", "/v1/conflicts", None, Manager),
        ("POST", "/v1/conflicts/{id}/settle", None, Manager),
        ("GET", "/v1/explorer/tables", None, Admin),
        ("POST", "/v1/explorer/query", Some(json!({ "sql": "SELECT 1" })), Admin),
        ("POST", "/v1/explorer/query.csv", Some(json!({ "sql": "SELECT 1" })), Admin),
        ("GET", "/v1/operations", None, User),
        ("GET", "/v1/operations/{id}", None, User),
        ("GET", "/v1/dead-letters", None, Admin),
        ("POST", "/v1/dead-letters/{id}/requeue", None, Admin),
        ("DELETE", "/v1/dead-letters/{id}", None, Admin),
        ("GET", "/v1/events", None, Viewer),
        ("GET", "/v1/statistics/movements", None, Viewer),
        ("GET", "/v1/settings", None, User),
        ("PATCH", "/v1/settings", Some(json!({})), Admin),
        ("GET", "/v1/audit", None, Admin),
        ("GET", "/v1/verify", None, Admin),
        ("POST", "/v1/backups", None, Admin),
        ("GET", "/v1/imports", None, ManagerEverywhere),
        ("POST", "/v1/imports", Some(import), ManagerEverywhere),
    ]
}

/// A login name, a role in all or named warehouses, and what that allows.
type Person = (&'static str, Option<(Role, &'static [&'static str])>, &'static [Least]);

/// Everybody who tries.
const PEOPLE: [Person; 6] = [
    ("nina", None, &[Anybody, User]),
    ("vera", Some((Role::Viewer, &[])), &[Anybody, User, Viewer]),
    ("oscar", Some((Role::Operator, &["LON"])), &[Anybody, User, Viewer, Operator]),
    ("mia", Some((Role::Manager, &["LON"])), &[Anybody, User, Viewer, Operator, Manager, ManagerOfLondon]),
    (
        "max",
        Some((Role::Manager, &[])),
        &[Anybody, User, Viewer, Operator, Manager, ManagerOfLondon, ManagerEverywhere],
    ),
    (
        "alma",
        Some((Role::Admin, &[])),
        &[Anybody, User, Viewer, Operator, Manager, ManagerOfLondon, ManagerEverywhere, Admin],
    ),
];

/// A path to something: to what exists where that changes nothing.
fn concrete(path: &str) -> String {
    let id = if path.contains("conflicts") {
        "product%2FNOPE%2Fname"
    } else if path.contains("users") || path.contains("sessions") || path.contains("tokens") {
        "00000000-0000-7000-8000-000000000000"
    } else {
        "main.1.9999"
    };
    let query =
        if path.starts_with("/v1/statistics") { "?from=2026-01-01T00:00:00Z&step=day&steps=2" } else { "" };
    let path = format!("{path}{query}");
    path.replace("{id}", id).replace("{sku}", "NOPE").replace("{code}", "LON").replace("{node}", "mad")
}

#[tokio::test]
async fn every_route_is_open_to_just_those_who_may() {
    let world = World::on_disk().await;
    for (name, grant, may) in PEOPLE {
        let token = match grant {
            Some((role, warehouses)) => world.user(name, role, warehouses).await,
            None => nobody(&world, name).await,
        };
        for (method, path, body, least) in table() {
            if path == "/v1/sessions/current" || (path == "/v1/events" && may.contains(&least)) {
                continue; // One would end the session, the other never ends; both have tests of their own.
            }
            let answer = world.call(method, &concrete(path), &token, body.clone()).await;
            let is_refused = answer.outcome() == "403 forbidden";
            assert_eq!(is_refused, !may.contains(&least), "{name}: {method} {path}: {}", answer.outcome());
            assert_ne!(answer.status, 500, "{name}: {method} {path}");
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_logging_in() {
    let world = World::new().await;
    for (method, path, body, least) in table() {
        let request = axum::http::Request::builder().method(method).uri(concrete(path));
        let answer = world.send(request, None, body).await;
        let is_login = path == "/v1/sessions" && method == "POST"; // It has 401 of its own.
        let is_refused = answer.outcome() == "401 unauthenticated";
        assert_eq!(is_refused, least != Anybody || is_login, "{method} {path}: {}", answer.outcome());
    }
}

#[test]
fn every_operation_of_the_document_is_in_the_table() {
    let table = table();
    for (method, path, _) in operations() {
        // Imports and exports stand beside their own handlers; their role is checked at the head of the list here.
        if path.starts_with("/v1/imports/")
            || path.ends_with(".csv") && !path.contains("explorer")
            || path.contains(".xlsx")
        {
            continue;
        }
        let is_known = table.iter().any(|row| row.0 == method && row.1 == path);
        assert!(is_known, "{method} {path} is not in the table");
    }
}

async fn nobody(world: &World, name: &str) -> String {
    let user = crate::world::new_user(name, Vec::new());
    crate::world::submit(&world.node, acopio_ledger::command::Command::CreateUser(user)).await;
    world.log_in(name).await
}
