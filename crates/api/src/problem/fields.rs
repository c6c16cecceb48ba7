//! From what serde says to field, value and rule.

use axum::http::StatusCode;
use serde_path_to_error::{Path, Segment};

use super::{Problem, shortened};
use crate::wire::CODE_MARK;

/// What is wrong with a body that does not fit its type. Slow, for it reads the body again: only for what failed.
pub(crate) fn in_json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Problem {
    if let Err(error) = std::str::from_utf8(bytes) {
        let detail = format!("the body is not UTF-8 at byte {}", error.valid_up_to());
        return Problem::new(StatusCode::BAD_REQUEST, "invalid_utf8", detail);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read: Result<T, _> = serde_path_to_error::deserialize(&mut reader);
    match read {
        Err(error) if error.inner().is_data() => {
            let message = error.inner().to_string();
            let message = message.rfind(" at line ").map_or(message.as_str(), |end| &message[..end]);
            let whole: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            let value = value_at(&whole, error.path());
            described(error.path(), message, value, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => malformed(&error.inner().to_string()),
        // The value is right, so what follows it is wrong.
        Ok(_) => malformed(&reader.end().err().map(|error| error.to_string()).unwrap_or_default()),
    }
}

fn malformed(reason: &str) -> Problem {
    let reason = reason.split(CODE_MARK).next().unwrap_or_default();
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", format!("the body is not JSON: {reason}"))
}

/// What is wrong with a query that does not fit its type.
pub(crate) fn in_query(path: &Path, message: &str, value: Option<String>) -> Problem {
    described(path, message, value, StatusCode::BAD_REQUEST)
}

/// Tells field, rule and code from the path and the message.
fn described(path: &Path, message: &str, value: Option<String>, status: StatusCode) -> Problem {
    let field = dotted(path);
    let said = |kind: &'static str, field: String, rule: String, value: Option<String>| {
        let detail = match &value {
            Some(value) => format!("{field} {rule}, got {value}"),
            None => format!("{field} {rule}"),
        };
        Problem::new(status, kind.to_owned(), detail).about(field, value, Some(rule))
    };
    if let Some(name) = quoted(message, "missing field `") {
        return said("missing_field", inside(&field, name), "must be given".to_owned(), None);
    }
    if let Some(name) = quoted(message, "duplicate field `") {
        return said("duplicate_field", beside(&field, name), "must be given once".to_owned(), None);
    }
    if let Some(name) = quoted(message, "unknown field `") {
        let rule = format!("must not be given: {}", known(message));
        return said("unknown_field", beside(&field, name), rule, None);
    }
    if message.starts_with("unknown variant") {
        return said("unknown_value", field, format!("must be {}", known(message)), value);
    }
    match message.split_once(CODE_MARK) {
        Some((rule, code)) => {
            let problem = said("invalid_field", field, rule.to_owned(), value);
            // It can be read, in a query too, but is no such thing.
            problem.with_code(code).with_status(StatusCode::UNPROCESSABLE_ENTITY)
        }
        None => {
            let rule = message.rsplit_once("expected ").map_or(message, |(_, expected)| expected);
            let rule = if rule.starts_with("struct ") { "an object" } else { rule };
            let field = if field.is_empty() { "the body".to_owned() } else { field };
            said("invalid_field", field, format!("must be {}", rule.replace('`', "")), value)
        }
    }
}

/// The field's path, as in `movements[3].sku`.
fn dotted(path: &Path) -> String {
    let mut text = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&shortened(key));
            }
            Segment::Unknown => {}
        }
    }
    text
}

/// A field of the record at the path.
fn inside(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// A field whose own name may be the last part of the path already.
fn beside(path: &str, name: &str) -> String {
    let is_last = path == name || path.ends_with(&format!(".{name}"));
    if is_last { path.to_owned() } else { inside(path, name) }
}

fn quoted<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.split('`').next()
}

/// What serde lists behind "expected", without its quotes.
fn known(message: &str) -> String {
    match message.rsplit_once("expected ") {
        Some((_, list)) => list.replace('`', ""),
        None => "there are no fields".to_owned(),
    }
}

fn value_at(whole: &serde_json::Value, path: &Path) -> Option<String> {
    let mut value = whole;
    for segment in path.iter() {
        value = match segment {
            Segment::Seq { index } => value.get(index)?,
            Segment::Map { key } | Segment::Enum { variant: key } => value.get(key.as_str())?,
            Segment::Unknown => return None,
        };
    }
    Some(match value {
        serde_json::Value::String(text) => shortened(text),
        other => shortened(&other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::wire::{Amount, SkuText};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Line {
        sku: SkuText,
        quantity: Amount,
        kind: Option<acopio_ledger::command::MoveKind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Batch {
        lines: Vec<Line>,
    }

    #[test]
    fn each_fault_is_named_by_field_value_and_rule() {
        let seen = |json: &str| {
            let problem = in_json::<Batch>(json.as_bytes());
            let inner = &problem.0;
            format!("{} {}: {}", inner.status.as_u16(), inner.code, inner.detail)
        };
        for (json, expected) in [
            (
                r#"{"lines":[{"sku":"A","quantity":1},{"sku":"a/b","quantity":1}]}"#,
                "422 invalid_sku: lines[1].sku must be 1 to 64 letters, digits, inner spaces or -_.+#&():,*, got a/b",
            ),
            (
                r#"{"lines":[{"sku":"A","quantity":0.12345}]}"#,
                "422 too_many_decimals: lines[0].quantity must have at most 3 decimals, got 0.12345",
            ),
            (
                r#"{"lines":[{"sku":"A","quantity":true}]}"#,
                "422 invalid_field: lines[0].quantity must be a number or a decimal string, got true",
            ),
            (r#"{"lines":[{"sku":"A"}]}"#, "422 missing_field: lines[0].quantity must be given"),
            (
                r#"{"lines":[{"sku":"A","quantity":1,"x":2}]}"#,
                "422 unknown_field: lines[0].x must not be given: one of sku, quantity, kind",
            ),
            (
                r#"{"lines":[{"sku":"A","sku":"B","quantity":1}]}"#,
                "422 duplicate_field: lines[0].sku must be given once",
            ),
            (
                r#"{"lines":[{"sku":"A","quantity":1,"kind":"gift"}]}"#,
                "422 unknown_value: lines[0].kind must be one of receipt, issue, return, adjustment, got gift",
            ),
            (
                r#"{"lines":"#,
                "400 malformed_json: the body is not JSON: EOF while parsing a value at line 1 column 9",
            ),
            (
                r#"{"lines":[]} x"#,
                "400 malformed_json: the body is not JSON: trailing characters at line 1 column 14",
            ),
        ] {
            assert_eq!(seen(json), expected);
        }
        assert_eq!(in_json::<Batch>(b"{\"lines\":\"\xff\"}").code(), "invalid_utf8");
    }
}
