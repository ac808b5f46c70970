//! One request of the vendor API: who asks, in which organization, and how it wants to be answered.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use aktiver_domain::Refusal;
use aktiver_domain::ids::{Id, Kind, OrganizationId, SubscriptionId};
use aktiver_domain::role::Operation;
use aktiver_service::subscriptions::ActionKind;
use aktiver_service::{Actor, App, Ctx, Error, idempotency, organizations, subscriptions};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::auth::Caller;
use crate::door::Door;
use crate::error;
use crate::vendor::body::Body;
use crate::vendor::problem::{Fault, Result};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest idempotency key.
const LONGEST_KEY: usize = 255;
const JSON: &str = "application/json";

/// Keys whose first request is still at work in this process.
pub type InFlight = Arc<Mutex<HashSet<(OrganizationId, String, String)>>>;

/// What a command takes besides its body, for the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents headers that `Call` reads")]
pub struct CommandHeaders {
    /// Any text of up to 255 visible ASCII characters, fresh for each request: sent again, the first answer comes back and
    /// nothing is done twice. With another body it is refused (422).
    #[param(rename = "Idempotency-Key", value_type = Option<String>, max_length = 255)]
    idempotency_key: Option<String>,
    /// `preview`: answers what would happen, and does nothing.
    #[param(rename = "Prefer", value_type = Option<String>, example = "preview")]
    prefer: Option<String>,
}

/// As [`CommandHeaders`], of a thing with a version.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents headers that `Call` reads")]
pub struct VersionHeaders {
    /// The `ETag` that the command was decided on; 412 when it has changed since.
    #[param(rename = "If-Match", value_type = Option<String>)]
    if_match: Option<String>,
}

/// One request.
pub struct Call {
    pub caller: Caller,
    /// Nothing is to be done, only said what would be.
    pub preview: bool,
    key: Option<String>,
    if_match: Option<String>,
    /// Method, path and query: part of what an idempotency key stands for.
    target: String,
    in_flight: InFlight,
}

impl FromRequestParts<Door> for Call {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, door).await?;
        let text = |name: &HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
        Ok(Self {
            caller,
            preview: prefers_preview(&parts.headers),
            key: key(&parts.headers)?,
            if_match: text(&header::IF_MATCH).map(str::to_owned),
            target: format!("{} {target}\n", parts.method),
            in_flight: parts.extensions.get::<InFlight>().cloned().unwrap_or_default(),
        })
    }
}

fn prefers_preview(headers: &HeaderMap) -> bool {
    headers
        .get_all(PREFER)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split([',', ';']))
        .any(|preference| preference.trim().eq_ignore_ascii_case("preview"))
}

fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let good = (1..=LONGEST_KEY).contains(&value.len()) && value.as_bytes().iter().all(|b| (b' '..=b'~').contains(b));
    match value.to_str() {
        Ok(text) if good => Ok(Some(text.to_owned())),
        _ => Err(Fault::field(
            "Idempotency-Key",
            "This is no key.",
            "Use 1 to 255 visible ASCII characters, a random UUID for instance.",
        )),
    }
}

impl Call {
    pub fn app(&self) -> &App {
        &self.caller.app
    }

    /// The address under which this server is reached.
    pub fn base(&self) -> String {
        self.caller.meta.base(self.app())
    }

    /// Enters the organization that the path names by id or verified domain.
    ///
    /// # Errors
    /// 404 for one that does not exist or is not the caller's.
    pub async fn organization(self, named: &str) -> Result<Scope> {
        let id = match OrganizationId::parse(named) {
            Ok(id) => id,
            Err(_) => organizations::resolve(self.app(), named).await?.id,
        };
        let ctx = self.caller.ctx_in(id).await?;
        Ok(Scope {
            call: Arc::new(self),
            ctx,
        })
    }

    /// Lets in whoever has a token that is good.
    ///
    /// # Errors
    /// 401.
    pub async fn anyone(&self) -> Result<()> {
        if self.caller.claims().is_some() {
            self.caller.ctx().await?;
        } else {
            self.caller.operator().await?;
        }
        Ok(())
    }

    /// Lets the provider alone in.
    ///
    /// # Errors
    /// 403.
    pub async fn operator(self) -> Result<Operator> {
        let actor = self.caller.operator().await?;
        Ok(Operator {
            call: Arc::new(self),
            actor,
        })
    }

    /// Runs a command once: a key that has been used answers as before, and what is decided is kept for the next time.
    /// Runs to its end even when the client goes away.
    async fn once(
        self: Arc<Self>,
        organization: OrganizationId,
        actor: &Actor,
        body: &Body,
        run: impl Future<Output = Result<Answer>> + Send + 'static,
    ) -> Result<Response> {
        let Some(key) = self.key.clone() else {
            return spawned(run).await?.map(Answer::into_response);
        };
        let who = actor.reference();
        let who = format!("{}:{}", who.kind, who.id);
        let request = [self.target.as_bytes(), &body.0].concat();
        let Some(turn) = Turn::take(&self.in_flight, (organization, who.clone(), key.clone())) else {
            return Err(Fault::plain(
                StatusCode::CONFLICT,
                "IDEMPOTENCY_KEY_IN_USE",
                "The first request with this key is still at work.",
                "Send it again in a moment.",
            ));
        };
        if let Some(stored) = idempotency::replay(self.app(), organization, &who, &key, &request).await? {
            return Ok(replayed(stored.status, stored.response));
        }
        let call = Arc::clone(&self);
        let kept = async move {
            let _turn = turn;
            let result = run.await;
            let keep = match &result {
                Ok(answer) => Some((
                    answer.status.as_u16(),
                    answer.kept.clone().unwrap_or_else(|| answer.body.clone()),
                )),
                Err(fault) if fault.is_decision() => {
                    let problem = fault.problem(&call.base(), &call.caller.meta);
                    Some((problem.status, serde_json::to_string(&problem).unwrap_or_default()))
                }
                Err(_) => None,
            };
            if let Some((status, text)) = keep {
                let kept = idempotency::keep(call.app(), organization, &who, &key, &request, status, &text).await;
                if let Err(error) = kept {
                    // The command itself is done, so that its answer must not be lost.
                    tracing::error!(%error, "the answer to an idempotency key was not kept");
                }
            }
            result
        };
        spawned(kept).await?.map(Answer::into_response)
    }
}

async fn spawned<T: Send + 'static>(run: impl Future<Output = T> + Send + 'static) -> Result<T> {
    tokio::spawn(tracing::Instrument::in_current_span(run))
        .await
        .map_err(|error| Fault::Service(Error::internal(error)))
}

/// The turn of one idempotency key; given back when dropped.
struct Turn(InFlight, (OrganizationId, String, String));

impl Turn {
    fn take(in_flight: &InFlight, key: (OrganizationId, String, String)) -> Option<Self> {
        let free = in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.clone());
        free.then(|| Self(Arc::clone(in_flight), key))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

fn replayed(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let kind = if status.is_success() {
        JSON
    } else {
        super::problem::CONTENT_TYPE
    };
    let mut response = error::json(status, kind, body.into_bytes());
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// What a command answers.
pub struct Answer {
    status: StatusCode,
    body: String,
    /// What is kept for a replay, where the answer holds a secret that is shown once.
    kept: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    pub fn new(status: StatusCode, body: &impl Serialize) -> Result<Self> {
        Ok(Self {
            status,
            body: serde_json::to_string(body).map_err(Error::internal)?,
            kept: None,
            headers: Vec::new(),
        })
    }

    pub fn ok(body: &impl Serialize) -> Result<Self> {
        Self::new(StatusCode::OK, body)
    }

    pub fn created(body: &impl Serialize, location: &str) -> Result<Self> {
        Ok(Self::new(StatusCode::CREATED, body)?.with(header::LOCATION, location))
    }

    pub const fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: String::new(),
            kept: None,
            headers: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// What a replay answers instead of a secret that is shown once.
    pub fn keeping(mut self, body: &impl Serialize) -> Result<Self> {
        self.kept = Some(serde_json::to_string(body).map_err(Error::internal)?);
        Ok(self.with(header::CACHE_CONTROL, "no-store"))
    }

    pub fn into_response(self) -> Response {
        let mut response = error::json(self.status, JSON, self.body.into_bytes());
        if self.status == StatusCode::NO_CONTENT {
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// A request inside one organization.
#[derive(Clone)]
pub struct Scope {
    pub call: Arc<Call>,
    pub ctx: Ctx,
}

impl Scope {
    pub fn app(&self) -> &App {
        self.call.app()
    }

    /// The organization's own address on this API.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}{rest}", self.ctx.org().prefixed())
    }

    /// Adds to a missing role the names of those who have it.
    pub async fn ok<T>(&self, result: aktiver_service::Result<T>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(Error::Refused(refusal)) => Err(self.explained(refusal).await),
            Err(error) => Err(error.into()),
        }
    }

    async fn explained(&self, refusal: Refusal) -> Fault {
        let operation = match &refusal {
            Refusal::NotPermitted { needed } if !needed.is_empty() => Operation::ALL
                .into_iter()
                .find(|operation| operation.roles() == *needed),
            _ => None,
        };
        let ask = match operation {
            Some(operation) => organizations::administrators(self.app(), &self.ctx, operation)
                .await
                .unwrap_or_default(),
            None => Vec::new(),
        };
        Fault::Refused { refusal, ask }
    }

    /// Runs a command once per idempotency key.
    ///
    /// # Errors
    /// Those of the command; 422 for a key that was used for another request.
    pub async fn command(
        &self,
        body: &Body,
        run: impl Future<Output = Result<Answer>> + Send + 'static,
    ) -> Result<Response> {
        Arc::clone(&self.call)
            .once(self.ctx.org(), &self.ctx.actor, body, run)
            .await
    }

    /// Checks `If-Match` against the version of a subscription, if it was sent.
    ///
    /// # Errors
    /// 412.
    pub async fn expect_version(&self, id: SubscriptionId) -> Result<()> {
        let Some(wanted) = &self.call.if_match else {
            return Ok(());
        };
        let view = self.ok(subscriptions::get(self.app(), &self.ctx, id).await).await?;
        let current = etag(view.subscription.version);
        if wanted.split(',').any(|tag| tag.trim() == "*" || tag.trim() == current) {
            return Ok(());
        }
        Err(Fault::plain(
            StatusCode::PRECONDITION_FAILED,
            "STALE",
            format!("The subscription has changed: its version is {current}."),
            "Read it again, then repeat the request with its ETag.",
        ))
    }

    /// Answers what an action on a subscription would come to, from the list of its actions.
    ///
    /// # Errors
    /// No such subscription.
    pub async fn preview_action(&self, id: SubscriptionId, kinds: &[ActionKind]) -> Result<Response> {
        let view = self.ok(subscriptions::get(self.app(), &self.ctx, id).await).await?;
        let action = view.actions.into_iter().find(|action| kinds.contains(&action.kind));
        let result = match action {
            None => Err(Fault::Service(Error::Refused(Refusal::NotPermitted {
                needed: Vec::new(),
            }))),
            Some(action) => action.refusal.map_or(Ok(json!({})), |refusal| {
                Err(Fault::Refused {
                    refusal,
                    ask: action.ask,
                })
            }),
        };
        previewed(result)
    }

    /// Answers whether a command that has no preview of its own is permitted.
    ///
    /// # Errors
    /// None; a missing role is the answer.
    pub async fn preview_permission(&self, operation: Operation) -> Result<Response> {
        previewed(self.ok(self.ctx.require(operation)).await.map(|()| json!({})))
    }
}

/// A request of the provider's, outside any organization.
pub struct Operator {
    pub call: Arc<Call>,
    pub actor: Actor,
}

impl Operator {
    pub fn app(&self) -> &App {
        self.call.app()
    }

    /// Runs a command once per idempotency key.
    ///
    /// # Errors
    /// Those of the command; 422 for a key that was used for another request.
    pub async fn command(
        &self,
        body: &Body,
        run: impl Future<Output = Result<Answer>> + Send + 'static,
    ) -> Result<Response> {
        let nowhere = OrganizationId::from_uuid(Uuid::nil());
        Arc::clone(&self.call).once(nowhere, &self.actor, body, run).await
    }
}

/// The `ETag` of a version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The answer to a preview: `available` with what would happen, or not with the reason.
///
/// # Errors
/// Whatever is no refusal: bad input, an unknown thing.
pub fn previewed(result: Result<Value>) -> Result<Response> {
    let body = match result {
        Ok(Value::Object(outcome)) => {
            let mut body = Map::from_iter([("available".to_owned(), Value::Bool(true))]);
            body.extend(outcome);
            Value::Object(body)
        }
        Ok(_) => json!({ "available": true }),
        Err(fault) => match fault.refusal() {
            None => return Err(fault),
            Some((refusal, ask)) => {
                let mut body = json!({
                    "available": false,
                    "status": fault.status().as_u16(),
                    "reason": refusal.code(),
                    "message": refusal.message(),
                    "remedy": refusal.remedy(),
                });
                if !ask.is_empty() {
                    body["ask"] = json!(ask);
                }
                body
            }
        },
    };
    Ok(Answer::ok(&body)?.with(PREFERENCE_APPLIED, "preview").into_response())
}

/// Reads an id of the path.
///
/// # Errors
/// 404: what is no id names nothing.
pub fn path_id<K: Kind>(text: &str) -> Result<Id<K>> {
    Id::parse(text).map_err(|bad| Fault::bad_path(&bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_asked_for_among_other_preferences_in_any_case() {
        let with = |value: &'static str| HeaderMap::from_iter([(PREFER, HeaderValue::from_static(value))]);
        assert!(prefers_preview(&with("respond-async, Preview")));
        assert!(!prefers_preview(&with("return=minimal")));
        assert!(!prefers_preview(&HeaderMap::new()));
    }

    #[test]
    fn a_key_is_short_and_visible() {
        let with = |value: &str| HeaderMap::from_iter([(IDEMPOTENCY_KEY, HeaderValue::from_str(value).unwrap())]);
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
        assert_eq!(key(&with("a b-1")).unwrap().as_deref(), Some("a b-1"));
        assert!(key(&with("")).is_err() && key(&with(&"x".repeat(256))).is_err());
    }

    #[test]
    fn a_key_that_is_at_work_is_not_begun_twice() {
        let in_flight = InFlight::default();
        let key = (
            OrganizationId::from_uuid(Uuid::nil()),
            "user:1".to_owned(),
            "k".to_owned(),
        );
        let turn = Turn::take(&in_flight, key.clone());
        assert!(turn.is_some() && Turn::take(&in_flight, key.clone()).is_none());
        drop(turn);
        assert!(Turn::take(&in_flight, key).is_some());
    }
}
