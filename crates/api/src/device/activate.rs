use aktiver_domain::device::{DeviceClass, Platform};
use aktiver_domain::ids::PlanId;
use aktiver_service::devices::{self, DeviceInfo};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::shape::{DeviceLicense, answer};
use crate::auth::Caller;
use crate::vendor::body::{Body, all_parsed, parsed};
use crate::vendor::problem::{BodyFailures, Result};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ActivateDevice)]
pub struct Input {
    /// Chosen by the app, stable on the machine.
    device_id: String,
    /// Short machine name, as the person knows it.
    device_name: String,
    /// `computer`, `tablet` or `phone`.
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String, example = "computer")]
    device_class: DeviceClass,
    /// `windows`, `macos`, `linux`, `ios` or `android`.
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String, example = "linux")]
    platform: Platform,
    /// The service plans any of which the app needs; any plan when empty.
    #[serde(default, deserialize_with = "all_parsed")]
    #[schema(value_type = Vec<String>)]
    plan_ids: Vec<PlanId>,
}

/// Activates a device for the person whose token it is. At the limit the least recently used device gives way.
#[utoipa::path(
    post,
    path = "/api/v1/device/activate",
    operation_id = "activateDevice",
    tag = "Devices",
    request_body = Input,
    responses((status = 200, description = "How things stand", body = DeviceLicense), BodyFailures),
)]
pub async fn activate(caller: Caller, body: Body) -> Result<Response> {
    let ctx = caller.ctx().await?;
    let input: Input = body.read()?;
    let info = DeviceInfo {
        id: input.device_id,
        name: input.device_name,
        class: input.device_class,
        platform: input.platform,
    };
    let issuer = caller.meta.issuer(&caller.app);
    answer(devices::activate(&caller.app, &ctx, &issuer, &info, &input.plan_ids).await?)
}
