//! Browser sessions of users and operators.

use std::fmt;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{OperatorId, OrganizationId, UserId};
use uuid::Uuid;

use crate::engine::{Result, Row, Session};
use crate::{params, statements};

statements! {
    INSERT both "insert into session (organization_id, hash, person_kind, person_id, csrf, created_at, expires_at) \
        values ($1, $2, $3, $4, $5, $6, $7)";
    GET both "select * from session where organization_id = $1 and hash = $2";
    DELETE both "delete from session where organization_id = $1 and hash = $2";
    DELETE_OF_PERSON both "delete from session where organization_id = $1 and person_id = $2";
    PURGE both "delete from session where (organization_id, hash) in \
        (select organization_id, hash from session where expires_at < $1 order by expires_at limit 1000)";
}

/// Whose a browser session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// A user of the session's organization.
    User(UserId),
    /// An operator; the session's organization is all zeros.
    Operator(OperatorId),
}

impl Person {
    const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Operator(_) => "operator",
        }
    }

    /// The bare id.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::Operator(id) => id.uuid(),
        }
    }
}

/// A signed-in browser. Its cookie's SHA-256 is its key.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserSession {
    /// The user's organization; all zeros for an operator.
    pub organization: OrganizationId,
    /// Whose it is.
    pub person: Person,
    /// The token that its forms carry.
    pub csrf: String,
    /// When it began, on the machine's clock.
    pub created_at: Timestamp,
    /// When it ends, on the machine's clock.
    pub expires_at: Timestamp,
}

/// Without the token.
impl fmt::Debug for BrowserSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSession")
            .field("organization", &self.organization)
            .field("person", &self.person)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl BrowserSession {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            organization: row.typed_id("organization_id")?,
            person: match row.text("person_kind")?.as_str() {
                "user" => Person::User(row.typed_id("person_id")?),
                "operator" => Person::Operator(row.typed_id("person_id")?),
                _ => return Err(row.bad("person_kind", "neither user nor operator")),
            },
            csrf: row.text("csrf")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}

/// Stores a new session under the SHA-256 of its cookie.
pub async fn insert(s: &mut Session, hash: [u8; 32], session: &BrowserSession) -> Result<()> {
    s.execute(
        &INSERT,
        params![
            session.organization,
            hash,
            session.person.kind(),
            session.person.uuid(),
            &session.csrf,
            session.created_at,
            session.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// The session of a cookie, also one that has expired and was not purged yet.
pub async fn get(s: &mut Session, organization: OrganizationId, hash: [u8; 32]) -> Result<Option<BrowserSession>> {
    let row = s.fetch_optional(&GET, params![organization, hash]).await?;
    row.as_ref().map(BrowserSession::from_row).transpose()
}

/// Ends a session; whether there was one.
pub async fn delete(s: &mut Session, organization: OrganizationId, hash: [u8; 32]) -> Result<bool> {
    Ok(s.execute(&DELETE, params![organization, hash]).await? > 0)
}

/// Ends every session of a person; how many there were.
pub async fn delete_of_person(s: &mut Session, organization: OrganizationId, person: Uuid) -> Result<u64> {
    s.execute(&DELETE_OF_PERSON, params![organization, person]).await
}

/// Removes sessions that expired before an instant, 1000 at most so that nobody waits long: call it again until it gives 0.
pub async fn purge(s: &mut Session, before: Timestamp) -> Result<u64> {
    s.execute(&PURGE, params![before]).await
}
