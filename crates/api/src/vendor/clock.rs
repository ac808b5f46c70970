//! The clock of a sandbox organization, moved by hand.

use aktiver_domain::ids::SubscriptionId;
use aktiver_domain::role::Operation;
use aktiver_service::clock;
use axum::extract::Path;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, maybe_parsed};
use crate::vendor::call::{Answer, Call, CommandHeaders, previewed};
use crate::vendor::problem::{CommandFailures, Fault, Result};
use crate::vendor::shapes::{OrPreview, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(advance))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = AdvanceClock)]
pub struct Input {
    /// `30d`, `P30D`, `P1M`, `P1Y`, or `next`: to the next instant at which something changes by itself.
    #[schema(example = "P30D")]
    advance: String,
    /// With `next`: that subscription's next instant, else the organization's.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>)]
    subscription_id: Option<SubscriptionId>,
}

/// The organization's present.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct Now {
    #[schema(format = DateTime)]
    now: String,
}

/// Moves a sandbox's clock forward; whatever comes due on the way has happened when this answers.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/clock",
    operation_id = "advanceClock",
    tag = "Organizations",
    params(("organization" = String, Path, description = "Id or verified domain"), CommandHeaders),
    request_body = Input,
    responses((status = 200, description = "The new present", body = OrPreview<Now>), CommandFailures),
)]
pub async fn advance(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let input: Input = body.read()?;
    let by = clock::parse_advance(&input.advance, input.subscription_id)?;
    if scope.call.preview {
        let actor = &scope.ctx.actor;
        let allowed = actor.may(Operation::ManageOrganization) || actor.may(Operation::ManageSubscriptions);
        if !allowed {
            return scope.preview_permission(Operation::ManageOrganization).await;
        }
        if !scope.ctx.organization.sandbox {
            return Err(Fault::field(
                "organization",
                "Only a sandbox organization has a clock of its own.",
                "Use a sandbox.",
            ));
        }
        return previewed(Ok(serde_json::json!({ "now": time(scope.ctx.now) })));
    }
    let inner = scope.clone();
    let run = async move {
        let now = inner.ok(clock::advance(inner.app(), &inner.ctx, by).await).await?;
        Answer::ok(&Now { now: time(now) })
    };
    scope.command(&body, run).await
}
