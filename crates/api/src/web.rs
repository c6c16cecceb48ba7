//! The web application: files that were built before this program and lie inside it.
//!
//! `web/dist` may be missing; then there is no application, and the start page says how to build it.

use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::{Problem, shortened};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// Everything comes from this server. Scripts are files; the scanner's decoder is WebAssembly; widgets set their own
/// styles; pictures may be drawn by the page itself.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'self'";
const INDEX: &str = "index.html";
/// The build puts a hash into the names of these: what has such a name never changes.
const HASHED: &str = "assets/";
/// The compressions that the build makes, the smaller first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The application's page; nothing when it is not built.
pub(crate) fn index() -> Option<Response> {
    let page = Files::get(INDEX)?;
    Some(with_fields(page, INDEX, None))
}

/// What answers a request that is no route: a file of the application, its page where a browser wants to see one, or
/// else a problem.
pub(crate) async fn file_or_unknown(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let reads = method == Method::GET || method == Method::HEAD;
    if reads && !path.starts_with("v1/") {
        if let Some(file) = file(path, &headers) {
            return file;
        }
        if wants_page(&headers)
            && let Some(page) = index()
        {
            return page;
        }
    }
    let path = shortened(uri.path());
    Problem::new(StatusCode::NOT_FOUND, "unknown_route", format!("there is no route {path}")).into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Files::get(path)?;
    let tag = etag(&plain);
    if headers.get(IF_NONE_MATCH).is_some_and(|known| *known == tag) {
        return Some((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_accepted =
        |name: &str| accepted.split(',').any(|part| part.trim().split(';').next() == Some(name));
    let mut packed = ENCODINGS.iter().filter(|(name, _)| is_accepted(name)).filter_map(|(name, ending)| {
        let file = Files::get(&format!("{path}{ending}"))?;
        Some((file, *name))
    });
    let (file, encoding) = packed.next().map_or((plain, None), |(file, name)| (file, Some(name)));
    let mut response = with_fields(file, path, encoding);
    response.headers_mut().insert(ETAG, tag);
    Some(response)
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("\"{hash}\"")).expect("digits and letters")
}

fn with_fields(file: EmbeddedFile, path: &str, encoding: Option<&'static str>) -> Response {
    let keep = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fields: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, content_type(path)),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, keep),
        (VARY, "accept-encoding"),
    ];
    let mut response = file.data.into_owned().into_response();
    for (name, value) in fields {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_page_is_given_for_what_programs_ask() {
        let browser: HeaderMap = [(ACCEPT, HeaderValue::from_static("text/html"))].into_iter().collect();
        let status = async |method, path: &'static str, headers: &HeaderMap| {
            file_or_unknown(method, Uri::from_static(path), headers.clone()).await.status()
        };
        assert_eq!(status(Method::GET, "/v1/nothing", &browser).await, StatusCode::NOT_FOUND);
        assert_eq!(status(Method::POST, "/stock", &browser).await, StatusCode::NOT_FOUND);
        assert_eq!(status(Method::GET, "/stock", &HeaderMap::new()).await, StatusCode::NOT_FOUND);
        let expected = if index().is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(status(Method::GET, "/stock", &browser).await, expected);
    }
}
