//! My account: what a person's licenses give them (SPEC 17.1).

pub(crate) mod entitlement;

use std::collections::BTreeSet;

use aktiver_domain::Refusal;
use aktiver_domain::catalog::{App as OfferedApp, AppKind, Plan, Product};
use aktiver_domain::device::Device;
use aktiver_domain::ids::{ProductId, UserId};
use aktiver_domain::role::Operation;
pub use aktiver_storage::catalog::Release;
use aktiver_storage::user::{self, User};
use aktiver_storage::{catalog, device};
use tokio::io::AsyncRead;

use self::entitlement::Entitlement;
use crate::app::App;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::{devices, organizations};

/// Why an app that the licenses give cannot be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallBlock {
    /// MA-04: an administrator turned installing off.
    InstallsOff,
}

/// An app that the licenses give.
#[derive(Debug, Clone)]
pub struct AppOffer {
    pub app: OfferedApp,
    /// What can be downloaded, one per platform; empty for the web and for app stores.
    pub releases: Vec<Release>,
    pub blocked: Option<InstallBlock>,
}

/// A license and what it includes.
#[derive(Debug, Clone)]
pub struct AccountProduct {
    pub product: Product,
    /// Graph's word: `Enabled`, `Warning`, `Suspended`, `LockedOut`, `Deleted`.
    pub status: &'static str,
    /// Each plan for users, and whether it can be used now.
    pub plans: Vec<(Plan, bool)>,
}

/// Why no app is offered (MA-01 to MA-03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoApps {
    /// No license has been assigned.
    NoLicense,
    /// The subscriptions of these products have been disabled; these administrators may reactivate them.
    SubscriptionDisabled {
        products: Vec<String>,
        administrators: Vec<String>,
    },
    /// The apps are turned off in the assignment.
    PlanTurnedOff,
    /// The licenses include no apps.
    NotIncluded,
}

/// Everything on the page.
#[derive(Debug, Clone)]
pub struct AccountHome {
    pub user: User,
    pub products: Vec<AccountProduct>,
    pub apps: Vec<AppOffer>,
    /// Signed-in ones first, the latest seen first.
    pub devices: Vec<Device>,
    /// Set when there is no app.
    pub notice: Option<NoApps>,
}

/// A download that has begun.
pub struct Download {
    pub release: Release,
    pub reader: Box<dyn AsyncRead + Send + Unpin>,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}

/// The person who acts.
///
/// # Errors
/// `NOT_PERMITTED` for programs and operators: they have no account of their own.
pub(crate) fn me(ctx: &Ctx) -> Result<UserId> {
    ctx.actor
        .user()
        .ok_or(Error::Refused(Refusal::NotPermitted { needed: Vec::new() }))
}

/// One's own licenses, apps and devices.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but a person.
pub async fn home(app: &App, ctx: &Ctx) -> Result<AccountHome> {
    let id = me(ctx)?;
    let mut s = app.read().await?;
    let user = user::get(&mut s, ctx.org(), id).await?.ok_or(Error::NotFound("user"))?;
    let entitled = Entitlement::read(&mut s, app, ctx.org(), id, ctx.now).await?;
    let releases = catalog::releases(&mut s).await?;
    let mut devices = device::of_user(&mut s, ctx.org(), id).await?;
    drop(s);
    devices.sort_by_key(|one| (one.signed_out_at.is_some(), std::cmp::Reverse(one.last_seen)));
    let apps: Vec<AppOffer> = entitled
        .catalog
        .apps_for(&entitled.usable)
        .into_iter()
        .map(|offered| AppOffer {
            app: offered.clone(),
            releases: releases.iter().filter(|one| one.app == offered.id).cloned().collect(),
            blocked: block(ctx, offered),
        })
        .collect();
    let notice = if apps.is_empty() {
        Some(why_none(app, ctx, &entitled).await?)
    } else {
        None
    };
    Ok(AccountHome {
        user,
        products: products(&entitled),
        apps,
        devices,
        notice,
    })
}

fn block(ctx: &Ctx, offered: &OfferedApp) -> Option<InstallBlock> {
    (ctx.organization.installs_off && offered.kind == AppKind::Desktop).then_some(InstallBlock::InstallsOff)
}

fn products(entitled: &Entitlement) -> Vec<AccountProduct> {
    let held: BTreeSet<ProductId> = entitled.held.iter().map(|one| one.product).collect();
    let mut products: Vec<_> = held
        .into_iter()
        .filter_map(|id| entitled.catalog.product(id))
        .map(|product| AccountProduct {
            product: product.clone(),
            status: entitled
                .pools
                .get(&product.id)
                .map_or("Deleted", |pool| pool.capability_status()),
            plans: product
                .plans
                .iter()
                .filter_map(|plan| entitled.catalog.plan(*plan))
                .filter(|plan| plan.applies_to == aktiver_domain::catalog::AppliesTo::User)
                .map(|plan| (plan.clone(), entitled.conferring(plan.id).any(|by| by == product.id)))
                .collect(),
        })
        .collect();
    products.sort_by(|a, b| a.product.name.cmp(&b.product.name));
    products
}

async fn why_none(app: &App, ctx: &Ctx, entitled: &Entitlement) -> Result<NoApps> {
    if entitled.held.is_empty() {
        return Ok(NoApps::NoLicense);
    }
    if !entitled.catalog.apps_for(&entitled.lapsed()).is_empty() {
        let lapsed: BTreeSet<_> = entitled
            .held
            .iter()
            .map(|one| one.product)
            .filter(|product| !entitled.is_usable(*product))
            .collect();
        let products = lapsed
            .into_iter()
            .filter_map(|id| entitled.catalog.product(id))
            .map(|one| one.name.clone())
            .collect();
        let administrators = organizations::administrators(app, ctx, Operation::Reactivate).await?;
        return Ok(NoApps::SubscriptionDisabled {
            products,
            administrators,
        });
    }
    Ok(if entitled.catalog.apps_for(&entitled.turned_off()).is_empty() {
        NoApps::NotIncluded
    } else {
        NoApps::PlanTurnedOff
    })
}

/// Opens an installer, only while the licenses give its app.
///
/// # Errors
/// [`Error::NotFound`] for an app that the licenses do not give, or without a release for the platform; `NOT_PERMITTED` when
/// an administrator turned installing off (MA-04).
pub async fn download(app: &App, ctx: &Ctx, app_id: &str, platform: &str) -> Result<Download> {
    let id = me(ctx)?;
    let mut s = app.read().await?;
    let entitled = Entitlement::read(&mut s, app, ctx.org(), id, ctx.now).await?;
    let release = catalog::release(&mut s, app_id, platform).await?;
    drop(s);
    let offered = entitled
        .catalog
        .apps_for(&entitled.usable)
        .into_iter()
        .find(|one| one.id == app_id);
    let offered = offered.ok_or(Error::NotFound("app among those that your licenses give"))?;
    if block(ctx, offered).is_some() {
        return Err(Error::Refused(Refusal::NotPermitted {
            needed: Operation::ManageOrganization.roles(),
        }));
    }
    let release = release.ok_or(Error::NotFound("download for this platform"))?;
    let reader = app.files().open(&release.object_key).await.map_err(Error::internal)?;
    Ok(Download { release, reader })
}

/// Signs one of one's own devices out (DV-03).
///
/// # Errors
/// No such device, or signed out already.
pub async fn sign_out_device(app: &App, ctx: &Ctx, device_id: &str) -> Result<()> {
    devices::sign_out(app, ctx, device_id).await
}
