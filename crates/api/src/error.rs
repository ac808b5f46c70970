//! Why a request is not answered as asked; each door's layer gives it its body.

use std::any::Any;
use std::sync::Arc;

use aktiver_service::Error;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The result of a handler.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub enum Failure {
    /// A use case said no; `subject` is the id or name by which the request named the thing.
    Service { error: Error, subject: Option<String> },
    /// The door itself says no.
    Plain(Plain),
}

/// A refusal in the door's own words.
#[derive(Debug)]
pub struct Plain {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub details: Vec<Detail>,
}

/// One finer reason.
#[derive(Debug, Clone)]
pub struct Detail {
    pub code: &'static str,
    pub message: String,
    /// The property that it concerns.
    pub target: Option<String>,
}

impl Failure {
    /// A refusal in the door's own words.
    pub fn plain(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self::Plain(Plain {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Service { error, subject: None }
    }
}

/// Says which thing a failure is about.
pub trait About<T> {
    /// # Errors
    /// The same error, with the id or name by which the request named the thing.
    fn about(self, subject: &str) -> Result<T>;
}

impl<T> About<T> for Result<T, Error> {
    fn about(self, subject: &str) -> Result<T> {
        self.map_err(|error| Failure::Service {
            error,
            subject: Some(subject.to_owned()),
        })
    }
}

/// Carries the failure to the door's layer; the status shows in case no layer is there.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// For [`tower_http::catch_panic::CatchPanicLayer`]: a panic is a fault of ours, told to the log only.
#[must_use]
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned());
    Failure::from(Error::Internal(text)).into_response()
}

/// Gives an answer that carries a failure, or a bare error of the framework's, the door's body.
pub fn finish(response: Response, render: impl FnOnce(&Failure) -> Response) -> Response {
    if let Some(failure) = response.extensions().get::<Arc<Failure>>() {
        return render(failure);
    }
    let status = response.status();
    let is_bare = (status.is_client_error() || status.is_server_error())
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_none_or(|t| t.as_bytes().starts_with(b"text/plain"));
    if !is_bare {
        return response;
    }
    let message = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "The request body is too large.".to_owned(),
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this HTTP method.".to_owned(),
        _ => status.canonical_reason().unwrap_or("The request failed").to_owned() + ".",
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut rendered = render(&Failure::plain(status, "", message));
    if let Some(allow) = allow {
        rendered.headers_mut().insert(header::ALLOW, allow);
    }
    rendered
}

/// An answer of JSON bytes.
#[must_use]
pub fn json(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    response
}
