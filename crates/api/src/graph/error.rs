//! Graph's error body (SPEC 14.7), and which code and status a failure has there (SPEC 13.2, 26).

use aktiver_service::Error;
use aktiver_service::domain::refusal::AssignRefusal;
use aktiver_service::domain::{Refusal, Timestamp};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Value, json};

use crate::door::Door;
use crate::error::{Detail, Failure, Plain, finish, json as answer};
use crate::request::Meta;

pub const BAD_REQUEST: &str = "Request_BadRequest";
const NOT_FOUND: &str = "Request_ResourceNotFound";
const DENIED: &str = "Authorization_RequestDenied";
const CONTENT_TYPE: &str = "application/json";

/// A 400 in Graph's words.
pub fn bad_request(message: impl Into<String>) -> Failure {
    Failure::plain(StatusCode::BAD_REQUEST, BAD_REQUEST, message)
}

/// A query option that is known and not served here.
pub fn unsupported(message: impl Into<String>) -> Failure {
    Failure::plain(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
}

/// Writes the bodies of failures.
pub async fn layer(State(door): State<Door>, request: Request, next: Next) -> Response {
    let meta = Meta::of(request.extensions());
    let response = next.run(request).await;
    finish(response, |failure| render(&meta, door.app.system_now(), failure))
}

/// What the body says.
struct Said {
    status: StatusCode,
    code: &'static str,
    message: String,
    details: Vec<Detail>,
    retry_after_seconds: Option<u64>,
}

impl Said {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
            retry_after_seconds: None,
        }
    }
}

fn render(meta: &Meta, now: Timestamp, failure: &Failure) -> Response {
    let said = match failure {
        Failure::Plain(plain) => of_plain(plain),
        Failure::Service { error, subject } => of_service(meta, error, subject.as_deref()),
    };
    let mut error = json!({
        "code": said.code,
        "message": said.message,
        "innerError": {
            "date": now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "request-id": meta.request_id.to_string(),
            "client-request-id": meta.client_id(),
        },
    });
    if !said.details.is_empty() {
        error["details"] = said.details.iter().map(detail).collect();
    }
    let body = json!({ "error": error }).to_string().into_bytes();
    let mut response = answer(said.status, CONTENT_TYPE, body);
    if said.status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer realm=\"\", error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = said.retry_after_seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn detail(detail: &Detail) -> Value {
    json!({ "code": detail.code, "message": detail.message, "target": detail.target })
}

fn of_plain(plain: &Plain) -> Said {
    let code = match (plain.code, plain.status) {
        ("", StatusCode::NOT_FOUND) => NOT_FOUND,
        ("", StatusCode::METHOD_NOT_ALLOWED) => "notAllowed",
        ("", status) if status.is_server_error() => "generalException",
        ("", _) => BAD_REQUEST,
        (code, _) => code,
    };
    Said {
        details: plain.details.clone(),
        ..Said::new(plain.status, code, plain.message.clone())
    }
}

fn of_service(meta: &Meta, error: &Error, subject: Option<&str>) -> Said {
    match error {
        Error::Refused(Refusal::NotPermitted { .. }) => Said::new(
            StatusCode::FORBIDDEN,
            DENIED,
            "Insufficient privileges to complete the operation.",
        ),
        Error::Refused(Refusal::Assign(refusal)) => Said {
            details: assign_details(refusal),
            ..Said::new(StatusCode::BAD_REQUEST, BAD_REQUEST, refusal.message())
        },
        Error::Refused(refusal) => Said::new(
            StatusCode::BAD_REQUEST,
            BAD_REQUEST,
            format!("{} {}", refusal.message(), refusal.remedy()),
        ),
        Error::NotFound(noun) => Said::new(
            StatusCode::NOT_FOUND,
            NOT_FOUND,
            format!(
                "Resource '{}' does not exist or one of its queried reference-property objects are not present.",
                subject.unwrap_or(noun)
            ),
        ),
        Error::Invalid { field, message, remedy } => {
            // What the service says in Graph's own words is a whole sentence, and stays as it is.
            let is_sentence = message.ends_with('.') && message.starts_with(char::is_uppercase);
            let text = if is_sentence {
                message.clone()
            } else {
                format!("Invalid value specified for property '{field}': {message}.")
            };
            let details = vec![Detail {
                code: "InvalidValue",
                message: remedy.clone(),
                target: Some(field.clone()),
            }];
            Said {
                details,
                ..Said::new(StatusCode::BAD_REQUEST, BAD_REQUEST, text)
            }
        }
        Error::Taken { field } => {
            let message = format!("Another object with the same value for property {field} already exists.");
            let details = vec![Detail {
                code: "ObjectConflict",
                message: message.clone(),
                target: Some((*field).to_owned()),
            }];
            Said {
                details,
                ..Said::new(StatusCode::BAD_REQUEST, BAD_REQUEST, message)
            }
        }
        Error::Unauthenticated(why) => Said::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", *why),
        Error::Stale(_) => Said::new(
            StatusCode::PRECONDITION_FAILED,
            "resourceModified",
            "The resource has changed meanwhile. Read it again and repeat the request.",
        ),
        Error::TooMany { retry_after_seconds } => Said {
            retry_after_seconds: Some(*retry_after_seconds),
            ..Said::new(
                StatusCode::TOO_MANY_REQUESTS,
                "activityLimitReached",
                "Too many requests. Wait as long as Retry-After says.",
            )
        },
        Error::Busy(why) => {
            tracing::warn!(id = %meta.request_id, why, "busy");
            Said {
                retry_after_seconds: Some(1),
                ..Said::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "serviceNotAvailable",
                    "The service is busy. Send the request again.",
                )
            }
        }
        Error::Internal(why) => {
            tracing::error!(id = %meta.request_id, why, "a request failed");
            Said::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "generalException",
                "The request failed for a reason on the server's side. Give the request-id to support.",
            )
        }
    }
}

fn assign_details(refusal: &AssignRefusal) -> Vec<Detail> {
    match refusal {
        AssignRefusal::Exclusive { .. } => vec![Detail {
            code: refusal.stored().as_str(),
            message: refusal.message(),
            target: None,
        }],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use aktiver_service::domain::ids::PlanId;
    use axum::body::to_bytes;
    use axum::response::IntoResponse as _;
    use http::Extensions;
    use uuid::Uuid;

    use super::*;
    use crate::error::panicked;

    async fn rendered(failure: Failure) -> (Response<()>, Value) {
        let now = "2025-01-07T09:00:00.5Z".parse().unwrap();
        let meta = Meta::of(&Extensions::new());
        let (parts, body) = finish(failure.into_response(), |failure| render(&meta, now, failure)).into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        (Response::from_parts(parts, ()), serde_json::from_slice(&bytes).unwrap())
    }

    fn plan(id: u128) -> PlanId {
        PlanId::from_uuid(Uuid::from_u128(id))
    }

    #[tokio::test]
    async fn an_exclusion_carries_its_finer_code() {
        let refusal = AssignRefusal::Exclusive {
            one: plan(1),
            other: plan(2),
        };
        let (response, body) = rendered(Error::from(refusal).into()).await;
        let message = format!(
            "License assignment failed because service plans {},{} are mutually exclusive",
            plan(1),
            plan(2)
        );
        assert_eq!(response.status(), 400);
        assert_eq!(
            body,
            json!({ "error": {
                "code": "Request_BadRequest",
                "message": message,
                "details": [{ "code": "MutuallyExclusiveViolation", "message": message, "target": null }],
                "innerError": {
                    "date": "2025-01-07T09:00:00",
                    "request-id": Uuid::nil().to_string(),
                    "client-request-id": Uuid::nil().to_string(),
                },
            } })
        );
    }

    #[tokio::test]
    async fn a_dependency_is_told_in_the_documented_words() {
        let refusal = AssignRefusal::Dependency {
            plan: plan(1),
            needs: BTreeSet::from([plan(2), plan(3)]),
        };
        let (_, body) = rendered(Error::from(refusal).into()).await;
        assert_eq!(
            body["error"]["message"],
            format!(
                "License assignment failed because service plan {} depends on the service plan(s) {},{}",
                plan(1),
                plan(2),
                plan(3)
            )
        );
    }

    #[tokio::test]
    async fn whoever_must_wait_is_told_how_long() {
        let (response, body) = rendered(
            Error::TooMany {
                retry_after_seconds: 17,
            }
            .into(),
        )
        .await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["retry-after"]),
            (429, &HeaderValue::from(17))
        );
        assert_eq!(body["error"]["code"], "activityLimitReached");
        let (response, _) = rendered(Error::Busy("the queue is full".into()).into()).await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["retry-after"]),
            (503, &HeaderValue::from(1))
        );
        let (response, _) = rendered(Error::Stale("user").into()).await;
        assert_eq!(response.status(), 412);
    }

    #[tokio::test]
    async fn a_fault_of_ours_tells_nothing_of_itself() {
        for failure in [
            Failure::from(Error::Internal("secret detail".into())).into_response(),
            panicked(Box::new("secret detail")),
        ] {
            let now = "2025-01-07T09:00:00Z".parse().unwrap();
            let meta = Meta::of(&Extensions::new());
            let response = finish(failure, |failure| render(&meta, now, failure));
            assert_eq!(response.status(), 500);
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(!text.contains("secret") && text.contains("generalException"), "{text}");
        }
    }
}
