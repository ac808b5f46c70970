//! Refresh tokens and device codes. Both are known by their SHA-256.

use std::fmt;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{ClientId, OrganizationId, UserId};
use uuid::Uuid;

use crate::engine::{Error, Result, Row, Session};
use crate::values::must_be_unit;
use crate::{params, statements};

statements! {
    INSERT_REFRESH both "insert into refresh_token (organization_id, hash, family, user_id, client_id, scope, created_at, expires_at, used_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    REFRESH
        sqlite "select * from refresh_token where organization_id = $1 and hash = $2"
        postgres "select * from refresh_token where organization_id = $1 and hash = $2 for update";
    MARK_REFRESH_USED both "update refresh_token set used_at = $3 where organization_id = $1 and hash = $2 and used_at is null";
    DELETE_FAMILY both "delete from refresh_token where organization_id = $1 and family = $2";
    PURGE_REFRESH both "delete from refresh_token where (organization_id, hash) in \
        (select organization_id, hash from refresh_token where expires_at < $1 order by expires_at limit 1000)";
    INSERT_DEVICE_CODE both "insert into device_code (hash, user_code, client_id, scope, created_at, expires_at, polled_at, \
        organization_id, user_id, denied) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DEVICE_CODE
        sqlite "select * from device_code where hash = $1"
        postgres "select * from device_code where hash = $1 for update";
    BY_USER_CODE both "select * from device_code where user_code = $1";
    APPROVE_DEVICE_CODE both "update device_code set organization_id = $2, user_id = $3 \
        where hash = $1 and organization_id is null and not denied";
    DENY_DEVICE_CODE both "update device_code set denied = true where hash = $1 and organization_id is null and not denied";
    SET_POLLED both "update device_code set polled_at = $2 where hash = $1";
    DELETE_DEVICE_CODE both "delete from device_code where hash = $1";
    PURGE_DEVICE_CODES both "delete from device_code where hash in \
        (select hash from device_code where expires_at < $1 order by expires_at limit 1000)";
}

/// A refresh token. Each is used once and followed by another of its family; one that comes twice was stolen, and its family ends.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The user's organization.
    pub organization: OrganizationId,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// The sign-in that it and its successors stem from.
    pub family: Uuid,
    /// For whom it was given out.
    pub user: UserId,
    /// To which program.
    pub client: ClientId,
    /// What it allows, as scopes with spaces between them.
    pub scope: String,
    /// When it was given out, on the machine's clock.
    pub created_at: Timestamp,
    /// From when on it is not taken any more, on the machine's clock.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// Without the hash.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken")
            .field("organization", &self.organization)
            .field("family", &self.family)
            .field("user", &self.user)
            .field("client", &self.client)
            .field("scope", &self.scope)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("used_at", &self.used_at)
            .finish_non_exhaustive()
    }
}

impl RefreshToken {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            organization: row.typed_id("organization_id")?,
            hash: row.bytes("hash")?,
            family: row.id("family")?,
            user: row.typed_id("user_id")?,
            client: row.typed_id("client_id")?,
            scope: row.text("scope")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            used_at: row.opt_instant("used_at")?,
        })
    }
}

/// Stores a new refresh token.
pub async fn insert_refresh(s: &mut Session, token: &RefreshToken) -> Result<()> {
    s.execute(
        &INSERT_REFRESH,
        params![
            token.organization,
            token.hash,
            token.family,
            token.user,
            token.client,
            &token.scope,
            token.created_at,
            token.expires_at,
            token.used_at,
        ],
    )
    .await?;
    Ok(())
}

/// A refresh token, also a used or expired one, which nobody else uses until this unit of work ends.
pub async fn refresh(s: &mut Session, organization: OrganizationId, hash: [u8; 32]) -> Result<Option<RefreshToken>> {
    must_be_unit(s, &REFRESH)?;
    let row = s.fetch_optional(&REFRESH, params![organization, hash]).await?;
    row.as_ref().map(RefreshToken::from_row).transpose()
}

/// Marks a refresh token as used; whether it was unused until now.
pub async fn mark_refresh_used(
    s: &mut Session,
    organization: OrganizationId,
    hash: [u8; 32],
    at: Timestamp,
) -> Result<bool> {
    Ok(s.execute(&MARK_REFRESH_USED, params![organization, hash, at]).await? > 0)
}

/// Ends a sign-in: removes every refresh token that stems from it. How many there were.
pub async fn delete_family(s: &mut Session, organization: OrganizationId, family: Uuid) -> Result<u64> {
    s.execute(&DELETE_FAMILY, params![organization, family]).await
}

/// What an app shows while its user signs in on another device.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// SHA-256 of the code that the app holds.
    pub hash: [u8; 32],
    /// The code that the person types; unique among all that wait.
    pub user_code: String,
    /// Which program asks.
    pub client: ClientId,
    /// What it asks for, as scopes with spaces between them.
    pub scope: String,
    /// When it was given out, on the machine's clock.
    pub created_at: Timestamp,
    /// From when on it is not taken any more, on the machine's clock.
    pub expires_at: Timestamp,
    /// When the app asked last.
    pub polled_at: Option<Timestamp>,
    /// Who has approved it.
    pub approved: Option<(OrganizationId, UserId)>,
    /// Whether it was denied.
    pub denied: bool,
}

/// Without the hash and the code.
impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode")
            .field("client", &self.client)
            .field("scope", &self.scope)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("polled_at", &self.polled_at)
            .field("approved", &self.approved)
            .field("denied", &self.denied)
            .finish_non_exhaustive()
    }
}

impl DeviceCode {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            hash: row.bytes("hash")?,
            user_code: row.text("user_code")?,
            client: row.typed_id("client_id")?,
            scope: row.text("scope")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            polled_at: row.opt_instant("polled_at")?,
            approved: row.opt_typed_id("organization_id")?.zip(row.opt_typed_id("user_id")?),
            denied: row.bool("denied")?,
        })
    }
}

/// Stores a new device code.
///
/// # Errors
/// [`Error::Unique`] `device_code_user_code_unique` if another one shows the same code: make another.
pub async fn insert_device_code(s: &mut Session, code: &DeviceCode) -> Result<()> {
    s.execute(
        &INSERT_DEVICE_CODE,
        params![
            code.hash,
            &code.user_code,
            code.client,
            &code.scope,
            code.created_at,
            code.expires_at,
            code.polled_at,
            code.approved.map(|(organization, _)| organization),
            code.approved.map(|(_, user)| user),
            code.denied,
        ],
    )
    .await?;
    Ok(())
}

/// The device code an app holds, also an expired one, which nobody else changes until this unit of work ends.
pub async fn device_code(s: &mut Session, hash: [u8; 32]) -> Result<Option<DeviceCode>> {
    must_be_unit(s, &DEVICE_CODE)?;
    let row = s.fetch_optional(&DEVICE_CODE, params![hash]).await?;
    row.as_ref().map(DeviceCode::from_row).transpose()
}

/// The device code whose shown code a person typed, exactly as it is stored.
pub async fn by_user_code(s: &mut Session, user_code: &str) -> Result<Option<DeviceCode>> {
    let row = s.fetch_optional(&BY_USER_CODE, params![user_code]).await?;
    row.as_ref().map(DeviceCode::from_row).transpose()
}

/// Approves a device code for a user.
///
/// # Errors
/// [`Error::Stale`] if it was approved or denied before, or is gone.
pub async fn approve_device_code(
    s: &mut Session,
    hash: [u8; 32],
    organization: OrganizationId,
    user: UserId,
) -> Result<()> {
    decided(
        s.execute(&APPROVE_DEVICE_CODE, params![hash, organization, user])
            .await?,
    )
}

/// Denies a device code.
///
/// # Errors
/// [`Error::Stale`] if it was approved or denied before, or is gone.
pub async fn deny_device_code(s: &mut Session, hash: [u8; 32]) -> Result<()> {
    decided(s.execute(&DENY_DEVICE_CODE, params![hash]).await?)
}

const fn decided(rows: u64) -> Result<()> {
    if rows == 0 {
        return Err(Error::Stale {
            what: "the device code",
        });
    }
    Ok(())
}

/// Stores when the app asked last.
pub async fn set_polled(s: &mut Session, hash: [u8; 32], at: Timestamp) -> Result<()> {
    s.execute(&SET_POLLED, params![hash, at]).await?;
    Ok(())
}

/// Removes a device code; whether there was one, so that a code is exchanged once.
pub async fn delete_device_code(s: &mut Session, hash: [u8; 32]) -> Result<bool> {
    Ok(s.execute(&DELETE_DEVICE_CODE, params![hash]).await? > 0)
}

/// Removes refresh tokens and device codes that expired before an instant, 1000 of each at most: call it again until it gives 0.
pub async fn purge(s: &mut Session, before: Timestamp) -> Result<u64> {
    let tokens = s.execute(&PURGE_REFRESH, params![before]).await?;
    Ok(tokens + s.execute(&PURGE_DEVICE_CODES, params![before]).await?)
}
