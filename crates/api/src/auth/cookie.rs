//! The session cookie, and the protection of those who use it against forged requests (CSRF).

use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::problem::Problem;

const NAME: &str = "acopio_session";

/// The session token in the cookies, if any.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, token)| token)
}

/// The cookie of a new session. No script reads it, no other site sends it, and with HTTPS nothing else carries it.
pub(crate) fn set(token: &str, seconds: i64, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("a token is base64")
}

/// What takes the cookie away.
pub(crate) fn clear(https: bool) -> HeaderValue {
    set("", 0, https)
}

/// Refuses a request with a cookie that changes something unless the browser says that a page of ours sent it.
///
/// # Errors
///
/// 403 when it comes from elsewhere, or does not say.
pub(crate) fn check_origin(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() || comes_from_us(headers) == Some(true) {
        return Ok(());
    }
    let detail = "a request with a session cookie must come from a page of this server: send Sec-Fetch-Site or \
                  Origin as browsers do, or use the token as bearer";
    Err(Problem::new(StatusCode::FORBIDDEN, "csrf", detail))
}

/// Whether a page of ours sent it; nothing when the request does not say.
pub(crate) fn comes_from_us(headers: &HeaderMap) -> Option<bool> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return Some(site == "same-origin" || site == "none");
    }
    let origin = headers.get(ORIGIN)?.to_str().unwrap_or_default();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let from = origin.split_once("://").map(|(_, host)| host).unwrap_or_default();
    Some(!from.is_empty() && from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(token(&headers(&[("cookie", "a=b; acopio_session=t.s; c=d")])), Some("t.s"));
        assert_eq!(token(&headers(&[("cookie", "xacopio_session=t")])), None);
        assert!(set("t.s", 60, true).to_str().unwrap().ends_with("; Secure"));
    }

    #[test]
    fn forged_requests_are_refused() {
        let allowed = |method, pairs: &[_]| check_origin(&method, &headers(pairs)).is_ok();
        assert!(allowed(Method::GET, &[]));
        assert!(!allowed(Method::POST, &[]));
        assert!(allowed(Method::POST, &[("sec-fetch-site", "same-origin")]));
        assert!(!allowed(Method::POST, &[("sec-fetch-site", "cross-site")]));
        assert!(!allowed(Method::DELETE, &[("sec-fetch-site", "same-site")]));
        assert!(allowed(Method::POST, &[("origin", "https://stock.example"), ("host", "stock.example")]));
        assert!(!allowed(Method::POST, &[("origin", "https://evil.example"), ("host", "stock.example")]));
        assert!(!allowed(Method::POST, &[("origin", "null"), ("host", "stock.example")]));
    }
}
