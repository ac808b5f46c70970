//! Cards and invoice agreements, by the gateway's reference.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{OrganizationId, PaymentMethodId, UserId};

use crate::engine::{Error, Result, Row, Session};
use crate::{params, statements};

macro_rules! columns {
    () => {
        "organization_id, id, kind, label, brand, last_four, expiry, holder, country, reference, added_by, created_at, deleted_at"
    };
}

statements! {
    INSERT_METHOD both concat!(
        "insert into payment_method (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    METHOD both concat!(
        "select ", columns!(), " from payment_method where organization_id = $1 and id = $2 and deleted_at is null"
    );
    METHODS both concat!(
        "select ", columns!(), " from payment_method where organization_id = $1 and deleted_at is null order by created_at, id"
    );
    UPDATE_METHOD both
        "update payment_method set label = $3, brand = $4, last_four = $5, expiry = $6, holder = $7, country = $8, reference = $9 \
         where organization_id = $1 and id = $2 and deleted_at is null";
    DELETE_METHOD both
        "update payment_method set deleted_at = $3 where organization_id = $1 and id = $2 and deleted_at is null";
}

/// How a method pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MethodKind {
    Invoice,
    SandboxCard,
    Stripe,
}

aktiver_domain::text_enum! { MethodKind, "kind of payment method" { Invoice = "invoice", SandboxCard = "sandboxCard", Stripe = "stripe" } }

/// A card or an invoice agreement of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethod {
    pub organization: OrganizationId,
    pub id: PaymentMethodId,
    pub kind: MethodKind,
    pub label: String,
    pub brand: Option<String>,
    pub last_four: Option<String>,
    /// `MM/YY`.
    pub expiry: Option<String>,
    pub holder: Option<String>,
    pub country: String,
    /// The gateway's reference, never a card number.
    pub reference: String,
    pub added_by: Option<UserId>,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// Stores a new method.
pub async fn insert_method(s: &mut Session, method: &PaymentMethod) -> Result<()> {
    let params = params![
        method.organization,
        method.id,
        method.kind.as_str(),
        &method.label,
        method.brand.as_deref(),
        method.last_four.as_deref(),
        method.expiry.as_deref(),
        method.holder.as_deref(),
        &method.country,
        &method.reference,
        method.added_by,
        method.created_at,
        method.deleted_at,
    ];
    s.execute(&INSERT_METHOD, params).await.map(drop)
}

/// A method that is not deleted.
pub async fn method(
    s: &mut Session,
    organization: OrganizationId,
    id: PaymentMethodId,
) -> Result<Option<PaymentMethod>> {
    let row = s.fetch_optional(&METHOD, params![organization, id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// The organization's methods that are not deleted, oldest first.
pub async fn methods(s: &mut Session, organization: OrganizationId) -> Result<Vec<PaymentMethod>> {
    let rows = s.fetch_all(&METHODS, params![organization]).await?;
    rows.iter().map(from_row).collect()
}

/// Stores label, card details, holder, country and reference; kind, origin and dates stay.
///
/// # Errors
/// [`Error::Stale`] if it is deleted or unknown.
pub async fn update_method(s: &mut Session, method: &PaymentMethod) -> Result<()> {
    let params = params![
        method.organization,
        method.id,
        &method.label,
        method.brand.as_deref(),
        method.last_four.as_deref(),
        method.expiry.as_deref(),
        method.holder.as_deref(),
        &method.country,
        &method.reference,
    ];
    match s.execute(&UPDATE_METHOD, params).await? {
        0 => Err(Error::Stale {
            what: "the payment method",
        }),
        _ => Ok(()),
    }
}

/// Deletes a method, which stays in the records; `false` if it was deleted already or unknown. The caller has asked
/// [`paid_with`](crate::subscription::paid_with) first (INV-7).
pub async fn delete_method(
    s: &mut Session,
    organization: OrganizationId,
    id: PaymentMethodId,
    at: Timestamp,
) -> Result<bool> {
    Ok(s.execute(&DELETE_METHOD, params![organization, id, at]).await? > 0)
}

fn from_row(row: &Row) -> Result<PaymentMethod> {
    Ok(PaymentMethod {
        organization: row.typed_id("organization_id")?,
        id: row.typed_id("id")?,
        kind: row.parse("kind")?,
        label: row.text("label")?,
        brand: row.opt_text("brand")?,
        last_four: row.opt_text("last_four")?,
        expiry: row.opt_text("expiry")?,
        holder: row.opt_text("holder")?,
        country: row.text("country")?,
        reference: row.text("reference")?,
        added_by: row.opt_typed_id("added_by")?,
        created_at: row.instant("created_at")?,
        deleted_at: row.opt_instant("deleted_at")?,
    })
}
