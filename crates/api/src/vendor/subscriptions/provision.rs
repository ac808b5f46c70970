use aktiver_domain::Timestamp;
use aktiver_domain::calendar::Term;
use aktiver_domain::ids::{PaymentMethodId, ProductId, SubscriptionId};
use aktiver_domain::policy::{self, Channel};
use aktiver_domain::refusal::ChangeRefusal;
use aktiver_service::subscriptions::{self, Provision};
use aktiver_service::{Error, licensing};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::{Body, maybe_instant, maybe_parsed, parsed};
use crate::vendor::call::{Answer, Call, CommandHeaders, Scope, etag, previewed};
use crate::vendor::problem::{CommandFailures, Result};
use crate::vendor::shapes::Preview;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewSubscription)]
pub struct Input {
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String)]
    sku_id: ProductId,
    /// How it is sold; `direct` when left out.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>, example = "direct")]
    channel: Option<Channel>,
    /// `P1M`, `P1Y` or `P3Y`.
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String, example = "P1Y")]
    term: Term,
    quantity: u32,
    /// As the channel has it when left out.
    recurring_billing: Option<bool>,
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>)]
    payment_method_id: Option<PaymentMethodId>,
    /// The partner or reseller that sold it.
    seller: Option<String>,
    /// The subscription that it is an add-on to.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>)]
    parent_id: Option<SubscriptionId>,
    /// First day, where it is not today.
    #[serde(default, deserialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// Waits for its order to be confirmed.
    #[serde(default)]
    pending: bool,
}

/// Sells a subscription for a customer (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions",
    operation_id = "createSubscription",
    tag = "Subscriptions (vendor)",
    params(("organization" = String, Path, description = "Id or verified domain"), CommandHeaders),
    request_body = Input,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new subscription", body = Subscription), CommandFailures),
)]
pub async fn provision(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let input: Input = body.read()?;
    let new = Provision {
        product: input.sku_id,
        channel: input.channel.unwrap_or(Channel::Direct),
        term: input.term,
        quantity: input.quantity,
        recurring: input.recurring_billing,
        payment_method: input.payment_method_id,
        seller: input.seller,
        parent: input.parent_id,
        starts: input.starts_at,
        pending: input.pending,
    };
    if scope.call.preview {
        return previewed(dry(&scope, &new).await);
    }
    let inner = scope.clone();
    let run = async move {
        let view = inner
            .ok(subscriptions::provision(inner.app(), &inner.ctx, new).await)
            .await?;
        let location = inner.path(&format!("/subscriptions/{}", view.subscription.id.prefixed()));
        Ok(Answer::new(StatusCode::CREATED, &Subscription::from(&view))?
            .with(header::LOCATION, &location)
            .with(header::ETAG, &etag(view.subscription.version)))
    };
    scope.command(&body, run).await
}

async fn dry(scope: &Scope, new: &Provision) -> Result<Value> {
    scope.ok(scope.ctx.require_operator()).await?;
    let catalog = licensing::catalog(scope.app()).await?;
    let product = catalog.product(new.product).ok_or(Error::NotFound("product"))?;
    let maximum = policy::most_licenses(product.maximum_quantity);
    if new.quantity == 0 || new.quantity > maximum {
        let maximum = Some(maximum);
        return Err(Error::from(ChangeRefusal::QuantityOutOfRange { minimum: 1, maximum }).into());
    }
    Ok(json!({ "skuPartNumber": product.part_number, "productName": product.name, "quantity": new.quantity }))
}
