//! JSON bodies: read into memory up to a limit, parsed straight into their type.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::time::{Duration, timeout};

use crate::problem::{Problem, fields};
use crate::wire::Object;

/// The most bytes of an ordinary body.
pub(crate) const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most bytes of a batch of movements.
pub(crate) const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How much of a body that is too large is still taken, and thrown away, so that the caller reads the answer before
/// its connection ends.
const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the next piece of a body may take to come.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// A JSON body of at most `MOST` bytes.
pub(crate) struct JsonBody<T, const MOST: usize = BODY_BYTES_MAX>(pub(crate) T);

/// A JSON body that may be left out.
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned, const MOST: usize> FromRequest<S> for JsonBody<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(refuse_type(request).await);
        }
        let bytes = read(request, MOST).await?;
        parse(&bytes).map(JsonBody)
    }
}

impl<S: Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let typed = request.headers().contains_key(CONTENT_TYPE);
        if typed && !is_json(request.headers()) {
            return Err(refuse_type(request).await);
        }
        let bytes = read(request, BODY_BYTES_MAX).await?;
        match (bytes.is_empty(), typed) {
            (true, _) => Ok(OptionalBody(T::default())),
            (false, false) => Err(wrong_type("none")),
            (false, true) if bytes.trim_ascii() == b"null" => Ok(OptionalBody(T::default())),
            (false, true) => parse(&bytes).map(OptionalBody),
        }
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let read: Result<Object<T>, _> = serde_json::from_slice(bytes);
    // Only what is wrong is read once more, by a slower reader that knows where it is.
    read.map(|Object(record)| record).map_err(|_| fields::in_json::<Object<T>>(bytes))
}

/// Whether the body says that it is JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return false };
    if value == "application/json" {
        return true;
    }
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

async fn refuse_type(request: Request) -> Problem {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("none");
    let problem = wrong_type(given);
    drain(request.into_body()).await;
    problem
}

fn wrong_type(given: &str) -> Problem {
    Problem::invalid("unsupported_media_type", "Content-Type", given, "must be application/json")
        .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

async fn read(request: Request, most: usize) -> Result<Bytes, Problem> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    read_whole(request.into_body(), announced, most).await
}

/// Reads a body of at most `most` bytes into memory.
///
/// # Errors
///
/// When it is larger, or does not come.
async fn read_whole(body: Body, announced: Option<usize>, most: usize) -> Result<Bytes, Problem> {
    if announced.is_some_and(|length| most < length) {
        drain(body).await;
        return Err(too_large(most));
    }
    let mut pieces = body.into_data_stream();
    let Some(first) = next(&mut pieces).await? else { return Ok(Bytes::new()) };
    // Nearly every body comes in one piece, which is taken as it is.
    if announced == Some(first.len()) {
        return Ok(first);
    }
    let mut whole = Vec::from(first);
    while whole.len() <= most {
        match next(&mut pieces).await? {
            Some(piece) => whole.extend_from_slice(&piece),
            None => return Ok(whole.into()),
        }
    }
    drain(Body::from_stream(pieces)).await;
    Err(too_large(most))
}

async fn next(pieces: &mut axum::body::BodyDataStream) -> Result<Option<Bytes>, Problem> {
    let cut_off = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "body_cut_off", detail);
    match timeout(PIECE_TIMEOUT, pieces.next()).await {
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(error))) => Err(cut_off(format!("the body was cut off: {error}"))),
        Ok(None) => Ok(None),
        Err(_) => Err(cut_off(format!("the body did not come within {} s", PIECE_TIMEOUT.as_secs()))),
    }
}

/// Takes the rest of a body and throws it away, within limits.
pub(crate) async fn drain(body: Body) {
    let mut pieces = body.into_data_stream();
    let all = async {
        let mut taken = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            taken += piece.len();
            if DRAIN_BYTES_MAX < taken {
                break;
            }
        }
    };
    // Whoever is slower than that does not see the answer.
    let _ = timeout(DRAIN_TIMEOUT, all).await;
}

fn too_large(most: usize) -> Problem {
    let detail = format!("the body must have at most {most} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn code(content_type: &str, body: Vec<u8>) -> String {
        let request = Request::builder().header(CONTENT_TYPE, content_type).body(Body::from(body)).unwrap();
        match JsonBody::<u8, 100>::from_request(request, &()).await {
            Ok(JsonBody(number)) => number.to_string(),
            Err(problem) => problem.code().to_owned(),
        }
    }

    #[tokio::test]
    async fn bodies_are_json_of_a_limited_size() {
        assert_eq!(code("application/json", b"7".to_vec()).await, "7");
        assert_eq!(code("Application/JSON; charset=utf-8", b"7".to_vec()).await, "7");
        assert_eq!(code("text/plain", b"7".to_vec()).await, "unsupported_media_type");
        assert_eq!(code("application/json", vec![b' '; 101]).await, "body_too_large");
        assert_eq!(code("application/json", b"\"\xff\"".to_vec()).await, "invalid_utf8");
        assert_eq!(code("application/json", Vec::new()).await, "malformed_json");
    }
}
