//! Prices, payment methods, and what an organization owes.

use aktiver_domain::calendar::Term;
use aktiver_domain::ids::{PaymentMethodId, ProductId, SubscriptionId};
use aktiver_domain::money::{Currency, currency_of};
use aktiver_domain::policy::Channel;
use aktiver_domain::refusal::PaymentRefusal;
use aktiver_domain::role::Operation;
use aktiver_domain::{Money, Refusal};
use aktiver_storage::catalog as prices;
use aktiver_storage::engine::Session;
use aktiver_storage::payment::{self, LedgerEntry, LedgerKind, MethodKind, PaymentMethod};
use aktiver_storage::subscription;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Change};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::ports::{AttachError, Gateway, NewCard};
use crate::text;

/// A payment method as a person adds it.
#[derive(Debug, Clone)]
pub enum NewMethod {
    /// Pay on account (SPEC 16.4).
    Invoice,
    /// A test card, for sandbox organizations.
    SandboxCard(NewCard),
}

/// The currency an organization pays in: fixed at its first purchase, its country's until then.
#[must_use]
pub fn currency(ctx: &Ctx) -> Currency {
    ctx.organization
        .currency
        .unwrap_or_else(|| currency_of(&ctx.organization.country))
}

/// Whether the vendor itself is paid for a channel's purchases and quantities; the seller is for the others, and product keys
/// are paid for where they are bought.
#[must_use]
pub const fn is_billed(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::Direct | Channel::DirectClassic | Channel::DirectRep | Channel::SelfService
    )
}

/// Sets what one unit of a product costs for a whole term.
///
/// # Errors
/// Only the provider sets prices; an unknown product; a negative amount.
pub async fn set_price(app: &App, actor: &Actor, product: ProductId, term: Term, unit: Money) -> Result<()> {
    require_operator(actor)?;
    if unit.minor < 0 {
        return Err(Error::invalid("price", "a price cannot be negative", "enter 0 or more"));
    }
    let mut session = app.begin().await?;
    let catalog = app.catalog(&mut session).await?;
    catalog.product(product).ok_or(Error::NotFound("product"))?;
    prices::put_price(&mut session, product, term, unit).await?;
    session.commit().await?;
    Ok(())
}

/// What one unit of a product costs for a whole term, if it is sold so.
///
/// # Errors
/// Storage alone.
pub async fn price(app: &App, product: ProductId, term: Term, currency: Currency) -> Result<Option<Money>> {
    let mut session = app.read().await?;
    Ok(prices::price(&mut session, product, term, currency).await?)
}

/// The whole price list.
///
/// # Errors
/// Storage alone.
pub async fn prices(app: &App) -> Result<Vec<(ProductId, Term, Money)>> {
    let mut session = app.read().await?;
    Ok(prices::prices(&mut session).await?)
}

/// Adds a payment method; it pays for nothing until it is chosen (PM-03).
///
/// # Errors
/// A role without the right; a card from another country (PM-02), with a bad field, or declined; a test card outside a
/// sandbox; an invoice that the organization is not approved for.
pub async fn add_method(app: &App, ctx: &Ctx, new: NewMethod) -> Result<PaymentMethod> {
    ctx.require(Operation::ManagePayment)?;
    let method = attach(app, ctx, new).await?;
    let mut session = app.begin().await?;
    insert(&mut session, app, ctx, &method).await?;
    session.commit().await?;
    Ok(method)
}

/// Asks the gateway to keep a payment method. Network, so outside any unit of work.
pub(crate) async fn attach(app: &App, ctx: &Ctx, new: NewMethod) -> Result<PaymentMethod> {
    let organization = &ctx.organization;
    let base = PaymentMethod {
        organization: ctx.org(),
        id: app.id(),
        kind: MethodKind::Invoice,
        label: "Invoice".to_owned(),
        brand: None,
        last_four: None,
        expiry: None,
        holder: None,
        country: organization.country.clone(),
        reference: "invoice".to_owned(),
        added_by: ctx.actor.user(),
        created_at: ctx.now,
        deleted_at: None,
    };
    match new {
        NewMethod::Invoice => {
            if !organization.invoice_approved && !ctx.actor.is_operator() {
                return Err(PaymentRefusal::InvoiceNotApproved.into());
            }
            Ok(base)
        }
        NewMethod::SandboxCard(card) => {
            text::at_most("name", &card.holder, text::LINE)?;
            if !organization.sandbox {
                return Err(PaymentRefusal::SandboxOnly.into());
            }
            if card.country != organization.country {
                return Err(PaymentRefusal::MethodCountry {
                    country: organization.country.clone(),
                }
                .into());
            }
            let kept = app
                .sandbox_gateway()
                .attach(&card, ctx.now)
                .await
                .map_err(|error| match error {
                    AttachError::Invalid { field } => Error::from(PaymentRefusal::CardInvalid { field }),
                    AttachError::Declined { decline } => PaymentRefusal::Declined { decline }.into(),
                    AttachError::Unreachable(reason) => Error::Busy(reason),
                })?;
            Ok(PaymentMethod {
                kind: MethodKind::SandboxCard,
                label: format!("{} •••• {}", kept.brand, kept.last_four),
                brand: Some(kept.brand),
                last_four: Some(kept.last_four),
                expiry: Some(card.expiry),
                holder: Some(card.holder),
                reference: kept.reference,
                ..base
            })
        }
    }
}

/// Stores a method that a gateway keeps.
pub(crate) async fn insert(session: &mut Session, app: &App, ctx: &Ctx, method: &PaymentMethod) -> Result<()> {
    payment::insert_method(session, method).await?;
    let change = Change::of("add payment method", method.id)
        .after(json!({ "kind": method.kind.as_str(), "lastFour": method.last_four }))
        .personal(json!({ "holder": method.holder }));
    audit::record(session, app, ctx, change).await
}

/// The gateway that charges a kind of method.
pub(crate) fn gateway(app: &App, kind: MethodKind) -> Result<&dyn Gateway> {
    match kind {
        MethodKind::Invoice => Ok(app.invoice_gateway()),
        MethodKind::SandboxCard => Ok(app.sandbox_gateway()),
        MethodKind::Stripe => Err(Error::internal("no gateway is set up for Stripe methods")),
    }
}

/// The organization's payment methods, oldest first.
///
/// # Errors
/// A role without the right.
pub async fn methods(app: &App, ctx: &Ctx) -> Result<Vec<PaymentMethod>> {
    ctx.require(Operation::ViewPayment)?;
    let mut session = app.read().await?;
    Ok(payment::methods(&mut session, ctx.org()).await?)
}

/// The subscriptions, of any phase, that a method pays for (PM-09).
///
/// # Errors
/// A role without the right; no such method.
pub async fn method_uses(app: &App, ctx: &Ctx, id: PaymentMethodId) -> Result<Vec<SubscriptionId>> {
    ctx.require(Operation::ViewPayment)?;
    let mut session = app.read().await?;
    payment::method(&mut session, ctx.org(), id)
        .await?
        .ok_or(PaymentRefusal::MethodUnknown)?;
    Ok(subscription::paid_with(&mut session, ctx.org(), id).await?)
}

/// Removes a payment method that pays for nothing (PM-06, INV-7).
///
/// # Errors
/// A role without the right; no such method; a subscription of any phase uses it.
pub async fn delete_method(app: &App, ctx: &Ctx, id: PaymentMethodId) -> Result<()> {
    ctx.require(Operation::ManagePayment)?;
    let mut session = app.begin().await?;
    // Whoever makes a subscription use a method locks the organization too, so that neither slips past the other.
    aktiver_storage::organization::lock(&mut session, ctx.org()).await?;
    payment::method(&mut session, ctx.org(), id)
        .await?
        .ok_or(PaymentRefusal::MethodUnknown)?;
    let uses = subscription::paid_with(&mut session, ctx.org(), id).await?;
    if !uses.is_empty() {
        let subscriptions = u32::try_from(uses.len()).unwrap_or(u32::MAX);
        return Err(Refusal::from(PaymentRefusal::MethodInUse { subscriptions }).into());
    }
    // A charge that is under way makes its subscription use the method when it succeeds.
    if payment::open_intents(&mut session, ctx.org())
        .await?
        .iter()
        .any(|intent| intent.payment_method == id)
    {
        return Err(PaymentRefusal::InProgress.into());
    }
    payment::delete_method(&mut session, ctx.org(), id, ctx.now).await?;
    audit::record(&mut session, app, ctx, Change::of("delete payment method", id)).await?;
    session.commit().await?;
    Ok(())
}

/// What was charged and credited, newest first.
///
/// # Errors
/// A role without the right.
pub async fn ledger(app: &App, ctx: &Ctx, limit: u32) -> Result<Vec<LedgerEntry>> {
    ctx.require(Operation::ViewPayment)?;
    let mut session = app.read().await?;
    Ok(payment::ledger(&mut session, ctx.org(), limit).await?)
}

/// What the organization owes (positive) or is owed; `None` before its first purchase.
///
/// # Errors
/// A role without the right.
pub async fn balance(app: &App, ctx: &Ctx) -> Result<Option<Money>> {
    ctx.require(Operation::ViewPayment)?;
    let mut session = app.read().await?;
    Ok(payment::balance(&mut session, ctx.org()).await?)
}

/// Books what an organization has paid outside the system, such as an invoice by bank transfer (SPEC 16.3, RA-07).
///
/// # Errors
/// Anyone but the provider; an amount that is not positive or not in the organization's currency; an over-long text.
pub async fn record_payment(app: &App, ctx: &Ctx, amount: Money, note: &str) -> Result<LedgerEntry> {
    ctx.require_operator()?;
    let note = text::at_most("text", note, text::LINE)?;
    if amount.minor <= 0 {
        return Err(Error::invalid(
            "amount",
            "a payment is more than nothing",
            "enter what was received",
        ));
    }
    let currency = currency(ctx);
    if amount.currency != currency {
        let message = format!("the organization pays in {}", currency.code());
        return Err(Error::invalid(
            "currency",
            message,
            format!("give the amount in {}", currency.code()),
        ));
    }
    let entry = LedgerEntry {
        organization: ctx.org(),
        id: app.id(),
        at: ctx.now,
        kind: LedgerKind::Payment,
        subscription: None,
        charge: None,
        quantity: None,
        amount: amount.negated()?,
        text: if note.is_empty() { "Payment received" } else { note }.to_owned(),
    };
    let mut session = app.begin().await?;
    aktiver_storage::organization::lock(&mut session, ctx.org()).await?;
    aktiver_storage::organization::set_currency_if_unset(&mut session, ctx.org(), currency).await?;
    payment::insert_ledger(&mut session, &entry).await?;
    let facts = json!({ "amount": amount.to_string(), "text": entry.text });
    let change = Change::of("record payment", ctx.org()).after(facts.clone());
    audit::record(&mut session, app, ctx, change).await?;
    audit::publish(&mut session, app, ctx, "payment.recorded", ctx.org().uuid(), facts).await?;
    session.commit().await?;
    Ok(entry)
}

pub(crate) fn require_operator(actor: &Actor) -> Result<()> {
    if actor.is_operator() {
        Ok(())
    } else {
        Err(Refusal::NotPermitted { needed: Vec::new() }.into())
    }
}
