//! What people see in a browser beside the web application: a plain start page for where that is not built, and the
//! API's documentation. All of it is in the program.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::app::App;
use crate::extract::PathText;
use crate::problem::Problem;
use crate::web;

/// The routes of this module, beside those in the document.
pub(crate) const PATHS: [&str; 5] = ["/", "/docs", "/docs/", "/docs/{*file}", "/openapi.json"];

/// The start page has its style inside and nothing else.
const HOME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; \
                           form-action 'none'";
/// Swagger UI styles its elements from its script and shows images from its style sheet.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' \
                           data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                           form-action 'none'";

const HOME_EN: &str = include_str!("pages/home.en.html");
const HOME_ES: &str = include_str!("pages/home.es.html");

/// The routes.
pub(crate) fn routes(document: &OpenApi) -> Router<App> {
    let spec = Bytes::from(document.to_json().expect("the document has string keys only"));
    let config = Arc::new(Config::from("/openapi.json").validator_url("none"));
    let file = {
        let config = Arc::clone(&config);
        move |PathText(name): PathText| async move { docs_file(&name, config) }
    };
    let index = move || async move { docs_file("index.html", config) };
    Router::new()
        .route("/", get(home))
        .route("/docs", get(|| async { Redirect::to("/docs/") }))
        .route("/docs/", get(index))
        .route("/docs/{*file}", get(file))
        .route("/openapi.json", get(move || async move { json(spec) }))
}

/// The web application, or where it is not built, a page that says how to build it.
async fn home(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Some(response) = web::index() {
        return response;
    }
    let spanish = prefers_spanish(&headers);
    let page = if spanish { HOME_ES } else { HOME_EN }.replace("{node}", app.config.node.as_str());
    let mut response = page.into_response();
    let fields = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, HOME_POLICY),
        (VARY, "accept-language"),
    ];
    for (name, value) in fields {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether Spanish comes before English among the caller's languages.
fn prefers_spanish(headers: &HeaderMap) -> bool {
    let languages = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = languages.split(',').map(|language| language.trim().to_lowercase());
    known
        .into_iter()
        .find(|language| language.starts_with("es") || language.starts_with("en"))
        .is_some_and(|language| language.starts_with("es"))
}

fn docs_file(name: &str, config: Arc<Config<'static>>) -> Result<Response, Problem> {
    let file = utoipa_swagger_ui::serve(name, config).map_err(Problem::internal)?;
    let file = file.ok_or_else(|| Problem::not_found("page", name))?;
    let content_type = HeaderValue::try_from(file.content_type).map_err(Problem::internal)?;
    let mut response = file.bytes.into_owned().into_response();
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

fn json(spec: Bytes) -> Response {
    let mut response = spec.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_counts() {
        let spanish = |text: &'static str| {
            prefers_spanish(&[(ACCEPT_LANGUAGE, HeaderValue::from_static(text))].into_iter().collect())
        };
        assert!(spanish("es-ES,es;q=0.9,en;q=0.8"));
        assert!(!spanish("en-GB,es"));
        assert!(spanish("fr, es"));
        assert!(!spanish("fr"));
    }
}
