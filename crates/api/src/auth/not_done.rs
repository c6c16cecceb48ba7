//! What is answered when a command has no outcome yet, or none at all.

use acopio_contract::SubmitError;
use acopio_contract::access::Denied;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::json;
use crate::extract::{IDEMPOTENCY_KEY, Key};
use crate::problem::Problem;

/// Why a command has no outcome to show.
pub(crate) enum NotDone {
    /// It was refused, or not taken.
    Refused(Problem),
    /// It is safe here and waits for the node that decides about it.
    Later(Later),
    /// It is a batch for warehouses that several nodes decide about: each one's lines must be sent by themselves.
    Apart(Problem),
}

/// A command that waits for another node.
pub(crate) struct Later {
    /// The operation by which to follow it.
    pub(crate) operation: String,
    key: Key,
}

/// A command that was accepted and is not decided yet.
#[derive(Serialize, ToSchema)]
#[schema(as = OperationAccepted)]
pub(crate) struct LaterBody<'a> {
    /// The operation's id: `Location` leads to it.
    id: &'a str,
    /// `queued`: it waits for the node that decides about the warehouse.
    state: &'static str,
}

impl NotDone {
    /// What follows from a command that was not decided. The answer carries the key, so that the caller can send the
    /// same again.
    pub(crate) fn of(error: SubmitError, key: Key) -> NotDone {
        match error {
            SubmitError::Accepted { operation } => NotDone::Later(Later { operation, key }),
            error => {
                let is_apart = matches!(error, SubmitError::SeveralOwners);
                let problem = Problem::from(error).with_header(IDEMPOTENCY_KEY, key.0.as_str());
                if is_apart { NotDone::Apart(problem) } else { NotDone::Refused(problem) }
            }
        }
    }
}

impl From<Problem> for NotDone {
    fn from(problem: Problem) -> NotDone {
        NotDone::Refused(problem)
    }
}

impl From<Denied> for NotDone {
    fn from(denied: Denied) -> NotDone {
        NotDone::Refused(denied.into())
    }
}

impl IntoResponse for NotDone {
    fn into_response(self) -> Response {
        match self {
            NotDone::Refused(problem) | NotDone::Apart(problem) => problem.into_response(),
            NotDone::Later(later) => later.into_response(),
        }
    }
}

impl IntoResponse for Later {
    fn into_response(self) -> Response {
        let body = LaterBody { id: &self.operation, state: "queued" };
        let mut response = json(StatusCode::ACCEPTED, &body);
        self.key.stamp(&mut response);
        if let Ok(location) = HeaderValue::try_from(format!("/v1/operations/{}", self.operation)) {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }
}
