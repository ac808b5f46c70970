//! What handlers are given and how they answer.

use std::fmt::Write as _;

use aktiver_service::Ctx;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use crate::auth::Caller;
use crate::door::Door;
use crate::error::{Failure, Result, json};

const MINIMAL: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
const NONE: &str = "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");

/// One authorized call: who, with which query options, and how the answer is written.
pub struct Call {
    pub caller: Caller,
    pub query: Option<String>,
    /// Whether the answer carries `@odata.context`.
    metadata: bool,
}

impl FromRequestParts<Door> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self> {
        let metadata = !parts
            .headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|accept| accept.to_str().ok())
            .any(|accept| accept.to_ascii_lowercase().contains("odata.metadata=none"));
        Ok(Self {
            caller: Caller::from_request_parts(parts, door).await?,
            query: parts.uri.query().map(str::to_owned),
            metadata,
        })
    }
}

/// A collection's envelope.
#[derive(Serialize)]
pub struct Collection<T> {
    #[serde(rename = "@odata.context", skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    pub value: Vec<T>,
}

impl Call {
    /// The caller in its organization.
    pub async fn ctx(&self) -> Result<Ctx> {
        self.caller.ctx().await
    }

    /// The address of the Graph API.
    pub fn root(&self) -> String {
        let mut root = self.caller.meta.base(&self.caller.app);
        root.push_str("/v1.0");
        root
    }

    /// `@odata.context` of what an answer holds; `None` when the caller asked for none.
    pub fn context(&self, of: &str, select: Option<&str>, suffix: &str) -> Option<String> {
        self.metadata.then(|| {
            let mut context = self.root();
            context.push_str("/$metadata#");
            context.push_str(of);
            if let Some(select) = select {
                // Writing to a string cannot fail.
                let _ = write!(context, "({select})");
            }
            context.push_str(suffix);
            context
        })
    }

    /// The answer with a body.
    pub fn answer(&self, status: StatusCode, body: &impl Serialize) -> Result<Response> {
        let bytes = serde_json::to_vec(body).map_err(aktiver_service::Error::internal)?;
        let content_type = if self.metadata { MINIMAL } else { NONE };
        let mut response = json(status, content_type, bytes);
        response
            .headers_mut()
            .insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
        Ok(response)
    }

    /// One entity of a type whose properties are few: those selected, with its context.
    pub fn entity(&self, of: &str, select: Option<&[&'static str]>, mut entity: Value) -> Result<Response> {
        keep(&mut entity, select);
        let names = select.map(|names| names.join(","));
        if let (Some(context), Some(object)) = (self.context(of, names.as_deref(), "/$entity"), entity.as_object_mut())
        {
            object.insert("@odata.context".to_owned(), Value::from(context));
        }
        self.answer(StatusCode::OK, &entity)
    }

    /// A whole collection of such entities.
    pub fn entities(&self, of: &str, select: Option<&[&'static str]>, mut value: Vec<Value>) -> Result<Response> {
        for entity in &mut value {
            keep(entity, select);
        }
        let names = select.map(|names| names.join(","));
        let context = self.context(of, names.as_deref(), "");
        self.answer(
            StatusCode::OK,
            &Collection {
                context,
                count: None,
                next_link: None,
                value,
            },
        )
    }
}

fn keep(entity: &mut Value, select: Option<&[&'static str]>) {
    if let (Some(names), Some(object)) = (select, entity.as_object_mut()) {
        object.retain(|name, _| names.contains(&name.as_str()));
    }
}
