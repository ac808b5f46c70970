//! Groups of an organization's directory.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{GroupId, OrganizationId, UserId};

use crate::engine::{Result, Session};
use crate::{params, statements};

statements! {
    INSERT both "insert into directory_group (organization_id, id, display_name, created_at, version) values ($1, $2, $3, $4, 1)";
    LIST both "select id, display_name from directory_group where organization_id = $1 order by id";
    ADD_MEMBER both "insert into group_member (organization_id, group_id, user_id) values ($1, $2, $3) on conflict do nothing";
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The name it is shown by.
    pub display_name: String,
}

/// Stores a new group.
///
/// # Errors
/// [`Error::Unique`](crate::engine::Error::Unique) `group_pk` if the id is taken.
pub async fn insert(
    s: &mut Session,
    organization: OrganizationId,
    id: GroupId,
    display_name: &str,
    now: Timestamp,
) -> Result<()> {
    s.execute(&INSERT, params![organization, id, display_name, now]).await?;
    Ok(())
}

/// An organization's groups, oldest first.
pub async fn list(s: &mut Session, organization: OrganizationId) -> Result<Vec<Group>> {
    s.fetch_all(&LIST, params![organization])
        .await?
        .iter()
        .map(|row| {
            Ok(Group {
                id: row.typed_id("id")?,
                display_name: row.text("display_name")?,
            })
        })
        .collect()
}

/// Puts a user into a group; whether the user was not in it before.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such group or user.
pub async fn add_member(s: &mut Session, organization: OrganizationId, group: GroupId, user: UserId) -> Result<bool> {
    Ok(s.execute(&ADD_MEMBER, params![organization, group, user]).await? > 0)
}
