//! Moving money around one change: the intent is stored, the gateway is asked, the outcome is stored.
//!
//! No network call is made inside a unit of work. An intent that is left open, because the process died or the gateway did
//! not answer, is finished by the worker with the same id, so nothing is charged twice.

use aktiver_domain::Money;
use aktiver_domain::ids::{ChargeId, PaymentMethodId, SubscriptionId};
use aktiver_domain::refusal::PaymentRefusal;
use aktiver_storage::engine::Session;
use aktiver_storage::payment::{
    self, ChargeIntent, ChargeState, LedgerEntry, LedgerKind, MethodKind, PaymentMethod, Purpose,
};
use serde_json::Value;

use crate::app::App;
use crate::billing;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ports::{ChargeOutcome, ChargeRequest};

/// What a charge is for.
pub(crate) struct Intended<'a> {
    pub subscription: SubscriptionId,
    pub purpose: Purpose,
    pub amount: Money,
    pub method: PaymentMethodId,
    /// The command, for whoever finishes it.
    pub command: &'a Value,
}

/// Stores the intent, in the transaction that has checked the command.
///
/// # Errors
/// `PAYMENT_IN_PROGRESS` while another charge for the same thing is open.
pub(crate) async fn intend(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    intended: Intended<'_>,
) -> Result<ChargeIntent> {
    let intent = ChargeIntent {
        organization: ctx.org(),
        id: app.id(),
        subscription: intended.subscription,
        purpose: intended.purpose,
        state: ChargeState::Open,
        amount: intended.amount,
        payment_method: intended.method,
        command: intended.command.to_string(),
        actor: ctx.actor.reference().id,
        gateway_reference: None,
        decline: None,
        created_at: ctx.now,
        closed_at: None,
    };
    payment::insert_intent(session, &intent).await.map_err(|error| {
        if error.is_unique("charge_intent_open_unique") {
            PaymentRefusal::InProgress.into()
        } else {
            Error::from(error)
        }
    })?;
    Ok(intent)
}

/// Asks the gateway, outside any unit of work.
///
/// # Errors
/// [`Error::Busy`] when it does not answer: the intent stays open and is finished later.
pub(crate) async fn ask(app: &App, intent: &ChargeIntent, method: &PaymentMethod) -> Result<ChargeOutcome> {
    let request = request(intent, method);
    billing::gateway(app, method.kind)?
        .charge(&request)
        .await
        .map_err(|error| Error::Busy(error.to_string()))
}

/// Gives a charge back, outside any unit of work.
async fn give_back(app: &App, intent: &ChargeIntent, method: &PaymentMethod, reference: &str) -> Result<()> {
    billing::gateway(app, method.kind)?
        .refund(&request(intent, method), reference)
        .await
        .map_err(|error| Error::Busy(error.to_string()))
}

fn request(intent: &ChargeIntent, method: &PaymentMethod) -> ChargeRequest {
    ChargeRequest {
        id: intent.id,
        organization: intent.organization,
        amount: intent.amount,
        reference: method.reference.clone(),
        text: format!("{} {}", intent.purpose.as_str(), intent.subscription.prefixed()),
        at: intent.created_at,
    }
}

/// Locks an intent that is still open; `None` when somebody else has finished it.
pub(crate) async fn lock_open(session: &mut Session, ctx: &Ctx, id: ChargeId) -> Result<Option<ChargeIntent>> {
    let intent = payment::lock_intent(session, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("charge"))?;
    Ok(Some(intent).filter(|intent| intent.state == ChargeState::Open))
}

/// What became of an intent that somebody else has finished in the meantime: the worker and the request that made it may
/// both get the gateway's answer.
///
/// # Errors
/// The decline; `PAYMENT_IN_PROGRESS` where the money went back.
pub(crate) async fn already(session: &mut Session, ctx: &Ctx, id: ChargeId) -> Result<()> {
    let intent = payment::intent(session, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("charge"))?;
    match (intent.state, intent.decline) {
        (ChargeState::Succeeded, _) => Ok(()),
        (ChargeState::Declined, Some(decline)) if decline == AUTHENTICATION => {
            Err(PaymentRefusal::AuthenticationRequired.into())
        }
        (ChargeState::Declined, decline) => Err(PaymentRefusal::Declined {
            decline: decline.unwrap_or_default(),
        }
        .into()),
        (ChargeState::Open | ChargeState::Refunded | ChargeState::Abandoned, _) => {
            Err(PaymentRefusal::InProgress.into())
        }
    }
}

/// The first line of what is owed fixes the currency on the organization's row. Whoever may write it locks that row before
/// any pool, in the order of everyone else.
pub(crate) async fn lock_for_entry(session: &mut Session, ctx: &Ctx) -> Result<()> {
    if ctx.organization.currency.is_none() {
        aktiver_storage::organization::lock(session, ctx.org()).await?;
    }
    Ok(())
}

/// The context at the instant a charge was asked for: what it paid for is counted from then, however late it is known.
pub(crate) fn as_of(ctx: &Ctx, intent: &ChargeIntent) -> Ctx {
    Ctx {
        now: intent.created_at.min(ctx.now),
        ..ctx.clone()
    }
}

/// How a charge that wants its holder to authenticate is kept.
const AUTHENTICATION: &str = "authentication_required";

/// Closes an intent.
pub(crate) async fn close(
    session: &mut Session,
    ctx: &Ctx,
    id: ChargeId,
    state: ChargeState,
    reference: Option<&str>,
    decline: Option<&str>,
) -> Result<()> {
    payment::close_intent(session, ctx.org(), id, state, reference, decline, ctx.now).await?;
    Ok(())
}

/// The state has changed under a charge that went through: the money goes back, and the reason is told.
pub(crate) async fn undo(
    app: &App,
    ctx: &Ctx,
    intent: &ChargeIntent,
    method: &PaymentMethod,
    reference: &str,
    why: Error,
) -> Error {
    let undone = async {
        give_back(app, intent, method, reference).await?;
        let mut session = app.begin().await?;
        if lock_open(&mut session, ctx, intent.id).await?.is_some() {
            close(
                &mut session,
                ctx,
                intent.id,
                ChargeState::Refunded,
                Some(reference),
                None,
            )
            .await?;
        }
        session.commit().await?;
        Ok::<_, Error>(())
    };
    undone.await.err().unwrap_or(why)
}

/// A line of what is owed, and with a card at once the line that it was paid.
pub(crate) struct Entry<'a> {
    pub kind: LedgerKind,
    pub subscription: SubscriptionId,
    pub charge: Option<ChargeId>,
    pub quantity: u32,
    pub amount: Money,
    pub text: &'a str,
    /// How it was paid; `None` leaves it owed.
    pub paid_with: Option<MethodKind>,
}

/// Writes ledger lines, and fixes the organization's currency at its first purchase.
pub(crate) async fn enter(session: &mut Session, app: &App, ctx: &Ctx, entry: Entry<'_>) -> Result<()> {
    let charged = entry.amount;
    enter_charged(session, app, ctx, entry, charged).await
}

/// The same where a credit has lowered what was charged: the line says the whole, the payment what was charged.
pub(crate) async fn enter_charged(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    entry: Entry<'_>,
    charged: Money,
) -> Result<()> {
    if entry.amount.is_zero() {
        return Ok(());
    }
    aktiver_storage::organization::set_currency_if_unset(session, ctx.org(), entry.amount.currency).await?;
    let line = LedgerEntry {
        organization: ctx.org(),
        id: app.id(),
        at: ctx.now,
        kind: entry.kind,
        subscription: Some(entry.subscription),
        charge: entry.charge,
        quantity: Some(entry.quantity),
        amount: entry.amount,
        text: entry.text.to_owned(),
    };
    payment::insert_ledger(session, &line).await?;
    if !charged.is_zero() && entry.paid_with.is_some_and(|kind| kind != MethodKind::Invoice) {
        let paid = LedgerEntry {
            id: app.id(),
            kind: LedgerKind::Payment,
            quantity: None,
            amount: charged.negated()?,
            ..line
        };
        payment::insert_ledger(session, &paid).await?;
    }
    Ok(())
}

/// Turns a "no" of the gateway into the refusal the person sees; `None` when it went through.
pub(crate) fn refused(outcome: &ChargeOutcome) -> Option<(PaymentRefusal, String)> {
    match outcome {
        ChargeOutcome::Succeeded { .. } => None,
        ChargeOutcome::Declined { decline } => Some((
            PaymentRefusal::Declined {
                decline: decline.clone(),
            },
            decline.clone(),
        )),
        ChargeOutcome::AuthenticationRequired => {
            Some((PaymentRefusal::AuthenticationRequired, AUTHENTICATION.to_owned()))
        }
    }
}
