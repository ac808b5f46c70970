//! Activation, check-in and the questions an app asks (SPEC 17.2, 17.3).

mod document;

use std::collections::BTreeSet;

use aktiver_domain::device::{Device, DeviceClass, DevicePolicy, Platform, make_room};
use aktiver_domain::ids::PlanId;
use aktiver_domain::{Refusal, Timestamp};
use aktiver_license::{CHECK_IN_DAYS, NoticeCode};
use aktiver_storage::assignment::{self, Grant, LicenseCheck};
use aktiver_storage::device;
use aktiver_storage::engine::Session;
use aktiver_storage::user::{self, User};
use jiff::SignedDuration;
use serde_json::json;

use crate::account::entitlement::Entitlement;
use crate::account::me;
use crate::app::App;
use crate::audit::{self, Change};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::tokens::{AccessClaims, Holder};

/// What an app says of the machine it runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Chosen by the app, stable on the machine.
    pub id: String,
    pub name: String,
    pub class: DeviceClass,
    pub platform: Platform,
}

/// What an activation or check-in came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationState {
    Licensed,
    /// The account has none of the plans asked for, or cannot use them now.
    Unlicensed,
    /// The device was signed out; it must be activated again (DV-03). Doors tell it with the code `DEVICE_SIGNED_OUT`.
    SignedOut,
}

/// Something to tell the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub code: NoticeCode,
    pub message: String,
    pub remedy: String,
}

/// The answer to an activation or check-in.
#[derive(Debug, Clone)]
pub struct Activation {
    pub state: ActivationState,
    /// The signed license document when licensed.
    pub license: Option<String>,
    pub notices: Vec<Notice>,
    /// Devices that were signed out to make room (DV-02b).
    pub signed_out: Vec<Device>,
}

/// Activates a device for the person who is signed in to the app. At the limit the least recently used device is signed out.
/// `issuer` is the server's base address; `plan_ids` are the plans any of which the app needs (any plan when empty).
///
/// # Errors
/// `NOT_PERMITTED` for anyone but a person; a bad device id or name.
pub async fn activate(
    app: &App,
    ctx: &Ctx,
    issuer: &str,
    info: &DeviceInfo,
    plan_ids: &[PlanId],
) -> Result<Activation> {
    let id = me(ctx)?;
    check_text("deviceId", &info.id)?;
    check_text("deviceName", &info.name)?;
    let mut s = app.begin().await?;
    // One activation of a user at a time, so that no slot is given twice (INV-10).
    let user = user::lock(&mut s, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("user"))?;
    let entitled = Entitlement::read(&mut s, app, ctx.org(), id, ctx.now).await?;
    if !is_licensed(&entitled, plan_ids) {
        return Ok(unlicensed(&entitled, plan_ids));
    }
    let mut known = device::of_user(&mut s, ctx.org(), id).await?;
    let before = known.iter().find(|one| one.id == info.id && one.is_active()).cloned();
    let new = Device {
        user: id,
        id: info.id.clone(),
        name: info.name.trim().to_owned(),
        class: info.class,
        platform: info.platform,
        activated_at: before.as_ref().map_or(ctx.now, |one| one.activated_at),
        last_seen: ctx.now,
        signed_out_at: None,
    };
    let leaving = make_room(&known, &new, DevicePolicy::default())
        .map_err(|none| Error::invalid("deviceId", none.to_string(), "Sign out of a device on My account."))?;
    known.retain(|one| leaving.contains(&one.id));
    for gone in &mut known {
        device::sign_out(&mut s, ctx.org(), id, &gone.id, ctx.now).await?;
        gone.signed_out_at = Some(ctx.now);
        record(&mut s, app, ctx, "device.sign_out", gone).await?;
    }
    device::put(&mut s, ctx.org(), &new).await?;
    if before.is_none() {
        record(&mut s, app, ctx, "device.activate", &new).await?;
    }
    let answer = licensed(app, ctx, issuer, &user, &info.id, &entitled, plan_ids)?;
    s.commit().await?;
    Ok(Activation {
        signed_out: known,
        ..answer
    })
}

/// Says that a device is still in use, and gives it a new license document.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but a person; a device that was never activated.
pub async fn check_in(app: &App, ctx: &Ctx, issuer: &str, device_id: &str, plan_ids: &[PlanId]) -> Result<Activation> {
    let answer = license(app, ctx, issuer, device_id, plan_ids).await?;
    if answer.state != ActivationState::SignedOut {
        let mut s = app.begin().await?;
        device::touch(&mut s, ctx.org(), me(ctx)?, device_id, ctx.now).await?;
        s.commit().await?;
    }
    Ok(answer)
}

/// How things stand for a device, without saying that it is in use.
///
/// # Errors
/// As [`check_in`].
pub async fn license(app: &App, ctx: &Ctx, issuer: &str, device_id: &str, plan_ids: &[PlanId]) -> Result<Activation> {
    let id = me(ctx)?;
    let mut s = app.read().await?;
    let user = user::get(&mut s, ctx.org(), id).await?.ok_or(Error::NotFound("user"))?;
    let known = device::of_user(&mut s, ctx.org(), id).await?;
    let found = known
        .into_iter()
        .find(|one| one.id == device_id)
        .ok_or(Error::NotFound("device"))?;
    if !found.is_active() {
        return Ok(Activation {
            state: ActivationState::SignedOut,
            license: None,
            notices: vec![notice(NoticeCode::ProductDeactivated)],
            signed_out: Vec::new(),
        });
    }
    let entitled = Entitlement::read(&mut s, app, ctx.org(), id, ctx.now).await?;
    if is_licensed(&entitled, plan_ids) {
        licensed(app, ctx, issuer, &user, device_id, &entitled, plan_ids)
    } else {
        Ok(unlicensed(&entitled, plan_ids))
    }
}

/// The person's devices, signed-out ones included.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but a person.
pub async fn list(app: &App, ctx: &Ctx) -> Result<Vec<Device>> {
    let mut s = app.read().await?;
    Ok(device::of_user(&mut s, ctx.org(), me(ctx)?).await?)
}

/// Signs one of one's own devices out: its slot is free at once, the app is reduced at its next check-in (DV-03).
///
/// # Errors
/// No such device, or signed out already.
pub async fn sign_out(app: &App, ctx: &Ctx, device_id: &str) -> Result<()> {
    let id = me(ctx)?;
    let mut s = app.begin().await?;
    let known = device::of_user(&mut s, ctx.org(), id).await?;
    let found = known
        .into_iter()
        .find(|one| one.id == device_id && one.is_active())
        .ok_or(Error::NotFound("device"))?;
    if !device::sign_out(&mut s, ctx.org(), id, device_id, ctx.now).await? {
        return Err(Error::NotFound("device"));
    }
    record(&mut s, app, ctx, "device.sign_out", &found).await?;
    Ok(s.commit().await?)
}

async fn record(s: &mut Session, app: &App, ctx: &Ctx, action: &'static str, device: &Device) -> Result<()> {
    let change = Change::of(action, device.user)
        .after(json!({ "device": device.id, "class": device.class.as_str(), "platform": device.platform.as_str() }))
        .personal(json!({ "deviceName": device.name }));
    audit::record(s, app, ctx, change).await
}

fn check_text(field: &'static str, text: &str) -> Result<()> {
    let length = text.trim().chars().count();
    if (1..=128).contains(&length) && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Error::invalid(
            field,
            "1 to 128 characters are needed",
            "Send a short text without line breaks.",
        ))
    }
}

fn is_licensed(entitled: &Entitlement, plan_ids: &[PlanId]) -> bool {
    if plan_ids.is_empty() {
        !entitled.usable.is_empty()
    } else {
        plan_ids.iter().any(|id| entitled.usable.contains(id))
    }
}

fn licensed(
    app: &App,
    ctx: &Ctx,
    issuer: &str,
    user: &User,
    device_id: &str,
    entitled: &Entitlement,
    plan_ids: &[PlanId],
) -> Result<Activation> {
    let wanted: BTreeSet<PlanId> = if plan_ids.is_empty() {
        entitled.usable.clone()
    } else {
        plan_ids
            .iter()
            .copied()
            .filter(|id| entitled.usable.contains(id))
            .collect()
    };
    let in_grace = |plan: &PlanId| {
        entitled
            .conferring(*plan)
            .all(|id| entitled.pools.get(&id).is_some_and(|pool| pool.enabled == 0))
    };
    let codes = if wanted.iter().all(in_grace) {
        vec![NoticeCode::SubscriptionExpired]
    } else {
        Vec::new()
    };
    let license = document::issue_for(app, ctx, issuer, user, device_id, entitled, &codes)?;
    Ok(Activation {
        state: ActivationState::Licensed,
        license: Some(license),
        notices: codes.into_iter().map(notice).collect(),
        signed_out: Vec::new(),
    })
}

fn unlicensed(entitled: &Entitlement, plan_ids: &[PlanId]) -> Activation {
    let lapsed = entitled.lapsed();
    let disabled = if plan_ids.is_empty() {
        !lapsed.is_empty()
    } else {
        plan_ids.iter().any(|id| lapsed.contains(id))
    };
    let code = if disabled {
        NoticeCode::SubscriptionDisabled
    } else {
        NoticeCode::LicenseNotFound
    };
    Activation {
        state: ActivationState::Unlicensed,
        license: None,
        notices: vec![notice(code)],
        signed_out: Vec::new(),
    }
}

/// The notices of SPEC 17.4.
fn notice(code: NoticeCode) -> Notice {
    let (message, remedy) = match code {
        NoticeCode::SubscriptionExpired => (
            "The subscription has expired. Everything works for now.",
            "Ask an administrator to reactivate the subscription.",
        ),
        NoticeCode::SubscriptionDisabled => (
            "Unlicensed product: the subscription is disabled.",
            "Ask an administrator to reactivate the subscription.",
        ),
        NoticeCode::ProductDeactivated => ("This device was signed out.", "Sign in again to activate it."),
        NoticeCode::LicenseNotFound => (
            "No license for this app was found with your account.",
            "Ask an administrator to assign one, or switch to another account.",
        ),
        _ => ("There is a problem with your license.", "Sign out and sign in again."),
    };
    Notice {
        code,
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// The answer about one plan on one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckAnswer {
    pub allowed: bool,
    /// A stable code when not allowed.
    pub reason: Option<&'static str>,
    pub remedy: Option<&'static str>,
    /// Until when the answer holds, on the organization's clock: at most 30 days, no longer than the subscription; now when
    /// not allowed.
    pub until: Timestamp,
}

/// May this person use this plan on this device now? One statement, no context.
///
/// # Errors
/// `NOT_PERMITTED` for a program's token; [`Error::Unauthenticated`] for a user who is gone.
pub async fn check(app: &App, claims: &AccessClaims, device_id: &str, plan: PlanId) -> Result<CheckAnswer> {
    let Holder::User { id, .. } = &claims.who else {
        return Err(Error::Refused(Refusal::NotPermitted { needed: Vec::new() }));
    };
    let mut s = app.read().await?;
    let found = assignment::license_check(&mut s, claims.tid, *id, device_id, plan)
        .await?
        .ok_or(Error::Unauthenticated("the account is disabled or deleted"))?;
    let now = app
        .system_now()
        .checked_add(found.clock_ahead)
        .map_err(Error::internal)?;
    Ok(decide(&found, plan, now))
}

fn decide(found: &LicenseCheck, plan: PlanId, now: Timestamp) -> CheckAnswer {
    const ASK_ADMIN: &str = "Ask an administrator to assign a license with this service.";
    let refused = |reason, remedy| CheckAnswer {
        allowed: false,
        reason: Some(reason),
        remedy: Some(remedy),
        until: now,
    };
    if !found.account_enabled {
        return refused("ACCOUNT_DISABLED", "Ask an administrator to enable the account.");
    }
    if found.grants.is_empty() {
        return refused("NO_LICENSE", ASK_ADMIN);
    }
    let on: Vec<&Grant> = found
        .grants
        .iter()
        .filter(|grant| !grant.disabled_plans.contains(&plan))
        .collect();
    if on.is_empty() {
        return refused(
            "PLAN_TURNED_OFF",
            "Ask an administrator to turn the service on in your license.",
        );
    }
    let usable: Vec<&Grant> = on.into_iter().filter(|grant| grant.phase(now).is_usable()).collect();
    if usable.is_empty() {
        return refused(
            "SUBSCRIPTION_DISABLED",
            "Ask an administrator to reactivate the subscription.",
        );
    }
    match &found.device {
        None => {
            return refused(
                "DEVICE_NOT_ACTIVATED",
                "Sign in to the app on this device to activate it.",
            );
        }
        Some(device) if device.signed_out_at.is_some() => {
            return refused("DEVICE_SIGNED_OUT", "Sign in to the app again to activate this device.");
        }
        Some(_) => {}
    }
    let most = now
        .saturating_add(SignedDuration::from_hours(24 * CHECK_IN_DAYS))
        .unwrap_or(now);
    let until = if usable.iter().any(|grant| grant.instants.disables.is_none()) {
        most
    } else {
        usable
            .iter()
            .filter_map(|grant| grant.instants.disables)
            .max()
            .map_or(most, |end| end.min(most))
    };
    CheckAnswer {
        allowed: true,
        reason: None,
        remedy: None,
        until,
    }
}
