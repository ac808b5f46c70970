//! Epochs with their secrets, the numbers given out in each, and the batches that took them.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::BatchId;
use aktiver_domain::product_key::KeyNumber;
use aktiver_domain::redemption::Batch;

use crate::engine::{Error, Result, Row, Session};
use crate::values::{small, unsigned, whole};
use crate::{params, statements};

macro_rules! columns {
    () => {
        "id, epoch, first_number, key_count, product_id, quantity, term, country, redeem_by, label, created_at, revoked_at"
    };
}

statements! {
    INSERT_SECRET both
        "insert into vendor_secret (epoch, wrapped, next_number, created_at) values ($1, $2, 0, $3)";
    SECRETS both "select epoch, wrapped from vendor_secret order by epoch";
    /// One statement: whoever waits for the row sees the number that the one before has left.
    RESERVE both
        "update vendor_secret set next_number = next_number + $2 where epoch = $1 and next_number + $2 <= $3 \
         returning next_number - $2 as first_number";
    NEXT_NUMBER both "select next_number from vendor_secret where epoch = $1";
    INSERT_BATCH both concat!(
        "insert into key_batch (", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    );
    BATCHES both concat!("select ", columns!(), " from key_batch order by created_at desc, id desc limit $1");
    BATCH both concat!("select ", columns!(), " from key_batch where id = $1");
    BATCH_OF both concat!(
        "select ", columns!(), " from key_batch where epoch = $1 and first_number <= $2 order by first_number desc limit 1"
    );
    REVOKE_BATCH both "update key_batch set revoked_at = $2 where id = $1 and revoked_at is null";
    /// The same range again stays as it was; a longer one from the same number takes its place.
    REVOKE_RANGE both
        "insert into key_revocation (epoch, first_number, last_number, revoked_at, reason) values ($1, $2, $3, $4, $5) \
         on conflict (epoch, first_number) do update \
         set last_number = excluded.last_number, revoked_at = excluded.revoked_at, reason = excluded.reason \
         where key_revocation.last_number < excluded.last_number";
    IS_REVOKED both
        "select 1 as revoked from key_revocation where epoch = $1 and first_number <= $2 and last_number >= $2 limit 1";
}

/// Stores an epoch's secret, wrapped by the root key; its first number is 0.
///
/// # Errors
/// [`Error::Unique`] `vendor_secret_pk`; [`Error::Check`] `vendor_secret_epoch` past 31.
pub async fn insert_secret(s: &mut Session, epoch: u8, wrapped: &[u8], now: Timestamp) -> Result<()> {
    s.execute(&INSERT_SECRET, params![epoch, wrapped, now]).await.map(drop)
}

/// Every epoch's wrapped secret.
pub async fn secrets(s: &mut Session) -> Result<Vec<(u8, Vec<u8>)>> {
    let rows = s.fetch_all(&SECRETS, params![]).await?;
    rows.iter()
        .map(|row| Ok((small(row, "epoch")?, row.blob("wrapped")?)))
        .collect()
}

/// Gives out `count` numbers of an epoch that nobody else ever gets; the first of them is returned. Concurrent callers wait for each other.
///
/// # Errors
/// [`Error::Exhausted`] past the last number; nothing is given out then. [`Error::NotFound`] without the epoch's secret.
pub async fn reserve_numbers(s: &mut Session, epoch: u8, count: u64) -> Result<u64> {
    let exhausted = || Error::Exhausted {
        what: "the epoch's product key numbers",
    };
    let end = KeyNumber::MAX.get() + 1;
    if count > end {
        return Err(exhausted());
    }
    let params = params![
        epoch,
        whole("the number of keys", count)?,
        whole("the last number", end)?
    ];
    let rows = s.fetch_all(&RESERVE, params).await?;
    match rows.first() {
        Some(row) => unsigned(row, "first_number"),
        None => {
            s.fetch_one(&NEXT_NUMBER, params![epoch]).await?;
            Err(exhausted())
        }
    }
}

/// Stores a batch over numbers that [`reserve_numbers`] gave.
///
/// # Errors
/// [`Error::Unique`] `key_batch_range_unique` if a batch begins at the same number; [`Error::ForeignKey`] for an unknown product.
pub async fn insert_batch(s: &mut Session, batch: &Batch) -> Result<()> {
    let params = params![
        batch.id,
        batch.epoch,
        whole("the first number", batch.first_number)?,
        whole("the number of keys", batch.count)?,
        batch.product,
        batch.quantity,
        batch.term.as_str(),
        batch.country.as_deref(),
        batch.redeem_by,
        &batch.label,
        batch.created_at,
        batch.revoked_at,
    ];
    s.execute(&INSERT_BATCH, params).await.map(drop)
}

/// Batches, newest first.
pub async fn batches(s: &mut Session, limit: u32) -> Result<Vec<Batch>> {
    let rows = s.fetch_all(&BATCHES, params![limit]).await?;
    rows.iter().map(from_row).collect()
}

/// One batch.
pub async fn batch(s: &mut Session, id: BatchId) -> Result<Option<Batch>> {
    let row = s.fetch_optional(&BATCH, params![id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// The batch that a number belongs to.
pub async fn batch_of(s: &mut Session, epoch: u8, number: u64) -> Result<Option<Batch>> {
    let params = params![epoch, whole("the key's number", number)?];
    let row = s.fetch_optional(&BATCH_OF, params).await?;
    let found = row.as_ref().map(from_row).transpose()?;
    Ok(found.filter(|batch| batch.contains(number)))
}

/// Withdraws a batch; `false` if it was already, or is unknown.
pub async fn revoke_batch(s: &mut Session, id: BatchId, at: Timestamp) -> Result<bool> {
    Ok(s.execute(&REVOKE_BATCH, params![id, at]).await? > 0)
}

/// Withdraws the keys from `first` to `last`, both included.
///
/// # Errors
/// [`Error::Check`] `key_revocation_range` if `last` is before `first`.
pub async fn revoke_range(
    s: &mut Session,
    epoch: u8,
    first: u64,
    last: u64,
    at: Timestamp,
    reason: &str,
) -> Result<()> {
    let (first, last) = (whole("the first number", first)?, whole("the last number", last)?);
    s.execute(&REVOKE_RANGE, params![epoch, first, last, at, reason])
        .await
        .map(drop)
}

/// Whether a key lies in a withdrawn range; its batch may be withdrawn besides.
pub async fn is_revoked(s: &mut Session, epoch: u8, number: u64) -> Result<bool> {
    let params = params![epoch, whole("the key's number", number)?];
    Ok(s.fetch_optional(&IS_REVOKED, params).await?.is_some())
}

fn from_row(row: &Row) -> Result<Batch> {
    Ok(Batch {
        id: row.typed_id("id")?,
        epoch: small(row, "epoch")?,
        first_number: unsigned(row, "first_number")?,
        count: unsigned(row, "key_count")?,
        product: row.typed_id("product_id")?,
        quantity: row.count("quantity")?,
        term: row.parse("term")?,
        country: row.opt_text("country")?,
        redeem_by: row.opt_instant("redeem_by")?,
        label: row.text("label")?,
        created_at: row.instant("created_at")?,
        revoked_at: row.opt_instant("revoked_at")?,
    })
}
