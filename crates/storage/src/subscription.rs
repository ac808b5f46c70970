//! Subscriptions: the facts of each, and the instants that follow from them.

use aktiver_domain::calendar::Period;
use aktiver_domain::ids::{OrganizationId, PaymentMethodId, ProductId, SubscriptionId};
use aktiver_domain::subscription::{Instants, Standing, Subscription};
use uuid::Uuid;

use crate::engine::{Error, Param, Result, Row, Session};
use crate::values::must_be_unit;
use crate::{params, statements};

macro_rules! columns {
    () => {
        "organization_id, id, product_id, channel, term, quantity, created_at, anchor, period_start, period_end, recurring, standing, \
         standing_at, cut_why, hold_since, settled_to, starts, renews, expires, disables, deletes, payment_method_id, purchase_order, \
         seller, replaces, replaced_by, parent_id, version"
    };
}

statements! {
    INSERT both concat!(
        "insert into subscription (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)"
    );
    /// The placeholders stand in the order of [`INSERT`], so that both are bound alike.
    UPDATE both
        "update subscription set product_id = $3, channel = $4, term = $5, quantity = $6, created_at = $7, anchor = $8, period_start = $9, \
         period_end = $10, recurring = $11, standing = $12, standing_at = $13, cut_why = $14, hold_since = $15, settled_to = $16, \
         starts = $17, renews = $18, expires = $19, disables = $20, deletes = $21, payment_method_id = $22, purchase_order = $23, \
         seller = $24, replaces = $25, replaced_by = $26, parent_id = $27, version = version + 1 \
         where organization_id = $1 and id = $2 and version = $28";
    GET both concat!("select ", columns!(), " from subscription where organization_id = $1 and id = $2");
    LOCK
        sqlite (concat!("select ", columns!(), " from subscription where organization_id = $1 and id = $2"))
        postgres (concat!("select ", columns!(), " from subscription where organization_id = $1 and id = $2 for update"));
    LIST both concat!("select ", columns!(), " from subscription where organization_id = $1 order by created_at, id");
    OF_PRODUCT both concat!(
        "select ", columns!(), " from subscription where organization_id = $1 and product_id = $2 order by created_at, id"
    );
    OF_PRODUCTS
        sqlite (concat!(
            "select ", columns!(), " from subscription where organization_id = $1 \
             and product_id in (select unhex(value) from json_each($2)) order by created_at, id"
        ))
        postgres (concat!(
            "select ", columns!(), " from subscription where organization_id = $1 and product_id = any($2) order by created_at, id"
        ));
    PAID_WITH both
        "select id from subscription where organization_id = $1 and payment_method_id = $2 and standing <> 'deleted' order by id";
    LIST_ALL both concat!(
        "select ", columns!(), " from subscription where (organization_id, id) > ($1, $2) order by organization_id, id limit $3"
    );
}

/// Stores a new subscription, with its version as given.
///
/// # Errors
/// [`Error::Unique`] `subscription_pk`; [`Error::ForeignKey`] if organization or product is unknown.
pub async fn insert(s: &mut Session, subscription: &Subscription) -> Result<()> {
    s.execute(&INSERT, to_params(subscription)).await.map(drop)
}

/// Stores what changed, and the instants that follow. The stored version becomes one more than that of `subscription`, which the
/// caller's copy keeps: read it again before another write.
///
/// # Errors
/// [`Error::Stale`] if the stored version is another, or there is no such subscription.
pub async fn update(s: &mut Session, subscription: &Subscription) -> Result<()> {
    match s.execute(&UPDATE, to_params(subscription)).await? {
        0 => Err(Error::Stale {
            what: "the subscription",
        }),
        _ => Ok(()),
    }
}

/// A subscription of the organization.
pub async fn get(s: &mut Session, organization: OrganizationId, id: SubscriptionId) -> Result<Option<Subscription>> {
    let row = s.fetch_optional(&GET, params![organization, id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// A subscription of the organization, kept from everyone else until the unit of work ends.
///
/// # Errors
/// [`Error::ReadOnly`] outside a unit of work.
pub async fn lock(s: &mut Session, organization: OrganizationId, id: SubscriptionId) -> Result<Option<Subscription>> {
    must_be_unit(s, &LOCK)?;
    let row = s.fetch_optional(&LOCK, params![organization, id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// Every subscription of the organization, also deleted ones, oldest first.
pub async fn list(s: &mut Session, organization: OrganizationId) -> Result<Vec<Subscription>> {
    let rows = s.fetch_all(&LIST, params![organization]).await?;
    rows.iter().map(from_row).collect()
}

/// [`list`], each with its stored instants: to check that they follow from the facts.
pub(crate) async fn list_with_instants(
    s: &mut Session,
    organization: OrganizationId,
) -> Result<Vec<(Subscription, Instants)>> {
    let rows = s.fetch_all(&LIST, params![organization]).await?;
    rows.iter().map(|row| Ok((from_row(row)?, instants(row)?))).collect()
}

/// Every subscription of one product, oldest first.
pub async fn of_product(
    s: &mut Session,
    organization: OrganizationId,
    product: ProductId,
) -> Result<Vec<Subscription>> {
    let rows = s.fetch_all(&OF_PRODUCT, params![organization, product]).await?;
    rows.iter().map(from_row).collect()
}

/// Every subscription of these products, oldest first.
pub async fn of_products(
    s: &mut Session,
    organization: OrganizationId,
    products: &[ProductId],
) -> Result<Vec<Subscription>> {
    let rows = s.fetch_all(&OF_PRODUCTS, params![organization, products]).await?;
    rows.iter().map(from_row).collect()
}

/// The subscriptions whose bills go to a payment method, those stored as deleted aside (INV-7).
pub async fn paid_with(
    s: &mut Session,
    organization: OrganizationId,
    method: PaymentMethodId,
) -> Result<Vec<SubscriptionId>> {
    let rows = s.fetch_all(&PAID_WITH, params![organization, method]).await?;
    rows.iter().map(|row| row.typed_id("id")).collect()
}

/// Subscriptions of all organizations, in pages: for the operator alone.
pub async fn list_all(
    s: &mut Session,
    after: Option<(OrganizationId, SubscriptionId)>,
    limit: u32,
) -> Result<Vec<Subscription>> {
    let (organization, id) = after.map_or((Uuid::nil(), Uuid::nil()), |(o, s)| (o.uuid(), s.uuid()));
    let rows = s.fetch_all(&LIST_ALL, params![organization, id, limit]).await?;
    rows.iter().map(from_row).collect()
}

fn to_params(subscription: &Subscription) -> Vec<Param> {
    let instants = subscription.instants();
    let (standing, at, why) = match subscription.standing {
        Standing::Pending => ("pending", None, None),
        Standing::Running => ("running", None, None),
        Standing::PaymentFailing { since } => ("paymentFailing", Some(since), None),
        Standing::Cut { at, why } => ("cut", Some(at), Some(why.as_str())),
        Standing::Deleted { at } => ("deleted", Some(at), None),
    };
    params![
        subscription.organization,
        subscription.id,
        subscription.product,
        subscription.channel.as_str(),
        subscription.term.as_str(),
        subscription.quantity,
        subscription.created_at,
        subscription.anchor,
        subscription.period.start,
        subscription.period.end,
        subscription.recurring,
        standing,
        at,
        why,
        subscription.hold,
        subscription.settled_to,
        instants.starts,
        instants.renews,
        instants.expires,
        instants.disables,
        instants.deletes,
        subscription.payment_method,
        subscription.purchase_order.as_deref(),
        subscription.seller.as_deref(),
        subscription.replaces,
        subscription.replaced_by,
        subscription.parent,
        subscription.version,
    ]
}

fn from_row(row: &Row) -> Result<Subscription> {
    let standing = match row.text("standing")?.as_str() {
        "pending" => Standing::Pending,
        "running" => Standing::Running,
        "paymentFailing" => Standing::PaymentFailing {
            since: row.instant("standing_at")?,
        },
        "cut" => Standing::Cut {
            at: row.instant("standing_at")?,
            why: row.parse("cut_why")?,
        },
        "deleted" => Standing::Deleted {
            at: row.instant("standing_at")?,
        },
        other => return Err(row.bad("standing", format_args!("{other:?} is no standing"))),
    };
    Ok(Subscription {
        id: row.typed_id("id")?,
        organization: row.typed_id("organization_id")?,
        product: row.typed_id("product_id")?,
        channel: row.parse("channel")?,
        term: row.parse("term")?,
        quantity: row.count("quantity")?,
        created_at: row.instant("created_at")?,
        anchor: row.instant("anchor")?,
        period: Period {
            start: row.instant("period_start")?,
            end: row.instant("period_end")?,
        },
        recurring: row.bool("recurring")?,
        standing,
        hold: row.opt_instant("hold_since")?,
        settled_to: row.instant("settled_to")?,
        payment_method: row.opt_typed_id("payment_method_id")?,
        purchase_order: row.opt_text("purchase_order")?,
        seller: row.opt_text("seller")?,
        replaces: row.opt_typed_id("replaces")?,
        replaced_by: row.opt_typed_id("replaced_by")?,
        parent: row.opt_typed_id("parent_id")?,
        version: row.int("version")?,
    })
}

/// The stored instants of a row.
pub(crate) fn instants(row: &Row) -> Result<Instants> {
    Ok(Instants {
        starts: row.opt_instant("starts")?,
        renews: row.opt_instant("renews")?,
        expires: row.opt_instant("expires")?,
        disables: row.opt_instant("disables")?,
        deletes: row.opt_instant("deletes")?,
    })
}
