//! REST as another program would speak it.

use std::sync::Once;
use std::time::Duration;

use serde_json::{Value, json};

use super::{PASSWORD, Server};

const TIMEOUT: Duration = Duration::from_secs(30);

/// A client that is logged in. A copy shares its connections.
#[derive(Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
    base: String,
    token: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Http {
    /// The session's token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Logs in as the administrator.
    pub(crate) async fn login(server: &Server) -> Http {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            rustls::crypto::ring::default_provider().install_default().expect("the first provider")
        });
        let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build().expect("a client");
        let mut http = Http { client, base: server.url.clone(), token: String::new() };
        let answer =
            http.post("/v1/sessions", "login", json!({"username": "admin", "password": PASSWORD})).await;
        let answer = answer.expect("the server is ready");
        assert_eq!(answer.status, 201, "{answer:?}");
        http.token = answer.body["token"].as_str().expect("a token").to_owned();
        http
    }

    /// The same person at a server that was started again, on another port.
    pub(crate) fn at(&self, server: &Server) -> Http {
        self.to(&server.url)
    }

    /// The same person at another server of the company.
    pub(crate) fn to(&self, url: &str) -> Http {
        Http { base: url.to_owned(), ..self.clone() }
    }

    /// The status of an answer that comes within so short a time, if any does.
    pub(crate) async fn probe(&self, path: &str, within: Duration) -> Option<u16> {
        let answer = self.client.get(self.url(path)).timeout(within).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<Answer> {
        answer(self.client.get(self.url(path)).bearer_auth(&self.token).send().await?).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> reqwest::Result<Answer> {
        self.post_waiting(path, key, body, 2).await
    }

    /// The same, waiting so many seconds for another node.
    pub(crate) async fn post_waiting(
        &self,
        path: &str,
        key: &str,
        body: Value,
        seconds: u64,
    ) -> reqwest::Result<Answer> {
        let mut request = self.client.post(self.url(path)).header("Idempotency-Key", key).json(&body);
        request = request.header("Prefer", format!("wait={seconds}"));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        answer(request.send().await?).await
    }

    /// Adds a product that is counted in pieces.
    pub(crate) async fn add_product(&self, sku: &str) {
        let body =
            json!({"sku": sku, "name": format!("Product {sku}"), "unit": {"name": "each", "decimals": 0}});
        let answer = self.post("/v1/products", &format!("product-{sku}"), body).await.expect("an answer");
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// Moves stock in LON, with the key as reference.
    pub(crate) async fn post_movement(
        &self,
        key: &str,
        kind: &str,
        sku: &str,
        quantity: u64,
    ) -> reqwest::Result<Answer> {
        let body = json!({
            "kind": kind, "warehouse": "LON", "sku": sku, "quantity": quantity, "reference": key,
        });
        self.post("/v1/movements", key, body).await
    }

    /// What is on hand in LON.
    pub(crate) async fn on_hand(&self, sku: &str) -> i64 {
        let stock = self.get(&format!("/v1/stock?warehouse=LON&sku={sku}")).await.expect("an answer");
        stock.body["items"][0]["on_hand"].as_i64().unwrap_or(0)
    }

    /// The newest movements, as many as asked for.
    pub(crate) async fn newest_movements(&self, count: usize) -> Vec<Value> {
        const PAGE_MAX: usize = 1_000;
        let mut rows = Vec::new();
        let mut cursor = String::new();
        while rows.len() < count {
            let limit = PAGE_MAX.min(count - rows.len());
            let path = format!("/v1/movements?limit={limit}{cursor}");
            let page = self.get(&path).await.expect("an answer");
            assert_eq!(page.status, 200, "{page:?}");
            rows.extend(page.body["items"].as_array().expect("items").iter().cloned());
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        rows
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

async fn answer(response: reqwest::Response) -> reqwest::Result<Answer> {
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
}
