//! What must hold of the stored rows at any time (SPEC 24.2), as far as rows can tell; for tests and for `doctor`.
//!
//! INV-5, INV-9, INV-10 and INV-11 are about commands and tested with them.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{BatchId, OrderId, OrganizationId, PaymentMethodId, PlanId, ProductId, SubscriptionId};
use aktiver_domain::licensing::Pool;
use aktiver_domain::redemption::Batch;
use aktiver_domain::subscription::{Instants, Phase, Subscription};
use serde_json::Value;
use uuid::Uuid;

use crate::engine::{Result, Session};
use crate::key::{self, Redemption};
use crate::organization::{self, Organization};
use crate::values::plans;
use crate::{assignment, audit, job, params, pool, statements, subscription};

statements! {
    DISABLED_PLANS both
        "select user_id, product_id, disabled_plans from assignment where organization_id = $1 order by user_id, product_id";
    PRODUCT_PLANS both "select product_id, plan_id from product_plan";
    LIVE_METHODS both "select id from payment_method where organization_id = $1 and deleted_at is null";
    HISTORY both
        "select subject_id, at, before_value, after_value from audit where organization_id = $1 order by at, id";
    ORDERS both "select distinct order_id, organization_id from redemption order by order_id, organization_id";
}

/// Organizations read at once.
const PAGE: u32 = 500;

/// Checks one organization, or all; every violation is one sentence. `now_of` tells each organization's present.
///
/// Reads whole tables: read in one unit of work if others may write meanwhile.
pub async fn check(
    s: &mut Session,
    organization: Option<OrganizationId>,
    now_of: &(dyn Fn(&Organization) -> Timestamp + Sync),
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let catalog = product_plans(s).await?;
    let batches = key::batches(s, u32::MAX).await?;
    check_batches(&batches, &mut found);
    let batches: BTreeMap<BatchId, Batch> = batches.into_iter().map(|batch| (batch.id, batch)).collect();
    check_orders(s, &mut found).await?;
    match organization {
        Some(id) => {
            if let Some(organization) = organization::get(s, id).await? {
                check_one(s, &organization, now_of(&organization), &catalog, &batches, &mut found).await?;
            }
        }
        None => {
            let mut after = None;
            loop {
                let page = organization::list(s, after, PAGE, None).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                for one in &page {
                    check_one(s, one, now_of(one), &catalog, &batches, &mut found).await?;
                }
            }
        }
    }
    Ok(found)
}

type Plans = BTreeMap<ProductId, BTreeSet<PlanId>>;

async fn check_one(
    s: &mut Session,
    organization: &Organization,
    now: Timestamp,
    catalog: &Plans,
    batches: &BTreeMap<BatchId, Batch>,
    found: &mut Vec<String>,
) -> Result<()> {
    let id = organization.id;
    let subscriptions = subscription::list_with_instants(s, id).await?;
    let history = history(s, id).await?;
    let consumed = pool::consumed(s, id).await?;
    check_consumed(&consumed, &assignment::recount(s, id).await?, found);
    check_ceiling(&consumed, &subscriptions, &history, found);
    check_pools(&consumed, &subscriptions, now, found);
    check_deleted(&subscriptions, &history, now, found);
    check_redemptions(&key::redemptions(s, id).await?, &subscriptions, batches, found);
    let rows = s.fetch_all(&LIVE_METHODS, params![id]).await?;
    let methods = rows.iter().map(|row| row.typed_id("id")).collect::<Result<_>>()?;
    check_methods(&subscriptions, &methods, now, found);
    for row in s.fetch_all(&DISABLED_PLANS, params![id]).await? {
        let product = row.typed_id("product_id")?;
        let known = catalog.get(&product);
        for plan in plans(&row, "disabled_plans")? {
            if !known.is_some_and(|plans| plans.contains(&plan)) {
                let user = row.id("user_id")?;
                found.push(format!(
                    "INV-8: user {user} has plan {plan} disabled, which is none of product {product}"
                ));
            }
        }
    }
    for (subscription, _) in &subscriptions {
        if !history.contains_key(&subscription.id.uuid()) {
            found.push(format!("INV-12: subscription {} has no audit record", subscription.id));
        }
    }
    if let Err(broken) = audit::verify(s, id).await? {
        found.push(format!("audit of organization {id}: {broken}"));
    }
    let (earliest, due) = job::earliest_and_due(s, id).await?;
    if let Some(at) = earliest.filter(|at| due.is_none_or(|due| due > *at)) {
        found.push(format!(
            "jobs: organization {id} has work at {at}, but no worker looks by then"
        ));
    }
    Ok(())
}

async fn product_plans(s: &mut Session) -> Result<Plans> {
    let mut catalog = Plans::new();
    for row in s.fetch_all(&PRODUCT_PLANS, params![]).await? {
        catalog
            .entry(row.typed_id("product_id")?)
            .or_default()
            .insert(row.typed_id("plan_id")?);
    }
    Ok(catalog)
}

/// What the audit log tells of one subject, oldest first.
type History = BTreeMap<Uuid, Vec<Told>>;

struct Told {
    at: Timestamp,
    before: Option<Value>,
    after: Option<Value>,
}

async fn history(s: &mut Session, organization: OrganizationId) -> Result<History> {
    let mut history = History::new();
    for row in s.fetch_all(&HISTORY, params![organization]).await? {
        let value = |column| -> Result<Option<Value>> {
            row.opt_text(column)?
                .map(|text| serde_json::from_str(&text).map_err(|error| row.bad(column, error)))
                .transpose()
        };
        history.entry(row.id("subject_id")?).or_default().push(Told {
            at: row.instant("at")?,
            before: value("before_value")?,
            after: value("after_value")?,
        });
    }
    Ok(history)
}

fn check_consumed(stored: &BTreeMap<ProductId, u32>, counted: &BTreeMap<ProductId, u32>, found: &mut Vec<String>) {
    for product in stored.keys().chain(counted.keys()).collect::<BTreeSet<_>>() {
        let stored = stored.get(product).copied().unwrap_or(0);
        let counted = counted.get(product).copied().unwrap_or(0);
        if stored != counted {
            found.push(format!(
                "INV-1: the pool of product {product} says {stored} units, but {counted} users have an effective assignment"
            ));
        }
    }
}

/// A lapse or a renewal for fewer licenses may leave more assigned than there is (LC-09), but never more than there ever was: the largest
/// quantity that row or audit log tells of each subscription.
fn check_ceiling(
    consumed: &BTreeMap<ProductId, u32>,
    subscriptions: &[(Subscription, Instants)],
    history: &History,
    found: &mut Vec<String>,
) {
    let mut ceiling: BTreeMap<ProductId, u64> = BTreeMap::new();
    for (subscription, _) in subscriptions {
        let told = history.get(&subscription.id.uuid()).into_iter().flatten();
        let most = told
            .flat_map(|told| [&told.before, &told.after])
            .filter_map(|value| value.as_ref()?.get("quantity")?.as_u64())
            .fold(u64::from(subscription.quantity), u64::max);
        let sum = ceiling.entry(subscription.product).or_default();
        *sum = sum.saturating_add(most);
    }
    for (product, units) in consumed {
        let most = ceiling.get(product).copied().unwrap_or(0);
        if u64::from(*units) > most {
            found.push(format!(
                "INV-2: {units} units of product {product} are assigned, but there were never more than {most}"
            ));
        }
    }
}

fn check_pools(
    consumed: &BTreeMap<ProductId, u32>,
    subscriptions: &[(Subscription, Instants)],
    now: Timestamp,
    found: &mut Vec<String>,
) {
    let mut stored: BTreeMap<ProductId, u64> = BTreeMap::new();
    for (subscription, instants) in subscriptions {
        if *instants != in_microseconds(subscription.instants()) {
            found.push(format!(
                "INV-3: the stored instants of subscription {} do not follow from its facts",
                subscription.id
            ));
        }
        let units = stored.entry(subscription.product).or_default();
        if !matches!(instants.phase(now), Phase::Pending | Phase::Scheduled | Phase::Deleted) {
            *units = units.saturating_add(u64::from(subscription.quantity));
        }
    }
    for (product, units) in stored {
        let facts = subscriptions.iter().map(|(subscription, _)| subscription);
        let pool = Pool::of(product, consumed.get(&product).copied().unwrap_or(0), facts, now);
        let total: u64 = [pool.enabled, pool.warning, pool.suspended, pool.locked_out]
            .into_iter()
            .map(u64::from)
            .sum();
        if total != units {
            found.push(format!(
                "INV-3: the pool of product {product} has {total} units, its subscriptions have {units}"
            ));
        }
    }
}

/// Facts are compared as they are stored: to the microsecond.
fn in_microseconds(instants: Instants) -> Instants {
    let stored = |at: Option<Timestamp>| at.and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok());
    Instants {
        starts: stored(instants.starts),
        renews: stored(instants.renews),
        expires: stored(instants.expires),
        disables: stored(instants.disables),
        deletes: stored(instants.deletes),
    }
}

/// Whether an audited value says that the subscription is deleted; `None` if it does not speak of it.
fn says_deleted(value: &Value) -> Option<bool> {
    ["standing", "phase"]
        .iter()
        .find_map(|name| value.get(*name)?.as_str())
        .map(|word| word == "deleted")
}

fn check_deleted(
    subscriptions: &[(Subscription, Instants)],
    history: &History,
    now: Timestamp,
    found: &mut Vec<String>,
) {
    for (subscription, _) in subscriptions {
        let mut deleted: Option<Timestamp> = None;
        let mut returned = false;
        for told in history.get(&subscription.id.uuid()).into_iter().flatten() {
            match told.after.as_ref().and_then(says_deleted) {
                Some(true) => deleted = deleted.or(Some(told.at)),
                // Of records of one instant, which came first cannot be told.
                Some(false) if deleted.is_some_and(|at| at < told.at) => returned = true,
                _ => {}
            }
        }
        if returned || deleted.is_some() && subscription.phase(now) != Phase::Deleted {
            found.push(format!(
                "INV-4: subscription {} was deleted and is not any more",
                subscription.id
            ));
        }
    }
}

fn check_redemptions(
    redemptions: &[Redemption],
    subscriptions: &[(Subscription, Instants)],
    batches: &BTreeMap<BatchId, Batch>,
    found: &mut Vec<String>,
) {
    let known: BTreeSet<SubscriptionId> = subscriptions.iter().map(|(subscription, _)| subscription.id).collect();
    for redemption in redemptions {
        let (epoch, number) = (redemption.epoch, redemption.number);
        if !known.contains(&redemption.subscription) {
            found.push(format!(
                "INV-6: key {number} of epoch {epoch} was redeemed for subscription {}, which the organization does not have",
                redemption.subscription
            ));
        }
        if !batches
            .get(&redemption.batch)
            .is_some_and(|batch| batch.epoch == epoch && batch.contains(number))
        {
            found.push(format!(
                "INV-6: key {number} of epoch {epoch} was redeemed as one of batch {}, which does not hold it",
                redemption.batch
            ));
        }
    }
}

async fn check_orders(s: &mut Session, found: &mut Vec<String>) -> Result<()> {
    let mut former: Option<OrderId> = None;
    for row in s.fetch_all(&ORDERS, params![]).await? {
        let order = row.typed_id("order_id")?;
        if former == Some(order) {
            found.push(format!("INV-6: order {order} belongs to several organizations"));
        }
        former = Some(order);
    }
    Ok(())
}

fn check_batches(batches: &[Batch], found: &mut Vec<String>) {
    let mut sorted: Vec<&Batch> = batches.iter().collect();
    sorted.sort_by_key(|batch| (batch.epoch, batch.first_number));
    for (one, next) in sorted.iter().zip(sorted.iter().skip(1)) {
        if one.epoch == next.epoch && one.contains(next.first_number) {
            found.push(format!("keys: batches {} and {} share numbers", one.id, next.id));
        }
    }
}

fn check_methods(
    subscriptions: &[(Subscription, Instants)],
    methods: &BTreeSet<PaymentMethodId>,
    now: Timestamp,
    found: &mut Vec<String>,
) {
    for (subscription, _) in subscriptions {
        let Some(method) = subscription.payment_method else {
            continue;
        };
        if subscription.phase(now) != Phase::Deleted && !methods.contains(&method) {
            found.push(format!(
                "INV-7: subscription {} is paid with payment method {method}, which is deleted",
                subscription.id
            ));
        }
    }
}
