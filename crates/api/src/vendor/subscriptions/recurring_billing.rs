use aktiver_service::subscriptions::{self, ActionKind};
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::Body;
use crate::vendor::call::{Call, CommandHeaders, VersionHeaders, path_id};
use crate::vendor::problem::{CommandFailures, Result};
use crate::vendor::shapes::OrPreview;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecurringBilling)]
pub struct Input {
    enabled: bool,
}

/// Turns recurring billing on or off; off, the subscription ends with its term.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/recurring-billing",
    operation_id = "setRecurringBilling",
    tag = "Subscriptions",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body = Input,
    responses((status = 200, description = "The subscription as it is now", body = OrPreview<Subscription>), CommandFailures),
)]
pub async fn recurring_billing(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let Input { enabled } = body.read()?;
    if scope.call.preview {
        return scope.preview_recurring(id, enabled).await;
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::set_recurring(inner.app(), &inner.ctx, id, enabled).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}

impl crate::vendor::call::Scope {
    /// Only one of the two actions is listed: the other one would change nothing.
    async fn preview_recurring(&self, id: aktiver_domain::ids::SubscriptionId, enabled: bool) -> Result<Response> {
        use aktiver_domain::refusal::ChangeRefusal;
        let view = self.ok(subscriptions::get(self.app(), &self.ctx, id).await).await?;
        if view.subscription.recurring == enabled {
            let unchanged = aktiver_service::Error::from(ChangeRefusal::NothingToChange);
            return crate::vendor::call::previewed(Err(unchanged.into()));
        }
        self.preview_action(id, &[ActionKind::RecurringOn, ActionKind::RecurringOff])
            .await
    }
}
