//! What only the vendor does with a subscription.

use aktiver_service::subscriptions::{self, ActionKind};
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::{Body, Nothing};
use crate::vendor::call::{Call, CommandHeaders, VersionHeaders, path_id};
use crate::vendor::problem::{CommandFailures, Fault, Result};
use crate::vendor::shapes::OrPreview;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WithReason)]
pub struct Reason {
    /// Why; kept in the audit log.
    reason: String,
}

impl Reason {
    fn read(body: &Body) -> Result<String> {
        let Self { reason } = body.read()?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Fault::field("reason", "This is empty.", "Say why."));
        }
        Ok(reason)
    }
}

/// Disables a subscription at once: fraud, abuse, a chargeback (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/disable",
    operation_id = "disableSubscription",
    tag = "Subscriptions (vendor)",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body = Reason,
    responses((status = 200, description = "The subscription as it is now", body = OrPreview<Subscription>), CommandFailures),
)]
pub async fn disable(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let reason = Reason::read(&body)?;
    if scope.call.preview {
        return scope.preview_action(id, &[ActionKind::Disable]).await;
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::disable(inner.app(), &inner.ctx, id, &reason).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}

/// Locks a subscription out; no date moves, so that a release returns to what is then due (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/hold",
    operation_id = "holdSubscription",
    tag = "Subscriptions (vendor)",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body = Reason,
    responses((status = 200, description = "The subscription as it is now", body = OrPreview<Subscription>), CommandFailures),
)]
pub async fn hold(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let reason = Reason::read(&body)?;
    if scope.call.preview {
        return scope.preview_action(id, &[ActionKind::Hold]).await;
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::hold(inner.app(), &inner.ctx, id, &reason).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}

/// Ends a hold (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/release",
    operation_id = "releaseSubscription",
    tag = "Subscriptions (vendor)",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body(content = Option<Nothing>, description = "Nothing, or an empty object"),
    responses((status = 200, description = "The subscription as it is now", body = OrPreview<Subscription>), CommandFailures),
)]
pub async fn release(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    body.nothing()?;
    if scope.call.preview {
        return scope.preview_action(id, &[ActionKind::Release]).await;
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::release(inner.app(), &inner.ctx, id).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}

/// Deletes a subscription now, for good (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/delete",
    operation_id = "deleteSubscription",
    tag = "Subscriptions (vendor)",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body(content = Option<Nothing>, description = "Nothing, or an empty object"),
    responses((status = 200, description = "The subscription as it is now", body = OrPreview<Subscription>), CommandFailures),
)]
pub async fn delete(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    body.nothing()?;
    if scope.call.preview {
        return scope.preview_action(id, &[ActionKind::Delete]).await;
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::delete(inner.app(), &inner.ctx, id).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}
