//! Redeemed keys, each exactly once among all organizations (INV-6).

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{BatchId, OrderId, OrganizationId, SubscriptionId};

use crate::engine::{Result, Row, Session};
use crate::values::{small, unsigned, whole};
use crate::{params, statements};

macro_rules! columns {
    () => {
        "epoch, number, batch_id, organization_id, order_id, subscription_id, last_five, actor, at"
    };
}

statements! {
    INSERT_REDEMPTION both concat!(
        "insert into redemption (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    REDEMPTION both concat!("select ", columns!(), " from redemption where epoch = $1 and number = $2");
    REDEMPTIONS both concat!("select ", columns!(), " from redemption where organization_id = $1 order by at, epoch, number");
    REDEEMED_IN_BATCH both "select count(*) as n from redemption where batch_id = $1";
}

/// One key that was redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    pub epoch: u8,
    pub number: u64,
    pub batch: BatchId,
    pub organization: OrganizationId,
    pub order: OrderId,
    pub subscription: SubscriptionId,
    /// The last five symbols, to show.
    pub last_five: String,
    pub actor: String,
    pub at: Timestamp,
}

/// Stores a redemption.
///
/// # Errors
/// [`Error::Unique`](crate::engine::Error::Unique) `redemption_pk` if the key is redeemed already, by whomever.
pub async fn insert_redemption(s: &mut Session, redemption: &Redemption) -> Result<()> {
    let params = params![
        redemption.epoch,
        whole("the key's number", redemption.number)?,
        redemption.batch,
        redemption.organization,
        redemption.order,
        redemption.subscription,
        &redemption.last_five,
        &redemption.actor,
        redemption.at,
    ];
    s.execute(&INSERT_REDEMPTION, params).await.map(drop)
}

/// The redemption of a key, by whatever organization: say nothing of another one's but that it exists.
pub async fn redemption(s: &mut Session, epoch: u8, number: u64) -> Result<Option<Redemption>> {
    let params = params![epoch, whole("the key's number", number)?];
    let row = s.fetch_optional(&REDEMPTION, params).await?;
    row.as_ref().map(from_row).transpose()
}

/// The organization's redemptions, oldest first.
pub async fn redemptions(s: &mut Session, organization: OrganizationId) -> Result<Vec<Redemption>> {
    let rows = s.fetch_all(&REDEMPTIONS, params![organization]).await?;
    rows.iter().map(from_row).collect()
}

/// How many keys of a batch are redeemed.
pub async fn redeemed_in_batch(s: &mut Session, batch: BatchId) -> Result<u64> {
    unsigned(&s.fetch_one(&REDEEMED_IN_BATCH, params![batch]).await?, "n")
}

pub(crate) fn from_row(row: &Row) -> Result<Redemption> {
    Ok(Redemption {
        epoch: small(row, "epoch")?,
        number: unsigned(row, "number")?,
        batch: row.typed_id("batch_id")?,
        organization: row.typed_id("organization_id")?,
        order: row.typed_id("order_id")?,
        subscription: row.typed_id("subscription_id")?,
        last_five: row.text("last_five")?,
        actor: row.text("actor")?,
        at: row.instant("at")?,
    })
}
