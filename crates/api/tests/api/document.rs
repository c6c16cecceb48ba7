//! The OpenAPI document: complete, and the same that the server answers.

use axum::body::Body;
use axum::http::Request;
use expect_test::expect_file;
use serde_json::Value;

use crate::world::World;

/// Every operation of the document: method, path and what it says.
pub(crate) fn operations() -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(acopio_api::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    let mut operations = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    operations
}

#[test]
fn every_operation_says_how_it_may_be_refused() {
    for (method, path, operation) in operations() {
        let statuses: Vec<_> = operation["responses"].as_object().unwrap().keys().cloned().collect();
        let mut expected = vec!["400", "503"];
        if operation["security"] != serde_json::json!([{}]) {
            expected.extend(["401", "403"]);
        }
        if path.contains('{') {
            expected.push("404");
        }
        if operation.get("requestBody").is_some() {
            expected.extend(["413", "415", "422"]);
        }
        for status in expected {
            assert!(statuses.iter().any(|known| known == status), "{method} {path} does not name {status}");
        }
        assert!(operation["summary"].is_string(), "{method} {path} has no summary");
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let mut names: Vec<_> =
        operations().iter().map(|(.., operation)| operation["operationId"].to_string()).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(acopio_api::openapi()).unwrap();
    let text = document.to_string();
    for (start, _) in text.match_indices("\"$ref\":\"#") {
        let pointer = text[start + 9..].split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[tokio::test]
async fn the_server_answers_the_document() {
    let world = World::new().await;
    let answer = world.raw(Request::get("/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.json(), serde_json::to_value(acopio_api::openapi()).unwrap());
    assert_eq!(answer.text("/openapi"), "3.1.0");
}

#[test]
fn the_web_interface_is_made_from_this_document() {
    let document = serde_json::to_value(acopio_api::openapi()).unwrap();
    let text = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
    expect_file!["../../../../web/openapi.json"].assert_eq(&text);
}
