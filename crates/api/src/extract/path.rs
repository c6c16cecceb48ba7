//! Path parameters. A path that cannot be the key of anything leads to nothing: 404, not 400.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::problem::Problem;

/// The one parameter of a path, decoded.
pub(crate) struct PathText(pub(crate) String);

/// The two parameters of a path, decoded.
pub(crate) struct PathTexts(pub(crate) String, pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| PathText(text)).map_err(|_| not_utf8())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathTexts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        path.map(|Path((first, second))| PathTexts(first, second)).map_err(|_| not_utf8())
    }
}

fn not_utf8() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_utf8", "the path is not UTF-8")
}

/// Reads the id of a record from a path; `what` is the kind of record.
///
/// # Errors
///
/// 404 when the text cannot be such an id.
pub(crate) fn record_id<T: FromStr>(what: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(what, text))
}
