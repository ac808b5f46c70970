use aktiver_domain::ids::PaymentMethodId;
use aktiver_domain::refusal::{ChangeRefusal, PaymentRefusal};
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::Phase;
use aktiver_service::{Error, billing, subscriptions};
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::{Body, parsed};
use crate::vendor::call::{Call, CommandHeaders, Scope, VersionHeaders, path_id, previewed};
use crate::vendor::problem::{CommandFailures, Result};
use crate::vendor::shapes::OrPreview;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChoosePaymentMethod)]
pub struct Input {
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String)]
    payment_method_id: PaymentMethodId,
}

/// Chooses what a subscription is paid with from now on.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/payment-method",
    operation_id = "choosePaymentMethod",
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
pub async fn payment_method(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let Input { payment_method_id } = body.read()?;
    if scope.call.preview {
        let view = scope.ok(subscriptions::get(scope.app(), &scope.ctx, id).await).await?;
        return previewed(dry(&scope, view.phase, payment_method_id).await);
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::set_payment_method(inner.app(), &inner.ctx, id, payment_method_id).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}

async fn dry(scope: &Scope, phase: Phase, method: PaymentMethodId) -> Result<Value> {
    scope.ok(scope.ctx.require(Operation::ManagePayment)).await?;
    if phase == Phase::Deleted {
        return Err(Error::from(ChangeRefusal::Deleted).into());
    }
    let methods = scope.ok(billing::methods(scope.app(), &scope.ctx).await).await?;
    let found = methods
        .into_iter()
        .find(|one| one.id == method && one.deleted_at.is_none());
    let found = found.ok_or(Error::from(PaymentRefusal::MethodUnknown))?;
    Ok(json!({ "paymentMethodId": method.prefixed(), "label": found.label }))
}
