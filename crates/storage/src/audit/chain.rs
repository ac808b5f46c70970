//! Numbering and chaining of records, and the proof that nothing was changed since.

use std::fmt::Write as _;

use aktiver_domain::ids::OrganizationId;
use sha2::{Digest as _, Sha256};

use super::columns;
use crate::engine::{Result, Row, Session};
use crate::values::must_be_unit;
use crate::{params, statements};

statements! {
    /// One sealer per organization at a time; on SQLite the writer is exclusive. A lock of its own keeps business out of it.
    LOCK_SEALER
        sqlite "select $1 as held"
        postgres "select 1 as held from (select pg_advisory_xact_lock($1)) l";
    HEAD both
        "select seq, chain from audit where organization_id = $1 and seq is not null order by seq desc limit 1";
    UNSEALED both concat!("select ", columns!(), " from audit where organization_id = $1 and seq is null order by id limit $2");
    /// `$2` is a JSON array of [id, seq, chain], the bytes in hexadecimal digits.
    SEAL
        sqlite "update audit set seq = n.seq, chain = n.chain from (\
            select unhex(value ->> 0) as id, value ->> 1 as seq, unhex(value ->> 2) as chain from json_each($2)) n \
            where audit.organization_id = $1 and audit.id = n.id and audit.seq is null"
        postgres "update audit set seq = n.seq, chain = n.chain from (\
            select cast(value ->> 0 as uuid) as id, cast(value ->> 1 as bigint) as seq, decode(value ->> 2, 'hex') as chain \
            from json_array_elements(cast($2 as json)) as j(value)) n \
            where audit.organization_id = $1 and audit.id = n.id and audit.seq is null";
    SEALED both concat!(
        "select ", columns!(), " from audit where organization_id = $1 and seq > $2 order by seq limit $3"
    );
    /// SQLite would read the whole index of sealed records instead.
    UNSEALED_ORGANIZATIONS
        sqlite "select distinct organization_id from audit indexed by audit_unsealed where seq is null limit $1"
        postgres "select distinct organization_id from audit where seq is null limit $1";
}

/// The first record whose digest is not what its content and its predecessor's digest give, or that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit log is broken at record {seq}: it was changed, removed or put in")]
pub struct Broken {
    pub seq: i64,
}

/// Records read at once.
const PAGE: u32 = 1000;

/// Numbers and chains up to `limit` unsealed records, in the order of their ids; gives how many. A record that was committed after one
/// with a later id was sealed comes after it in the chain.
pub async fn seal(s: &mut Session, organization: OrganizationId, limit: u32) -> Result<u32> {
    must_be_unit(s, &LOCK_SEALER)?;
    s.fetch_one(&LOCK_SEALER, params![lock_number(organization)]).await?;
    let (mut seq, mut chain) = head(s, organization).await?.unwrap_or((0, [0; 32]));
    let rows = s.fetch_all(&UNSEALED, params![organization, limit]).await?;
    let Some(first) = rows.first() else {
        return Ok(0);
    };
    let mut sealed = String::from("[");
    for row in &rows {
        seq += 1;
        chain = digest(&chain, seq, row)?;
        let comma = if sealed.len() > 1 { "," } else { "" };
        let id = row.id("id")?;
        write!(sealed, "{comma}[\"{}\",{seq},\"{}\"]", id.simple(), hex(&chain)).map_err(|e| first.bad("chain", e))?;
    }
    sealed.push(']');
    let written = s.execute(&SEAL, params![organization, sealed]).await?;
    if usize::try_from(written) != Ok(rows.len()) {
        return Err(first.bad("seq", "records were sealed by someone else meanwhile"));
    }
    u32::try_from(written).map_err(|error| first.bad("seq", error))
}

/// The number and digest of the last sealed record: kept elsewhere, they show later whether the end of the log was cut off.
pub async fn head(s: &mut Session, organization: OrganizationId) -> Result<Option<(i64, [u8; 32])>> {
    match s.fetch_optional(&HEAD, params![organization]).await? {
        Some(row) => Ok(Some((row.int("seq")?, row.bytes("chain")?))),
        None => Ok(None),
    }
}

/// Computes the whole chain again; gives how many records are sealed, or the first that is broken.
pub async fn verify(s: &mut Session, organization: OrganizationId) -> Result<Result<u64, Broken>> {
    let (mut seq, mut chain, mut count) = (0_i64, [0; 32], 0_u64);
    loop {
        // `seq` of the last page's end, so that a number below 1 or a gap shows as well.
        let after = if count == 0 { i64::MIN } else { seq };
        let rows = s.fetch_all(&SEALED, params![organization, after, PAGE]).await?;
        if rows.is_empty() {
            return Ok(Ok(count));
        }
        for row in &rows {
            seq += 1;
            chain = digest(&chain, seq, row)?;
            let whole = row.int("seq")? == seq && row.opt_blob("chain")?.is_some_and(|stored| stored == chain);
            if !whole || !personal_matches(row)? {
                return Ok(Err(Broken { seq }));
            }
            count += 1;
        }
    }
}

/// Organizations with records to seal: for the worker alone, which crosses organizations.
pub async fn unsealed_organizations(s: &mut Session, limit: u32) -> Result<Vec<OrganizationId>> {
    let rows = s.fetch_all(&UNSEALED_ORGANIZATIONS, params![limit]).await?;
    rows.iter().map(|row| row.typed_id("organization_id")).collect()
}

pub(super) fn personal_hash(salt: &[u8], personal: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(personal.as_bytes());
    hash.finalize().into()
}

/// What is not erased must be what was hashed.
fn personal_matches(row: &Row) -> Result<bool> {
    let (personal, salt) = (row.opt_text("personal")?, row.opt_blob("personal_salt")?);
    let hash = row.opt_blob("personal_hash")?;
    Ok(match (personal, salt, hash) {
        (None, None, _) => true,
        (Some(personal), Some(salt), Some(hash)) => hash == personal_hash(&salt, &personal),
        _ => false,
    })
}

/// SHA-256 of the predecessor's digest and of everything in the record that is never erased, each field with its length.
fn digest(previous: &[u8; 32], seq: i64, row: &Row) -> Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        }
    };
    field(Some(previous));
    field(Some(&seq.to_be_bytes()));
    field(Some(row.id("organization_id")?.as_bytes()));
    field(Some(row.id("id")?.as_bytes()));
    field(Some(&row.int("at")?.to_be_bytes()));
    for column in ["actor_kind", "actor_id", "action", "subject_kind"] {
        field(Some(row.text(column)?.as_bytes()));
    }
    field(Some(row.id("subject_id")?.as_bytes()));
    for column in ["before_value", "after_value"] {
        field(row.opt_text(column)?.as_deref().map(str::as_bytes));
    }
    field(row.opt_blob("personal_hash")?.as_deref());
    Ok(hash.finalize().into())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

/// The advisory lock of an organization's sealer.
fn lock_number(organization: OrganizationId) -> i64 {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(b"aktiver audit sealer")
        .chain_update(organization.uuid().as_bytes())
        .finalize()
        .into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}
