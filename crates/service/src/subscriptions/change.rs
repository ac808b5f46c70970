//! Cancelling, quantities, recurring billing, and what only the provider does.

use aktiver_domain::ids::{PaymentMethodId, SubscriptionId};
use aktiver_domain::refusal::{ChangeRefusal, PaymentRefusal};
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::{
    Cancel, CancelContext, CancelWhen, Cancelled, ChangeQuantity, QuantityChange, QuantityContext, Subscription,
};
use aktiver_domain::{Money, Refusal, Timestamp};
use aktiver_storage::engine::Session;
use aktiver_storage::payment::{self, ChargeIntent, ChargeState, LedgerKind, MethodKind, PaymentMethod, Purpose};
use aktiver_storage::{catalog as prices, organization, subscription};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::charge::{self, Entry, Intended};
use super::renew;
use super::state::{self, Held, SavedAs};
use super::view::{self, SubscriptionView};
use crate::app::App;
use crate::billing;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ports::ChargeOutcome;
use crate::text;

/// Cancels a subscription; the reason is mandatory (CA-06).
#[derive(Debug, Clone)]
pub struct CancelCommand {
    pub when: CancelWhen,
    pub reason: String,
    pub comment: Option<String>,
}

/// What a cancel would do.
#[derive(Debug, Clone)]
pub struct CancelPreview {
    pub credit: Option<Money>,
    /// When users lose access.
    pub ends_at: Option<Timestamp>,
    pub deletes_at: Option<Timestamp>,
    pub users_affected: u32,
}

/// What a new quantity would cost (positive) or give back (negative).
#[derive(Debug, Clone, Copy)]
pub struct QuantityPreview {
    pub amount: Option<Money>,
    /// Days of the term that are counted, of how many.
    pub days: (i64, i64),
}

/// What a cancel would do, without doing it.
///
/// # Errors
/// As [`cancel`].
pub async fn preview_cancel(app: &App, ctx: &Ctx, id: SubscriptionId, when: CancelWhen) -> Result<CancelPreview> {
    ctx.require(Operation::ManageSubscriptions)?;
    let mut session = app.begin().await?;
    let (held, before) = state::hold_of(&mut session, app, ctx, id).await?;
    let cancelled = decide_cancel(&mut session, ctx, before, when, ctx.actor.is_operator()).await?;
    session.rollback().await?;
    let instants = cancelled.subscription.instants();
    Ok(CancelPreview {
        credit: cancelled.credit,
        ends_at: instants.disables,
        deletes_at: instants.deletes,
        users_affected: held.assigned_to(id, ctx.now).min(cancelled.subscription.quantity),
    })
}

/// Cancels now, or before the next renewal (CA-01 … CA-08).
///
/// # Errors
/// Every cancel refusal; a missing reason.
pub async fn cancel(app: &App, ctx: &Ctx, id: SubscriptionId, command: CancelCommand) -> Result<SubscriptionView> {
    ctx.require(Operation::ManageSubscriptions)?;
    let reason = text::said("reason", &command.reason, text::LINE)?;
    let comment = match &command.comment {
        Some(comment) => Some(text::at_most("comment", comment, text::PARAGRAPH)?).filter(|c| !c.is_empty()),
        None => None,
    };
    let mut session = app.begin().await?;
    charge::lock_for_entry(&mut session, ctx).await?;
    let own = subscription::get(&mut session, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("subscription"))?
        .product;
    let add_ons = state::add_ons_of(&mut session, ctx, id).await?;
    let products: Vec<_> = add_ons.iter().map(|(_, product)| *product).chain([own]).collect();
    let mut all = state::hold_all(&mut session, app, ctx, &products).await?;
    let held = all.get_mut(&own).ok_or(Error::NotFound("product"))?;
    let before = held.take(id)?;
    let how = How {
        when: command.when,
        reason,
        comment,
        with: None,
    };
    let cancelled = decide_cancel(&mut session, ctx, before.clone(), how.when, ctx.actor.is_operator()).await?;
    write_cancel(&mut session, app, ctx, held, &before, cancelled, how).await?;
    // Add-ons go with what they were added to (CA-11), whatever window is left for them alone.
    for (add_on, product) in add_ons {
        let Some(held) = all.get_mut(&product) else { continue };
        let before = held.take(add_on)?;
        match decide_cancel(&mut session, ctx, before.clone(), how.when, true).await {
            Ok(cancelled) => {
                let how = How { with: Some(id), ..how };
                write_cancel(&mut session, app, ctx, held, &before, cancelled, how).await?;
            }
            // It does not run, or does not renew anyway.
            Err(Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    committed(app, ctx, session, id).await
}

/// What is written of a cancel.
#[derive(Clone, Copy)]
struct How<'a> {
    when: CancelWhen,
    reason: &'a str,
    comment: Option<&'a str>,
    /// The subscription that an add-on goes with.
    with: Option<SubscriptionId>,
}

async fn write_cancel(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    held: &mut Held,
    before: &Subscription,
    cancelled: Cancelled,
    how: How<'_>,
) -> Result<()> {
    let details = [
        ("reason", json!(how.reason)),
        ("comment", json!(how.comment)),
        ("credit", json!(cancelled.credit.map(|credit| credit.to_string()))),
        ("with", json!(how.with.map(|with| with.to_string()))),
    ];
    let action = match how.when {
        CancelWhen::Now => "subscription.cancelled",
        CancelWhen::Renewal => "subscription.recurring_billing_changed",
    };
    let after = state::save(
        session,
        app,
        ctx,
        before,
        cancelled.subscription,
        SavedAs {
            action,
            details: &details,
        },
    )
    .await?;
    if let Some(credit) = cancelled.credit {
        let entry = Entry {
            kind: LedgerKind::Cancel,
            subscription: after.id,
            charge: None,
            quantity: after.quantity,
            amount: credit.negated()?,
            text: &held.product.name,
            paid_with: None,
        };
        charge::enter(session, app, ctx, entry).await?;
    }
    replace(held, after);
    // A partner's cancel goes straight to Deleted (SPEC 4.5).
    state::free_assignments_of_the_gone(session, app, ctx, held).await
}

async fn decide_cancel(
    session: &mut Session,
    ctx: &Ctx,
    before: Subscription,
    when: CancelWhen,
    by_operator: bool,
) -> Result<Cancelled> {
    let (worth, most) = worth(session, ctx, &before).await?;
    let context = CancelContext {
        paid: worth,
        attached_domain: organization::custom_domain(session, ctx.org()).await?,
        by_operator,
    };
    let mut cancelled = before.cancel(Cancel { when }, &context, ctx.now)?;
    if let (Some(credit), Some(most)) = (cancelled.credit, most) {
        cancelled.credit = if credit.minor > most.minor {
            Some(most)
        } else {
            Some(credit)
        }
        .filter(|c| c.minor > 0);
    }
    Ok(cancelled)
}

/// What the units held now cost for the whole current term, at the price that the term was bought or renewed at; and what
/// has been paid for the term in all, which no credit exceeds. Units added and removed, and a cancel taken back, have lines
/// of their own, so that the sum of what was paid alone says neither.
pub(super) async fn worth(
    session: &mut Session,
    ctx: &Ctx,
    s: &Subscription,
) -> Result<(Option<Money>, Option<Money>)> {
    // The first term is paid for when it is bought, which may be before it begins.
    let since = if s.period.start <= s.anchor {
        s.created_at.min(s.period.start)
    } else {
        s.period.start
    };
    let lines = payment::lines_of(session, ctx.org(), s.id, since).await?;
    let mut net: Option<Money> = None;
    let mut unit: Option<(Money, i64)> = None;
    // A credit for unused days is about the term before.
    let about_the_term = |kind| !matches!(kind, LedgerKind::Payment | LedgerKind::Credit);
    for line in lines.iter().filter(|line| about_the_term(line.kind)) {
        net = Some(match net {
            Some(net) => net.plus(line.amount)?,
            None => line.amount,
        });
        if let (LedgerKind::Purchase | LedgerKind::Renew, Some(quantity @ 1..)) = (line.kind, line.quantity) {
            unit = Some((line.amount, i64::from(quantity)));
        }
    }
    let worth = match unit {
        Some((amount, of)) => Some(amount.share(i64::from(s.quantity), of)?),
        None => match prices::price(session, s.product, s.term, billing::currency(ctx)).await? {
            Some(unit) if net.is_some() => Some(unit.times(s.quantity)?),
            _ => None,
        },
    };
    Ok((worth, net))
}

/// What a new total would cost, without setting it.
///
/// # Errors
/// As [`set_quantity`].
pub async fn preview_quantity(app: &App, ctx: &Ctx, id: SubscriptionId, quantity: u32) -> Result<QuantityPreview> {
    ctx.require(Operation::ManageSubscriptions)?;
    let mut session = app.begin().await?;
    let (held, before) = state::hold_of(&mut session, app, ctx, id).await?;
    let days = (before.period.days_left(ctx.now), before.period.days());
    let change = decide_quantity(&mut session, ctx, &held, before, quantity, ctx.actor.is_operator()).await?;
    session.rollback().await?;
    Ok(QuantityPreview {
        amount: change.amount,
        days,
    })
}

/// Sets a new total number of licenses at once (QT-01, QT-02); an increase is charged before it counts.
///
/// # Errors
/// Every quantity refusal; payment refusals, with nothing changed.
pub async fn set_quantity(app: &App, ctx: &Ctx, id: SubscriptionId, quantity: u32) -> Result<SubscriptionView> {
    ctx.require(Operation::ManageSubscriptions)?;
    let by_operator = ctx.actor.is_operator();
    let mut session = app.begin().await?;
    charge::lock_for_entry(&mut session, ctx).await?;
    let (held, before) = state::hold_of(&mut session, app, ctx, id).await?;
    let change = decide_quantity(&mut session, ctx, &held, before.clone(), quantity, by_operator).await?;
    let due = change.amount.filter(|amount| amount.minor > 0);
    let Some(due) = due else {
        write_quantity(&mut session, app, ctx, &held, &before, change, None).await?;
        return committed(app, ctx, session, id).await;
    };
    let method = before.payment_method.ok_or(PaymentRefusal::MethodRequired)?;
    let method = payment::method(&mut session, ctx.org(), method)
        .await?
        .ok_or(PaymentRefusal::MethodUnknown)?;
    let command = serde_json::to_value(StoredQuantity { quantity, by_operator }).map_err(Error::internal)?;
    let intended = Intended {
        subscription: id,
        purpose: Purpose::Quantity,
        amount: due,
        method: method.id,
        command: &command,
    };
    let intent = charge::intend(&mut session, app, ctx, intended).await?;
    session.commit().await?;
    let outcome = charge::ask(app, &intent, &method).await?;
    finish_quantity(app, ctx, &intent, &method, outcome).await?;
    let mut session = app.read().await?;
    view::read_one(&mut session, app, ctx, id).await
}

#[derive(Serialize, Deserialize)]
struct StoredQuantity {
    quantity: u32,
    by_operator: bool,
}

/// Stores what became of the charge for more licenses.
///
/// # Errors
/// The decline; or why it is not possible any more, the money then given back.
pub(crate) async fn finish_quantity(
    app: &App,
    ctx: &Ctx,
    intent: &ChargeIntent,
    method: &PaymentMethod,
    outcome: ChargeOutcome,
) -> Result<()> {
    let stored: StoredQuantity = serde_json::from_str(&intent.command).map_err(Error::internal)?;
    let mut session = app.begin().await?;
    charge::lock_for_entry(&mut session, ctx).await?;
    let (held, before) = state::hold_of(&mut session, app, ctx, intent.subscription).await?;
    if charge::lock_open(&mut session, ctx, intent.id).await?.is_none() {
        return charge::already(&mut session, ctx, intent.id).await;
    }
    if let Some((refusal, decline)) = charge::refused(&outcome) {
        charge::close(
            &mut session,
            ctx,
            intent.id,
            ChargeState::Declined,
            None,
            Some(&decline),
        )
        .await?;
        session.commit().await?;
        return Err(refusal.into());
    }
    let ChargeOutcome::Succeeded { reference } = outcome else {
        return Err(Error::internal("an outcome that is neither success nor decline"));
    };
    match decide_paid_quantity(&mut session, ctx, &held, &before, &stored, intent).await {
        Ok(change) => {
            write_quantity(
                &mut session,
                app,
                ctx,
                &held,
                &before,
                change,
                Some((intent, method.kind)),
            )
            .await?;
            charge::close(
                &mut session,
                ctx,
                intent.id,
                ChargeState::Succeeded,
                Some(&reference),
                None,
            )
            .await?;
            session.commit().await?;
            Ok(())
        }
        Err(why) => {
            session.rollback().await?;
            Err(charge::undo(app, ctx, intent, method, &reference, why).await)
        }
    }
}

/// Decides again for the amount that was charged: possible now, and counted from the day of the charge where days have
/// passed since.
async fn decide_paid_quantity(
    session: &mut Session,
    ctx: &Ctx,
    held: &Held,
    before: &Subscription,
    stored: &StoredQuantity,
    intent: &ChargeIntent,
) -> Result<QuantityChange> {
    let now = decide_quantity(session, ctx, held, before.clone(), stored.quantity, stored.by_operator).await?;
    if now.amount == Some(intent.amount) {
        return Ok(now);
    }
    let then = charge::as_of(ctx, intent);
    match decide_quantity(
        session,
        &then,
        held,
        before.clone(),
        stored.quantity,
        stored.by_operator,
    )
    .await
    {
        Ok(then) if then.amount == Some(intent.amount) => Ok(then),
        _ => Err(PaymentRefusal::InProgress.into()),
    }
}

async fn decide_quantity(
    session: &mut Session,
    ctx: &Ctx,
    held: &Held,
    before: Subscription,
    quantity: u32,
    by_operator: bool,
) -> Result<QuantityChange> {
    let price = prices::price(session, held.product.id, before.term, billing::currency(ctx)).await?;
    let context = QuantityContext {
        unit: price.filter(|_| billing::is_billed(before.channel)),
        maximum: Some(held.most_for(Some(before.id), ctx.now)),
        end_of_sale: held.product.end_of_sale,
        assigned: held.assigned_to(before.id, ctx.now),
        by_operator,
    };
    Ok(before.change_quantity(ChangeQuantity { quantity }, &context, ctx.now)?)
}

async fn write_quantity(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    held: &Held,
    before: &Subscription,
    change: QuantityChange,
    paid: Option<(&ChargeIntent, MethodKind)>,
) -> Result<()> {
    let details = [("amount", json!(change.amount.map(|amount| amount.to_string())))];
    let saved = SavedAs {
        action: "subscription.quantity_changed",
        details: &details,
    };
    let after = state::save(session, app, ctx, before, change.subscription, saved).await?;
    let Some(amount) = change.amount else { return Ok(()) };
    let entry = Entry {
        kind: if amount.minor < 0 {
            LedgerKind::RemoveQuantity
        } else {
            LedgerKind::AddQuantity
        },
        subscription: after.id,
        charge: paid.map(|(intent, _)| intent.id),
        quantity: after.quantity.abs_diff(before.quantity),
        amount,
        text: &held.product.name,
        paid_with: paid.map(|(_, kind)| kind),
    };
    charge::enter(session, app, ctx, entry).await
}

/// Turns recurring billing on or off (RB-02, RB-03).
///
/// # Errors
/// Only while Active; on needs a payment method.
pub async fn set_recurring(app: &App, ctx: &Ctx, id: SubscriptionId, enabled: bool) -> Result<SubscriptionView> {
    ctx.require(Operation::ManageSubscriptions)?;
    simple(app, ctx, id, "subscription.recurring_billing_changed", &[], |s, now| {
        s.set_recurring(enabled, now)
    })
    .await
}

/// Chooses what a subscription is paid with (PM-05).
///
/// # Errors
/// No such method; a deleted subscription.
pub async fn set_payment_method(
    app: &App,
    ctx: &Ctx,
    id: SubscriptionId,
    method: PaymentMethodId,
) -> Result<SubscriptionView> {
    ctx.require(Operation::ManagePayment)?;
    let mut session = app.begin().await?;
    // Whoever deletes a method locks the organization too, so that it is not deleted under us (INV-7).
    organization::lock(&mut session, ctx.org()).await?;
    payment::method(&mut session, ctx.org(), method)
        .await?
        .ok_or(PaymentRefusal::MethodUnknown)?;
    let (_, before) = state::hold_of(&mut session, app, ctx, id).await?;
    if before.phase(ctx.now) == aktiver_domain::subscription::Phase::Deleted {
        return Err(ChangeRefusal::Deleted.into());
    }
    let after = Subscription {
        payment_method: Some(method),
        ..before.clone()
    };
    state::save(
        &mut session,
        app,
        ctx,
        &before,
        after,
        SavedAs::action("subscription.payment_method_changed"),
    )
    .await?;
    // A renewal that the former method could not pay is tried with the new one at once (SPEC 16.3).
    let due = before.renewal_is_due(ctx.now);
    session.commit().await?;
    if due {
        renew::renew_now(app, ctx, id).await;
    }
    let mut session = app.read().await?;
    view::read_one(&mut session, app, ctx, id).await
}

/// The provider disables a subscription at once: fraud, abuse, a chargeback (S-05 b).
///
/// # Errors
/// Anyone but the provider; what does not run.
pub async fn disable(app: &App, ctx: &Ctx, id: SubscriptionId, reason: &str) -> Result<SubscriptionView> {
    ctx.require_operator()?;
    let reason = text::at_most("reason", reason, text::LINE)?;
    simple(
        app,
        ctx,
        id,
        "subscription.disabled_by_provider",
        &[("reason", json!(reason))],
        Subscription::disable,
    )
    .await
}

/// The provider locks a subscription out; no instant moves.
///
/// # Errors
/// Anyone but the provider; what is deleted or held already.
pub async fn hold(app: &App, ctx: &Ctx, id: SubscriptionId, reason: &str) -> Result<SubscriptionView> {
    ctx.require_operator()?;
    let reason = text::at_most("reason", reason, text::LINE)?;
    simple(
        app,
        ctx,
        id,
        "subscription.held",
        &[("reason", json!(reason))],
        Subscription::hold,
    )
    .await
}

/// The provider ends a hold.
///
/// # Errors
/// Anyone but the provider; what is not held.
pub async fn release(app: &App, ctx: &Ctx, id: SubscriptionId) -> Result<SubscriptionView> {
    ctx.require_operator()?;
    simple(app, ctx, id, "subscription.released", &[], Subscription::release).await?;
    // A renewal that came due, or failed, under the hold is charged now.
    renew::renew_now(app, ctx, id).await;
    let mut session = app.read().await?;
    view::read_one(&mut session, app, ctx, id).await
}

/// Deletes a subscription now (LC-06). Final.
///
/// # Errors
/// Anyone but the provider; deleted already.
pub async fn delete(app: &App, ctx: &Ctx, id: SubscriptionId) -> Result<SubscriptionView> {
    ctx.require_operator()?;
    simple(app, ctx, id, "subscription.deleted", &[], Subscription::delete).await
}

/// A change that needs nothing but the subscription and now.
async fn simple(
    app: &App,
    ctx: &Ctx,
    id: SubscriptionId,
    action: &'static str,
    details: &[(&str, Value)],
    change: impl FnOnce(Subscription, Timestamp) -> Result<Subscription, ChangeRefusal>,
) -> Result<SubscriptionView> {
    let mut session = app.begin().await?;
    let (mut held, before) = state::hold_of(&mut session, app, ctx, id).await?;
    let after = change(before.clone(), ctx.now).map_err(Refusal::from)?;
    let after = state::save(&mut session, app, ctx, &before, after, SavedAs { action, details }).await?;
    replace(&mut held, after);
    state::free_assignments_of_the_gone(&mut session, app, ctx, &mut held).await?;
    committed(app, ctx, session, id).await
}

fn replace(held: &mut Held, after: Subscription) {
    if let Some(slot) = held.subscriptions.iter_mut().find(|s| s.id == after.id) {
        *slot = after;
    }
}

async fn committed(app: &App, ctx: &Ctx, session: Session, id: SubscriptionId) -> Result<SubscriptionView> {
    session.commit().await?;
    let mut session = app.read().await?;
    view::read_one(&mut session, app, ctx, id).await
}
