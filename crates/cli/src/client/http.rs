//! The connection to the server: sends requests, repeats those that may be repeated, reads answers.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use reqwest::{Certificate, Response, StatusCode, Url, header};
use serde_json::Value;

use super::credentials;
use super::problem::Problem;
use super::request::Request;
use crate::failure::{Failure, Result};

/// How often a request that changes something is sent at most: with its key it is executed once.
const ATTEMPTS_MAX: u32 = 4;
/// The wait before the second attempt; three times as long before each further one.
const BACKOFF: Duration = Duration::from_millis(100);
/// The longest wait that a busy server may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A server may be long in verifying its log; everything else answers at once.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(600);

/// A server and the token for it.
pub(super) struct Server {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
}

/// An answer of success.
pub(super) struct Answer {
    /// The body, byte for byte.
    pub(super) text: String,
    /// The same, read; null when there is no body.
    pub(super) value: Value,
    /// The operation by which to follow what is accepted and not decided yet.
    pub(super) operation: Option<String>,
}

impl Server {
    /// A server by its URL; the saved token is used where none is given.
    ///
    /// # Errors
    ///
    /// When the URL is none of HTTP, the authority's certificate cannot be read, or the saved token cannot.
    pub(super) fn new(url: &str, token: Option<&str>, ca_cert: Option<&Path>) -> Result<Server> {
        let base =
            Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let base = base.ok_or_else(|| {
            Failure::usage(format!("--server must be a URL such as http://127.0.0.1:8080, got {url:?}"))
        })?;
        let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).user_agent(USER_AGENT);
        // A proxy of the company's network cannot reach this machine's own address.
        let builder = if is_loopback(&base) { builder.no_proxy() } else { builder };
        let builder = match ca_cert {
            Some(file) => builder.tls_certs_only(authority(file)?),
            None => builder,
        };
        let http = builder.build().context("cannot prepare HTTP")?;
        let token = match token {
            Some(token) => Some(token.to_owned()),
            None => credentials::load(&base)?,
        };
        Ok(Server { http, base, token })
    }

    /// The URL as people know it, without a slash at its end.
    pub(super) fn name(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The URL under which tokens are saved.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// Whether passwords and tokens would travel readable for everyone on the way.
    pub(super) fn is_exposed(&self) -> bool {
        self.base.scheme() == "http" && !is_loopback(&self.base)
    }

    /// Sends a request and reads the whole answer. What changes something is repeated with the same key when the
    /// connection fails or the server is busy.
    ///
    /// # Errors
    ///
    /// The server's refusal, or that it cannot be reached.
    pub(super) async fn send(&self, request: &Request) -> Result<Answer> {
        let build = || {
            let builder = self.builder(request);
            Ok(match &request.body {
                Some(body) => builder.json(body),
                None => builder,
            })
        };
        let attempts = if request.key.is_some() { ATTEMPTS_MAX } else { 1 };
        self.send_built(attempts, build).await
    }

    /// Sends a request that must not be repeated, because its answer would be another one.
    ///
    /// # Errors
    ///
    /// As [`Server::send`].
    pub(super) async fn send_once_only(&self, request: &Request) -> Result<Answer> {
        self.send_built(1, || Ok(self.builder(request).json(&request.body))).await
    }

    /// Sends files under the request's key, as [`Server::send`] does; `form` is called for each attempt.
    ///
    /// # Errors
    ///
    /// As [`Server::send`], and when `form` fails.
    pub(super) async fn upload(
        &self,
        request: &Request,
        form: impl Fn() -> Result<reqwest::multipart::Form>,
    ) -> Result<Answer> {
        self.send_built(ATTEMPTS_MAX, || Ok(self.builder(request).multipart(form()?))).await
    }

    /// Sends a request and answers with status and body, whatever they are: for asking how the server is.
    ///
    /// # Errors
    ///
    /// That the server cannot be reached.
    pub(super) async fn probe(&self, request: &Request) -> Result<(u16, Answer)> {
        let response = self.builder(request).timeout(ANSWER_TIMEOUT).send().await;
        let response = response.map_err(|error| self.unreachable(&error))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(|error| self.unreachable(&error))?;
        let value = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok((status, Answer { text, value, operation: None }))
    }

    /// Sends a request and leaves the answer's body to be read piece by piece.
    ///
    /// # Errors
    ///
    /// As [`Server::send`].
    pub(super) async fn open(&self, request: &Request) -> Result<Response> {
        let builder = self.builder(request);
        let response = builder.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(Problem::read(response).await.into_failure())
    }

    async fn send_built(
        &self,
        attempts: u32,
        build: impl Fn() -> Result<reqwest::RequestBuilder>,
    ) -> Result<Answer> {
        let mut wait = BACKOFF;
        for attempt in 1.. {
            let last = attempt == attempts;
            match self.send_once(build()?).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(problem)) if last || !problem.is_passing() => return Err(problem.into_failure()),
                Ok(Err(problem)) => wait = problem.retry_after().unwrap_or(wait).min(RETRY_AFTER_MAX),
                Err(error) if last => return Err(self.unreachable(&error)),
                Err(_) => {}
            }
            tokio::time::sleep(wait).await;
            wait *= 3;
        }
        unreachable!("the last attempt answers")
    }

    /// One attempt: an answer or a refusal, unless the connection fails.
    async fn send_once(
        &self,
        builder: reqwest::RequestBuilder,
    ) -> reqwest::Result<std::result::Result<Answer, Problem>> {
        let response = builder.timeout(ANSWER_TIMEOUT).send().await?;
        if !response.status().is_success() {
            return Ok(Err(Problem::read(response).await));
        }
        let operation = operation_of(&response);
        let text = response.text().await?;
        let value = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Ok(Answer { text, value, operation }))
    }

    fn builder(&self, request: &Request) -> reqwest::RequestBuilder {
        let mut builder = self.http.request(request.method.clone(), self.url(request));
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        if let Some(key) = &request.key {
            builder = builder.header("Idempotency-Key", key);
        }
        if let Some(seconds) = request.wait {
            builder = builder.header("Prefer", format!("wait={seconds}"));
        }
        if let Some(id) = &request.last_event_id {
            builder = builder.header("Last-Event-ID", id);
        }
        builder.header(header::ACCEPT, "application/json, */*;q=0.5")
    }

    fn url(&self, request: &Request) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("an HTTP URL has a path").pop_if_empty().extend(&request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        url
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let server = self.name();
        if error.is_connect() {
            return Failure::new(format!("cannot reach the server at {server}"))
                .hint("start one with `acopio serve`, or name another with --server or ACOPIO_SERVER");
        }
        if error.is_timeout() {
            return Failure::new(format!("the server at {server} has not answered in time"));
        }
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let cause = cause.unwrap_or_else(|| error.to_string());
        Failure::new(format!("the connection to {server} failed: {cause}"))
    }
}

/// The certificates in a file.
fn authority(file: &Path) -> Result<Vec<Certificate>> {
    let reading = || format!("cannot read the authority's certificate {}", file.display());
    let bytes = std::fs::read(file).with_context(reading)?;
    Ok(Certificate::from_pem_bundle(&bytes).with_context(reading)?)
}

/// The operation that an answer leads to, where the command waits for another node.
fn operation_of(response: &Response) -> Option<String> {
    if response.status() != StatusCode::ACCEPTED {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    location.rsplit_once("/v1/operations/").map(|(_, id)| id.to_owned())
}

const USER_AGENT: &str = concat!("acopio/", env!("CARGO_PKG_VERSION"));

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Server {
        // As `main` does; of several tests the first one does it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Server::new(url, Some("t"), None).expect("a server")
    }

    #[test]
    fn whatever_a_sku_is_made_of_stays_one_part_of_the_path() {
        let server = server("http://127.0.0.1:8080/acopio/");
        let request = Request::get("v1/products").then("A/1 #ü?").filter("q", Some("a&b"));
        let url = server.url(&request);
        assert_eq!(url.as_str(), "http://127.0.0.1:8080/acopio/v1/products/A%2F1%20%23%C3%BC%3F?q=a%26b");
    }

    #[test]
    fn a_readable_way_to_another_machine_is_noticed() {
        let exposed = |url| server(url).is_exposed();
        assert!(!exposed("http://127.0.0.1:8080"));
        assert!(!exposed("http://[::1]:8080"));
        assert!(!exposed("http://localhost"));
        assert!(!exposed("https://stock.example.com"));
        assert!(exposed("http://stock.example.com"));
    }
}
