//! Health, readiness, metrics, proof and backup.

use std::net::SocketAddr;

use acopio_ledger::records::Role;
use axum::extract::ConnectInfo;
use axum::http::Request;

use crate::world::World;

#[tokio::test]
async fn health_names_the_node_in_json_or_text() {
    let world = World::new().await;
    let json = world.send(Request::get("/health"), None, None).await;
    assert_eq!((json.outcome(), json.text("/node")), ("200".into(), "main".into()));
    let text = world.send(Request::get("/health").header("accept", "text/plain"), None, None).await;
    assert_eq!(text.bytes, b"ok main\n");
    let ready = world.send(Request::get("/ready"), None, None).await;
    assert_eq!((ready.outcome(), ready.text("/status")), ("200".into(), "ready".into()));
}

#[tokio::test]
async fn a_stopped_node_is_not_ready() {
    let world = World::new().await;
    let node = world.node.clone();
    tokio::task::spawn_blocking(move || node.stop()).await.unwrap();
    let movement = serde_json::json!({ "kind": "receipt", "warehouse": "LON", "sku": "A1", "quantity": 1 });
    let answer = world.post("/v1/movements", movement).await;
    assert_eq!(answer.outcome(), "503 stopped");
    assert_eq!(world.get("/v1/stock").await.outcome(), "200");
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_administrators() {
    let world = World::new().await;
    let from = async |address: &str, forwarded: bool, token: Option<&str>| {
        let address: SocketAddr = address.parse().unwrap();
        let mut request = Request::get("/metrics").extension(ConnectInfo(address));
        if forwarded {
            request = request.header("x-forwarded-for", "192.0.2.1");
        }
        world.send(request, token, None).await
    };
    let vera = world.user("vera", Role::Viewer, &[]).await;
    assert_eq!(from("127.0.0.1:1", false, None).await.outcome(), "200");
    assert_eq!(from("[::1]:1", false, None).await.outcome(), "200");
    assert_eq!(from("127.0.0.1:1", true, None).await.outcome(), "401 unauthenticated");
    assert_eq!(from("192.0.2.7:1", false, None).await.outcome(), "401 unauthenticated");
    assert_eq!(from("192.0.2.7:1", false, Some(&vera)).await.outcome(), "403 forbidden");
    let answer = from("192.0.2.7:1", false, Some(&world.admin)).await;
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(
        text.contains(
            "acopio_http_requests_total{route=\"/v1/sessions\",method=\"POST\",status=\"201\"} 2\n"
        )
    );
    assert!(text.contains("acopio_log_head_seq{node=\"main\"}"));
    assert!(!text.contains("A1"), "no SKU is a label");
}

#[tokio::test]
async fn the_log_verifies() {
    let world = World::new().await;
    world.receive("LON", "A1", 5).await;
    let report = world.get("/v1/verify").await;
    assert_eq!((report.outcome(), report.text("/ok")), ("200".into(), "true".into()));
    assert_eq!((report.text("/movements"), report.text("/fault")), ("1".into(), "null".into()));
}

#[tokio::test]
async fn a_backup_is_downloaded_and_leaves_nothing_behind() {
    let world = World::on_disk().await;
    world.receive("LON", "A1", 5).await;
    let answer = world.call("POST", "/v1/backups", &world.admin, None).await;
    assert_eq!(answer.outcome(), "200");
    assert_eq!(answer.header("content-length"), answer.bytes.len().to_string());
    assert!(answer.header("content-disposition").contains("acopio-main.db"));
    assert!(answer.bytes.starts_with(b"SQLite format 3\0"));
    let left = std::fs::read_dir(world.folder.path().join("staging")).unwrap();
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().starts_with("backup-")), "{names:?}");
}
