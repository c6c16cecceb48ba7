//! Headers that handlers read: `Idempotency-Key`, `If-Match`, `If-None-Match`, `Accept`.

use acopio_ledger::ids::Version;
use acopio_ledger::names::IdempotencyKey;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::problem::Problem;

/// Names a command, so that sending it again does nothing new.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The caller's key for a command, or a new one.
#[derive(Clone, Debug)]
pub(crate) struct Key(pub(crate) IdempotencyKey);

impl Key {
    /// A key of our own: time-ordered, so that looking it up costs an append.
    pub(crate) fn fresh() -> Key {
        Key(IdempotencyKey::recorded(&Uuid::now_v7().to_string()))
    }

    /// Adds the key to an answer.
    pub(crate) fn stamp(&self, response: &mut Response) {
        if let Ok(key) = HeaderValue::from_str(self.0.as_str()) {
            response.headers_mut().insert(IDEMPOTENCY_KEY, key);
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(&IDEMPOTENCY_KEY).iter();
        let Some(value) = given.next() else { return Ok(Key::fresh()) };
        let text = String::from_utf8_lossy(value.as_bytes());
        if given.next().is_some() {
            return Err(Problem::header("Idempotency-Key", &text, "must be given once"));
        }
        let key = IdempotencyKey::new(&text);
        key.map(Key).map_err(|error| Problem::header("Idempotency-Key", &text, error.to_string()))
    }
}

/// How [`Key`] stands in the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) struct KeyParam {
    /// Names the command: sent again with the same key it is not done again, and answered as the first time. Without
    /// it the server makes one and answers it in the header of the same name.
    #[param(
        rename = "Idempotency-Key",
        nullable = false,
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]{1,128}$"
    )]
    key: Option<String>,
}

/// The version that a record must have for the request to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IfMatch(pub(crate) Option<Version>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(IF_MATCH) else { return Ok(IfMatch(None)) };
        let text = String::from_utf8_lossy(value.as_bytes());
        if text == "*" {
            return Ok(IfMatch(None));
        }
        // Without quotes, too: a version in JSON has none, and what is meant is clear.
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let digits =
            Some(quoted.unwrap_or(&text)).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse().ok()) {
            Some(version) => Ok(IfMatch(Some(Version(version)))),
            None => Err(Problem::header("If-Match", &text, "must be an ETag of this record, as \"3\"")),
        }
    }
}

/// How [`IfMatch`] stands in the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) struct IfMatchParam {
    /// The `ETag` that was read: the request is refused with 412 when the record has changed since.
    #[param(rename = "If-Match", nullable = false, pattern = "^(\\*|[0-9]{1,19}|\"[0-9]{1,19}\")$")]
    if_match: Option<String>,
}

/// Whether the caller has this version already.
pub(crate) fn is_unchanged(headers: &HeaderMap, version: Version) -> bool {
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tag = format!("\"{version}\"");
    known
        .split(',')
        .map(str::trim)
        .any(|known| known == tag || known.strip_prefix("W/") == Some(tag.as_str()))
}

/// Whether the caller would rather have `wanted` than any other media type, by the first that it names.
pub(crate) fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split(',').next().unwrap_or_default();
    first.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(name: &str, value: &str) -> Parts {
        Request::builder().header(name, value).body(()).unwrap().into_parts().0
    }

    #[tokio::test]
    async fn keys_are_visible_ascii() {
        let key = Key::from_request_parts(&mut parts("idempotency-key", "k-1"), &()).await.unwrap();
        assert_eq!(key.0.as_str(), "k-1");
        for wrong in ["", "a b", &"x".repeat(129)] {
            let problem = Key::from_request_parts(&mut parts("idempotency-key", wrong), &()).await;
            assert_eq!(problem.unwrap_err().code(), "invalid_header", "{wrong}");
        }
    }

    #[tokio::test]
    async fn versions_are_read_from_etags() {
        let read = async |text: &str| IfMatch::from_request_parts(&mut parts("if-match", text), &()).await;
        assert_eq!(read("\"3\"").await.unwrap().0, Some(Version(3)));
        assert_eq!(read("*").await.unwrap().0, None);
        assert_eq!(read("3").await.unwrap().0, Some(Version(3)));
        for wrong in ["", "\"\"", "\"+3\"", "W/\"3\"", "x"] {
            assert!(read(wrong).await.is_err(), "{wrong}");
        }
        assert!(is_unchanged(&parts("if-none-match", "\"2\", W/\"3\"").headers, Version(3)));
        assert!(!is_unchanged(&parts("if-none-match", "\"2\"").headers, Version(3)));
    }
}
