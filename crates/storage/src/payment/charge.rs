//! Charges that are meant: stored before the gateway is called, closed when its answer is known.

use aktiver_domain::ids::{ChargeId, OrganizationId, PaymentMethodId, SubscriptionId};
use aktiver_domain::{Money, Timestamp};

use crate::engine::{Error, Result, Row, Session};
use crate::values::{JsonText, money, must_be_unit};
use crate::{params, statements};

macro_rules! columns {
    () => {
        "organization_id, id, subscription_id, purpose, state, amount_minor, currency, payment_method_id, command, actor, \
         gateway_reference, decline, created_at, closed_at"
    };
}

statements! {
    INSERT_INTENT both concat!(
        "insert into charge_intent (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    INTENT both concat!("select ", columns!(), " from charge_intent where organization_id = $1 and id = $2");
    LOCK_INTENT
        sqlite (concat!("select ", columns!(), " from charge_intent where organization_id = $1 and id = $2"))
        postgres (concat!("select ", columns!(), " from charge_intent where organization_id = $1 and id = $2 for update"));
    CLOSE_INTENT both
        "update charge_intent set state = $3, gateway_reference = coalesce($4, gateway_reference), decline = coalesce($5, decline), \
         closed_at = $6 where organization_id = $1 and id = $2 and (state = 'open' or (state = 'succeeded' and $3 = 'refunded'))";
    OPEN_INTENTS both concat!(
        "select ", columns!(), " from charge_intent where organization_id = $1 and state = 'open' order by created_at, id"
    );
    ALL_OPEN_INTENTS both concat!(
        "select ", columns!(), " from charge_intent where state = 'open' and created_at < $1 order by created_at, organization_id, id limit $2"
    );
    INTENTS_OF both concat!(
        "select ", columns!(), " from charge_intent where organization_id = $1 and subscription_id = $2 order by created_at, id"
    );
}

/// What a charge is for. A subscription has at most one open charge of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    Reactivate,
    Renew,
    Quantity,
    Purchase,
}

aktiver_domain::text_enum! { Purpose, "purpose of a charge" {
    Reactivate = "reactivate",
    Renew = "renew",
    Quantity = "quantity",
    Purchase = "purchase",
}}

/// What became of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeState {
    /// Nobody knows yet whether money moved.
    Open,
    Succeeded,
    Declined,
    /// Money moved, but what it was for was no longer possible.
    Refunded,
    /// Given up before money moved.
    Abandoned,
}

aktiver_domain::text_enum! { ChargeState, "state of a charge" {
    Open = "open",
    Succeeded = "succeeded",
    Declined = "declined",
    Refunded = "refunded",
    Abandoned = "abandoned",
}}

/// One charge; its id is the gateway's idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeIntent {
    pub organization: OrganizationId,
    pub id: ChargeId,
    pub subscription: SubscriptionId,
    pub purpose: Purpose,
    pub state: ChargeState,
    pub amount: Money,
    pub payment_method: PaymentMethodId,
    /// The command that is decided again once the charge has succeeded.
    pub command: JsonText,
    pub actor: String,
    pub gateway_reference: Option<String>,
    /// Why the gateway declined.
    pub decline: Option<String>,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Stores a charge before the gateway is called.
///
/// # Errors
/// [`Error::Unique`] `charge_intent_open_unique` while another charge of the subscription for the same purpose is open.
pub async fn insert_intent(s: &mut Session, intent: &ChargeIntent) -> Result<()> {
    let params = params![
        intent.organization,
        intent.id,
        intent.subscription,
        intent.purpose.as_str(),
        intent.state.as_str(),
        intent.amount.minor,
        intent.amount.currency.code(),
        intent.payment_method,
        &intent.command,
        &intent.actor,
        intent.gateway_reference.as_deref(),
        intent.decline.as_deref(),
        intent.created_at,
        intent.closed_at,
    ];
    s.execute(&INSERT_INTENT, params).await.map(drop)
}

/// A charge of the organization.
pub async fn intent(s: &mut Session, organization: OrganizationId, id: ChargeId) -> Result<Option<ChargeIntent>> {
    let row = s.fetch_optional(&INTENT, params![organization, id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// A charge of the organization, kept from everyone else until the unit of work ends.
///
/// # Errors
/// [`Error::ReadOnly`] outside a unit of work.
pub async fn lock_intent(s: &mut Session, organization: OrganizationId, id: ChargeId) -> Result<Option<ChargeIntent>> {
    must_be_unit(s, &LOCK_INTENT)?;
    let row = s.fetch_optional(&LOCK_INTENT, params![organization, id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// Closes an open charge, or notes the refund of one that succeeded. A reference or decline that is `None` leaves the stored one.
///
/// # Errors
/// [`Error::Stale`] if it is closed already, or unknown.
pub async fn close_intent(
    s: &mut Session,
    organization: OrganizationId,
    id: ChargeId,
    state: ChargeState,
    gateway_reference: Option<&str>,
    decline: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    let params = params![organization, id, state.as_str(), gateway_reference, decline, at];
    match s.execute(&CLOSE_INTENT, params).await? {
        0 => Err(Error::Stale { what: "the charge" }),
        _ => Ok(()),
    }
}

/// The organization's open charges, oldest first.
pub async fn open_intents(s: &mut Session, organization: OrganizationId) -> Result<Vec<ChargeIntent>> {
    let rows = s.fetch_all(&OPEN_INTENTS, params![organization]).await?;
    rows.iter().map(from_row).collect()
}

/// Open charges of all organizations made before `older_than`, oldest first: for the worker alone.
pub async fn all_open_intents(s: &mut Session, older_than: Timestamp, limit: u32) -> Result<Vec<ChargeIntent>> {
    let rows = s.fetch_all(&ALL_OPEN_INTENTS, params![older_than, limit]).await?;
    rows.iter().map(from_row).collect()
}

/// Every charge of a subscription, oldest first.
pub async fn intents_of(
    s: &mut Session,
    organization: OrganizationId,
    subscription: SubscriptionId,
) -> Result<Vec<ChargeIntent>> {
    let rows = s.fetch_all(&INTENTS_OF, params![organization, subscription]).await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<ChargeIntent> {
    Ok(ChargeIntent {
        organization: row.typed_id("organization_id")?,
        id: row.typed_id("id")?,
        subscription: row.typed_id("subscription_id")?,
        purpose: row.parse("purpose")?,
        state: row.parse("state")?,
        amount: money(row, "amount_minor", "currency")?,
        payment_method: row.typed_id("payment_method_id")?,
        command: row.text("command")?,
        actor: row.text("actor")?,
        gateway_reference: row.opt_text("gateway_reference")?,
        decline: row.opt_text("decline")?,
        created_at: row.instant("created_at")?,
        closed_at: row.opt_instant("closed_at")?,
    })
}
