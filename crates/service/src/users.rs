//! The people of an organization's directory.

mod change;
mod names;
mod roles;

use aktiver_domain::ids::UserId;
use aktiver_domain::role::Operation;
use aktiver_storage::engine::Error as Storage;
use aktiver_storage::user;
pub use aktiver_storage::user::User;
use serde_json::json;

pub use change::{UserPatch, change_own_password, delete, set_password, update};
pub(crate) use names::clean_local_part;
pub use roles::{give_role, roles, set_roles, take_role};

use crate::app::App;
use crate::audit::{self, Change};
use crate::auth;
use crate::context::Ctx;
use crate::error::{Error, Result};

/// A person to be.
#[derive(Clone, Default)]
pub struct NewUser {
    pub user_principal_name: String,
    pub display_name: String,
    /// The part before the @ when empty.
    pub mail_nickname: String,
    /// Without one the person cannot sign in with a password.
    pub password: Option<String>,
    pub account_enabled: bool,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub mail: Option<String>,
    pub job_title: Option<String>,
    pub mobile_phone: Option<String>,
    pub office_location: Option<String>,
    pub preferred_language: Option<String>,
    pub business_phones: Vec<String>,
    /// ISO 3166-1 alpha-2 (LA-07).
    pub usage_location: Option<String>,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("user_principal_name", &self.user_principal_name)
            .finish_non_exhaustive()
    }
}

/// Adds a person.
///
/// # Errors
/// `NOT_PERMITTED`; a missing or bad value, named as Graph names it; a name that is taken (`userPrincipalName`).
pub async fn create(app: &App, ctx: &Ctx, new: NewUser) -> Result<User> {
    ctx.require(Operation::ManageUsers)?;
    if new.usage_location.is_some() {
        ctx.require(Operation::SetUsageLocation)?;
    }
    let display_name = names::required("displayName", &new.display_name, 256)?;
    let upn = names::clean_upn(&new.user_principal_name)?;
    let mail_nickname = match new.mail_nickname.trim() {
        "" => upn.local.clone(),
        given => names::limited("mailNickname", given, 64)?,
    };
    let optional = |field, value: Option<String>| names::optional(field, value);
    let mut user = User {
        organization: ctx.org(),
        id: app.id(),
        user_principal_name: upn.to_string(),
        display_name,
        given_name: optional("givenName", new.given_name)?,
        surname: optional("surname", new.surname)?,
        mail: names::optional_mail(new.mail)?,
        mail_nickname: Some(mail_nickname),
        job_title: optional("jobTitle", new.job_title)?,
        mobile_phone: optional("mobilePhone", new.mobile_phone)?,
        office_location: optional("officeLocation", new.office_location)?,
        preferred_language: optional("preferredLanguage", new.preferred_language)?,
        business_phones: names::phones(new.business_phones)?,
        usage_location: new.usage_location.as_deref().map(names::clean_country).transpose()?,
        account_enabled: new.account_enabled,
        password_hash: None,
        created_at: ctx.now,
        deleted_at: None,
        version: 0,
    };
    if let Some(password) = &new.password {
        auth::check_password_strength(password)?;
        user.password_hash = Some(auth::hash_password(app, password).await?);
    }
    let mut s = app.begin().await?;
    names::require_own_domain(&mut s, ctx, &upn).await?;
    match user::insert(&mut s, &user).await {
        Err(Storage::Unique { .. }) => {
            return Err(Error::Taken {
                field: "userPrincipalName",
            });
        }
        other => other?,
    }
    let change = Change::of("user.create", user.id)
        .after(json!({ "accountEnabled": user.account_enabled, "usageLocation": user.usage_location }))
        .personal(json!({ "userPrincipalName": user.user_principal_name, "displayName": user.display_name }));
    audit::record(&mut s, app, ctx, change).await?;
    audit::publish(
        &mut s,
        app,
        ctx,
        "user.created",
        user.id.uuid(),
        json!({ "id": user.id.to_string() }),
    )
    .await?;
    s.commit().await?;
    Ok(user)
}

/// Everyone may see themselves, others need the directory.
fn require_sight(ctx: &Ctx, id: UserId) -> Result<()> {
    if ctx.actor.user() == Some(id) {
        Ok(())
    } else {
        ctx.require(Operation::ReadDirectory)
    }
}

fn present(found: Option<User>) -> Result<User> {
    found
        .filter(|user| user.deleted_at.is_none())
        .ok_or(Error::NotFound("user"))
}

/// One person.
///
/// # Errors
/// `NOT_PERMITTED` for others without the directory; no such user, or deleted.
pub async fn get(app: &App, ctx: &Ctx, id: UserId) -> Result<User> {
    require_sight(ctx, id)?;
    let mut s = app.read().await?;
    present(user::get(&mut s, ctx.org(), id).await?)
}

/// One person by user principal name, in any case.
///
/// # Errors
/// As [`get`].
pub async fn by_name(app: &App, ctx: &Ctx, upn: &str) -> Result<User> {
    let mut s = app.read().await?;
    let found = user::by_name(&mut s, ctx.org(), upn.trim()).await?;
    match &found {
        Some(user) => require_sight(ctx, user.id)?,
        None => ctx.require(Operation::ReadDirectory)?,
    }
    present(found)
}

/// One person by id, prefixed id or user principal name.
///
/// # Errors
/// As [`get`].
pub async fn find(app: &App, ctx: &Ctx, id_or_upn: &str) -> Result<User> {
    match UserId::parse(id_or_upn) {
        Ok(id) => get(app, ctx, id).await,
        Err(_) => by_name(app, ctx, id_or_upn).await,
    }
}

/// People by display name, from after a display name and id; those whose display name begins with the prefix.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn page(
    app: &App,
    ctx: &Ctx,
    after: Option<(String, UserId)>,
    limit: u32,
    prefix: Option<&str>,
) -> Result<Vec<User>> {
    ctx.require(Operation::ReadDirectory)?;
    let mut s = app.read().await?;
    Ok(user::page(&mut s, ctx.org(), after, limit, prefix).await?)
}

/// People in the order of their ids, from after one of them.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn page_by_id(app: &App, ctx: &Ctx, after: Option<UserId>, limit: u32) -> Result<Vec<User>> {
    ctx.require(Operation::ReadDirectory)?;
    let mut s = app.read().await?;
    Ok(user::page_by_id(&mut s, ctx.org(), after, limit).await?)
}

/// How many people there are, deleted ones not counted.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn count(app: &App, ctx: &Ctx) -> Result<u64> {
    ctx.require(Operation::ReadDirectory)?;
    let mut s = app.read().await?;
    Ok(user::count(&mut s, ctx.org()).await?)
}
