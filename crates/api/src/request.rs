//! What is known of a request before its body is read, and the layer around every door that finds it out.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use aktiver_service::App;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use uuid::{Builder, Uuid};

use crate::door::{Door, Options};

/// Names one request in answers and logs.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The name that the client itself gave a request.
pub const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// A client's own request id longer than this is not repeated.
const LONGEST_CLIENT_ID: usize = 64;

/// What is known of a request before its body is read.
#[derive(Debug, Clone)]
pub struct Meta {
    pub request_id: Uuid,
    /// As the client sent it, when it can be repeated safely.
    pub client_request_id: Option<HeaderValue>,
    /// Where the request came from, behind trusted proxies.
    pub address: Option<IpAddr>,
    host: Option<String>,
    https: bool,
}

impl Meta {
    fn read(app: &App, options: &Options, request: &Request) -> Self {
        let headers = request.headers();
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        let proxied = peer.is_some_and(|peer| options.trusts(peer));
        let https = options.https
            || request.uri().scheme_str() == Some("https")
            || proxied && text(headers, &FORWARDED_PROTO).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        let host = text(headers, &header::HOST)
            .or_else(|| request.uri().authority().map(|authority| authority.as_str()))
            .filter(|host| is_host(host))
            .map(str::to_owned);
        Self {
            request_id: Builder::from_random_bytes(app.random()).into_uuid(),
            client_request_id: headers.get(&CLIENT_REQUEST_ID).filter(|id| is_repeatable(id)).cloned(),
            address: if proxied {
                forwarded(options, headers).or(peer)
            } else {
                peer
            },
            host,
            https,
        }
    }

    /// The address under which clients reach this server, without a final slash: the configured one, else the request's
    /// own scheme and host.
    #[must_use]
    pub fn base(&self, app: &App) -> String {
        if let Some(url) = &app.config().public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let scheme = if self.https { "https" } else { "http" };
        let host = self.host.as_deref().unwrap_or("localhost");
        [scheme, "://", host].concat()
    }

    /// The issuer of tokens and license documents.
    #[must_use]
    pub fn issuer(&self, app: &App) -> String {
        self.base(app)
    }

    /// The client's own request id, else ours.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.client_request_id
            .as_ref()
            .and_then(|id| id.to_str().ok())
            .map_or_else(|| self.request_id.to_string(), str::to_owned)
    }

    /// What the layer found out about this request.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Arc<Self> {
        extensions.get::<Arc<Self>>().cloned().unwrap_or_else(|| {
            // Only a router that was put together without the layer gets here.
            Arc::new(Self {
                request_id: Uuid::nil(),
                client_request_id: None,
                address: None,
                host: None,
                https: false,
            })
        })
    }
}

/// Takes [`Meta`] as a handler's argument.
pub struct About(pub Arc<Meta>);

impl<S: Send + Sync> FromRequestParts<S> for About {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Meta::of(&parts.extensions)))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A host name or address with an optional port, and nothing that could change what a link means.
fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
}

fn is_repeatable(id: &HeaderValue) -> bool {
    (1..=LONGEST_CLIENT_ID).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// The last address that no trusted proxy has.
fn forwarded(options: &Options, headers: &HeaderMap) -> Option<IpAddr> {
    headers
        .get_all(FORWARDED_FOR)
        .iter()
        .rev()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.rsplit(','))
        .map_while(|entry| address(entry.trim()))
        .find(|address| !options.trusts(*address))
}

fn address(entry: &str) -> Option<IpAddr> {
    entry
        .parse()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// Names the request, finds where it comes from, and spans its trace. Neither query (it may hold a token) nor headers are traced.
pub async fn layer(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let meta = Arc::new(Meta::read(&door.app, &door.options, &request));
    let span = tracing::info_span!(
        "request",
        id = %meta.request_id,
        method = %request.method(),
        path = request.uri().path(),
    );
    request.extensions_mut().insert(Arc::clone(&meta));
    let answer = async {
        let response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    let headers = response.headers_mut();
    let mut hyphenated = Uuid::encode_buffer();
    if let Ok(id) = HeaderValue::from_str(meta.request_id.hyphenated().encode_lower(&mut hyphenated)) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(id) = &meta.client_request_id {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        lines
            .iter()
            .map(|line| (FORWARDED_FOR, HeaderValue::from_static(line)))
            .collect()
    }

    #[test]
    fn the_client_is_the_last_address_that_no_trusted_proxy_has() {
        let options = Options {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            https: false,
        };
        let of = |lines: &[&'static str]| forwarded(&options, &headers(lines)).map(|a| a.to_string());
        assert_eq!(of(&["198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(
            of(&["6.6.6.6, 198.51.100.7, 10.0.0.2"]).as_deref(),
            Some("198.51.100.7")
        );
        assert_eq!(of(&["6.6.6.6", "198.51.100.7:4711"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(of(&["198.51.100.7, unknown"]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_host_cannot_smuggle_a_path() {
        assert!(is_host("example.test:8443") && is_host("[::1]:80"));
        assert!(!is_host("example.test/evil") && !is_host("a@b") && !is_host(""));
    }
}
