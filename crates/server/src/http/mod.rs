//! All doors behind one address, and what lies around every request.

mod health;
mod limit;
mod observe;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aktiver_api::Options;
use aktiver_service::App;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::settings::Settings;

/// A request that takes longer is given up: its unit of work is rolled back.
const LONGEST_REQUEST: Duration = Duration::from_secs(120);
/// Bytes below which an answer is sent as it is.
const WORTH_COMPRESSING: u16 = 1400;

/// What the server's own routes need to know.
#[derive(Clone)]
pub(crate) struct Around {
    app: App,
    options: Arc<Options>,
    open_metrics: bool,
    /// True once the server is to end.
    stopping: watch::Receiver<bool>,
}

/// The whole router.
pub fn routes(
    app: &App,
    settings: &Settings,
    stopping: watch::Receiver<bool>,
    more: Option<fn(&App) -> Router>,
) -> Router {
    let options = Options {
        trusted_proxies: settings.trusted_proxies.clone(),
        https: settings.tls.is_some(),
    };
    let around = Around {
        app: app.clone(),
        options: Arc::new(options.clone()),
        open_metrics: settings.open_metrics,
        stopping,
    };
    let own = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(around.clone());
    let doors = Router::new()
        .merge(aktiver_api::router_with(app.clone(), options))
        .merge(aktiver_web::router(app.clone()))
        .fallback(nothing_here);
    let doors = match settings.max_requests_per_second {
        None => doors,
        Some(most) => {
            let limit = limit::Limit::new(most, Arc::clone(&around.options));
            doors.layer(middleware::from_fn_with_state(limit, limit::layer))
        }
    };
    own.merge(doors)
        .merge(more.map_or_else(Router::new, |more| more(app)))
        .layer(middleware::from_fn(give_up))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(compression())
        .layer(middleware::from_fn(observe::layer))
        .layer(middleware::from_fn_with_state(around, clean))
}

/// JSON alone: a page holds a secret (its form token) beside text that a visitor chooses, and the length of such a page
/// compressed tells of the secret.
fn compression() -> CompressionLayer<impl tower_http::compression::Predicate> {
    let json = |_: StatusCode, _: axum::http::Version, headers: &HeaderMap, _: &axum::http::Extensions| {
        headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/json"))
    };
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(WORTH_COMPRESSING.into()).and(json))
}

const FORWARDED: [HeaderName; 5] = [
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// Takes away what only a trusted proxy may say, names the host where HTTP/2 left it in the address, and adds the headers
/// that every answer has.
async fn clean(
    axum::extract::State(around): axum::extract::State<Around>,
    mut request: Request,
    next: Next,
) -> Response {
    if !peer(&request).is_some_and(|peer| around.options.trusts(peer)) {
        let headers = request.headers_mut();
        // Remembered for `/metrics`: behind a proxy of the same machine everyone comes from loopback.
        let forwarded = FORWARDED.iter().filter(|name| headers.remove(*name).is_some()).count();
        if forwarded > 0 {
            request.extensions_mut().insert(Forwarded);
        }
    }
    if let Some(address) = client(&request, &around.options) {
        // Where the pages look for it.
        request.extensions_mut().insert(address);
    }
    if !request.headers().contains_key(header::HOST)
        && let Some(host) = request
            .uri()
            .authority()
            .and_then(|host| HeaderValue::from_str(host.as_str()).ok())
    {
        request.headers_mut().insert(header::HOST, host);
    }
    let https = around.options.https;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::X_CONTENT_TYPE_OPTIONS)
        .or_insert(HeaderValue::from_static("nosniff"));
    if https {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// The request says that it came through a proxy, but not through one that is trusted.
#[derive(Clone, Copy)]
struct Forwarded;

fn peer(request: &Request) -> Option<IpAddr> {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// Where a request came from: the last address that no trusted proxy has.
fn client(request: &Request, options: &Options) -> Option<IpAddr> {
    let peer = peer(request)?;
    if !options.trusts(peer) {
        return Some(peer);
    }
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.rsplit(','))
        .map_while(|entry| entry.trim().parse::<IpAddr>().ok())
        .find(|address| !options.trusts(*address));
    Some(forwarded.unwrap_or(peer).to_canonical())
}

async fn give_up(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(
            &path,
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "The request took too long.",
            Some(5),
        ),
    }
}

/// A panic is a fault of ours; the request fails, the server goes on.
fn panicked(reason: Box<dyn std::any::Any + Send>) -> Response {
    let reason = reason
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| reason.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(%reason, "a request failed by a panic");
    refuse(
        "/api/",
        StatusCode::INTERNAL_SERVER_ERROR,
        "internalError",
        "Something went wrong on the server.",
        None,
    )
}

/// What no door knows: a page for people, JSON for programs.
async fn nothing_here(request: Request) -> Response {
    let path = request.uri().path();
    if is_json(path) {
        return refuse(
            path,
            StatusCode::NOT_FOUND,
            "notFound",
            "There is nothing at this address.",
            None,
        );
    }
    let not_found: Router = Router::new().fallback(aktiver_web::errors::not_found);
    match tower::ServiceExt::oneshot(not_found, request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn is_json(path: &str) -> bool {
    ["/v1.0", "/api/", "/scim/", "/metrics"]
        .iter()
        .any(|door| path.starts_with(door))
        || path.contains("/oauth2/")
        || path.contains("/.well-known/")
}

/// A refusal of the server itself, in the shape of the door that was asked.
fn refuse(path: &str, status: StatusCode, code: &str, message: &str, retry_after: Option<u64>) -> Response {
    let (kind, body) = if path.starts_with("/v1.0") {
        (
            "application/json",
            serde_json::json!({ "error": { "code": code, "message": message } }),
        )
    } else {
        let body = serde_json::json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "code": code,
            "detail": message,
        });
        ("application/problem+json", body)
    };
    let mut response = (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response();
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
