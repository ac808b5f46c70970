//! The OpenAPI document says what the doors do.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::Value;

use crate::both_engines;
use crate::harness::Harness;

fn document() -> Value {
    serde_json::from_str(&aktiver_api::vendor::openapi()).unwrap()
}

/// Method and path of every operation.
fn operations(document: &Value) -> Vec<(Method, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (method.to_uppercase().parse().unwrap(), path.clone(), operation))
        })
        .collect()
}

#[test]
fn the_checked_in_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let made = aktiver_api::vendor::openapi();
    assert!(
        kept.trim_end() == made.trim_end(),
        "docs/openapi.json is not current; run `cargo xtask generate`"
    );
}

#[test]
fn the_document_is_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name} is named and not there"
        );
    }
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(
            !id.is_empty() && ids.insert(id.to_owned()),
            "{method} {path} has no name of its own"
        );
        assert!(
            operation["summary"].is_string(),
            "{method} {path} says not what it does"
        );
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{method} {path}"
        );
        for status in ["401", "403", "404", "422", "429", "500", "503"] {
            assert!(
                responses.contains_key(status),
                "{method} {path} does not tell of {status}"
            );
        }
        let in_path = path.matches('{').count();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        assert_eq!(
            parameters.iter().filter(|p| p["in"] == "path").count(),
            in_path,
            "{method} {path}"
        );
    }
}

#[test]
fn no_route_is_outside_the_document() {
    // Routes come from handlers with their documentation; a bare `.route(` would be neither checked nor told.
    let mut bare = Vec::new();
    for folder in ["vendor", "vendor/subscriptions", "device"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(folder);
        for entry in std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
        {
            let text = std::fs::read_to_string(&entry).unwrap();
            bare.extend(
                text.lines()
                    .filter(|line| line.contains(".route("))
                    .map(|line| line.trim().to_owned()),
            );
        }
    }
    assert_eq!(
        bare,
        [
            r#".route("/api/v1/openapi.json", document)"#,
            r#".route("/api/{*rest}", any(nothing))"#
        ]
    );
}

both_engines! {
    async fn every_address_of_the_document_is_there_and_wants_a_token(t: &Harness) {
        let document = document();
        assert!(operations(&document).len() > 40);
        for (method, path, _) in operations(&document) {
            let path = path
                .split('/')
                .map(|part| if part.starts_with('{') { "019a0000-0000-7000-8000-000000000001" } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let request = Request::builder().method(&method).uri(&path).body(Body::empty()).unwrap();
            let answer = t.send(request).await;
            let problem = answer.expect(401);
            assert_eq!(problem["code"], "UNAUTHENTICATED", "{method} {path}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(problem["requestId"], answer.header("request-id"));
        }
    }

    async fn the_document_is_read_without_a_token(t: &Harness) {
        let request = Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap();
        let answer = t.send(request).await;
        assert_eq!(answer.expect(200), document());
        assert_eq!(answer.header("content-type"), "application/json");
    }

    async fn whatever_else_is_asked_for_is_answered_with_a_problem(t: &Harness) {
        for (method, path, status, code) in [
            ("GET", "/api/v1/nothing", 404, "NOT_FOUND"),
            ("GET", "/api/v1/organizations/x/subscriptions/y/reactivated", 404, "NOT_FOUND"),
            ("GET", "/api/v2/organizations", 404, "NOT_FOUND"),
            ("PATCH", "/api/v1/organizations", 405, "METHOD_NOT_ALLOWED"),
            ("GET", "/api/v1/device/check", 405, "METHOD_NOT_ALLOWED"),
        ] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let answer = t.send(request).await;
            let problem = answer.expect(status);
            assert_eq!(problem["code"], code, "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(status == 405, !answer.header("allow").is_empty(), "{method} {path}");
        }
    }
}
