use std::fmt::Write as _;

use aktiver_domain::ids::PlanId;
use aktiver_service::Error;
use aktiver_service::devices::{self, CheckAnswer};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::error;
use crate::vendor::body::{Body, parsed};
use crate::vendor::problem::{BodyFailures, Result};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CheckLicense)]
pub struct Input {
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String)]
    plan_id: PlanId,
    device_id: String,
}

/// Whether a service plan may be used on a device now.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents what `written` writes")]
pub struct LicenseCheck {
    allowed: bool,
    /// `NO_LICENSE`, `PLAN_TURNED_OFF`, `SUBSCRIPTION_DISABLED`, `DEVICE_NOT_ACTIVATED`, `DEVICE_SIGNED_OUT` or
    /// `ACCOUNT_DISABLED`; null when allowed.
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    remedy: Option<String>,
    /// Until when the answer holds.
    #[schema(format = DateTime)]
    until: String,
}

/// Answers whether this person may use this service plan on this device now.
///
/// The hottest path of the system: the token is checked without the database, which is asked once.
#[utoipa::path(
    post,
    path = "/api/v1/device/check",
    operation_id = "checkLicense",
    tag = "Devices",
    request_body = Input,
    responses((status = 200, description = "Allowed or not, with the reason", body = LicenseCheck), BodyFailures),
)]
pub async fn check(caller: Caller, body: Body) -> Result<Response> {
    let claims = caller
        .claims()
        .ok_or(Error::Unauthenticated("an operator's token names no person"))?;
    let Input { plan_id, device_id } = body.read()?;
    let answer = devices::check(&caller.app, claims, &device_id, plan_id).await?;
    Ok(error::json(
        StatusCode::OK,
        "application/json",
        written(&answer).into_bytes(),
    ))
}

/// The answer's few fields, without a serializer: reasons and remedies are our own words and need no escapes.
fn written(answer: &CheckAnswer) -> String {
    let mut text = String::with_capacity(192);
    let optional = |text: &mut String, value: Option<&str>| match value {
        Some(value) => {
            text.push('"');
            text.push_str(value);
            text.push('"');
        }
        None => text.push_str("null"),
    };
    text.push_str(if answer.allowed {
        "{\"allowed\":true,\"reason\":"
    } else {
        "{\"allowed\":false,\"reason\":"
    });
    optional(&mut text, answer.reason);
    text.push_str(",\"remedy\":");
    optional(&mut text, answer.remedy);
    // Writing to a string cannot fail.
    let _ = write!(text, ",\"until\":\"{}\"}}", answer.until);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use aktiver_domain::Timestamp;

    #[test]
    fn the_answer_is_json() {
        for (reason, remedy) in [
            (None, None),
            (Some("NO_LICENSE"), Some("Ask an administrator to assign one.")),
        ] {
            let answer = CheckAnswer {
                allowed: reason.is_none(),
                reason,
                remedy,
                until: Timestamp::UNIX_EPOCH,
            };
            let json: serde_json::Value = serde_json::from_str(&written(&answer)).unwrap();
            assert_eq!(json["allowed"], reason.is_none());
            assert_eq!(json["reason"].as_str(), reason);
            assert_eq!(json["remedy"].as_str(), remedy);
            assert_eq!(json["until"], "1970-01-01T00:00:00Z");
        }
    }
}
