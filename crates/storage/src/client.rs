//! Registered programs and their secrets.

use std::collections::BTreeSet;
use std::fmt;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{ClientId, OrganizationId};
use aktiver_domain::role::Scope;

use crate::engine::{Result, Row, Session};
use crate::{params, statements};

statements! {
    INSERT both "insert into client (organization_id, id, name, scopes, created_at) values ($1, $2, $3, $4, $5)";
    GET both "select * from client where organization_id = $1 and id = $2";
    LIST both "select * from client where organization_id = $1 order by id";
    ADD_SECRET both "insert into client_secret (organization_id, client_id, hash, hint, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)";
    SECRETS both "select hash, hint, created_at, expires_at from client_secret where organization_id = $1 and client_id = $2 \
        order by created_at, hash";
    REMOVE_SECRET both "delete from client_secret where organization_id = $1 and client_id = $2 and hash = $3";
}

/// A registered program that asks for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Whose program it is.
    pub organization: OrganizationId,
    /// Its id.
    pub id: ClientId,
    /// The name it is shown by.
    pub name: String,
    /// What its tokens may do at most.
    pub scopes: BTreeSet<Scope>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// What a program proves itself with.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// The first characters of the secret, to tell it from others.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is not taken any more, on the machine's clock.
    pub expires_at: Timestamp,
}

/// Without the hash.
impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSecret")
            .field("hint", &self.hint)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Client {
    fn from_row(row: &Row) -> Result<Self> {
        let names: Vec<String> =
            serde_json::from_str(&row.text("scopes")?).map_err(|error| row.bad("scopes", error))?;
        Ok(Self {
            organization: row.typed_id("organization_id")?,
            id: row.typed_id("id")?,
            name: row.text("name")?,
            scopes: names
                .iter()
                .map(|name| name.parse().map_err(|error| row.bad("scopes", error)))
                .collect::<Result<_>>()?,
            created_at: row.instant("created_at")?,
        })
    }
}

/// Stores a new program.
///
/// # Errors
/// [`Error::Unique`](crate::engine::Error::Unique) `client_pk` if the id is taken.
pub async fn insert(s: &mut Session, client: &Client) -> Result<()> {
    let scopes: Vec<&str> = client.scopes.iter().map(|scope| scope.as_str()).collect();
    s.execute(
        &INSERT,
        params![
            client.organization,
            client.id,
            &client.name,
            serde_json::Value::from(scopes).to_string(),
            client.created_at,
        ],
    )
    .await?;
    Ok(())
}

/// One program.
pub async fn get(s: &mut Session, organization: OrganizationId, id: ClientId) -> Result<Option<Client>> {
    let row = s.fetch_optional(&GET, params![organization, id]).await?;
    row.as_ref().map(Client::from_row).transpose()
}

/// An organization's programs, oldest first.
pub async fn list(s: &mut Session, organization: OrganizationId) -> Result<Vec<Client>> {
    s.fetch_all(&LIST, params![organization])
        .await?
        .iter()
        .map(Client::from_row)
        .collect()
}

/// Gives a program another secret, known by its SHA-256.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such program.
pub async fn add_secret(
    s: &mut Session,
    organization: OrganizationId,
    client: ClientId,
    hash: [u8; 32],
    hint: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    s.execute(&ADD_SECRET, params![organization, client, hash, hint, now, expires_at])
        .await?;
    Ok(())
}

/// A program's secrets, oldest first, expired ones included.
pub async fn secrets(s: &mut Session, organization: OrganizationId, client: ClientId) -> Result<Vec<ClientSecret>> {
    s.fetch_all(&SECRETS, params![organization, client])
        .await?
        .iter()
        .map(|row| {
            Ok(ClientSecret {
                hash: row.bytes("hash")?,
                hint: row.text("hint")?,
                created_at: row.instant("created_at")?,
                expires_at: row.instant("expires_at")?,
            })
        })
        .collect()
}

/// Takes a secret from a program; whether it had it.
pub async fn remove_secret(
    s: &mut Session,
    organization: OrganizationId,
    client: ClientId,
    hash: [u8; 32],
) -> Result<bool> {
    Ok(s.execute(&REMOVE_SECRET, params![organization, client, hash]).await? > 0)
}
