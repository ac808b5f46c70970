//! Devices on which a user has activated an app.

use aktiver_domain::Timestamp;
use aktiver_domain::device::Device;
use aktiver_domain::ids::{OrganizationId, UserId};

use crate::engine::{Result, Row, Session};
use crate::{params, statements};

statements! {
    OF_USER both
        "select user_id, id, name, class, platform, activated_at, last_seen, signed_out_at from device \
         where organization_id = $1 and user_id = $2 order by activated_at, id";
    PUT both
        "insert into device (organization_id, user_id, id, name, class, platform, activated_at, last_seen, signed_out_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (organization_id, user_id, id) do update set name = excluded.name, class = excluded.class, \
         platform = excluded.platform, activated_at = excluded.activated_at, last_seen = excluded.last_seen, \
         signed_out_at = excluded.signed_out_at";
    SIGN_OUT both
        "update device set signed_out_at = $4 where organization_id = $1 and user_id = $2 and id = $3 and signed_out_at is null";
    TOUCH both
        "update device set last_seen = $4 where organization_id = $1 and user_id = $2 and id = $3 and last_seen < $4";
}

/// A user's devices, also those signed out, in the order in which they were activated.
pub async fn of_user(s: &mut Session, organization: OrganizationId, user: UserId) -> Result<Vec<Device>> {
    let rows = s.fetch_all(&OF_USER, params![organization, user]).await?;
    rows.iter().map(from_row).collect()
}

/// Stores a device in place of the user's one of the same id.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such user.
pub async fn put(s: &mut Session, organization: OrganizationId, device: &Device) -> Result<()> {
    let params = params![
        organization,
        device.user,
        &device.id,
        &device.name,
        device.class.as_str(),
        device.platform.as_str(),
        device.activated_at,
        device.last_seen,
        device.signed_out_at,
    ];
    s.execute(&PUT, params).await.map(drop)
}

/// Frees the device's slot; `false` if it was signed out already or is unknown.
pub async fn sign_out(
    s: &mut Session,
    organization: OrganizationId,
    user: UserId,
    id: &str,
    at: Timestamp,
) -> Result<bool> {
    Ok(s.execute(&SIGN_OUT, params![organization, user, id, at]).await? > 0)
}

/// Notes that the device was seen; an earlier instant changes nothing.
pub async fn touch(s: &mut Session, organization: OrganizationId, user: UserId, id: &str, at: Timestamp) -> Result<()> {
    s.execute(&TOUCH, params![organization, user, id, at]).await.map(drop)
}

fn from_row(row: &Row) -> Result<Device> {
    Ok(Device {
        user: row.typed_id("user_id")?,
        id: row.text("id")?,
        name: row.text("name")?,
        class: row.parse("class")?,
        platform: row.parse("platform")?,
        activated_at: row.instant("activated_at")?,
        last_seen: row.instant("last_seen")?,
        signed_out_at: row.opt_instant("signed_out_at")?,
    })
}
