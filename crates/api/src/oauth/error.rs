//! OAuth error bodies (RFC 6749, 5.2), with the members that official clients read beside them.

use aktiver_service::tokens::TokenError;
use aktiver_service::{Error, domain::Timestamp};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::door::Door;
use crate::error::{Failure, finish, json as answer};
use crate::request::Meta;

/// Why no token is given.
#[derive(Debug)]
pub struct OauthError(TokenError);

impl OauthError {
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self(TokenError::InvalidRequest(message.into()))
    }
}

impl From<TokenError> for OauthError {
    fn from(error: TokenError) -> Self {
        Self(error)
    }
}

impl From<Error> for OauthError {
    fn from(error: Error) -> Self {
        Self(TokenError::Service(error))
    }
}

/// Becomes a [`Failure`] whose code is the OAuth error's; the layer writes it.
impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let code = self.0.code();
        let failure = match self.0 {
            TokenError::Service(error) => Failure::from(error),
            TokenError::InvalidClient(text) => Failure::plain(StatusCode::UNAUTHORIZED, code, text),
            other => Failure::plain(StatusCode::BAD_REQUEST, code, other.to_string()),
        };
        failure.into_response()
    }
}

/// Writes the bodies of failures.
pub async fn layer(State(door): State<Door>, request: Request, next: Next) -> Response {
    let meta = Meta::of(request.extensions());
    let response = next.run(request).await;
    finish(response, |failure| render(&meta, door.app.system_now(), failure))
}

fn render(meta: &Meta, now: Timestamp, failure: &Failure) -> Response {
    let mut retry_after = None;
    let (status, code, text) = match failure {
        Failure::Plain(plain) => {
            let code = if plain.code.is_empty() {
                "invalid_request"
            } else {
                plain.code
            };
            (plain.status, code, plain.message.clone())
        }
        Failure::Service { error, .. } => match error {
            Error::TooMany { retry_after_seconds } => {
                retry_after = Some(*retry_after_seconds);
                (
                    StatusCode::TOO_MANY_REQUESTS,
                    "temporarily_unavailable",
                    "too many requests; wait as long as Retry-After says".to_owned(),
                )
            }
            Error::Busy(why) => {
                tracing::warn!(id = %meta.request_id, why, "busy");
                retry_after = Some(1);
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "temporarily_unavailable",
                    "the service is busy; send the request again".to_owned(),
                )
            }
            Error::Internal(why) => {
                tracing::error!(id = %meta.request_id, why, "a request failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "server_error",
                    "the request failed for a reason on the server's side; give the trace id to support".to_owned(),
                )
            }
            other => (StatusCode::BAD_REQUEST, "invalid_request", other.to_string()),
        },
    };
    let trace = meta.request_id.to_string();
    let body = json!({
        "error": code,
        "error_description": text,
        "error_codes": [],
        "timestamp": now.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        "trace_id": trace,
        "correlation_id": meta.client_id(),
    });
    let mut response = answer(status, "application/json; charset=utf-8", body.to_string().into_bytes());
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"token\""),
        );
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
