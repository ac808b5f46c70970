//! The JSON doors as a tour knocks on them.

use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

use super::Step;

/// One caller of the vendor API or the Graph API.
#[derive(Clone)]
pub struct Caller {
    http: Client,
    base_url: String,
    token: String,
}

impl Caller {
    pub fn new(base_url: &str, token: &str) -> Self {
        Self {
            http: Client::new(),
            base_url: base_url.to_owned(),
            token: token.to_owned(),
        }
    }

    /// A program's own token.
    ///
    /// # Errors
    /// A wrong id or secret.
    pub async fn client(base_url: &str, organization: &str, id: &str, secret: &str) -> Step<Self> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let url = format!("{base_url}/{organization}/oauth2/v2.0/token");
        let answer = Client::new()
            .post(url)
            .form(&form)
            .send()
            .await
            .map_err(|e| e.to_string())?;
        let body: Value = answer.json().await.map_err(|e| e.to_string())?;
        let token = body["access_token"]
            .as_str()
            .ok_or_else(|| format!("no token: {body}"))?;
        Ok(Self::new(base_url, token))
    }

    /// A GET that must succeed.
    ///
    /// # Errors
    /// Any other status.
    pub async fn get(&self, path: &str) -> Step<Value> {
        self.expect(Method::GET, path, None).await
    }

    /// A POST that must succeed.
    ///
    /// # Errors
    /// Any other status.
    pub async fn post(&self, path: &str, body: Value) -> Step<Value> {
        self.expect(Method::POST, path, Some(body)).await
    }

    /// A PUT that must succeed.
    ///
    /// # Errors
    /// Any other status.
    pub async fn put(&self, path: &str, body: Value) -> Step<Value> {
        self.expect(Method::PUT, path, Some(body)).await
    }

    async fn expect(&self, method: Method, path: &str, body: Option<Value>) -> Step<Value> {
        let (status, answer) = self.send(method.clone(), path, body).await?;
        if status.is_success() {
            Ok(answer)
        } else {
            Err(format!("{method} {path} answered {status}: {answer}"))
        }
    }

    /// Sends whatever it is, and gives whatever comes.
    ///
    /// # Errors
    /// No answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Step<(StatusCode, Value)> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .bearer_auth(&self.token);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|e| e.to_string())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|e| e.to_string())?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }
}

/// A text of a JSON answer.
///
/// # Errors
/// It is not there.
pub fn text(value: &Value, pointer: &str) -> Step<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("no {pointer} in {value}"))
}
