//! `GET /organization`: the caller's own, as a collection of one (SPEC 14.1).

use aktiver_service::domain::catalog::Catalog;
use aktiver_service::domain::role::Operation;
use aktiver_service::subscriptions::{self, PoolView};
use aktiver_service::{Ctx, licensing, organizations};
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::Call;
use super::query::{Name, Query};
use crate::error::Result;

const PROPERTIES: &[&str] = &[
    "assignedPlans",
    "countryLetterCode",
    "createdDateTime",
    "defaultUsageLocation",
    "displayName",
    "id",
    "provisionedPlans",
    "verifiedDomains",
];

pub async fn list(call: Call) -> Result<Response> {
    let ctx = call.ctx().await?;
    ctx.require(Operation::ViewProducts)?;
    let query = Query::parse(call.query.as_deref(), &[Name::Select])?;
    let select = query.properties("organization", PROPERTIES)?;
    let app = &call.caller.app;
    let domains = organizations::domains(app, &ctx).await?;
    let pools = subscriptions::pools(app, &ctx).await?;
    let catalog = licensing::catalog(app).await?;
    let domains: Vec<Value> = domains
        .iter()
        .map(|domain| {
            json!({
                "capabilities": "Email",
                "isDefault": domain.initial,
                "isInitial": domain.initial,
                "name": domain.name,
                "type": "Managed",
            })
        })
        .collect();
    let entity = json!({
        "assignedPlans": plans(&ctx, &catalog, &pools, true),
        "countryLetterCode": ctx.organization.country,
        "createdDateTime": ctx.organization.created_at.to_string(),
        "defaultUsageLocation": null,
        "displayName": ctx.organization.name,
        "id": ctx.org().to_string(),
        "provisionedPlans": plans(&ctx, &catalog, &pools, false),
        "verifiedDomains": domains,
    });
    call.entities("organization", select.as_deref(), vec![entity])
}

/// The plans of all pools, as `assignedPlan` or as `provisionedPlan`.
fn plans(ctx: &Ctx, catalog: &Catalog, pools: &[PoolView], assigned: bool) -> Vec<Value> {
    let mut seen = std::collections::BTreeSet::new();
    let mut plans = Vec::new();
    // Where two pools give the same plan, the usable one speaks for it.
    for usable in [true, false] {
        for view in pools.iter().filter(|view| view.pool.is_usable() == usable) {
            let status = view.pool.capability_status();
            for plan in view
                .product
                .plans
                .iter()
                .filter_map(|id| catalog.plan(*id))
                .filter(|plan| seen.insert(plan.id))
            {
                plans.push(if assigned {
                    json!({
                        "assignedDateTime": ctx.organization.created_at.to_string(),
                        "capabilityStatus": status,
                        "service": plan.name,
                        "servicePlanId": plan.id.to_string(),
                    })
                } else {
                    let provisioning = if usable { "Success" } else { "Disabled" };
                    json!({ "capabilityStatus": status, "provisioningStatus": provisioning, "service": plan.name })
                });
            }
        }
    }
    plans
}
