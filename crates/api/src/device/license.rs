use aktiver_domain::ids::PlanId;
use aktiver_service::{Error, devices};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::shape::{DeviceLicense, answer};
use crate::auth::Caller;
use crate::vendor::body::{Body, all_parsed};
use crate::vendor::problem::{BodyFailures, Failures, Fault, Result};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CheckInDevice)]
pub struct Input {
    device_id: String,
    /// The service plans any of which the app needs; any plan when empty.
    #[serde(default, deserialize_with = "all_parsed")]
    #[schema(value_type = Vec<String>)]
    plan_ids: Vec<PlanId>,
}

/// Says that a device is still in use, and gives it a new license document. 404 with the code `DEVICE_SIGNED_OUT` when it was
/// signed out, with `DEVICE_NOT_ACTIVATED` when it never was activated.
#[utoipa::path(
    post,
    path = "/api/v1/device/check-in",
    operation_id = "checkInDevice",
    tag = "Devices",
    request_body = Input,
    responses((status = 200, description = "How things stand", body = DeviceLicense), BodyFailures),
)]
pub async fn check_in(caller: Caller, body: Body) -> Result<Response> {
    let ctx = caller.ctx().await?;
    let input: Input = body.read()?;
    let issuer = caller.meta.issuer(&caller.app);
    let found = devices::check_in(&caller.app, &ctx, &issuer, &input.device_id, &input.plan_ids).await;
    answer(found.map_err(not_activated)?)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Question {
    #[param(required = true)]
    device_id: Option<String>,
    /// Service plan ids with commas between them, any of which the app needs; any plan when left out.
    plan_ids: Option<String>,
}

/// Reads how things stand for a device and its license document, without saying that it is in use.
#[utoipa::path(
    get,
    path = "/api/v1/device/license",
    operation_id = "getDeviceLicense",
    tag = "Devices",
    params(Question),
    responses((status = 200, description = "How things stand", body = DeviceLicense), Failures),
)]
pub async fn license(caller: Caller, Query(question): Query<Question>) -> Result<Response> {
    let ctx = caller.ctx().await?;
    let device_id = question
        .device_id
        .ok_or_else(|| Fault::field("deviceId", "This is missing.", "Say which device."))?;
    let plan_ids = question.plan_ids.unwrap_or_default();
    let plan_ids = plan_ids
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .map(PlanId::parse);
    let plan_ids = plan_ids.collect::<std::result::Result<Vec<_>, _>>().map_err(|bad| {
        Fault::field(
            "planIds",
            format!("{bad}."),
            "Give service plan ids with commas between them.",
        )
    })?;
    let issuer = caller.meta.issuer(&caller.app);
    let found = devices::license(&caller.app, &ctx, &issuer, &device_id, &plan_ids).await;
    answer(found.map_err(not_activated)?)
}

/// The app activates such a device by itself.
pub(super) fn not_activated(error: Error) -> Fault {
    match error {
        Error::NotFound("device") => Fault::plain(
            StatusCode::NOT_FOUND,
            "DEVICE_NOT_ACTIVATED",
            "This device is not activated for you.",
            "Activate it.",
        ),
        other => other.into(),
    }
}
