//! Holding a product's subscriptions still while something is decided, and writing what was decided.

use std::collections::BTreeMap;

use aktiver_domain::Timestamp;
use aktiver_domain::catalog::Product;
use aktiver_domain::ids::{ProductId, SubscriptionId};
use aktiver_domain::licensing::Pool;
use aktiver_domain::policy;
use aktiver_domain::subscription::{Lifecycle, Phase, Standing, Subscription};
use aktiver_storage::engine::Session;
use aktiver_storage::job::{self, Job, JobKind};
use aktiver_storage::{assignment, pool, subscription};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::App;
use crate::audit::{self, Change};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};

/// All of an organization's subscriptions of one product, locked and settled to now.
pub(crate) struct Held {
    pub product: Product,
    /// Users with an effective assignment.
    pub consumed: u32,
    /// Oldest first.
    pub subscriptions: Vec<Subscription>,
}

impl Held {
    /// One of them.
    pub(crate) fn take(&self, id: SubscriptionId) -> Result<Subscription> {
        self.subscriptions
            .iter()
            .find(|s| s.id == id)
            .cloned()
            .ok_or(Error::NotFound("subscription"))
    }

    /// Units assigned beyond what the other subscriptions of the product cover.
    pub(crate) fn assigned_to(&self, id: SubscriptionId, now: Timestamp) -> u32 {
        let others = self.subscriptions.iter().filter(|s| s.id != id);
        self.consumed
            .saturating_sub(Pool::of(self.product.id, 0, others, now).assignable())
    }

    /// Most units that one of them, or a new one (`None`), can have: what the product allows, and what leaves the pool's
    /// figures inside the 32 bits that Graph gives them.
    pub(crate) fn most_for(&self, id: Option<SubscriptionId>, now: Timestamp) -> u32 {
        let others = self
            .subscriptions
            .iter()
            .filter(|s| Some(s.id) != id && s.phase(now) != Phase::Deleted)
            .fold(0_u32, |sum, s| sum.saturating_add(s.quantity));
        let room = i32::MAX.unsigned_abs().saturating_sub(others);
        policy::most_licenses(self.product.maximum_quantity).min(room)
    }

    /// The product's figures as they are.
    pub(crate) fn pool(&self, now: Timestamp) -> Pool {
        Pool::of(self.product.id, self.consumed, &self.subscriptions, now)
    }
}

/// Locks a product's pool row, then reads its subscriptions and settles them: the guard of everything that changes a
/// quantity, an instant or an assignment.
pub(crate) async fn hold(session: &mut Session, app: &App, ctx: &Ctx, product: ProductId) -> Result<Held> {
    let mut held = hold_all(session, app, ctx, &[product]).await?;
    held.remove(&product)
        .ok_or_else(|| Error::internal("a pool has no row"))
}

/// The same for several products, whose rows are all locked before anything is read.
pub(crate) async fn hold_all(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, Held>> {
    let catalog = app.catalog(session).await?;
    if products.iter().any(|product| catalog.product(*product).is_none()) {
        return Err(Error::NotFound("product"));
    }
    let mut all = BTreeMap::new();
    for (id, consumed) in pool::lock(session, ctx.org(), products).await? {
        let product = catalog.product(id).cloned().ok_or(Error::NotFound("product"))?;
        let subscriptions = subscription::of_product(session, ctx.org(), id).await?;
        let mut held = Held {
            product,
            consumed,
            subscriptions,
        };
        settle(session, app, ctx, &mut held).await?;
        all.insert(id, held);
    }
    Ok(all)
}

/// The same, for the product of a subscription.
pub(crate) async fn hold_of(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    id: SubscriptionId,
) -> Result<(Held, Subscription)> {
    let product = subscription::get(session, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("subscription"))?
        .product;
    let held = hold(session, app, ctx, product).await?;
    let subscription = held.take(id)?;
    Ok((held, subscription))
}

/// Persists what has come due by itself, each thing at its own instant, and tells the world.
async fn settle(session: &mut Session, app: &App, ctx: &Ctx, held: &mut Held) -> Result<()> {
    let mut deleted = false;
    for index in 0..held.subscriptions.len() {
        let Some(before) = held.subscriptions.get(index).cloned() else {
            continue;
        };
        let (mut after, events) = before.clone().settle(ctx.now);
        if events.is_empty() {
            continue;
        }
        after.version = update(session, app, ctx, &after).await?;
        for (at, event) in &events {
            // As it was at the instant itself, however late it is written down.
            let then = Ctx {
                now: *at,
                ..ctx.clone()
            };
            let eve = at.saturating_sub(SignedDuration::from_micros(1)).unwrap_or(*at);
            let told = if *event == Lifecycle::Deleted { &after } else { &before };
            let change = Change::of(event.as_str(), after.id)
                .before(facts(&before, eve))
                .after(facts(told, *at));
            audit::record(session, app, &then, change).await?;
            audit::publish(
                session,
                app,
                &then,
                event.as_str(),
                after.id.uuid(),
                event_payload(told, *at),
            )
            .await?;
            deleted |= *event == Lifecycle::Deleted;
        }
        if let Some(slot) = held.subscriptions.get_mut(index) {
            *slot = after;
        }
    }
    if deleted {
        free_assignments_of_the_gone(session, app, ctx, held).await?;
    }
    Ok(())
}

/// Takes the assignments away when the last subscription of a product is gone (SPEC 4.4); with another one left they stay.
pub(crate) async fn free_assignments_of_the_gone(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    held: &mut Held,
) -> Result<()> {
    let left = held.subscriptions.iter().any(|s| s.phase(ctx.now) != Phase::Deleted);
    if left || held.consumed == 0 {
        return Ok(());
    }
    let product = held.product.id;
    let removed = assignment::remove_of_product(session, ctx.org(), product).await?;
    pool::add_consumed(session, ctx.org(), product, -i64::from(held.consumed)).await?;
    held.consumed = 0;
    let change = Change::of("remove assignments of a deleted product", product).after(json!({ "removed": removed }));
    audit::record(session, app, ctx, change).await?;
    let payload = json!({ "skuId": product.to_string(), "removed": removed });
    audit::publish(
        session,
        app,
        ctx,
        "product.assignments_removed",
        product.uuid(),
        payload,
    )
    .await
}

/// Writes a changed subscription with its audit record and event, and plans its next instant.
///
/// A phase that the change itself enters is told here, as [`settle`] tells those that time brings: once each.
pub(crate) async fn save(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    before: &Subscription,
    mut after: Subscription,
    change: SavedAs<'_>,
) -> Result<Subscription> {
    // The caller holds it settled, so everything up to now has been told.
    after.settled_to = after.settled_to.max(ctx.now);
    if after.phase(ctx.now) == Phase::Deleted && !matches!(after.standing, Standing::Deleted { .. }) {
        // Cut off on terms that leave no time in Disabled: a partner's cancel (SPEC 4.5).
        after.standing = Standing::Deleted { at: ctx.now };
    }
    after.version = update(session, app, ctx, &after).await?;
    let record = Change::of(change.action, after.id)
        .before(facts(before, ctx.now))
        .after(merged(facts(&after, ctx.now), change.details));
    audit::record(session, app, ctx, record).await?;
    audit::publish(
        session,
        app,
        ctx,
        change.action,
        after.id.uuid(),
        event_payload(&after, ctx.now),
    )
    .await?;
    if let Some(event) = entered(before, &after, ctx.now).filter(|event| event.as_str() != change.action) {
        audit::publish(
            session,
            app,
            ctx,
            event.as_str(),
            after.id.uuid(),
            event_payload(&after, ctx.now),
        )
        .await?;
    }
    Ok(after)
}

/// The phase that a change led into, a hold aside. No deletion of data follows where a new subscription takes the place.
fn entered(before: &Subscription, after: &Subscription, now: Timestamp) -> Option<Lifecycle> {
    let (was, is) = (before.instants().phase(now), after.instants().phase(now));
    match is {
        _ if was == is => None,
        Phase::Expired => Some(Lifecycle::Expired),
        Phase::Disabled => Some(Lifecycle::Disabled),
        Phase::Deleted if after.replaced_by.is_none() => Some(Lifecycle::Deleted),
        _ => None,
    }
}

/// How a change is called in the audit log and to webhooks, with what the facts do not show.
pub(crate) struct SavedAs<'a> {
    pub action: &'static str,
    pub details: &'a [(&'a str, Value)],
}

impl SavedAs<'_> {
    pub(crate) const fn action(action: &'static str) -> Self {
        Self { action, details: &[] }
    }
}

/// Stores a new subscription with its audit record and event, and plans its next instant.
pub(crate) async fn insert(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    new: &Subscription,
    action: &'static str,
) -> Result<()> {
    subscription::insert(session, new).await?;
    plan(session, app, ctx, new).await?;
    audit::record(session, app, ctx, Change::of(action, new.id).after(facts(new, ctx.now))).await?;
    audit::publish(session, app, ctx, action, new.id.uuid(), event_payload(new, ctx.now)).await
}

/// Writes a subscription and plans its next instant; gives its new version.
async fn update(session: &mut Session, app: &App, ctx: &Ctx, after: &Subscription) -> Result<i64> {
    subscription::update(session, after).await?;
    plan(session, app, ctx, after).await?;
    Ok(after.version + 1)
}

/// Keeps one settle job at the subscription's next instant.
async fn plan(session: &mut Session, app: &App, ctx: &Ctx, subscription: &Subscription) -> Result<()> {
    let subject = subscription.id.uuid();
    // A renewal that is due and not begun has no instant ahead of it: it is for the worker, at once.
    let due = subscription.renewal_is_due(ctx.now).then_some(ctx.now);
    match subscription.next_lifecycle_at(subscription.settled_to).or(due) {
        Some(at) => {
            let job = Job {
                organization: ctx.org(),
                id: app.id(),
                kind: JobKind::Settle,
                subject,
                payload: "{}".to_owned(),
                at,
                attempts: 0,
                last_error: None,
            };
            job::put(session, &job).await?;
        }
        None => {
            job::remove(session, ctx.org(), JobKind::Settle, subject).await?;
        }
    }
    Ok(())
}

/// What the audit log keeps of a subscription.
pub(crate) fn facts(subscription: &Subscription, now: Timestamp) -> Value {
    let instants = subscription.instants();
    json!({
        "phase": subscription.phase(now).as_str(),
        "quantity": subscription.quantity,
        "channel": subscription.channel.as_str(),
        "term": subscription.term.as_str(),
        "termStart": subscription.period.start.to_string(),
        "termEnd": subscription.period.end.to_string(),
        "recurringBilling": subscription.recurring,
        "standing": standing_text(subscription.standing),
        "held": subscription.hold.is_some(),
        "expiresAt": instants.expires.map(|at| at.to_string()),
        "disablesAt": instants.disables.map(|at| at.to_string()),
        "deletesAt": instants.deletes.map(|at| at.to_string()),
        "replaces": subscription.replaces.map(|id| id.to_string()),
        "replacedBy": subscription.replaced_by.map(|id| id.to_string()),
        "paymentMethod": subscription.payment_method.map(|id| id.to_string()),
    })
}

const fn standing_text(standing: Standing) -> &'static str {
    match standing {
        Standing::Pending => "pending",
        Standing::Running => "running",
        Standing::PaymentFailing { .. } => "paymentFailing",
        Standing::Cut { why, .. } => why.as_str(),
        Standing::Deleted { .. } => "deleted",
    }
}

fn event_payload(subscription: &Subscription, at: Timestamp) -> Value {
    json!({
        "subscriptionId": subscription.id.prefixed(),
        "skuId": subscription.product.to_string(),
        "phase": subscription.phase(at).as_str(),
        "quantity": subscription.quantity,
        "at": at.to_string(),
    })
}

fn merged(mut facts: Value, details: &[(&str, Value)]) -> Value {
    if let Some(object) = facts.as_object_mut() {
        object.extend(details.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    }
    facts
}

/// The context in which a stored command is finished: the provider's, where the provider gave it.
pub(crate) fn acting(ctx: &Ctx, by_operator: bool) -> Ctx {
    if by_operator {
        Ctx {
            actor: Actor::System,
            ..ctx.clone()
        }
    } else {
        ctx.clone()
    }
}

/// The phase of the subscription that an add-on belongs to; of the one that took its place, where one did.
pub(crate) async fn parent_phase(session: &mut Session, ctx: &Ctx, add_on: &Subscription) -> Result<Option<Phase>> {
    let Some(parent) = add_on.parent else { return Ok(None) };
    let all = subscription::list(session, ctx.org()).await?;
    Ok(parent_among(&all, parent).map(|parent| parent.phase(ctx.now)))
}

/// A parent, or the one that stands in its place by now.
pub(crate) fn parent_among(all: &[Subscription], parent: SubscriptionId) -> Option<&Subscription> {
    let mut found = all.iter().find(|s| s.id == parent)?;
    // Each replacement is younger than what it replaced, so this ends; the bound is for rows that lie.
    for _ in 0..all.len() {
        match found.replaced_by.and_then(|next| all.iter().find(|s| s.id == next)) {
            Some(next) => found = next,
            None => break,
        }
    }
    Some(found)
}

/// The add-ons of a subscription, also of one that took another's place (CA-11).
pub(crate) async fn add_ons_of(
    session: &mut Session,
    ctx: &Ctx,
    id: SubscriptionId,
) -> Result<Vec<(SubscriptionId, ProductId)>> {
    let all = subscription::list(session, ctx.org()).await?;
    let of_it = |s: &&Subscription| {
        s.parent
            .and_then(|parent| parent_among(&all, parent))
            .is_some_and(|parent| parent.id == id)
    };
    Ok(all.iter().filter(of_it).map(|s| (s.id, s.product)).collect())
}

/// How many of a product's assigned units each subscription carries: usable ones first, oldest first, up to their
/// quantity; what is left over stands with the newest that has not been deleted.
pub(crate) fn attribute(
    subscriptions: &[Subscription],
    consumed: u32,
    now: Timestamp,
) -> BTreeMap<SubscriptionId, u32> {
    let mut left = consumed;
    let mut carried = BTreeMap::new();
    let rank = |s: &&Subscription| !s.phase(now).is_usable();
    let mut begun: Vec<&Subscription> = subscriptions
        .iter()
        .filter(|s| !matches!(s.phase(now), Phase::Deleted | Phase::Pending | Phase::Scheduled))
        .collect();
    begun.sort_by_key(rank);
    for subscription in &begun {
        let units = left.min(subscription.quantity);
        carried.insert(subscription.id, units);
        left -= units;
    }
    if let Some(last) = begun.last().filter(|_| left > 0) {
        *carried.entry(last.id).or_default() += left;
    }
    carried
}
