//! A request as the commands describe it, before it becomes HTTP.

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// A request to the server. Requests that change something carry a key, so that they can be sent again.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
    /// The idempotency key; set for every request that changes something.
    pub(super) key: Option<String>,
    /// How many seconds the server may wait for what is asked.
    pub(super) wait: Option<u64>,
    /// The event behind which a stream of events goes on.
    pub(super) last_event_id: Option<String>,
}

impl Request {
    /// Asks. `path` is split at its slashes; parts that come from people are added by [`Request::then`].
    pub(super) fn get(path: &str) -> Request {
        let path = path.split('/').map(str::to_owned).collect();
        Request {
            method: Method::GET,
            path,
            query: Vec::new(),
            body: None,
            key: None,
            wait: None,
            last_event_id: None,
        }
    }

    /// Adds.
    pub(super) fn post(path: &str) -> Request {
        Request::changing(Method::POST, path)
    }

    /// Sets.
    pub(super) fn put(path: &str) -> Request {
        Request::changing(Method::PUT, path)
    }

    /// Changes.
    pub(super) fn patch(path: &str) -> Request {
        Request::changing(Method::PATCH, path)
    }

    /// Removes.
    pub(super) fn delete(path: &str) -> Request {
        Request::changing(Method::DELETE, path)
    }

    fn changing(method: Method, path: &str) -> Request {
        // Time-ordered keys are kept cheaply for ever: the server appends instead of inserting at random.
        Request { method, key: Some(Uuid::now_v7().to_string()), ..Request::get(path) }
    }

    /// One more part of the path, whatever characters it has.
    pub(super) fn then(mut self, part: &str) -> Request {
        self.path.push(part.to_owned());
        self
    }

    /// A filter, where it is given.
    pub(super) fn filter(mut self, name: &'static str, value: Option<impl ToString>) -> Request {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// The body.
    pub(super) fn json(mut self, body: Value) -> Request {
        self.body = Some(body);
        self
    }

    /// Has the server wait for what is asked.
    pub(super) fn wait(mut self, seconds: u64) -> Request {
        self.wait = Some(seconds);
        self
    }

    /// The caller's own idempotency key, where it is given.
    pub(super) fn key(mut self, key: Option<&str>) -> Request {
        self.key = key.map(str::to_owned).or(self.key);
        self
    }
}
