use aktiver_service::subscriptions;
use axum::extract::{Path, Query};
use axum::response::Response;

use super::Subscription;
use crate::vendor::call::{Answer, Call};
use crate::vendor::problem::{Failures, Result};
use crate::vendor::shapes::{Order, Page, Paging, place};

/// Lists an organization's subscriptions, oldest first; deleted ones stay listed.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/subscriptions",
    operation_id = "listSubscriptions",
    tag = "Subscriptions",
    params(("organization" = String, Path, description = "Id or verified domain"), Paging),
    responses((status = 200, description = "A page", body = Page<Subscription>), Failures),
)]
pub async fn list(call: Call, Path(organization): Path<String>, Query(paging): Query<Paging>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let views = scope.ok(subscriptions::list(scope.app(), &scope.ctx).await).await?;
    let (views, next) = paging.page(views, Order::OldestFirst, |view| {
        place(view.subscription.created_at, view.subscription.id.uuid())
    })?;
    let items = views.iter().map(Subscription::from).collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}
