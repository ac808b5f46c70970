//! The audit log: append-only, sealed by a chain of digests after the business transaction.
//!
//! A record is written unchained. [`seal`] numbers an organization's records and gives each the digest of its predecessor's and of its own
//! content, so that a record that was changed, removed or put in between shows in [`verify`]. Personal values take part by a salted hash
//! alone: [`erase_personal`] blanks value and salt, and the chain still verifies. What was cut off at the end does not show by itself: keep
//! [`head`] elsewhere and compare.

mod chain;

use std::fmt;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{AuditId, OrganizationId};
use serde_json::json;
use uuid::Uuid;

use crate::engine::{Error, Result, Row, Session};
use crate::values::JsonText;
use crate::{params, statements};

pub use chain::{Broken, head, seal, unsealed_organizations, verify};

pub(crate) use chain::ALL as CHAIN_STATEMENTS;

macro_rules! columns {
    () => {
        "organization_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, before_value, after_value, personal, \
         personal_salt, personal_hash, seq, chain"
    };
}
use columns;

statements! {
    INSERT both
        "insert into audit (organization_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, before_value, after_value, \
         personal, personal_salt, personal_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// `$1` is a JSON array of arrays in the order of the columns, bytes in hexadecimal digits.
    INSERT_ALL
        sqlite "insert into audit (organization_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, before_value, after_value, \
            personal, personal_salt, personal_hash) select unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, \
            value ->> 5, value ->> 6, unhex(value ->> 7), value ->> 8, value ->> 9, value ->> 10, unhex(value ->> 11), unhex(value ->> 12) \
            from json_each($1)"
        postgres "insert into audit (organization_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, before_value, \
            after_value, personal, personal_salt, personal_hash) select cast(v ->> 0 as uuid), cast(v ->> 1 as uuid), \
            cast(v ->> 2 as bigint), v ->> 3, v ->> 4, v ->> 5, v ->> 6, cast(v ->> 7 as uuid), v ->> 8, v ->> 9, v ->> 10, \
            decode(v ->> 11, 'hex'), decode(v ->> 12, 'hex') from json_array_elements(cast($1 as json)) as j(v)";
    LIST both concat!(
        "select ", columns!(), " from audit where organization_id = $1 and (at, id) < ($2, $3) order by at desc, id desc limit $4"
    );
    LIST_OF_SUBJECT both concat!(
        "select ", columns!(), " from audit where organization_id = $1 and subject_id = $5 and (at, id) < ($2, $3) \
         order by at desc, id desc limit $4"
    );
    ERASE_PERSONAL both
        "update audit set personal = null, personal_salt = null where organization_id = $1 and subject_id = $2 and personal is not null";
}

/// Records written by one statement.
const CHUNK: usize = 500;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    User,
    Client,
    Operator,
    /// The passing of time, or the program by itself.
    System,
}

aktiver_domain::text_enum! { ActorKind, "kind of actor" { User = "user", Client = "client", Operator = "operator", System = "system" } }

/// Who did it, by id and never by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActorRef {
    pub kind: ActorKind,
    pub id: String,
}

/// A record to be written.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAudit {
    pub organization: OrganizationId,
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: ActorRef,
    pub action: &'static str,
    pub subject_kind: String,
    pub subject: Uuid,
    /// What was, without anything personal.
    pub before: Option<JsonText>,
    /// What is since, without anything personal.
    pub after: Option<JsonText>,
    /// Names and the like, which can be erased.
    pub personal: Option<JsonText>,
    /// Random; required beside `personal`, for a hash without salt tells short values.
    pub personal_salt: Option<[u8; 16]>,
}

/// A record as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditRecord {
    pub organization: OrganizationId,
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: ActorRef,
    pub action: String,
    pub subject_kind: String,
    pub subject: Uuid,
    pub before: Option<JsonText>,
    pub after: Option<JsonText>,
    /// `None` where there is nothing personal, and where it was erased.
    pub personal: Option<JsonText>,
    /// Its place in the chain, from 1; `None` until it is sealed.
    pub seq: Option<i64>,
}

/// Writes a record.
///
/// # Errors
/// [`Error::NotNull`] where `personal` comes without its salt.
pub async fn insert(s: &mut Session, record: &NewAudit) -> Result<()> {
    let hash = personal_hash(record)?;
    let params = params![
        record.organization,
        record.id,
        record.at,
        record.actor.kind.as_str(),
        &record.actor.id,
        record.action,
        &record.subject_kind,
        record.subject,
        record.before.as_deref(),
        record.after.as_deref(),
        record.personal.as_deref(),
        record.personal_salt.filter(|_| hash.is_some()),
        hash,
    ];
    s.execute(&INSERT, params).await.map(drop)
}

/// Writes many records, set-wise.
///
/// # Errors
/// As [`insert`]; nothing is written then.
pub async fn insert_all(s: &mut Session, records: &[NewAudit]) -> Result<()> {
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let hash = personal_hash(record)?;
        rows.push(json!([
            record.organization.uuid().simple().to_string(),
            record.id.uuid().simple().to_string(),
            record.at.as_microsecond(),
            record.actor.kind.as_str(),
            record.actor.id,
            record.action,
            record.subject_kind,
            record.subject.simple().to_string(),
            record.before,
            record.after,
            record.personal,
            record
                .personal_salt
                .filter(|_| hash.is_some())
                .map(|salt| chain::hex(&salt)),
            hash.map(|hash| chain::hex(&hash)),
        ]));
    }
    for chunk in rows.chunks(CHUNK) {
        let text = serde_json::Value::from(chunk).to_string();
        s.execute(&INSERT_ALL, params![text]).await?;
    }
    Ok(())
}

fn personal_hash(record: &NewAudit) -> Result<Option<[u8; 32]>> {
    match (&record.personal, &record.personal_salt) {
        (Some(personal), Some(salt)) => Ok(Some(chain::personal_hash(salt, personal))),
        (Some(_), None) => Err(Error::NotNull {
            column: "audit.personal_salt".to_owned(),
        }),
        (None, _) => Ok(None),
    }
}

/// Records of the organization, or of one subject in it, newest first; `before` is the last one of the former page.
pub async fn list(
    s: &mut Session,
    organization: OrganizationId,
    subject: Option<Uuid>,
    before: Option<(Timestamp, AuditId)>,
    limit: u32,
) -> Result<Vec<AuditRecord>> {
    let (at, id) = before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.as_microsecond(), id.uuid()));
    let rows = match subject {
        Some(subject) => {
            s.fetch_all(&LIST_OF_SUBJECT, params![organization, at, id, limit, subject])
                .await?
        }
        None => s.fetch_all(&LIST, params![organization, at, id, limit]).await?,
    };
    rows.iter().map(from_row).collect()
}

/// Blanks the personal values of every record about a subject; gives how many had some. The chain still verifies.
pub async fn erase_personal(s: &mut Session, organization: OrganizationId, subject: Uuid) -> Result<u64> {
    s.execute(&ERASE_PERSONAL, params![organization, subject]).await
}

fn from_row(row: &Row) -> Result<AuditRecord> {
    Ok(AuditRecord {
        organization: row.typed_id("organization_id")?,
        id: row.typed_id("id")?,
        at: row.instant("at")?,
        actor: ActorRef {
            kind: row.parse("actor_kind")?,
            id: row.text("actor_id")?,
        },
        action: row.text("action")?,
        subject_kind: row.text("subject_kind")?,
        subject: row.id("subject_id")?,
        before: row.opt_text("before_value")?,
        after: row.opt_text("after_value")?,
        personal: row.opt_text("personal")?,
        seq: row.opt_int("seq")?,
    })
}

/// Without the personal value and its salt.
impl fmt::Debug for NewAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAudit")
            .field("organization", &self.organization)
            .field("id", &self.id)
            .field("at", &self.at)
            .field("actor", &self.actor)
            .field("action", &self.action)
            .field("subject_kind", &self.subject_kind)
            .field("subject", &self.subject)
            .field("before", &self.before)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

/// Without the personal value.
impl fmt::Debug for AuditRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditRecord")
            .field("organization", &self.organization)
            .field("id", &self.id)
            .field("at", &self.at)
            .field("actor", &self.actor)
            .field("action", &self.action)
            .field("subject_kind", &self.subject_kind)
            .field("subject", &self.subject)
            .field("before", &self.before)
            .field("after", &self.after)
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}
