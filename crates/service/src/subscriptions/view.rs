//! What a person sees of subscriptions and pools.

use std::collections::BTreeMap;
use std::sync::Arc;

use aktiver_domain::catalog::{AppliesTo, Catalog, Product};
use aktiver_domain::ids::{OrganizationId, PaymentMethodId, ProductId, SubscriptionId};
use aktiver_domain::licensing::Pool;
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::{Instants, Phase, Subscription};
use aktiver_domain::{Money, Timestamp};
use aktiver_storage::engine::Session;
use aktiver_storage::organization::{self, Organization};
use aktiver_storage::payment::{self, PaymentMethod};
use aktiver_storage::{catalog as prices, pool, subscription};

use super::actions::{self, Action, Asking};
use super::state;
use crate::app::App;
use crate::billing;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};

/// One subscription, with what follows from it at the time of asking.
#[derive(Debug, Clone)]
pub struct SubscriptionView {
    pub subscription: Subscription,
    pub product: Product,
    pub phase: Phase,
    pub instants: Instants,
    pub next_lifecycle_at: Option<Timestamp>,
    /// Assigned units that this subscription carries.
    pub assigned: u32,
    /// Price of one unit for a whole term.
    pub unit_price: Option<Money>,
    pub payment_method: Option<PaymentMethod>,
    /// Everything that can be done with it, or why not.
    pub actions: Vec<Action>,
}

/// One product's pool (subscribedSku).
#[derive(Debug, Clone)]
pub struct PoolView {
    pub pool: Pool,
    pub product: Product,
    pub applies_to: AppliesTo,
}

/// What every view of an organization's subscriptions needs, read once.
struct Around {
    catalog: Arc<Catalog>,
    subscriptions: Vec<Subscription>,
    consumed: BTreeMap<ProductId, u32>,
    methods: BTreeMap<PaymentMethodId, PaymentMethod>,
    asking: Asking,
}

async fn around(session: &mut Session, app: &App, ctx: &Ctx) -> Result<Around> {
    let catalog = app.catalog(session).await?;
    let subscriptions = subscription::list(session, ctx.org()).await?;
    let consumed = pool::consumed(session, ctx.org()).await?;
    let methods = payment::methods(session, ctx.org())
        .await?
        .into_iter()
        .map(|m| (m.id, m))
        .collect();
    let asking = actions::asking(session, ctx).await?;
    Ok(Around {
        catalog,
        subscriptions,
        consumed,
        methods,
        asking,
    })
}

async fn view(
    session: &mut Session,
    ctx: &Ctx,
    around: &Around,
    subscription: Subscription,
) -> Result<SubscriptionView> {
    let product = around
        .catalog
        .product(subscription.product)
        .cloned()
        .ok_or_else(|| Error::internal("a product is gone"))?;
    let unit_price = prices::price(session, product.id, subscription.term, billing::currency(ctx)).await?;
    let of_product: Vec<Subscription> = around
        .subscriptions
        .iter()
        .filter(|s| s.product == product.id)
        .cloned()
        .collect();
    let consumed = around.consumed.get(&product.id).copied().unwrap_or(0);
    let assigned = state::attribute(&of_product, consumed, ctx.now)
        .get(&subscription.id)
        .copied()
        .unwrap_or(0);
    let parent = subscription
        .parent
        .and_then(|id| state::parent_among(&around.subscriptions, id))
        .map(|parent| parent.phase(ctx.now));
    let actions = actions::of(ctx, &subscription, &product, parent, &around.asking);
    Ok(SubscriptionView {
        phase: subscription.phase(ctx.now),
        instants: subscription.instants(),
        next_lifecycle_at: subscription.next_lifecycle_at(ctx.now),
        assigned,
        unit_price,
        payment_method: subscription
            .payment_method
            .and_then(|id| around.methods.get(&id).cloned()),
        actions,
        product,
        subscription,
    })
}

/// All subscriptions, oldest first; deleted ones stay listed.
///
/// # Errors
/// A role without the right.
pub async fn list(app: &App, ctx: &Ctx) -> Result<Vec<SubscriptionView>> {
    ctx.require(Operation::ViewProducts)?;
    let mut session = app.read().await?;
    let around = around(&mut session, app, ctx).await?;
    let mut views = Vec::with_capacity(around.subscriptions.len());
    for subscription in around.subscriptions.clone() {
        views.push(view(&mut session, ctx, &around, subscription).await?);
    }
    Ok(views)
}

/// One subscription.
///
/// # Errors
/// A role without the right; no such subscription in this organization.
pub async fn get(app: &App, ctx: &Ctx, id: SubscriptionId) -> Result<SubscriptionView> {
    ctx.require(Operation::ViewProducts)?;
    let mut session = app.read().await?;
    read_one(&mut session, app, ctx, id).await
}

/// One subscription, for a caller whose right to the command has been checked.
pub(super) async fn read_one(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    id: SubscriptionId,
) -> Result<SubscriptionView> {
    let around = around(session, app, ctx).await?;
    let found = around
        .subscriptions
        .iter()
        .find(|s| s.id == id)
        .cloned()
        .ok_or(Error::NotFound("subscription"))?;
    view(session, ctx, &around, found).await
}

/// The pools of every product with a begun subscription that is not deleted, by product name (scenario 16).
///
/// # Errors
/// A role without the right.
pub async fn pools(app: &App, ctx: &Ctx) -> Result<Vec<PoolView>> {
    ctx.require(Operation::ViewProducts)?;
    let mut session = app.read().await?;
    let catalog = app.catalog(&mut session).await?;
    let mut views: Vec<PoolView> = all_pools(&mut session, ctx)
        .await?
        .into_values()
        .filter_map(|pool| catalog.product(pool.product).cloned().map(|product| (pool, product)))
        .map(|(pool, product)| PoolView {
            pool,
            applies_to: catalog.applies_to(&product),
            product,
        })
        .collect();
    views.sort_by(|a, b| {
        a.product
            .name
            .cmp(&b.product.name)
            .then(a.product.id.cmp(&b.product.id))
    });
    Ok(views)
}

/// Every pool that has a subscription in it at now.
pub(crate) async fn all_pools(session: &mut Session, ctx: &Ctx) -> Result<BTreeMap<ProductId, Pool>> {
    let subscriptions = subscription::list(session, ctx.org()).await?;
    let consumed = pool::consumed(session, ctx.org()).await?;
    Ok(pools_of(&subscriptions, &consumed, ctx.now))
}

/// The pools that subscriptions make at `now`.
pub(crate) fn pools_of(
    subscriptions: &[Subscription],
    consumed: &BTreeMap<ProductId, u32>,
    now: Timestamp,
) -> BTreeMap<ProductId, Pool> {
    let mut by_product: BTreeMap<ProductId, Vec<&Subscription>> = BTreeMap::new();
    for subscription in subscriptions {
        by_product.entry(subscription.product).or_default().push(subscription);
    }
    by_product
        .into_iter()
        .map(|(product, of)| {
            (
                product,
                Pool::of(product, consumed.get(&product).copied().unwrap_or(0), of, now),
            )
        })
        .filter(|(_, pool)| !pool.subscriptions.is_empty())
        .collect()
}

/// Subscriptions of all organizations, for the provider, in id order.
///
/// # Errors
/// Anyone but the provider.
pub async fn list_everywhere(
    app: &App,
    actor: &Actor,
    after: Option<(OrganizationId, SubscriptionId)>,
    limit: u32,
) -> Result<Vec<(Organization, SubscriptionView)>> {
    billing::require_operator(actor)?;
    let mut session = app.read().await?;
    let found = subscription::list_all(&mut session, after, limit).await?;
    let mut views = Vec::with_capacity(found.len());
    let mut current: Option<(Ctx, Around)> = None;
    for subscription in found {
        if current
            .as_ref()
            .is_none_or(|(ctx, _)| ctx.org() != subscription.organization)
        {
            let organization = organization::get(&mut session, subscription.organization)
                .await?
                .ok_or_else(|| Error::internal("an organization is gone"))?;
            let ctx = app.context_of(actor.clone(), organization, uuid::Uuid::nil());
            let around = around(&mut session, app, &ctx).await?;
            current = Some((ctx, around));
        }
        if let Some((ctx, around)) = &current {
            views.push((
                ctx.organization.clone(),
                view(&mut session, ctx, around, subscription).await?,
            ));
        }
    }
    Ok(views)
}
