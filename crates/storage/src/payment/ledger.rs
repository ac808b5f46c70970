//! What an organization owes (positive) or is owed (negative), line by line.

use aktiver_domain::ids::{ChargeId, LedgerEntryId, OrganizationId, SubscriptionId};
use aktiver_domain::{Money, Timestamp};

use crate::engine::{Result, Row, Session};
use crate::values::money;
use crate::{params, statements};

macro_rules! columns {
    () => {
        "organization_id, id, at, kind, subscription_id, charge_id, quantity, amount_minor, currency, text"
    };
}

/// Where a line stands among those of one instant, whose ids are random: what is owed, what is credited, what is paid.
macro_rules! rank {
    () => {
        "case kind when 'Payment' then 2 when 'Credit' then 1 else 0 end"
    };
}

statements! {
    INSERT_LEDGER both concat!(
        "insert into ledger_entry (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    LEDGER both concat!(
        "select ", columns!(), " from ledger_entry where organization_id = $1 order by at desc, ", rank!(), " desc, id desc limit $2"
    );
    LINES_OF both concat!(
        "select ", columns!(), " from ledger_entry where organization_id = $1 and subscription_id = $2 and at >= $3 order by at, ", rank!(), ", id"
    );
    BALANCE both
        "select currency, cast(sum(amount_minor) as bigint) as amount_minor from ledger_entry where organization_id = $1 group by currency";
    /// Lines on account that are younger than their terms do not count yet; what was paid or credited counts at once.
    OVERDUE both
        "select currency, cast(sum(case when amount_minor > 0 and at >= $2 then 0 else amount_minor end) as bigint) as amount_minor \
         from ledger_entry where organization_id = $1 group by currency";
    PAID_FOR both
        "select currency, cast(sum(amount_minor) as bigint) as amount_minor from ledger_entry \
         where organization_id = $1 and subscription_id = $2 and at >= $3 and amount_minor > 0 \
         and kind in ('Purchase', 'Renew', 'Re-enable', 'Add quantity') group by currency";
}

/// What a line is about; the texts are those of the billing pages (SPEC 16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerKind {
    Purchase,
    Renew,
    ReEnable,
    AddQuantity,
    RemoveQuantity,
    Cancel,
    Convert,
    Credit,
    Payment,
}

aktiver_domain::text_enum! { LedgerKind, "kind of ledger entry" {
    Purchase = "Purchase",
    Renew = "Renew",
    ReEnable = "Re-enable",
    AddQuantity = "Add quantity",
    RemoveQuantity = "Remove quantity",
    Cancel = "Cancel",
    Convert = "Convert",
    Credit = "Credit",
    Payment = "Payment",
}}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    pub organization: OrganizationId,
    pub id: LedgerEntryId,
    pub at: Timestamp,
    pub kind: LedgerKind,
    pub subscription: Option<SubscriptionId>,
    pub charge: Option<ChargeId>,
    pub quantity: Option<u32>,
    /// Positive: the organization owes it.
    pub amount: Money,
    pub text: String,
}

/// Stores a line; lines are never changed.
pub async fn insert_ledger(s: &mut Session, entry: &LedgerEntry) -> Result<()> {
    let params = params![
        entry.organization,
        entry.id,
        entry.at,
        entry.kind.as_str(),
        entry.subscription,
        entry.charge,
        entry.quantity,
        entry.amount.minor,
        entry.amount.currency.code(),
        &entry.text,
    ];
    s.execute(&INSERT_LEDGER, params).await.map(drop)
}

/// The organization's lines, newest first; of one instant a payment stands above what it pays.
pub async fn ledger(s: &mut Session, organization: OrganizationId, limit: u32) -> Result<Vec<LedgerEntry>> {
    let rows = s.fetch_all(&LEDGER, params![organization, limit]).await?;
    rows.iter().map(from_row).collect()
}

/// The sum of all lines; `None` without any.
///
/// # Errors
/// [`Error::BadRow`](crate::engine::Error::BadRow) if lines are in several currencies, which the first purchase forbids.
pub async fn balance(s: &mut Session, organization: OrganizationId) -> Result<Option<Money>> {
    one_sum(&s.fetch_all(&BALANCE, params![organization]).await?)
}

/// What is owed by lines from before `since`; `None` when nothing is.
///
/// # Errors
/// As [`balance`].
pub async fn overdue(s: &mut Session, organization: OrganizationId, since: Timestamp) -> Result<Option<Money>> {
    let owed = one_sum(&s.fetch_all(&OVERDUE, params![organization, since]).await?)?;
    Ok(owed.filter(|owed| owed.minor > 0))
}

/// What was charged for a subscription at or after `since`: purchase, renewals, re-enabling and added units. `None` if nothing was.
///
/// # Errors
/// As [`balance`].
pub async fn paid_for(
    s: &mut Session,
    organization: OrganizationId,
    subscription: SubscriptionId,
    since: Timestamp,
) -> Result<Option<Money>> {
    one_sum(
        &s.fetch_all(&PAID_FOR, params![organization, subscription, since])
            .await?,
    )
}

/// The lines of a subscription at or after `since`, oldest first; of one instant a payment stands after what it pays.
pub async fn lines_of(
    s: &mut Session,
    organization: OrganizationId,
    subscription: SubscriptionId,
    since: Timestamp,
) -> Result<Vec<LedgerEntry>> {
    let rows = s
        .fetch_all(&LINES_OF, params![organization, subscription, since])
        .await?;
    rows.iter().map(from_row).collect()
}

fn one_sum(rows: &[Row]) -> Result<Option<Money>> {
    match rows {
        [] => Ok(None),
        [row] => money(row, "amount_minor", "currency").map(Some),
        [row, ..] => Err(row.bad("currency", "lines of one organization are in several currencies")),
    }
}

fn from_row(row: &Row) -> Result<LedgerEntry> {
    let quantity = match row.opt_int("quantity")? {
        Some(_) => Some(row.count("quantity")?),
        None => None,
    };
    Ok(LedgerEntry {
        organization: row.typed_id("organization_id")?,
        id: row.typed_id("id")?,
        at: row.instant("at")?,
        kind: row.parse("kind")?,
        subscription: row.opt_typed_id("subscription_id")?,
        charge: row.opt_typed_id("charge_id")?,
        quantity,
        amount: money(row, "amount_minor", "currency")?,
        text: row.text("text")?,
    })
}
