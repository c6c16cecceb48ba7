//! How long a caller puts up with a node that cannot be reached: `Prefer: wait=N` (RFC 7240) for the answer,
//! `Acopio-Expires-In` for the command.

use std::ops::RangeInclusive;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use utoipa::IntoParams;

use crate::problem::Problem;

/// For how many seconds a command may wait for the node that decides about it.
const EXPIRES_IN: HeaderName = HeaderName::from_static("acopio-expires-in");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The longest that anybody may wait.
const WAIT_SECONDS_MAX: u64 = 60;
/// The longest that a command may wait: 30 days.
const EXPIRES_SECONDS_MAX: u64 = 30 * 24 * 60 * 60;

/// What a caller says about waiting for other nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patience {
    /// How long they wait for an outcome; as long as usual if not said.
    pub(crate) wait: Option<Duration>,
    /// How long the command may wait for whoever decides about it; as long as usual if not said.
    pub(crate) expires_in: Option<Duration>,
}

impl Patience {
    /// Reads it from a request.
    ///
    /// # Errors
    ///
    /// When a value is out of range.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Patience, Problem> {
        Ok(Patience { wait: wait(headers)?, expires_in: expires_in(headers)? })
    }
}

fn wait(headers: &HeaderMap) -> Result<Option<Duration>, Problem> {
    for value in headers.get_all(PREFER) {
        let text = String::from_utf8_lossy(value.as_bytes());
        if let Some(wait) = text.split(',').find_map(wait_of) {
            let rule = || format!("must have wait as a number of seconds from 0 to {WAIT_SECONDS_MAX}");
            let wait = seconds(wait, 0..=WAIT_SECONDS_MAX);
            return wait.map(Some).ok_or_else(|| Problem::header("Prefer", &text, rule()));
        }
    }
    Ok(None)
}

fn expires_in(headers: &HeaderMap) -> Result<Option<Duration>, Problem> {
    let Some(value) = headers.get(EXPIRES_IN) else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    let rule = || format!("must be a number of seconds from 1 to {EXPIRES_SECONDS_MAX}");
    let seconds = seconds(&text, 1..=EXPIRES_SECONDS_MAX);
    seconds.map(Some).ok_or_else(|| Problem::header("Acopio-Expires-In", &text, rule()))
}

/// The value of the preference `wait`; nothing when it is another one, which is none of our business.
fn wait_of(preference: &str) -> Option<&str> {
    let (name, value) = preference.split(';').next()?.split_once('=')?;
    name.trim().eq_ignore_ascii_case("wait").then(|| value.trim().trim_matches('"'))
}

/// Digits within a range.
fn seconds(text: &str, range: RangeInclusive<u64>) -> Option<Duration> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|seconds| is_number && range.contains(seconds));
    seconds.map(Duration::from_secs)
}

/// How [`Patience`] stands in the document of what another node may decide.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) struct PatienceParam {
    /// How many seconds to wait for the outcome where another node decides, as `wait=10`: 0 to 60, 2 if not said. When
    /// it has not come by then, the answer is 202 with an operation. Other preferences are passed over.
    #[param(rename = "Prefer", nullable = false, example = "wait=10")]
    prefer: Option<String>,
    /// For how many seconds the command may wait for the node that decides about it: up to 30 days, 7 days if not said.
    /// It is refused as expired after that.
    #[param(
        rename = "Acopio-Expires-In",
        nullable = false,
        pattern = "^([1-9][0-9]{0,5}|1[0-9]{6}|2[0-4][0-9]{5}|25[0-8][0-9]{4}|259[01][0-9]{3}|2592000)$"
    )]
    expires_in: Option<String>,
}

/// How waiting for an outcome stands in the document of what only reads.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) struct WaitParam {
    /// How many seconds to wait for the outcome, as `wait=10`: 0 to 60, 0 if not said.
    #[param(rename = "Prefer", nullable = false, example = "wait=10")]
    prefer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Result<Option<u64>, Problem> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PREFER, value.parse().unwrap());
        }
        Patience::read(&headers).map(|patience| patience.wait.map(|wait| wait.as_secs()))
    }

    #[test]
    fn the_wait_is_found_among_other_preferences() {
        for (values, expected) in [
            (&[][..], None),
            (&["respond-async"], None),
            (&["wait=0"], Some(0)),
            (&["respond-async, Wait = 10"], Some(10)),
            (&["return=minimal", "handling=lenient; x=y, wait=\"60\""], Some(60)),
        ] {
            assert_eq!(read(values).unwrap(), expected, "{values:?}");
        }
    }

    #[test]
    fn a_command_expires_within_thirty_days() {
        let read = |value: &'static str| {
            let headers = HeaderMap::from_iter([(EXPIRES_IN, value.parse().unwrap())]);
            Patience::read(&headers).map(|patience| patience.expires_in)
        };
        assert_eq!(read("1").unwrap(), Some(Duration::from_secs(1)));
        assert_eq!(read("2592000").unwrap(), Some(Duration::from_secs(2_592_000)));
        for value in ["0", "2592001", "", "1h", "-1"] {
            assert_eq!(read(value).unwrap_err().code(), "invalid_header", "{value}");
        }
    }

    #[test]
    fn a_wait_out_of_range_is_refused() {
        for value in ["wait=61", "wait=-1", "wait=", "wait=soon", "wait=1.5", "wait=+5"] {
            assert_eq!(read(&[value]).unwrap_err().code(), "invalid_header", "{value}");
        }
    }
}
