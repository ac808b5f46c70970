//! Renewing at the end of a term, and trying again when the charge fails (SPEC 16.2).

use aktiver_domain::Money;
use aktiver_domain::ids::SubscriptionId;
use aktiver_domain::policy::Channel;
use aktiver_domain::refusal::PaymentRefusal;
use aktiver_domain::subscription::{RenewalFailure, Subscription};
use aktiver_storage::catalog as prices;
use aktiver_storage::engine::Session;
use aktiver_storage::job::{self, Job, JobKind};
use aktiver_storage::payment::{self, ChargeIntent, ChargeState, LedgerKind, PaymentMethod, Purpose};
use serde_json::json;

use super::charge::{self, Entry, Intended};
use super::state::{self, Held, SavedAs};
use crate::app::App;
use crate::billing;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::ports::ChargeOutcome;

/// Charges a renewal that waits, on behalf of a command that has removed what it waited for; a gateway that does not answer
/// leaves it to the worker.
pub(crate) async fn renew_now(app: &App, ctx: &Ctx, id: SubscriptionId) {
    let ctx = Ctx {
        actor: Actor::System,
        ..ctx.clone()
    };
    if let Err(error) = settle_and_renew(app, &ctx, id).await {
        tracing::warn!(subscription = %id, %error, "renewal left to the worker");
    }
}

/// Persists what has come due for a subscription and renews it when its term is over; both may be nothing.
///
/// # Errors
/// [`Error::Busy`] when the gateway does not answer; the charge is finished later.
pub(crate) async fn settle_and_renew(app: &App, ctx: &Ctx, id: SubscriptionId) -> Result<()> {
    let mut session = app.begin().await?;
    charge::lock_for_entry(&mut session, ctx).await?;
    let (held, before) = state::hold_of(&mut session, app, ctx, id).await?;
    if !before.renewal_is_due(ctx.now) {
        session.commit().await?;
        return Ok(());
    }
    if before.channel.is_partner() {
        // The partner is billed outside this system; the term goes on.
        renewed(&mut session, app, ctx, &held, &before, None).await?;
        session.commit().await?;
        return Ok(());
    }
    let due = prices::price(&mut session, held.product.id, before.term, billing::currency(ctx)).await?;
    let method = match before.payment_method {
        Some(method) => payment::method(&mut session, ctx.org(), method).await?,
        None => None,
    };
    let (Some(unit), Some(method)) = (due, method) else {
        // Nothing to charge, or nothing to charge it to: as a declined charge.
        failed(&mut session, app, ctx, &before, "no_payment_method").await?;
        session.commit().await?;
        return Ok(());
    };
    let amount = unit.times(before.quantity)?;
    let intended = Intended {
        subscription: id,
        purpose: Purpose::Renew,
        amount,
        method: method.id,
        command: &json!({}),
    };
    let intent = match charge::intend(&mut session, app, ctx, intended).await {
        Err(Error::Refused(aktiver_domain::Refusal::Payment(PaymentRefusal::InProgress))) => {
            // Another worker has it, or it was left open and is finished by its id.
            session.rollback().await?;
            return Ok(());
        }
        other => other?,
    };
    session.commit().await?;
    let outcome = charge::ask(app, &intent, &method).await?;
    finish(app, ctx, &intent, &method, outcome).await
}

/// Stores what became of a renewal's charge.
///
/// # Errors
/// Storage alone: a decline is an outcome here, not an error.
pub(crate) async fn finish(
    app: &App,
    ctx: &Ctx,
    intent: &ChargeIntent,
    method: &PaymentMethod,
    outcome: ChargeOutcome,
) -> Result<()> {
    let mut session = app.begin().await?;
    charge::lock_for_entry(&mut session, ctx).await?;
    let (held, before) = state::hold_of(&mut session, app, ctx, intent.subscription).await?;
    if charge::lock_open(&mut session, ctx, intent.id).await?.is_none() {
        return Ok(());
    }
    if let Some((_, decline)) = charge::refused(&outcome) {
        charge::close(
            &mut session,
            ctx,
            intent.id,
            ChargeState::Declined,
            None,
            Some(&decline),
        )
        .await?;
        if before.renewal_is_due(ctx.now) {
            failed(&mut session, app, ctx, &before, &decline).await?;
        }
        session.commit().await?;
        return Ok(());
    }
    let ChargeOutcome::Succeeded { reference } = outcome else {
        return Err(Error::internal("an outcome that is neither success nor decline"));
    };
    if !before.renewal_is_due(ctx.now) {
        // Cancelled or deleted while the gateway worked.
        session.rollback().await?;
        let why = charge::undo(app, ctx, intent, method, &reference, PaymentRefusal::InProgress.into()).await;
        return if matches!(why, Error::Refused(_)) {
            Ok(())
        } else {
            Err(why)
        };
    }
    renewed(
        &mut session,
        app,
        ctx,
        &held,
        &before,
        Some((intent, method, intent.amount)),
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

async fn renewed(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    held: &Held,
    before: &Subscription,
    paid: Option<(&ChargeIntent, &PaymentMethod, Money)>,
) -> Result<()> {
    let (mut after, _) = before.clone().renewed();
    if after.channel == Channel::Trial {
        // A trial that pays is no trial any more (TR-02); it keeps its id (TR-08).
        after.channel = Channel::Direct;
    }
    let after = state::save(
        session,
        app,
        ctx,
        before,
        after,
        SavedAs::action("subscription.renewed"),
    )
    .await?;
    job::remove(session, ctx.org(), JobKind::Renew, after.id.uuid()).await?;
    if let Some((intent, method, amount)) = paid {
        let entry = Entry {
            kind: LedgerKind::Renew,
            subscription: after.id,
            charge: Some(intent.id),
            quantity: after.quantity,
            amount,
            text: &held.product.name,
            paid_with: Some(method.kind),
        };
        charge::enter(session, app, ctx, entry).await?;
    }
    Ok(())
}

/// The first failure opens the retry window; each plans the next try until it closes.
async fn failed(session: &mut Session, app: &App, ctx: &Ctx, before: &Subscription, decline: &str) -> Result<()> {
    let (after, next) = before.clone().renewal_failed(ctx.now);
    let details = [("decline", json!(decline))];
    let saved = SavedAs {
        action: "subscription.renewal_failed",
        details: &details,
    };
    let after = state::save(session, app, ctx, before, after, saved).await?;
    match next {
        RenewalFailure::RetryAt(at) => {
            let job = Job {
                organization: ctx.org(),
                id: app.id(),
                kind: JobKind::Renew,
                subject: after.id.uuid(),
                payload: "{}".to_owned(),
                at,
                attempts: 0,
                last_error: None,
            };
            job::put(session, &job).await?;
        }
        RenewalFailure::LastTry { .. } => {
            job::remove(session, ctx.org(), JobKind::Renew, after.id.uuid()).await?;
        }
    }
    Ok(())
}
