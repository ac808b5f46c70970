//! Selling a subscription for a customer: the provider's side of a purchase.

use aktiver_domain::Timestamp;
use aktiver_domain::calendar::Term;
use aktiver_domain::ids::{PaymentMethodId, ProductId, SubscriptionId};
use aktiver_domain::policy::{Channel, Policy};
use aktiver_domain::refusal::{ChangeRefusal, PaymentRefusal};
use aktiver_domain::subscription::{NewSubscription, Standing, Subscription};
use aktiver_storage::payment::{self, LedgerKind};
use aktiver_storage::{catalog as prices, organization, subscription};

use super::charge::{self, Entry};
use super::state;
use super::view::{self, SubscriptionView};
use crate::app::App;
use crate::billing;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::text;

/// What is sold.
#[derive(Debug, Clone)]
pub struct Provision {
    pub product: ProductId,
    pub channel: Channel,
    pub term: Term,
    pub quantity: u32,
    /// `None`: as the channel has it (RB-01).
    pub recurring: Option<bool>,
    pub payment_method: Option<PaymentMethodId>,
    /// The partner, reseller or buyer.
    pub seller: Option<String>,
    pub parent: Option<SubscriptionId>,
    /// First day, where it is not today.
    pub starts: Option<Timestamp>,
    /// Waits for its order to be confirmed.
    pub pending: bool,
}

/// Stores a sale as a new subscription, with its line of what is owed where the vendor itself is paid.
///
/// # Errors
/// Anyone but the provider; an unknown product or method; a quantity out of range.
pub async fn provision(app: &App, ctx: &Ctx, new: Provision) -> Result<SubscriptionView> {
    ctx.require_operator()?;
    let seller = match &new.seller {
        Some(seller) => Some(text::at_most("seller", seller, text::LINE)?).filter(|seller| !seller.is_empty()),
        None => None,
    };
    let mut session = app.begin().await?;
    organization::lock(&mut session, ctx.org()).await?;
    let held = state::hold(&mut session, app, ctx, new.product).await?;
    let maximum = held.most_for(None, ctx.now);
    if new.quantity == 0 || new.quantity > maximum {
        return Err(ChangeRefusal::QuantityOutOfRange {
            minimum: 1,
            maximum: Some(maximum),
        }
        .into());
    }
    let method = match new.payment_method {
        Some(id) => Some(
            payment::method(&mut session, ctx.org(), id)
                .await?
                .ok_or(PaymentRefusal::MethodUnknown)?,
        ),
        None => None,
    };
    if let Some(parent) = new.parent {
        subscription::get(&mut session, ctx.org(), parent)
            .await?
            .ok_or(Error::NotFound("parent subscription"))?;
    }
    let recurring = new
        .recurring
        .unwrap_or(Policy::preset(new.channel, new.term).recurring_by_default);
    let sold = NewSubscription {
        organization: ctx.org(),
        product: new.product,
        channel: new.channel,
        term: new.term,
        quantity: new.quantity,
        recurring,
        payment_method: new.payment_method,
        seller: seller.map(str::to_owned),
        parent: new.parent,
        starts: new.starts,
    };
    let mut sale = Subscription::purchase(app.id(), sold, ctx.now);
    if new.pending {
        sale.standing = Standing::Pending;
    }
    state::insert(&mut session, app, ctx, &sale, "subscription.created").await?;
    let unit = prices::price(&mut session, new.product, new.term, billing::currency(ctx)).await?;
    if let (true, Some(unit)) = (billing::is_billed(new.channel), unit) {
        let entry = Entry {
            kind: LedgerKind::Purchase,
            subscription: sale.id,
            charge: None,
            quantity: new.quantity,
            amount: unit.times(new.quantity)?,
            text: &held.product.name,
            paid_with: method.map(|method| method.kind),
        };
        charge::enter(&mut session, app, ctx, entry).await?;
    }
    session.commit().await?;
    let mut session = app.read().await?;
    view::read_one(&mut session, app, ctx, sale.id).await
}
