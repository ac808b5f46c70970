use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client that follows no redirect: a token is meant for one address alone.
pub(crate) fn client() -> Result<reqwest::Client, Error> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may install one in between; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("aktiver-client/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| Error::Configuration(format!("TLS cannot be set up: {}", chain(&e))))
}

/// An answer read to its end.
pub(crate) struct Answer {
    pub status: StatusCode,
    body: Vec<u8>,
    door: String,
}

pub(crate) async fn send(request: RequestBuilder, door: &str) -> Result<Answer, Error> {
    let offline = |e: reqwest::Error| Error::Offline { detail: chain(&e) };
    let response = request.send().await.map_err(offline)?;
    let status = response.status();
    let body = response.bytes().await.map_err(offline)?.to_vec();
    Ok(Answer {
        status,
        body,
        door: door.to_owned(),
    })
}

/// An error with all its causes: the outermost alone says nothing of use.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl Answer {
    /// The body of a success.
    pub fn success<T: DeserializeOwned>(self) -> Result<T, Error> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        serde_json::from_slice(&self.body).map_err(|e| self.protocol(&e.to_string()))
    }

    /// A success whose body does not matter.
    pub fn accepted(self) -> Result<(), Error> {
        if self.status.is_success() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }

    /// The `error` and `error_description` of the token door.
    pub fn oauth_error(&self) -> Option<(String, String)> {
        let body = self.json();
        let error = body.get("error")?.as_str()?.to_owned();
        Some((error, text(&body, &["error_description"])))
    }

    /// The error for an answer that is no success: problem+json, or the shapes of the token and Graph doors.
    pub fn refusal(&self) -> Error {
        let status = self.status.as_u16();
        let body = self.json();
        let inner = body.get("error").filter(|e| e.is_object()).unwrap_or(&body);
        let mut detail = text(inner, &["detail", "message", "error_description", "title"]);
        if detail.is_empty() {
            detail = format!("{} answered {}", self.door, self.status);
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS || self.status.is_server_error() {
            return Error::Unavailable { status, detail };
        }
        if !self.status.is_client_error() {
            return self.protocol(&format!("HTTP status {status}"));
        }
        let mut code = text(inner, &["code", "error"]);
        if code.is_empty() {
            code = format!("HTTP_{status}");
        }
        let mut remedy = text(inner, &["remedy"]);
        if remedy.is_empty() {
            remedy = "Ask your administrator, naming the code.".to_owned();
        }
        Error::Refused {
            status,
            code,
            detail,
            remedy,
        }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn protocol(&self, detail: &str) -> Error {
        Error::Protocol {
            door: self.door.clone(),
            detail: detail.to_owned(),
        }
    }
}

/// The first of these members that is a text.
fn text(body: &Value, names: &[&str]) -> String {
    names
        .iter()
        .find_map(|name| body.get(name)?.as_str())
        .unwrap_or_default()
        .to_owned()
}
