//! Answers that were given, so that the same request again gets the same answer and no second effect.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::OrganizationId;

use crate::engine::{Result, Session};
use crate::values::{JsonText, small};
use crate::{params, statements};

statements! {
    GET both
        "select request_hash, status, response from idempotency where organization_id = $1 and actor = $2 and key = $3";
    INSERT both
        "insert into idempotency (organization_id, actor, key, request_hash, status, response, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)";
    PURGE both "delete from idempotency where created_at < $1";
}

/// The answer to a request that named a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the request: the same key with another request is refused.
    pub request_hash: [u8; 32],
    /// The HTTP status.
    pub status: u16,
    pub response: JsonText,
}

/// The answer that an actor's key has had.
pub async fn get(s: &mut Session, organization: OrganizationId, actor: &str, key: &str) -> Result<Option<Stored>> {
    let Some(row) = s.fetch_optional(&GET, params![organization, actor, key]).await? else {
        return Ok(None);
    };
    Ok(Some(Stored {
        request_hash: row.bytes("request_hash")?,
        status: small(&row, "status")?,
        response: row.text("response")?,
    }))
}

/// Stores the answer, in the unit of work of the effect.
///
/// # Errors
/// [`Error::Unique`](crate::engine::Error::Unique) `idempotency_pk` if the key was used meanwhile: roll back and read the answer.
#[expect(clippy::too_many_arguments, reason = "one per column")]
pub async fn insert(
    s: &mut Session,
    organization: OrganizationId,
    actor: &str,
    key: &str,
    request_hash: [u8; 32],
    status: u16,
    response: &str,
    now: Timestamp,
) -> Result<()> {
    let params = params![organization, actor, key, request_hash, status, response, now];
    s.execute(&INSERT, params).await.map(drop)
}

/// Forgets answers given before an instant, of all organizations; gives how many.
pub async fn purge(s: &mut Session, before: Timestamp) -> Result<u64> {
    s.execute(&PURGE, params![before]).await
}
