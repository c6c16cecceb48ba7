//! A server over a node in memory, as tests of imports and exports see it: uploads, waits, and reads what came of it.
#![allow(dead_code, reason = "each test binary uses some of it")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acopio_api::{Api, ApiConfig, credentials};
use acopio_contract::Inventory;
use acopio_ledger::Submission;
use acopio_ledger::command::{Command, Found, NameWarehouse, NewUser, PublishKey};
use acopio_ledger::ids::{CommandId, Incarnation, LogId, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, Title, Username, WarehouseCode};
use acopio_ledger::records::{Grant, Role};
use acopio_node::{Clock, Node, NodeConfig};
use acopio_store::{Faults, MemoryStore};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";
const SIGNING_KEY: [u8; 32] = [7; 32];
/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, and who is logged in.
pub(crate) struct World {
    pub(crate) node: Arc<Node>,
    pub(crate) staging: TempDir,
    router: Router,
    token: String,
}

/// An answer: status, headers and body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The status and, for a refusal, its code.
    pub(crate) fn said(&self) -> String {
        match self.json()["code"].as_str() {
            Some(code) => format!("{} {code}", self.status.as_u16()),
            None => self.status.as_u16().to_string(),
        }
    }
}

impl World {
    /// A company with the warehouses LON and MAD, whose administrator is logged in.
    pub(crate) async fn new() -> World {
        World::over(|node| node).await
    }

    /// The same, where what stands between server and node may misbehave.
    pub(crate) async fn over(between: impl FnOnce(Arc<dyn Inventory>) -> Arc<dyn Inventory>) -> World {
        let identity = LogId { node: NodeName::recorded("main"), incarnation: Incarnation(1) };
        let store = MemoryStore::new(identity, Faults::default());
        let node = Node::start(Box::new(store), NodeConfig::default(), Clock::system()).unwrap();
        found(&*node).await;
        let staging = tempfile::tempdir().unwrap();
        let router = router(between(node.clone()), staging.path().to_owned());
        let mut world = World { node, staging, router, token: String::new() };
        world.token = world.log_in("admin").await;
        world
    }

    /// The same company behind a server that has just been started.
    pub(crate) async fn restart(self) -> World {
        let router = router(self.node.clone(), self.staging.path().to_owned());
        World { router, ..self }
    }

    /// The same server for another user, who is made with one role.
    pub(crate) async fn with_role(&self, role: &str, warehouses: &[&str]) -> World {
        let user = json!({
            "username": role, "full_name": role, "password": PASSWORD, "must_change_password": false,
            "grants": [{ "role": role, "warehouses": warehouses }],
        });
        let made = self.send("POST", "/v1/users", user.to_string().into(), "application/json").await;
        assert_eq!(made.status, 201, "{}", made.text());
        let staging = tempfile::tempdir().unwrap();
        let token = self.log_in(role).await;
        World { node: self.node.clone(), staging, router: self.router.clone(), token }
    }

    async fn log_in(&self, username: &str) -> String {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.send("POST", "/v1/sessions", body.to_string().into(), "application/json").await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Body, content_type: &str) -> Answer {
        let typed = [("content-type", content_type)];
        self.send_with(method, path, body, if content_type.is_empty() { &[] } else { &typed }).await
    }

    pub(crate) async fn send_with(
        &self,
        method: &str,
        path: &str,
        body: Body,
        headers: &[(&str, &str)],
    ) -> Answer {
        let (parts, body) = self.begin(method, path, body, headers).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Sends a request, and leaves it to the caller to read the body of the answer.
    pub(crate) async fn begin(
        &self,
        method: &str,
        path: &str,
        body: Body,
        headers: &[(&str, &str)],
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty(), "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, body.to_string().into(), "application/json").await
    }

    /// Makes a product.
    pub(crate) async fn product(&self, product: Value) {
        let made = self.post("/v1/products", product).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }

    /// Uploads a file and waits for the check. Answers with the import.
    pub(crate) async fn upload(&self, profile: &str, file: &[u8]) -> Value {
        let (body, content_type) =
            form(&[("profile", "p.toml", profile.as_bytes()), ("file", "f.csv", file)]);
        let answer = self.send("POST", "/v1/imports", body, &content_type).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        self.wait(&answer.json()).await
    }

    /// Commits and waits for the end. Answers with the import.
    pub(crate) async fn commit(&self, import: &Value) -> Value {
        let answer = self.post(&path(import, "/commit"), json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        self.wait(import).await
    }

    /// Uploads and commits.
    pub(crate) async fn import(&self, profile: &str, file: &[u8]) -> Value {
        let import = self.upload(profile, file).await;
        self.commit(&import).await
    }

    /// Waits until nobody works on an import any more.
    pub(crate) async fn wait(&self, import: &Value) -> Value {
        let begun = Instant::now();
        loop {
            let import = self.get(&path(import, "")).await.json();
            if !["checking", "committing"].contains(&import["state"].as_str().unwrap()) {
                return import;
            }
            assert!(begun.elapsed() < PATIENCE, "still at work: {import}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What is not posted, as `row column: reason`.
    pub(crate) async fn problems(&self, import: &Value) -> Vec<String> {
        let page = self.get(&path(import, "/problems?limit=1000")).await.json();
        let shown = |item: &Value| {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            format!("{} {}: {}", item["row"], text("column"), text("reason"))
        };
        page["items"].as_array().unwrap().iter().map(shown).collect()
    }

    /// Stock as `sku warehouse on_hand`.
    pub(crate) async fn stock(&self) -> Vec<String> {
        let page = self.get("/v1/stock?limit=1000").await.json();
        let shown = |item: &Value| {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            format!("{} {} {}", text("sku"), text("warehouse"), item["on_hand"].to_string().trim_matches('"'))
        };
        page["items"].as_array().unwrap().iter().map(shown).collect()
    }

    /// The last position of the log.
    pub(crate) fn head(&self) -> u64 {
        self.node.watch().borrow().head.0
    }
}

/// The path of an import.
pub(crate) fn path(import: &Value, end: &str) -> String {
    format!("/v1/imports/{}{end}", import["id"].as_str().unwrap())
}

/// The figures of an import by name, as in `rows 3, posted 2`.
pub(crate) fn figures(import: &Value, names: &[&str]) -> String {
    names.iter().map(|name| format!("{name} {}", import[name])).collect::<Vec<_>>().join(", ")
}

/// A multipart body and its type.
pub(crate) fn form(parts: &[(&str, &str, &[u8])]) -> (Body, String) {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let head =
            format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    (body.into(), "multipart/form-data; boundary=xyz".to_owned())
}

fn router(inventory: Arc<dyn Inventory>, staging: PathBuf) -> Router {
    let config =
        ApiConfig { node: NodeName::recorded("main"), signing_key: SIGNING_KEY, staging, https: false };
    Api::new(inventory, config).unwrap().router()
}

async fn found(inventory: &dyn Inventory) {
    let admin = NewUser {
        id: UserId([1; 16]),
        username: Username::recorded("admin"),
        email: None,
        full_name: "Admin".to_owned(),
        password_hash: credentials::hash(PASSWORD),
        must_change_password: false,
        grants: vec![Grant { role: Role::Admin, warehouses: vec![] }],
    };
    let warehouse = |code: &str| {
        Command::CreateWarehouse(NameWarehouse {
            code: WarehouseCode::recorded(code),
            name: Title::recorded(code),
            expected: None,
        })
    };
    let commands = [
        Command::Found(Found { company: [9; 16], admin }),
        Command::PublishKey(PublishKey { public_key: credentials::public_key(&SIGNING_KEY) }),
        warehouse("LON"),
        warehouse("MAD"),
    ];
    for (number, command) in commands.into_iter().enumerate() {
        let key = IdempotencyKey::recorded(&format!("found-{number}"));
        let id = CommandId { user: UserId::default(), key };
        let receipt = inventory
            .submit(Submission { id, cause: None, command, expires: None, place: None })
            .await
            .unwrap();
        assert_eq!(receipt.refusal(), None);
    }
}
