//! What holds for every answer: problems everywhere, security headers, methods and routes.

use axum::body::Body;
use axum::http::Request;

use crate::world::World;

#[tokio::test]
async fn unknown_routes_and_wrong_methods_are_problems() {
    let world = World::new().await;
    let send = async |method: &str, path: &str| {
        world.raw(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await
    };
    for path in ["/v2/stock", "/v1/nothing", "/v1/products/", "/v1//stock", "/%00"] {
        assert_eq!(send("GET", path).await.outcome(), "404 unknown_route", "{path}");
    }
    let wrong = send("PUT", "/v1/stock").await;
    assert_eq!((wrong.outcome(), wrong.header("allow")), ("405 method_not_allowed".into(), "GET,HEAD"));
    for method in ["DELETE", "TRACE", "BREW", "OPTIONS"] {
        assert_eq!(send(method, "/v1/products").await.outcome(), "405 method_not_allowed", "{method}");
    }
}

#[tokio::test]
async fn every_answer_has_security_headers() {
    let world = World::new().await;
    for path in ["/", "/health", "/v1/stock", "/v1/nothing", "/docs/", "/openapi.json"] {
        let answer = world.raw(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        let policy = answer.header("content-security-policy");
        // The web application's own files are all that may be loaded into it.
        let is_strict = policy.starts_with("default-src 'none'")
            || (path == "/" && policy.starts_with("default-src 'self'"));
        assert!(is_strict && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
        assert_ne!(answer.header("cache-control"), "", "{path}");
    }
}

#[tokio::test]
async fn the_start_page_speaks_english_and_spanish() {
    let world = World::new().await;
    for (languages, word) in [("en", "inventory"), ("es-ES,en;q=0.5", "almacenes"), ("", "inventory")] {
        let request = Request::get("/").header("accept-language", languages).body(Body::empty()).unwrap();
        let answer = world.raw(request).await;
        assert!(answer.header("content-type").starts_with("text/html"));
        let page = String::from_utf8(answer.bytes).unwrap();
        // Where the web application is built, it is the start page.
        if page.contains("id=\"root\"") {
            continue;
        }
        assert!(page.contains(word) && page.contains("/docs/") && page.contains("main"), "{page}");
    }
}

#[tokio::test]
async fn the_documentation_works_offline() {
    let world = World::new().await;
    let get = async |path: &str| world.raw(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(get("/docs").await.header("location"), "/docs/");
    let index = String::from_utf8(get("/docs/").await.bytes).unwrap();
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"] {
        assert!(index.contains(file), "{file}");
        let answer = get(&format!("/docs/{file}")).await;
        assert_eq!(answer.outcome(), "200", "{file}");
    }
    assert!(!index.contains("https://"), "nothing is loaded from elsewhere");
    let start = String::from_utf8(get("/docs/swagger-initializer.js").await.bytes).unwrap();
    assert!(start.contains("/openapi.json") && !start.contains("petstore"), "{start}");
    assert_eq!(get("/docs/nothing.js").await.outcome(), "404 not_found");
}
