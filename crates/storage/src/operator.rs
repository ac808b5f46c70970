//! The vendor's people and their API tokens.

use std::fmt;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::OperatorId;

use crate::engine::{Result, Row, Session};
use crate::text::fold;
use crate::user::PasswordHash;
use crate::values::unsigned;
use crate::{params, statements};

statements! {
    INSERT both "insert into operator (id, name, password_hash, created_at) values ($1, $2, $3, $4)";
    BY_NAME both "select * from operator where name = $1";
    GET both "select * from operator where id = $1";
    COUNT both "select count(*) as n from operator";
    INSERT_TOKEN both "insert into operator_token (operator_id, hash, created_at, expires_at) values ($1, $2, $3, $4)";
    TOKEN both "select o.*, t.expires_at from operator_token t join operator o on o.id = t.operator_id where t.hash = $1";
}

/// A person who runs the vendor's side.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// The person's id.
    pub id: OperatorId,
    /// The name the person signs in with; kept in lower case.
    pub name: String,
    /// The hash of the password.
    pub password_hash: PasswordHash,
    /// When the person was added.
    pub created_at: Timestamp,
}

/// Without the hash.
impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

impl Operator {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.typed_id("id")?,
            name: row.text("name")?,
            password_hash: PasswordHash(row.text("password_hash")?),
            created_at: row.instant("created_at")?,
        })
    }
}

/// Stores a new operator.
///
/// # Errors
/// [`Error::Unique`](crate::engine::Error::Unique) `operator_name_unique` if the name is taken in whatever case.
pub async fn insert(s: &mut Session, operator: &Operator) -> Result<()> {
    s.execute(
        &INSERT,
        params![
            operator.id,
            fold(&operator.name),
            operator.password_hash.as_str(),
            operator.created_at,
        ],
    )
    .await?;
    Ok(())
}

/// The operator of a name in whatever case.
pub async fn by_name(s: &mut Session, name: &str) -> Result<Option<Operator>> {
    let row = s.fetch_optional(&BY_NAME, params![fold(name)]).await?;
    row.as_ref().map(Operator::from_row).transpose()
}

/// One operator.
pub async fn get(s: &mut Session, id: OperatorId) -> Result<Option<Operator>> {
    let row = s.fetch_optional(&GET, params![id]).await?;
    row.as_ref().map(Operator::from_row).transpose()
}

/// How many operators there are; none before the first start.
pub async fn count(s: &mut Session) -> Result<u64> {
    unsigned(&s.fetch_one(&COUNT, params![]).await?, "n")
}

/// Gives an operator an API token, known by its SHA-256.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such operator.
pub async fn insert_token(
    s: &mut Session,
    operator: OperatorId,
    hash: [u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    s.execute(&INSERT_TOKEN, params![operator, hash, now, expires_at])
        .await?;
    Ok(())
}

/// Whose a token is and until when it is taken, also one that has expired.
pub async fn token(s: &mut Session, hash: [u8; 32]) -> Result<Option<(Operator, Timestamp)>> {
    s.fetch_optional(&TOKEN, params![hash])
        .await?
        .map(|row| Ok((Operator::from_row(&row)?, row.instant("expires_at")?)))
        .transpose()
}
