//! Every "no" of the API: RFC 9457 problem details with a stable `code`, and field, value and rule where they apply.
//!
//! Which refusal becomes which status is in [`table`]; what a reader of JSON or of a query has to say, in [`fields`].

pub(crate) mod fields;
mod table;

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

pub(crate) use table::code_and_status;

/// The media type of RFC 9457.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// The most characters of a wrong value that are sent back.
const VALUE_CHARS_MAX: usize = 200;

/// An answer that says why not.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    field: Option<String>,
    value: Option<String>,
    rule: Option<String>,
    values: Vec<(&'static str, String)>,
    results: Option<Box<RawValue>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A problem as it leaves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// The kind of problem: `urn:acopio:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request.
    detail: &'a str,
    /// The stable code: programs rely on it.
    code: &'a str,
    /// The field, parameter or header at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    /// What it must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    /// What a refusal of the ledger is about, by name, for whoever tells it in other words.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Option<BTreeMap<String, String>>, example = json!({"sku": "TEA-1", "asked": "3", "available": "2"}))]
    values: BTreeMap<&'a str, &'a str>,
    /// The lines of a batch that was refused as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    results: Option<&'a RawValue>,
}

impl Problem {
    /// A problem of a status, with its code and what is wrong.
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Problem {
        Problem(Box::new(Inner {
            status,
            code: code.into(),
            detail: detail.into(),
            field: None,
            value: None,
            rule: None,
            values: Vec::new(),
            results: None,
            headers: Vec::new(),
        }))
    }

    /// A field of the body that breaks a rule.
    pub(crate) fn invalid(
        code: impl Into<Cow<'static, str>>,
        field: impl Into<String>,
        value: impl ToString,
        rule: impl Into<String>,
    ) -> Problem {
        let (field, value, rule) = (field.into(), shortened(&value.to_string()), rule.into());
        let detail = format!("{field} {rule}, got {value}");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail).about(field, Some(value), Some(rule))
    }

    /// A query parameter that is out of range.
    pub(crate) fn parameter(field: &str, value: impl ToString, rule: impl Into<String>) -> Problem {
        Problem::invalid("invalid_parameter", field, value, rule).with_status(StatusCode::BAD_REQUEST)
    }

    /// A cursor of another list.
    pub(crate) fn cursor(cursor: &str) -> Problem {
        let rule = "must be a next_cursor of this list with the same filters";
        Problem::invalid("invalid_parameter", "cursor", cursor, rule)
    }

    /// A header that breaks a rule.
    pub(crate) fn header(name: &str, value: &str, rule: impl Into<String>) -> Problem {
        Problem::invalid("invalid_header", name, value, rule).with_status(StatusCode::BAD_REQUEST)
    }

    /// A path that leads to no record.
    pub(crate) fn not_found(what: &str, id: impl std::fmt::Display) -> Problem {
        let id = shortened(&id.to_string());
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("no {what} with the id: {id}"))
    }

    /// Nobody, or nobody any more.
    pub(crate) fn unauthenticated(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
            .with_header(WWW_AUTHENTICATE, "Bearer realm=\"acopio\"")
    }

    /// Somebody who may not.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// Too much at once; try again in so many seconds.
    pub(crate) fn busy(detail: impl Into<String>, seconds: u32) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(seconds)
    }

    /// A fault of ours. The cause is logged here and not shown.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Problem {
        tracing::error!("cannot answer a request: {cause}");
        let detail = "the server failed to answer; its log says why";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The same, naming field, value and rule.
    pub(crate) fn about(mut self, field: String, value: Option<String>, rule: Option<String>) -> Problem {
        self.0.field = Some(field).filter(|field| !field.is_empty());
        self.0.value = value;
        self.0.rule = rule;
        self
    }

    /// The same, saying what it is about.
    pub(crate) fn with_values(mut self, values: Vec<(&'static str, String)>) -> Problem {
        self.0.values = values;
        self
    }

    /// The same under another status.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Problem {
        self.0.status = status;
        self
    }

    /// The same under another code.
    pub(crate) fn with_code(mut self, code: &str) -> Problem {
        self.0.code = Cow::Owned(code.to_owned());
        self
    }

    /// The same with the lines of a batch.
    pub(crate) fn with_results(mut self, results: Box<RawValue>) -> Problem {
        self.0.results = Some(results);
        self
    }

    /// The same with a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Problem {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// The same, to be tried again in so many seconds.
    pub(crate) fn retry_after(self, seconds: u32) -> Problem {
        self.with_header(RETRY_AFTER, &seconds.to_string())
    }

    /// The body in which it leaves.
    fn body(&self) -> ProblemBody<'_> {
        let inner = &*self.0;
        ProblemBody {
            kind: format!("urn:acopio:problem:{}", inner.code),
            title: inner.code.replace('_', " "),
            status: inner.status.as_u16(),
            detail: &inner.detail,
            code: &inner.code,
            field: inner.field.as_deref(),
            value: inner.value.as_deref(),
            rule: inner.rule.as_deref(),
            values: inner.values.iter().map(|(name, value)| (*name, value.as_str())).collect(),
            results: inner.results.as_deref(),
        }
    }

    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The code.
    pub(crate) fn code(&self) -> &str {
        &self.0.code
    }

    /// What is wrong.
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }
}

/// As much of a wrong value as is worth sending back.
pub(crate) fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// A problem that is told inside another answer, as the outcome of an operation.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body().serialize(serializer)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let bytes = serde_json::to_vec(&self.body()).expect("a problem has string keys only");
        let inner = *self.0;
        let mut response = (inner.status, bytes).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        for (name, value) in inner.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_problem_names_field_value_and_rule() {
        let problem = Problem::invalid("quantity_not_positive", "quantity", -1, "must be more than 0");
        let response = problem.into_response();
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers()[CONTENT_TYPE], PROBLEM_JSON);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "type": "urn:acopio:problem:quantity_not_positive", "title": "quantity not positive", "status": 422,
                "detail": "quantity must be more than 0, got -1", "code": "quantity_not_positive",
                "field": "quantity", "value": "-1", "rule": "must be more than 0",
            })
        );
    }

    #[test]
    fn long_values_are_shortened_between_characters() {
        let value = shortened(&"é".repeat(1_000));
        assert_eq!(value.chars().count(), VALUE_CHARS_MAX + 1);
    }
}
