//! Refusals of the server (problem details, RFC 9457), and what helps against each.

use std::time::Duration;

use reqwest::{Response, header};
use serde::Deserialize;

use crate::failure::Failure;

/// What helps, by the refusal's code.
const HINTS: &[(&str, &str)] = &[
    ("unauthenticated", "log in with `acopio login`, or give a token with --token or ACOPIO_TOKEN"),
    ("insufficient_stock", "`acopio stock --sku SKU` shows what is available, and where"),
    ("unknown_sku", "`acopio product list -q TEXT` finds products, `acopio product add` adds one"),
    ("unknown_warehouse", "`acopio warehouse list` shows the codes"),
    ("sku_exists", "`acopio product set` changes it"),
    ("version_changed", "somebody else was faster: read it again, then repeat"),
    ("precondition_failed", "somebody else was faster: read it again, then repeat"),
    ("idempotency_key_reused", "leave out --key, or use a new one for each request"),
    ("stock_remains", "issue or adjust what is left, then retire the product"),
    ("stopped", "see the server's log for what failed, then restart it; nothing acknowledged is lost"),
    ("busy", "try again in a moment, with the same --key if you gave one"),
    ("password_change_required", "choose your own password with `acopio password`"),
    ("not_joined", "other nodes are joined with `acopio serve --join`"),
    ("fabric_unreachable", "see `acopio cluster`; nothing was changed, so try again when the hub is reached"),
    ("unknown_node", "`acopio cluster` shows the nodes"),
    ("last_admin", "make somebody else administrator first"),
];

/// What helps where the code says nothing, by HTTP status.
const HINTS_BY_STATUS: &[(u16, &str)] = &[
    (401, HINTS[0].1),
    (403, "log in as somebody with that role, or ask an administrator for it"),
    (404, "check the id or code, and that --server names an acopio server"),
    (429, "wait a moment before the next attempt"),
];

/// A refusal.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    retry_after: Option<Duration>,
    details: Details,
}

/// The part of the problem details that people are told.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    title: String,
    detail: Option<String>,
    code: String,
    field: Option<String>,
}

impl Problem {
    /// Reads a refusal; an answer that is none, as a proxy's, is told by its status.
    pub(super) async fn read(response: Response) -> Problem {
        let status = response.status();
        let seconds =
            response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = response.text().await.unwrap_or_default();
        let details = serde_json::from_str(&body).unwrap_or_else(|_| Details {
            title: format!("the server answered {status}"),
            ..Details::default()
        });
        Problem { status: status.as_u16(), retry_after: seconds.map(Duration::from_secs), details }
    }

    /// Whether the same request may succeed in a moment.
    pub(super) fn is_passing(&self) -> bool {
        self.status == 503 && self.details.code != "stopped"
    }

    /// How long the server asks to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The refusal as it is told to people.
    pub(super) fn into_failure(self) -> Failure {
        let by_code = HINTS.iter().find(|(code, _)| *code == self.details.code).map(|(_, hint)| *hint);
        let by_status =
            || HINTS_BY_STATUS.iter().find(|(status, _)| *status == self.status).map(|(_, hint)| *hint);
        let hint = by_code.or_else(by_status);
        let Details { title, detail, code, field } = self.details;
        let mut message = detail.unwrap_or(title);
        // A message about a wrong field names it; where it does not, people are told which one is meant.
        let is_about_field = matches!(self.status, 400 | 422);
        if let Some(field) = field.filter(|field| is_about_field && !message.contains(field.as_str())) {
            message = format!("{field}: {message}");
        }
        if !code.is_empty() {
            message = format!("{message} ({code})");
        }
        match hint {
            Some(hint) => Failure::new(message).hint(hint),
            None => Failure::new(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(status: u16, body: &str) -> String {
        let details = serde_json::from_str(body).expect("problem details");
        Problem { status, retry_after: None, details }.into_failure().text()
    }

    #[test]
    fn a_refusal_tells_code_field_and_what_helps() {
        let text = shown(
            422,
            r#"{"title":"t","detail":"must be more than 0, got -1","code":"quantity_not_positive","field":"quantity"}"#,
        );
        assert_eq!(text, "error: quantity: must be more than 0, got -1 (quantity_not_positive)");
        let text = shown(401, r#"{"title":"no token was given","code":""}"#);
        assert!(text.contains("hint: log in with `acopio login`"), "{text}");
    }

    #[test]
    fn only_a_busy_server_is_worth_another_attempt() {
        let problem = |status, code: &str| Problem {
            status,
            retry_after: None,
            details: Details { code: code.to_owned(), ..Details::default() },
        };
        assert!(problem(503, "busy").is_passing());
        assert!(!problem(503, "stopped").is_passing());
        assert!(!problem(409, "insufficient_stock").is_passing());
    }
}
