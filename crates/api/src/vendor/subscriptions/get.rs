use aktiver_service::subscriptions;
use axum::extract::Path;
use axum::response::Response;

use super::Subscription;
use crate::vendor::call::{Call, path_id};
use crate::vendor::problem::{Failures, Result};

/// Reads one subscription; its `ETag` goes into `If-Match` of a command.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}",
    operation_id = "getSubscription",
    tag = "Subscriptions",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
    ),
    responses(
        (status = 200, description = "The subscription", body = Subscription, headers(("ETag" = String))),
        Failures,
    ),
)]
pub async fn get(call: Call, Path((organization, subscription)): Path<(String, String)>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let view = subscriptions::get(scope.app(), &scope.ctx, id).await;
    Ok(super::changed(&scope, view).await?.into_response())
}
