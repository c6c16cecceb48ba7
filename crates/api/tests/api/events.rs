//! Server-sent events: in order, resumable, confined to what the reader may see, and over when the session is.

use std::time::Duration;

use acopio_ledger::records::Role;
use axum::body::BodyDataStream;
use axum::http::Request;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::World;

/// A reader of the events.
struct Reader {
    stream: BodyDataStream,
    text: String,
}

impl Reader {
    async fn open(world: &World, token: &str, last_event_id: Option<&str>) -> Reader {
        let mut request = Request::get("/v1/events").header("authorization", format!("Bearer {token}"));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Reader { stream: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event: its id, its name and its data; nothing when the stream is over.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                    line.unwrap_or_default().to_owned()
                };
                let event = (field("id"), field("event"), field("data"));
                self.text = rest.to_owned();
                if !event.1.is_empty() {
                    return Some((event.0, event.1, serde_json::from_str(&event.2).unwrap()));
                }
                continue;
            }
            let piece = tokio::time::timeout(Duration::from_secs(10), self.stream.next());
            let piece = piece.await.expect("an event comes within ten seconds")?.unwrap();
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    async fn name_and_data(&mut self) -> (String, Value) {
        let (_, name, data) = self.next().await.expect("the stream goes on");
        (name, data)
    }
}

#[tokio::test]
async fn what_happens_is_told_in_order() {
    let world = World::new().await;
    let mut reader = Reader::open(&world, &world.admin, None).await;
    world.receive("LON", "A1", 12).await;
    let (name, data) = reader.name_and_data().await;
    assert_eq!((name.as_str(), &data["on_hand"], &data["actor"]), ("movement", &json!(12), &json!("admin")));
    let rule = Some(json!({ "minimum": 20, "target": 30 }));
    world.call("PUT", "/v1/warehouses/LON/reorder-rules/A1", &world.admin, rule).await;
    assert_eq!(reader.name_and_data().await.0, "reorder_rule");
    let (name, data) = reader.name_and_data().await;
    assert_eq!(
        (name.as_str(), &data["available"], &data["minimum"]),
        ("alert_raised", &json!(12), &json!(20))
    );
    let patch = Some(json!({ "name": "Mug", "cost": 1 }));
    world.call("PATCH", "/v1/products/A1", &world.admin, patch).await;
    let (name, data) = reader.name_and_data().await;
    assert_eq!((name.as_str(), &data["changed"]), ("product", &json!(["name", "cost"])));
}

#[tokio::test]
async fn a_broken_stream_goes_on_where_it_ended() {
    let world = World::new().await;
    let mut reader = Reader::open(&world, &world.admin, None).await;
    world.receive("LON", "A1", 1).await;
    let (id, _, _) = reader.next().await.unwrap();
    drop(reader);
    world.receive("LON", "A1", 2).await;
    world.receive("LON", "A1", 3).await;
    let mut reader = Reader::open(&world, &world.admin, Some(&id)).await;
    for on_hand in [3, 6] {
        assert_eq!(reader.name_and_data().await.1["on_hand"], json!(on_hand));
    }
    // A plain number is a position of the node's own log, as ids were when there was no other.
    let number = id.split_once(':').expect("a position vector").1;
    let mut reader = Reader::open(&world, &world.admin, Some(number)).await;
    assert_eq!(reader.name_and_data().await.1["on_hand"], json!(3));
    let wrong = Request::get("/v1/events?last_event_id=nonsense");
    assert_eq!(world.send(wrong, Some(&world.admin), None).await.outcome(), "400 invalid_parameter");
}

#[tokio::test]
async fn a_position_of_another_log_is_told() {
    let world = World::new().await;
    let mut reader = Reader::open(&world, &world.admin, Some("main:99999")).await;
    assert_eq!(reader.name_and_data().await.0, "reset");
    world.receive("LON", "A1", 1).await;
    assert_eq!(reader.name_and_data().await.0, "movement");
}

#[tokio::test]
async fn readers_see_their_warehouses_and_no_cost() {
    let world = World::new().await;
    let oscar = world.user("oscar", Role::Operator, &["LON"]).await;
    let mut reader = Reader::open(&world, &oscar, None).await;
    world.receive("MAD", "A1", 1).await;
    world.call("PATCH", "/v1/products/A1", &world.admin, Some(json!({ "cost": 1 }))).await;
    world.call("PATCH", "/v1/products/A1", &world.admin, Some(json!({ "cost": 2, "price": 3 }))).await;
    world.receive("LON", "A1", 5).await;
    let (name, data) = reader.name_and_data().await;
    assert_eq!((name.as_str(), &data["changed"]), ("product", &json!(["price"])));
    let (name, data) = reader.name_and_data().await;
    assert_eq!((name.as_str(), &data["warehouse"]), ("movement", &json!("LON")));
}

#[tokio::test]
async fn the_stream_ends_with_the_session() {
    let world = World::new().await;
    let token = world.log_in("admin").await;
    let mut reader = Reader::open(&world, &token, None).await;
    world.receive("LON", "A1", 1).await;
    assert!(reader.next().await.is_some());
    world.call("DELETE", "/v1/sessions/current", &token, None).await;
    assert_eq!(reader.next().await, None);
}
