//! Commands for a warehouse that another node decides for: accepted, followed, and known by their key.

use acopio_ledger::records::Role;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{Answer, World};

fn receipt(quantity: i64) -> Value {
    json!({ "kind": "receipt", "warehouse": "MAD", "sku": "A1", "quantity": quantity })
}

async fn post(world: &World, path: &str, key: &str, prefer: Option<&str>, body: Value) -> Answer {
    let mut request = Request::post(path).header("idempotency-key", key);
    if let Some(prefer) = prefer {
        request = request.header("prefer", prefer);
    }
    world.send(request, Some(&world.admin), Some(body)).await
}

#[tokio::test]
async fn a_command_for_another_node_is_accepted_and_followed() {
    let (world, elsewhere) = World::beside().await;
    let accepted = post(&world, "/v1/movements", "k-1", None, receipt(5)).await;
    assert_eq!((accepted.outcome(), accepted.text("/state")), ("202".into(), "queued".into()));
    assert_eq!(accepted.header("idempotency-key"), "k-1");
    let location = format!("/v1/operations/{}", accepted.text("/id"));
    assert_eq!(accepted.header("location"), location);

    let queued = world.get(&location).await.json();
    let expected = json!({
        "id": accepted.text("/id"), "state": "queued", "command": "move", "warehouse": "MAD", "owner": "mad",
        "actor": "admin", "actor_id": queued["actor_id"], "key": "k-1",
        "accepted_at": "2026-11-23T06:28:36.123Z", "expires_at": "2026-11-30T06:28:36.123Z",
        "result": null, "problem": null,
    });
    assert_eq!(queued, expected);

    elsewhere.reach_madrid().await;
    let done = world.get(&location).await;
    assert_eq!((done.text("/state"), done.text("/problem")), ("done".into(), "null".into()));
    let movement = world.get(&format!("/v1/movements/{}", done.text("/result/id"))).await;
    assert_eq!(movement.text("/stamp"), done.text("/result/stamp"));
    let again = post(&world, "/v1/movements", "k-1", None, receipt(5)).await;
    assert_eq!((again.outcome(), again.text("/id")), ("201".into(), done.text("/result/id")));
}

#[tokio::test]
async fn what_waits_under_a_key_is_one_operation() {
    let (world, _elsewhere) = World::beside().await;
    let first = post(&world, "/v1/movements", "k-1", None, receipt(5)).await;
    let again = post(&world, "/v1/movements", "k-1", None, receipt(5)).await;
    assert_eq!((again.outcome(), again.text("/id")), ("202".into(), first.text("/id")));
    assert_eq!(world.get("/v1/operations").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_from_another_node_is_told_as_a_problem() {
    let (world, elsewhere) = World::beside().await;
    let issue = json!({ "kind": "issue", "warehouse": "MAD", "sku": "A1", "quantity": 5 });
    let accepted = post(&world, "/v1/movements", "k-1", None, issue).await;
    elsewhere.reach_madrid().await;
    let refused = world.get(accepted.header("location")).await;
    assert_eq!(refused.text("/state"), "refused");
    assert_eq!(
        (refused.text("/problem/code"), refused.text("/problem/status")),
        ("insufficient_stock".into(), "409".into())
    );
    assert_ne!(refused.text("/result/id"), "null", "a refusal stands in the log");
}

#[tokio::test]
async fn a_batch_whose_lines_wait_is_accepted_as_a_whole() {
    let (world, elsewhere) = World::beside().await;
    let issue = json!({ "kind": "issue", "warehouse": "MAD", "sku": "A1", "quantity": 9 });
    let batch = json!({ "movements": [receipt(5), issue] });
    let accepted = post(&world, "/v1/movements/batch", "k-1", None, batch.clone()).await;
    assert_eq!(accepted.outcome(), "202");
    elsewhere.reach_madrid().await;
    let done = world.get(accepted.header("location")).await;
    let statuses: Vec<_> =
        done.json()["results"].as_array().unwrap().iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [json!(201), json!(409)]);
    let again = post(&world, "/v1/movements/batch", "k-1", None, batch).await;
    assert_eq!((again.outcome(), again.text("/results/1/code")), ("200".into(), "insufficient_stock".into()));

    let atomic = json!({ "movements": [receipt(1), { "kind": "issue", "warehouse": "MAD", "sku": "A1", "quantity": 99 }],
        "atomic": true });
    let accepted = post(&world, "/v1/movements/batch", "k-2", None, atomic).await;
    elsewhere.reach_madrid().await;
    let refused = world.get(accepted.header("location")).await;
    assert_eq!(
        (refused.text("/state"), refused.text("/problem/results/1/code")),
        ("refused".into(), "insufficient_stock".into())
    );
}

#[tokio::test]
async fn the_caller_says_how_long_to_wait() {
    let (world, elsewhere) = World::beside().await;
    for (prefer, seconds) in [(None, 2), (Some("wait=0"), 0), (Some("respond-async, wait=60"), 60)] {
        let answer = post(&world, "/v1/movements", "k-1", prefer, receipt(5)).await;
        assert_eq!(answer.outcome(), "202");
        assert_eq!(elsewhere.last_wait().as_secs(), seconds, "{prefer:?}");
    }
    let hold = json!({ "warehouse": "MAD", "sku": "A1", "quantity": 1, "reason": "x" });
    post(&world, "/v1/holds", "k-2", Some("wait=7"), hold).await;
    assert_eq!(elsewhere.last_wait().as_secs(), 7);
    for prefer in ["wait=61", "wait=soon", "wait="] {
        let answer = post(&world, "/v1/movements", "k-3", Some(prefer), receipt(5)).await;
        assert_eq!(
            (answer.outcome(), answer.text("/field")),
            ("400 invalid_header".into(), "Prefer".into()),
            "{prefer}"
        );
    }
}

#[tokio::test]
async fn a_batch_for_two_nodes_is_decided_by_each_of_them() {
    let (world, elsewhere) = World::beside().await;
    let london = json!({ "kind": "issue", "warehouse": "LON", "sku": "A1", "quantity": 1 });
    let here = json!({ "kind": "receipt", "warehouse": "LON", "sku": "A1", "quantity": 3 });
    let batch = json!({ "movements": [london, receipt(5), here] });
    let statuses = |answer: &Answer| {
        let results = answer.json()["results"].clone();
        results.as_array().unwrap().iter().map(|line| line["status"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let answer = post(&world, "/v1/movements/batch", "k-1", None, batch.clone()).await;
    assert_eq!((answer.outcome(), answer.header("idempotency-key")), ("200".into(), "k-1"));
    assert_eq!(statuses(&answer), [409, 202, 201]);
    let operation = world.get(&format!("/v1/operations/{}", answer.text("/results/1/operation"))).await;
    assert_eq!((operation.text("/state"), operation.text("/key")), ("queued".into(), "k-1/MAD".into()));
    elsewhere.reach_madrid().await;
    let again = post(&world, "/v1/movements/batch", "k-1", None, batch).await;
    assert_eq!(statuses(&again), [409, 201, 201]);
    assert_eq!(again.text("/results/2/id"), answer.text("/results/2/id"), "what was done is not done again");
}

#[tokio::test]
async fn a_command_says_when_it_comes_too_late() {
    let (world, elsewhere) = World::beside().await;
    let send = async |seconds: &str| {
        let request = Request::post("/v1/movements").header("acopio-expires-in", seconds);
        world.send(request, Some(&world.admin), Some(receipt(5))).await
    };
    assert_eq!(send("0").await.outcome(), "400 invalid_header");
    let accepted = send("1").await;
    assert_eq!(accepted.outcome(), "202");
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    elsewhere.reach_madrid().await;
    let expired = world.get(accepted.header("location")).await;
    assert_eq!(expired.text("/problem/code"), "expired");
}

#[tokio::test]
async fn an_operation_is_waited_for() {
    let (world, elsewhere) = World::beside().await;
    let accepted = post(&world, "/v1/movements", "k-1", None, receipt(5)).await;
    let wait = async |prefer: &'static str| {
        let request = Request::get(accepted.header("location")).header("prefer", prefer);
        world.send(request, Some(&world.admin), None).await
    };
    assert_eq!(wait("wait=0").await.text("/state"), "queued");
    let (waited, ()) = tokio::join!(wait("wait=60"), elsewhere.reach_madrid());
    assert_eq!(waited.text("/state"), "done");
}

#[tokio::test]
async fn operations_are_seen_by_their_user_and_by_managers() {
    let (world, elsewhere) = World::beside().await;
    let oscar = world.user("oscar", Role::Operator, &["MAD"]).await;
    let mia = world.user("mia", Role::Manager, &["MAD"]).await;
    let max = world.user("max", Role::Manager, &[]).await;
    let accepted = world.call("POST", "/v1/movements", &oscar, Some(receipt(5))).await;
    let location = accepted.header("location").to_owned();
    for (token, count, status) in [(&oscar, 1, 200), (&mia, 0, 404), (&max, 1, 200), (&world.admin, 1, 200)] {
        let list = world.call("GET", "/v1/operations?state=queued", token, None).await;
        assert_eq!(list.json()["items"].as_array().unwrap().len(), count);
        assert_eq!(world.call("GET", &location, token, None).await.status, status);
    }
    elsewhere.reach_madrid().await;
    let left = world.call("GET", "/v1/operations?state=queued", &oscar, None).await;
    assert_eq!(left.json()["items"], json!([]));
    let wrong = world.call("GET", "/v1/operations?state=lost", &oscar, None).await;
    assert_eq!(wrong.outcome(), "400 unknown_value");
}
