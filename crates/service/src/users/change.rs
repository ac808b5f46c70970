//! Changing and deleting people.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::Refusal;
use aktiver_domain::ids::{ProductId, UserId};
use aktiver_domain::role::{Operation, Role};
use aktiver_storage::engine::{Error as Storage, Session};
use aktiver_storage::user::{self, User};
use aktiver_storage::{assignment, pool, session};
use serde_json::{Map, Value, json};

use super::{names, present, roles};
use crate::app::App;
use crate::audit::{self, Change};
use crate::auth;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};

/// What is to change: `None` stays, `Some(None)` becomes empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    pub user_principal_name: Option<String>,
    pub display_name: Option<String>,
    pub mail_nickname: Option<String>,
    pub account_enabled: Option<bool>,
    pub given_name: Option<Option<String>>,
    pub surname: Option<Option<String>>,
    pub mail: Option<Option<String>>,
    pub job_title: Option<Option<String>>,
    pub mobile_phone: Option<Option<String>>,
    pub office_location: Option<Option<String>>,
    pub preferred_language: Option<Option<String>>,
    pub business_phones: Option<Vec<String>>,
    /// Not nullable: it can be changed, not removed.
    pub usage_location: Option<String>,
}

impl UserPatch {
    /// Whether it asks for anything besides the usage location.
    fn is_beyond_usage_location(&self) -> bool {
        *self
            != Self {
                usage_location: self.usage_location.clone(),
                ..Self::default()
            }
    }

    /// Whether it may lock a person out.
    const fn is_sensitive(&self) -> bool {
        self.user_principal_name.is_some() || self.account_enabled.is_some()
    }

    /// The person as they will be; the domain of a new name is the caller's to check.
    fn apply(self, mut user: User) -> Result<(User, Option<names::Upn>)> {
        let upn = self.user_principal_name.as_deref().map(names::clean_upn).transpose()?;
        if let Some(upn) = &upn {
            user.user_principal_name = upn.to_string();
        }
        if let Some(value) = self.display_name {
            user.display_name = names::required("displayName", &value, 256)?;
        }
        if let Some(value) = self.mail_nickname {
            user.mail_nickname = Some(names::required("mailNickname", &value, 64)?);
        }
        if let Some(value) = self.mail {
            user.mail = names::optional_mail(value)?;
        }
        let texts = [
            ("givenName", self.given_name, &mut user.given_name),
            ("surname", self.surname, &mut user.surname),
            ("jobTitle", self.job_title, &mut user.job_title),
            ("mobilePhone", self.mobile_phone, &mut user.mobile_phone),
            ("officeLocation", self.office_location, &mut user.office_location),
            (
                "preferredLanguage",
                self.preferred_language,
                &mut user.preferred_language,
            ),
        ];
        for (field, value, place) in texts {
            if let Some(value) = value {
                *place = names::optional(field, value)?;
            }
        }
        if let Some(values) = self.business_phones {
            user.business_phones = names::phones(values)?;
        }
        if let Some(value) = self.usage_location {
            user.usage_location = Some(names::clean_country(&value)?);
        }
        if let Some(value) = self.account_enabled {
            user.account_enabled = value;
        }
        Ok((user, upn))
    }
}

/// Changes a person. A patch that changes nothing writes nothing.
///
/// # Errors
/// `NOT_PERMITTED`; a bad value; a name that is taken; no such user; disabling the last Global Administrator.
pub async fn update(app: &App, ctx: &Ctx, id: UserId, patch: UserPatch) -> Result<User> {
    if patch.is_beyond_usage_location() {
        ctx.require(Operation::ManageUsers)?;
    }
    if patch.usage_location.is_some() {
        ctx.require(Operation::SetUsageLocation)?;
    }
    let mut s = app.begin().await?;
    if patch.account_enabled == Some(false) {
        roles::lock_administrators(&mut s, ctx).await?;
    }
    let before = present(user::lock(&mut s, ctx.org(), id).await?)?;
    if patch.is_sensitive() {
        roles::require_power_over(&mut s, ctx, &before).await?;
    }
    let (mut after, upn) = patch.apply(before.clone())?;
    if let Some(upn) = upn.filter(|_| after.user_principal_name != before.user_principal_name) {
        names::require_own_domain(&mut s, ctx, &upn).await?;
    }
    if after == before {
        return Ok(before);
    }
    if before.account_enabled && !after.account_enabled {
        lose(&mut s, ctx, id).await?;
    }
    match user::update(&mut s, &after).await {
        Err(Storage::Unique { .. }) => {
            return Err(Error::Taken {
                field: "userPrincipalName",
            });
        }
        other => other?,
    }
    after.version = after.version.saturating_add(1);
    let (old, new, personal, changed) = difference(&before, &after);
    let mut change = Change::of("user.update", id).before(old).after(new);
    if let Some(personal) = personal {
        change = change.personal(personal);
    }
    audit::record(&mut s, app, ctx, change).await?;
    let payload = json!({ "id": id.to_string(), "changed": changed });
    audit::publish(&mut s, app, ctx, "user.updated", id.uuid(), payload).await?;
    s.commit().await?;
    Ok(after)
}

/// A person who was a Global Administrator is about to be no one's; ends their browser sessions.
async fn lose(s: &mut Session, ctx: &Ctx, id: UserId) -> Result<()> {
    if user::roles(s, ctx.org(), id)
        .await?
        .contains(&Role::GlobalAdministrator)
    {
        roles::require_another_global_administrator(s, ctx, id).await?;
    }
    session::delete_of_person(s, ctx.org(), id.uuid()).await?;
    Ok(())
}

/// What changed, personal values apart, and the names of all that changed.
fn difference(before: &User, after: &User) -> (Value, Value, Option<Value>, Vec<&'static str>) {
    let facts = |user: &User| {
        BTreeMap::from([
            ("accountEnabled", json!(user.account_enabled)),
            ("usageLocation", json!(user.usage_location)),
            ("preferredLanguage", json!(user.preferred_language)),
        ])
    };
    let personal = |user: &User| {
        BTreeMap::from([
            ("userPrincipalName", json!(user.user_principal_name)),
            ("displayName", json!(user.display_name)),
            ("givenName", json!(user.given_name)),
            ("surname", json!(user.surname)),
            ("mail", json!(user.mail)),
            ("mailNickname", json!(user.mail_nickname)),
            ("jobTitle", json!(user.job_title)),
            ("mobilePhone", json!(user.mobile_phone)),
            ("officeLocation", json!(user.office_location)),
            ("businessPhones", json!(user.business_phones)),
        ])
    };
    let mut changed = Vec::new();
    let mut split = |one: BTreeMap<&'static str, Value>, other: BTreeMap<&'static str, Value>| {
        let (mut old, mut new) = (Map::new(), Map::new());
        for ((name, was), (_, is)) in one.into_iter().zip(other) {
            if was != is {
                changed.push(name);
                old.insert(name.to_owned(), was);
                new.insert(name.to_owned(), is);
            }
        }
        (old, new)
    };
    let (old, new) = split(facts(before), facts(after));
    let (was, is) = split(personal(before), personal(after));
    let personal = (!is.is_empty()).then(|| json!({ "before": was, "after": is }));
    (Value::Object(old), Value::Object(new), personal, changed)
}

/// Sets a password, one's own or another's, and ends the person's browser sessions. One's own needs no old one here: the
/// page asks for it.
///
/// # Errors
/// `NOT_PERMITTED`; a password that is too easy; no such user.
pub async fn set_password(app: &App, ctx: &Ctx, id: UserId, new: &str) -> Result<()> {
    let own = matches!(&ctx.actor, Actor::User { id: me, scopes: None, .. } if *me == id);
    if !own && !roles::may_reset_passwords(&ctx.actor) {
        return Err(Error::Refused(Refusal::NotPermitted {
            needed: Operation::ManageUsers.roles(),
        }));
    }
    auth::check_password_strength(new)?;
    let hash = auth::hash_password(app, new).await?;
    let mut s = app.begin().await?;
    let mut found = present(user::lock(&mut s, ctx.org(), id).await?)?;
    if !own {
        roles::require_power_over(&mut s, ctx, &found).await?;
    }
    found.password_hash = Some(hash);
    user::update(&mut s, &found).await?;
    session::delete_of_person(&mut s, ctx.org(), id.uuid()).await?;
    audit::record(&mut s, app, ctx, Change::of("user.password", id)).await?;
    Ok(s.commit().await?)
}

/// Changes one's own password, which must be given too: a browser left open must not be enough.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but a person at a browser; `currentPassword` that is wrong; a new one that is too easy.
pub async fn change_own_password(app: &App, ctx: &Ctx, current: &str, new: &str) -> Result<()> {
    let id = crate::account::me(ctx)?;
    let mut s = app.read().await?;
    let found = present(user::get(&mut s, ctx.org(), id).await?)?;
    drop(s);
    app.sign_in_limits()
        .check(&aktiver_storage::fold(&found.user_principal_name), ctx.address)?;
    let right = match &found.password_hash {
        Some(hash) => auth::verify_password(app, current, hash).await?,
        None => false,
    };
    if !right {
        return Err(Error::invalid(
            "currentPassword",
            "this is not your password",
            "Type the password that you sign in with.",
        ));
    }
    set_password(app, ctx, id, new).await
}

/// Deletes a person: the licenses are free at once (LA-11), the name stays theirs.
///
/// # Errors
/// `NOT_PERMITTED`; no such user; the last Global Administrator.
pub async fn delete(app: &App, ctx: &Ctx, id: UserId) -> Result<()> {
    ctx.require(Operation::DeleteUsers)?;
    let mut s = app.begin().await?;
    roles::lock_administrators(&mut s, ctx).await?;
    let mut found = present(user::lock(&mut s, ctx.org(), id).await?)?;
    roles::require_power_over(&mut s, ctx, &found).await?;
    lose(&mut s, ctx, id).await?;
    // The user, then pools, as whoever assigns does; what is held is read again under both locks.
    let held = assignment::of_user(&mut s, ctx.org(), id).await?;
    let products: BTreeSet<ProductId> = held.iter().map(|one| one.product).collect();
    pool::lock(&mut s, ctx.org(), &products.iter().copied().collect::<Vec<_>>()).await?;
    let held = assignment::of_user(&mut s, ctx.org(), id).await?;
    let counted: BTreeSet<ProductId> = held
        .iter()
        .filter(|one| one.is_effective())
        .map(|one| one.product)
        .collect();
    for one in &held {
        assignment::remove(&mut s, ctx.org(), id, one.product, one.source).await?;
    }
    for product in counted {
        pool::add_consumed(&mut s, ctx.org(), product, -1).await?;
    }
    found.deleted_at = Some(ctx.now);
    found.account_enabled = false;
    user::update(&mut s, &found).await?;
    let released: Vec<_> = products.iter().map(ToString::to_string).collect();
    let change = Change::of("user.delete", id)
        .before(json!({ "licenses": released }))
        .personal(json!({ "userPrincipalName": found.user_principal_name, "displayName": found.display_name }));
    audit::record(&mut s, app, ctx, change).await?;
    audit::publish(
        &mut s,
        app,
        ctx,
        "user.deleted",
        id.uuid(),
        json!({ "id": id.to_string() }),
    )
    .await?;
    Ok(s.commit().await?)
}
