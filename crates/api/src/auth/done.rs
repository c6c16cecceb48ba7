//! What a command has led to, and the answers made of it. The same command gives the same bytes for ever.

use acopio_contract::Receipt;
use acopio_ledger::ids::Version;
use acopio_ledger::{Record, Refusal};
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::extract::{IDEMPOTENCY_KEY, Key, is_unchanged};
use crate::problem::Problem;

/// Says that the command was known, and that this is the answer of the first time.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A command that was decided.
pub(crate) struct Done {
    receipt: Receipt,
    key: Key,
}

impl Done {
    pub(crate) fn new(receipt: Receipt, key: Key) -> Done {
        Done { receipt, key }
    }

    /// What it has led to.
    pub(crate) fn record(&self) -> &Record {
        &self.receipt.record
    }

    /// Why the command was refused, if it was.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.receipt.refusal()
    }

    /// The same, when the command was not refused.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub(crate) fn or_refusal(self) -> Result<Done, Problem> {
        match self.receipt.refusal() {
            Some(refusal) => Err(self.refused(Problem::from(refusal))),
            None => Ok(self),
        }
    }

    /// A refusal with the headers of this command.
    pub(crate) fn refused(&self, problem: Problem) -> Problem {
        let problem = problem.with_header(IDEMPOTENCY_KEY, self.key.0.as_str());
        if self.receipt.repeated { problem.with_header(REPLAYED, "true") } else { problem }
    }

    /// An answer with a body.
    pub(crate) fn answer(&self, status: StatusCode, body: &impl Serialize) -> Response {
        let mut response = json(status, body);
        self.stamp(&mut response);
        response
    }

    /// `201` with the new record, where it is found and its version.
    pub(crate) fn created(&self, location: &str, version: Version, body: &impl Serialize) -> Response {
        let mut response = self.answer(StatusCode::CREATED, body);
        if let Ok(location) = HeaderValue::from_str(location) {
            response.headers_mut().insert(LOCATION, location);
        }
        response.headers_mut().insert(ETAG, etag(version));
        response
    }

    /// `204`.
    pub(crate) fn no_content(&self) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        self.stamp(&mut response);
        response
    }

    /// Adds the key, and whether the answer is repeated.
    pub(crate) fn stamp(&self, response: &mut Response) {
        self.key.stamp(response);
        if self.receipt.repeated {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
    }
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = (status, bytes).into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(error) => Problem::internal(error).into_response(),
    }
}

/// The `ETag` of a version.
pub(crate) fn etag(version: Version) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("a version is digits")
}

/// A record with its `ETag`; `304` when the caller has that version already.
pub(crate) fn tagged(headers: &HeaderMap, version: Version, body: &impl Serialize) -> Response {
    let mut response = if is_unchanged(headers, version) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        json(StatusCode::OK, body)
    };
    response.headers_mut().insert(ETAG, etag(version));
    response
}
