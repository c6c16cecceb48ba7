//! A company of two warehouses behind the API, and the words in which tests talk to it.

use std::sync::{Arc, OnceLock};

use acopio_api::{Api, ApiConfig, credentials};
use acopio_contract::query::{Entries, EntryRow, Status, ask};
use acopio_contract::{Inventory, Receipt};
use acopio_ledger::command::{Command, Found, NewUser, PublishKey};
use acopio_ledger::ids::{CommandId, Incarnation, LogId, Positions, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, Username};
use acopio_ledger::records::{Grant, Role};
use acopio_ledger::{Body as EntryBody, Submission};
use acopio_node::{Clock, Node, NodeConfig};
use acopio_store::{Faults, MemoryStore, OpenOptions, SqliteStore, Store};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use crate::elsewhere::Elsewhere;

/// Everybody's password: hashing one for each would be most of the time the tests take.
pub(crate) const PASSWORD: &str = "a long password";

/// A company with an administrator `admin`, the warehouses LON and MAD, and a product `A1`.
pub(crate) struct World {
    pub(crate) node: Arc<Node>,
    pub(crate) router: Router,
    pub(crate) admin: String,
    /// Where files lie; removed with the world.
    pub(crate) folder: TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        let text = || String::from_utf8_lossy(&self.bytes).into_owned();
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", text()))
    }

    /// A text in the body's JSON.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let value = self.json();
        match value.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("no {pointer} in {value}"),
        }
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Status and code, as in `409 insufficient_stock`, or the status alone.
    pub(crate) fn outcome(&self) -> String {
        if self.header("content-type") == "application/problem+json" {
            let body = self.json();
            assert_eq!(body["status"], self.status, "{body}");
            format!("{} {}", self.status, body["code"].as_str().unwrap())
        } else {
            self.status.to_string()
        }
    }
}

impl World {
    /// A company whose node is called `main`.
    pub(crate) async fn new() -> World {
        World::founded("main", [7; 32]).await
    }

    /// A company on a store in memory.
    pub(crate) async fn founded(name: &str, signing_key: [u8; 32]) -> World {
        let store = MemoryStore::new(identity(name), Faults::default());
        World::over(Box::new(store), tempfile::tempdir().unwrap(), signing_key).await
    }

    /// A company on a database in a file.
    pub(crate) async fn on_disk() -> World {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("acopio.db");
        let store = SqliteStore::open(&file, identity("main"), OpenOptions::default()).unwrap();
        World::over(Box::new(store), folder, [7; 32]).await
    }

    /// A company of two nodes, as one of them sees it.
    pub(crate) async fn beside() -> (World, Arc<Elsewhere>) {
        let store = MemoryStore::new(identity("main"), Faults::default());
        let node = Node::start(Box::new(store), NodeConfig::default(), Clock::system()).unwrap();
        let elsewhere = Elsewhere::beside(node.clone());
        let world = World::serving(node, elsewhere.clone(), tempfile::tempdir().unwrap(), [7; 32]).await;
        (world, elsewhere)
    }

    async fn over(store: Box<dyn Store>, folder: TempDir, signing_key: [u8; 32]) -> World {
        let node = Node::start(store, NodeConfig::default(), Clock::system()).unwrap();
        World::serving(node.clone(), node, folder, signing_key).await
    }

    /// A company on a node, which the API reaches through an inventory.
    async fn serving(
        node: Arc<Node>,
        inventory: Arc<dyn Inventory>,
        folder: TempDir,
        signing_key: [u8; 32],
    ) -> World {
        let name = ask(&*node, Status).await.unwrap().node;
        let staging = folder.path().join("staging");
        let config = ApiConfig { node: name, signing_key, staging, https: false };
        let api = Api::new(inventory, config).unwrap();
        let public_key = credentials::public_key(&signing_key);
        submit(&node, Command::PublishKey(PublishKey { public_key })).await;
        let admin = new_user("admin", vec![Grant { role: Role::Admin, warehouses: Vec::new() }]);
        submit(&node, Command::Found(Found { company: [1; 16], admin })).await;
        let mut world = World { node, router: api.router(), admin: String::new(), folder };
        world.admin = world.log_in("admin").await;
        for (code, name) in [("LON", "London"), ("MAD", "Madrid")] {
            let made = world.post("/v1/warehouses", json!({ "code": code, "name": name })).await;
            assert_eq!(made.status, 201);
        }
        world.product(json!({ "sku": "A1", "name": "Blue mug" })).await;
        world
    }

    /// Logs in and answers the token.
    pub(crate) async fn log_in(&self, username: &str) -> String {
        let login = json!({ "username": username, "password": PASSWORD });
        let answer = self.send(Request::post("/v1/sessions"), None, Some(login)).await;
        assert_eq!(answer.outcome(), "201");
        answer.text("/token")
    }

    /// Creates a user with one grant and answers their token.
    pub(crate) async fn user(&self, username: &str, role: Role, warehouses: &[&str]) -> String {
        let warehouses = warehouses.iter().map(|code| code.parse_code()).collect();
        let user = new_user(username, vec![Grant { role, warehouses }]);
        submit(&self.node, Command::CreateUser(user)).await;
        self.log_in(username).await
    }

    /// Creates a product.
    pub(crate) async fn product(&self, product: Value) -> Answer {
        let answer = self.post("/v1/products", product).await;
        assert_eq!(answer.outcome(), "201");
        answer
    }

    /// The statements that the log tells of.
    pub(crate) async fn statements(&self) -> Vec<Value> {
        let query = Entries { after: Positions::default(), limit: 1_000 };
        let rows = ask(&*self.node, query).await.unwrap();
        let sql = |row: EntryRow| match row.body {
            EntryBody::StatementRun(run) => Some(Value::String(run.sql)),
            _ => None,
        };
        rows.into_iter().filter_map(sql).collect()
    }

    /// Receives stock of a SKU in a warehouse.
    pub(crate) async fn receive(&self, warehouse: &str, sku: &str, quantity: i64) -> Answer {
        let movement = json!({ "kind": "receipt", "warehouse": warehouse, "sku": sku, "quantity": quantity });
        let answer = self.post("/v1/movements", movement).await;
        assert_eq!(answer.outcome(), "201");
        answer
    }

    /// The administrator posts.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, &self.admin, Some(body)).await
    }

    /// The administrator asks.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &self.admin, None).await
    }

    /// Somebody calls.
    pub(crate) async fn call(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
        self.send(Request::builder().method(method).uri(path), Some(token), body).await
    }

    /// Sends a request with headers of one's own.
    pub(crate) async fn send(
        &self,
        request: axum::http::request::Builder,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = request;
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.raw(request.body(body).unwrap()).await
    }

    /// Sends just this.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec();
        Answer { status: head.status.as_u16(), headers: head.headers, bytes }
    }
}

fn identity(name: &str) -> LogId {
    LogId { node: NodeName::new(name).unwrap(), incarnation: Incarnation(1) }
}

/// Texts as codes, for short tests.
trait ParseCode {
    fn parse_code(&self) -> acopio_ledger::names::WarehouseCode;
}

impl ParseCode for &str {
    fn parse_code(&self) -> acopio_ledger::names::WarehouseCode {
        acopio_ledger::names::WarehouseCode::new(self).unwrap()
    }
}

/// A user with the password of all.
pub(crate) fn new_user(username: &str, grants: Vec<Grant>) -> NewUser {
    static HASH: OnceLock<String> = OnceLock::new();
    NewUser {
        id: UserId(*Uuid::now_v7().as_bytes()),
        username: Username::new(username).unwrap(),
        email: None,
        full_name: username.to_owned(),
        password_hash: HASH.get_or_init(|| credentials::hash(PASSWORD)).clone(),
        must_change_password: false,
        grants,
    }
}

/// Submits a command past the API.
pub(crate) async fn submit(node: &Node, command: Command) -> Receipt {
    let key = IdempotencyKey::new(&Uuid::now_v7().to_string()).unwrap();
    let id = CommandId { user: UserId([0; 16]), key };
    let receipt =
        node.submit(Submission { id, cause: None, command, expires: None, place: None }).await.unwrap();
    assert!(receipt.refusal().is_none(), "{:?}", receipt.refusal());
    receipt
}
