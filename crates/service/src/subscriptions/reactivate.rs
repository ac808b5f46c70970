//! Bringing an expired or disabled subscription back (S-05 … S-08, RA-01 … RA-09).

use aktiver_domain::ids::{ChargeId, PaymentMethodId, SubscriptionId};
use aktiver_domain::policy::ReactivationForm;
use aktiver_domain::refusal::PaymentRefusal;
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::{
    Amounts, Anchor, Arrears, Cut, Phase, Reactivate, ReactivateContext, Reactivated, Standing, Subscription,
};
use aktiver_domain::{Money, Refusal, Timestamp};
use aktiver_storage::engine::Session;
use aktiver_storage::payment::{self, ChargeIntent, ChargeState, LedgerKind, MethodKind, PaymentMethod, Purpose};
use aktiver_storage::{catalog as prices, organization, subscription};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::actions::precedes_role;
use super::change;
use super::charge::{self, Entry, Intended};
use super::state::{self, Held, SavedAs};
use super::view::{self, SubscriptionView};
use crate::app::App;
use crate::billing::{self, NewMethod};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ports::ChargeOutcome;

/// Days after which an unpaid line on account blocks a reactivation (RA-07): the terms of an invoice.
const PAYMENT_TERMS_DAYS: u32 = 30;

/// Brings a subscription back, with payment information given or updated on the way.
#[derive(Debug, Clone)]
pub struct ReactivateCommand {
    /// One of the organization's methods; `None` is the one the subscription had.
    pub payment_method: Option<PaymentMethodId>,
    /// A method that is added first; it stays even when the charge is declined.
    pub new_method: Option<NewMethod>,
    pub anchor: Option<Anchor>,
    pub arrears: Arrears,
    pub quantity: Option<u32>,
}

impl Default for ReactivateCommand {
    fn default() -> Self {
        Self {
            payment_method: None,
            new_method: None,
            anchor: None,
            arrears: Arrears::Collect,
            quantity: None,
        }
    }
}

/// What reactivating would do.
#[derive(Debug, Clone)]
pub struct ReactivationPreview {
    pub form: ReactivationForm,
    pub amounts: Amounts,
    /// As it would be afterwards.
    pub subscription: Subscription,
    /// When it is charged next; `None` with recurring billing off.
    pub next_billing_at: Option<Timestamp>,
    /// Users who get their access back.
    pub users_affected: u32,
    /// What would be charged; `None` while nothing has been chosen.
    pub payment_method: Option<PaymentMethodId>,
}

/// The command as it is stored beside its charge.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    anchor: Option<String>,
    arrears: String,
    quantity: Option<u32>,
    replacement: String,
    by_operator: bool,
    by_buyer: bool,
}

/// What is owed on account past its terms.
pub(super) async fn overdue(session: &mut Session, ctx: &Ctx) -> Result<Option<Money>> {
    let terms = jiff::SignedDuration::from_hours(24 * i64::from(PAYMENT_TERMS_DAYS));
    let since = ctx.now.saturating_sub(terms).unwrap_or(Timestamp::MIN);
    Ok(payment::overdue(session, ctx.org(), since).await?)
}

/// What the organization is owed, which a reactivation uses before anything is charged.
async fn account_credit(session: &mut Session, ctx: &Ctx) -> Result<Option<Money>> {
    match payment::balance(session, ctx.org()).await? {
        Some(balance) if balance.minor < 0 && balance.currency == billing::currency(ctx) => {
            Ok(Some(balance.negated()?))
        }
        _ => Ok(None),
    }
}

/// What the unused days of the term that the provider cut off are worth, never more than was paid for it; `None` for every
/// other end of a term, which gives no such days back.
async fn unused(session: &mut Session, ctx: &Ctx, subscription: &Subscription) -> Result<Option<Money>> {
    let by_provider = matches!(
        subscription.standing,
        Standing::Cut {
            why: Cut::ByProvider,
            ..
        }
    );
    if !by_provider || subscription.period.end <= ctx.now {
        return Ok(None);
    }
    let (Some(worth), Some(most)) = change::worth(session, ctx, subscription).await? else {
        return Ok(None);
    };
    let unused = subscription.unused_of(worth, ctx.now)?;
    let unused = if unused.minor > most.minor { most } else { unused };
    Ok(Some(unused).filter(|unused| unused.minor > 0))
}

/// What reactivating would cost and give, without doing it.
///
/// # Errors
/// As [`reactivate`], but for the payment.
pub async fn preview_reactivate(
    app: &App,
    ctx: &Ctx,
    id: SubscriptionId,
    command: &ReactivateCommand,
) -> Result<ReactivationPreview> {
    let mut session = app.begin().await?;
    let (held, subscription) = state::hold_of(&mut session, app, ctx, id).await?;
    let chosen = command.payment_method.or(subscription.payment_method);
    let mut domain = Reactivate {
        payment_method: chosen,
        anchor: command.anchor,
        arrears: command.arrears,
        quantity: command.quantity,
        replacement: app.id(),
    };
    // Any id serves to work out the amounts before a method has been chosen.
    domain.payment_method = Some(chosen.unwrap_or_else(|| app.id()));
    let decided = decide(
        &mut session,
        ctx,
        &held,
        subscription,
        &domain,
        ctx.actor.is_operator(),
        false,
    )
    .await?;
    session.rollback().await?;
    let users_affected = if held.pool(ctx.now).is_usable() {
        0
    } else {
        held.consumed
    };
    Ok(ReactivationPreview {
        form: decided.form,
        amounts: decided.amounts,
        next_billing_at: decided
            .subscription
            .recurring
            .then_some(decided.subscription.period.end),
        subscription: decided.subscription,
        users_affected,
        payment_method: chosen,
    })
}

/// Reactivates a subscription: checks, charges, and puts everything back as it was (S-05, S-06, S-08).
///
/// The answer is the subscription that is Active afterwards, which is a new one where the agreement makes a new one.
///
/// # Errors
/// Every reason of SPEC 5.4; payment refusals, with nothing changed; [`Error::Busy`] when the gateway does not answer: the
/// charge is then finished in the background.
pub async fn reactivate(
    app: &App,
    ctx: &Ctx,
    id: SubscriptionId,
    command: &ReactivateCommand,
) -> Result<SubscriptionView> {
    check_first(app, ctx, id).await?;
    let new_method = match &command.new_method {
        Some(new) => Some(billing::attach(app, ctx, new.clone()).await?),
        None => None,
    };

    let mut session = app.begin().await?;
    organization::lock(&mut session, ctx.org()).await?;
    let (mut held, before) = state::hold_of(&mut session, app, ctx, id).await?;
    if let Some(method) = &new_method {
        billing::insert(&mut session, app, ctx, method).await?;
    }
    let stored = Stored {
        anchor: command.anchor.map(|a| a.as_str().to_owned()),
        arrears: command.arrears.as_str().to_owned(),
        quantity: command.quantity,
        replacement: app.id::<aktiver_domain::ids::SubscriptionKind>().to_string(),
        by_operator: ctx.actor.is_operator(),
        by_buyer: false,
    };
    let chosen = new_method.as_ref().map(|m| m.id).or(command.payment_method);
    let domain = stored.command(chosen)?;
    let decided = decide(
        &mut session,
        ctx,
        &held,
        before.clone(),
        &domain,
        stored.by_operator,
        stored.by_buyer,
    )
    .await?;
    let named = decided.payment_method.or(chosen);
    let method = match named {
        Some(named) => Some(
            payment::method(&mut session, ctx.org(), named)
                .await?
                .ok_or(PaymentRefusal::MethodUnknown)?,
        ),
        None => None,
    };
    let (Some(_), Some(method)) = (decided.payment_method, method) else {
        // The provider takes its own disabling back: nothing is charged, so nobody is asked.
        apply(&mut session, app, ctx, &mut held, &before, &decided, None).await?;
        session.commit().await?;
        let mut session = app.read().await?;
        return view::read_one(&mut session, app, ctx, decided.subscription.id).await;
    };
    let command = serde_json::to_value(&stored).map_err(Error::internal)?;
    let intended = Intended {
        subscription: id,
        purpose: Purpose::Reactivate,
        amount: decided.amounts.due,
        method: method.id,
        command: &command,
    };
    let intent = charge::intend(&mut session, app, ctx, intended).await?;
    session.commit().await?;

    let outcome = charge::ask(app, &intent, &method).await?;
    let active = finish(app, ctx, &intent, &method, outcome).await?;
    let mut session = app.read().await?;
    view::read_one(&mut session, app, ctx, active).await
}

/// Refuses before a card is looked at: what nobody can reactivate, then who may not.
async fn check_first(app: &App, ctx: &Ctx, id: SubscriptionId) -> Result<()> {
    let mut session = app.read().await?;
    let subscription = subscription::get(&mut session, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("subscription"))?;
    let context = ReactivateContext {
        unit: None,
        currency: billing::currency(ctx),
        account_blocked: false,
        order_in_progress: false,
        other_balance: None,
        account_credit: None,
        unused: None,
        end_of_sale: false,
        parent: Some(Phase::Active),
        maximum: None,
        assigned: 0,
        by_operator: ctx.actor.is_operator(),
        by_buyer: false,
    };
    if !ctx.actor.may(Operation::ViewProducts) {
        ctx.require(Operation::Reactivate)?;
    }
    match subscription.reactivation(&context, ctx.now) {
        Err(reason) if precedes_role(&reason) => Err(reason.into()),
        Err(reason) => ctx.require(Operation::Reactivate).and(Err(reason.into())),
        Ok(_) => ctx.require(Operation::Reactivate),
    }
}

/// Decides with everything that the database knows at this moment.
async fn decide(
    session: &mut Session,
    ctx: &Ctx,
    held: &Held,
    subscription: Subscription,
    command: &Reactivate,
    by_operator: bool,
    by_buyer: bool,
) -> Result<Reactivated> {
    ctx.require(Operation::Reactivate)?;
    let unit = prices::price(session, held.product.id, subscription.term, billing::currency(ctx)).await?;
    let parent = state::parent_phase(session, ctx, &subscription).await?;
    let context = ReactivateContext {
        unit,
        currency: billing::currency(ctx),
        account_blocked: ctx.organization.billing_blocked,
        order_in_progress: false,
        other_balance: overdue(session, ctx).await?,
        account_credit: account_credit(session, ctx).await?,
        unused: unused(session, ctx, &subscription).await?,
        end_of_sale: held.product.end_of_sale,
        parent,
        maximum: Some(held.most_for(Some(subscription.id), ctx.now)),
        assigned: held.assigned_to(subscription.id, ctx.now),
        by_operator,
        by_buyer,
    };
    subscription
        .reactivate(command, &context, ctx.now)
        .map_err(|refusal| match refusal {
            Refusal::NotPermitted { .. } => Error::invalid(
                "arrears",
                "only the provider may forgive or leave arrears",
                "leave it out",
            ),
            other => other.into(),
        })
}

/// Stores what became of a reactivation's charge: decides again on the state as it is now, applies or gives the money back.
///
/// # Errors
/// The decline; or why it is not possible any more, the money then given back.
pub(crate) async fn finish(
    app: &App,
    ctx: &Ctx,
    intent: &ChargeIntent,
    method: &PaymentMethod,
    outcome: ChargeOutcome,
) -> Result<SubscriptionId> {
    let mut session = app.begin().await?;
    organization::lock(&mut session, ctx.org()).await?;
    let (mut held, before) = state::hold_of(&mut session, app, ctx, intent.subscription).await?;
    if charge::lock_open(&mut session, ctx, intent.id).await?.is_none() {
        charge::already(&mut session, ctx, intent.id).await?;
        return Ok(before.replaced_by.unwrap_or(before.id));
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
    let stored: Stored = serde_json::from_str(&intent.command).map_err(Error::internal)?;
    let domain = stored.command(Some(intent.payment_method))?;
    let decided = match decide_paid(&mut session, ctx, &held, &before, &domain, &stored, intent).await {
        Ok(decided) => decided,
        Err(why) => {
            session.rollback().await?;
            return Err(charge::undo(app, ctx, intent, method, &reference, why).await);
        }
    };
    apply(
        &mut session,
        app,
        ctx,
        &mut held,
        &before,
        &decided,
        Some((intent.id, method.kind)),
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
    Ok(decided.subscription.id)
}

/// Decides again once the charge is known to have gone through, for the amount that was charged.
///
/// It must still be possible now. Where days have passed since and the amount would be another, it counts from the day of the
/// charge, as long as that leaves something to use.
async fn decide_paid(
    session: &mut Session,
    ctx: &Ctx,
    held: &Held,
    before: &Subscription,
    command: &Reactivate,
    stored: &Stored,
    intent: &ChargeIntent,
) -> Result<Reactivated> {
    let acting = state::acting(ctx, stored.by_operator);
    let now = decide(
        session,
        &acting,
        held,
        before.clone(),
        command,
        stored.by_operator,
        stored.by_buyer,
    )
    .await?;
    if now.amounts.due == intent.amount {
        return Ok(now);
    }
    let then = charge::as_of(&acting, intent);
    match decide(
        session,
        &then,
        held,
        before.clone(),
        command,
        stored.by_operator,
        stored.by_buyer,
    )
    .await
    {
        Ok(then) if then.amounts.due == intent.amount && then.subscription.phase(ctx.now) == Phase::Active => Ok(then),
        _ => Err(PaymentRefusal::InProgress.into()),
    }
}

async fn apply(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    held: &mut Held,
    before: &Subscription,
    decided: &Reactivated,
    paid: Option<(ChargeId, MethodKind)>,
) -> Result<()> {
    let active = &decided.subscription;
    let details = [
        ("form", json!(decided.form.as_str())),
        ("amount", json!(decided.amounts.due.to_string())),
        ("credit", json!(decided.amounts.credit.to_string())),
        ("charge", json!(paid.map(|(charge, _)| charge.to_string()))),
    ];
    let reactivated = SavedAs {
        action: "subscription.reactivated",
        details: &details,
    };
    if let Some(closed) = &decided.closed {
        // The new one is there before the old one goes, so the pool never falls short in between.
        state::insert(session, app, ctx, active, "subscription.created").await?;
        let closed = SavedAs {
            action: "subscription.replaced",
            details: &details,
        }
        .save(session, app, ctx, before, closed.clone())
        .await?;
        held.subscriptions.retain(|s| s.id != closed.id);
        held.subscriptions.extend([closed, active.clone()]);
        crate::audit::record(
            session,
            app,
            ctx,
            crate::audit::Change::of(reactivated.action, active.id).after(state::facts(active, ctx.now)),
        )
        .await?;
        crate::audit::publish(
            session,
            app,
            ctx,
            reactivated.action,
            active.id.uuid(),
            json!({ "subscriptionId": active.id.prefixed(), "replaces": before.id.prefixed() }),
        )
        .await?;
    } else {
        reactivated.save(session, app, ctx, before, active.clone()).await?;
    }
    if !decided.amounts.unused.is_zero() {
        // On the former subscription, whose days they are; what the charge does not use stays with the organization.
        let credit = Entry {
            kind: LedgerKind::Credit,
            subscription: before.id,
            charge: None,
            quantity: before.quantity,
            amount: decided.amounts.unused.negated()?,
            text: &held.product.name,
            paid_with: None,
        };
        charge::enter(session, app, ctx, credit).await?;
    }
    let entry = Entry {
        kind: LedgerKind::ReEnable,
        subscription: active.id,
        charge: paid.map(|(charge, _)| charge),
        quantity: active.quantity,
        amount: decided.amounts.term.plus(decided.amounts.arrears)?,
        text: &held.product.name,
        paid_with: paid.map(|(_, kind)| kind),
    };
    charge::enter_charged(session, app, ctx, entry, decided.amounts.due).await
}

impl SavedAs<'_> {
    async fn save(
        self,
        session: &mut Session,
        app: &App,
        ctx: &Ctx,
        before: &Subscription,
        after: Subscription,
    ) -> Result<Subscription> {
        state::save(session, app, ctx, before, after, self).await
    }
}

impl Stored {
    fn command(&self, payment_method: Option<PaymentMethodId>) -> Result<Reactivate> {
        Ok(Reactivate {
            payment_method,
            anchor: self
                .anchor
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(Error::internal)?,
            arrears: self.arrears.parse().map_err(Error::internal)?,
            quantity: self.quantity,
            replacement: self.replacement.parse().map_err(Error::internal)?,
        })
    }
}
