use aktiver_service::subscriptions;
use axum::extract::Path;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::Body;
use crate::vendor::call::{Call, CommandHeaders, VersionHeaders, path_id, previewed};
use crate::vendor::problem::{CommandFailures, Fault, Result};
use crate::vendor::shapes::{Money, OrOutcome};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeQuantity)]
pub struct Input {
    /// The new total, not a difference (QT-01).
    quantity: u32,
    /// `now`.
    #[serde(default)]
    when: When,
}

#[derive(Deserialize, ToSchema, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeQuantityWhen)]
enum When {
    #[default]
    Now,
    Renewal,
}

/// What it would come to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QuantityPreview)]
struct Preview {
    /// True.
    available: bool,
    /// Positive: charged now; negative: credited.
    #[schema(required)]
    amount: Option<Money>,
    days_counted: i64,
    days_of_term: i64,
}

/// Sets a new total number of licenses; more are charged before they count.
///
/// `Prefer: preview` answers what it costs or gives back, with the days of the term that are counted.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/quantity",
    operation_id = "changeQuantity",
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
pub async fn quantity(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let Input { quantity, when } = body.read()?;
    if when == When::Renewal {
        return Err(Fault::field(
            "when",
            "A change for the next renewal is not offered yet.",
            "Give \"now\", or change the quantity after the renewal.",
        ));
    }
    if scope.call.preview {
        let preview = subscriptions::preview_quantity(scope.app(), &scope.ctx, id, quantity).await;
        let preview = scope.ok(preview).await.and_then(|preview| {
            super::json(&Preview {
                available: true,
                amount: preview.amount.map(Money::from),
                days_counted: preview.days.0,
                days_of_term: preview.days.1,
            })
        });
        return previewed(preview);
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::set_quantity(inner.app(), &inner.ctx, id, quantity).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}
