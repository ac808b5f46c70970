//! `GET /subscribedSkus`: the pools of an organization (SPEC 14.1, 14.4).

use aktiver_service::domain::catalog::{Catalog, Product};
use aktiver_service::subscriptions::{self, PoolView};
use aktiver_service::{Ctx, Error, licensing};
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::Call;
use super::query::{Name, Query};
use crate::error::{About as _, Result};

const PROPERTIES: &[&str] = &[
    "accountId",
    "accountName",
    "appliesTo",
    "capabilityStatus",
    "consumedUnits",
    "id",
    "prepaidUnits",
    "servicePlans",
    "skuId",
    "skuPartNumber",
    "subscriptionIds",
];
const TYPE: &str = "subscribedSku";

pub async fn list(call: Call) -> Result<Response> {
    let ctx = call.ctx().await?;
    let query = Query::parse(call.query.as_deref(), &[Name::Select])?;
    let select = query.properties(TYPE, PROPERTIES)?;
    let pools = subscriptions::pools(&call.caller.app, &ctx).await?;
    let catalog = licensing::catalog(&call.caller.app).await?;
    let value = pools.iter().map(|pool| entity(&ctx, &catalog, pool)).collect();
    call.entities("subscribedSkus", select.as_deref(), value)
}

pub async fn get(call: Call, Path(sku): Path<String>) -> Result<Response> {
    let ctx = call.ctx().await?;
    let query = Query::parse(call.query.as_deref(), &[Name::Select])?;
    let select = query.properties(TYPE, PROPERTIES)?;
    let pools = subscriptions::pools(&call.caller.app, &ctx).await?;
    let found = pools
        .iter()
        .find(|pool| id(&ctx, &pool.product).eq_ignore_ascii_case(&sku));
    let found = found.ok_or(Error::NotFound("subscribedSku")).about(&sku)?;
    let catalog = licensing::catalog(&call.caller.app).await?;
    call.entity("subscribedSkus", select.as_deref(), entity(&ctx, &catalog, found))
}

/// The organization's id, an underscore, the product's.
fn id(ctx: &Ctx, product: &Product) -> String {
    format!("{}_{}", ctx.org(), product.id)
}

fn entity(ctx: &Ctx, catalog: &Catalog, view: &PoolView) -> Value {
    let pool = &view.pool;
    let subscriptions: Vec<String> = pool.subscriptions.iter().map(ToString::to_string).collect();
    json!({
        "accountId": ctx.org().to_string(),
        "accountName": ctx.organization.name,
        "appliesTo": view.applies_to.as_str(),
        "capabilityStatus": pool.capability_status(),
        "consumedUnits": pool.consumed,
        "id": id(ctx, &view.product),
        "prepaidUnits": {
            "enabled": pool.enabled,
            "suspended": pool.suspended,
            "warning": pool.warning,
            "lockedOut": pool.locked_out,
        },
        "servicePlans": service_plans(catalog, &view.product, pool.is_usable()),
        "skuId": view.product.id.to_string(),
        "skuPartNumber": view.product.part_number,
        "subscriptionIds": subscriptions,
    })
}

/// `servicePlanInfo` of each plan; `Disabled` where nobody can use what the product gives.
pub fn service_plans(catalog: &Catalog, product: &Product, usable: bool) -> Vec<Value> {
    let status = if usable { "Success" } else { "Disabled" };
    let plans = product.plans.iter().filter_map(|plan| catalog.plan(*plan));
    plans
        .map(|plan| {
            json!({
                "servicePlanId": plan.id.to_string(),
                "servicePlanName": plan.name,
                "provisioningStatus": status,
                "appliesTo": plan.applies_to.as_str(),
            })
        })
        .collect()
}
