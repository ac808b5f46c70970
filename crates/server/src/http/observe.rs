//! Counts and times requests by the route's template, never by what a client wrote in its place.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};

/// Around every request.
pub async fn layer(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str).to_owned();
    let method = method(&request);
    let begun = Instant::now();
    let response = next.run(request).await;
    let seconds = begun.elapsed().as_secs_f64();
    let status_of = response.status().as_u16();
    let status = status(status_of);
    counter!("aktiver_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    if response.status().is_server_error() {
        tracing::warn!(method, route, status = status_of, seconds, "a request failed");
    }
    histogram!("aktiver_http_request_seconds", "method" => method, "route" => route).record(seconds);
    response
}

/// Those that HTTP knows: a client may invent others without end.
fn method(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The usual ones without an allocation for each request.
fn status(status: u16) -> std::borrow::Cow<'static, str> {
    match status {
        200 => "200".into(),
        201 => "201".into(),
        204 => "204".into(),
        303 => "303".into(),
        400 => "400".into(),
        401 => "401".into(),
        403 => "403".into(),
        404 => "404".into(),
        409 => "409".into(),
        other => other.to_string().into(),
    }
}
