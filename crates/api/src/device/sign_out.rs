use aktiver_service::devices;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::license::not_activated;
use crate::auth::Caller;
use crate::vendor::body::Body;
use crate::vendor::call::Answer;
use crate::vendor::problem::{BodyFailures, Result};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = SignOutDevice)]
pub struct Input {
    device_id: String,
}

/// Gives up a device's place among the person's devices; its app is reduced until it is activated again.
#[utoipa::path(
    post,
    path = "/api/v1/device/sign-out",
    operation_id = "signOutDevice",
    tag = "Devices",
    request_body = Input,
    responses((status = 204, description = "Signed out"), BodyFailures),
)]
pub async fn sign_out(caller: Caller, body: Body) -> Result<Response> {
    let ctx = caller.ctx().await?;
    let Input { device_id } = body.read()?;
    devices::sign_out(&caller.app, &ctx, &device_id)
        .await
        .map_err(not_activated)?;
    Ok(Answer::no_content().into_response())
}
