use aktiver_service::subscriptions;
use axum::extract::Path;
use axum::response::Response;

use super::Subscription;
use crate::vendor::call::{Answer, Call};
use crate::vendor::problem::{Failures, Result};
use crate::vendor::shapes::Page;

/// Lists an organization's subscriptions, oldest first; deleted ones stay listed.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/subscriptions",
    operation_id = "listSubscriptions",
    tag = "Subscriptions",
    params(("organization" = String, Path, description = "Id or verified domain")),
    responses((status = 200, description = "All of them", body = Page<Subscription>), Failures),
)]
pub async fn list(call: Call, Path(organization): Path<String>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let views = scope.ok(subscriptions::list(scope.app(), &scope.ctx).await).await?;
    Ok(Answer::ok(&Page::whole(views.iter().map(Subscription::from).collect()))?.into_response())
}
