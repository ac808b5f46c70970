//! `GET /directory/subscriptions`: every begun subscription, deleted ones too (SPEC 14.1, 14.4).

use aktiver_service::domain::catalog::Catalog;
use aktiver_service::domain::ids::{SubscriptionId, parse_guid};
use aktiver_service::domain::policy::Channel;
use aktiver_service::subscriptions::{self, SubscriptionView};
use aktiver_service::{Error, licensing};
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::Call;
use super::error::{bad_request, unsupported};
use super::filter::{self, Condition, Literal, Test};
use super::query::{Name, Query, unknown_property};
use super::subscribed_skus::service_plans;
use crate::error::{About as _, Result};

const PROPERTIES: &[&str] = &[
    "commerceSubscriptionId",
    "createdDateTime",
    "id",
    "isTrial",
    "nextLifecycleDateTime",
    "ownerId",
    "ownerTenantId",
    "ownerType",
    "serviceStatus",
    "skuId",
    "skuPartNumber",
    "status",
    "totalLicenses",
];
const TYPE: &str = "companySubscription";
const SET: &str = "directory/subscriptions";
/// How the alternate key arrives once the address is plain (see [`crate::path::plain`]).
const ALTERNATE_KEY: &str = "commerceSubscriptionId=";

pub async fn list(call: Call) -> Result<Response> {
    let ctx = call.ctx().await?;
    let query = Query::parse(call.query.as_deref(), &[Name::Select, Name::Filter])?;
    let select = query.properties(TYPE, PROPERTIES)?;
    let conditions = query
        .filter
        .as_deref()
        .map(filter::parse)
        .transpose()?
        .unwrap_or_default();
    for condition in &conditions {
        check(condition)?;
    }
    let views = subscriptions::list(&call.caller.app, &ctx).await?;
    let catalog = licensing::catalog(&call.caller.app).await?;
    let value = views
        .iter()
        .filter_map(|view| entity(&catalog, view))
        .filter(|entity| conditions.iter().all(|condition| holds(condition, entity)))
        .collect();
    call.entities(SET, select.as_deref(), value)
}

pub async fn get(call: Call, Path(named): Path<String>) -> Result<Response> {
    let ctx = call.ctx().await?;
    let query = Query::parse(call.query.as_deref(), &[Name::Select])?;
    let select = query.properties(TYPE, PROPERTIES)?;
    let key = named
        .strip_prefix(ALTERNATE_KEY)
        .map_or(named.as_str(), |key| key.trim_matches('\''));
    let missing = || Error::NotFound("subscription");
    let id = SubscriptionId::parse(key).map_err(|_| missing()).about(key)?;
    let view = subscriptions::get(&call.caller.app, &ctx, id).await.about(key)?;
    let catalog = licensing::catalog(&call.caller.app).await?;
    let entity = entity(&catalog, &view).ok_or_else(missing).about(key)?;
    call.entity(SET, select.as_deref(), entity)
}

/// `None` for what is pending or scheduled.
///
/// `commerceSubscriptionId` is the subscription's own id: order and license system are one here, and so the alternate key needs no
/// look-up of its own. The owner is the person who bought it, whom we do not keep (`ownerId` null); `ownerTenantId` is the
/// partner's, when it sold the subscription and is known by a GUID.
fn entity(catalog: &Catalog, view: &SubscriptionView) -> Option<Value> {
    let status = view.phase.graph_status()?;
    let subscription = &view.subscription;
    let id = subscription.id.to_string();
    let partner = subscription
        .seller
        .as_deref()
        .filter(|_| subscription.channel.is_partner())
        .and_then(parse_guid)
        .map(|tenant| tenant.to_string());
    Some(json!({
        "commerceSubscriptionId": id,
        "createdDateTime": subscription.created_at.to_string(),
        "id": id,
        "isTrial": subscription.channel == Channel::Trial,
        "nextLifecycleDateTime": view.next_lifecycle_at.map(|at| at.to_string()),
        "ownerId": null,
        "ownerTenantId": partner,
        "ownerType": "User",
        "serviceStatus": service_plans(catalog, &view.product, view.phase.is_usable()),
        "skuId": view.product.id.to_string(),
        "skuPartNumber": view.product.part_number,
        "status": status,
        "totalLicenses": subscription.quantity,
    }))
}

fn check(condition: &Condition) -> Result<()> {
    let name = PROPERTIES
        .iter()
        .find(|name| name.eq_ignore_ascii_case(&condition.property))
        .ok_or_else(|| unknown_property(TYPE, &condition.property))?;
    let mismatch = || bad_request(format!("A value of another type was given for '{name}' in $filter."));
    match (*name, &condition.test) {
        ("serviceStatus" | "totalLicenses" | "createdDateTime" | "nextLifecycleDateTime", _) => Err(unsupported(
            format!("The property '{name}' is not supported in $filter."),
        )),
        ("isTrial", Test::Equals(Literal::True | Literal::False)) => Ok(()),
        ("isTrial", _) | (_, Test::Equals(Literal::True | Literal::False)) => Err(mismatch()),
        _ => Ok(()),
    }
}

fn holds(condition: &Condition, entity: &Value) -> bool {
    let name = PROPERTIES
        .iter()
        .find(|name| name.eq_ignore_ascii_case(&condition.property));
    let value = name.and_then(|name| entity.get(*name)).unwrap_or(&Value::Null);
    match &condition.test {
        Test::Equals(Literal::Null) => value.is_null(),
        Test::Equals(Literal::True) => *value == Value::Bool(true),
        Test::Equals(Literal::False) => *value == Value::Bool(false),
        Test::Equals(Literal::Text(text)) => value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text)),
        Test::StartsWith(start) => value
            .as_str()
            .is_some_and(|value| value.to_lowercase().starts_with(&start.to_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(filter: &str) -> Condition {
        filter::parse(filter).unwrap().remove(0)
    }

    #[test]
    fn filters_compare_without_case_and_refuse_other_types() {
        let entity = json!({ "status": "Warning", "isTrial": false, "ownerTenantId": null });
        assert!(holds(&one("status eq 'warning'"), &entity) && !holds(&one("status eq 'Enabled'"), &entity));
        assert!(holds(&one("isTrial eq false"), &entity) && holds(&one("ownerTenantId eq null"), &entity));
        assert!(check(&one("isTrial eq 'x'")).is_err() && check(&one("wat eq 'x'")).is_err());
        assert!(check(&one("totalLicenses eq 'x'")).is_err());
    }
}
