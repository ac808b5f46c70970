//! Why a request is not answered as asked, as problem+json (RFC 9457).

use std::collections::BTreeMap;
use std::sync::Arc;

use aktiver_domain::Refusal;
use aktiver_domain::ids::BadId;
use aktiver_domain::refusal::{PaymentRefusal, RedeemRefusal};
use aktiver_service::Error;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

use crate::door::Door;
use crate::error::{self, Failure, Plain};
use crate::request::Meta;

/// The content type of every failure.
pub const CONTENT_TYPE: &str = "application/problem+json";
/// Seconds after which a passing fault is worth another try.
const RETRY_SOON: u64 = 5;

/// The result of a handler.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// Why a request is not answered as asked; it gets its body from [`layer`].
#[derive(Debug)]
pub enum Fault {
    Service(Error),
    /// `ask` names those in the organization who may.
    Refused {
        refusal: Refusal,
        ask: Vec<String>,
    },
    /// Values that are missing or wrong, all that were found.
    Fields(Vec<FieldError>),
    /// The door's own words.
    Plain {
        status: StatusCode,
        code: &'static str,
        detail: String,
        remedy: String,
    },
}

impl Fault {
    /// A failure in the door's own words.
    pub fn plain(status: StatusCode, code: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Plain {
            status,
            code,
            detail: detail.into(),
            remedy: remedy.into(),
        }
    }

    /// One value that is missing or wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Fields(vec![FieldError {
            field: field.into(),
            message: message.into(),
            remedy: remedy.into(),
        }])
    }

    /// An id in the path that is no id at all names nothing.
    pub fn bad_path(bad: &BadId) -> Self {
        Self::plain(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            format!("{bad}."),
            "Check the id in the address.",
        )
    }

    /// The refusal, if the rules said no.
    #[must_use]
    pub const fn refusal(&self) -> Option<(&Refusal, &[String])> {
        match self {
            Self::Service(Error::Refused(refusal)) => Some((refusal, &[])),
            Self::Refused { refusal, ask } => Some((refusal, ask.as_slice())),
            _ => None,
        }
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Service(error) => status_of(error),
            Self::Refused { refusal, .. } => refusal_status(refusal),
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Plain { status, .. } => *status,
        }
    }

    /// Whether the same request sent again would be decided the same, so that its answer may be kept.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        let Some((refusal, _)) = self.refusal() else {
            return false;
        };
        let passing = matches!(
            refusal,
            Refusal::Payment(PaymentRefusal::InProgress)
                | Refusal::Redeem(RedeemRefusal::Busy | RedeemRefusal::GuessLimit { .. })
        );
        !passing
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Service(Error::TooMany { retry_after_seconds }) => Some(*retry_after_seconds),
            Self::Service(Error::Busy(_)) => Some(RETRY_SOON),
            _ => match self.refusal()?.0 {
                Refusal::Redeem(RedeemRefusal::GuessLimit { retry_after_seconds }) => Some(*retry_after_seconds),
                Refusal::Redeem(RedeemRefusal::Busy) | Refusal::Payment(PaymentRefusal::InProgress) => Some(RETRY_SOON),
                _ => None,
            },
        }
    }

    /// The body, for a server reached at `base`.
    #[must_use]
    pub fn problem(&self, base: &str, meta: &Meta) -> Problem {
        let status = self.status();
        let mut problem = Problem {
            kind: "about:blank".to_owned(),
            title: String::new(),
            status: status.as_u16(),
            code: String::new(),
            detail: String::new(),
            remedy: String::new(),
            request_id: meta.request_id.to_string(),
            needed: None,
            ask: None,
            errors: None,
        };
        let (code, detail, remedy) = match self {
            Self::Fields(errors) => {
                let fields: Vec<String> = errors.iter().map(|e| format!("{}: {}", e.field, e.message)).collect();
                problem.errors = Some(errors.clone());
                let remedy = errors.first().map(|e| e.remedy.clone()).unwrap_or_default();
                ("INVALID_INPUT", sentence(&fields.join("; ")), remedy)
            }
            Self::Plain {
                code, detail, remedy, ..
            } => (*code, detail.clone(), remedy.clone()),
            Self::Refused { refusal, ask } => refused(&mut problem, refusal, ask, base),
            Self::Service(error) => service(&mut problem, error, base),
        };
        code.clone_into(&mut problem.code);
        problem.title = title(code);
        problem.detail = detail;
        problem.remedy = sentence(&remedy);
        problem
    }

    /// The answer, for a server reached at `base`.
    #[must_use]
    pub fn render(&self, base: &str, meta: &Meta) -> Response {
        if let Self::Service(Error::Internal(reason)) = self {
            tracing::error!(reason, "request failed");
        }
        let body = serde_json::to_vec(&self.problem(base, meta)).unwrap_or_default();
        let mut response = error::json(self.status(), CONTENT_TYPE, body);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"aktiver\", error=\"invalid_token\""),
            );
        }
        response
    }
}

fn refused<'a>(problem: &mut Problem, refusal: &'a Refusal, ask: &[String], base: &str) -> (&'a str, String, String) {
    problem.kind = format!("{base}/help/refusals/{}", refusal.code());
    match refusal {
        Refusal::NotPermitted { needed } => {
            problem.needed = Some(needed.iter().map(|role| role.as_str().to_owned()).collect());
            problem.ask = Some(ask.to_vec());
            if needed.is_empty() {
                let remedy = "Ask the vendor, or use a token of the kind this address takes.".to_owned();
                return (refusal.code(), "This is for others than you.".to_owned(), remedy);
            }
        }
        Refusal::Payment(PaymentRefusal::CardInvalid { field }) => {
            problem.errors = Some(vec![FieldError::of(field, refusal)]);
        }
        Refusal::Payment(PaymentRefusal::MethodUnknown) => {
            problem.errors = Some(vec![FieldError::of("paymentMethodId", refusal)]);
        }
        _ => {}
    }
    (refusal.code(), refusal.message(), refusal.remedy().to_owned())
}

fn service<'a>(problem: &mut Problem, error: &'a Error, base: &str) -> (&'a str, String, String) {
    match error {
        Error::Refused(refusal) => refused(problem, refusal, &[], base),
        Error::NotFound(what) => (
            "NOT_FOUND",
            format!("There is no such {what}."),
            "Check the id in the address.".to_owned(),
        ),
        Error::Invalid { field, message, remedy } => {
            problem.errors = Some(vec![FieldError {
                field: field.clone(),
                message: sentence(message),
                remedy: sentence(remedy),
            }]);
            (
                "INVALID_INPUT",
                sentence(&format!("{field}: {message}")),
                remedy.clone(),
            )
        }
        Error::Unauthenticated(why) => (
            "UNAUTHENTICATED",
            sentence(why),
            "Send `Authorization: Bearer` with a token that is good.".to_owned(),
        ),
        Error::Stale(what) => (
            "STALE",
            format!("The {what} has changed meanwhile."),
            "Read it again, then repeat the request.".to_owned(),
        ),
        Error::Taken { field } => {
            let remedy = "Choose another.".to_owned();
            problem.errors = Some(vec![FieldError {
                field: (*field).to_owned(),
                message: "This is taken.".to_owned(),
                remedy: remedy.clone(),
            }]);
            ("TAKEN", format!("This {field} is taken."), remedy)
        }
        Error::TooMany { .. } => (
            "TOO_MANY_REQUESTS",
            "Too many requests.".to_owned(),
            "Wait for the seconds that Retry-After names.".to_owned(),
        ),
        Error::Busy(_) => (
            "SERVICE_BUSY",
            "The request cannot be handled right now.".to_owned(),
            "Send the same request again in a few seconds.".to_owned(),
        ),
        Error::Internal(_) => (
            "INTERNAL",
            "Something went wrong on our side.".to_owned(),
            "Try again; if it stays so, tell the vendor the requestId.".to_owned(),
        ),
    }
}

fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Refused(refusal) => refusal_status(refusal),
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Stale(_) | Error::Taken { .. } => StatusCode::CONFLICT,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The status of a refusal.
#[must_use]
pub const fn refusal_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotPermitted { .. } => StatusCode::FORBIDDEN,
        Refusal::Payment(PaymentRefusal::Declined { .. } | PaymentRefusal::AuthenticationRequired) => {
            StatusCode::PAYMENT_REQUIRED
        }
        Refusal::Payment(PaymentRefusal::CardInvalid { .. } | PaymentRefusal::MethodUnknown) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::Redeem(RedeemRefusal::Busy) => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Redeem(RedeemRefusal::GuessLimit { .. }) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}

/// `PAYMENT_DECLINED` as "Payment declined".
fn title(code: &str) -> String {
    if !code.contains('_') && code.chars().any(char::is_lowercase) {
        return "No matching product".to_owned();
    }
    let words = code.replace('_', " ").to_lowercase();
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Starts with a capital where it is a word, and ends with a stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let is_word = text
        .chars()
        .take_while(|c| !c.is_whitespace())
        .all(|c| c.is_lowercase());
    let mut sentence: String = if is_word {
        first.to_uppercase().chain(letters).collect()
    } else {
        text.to_owned()
    };
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Service { error, .. } => Self::Service(error),
            Failure::Plain(plain) => Self::from(&plain),
        }
    }
}

impl From<&Plain> for Fault {
    fn from(plain: &Plain) -> Self {
        let (code, remedy) = match plain.status {
            StatusCode::NOT_FOUND => ("NOT_FOUND", "See /api/v1/openapi.json for what there is."),
            StatusCode::METHOD_NOT_ALLOWED => ("METHOD_NOT_ALLOWED", "Use one of the methods in the Allow header."),
            StatusCode::PAYLOAD_TOO_LARGE => ("TOO_LARGE", "Send less at once."),
            _ => ("BAD_REQUEST", "See /api/v1/openapi.json for what the address takes."),
        };
        let code = if plain.code.is_empty() { code } else { plain.code };
        Self::plain(plain.status, code, plain.message.clone(), remedy)
    }
}

/// Carries the fault to [`layer`].
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Gives failures their body, also those of extractors and of the framework.
pub async fn layer(State(door): State<Door>, request: Request, next: Next) -> Response {
    let meta = Meta::of(request.extensions());
    let response = next.run(request).await;
    if let Some(fault) = response.extensions().get::<Arc<Fault>>() {
        return fault.render(&meta.base(&door.app), &meta);
    }
    error::finish(response, |failure| {
        let fault = match failure {
            Failure::Service { error, .. } => return of_service(error).render(&meta.base(&door.app), &meta),
            Failure::Plain(plain) => Fault::from(plain),
        };
        fault.render(&meta.base(&door.app), &meta)
    })
}

/// A copy of an error that is shared.
fn of_service(error: &Error) -> Fault {
    Fault::Service(match error {
        Error::Refused(refusal) => Error::Refused(refusal.clone()),
        Error::NotFound(what) => Error::NotFound(what),
        Error::Invalid { field, message, remedy } => Error::invalid(field, message, remedy),
        Error::Unauthenticated(why) => Error::Unauthenticated(why),
        Error::Stale(what) => Error::Stale(what),
        Error::Taken { field } => Error::Taken { field },
        Error::TooMany { retry_after_seconds } => Error::TooMany {
            retry_after_seconds: *retry_after_seconds,
        },
        Error::Busy(reason) => Error::Busy(reason.clone()),
        Error::Internal(reason) => Error::Internal(reason.clone()),
    })
}

/// A failure: what is wrong, under which stable code, and what to do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The page that explains the code; `about:blank` for what HTTP itself explains.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable; a refusal's code names its page.
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
    /// What to do about it, for people.
    pub remedy: String,
    /// Names this request in the vendor's log.
    pub request_id: String,
    /// `NOT_PERMITTED`: the roles of which one is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<Vec<String>>,
    /// `NOT_PERMITTED`: names of those in the organization who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Vec<String>>,
    /// The values that are missing or wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
}

/// A value that is missing or wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// Its place in the body (`choice.kind`), or the name of the header or query parameter.
    pub field: String,
    pub message: String,
    pub remedy: String,
}

impl FieldError {
    fn of(field: &str, refusal: &Refusal) -> Self {
        Self {
            field: field.to_owned(),
            message: refusal.message(),
            remedy: refusal.remedy().to_owned(),
        }
    }
}

/// The failures that any address may answer, for the OpenAPI document.
pub struct Failures;
/// Those of an address that takes a body besides.
pub struct BodyFailures;
/// Those of a command besides.
pub struct CommandFailures;

const COMMON: [(&str, &str); 8] = [
    ("400", "The address cannot be read"),
    ("401", "No token, or one that is wrong or past its time"),
    (
        "403",
        "A role or a permission is missing; `needed` and `ask` say which and whom to ask",
    ),
    ("404", "There is no such thing in this organization"),
    ("422", "A value is missing or wrong; `errors` names it"),
    ("429", "Too many requests; `Retry-After` says when to try again"),
    ("500", "A fault of ours"),
    ("503", "A passing fault; `Retry-After` says when to try again"),
];
const BODY: [(&str, &str); 2] = [("413", "The body is too large"), ("415", "The body is not JSON")];
const COMMAND: [(&str, &str); 3] = [
    (
        "402",
        "The payment was declined or wants authentication; nothing has changed",
    ),
    ("409", "The rules refuse it; `code` and `remedy` say why and what to do"),
    ("412", "It has changed since the version that `If-Match` names"),
];

fn responses(rows: &[(&str, &str)]) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    rows.iter()
        .map(|(status, text)| {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .build();
            let response = ResponseBuilder::new()
                .description(*text)
                .content(CONTENT_TYPE, content)
                .build();
            ((*status).to_owned(), RefOr::T(response))
        })
        .collect()
}

impl utoipa::IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        responses(&COMMON)
    }
}

impl utoipa::IntoResponses for BodyFailures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut all = responses(&COMMON);
        all.extend(responses(&BODY));
        all
    }
}

impl utoipa::IntoResponses for CommandFailures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut all = BodyFailures::responses();
        all.extend(responses(&COMMAND));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_speaks_in_sentences() {
        assert_eq!(sentence("give 30d or next"), "Give 30d or next.");
        assert_eq!(
            sentence("paymentMethodId: no such one"),
            "paymentMethodId: no such one."
        );
        assert_eq!(title("PAYMENT_DECLINED"), "Payment declined");
        assert_eq!(title("NoMatchingEligProductsFound"), "No matching product");
    }

    #[test]
    fn refusals_have_the_status_that_says_what_to_do_next() {
        let declined = PaymentRefusal::Declined {
            decline: "card_declined".into(),
        };
        assert_eq!(refusal_status(&declined.into()), StatusCode::PAYMENT_REQUIRED);
        assert_eq!(
            refusal_status(&Refusal::NotPermitted { needed: vec![] }),
            StatusCode::FORBIDDEN
        );
        let limit = RedeemRefusal::GuessLimit {
            retry_after_seconds: 60,
        };
        assert_eq!(refusal_status(&limit.clone().into()), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(Fault::from(Error::from(limit)).retry_after(), Some(60));
    }

    #[test]
    fn only_what_would_be_decided_the_same_again_is_kept() {
        let refused = |refusal: Refusal| Fault::from(Error::Refused(refusal)).is_decision();
        assert!(refused(PaymentRefusal::NoPrice.into()));
        assert!(!refused(PaymentRefusal::InProgress.into()));
        assert!(!refused(RedeemRefusal::Busy.into()));
        assert!(!Fault::from(Error::Busy(String::new())).is_decision());
    }
}
