//! What was charged and credited.

use aktiver_service::billing;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::call::{Answer, Call};
use crate::vendor::problem::{Failures, Result};
use crate::vendor::shapes::{Money, Order, Paging, place, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One line of what an organization owes or is owed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerLine {
    #[schema(example = "led_01985b7e-0d2e-7aa1-8c1e-6d2f9a3b4c5d")]
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// `Purchase`, `Renew`, `Re-enable`, `Add quantity`, `Remove quantity`, `Cancel`, `Convert`, `Credit` or `Payment`.
    #[serde(rename = "type")]
    kind: String,
    description: String,
    #[schema(required)]
    quantity: Option<u32>,
    /// Positive: the organization owes it.
    amount: Money,
    #[schema(required)]
    subscription_id: Option<String>,
}

/// Lines, and their sum.
#[derive(Serialize, ToSchema)]
pub struct Ledger {
    /// Newest first.
    items: Vec<LedgerLine>,
    /// For `cursor` of the next page; null at the end.
    #[schema(required)]
    next: Option<String>,
    /// Of all lines; positive is owed. Null before the first purchase.
    #[schema(required)]
    balance: Option<Money>,
}

/// Lists what was charged, credited and paid, newest first: the lines that invoices are made of.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/invoices",
    operation_id = "listLedgerLines",
    tag = "Payment",
    params(("organization" = String, Path, description = "Id or verified domain"), Paging),
    responses((status = 200, description = "A page, and the sum of all lines", body = Ledger), Failures),
)]
pub async fn list(call: Call, Path(organization): Path<String>, Query(paging): Query<Paging>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let lines = scope
        .ok(billing::ledger(scope.app(), &scope.ctx, paging.reach()?).await)
        .await?;
    let (lines, next) = paging.page(lines, Order::NewestFirst, |line| place(line.at, line.id.uuid()))?;
    let balance = scope.ok(billing::balance(scope.app(), &scope.ctx).await).await?;
    let items = lines
        .into_iter()
        .map(|line| LedgerLine {
            id: line.id.prefixed(),
            at: time(line.at),
            kind: line.kind.to_string(),
            description: line.text,
            quantity: line.quantity,
            amount: line.amount.into(),
            subscription_id: line.subscription.map(|id| id.prefixed()),
        })
        .collect();
    Ok(Answer::ok(&Ledger {
        items,
        next,
        balance: balance.map(Money::from),
    })?
    .into_response())
}
