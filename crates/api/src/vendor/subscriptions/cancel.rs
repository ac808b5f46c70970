use aktiver_domain::subscription::CancelWhen;
use aktiver_service::subscriptions::{self, CancelCommand};
use axum::extract::Path;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::{Body, parsed};
use crate::vendor::call::{Call, CommandHeaders, VersionHeaders, path_id, previewed};
use crate::vendor::problem::{CommandFailures, Result};
use crate::vendor::shapes::{Money, OrOutcome, time};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = Cancel)]
pub struct Input {
    /// Mandatory (CA-06).
    reason: String,
    /// `now`, or `renewal`: the same as turning recurring billing off.
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String, example = "now")]
    when: CancelWhen,
    comment: Option<String>,
}

/// What it would come to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CancelPreview)]
struct Preview {
    /// True.
    available: bool,
    #[schema(required)]
    credit: Option<Money>,
    #[schema(required)]
    ends_at: Option<String>,
    #[schema(required)]
    deletes_at: Option<String>,
    users_affected: u32,
}

/// Cancels a subscription now, or before its next renewal.
///
/// `Prefer: preview` answers the credit, when users lose access, and how many do.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/cancel",
    operation_id = "cancelSubscription",
    tag = "Subscriptions",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body = Input,
    responses((status = 200, description = "The subscription as it is now", body = OrOutcome<Subscription, Preview>), CommandFailures),
)]
pub async fn cancel(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let input: Input = body.read()?;
    if scope.call.preview {
        let preview = subscriptions::preview_cancel(scope.app(), &scope.ctx, id, input.when).await;
        let preview = scope.ok(preview).await.and_then(|preview| {
            super::json(&Preview {
                available: true,
                credit: preview.credit.map(Money::from),
                ends_at: preview.ends_at.map(time),
                deletes_at: preview.deletes_at.map(time),
                users_affected: preview.users_affected,
            })
        });
        return previewed(preview);
    }
    let command = CancelCommand {
        when: input.when,
        reason: input.reason,
        comment: input.comment,
    };
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::cancel(inner.app(), &inner.ctx, id, command).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}
