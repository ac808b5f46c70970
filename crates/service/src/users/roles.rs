//! Directory roles of people.

use std::collections::BTreeSet;

use aktiver_domain::ids::UserId;
use aktiver_domain::role::{Operation, Role};
use aktiver_storage::engine::Session;
use aktiver_storage::user::{self, User};
use serde_json::json;

use super::{present, require_sight};
use crate::app::App;
use crate::audit::{self, Change};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};

/// Roles whose holders a Helpdesk, Password or User Administrator may still help (SPEC 19.2).
const HELPED: [Role; 4] = [
    Role::DirectoryReaders,
    Role::HelpdeskAdministrator,
    Role::ReportsReader,
    Role::PasswordAdministrator,
];

/// A person's roles.
///
/// # Errors
/// `NOT_PERMITTED` for others without the directory; no such user.
pub async fn roles(app: &App, ctx: &Ctx, id: UserId) -> Result<BTreeSet<Role>> {
    require_sight(ctx, id)?;
    let mut s = app.read().await?;
    present(user::get(&mut s, ctx.org(), id).await?)?;
    Ok(user::roles(&mut s, ctx.org(), id).await?)
}

/// Gives a person a role; one they have already changes nothing.
///
/// # Errors
/// `NOT_PERMITTED`; no such user.
pub async fn give_role(app: &App, ctx: &Ctx, id: UserId, role: Role) -> Result<()> {
    change(app, ctx, id, |roles| {
        roles.insert(role);
    })
    .await
}

/// Takes a role from a person; one they do not have changes nothing.
///
/// # Errors
/// `NOT_PERMITTED`; no such user; the last Global Administrator's role.
pub async fn take_role(app: &App, ctx: &Ctx, id: UserId, role: Role) -> Result<()> {
    change(app, ctx, id, |roles| {
        roles.remove(&role);
    })
    .await
}

/// Gives a person exactly these roles.
///
/// # Errors
/// As [`take_role`].
pub async fn set_roles(app: &App, ctx: &Ctx, id: UserId, wanted: BTreeSet<Role>) -> Result<()> {
    change(app, ctx, id, |roles| *roles = wanted).await
}

async fn change(app: &App, ctx: &Ctx, id: UserId, edit: impl FnOnce(&mut BTreeSet<Role>)) -> Result<()> {
    ctx.require(Operation::ManageOrganization)?;
    let mut s = app.begin().await?;
    lock_administrators(&mut s, ctx).await?;
    present(user::lock(&mut s, ctx.org(), id).await?)?;
    let before = user::roles(&mut s, ctx.org(), id).await?;
    let mut after = before.clone();
    edit(&mut after);
    if before == after {
        return Ok(());
    }
    if before.contains(&Role::GlobalAdministrator) && !after.contains(&Role::GlobalAdministrator) {
        require_another_global_administrator(&mut s, ctx, id).await?;
    }
    for role in after.difference(&before) {
        user::add_role(&mut s, ctx.org(), id, *role).await?;
    }
    for role in before.difference(&after) {
        user::remove_role(&mut s, ctx.org(), id, *role).await?;
    }
    let names = |roles: &BTreeSet<Role>| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>();
    let change = Change::of("user.roles", id)
        .before(json!({ "roles": names(&before) }))
        .after(json!({ "roles": names(&after) }));
    audit::record(&mut s, app, ctx, change).await?;
    audit::publish(
        &mut s,
        app,
        ctx,
        "user.updated",
        id.uuid(),
        json!({ "id": id.to_string(), "changed": ["roles"] }),
    )
    .await?;
    Ok(s.commit().await?)
}

/// Whoever changes who administers the organization waits here for the others, so that two cannot each remove the last but
/// one Global Administrator.
pub(super) async fn lock_administrators(s: &mut Session, ctx: &Ctx) -> Result<()> {
    aktiver_storage::organization::lock(s, ctx.org())
        .await?
        .ok_or(Error::NotFound("organization"))?;
    Ok(())
}

/// Refuses to leave an organization without an enabled Global Administrator.
pub(super) async fn require_another_global_administrator(s: &mut Session, ctx: &Ctx, id: UserId) -> Result<()> {
    let members = user::members_of(s, ctx.org(), &[Role::GlobalAdministrator]).await?;
    if members.iter().any(|(_, other)| other.id != id) {
        return Ok(());
    }
    Err(Error::invalid(
        "roles",
        "this is the organization's last Global Administrator",
        "Give another enabled user the role first.",
    ))
}

/// Whether the actor may reset the password of, rename, disable or delete a person: those who manage the organization may
/// anyone's, others only that of people without roles or with harmless ones.
pub(super) async fn require_power_over(s: &mut Session, ctx: &Ctx, target: &User) -> Result<()> {
    if ctx.actor.may(Operation::ManageOrganization) {
        return Ok(());
    }
    let held = user::roles(s, ctx.org(), target.id).await?;
    if held.iter().all(|role| HELPED.contains(role)) {
        return Ok(());
    }
    Err(Error::Refused(aktiver_domain::Refusal::NotPermitted {
        needed: Operation::ManageOrganization.roles(),
    }))
}

/// Whether the actor may set other people's passwords at all (SPEC 19.2, 26).
pub(super) fn may_reset_passwords(actor: &Actor) -> bool {
    let helps = |roles: &BTreeSet<Role>| {
        roles.contains(&Role::HelpdeskAdministrator) || roles.contains(&Role::PasswordAdministrator)
    };
    match actor {
        Actor::User {
            roles, scopes: None, ..
        } if helps(roles) => true,
        _ => actor.may(Operation::ManageUsers),
    }
}
