//! Customers: creating, finding, domains.

mod create;
mod setup;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::OrganizationId;
use aktiver_domain::role::Operation;
use aktiver_storage::engine::Error as Storage;
pub use aktiver_storage::organization::{Domain, Organization};
use aktiver_storage::{organization, subscription, user};
use serde_json::json;

pub use create::{CreatedOrganization, NewAdmin, NewOrganization, create};
pub use setup::{Visitor, review_for_visitor, setup_and_redeem};

use create::{create_in, prepare};

use crate::app::App;
use crate::audit::{self, Change};
use crate::auth::require_operator;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};

/// An organization at a glance.
#[derive(Debug, Clone)]
pub struct Summary {
    pub organization: Organization,
    pub domains: Vec<Domain>,
    pub users: u64,
    /// All that are not deleted.
    pub subscriptions: usize,
    /// Its present.
    pub now: Timestamp,
}

/// All organizations by name, for the provider.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn list(
    app: &App,
    actor: &Actor,
    after: Option<OrganizationId>,
    limit: u32,
    prefix: Option<&str>,
) -> Result<Vec<Organization>> {
    require_operator(actor)?;
    let mut s = app.read().await?;
    Ok(organization::list(&mut s, after, limit, prefix).await?)
}

/// The organization that an address names: by id, prefixed id, or verified domain. Tells nothing that the name did not.
///
/// # Errors
/// No such organization.
pub async fn resolve(app: &App, text: &str) -> Result<Organization> {
    const NONE: Error = Error::NotFound("organization");
    let mut s = app.read().await?;
    let id = match OrganizationId::parse(text.trim()) {
        Ok(id) => id,
        Err(_) => organization::organization_of_domain(&mut s, text.trim())
            .await?
            .ok_or(NONE)?,
    };
    organization::get(&mut s, id).await?.ok_or(NONE)
}

/// An organization at a glance, for the provider.
///
/// # Errors
/// `NOT_PERMITTED`; no such organization.
pub async fn summary(app: &App, actor: &Actor, id: OrganizationId) -> Result<Summary> {
    require_operator(actor)?;
    let mut s = app.read().await?;
    let organization = organization::get(&mut s, id)
        .await?
        .ok_or(Error::NotFound("organization"))?;
    let domains = organization::domains(&mut s, id).await?;
    let users = user::count(&mut s, id).await?;
    let now = organization.now(app.system_now());
    let deleted = aktiver_domain::subscription::Phase::Deleted;
    let subscriptions = subscription::list(&mut s, id)
        .await?
        .iter()
        .filter(|one| one.phase(now) != deleted)
        .count();
    Ok(Summary {
        organization,
        domains,
        users,
        subscriptions,
        now,
    })
}

/// The organization's domains.
///
/// # Errors
/// A database fault.
pub async fn domains(app: &App, ctx: &Ctx) -> Result<Vec<Domain>> {
    let mut s = app.read().await?;
    Ok(organization::domains(&mut s, ctx.org()).await?)
}

/// A domain name in the form in which it is stored: lower case, without a dot at its end.
///
/// # Errors
/// `domain`: what no domain name looks like.
pub(crate) fn clean_domain(name: &str) -> Result<String> {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    let labels: Vec<_> = name.split('.').collect();
    let good = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if labels.len() >= 2 && name.len() <= 253 && labels.iter().all(good) {
        Ok(name)
    } else {
        Err(Error::invalid(
            "domain",
            "this is no domain name",
            "Use letters, digits and hyphens with dots between, such as fjordvik.example (international names in their xn-- form).",
        ))
    }
}

/// Adds a domain. Whether it is theirs must have been verified by the caller's means.
///
/// # Errors
/// `NOT_PERMITTED`; no domain name; a domain that some organization has, or under the server's own.
pub async fn add_domain(app: &App, ctx: &Ctx, name: &str) -> Result<Domain> {
    ctx.require(Operation::ManageOrganization)?;
    let name = clean_domain(name)?;
    let own = app.config().server_domain.to_lowercase();
    if name == own || name.ends_with(&format!(".{own}")) {
        return Err(Error::Taken { field: "domain" });
    }
    let mut s = app.begin().await?;
    match organization::insert_domain(&mut s, &name, ctx.org(), false).await {
        Err(Storage::Unique { .. }) => return Err(Error::Taken { field: "domain" }),
        other => other?,
    }
    let change = Change::of("organization.domain.add", ctx.org()).after(json!({ "domain": name }));
    audit::record(&mut s, app, ctx, change).await?;
    s.commit().await?;
    Ok(Domain { name, initial: false })
}

/// Removes a domain that no user's name ends in.
///
/// # Errors
/// `NOT_PERMITTED`; no such domain; the initial one; one that is used.
pub async fn remove_domain(app: &App, ctx: &Ctx, name: &str) -> Result<()> {
    ctx.require(Operation::ManageOrganization)?;
    let name = clean_domain(name)?;
    let mut s = app.begin().await?;
    let all = organization::domains(&mut s, ctx.org()).await?;
    let found = all
        .into_iter()
        .find(|one| one.name == name)
        .ok_or(Error::NotFound("domain"))?;
    if found.initial {
        return Err(Error::invalid(
            "domain",
            "the organization came with this domain",
            "It stays as long as the organization.",
        ));
    }
    let ending = format!("@{name}");
    let mut after = None;
    loop {
        let users = user::page_by_id(&mut s, ctx.org(), after, 1000).await?;
        let Some(last) = users.last() else { break };
        after = Some(last.id);
        if let Some(user) = users
            .iter()
            .find(|user| user.user_principal_name.to_lowercase().ends_with(&ending))
        {
            return Err(Error::invalid(
                "domain",
                format!("{} signs in with it", user.user_principal_name),
                "Rename the users of this domain first.",
            ));
        }
    }
    organization::delete_domain(&mut s, ctx.org(), &name).await?;
    let change = Change::of("organization.domain.remove", ctx.org()).before(json!({ "domain": name }));
    audit::record(&mut s, app, ctx, change).await?;
    Ok(s.commit().await?)
}

/// What of an organization can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    BillingBlocked,
    InvoiceApproved,
    InstallsOff,
}

/// Blocks or unblocks an organization's billing account.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but the provider; no such organization.
pub async fn set_billing_blocked(app: &App, actor: &Actor, id: OrganizationId, blocked: bool) -> Result<()> {
    require_operator(actor)?;
    set(app, actor, id, Switch::BillingBlocked, blocked).await
}

/// Lets an organization pay by invoice, after a credit check (SPEC 16.4).
///
/// # Errors
/// `NOT_PERMITTED` for anyone but the provider; no such organization.
pub async fn set_invoice_approved(app: &App, actor: &Actor, id: OrganizationId, approved: bool) -> Result<()> {
    require_operator(actor)?;
    set(app, actor, id, Switch::InvoiceApproved, approved).await
}

/// Turns downloads by users off or on (MA-04).
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn set_installs_off(app: &App, ctx: &Ctx, off: bool) -> Result<()> {
    ctx.require(Operation::ManageOrganization)?;
    set(app, &ctx.actor, ctx.org(), Switch::InstallsOff, off).await
}

async fn set(app: &App, actor: &Actor, id: OrganizationId, switch: Switch, on: bool) -> Result<()> {
    let mut s = app.begin().await?;
    let mut found = organization::lock(&mut s, id)
        .await?
        .ok_or(Error::NotFound("organization"))?;
    let (field, action, name) = match switch {
        Switch::BillingBlocked => (
            &mut found.billing_blocked,
            "organization.billing_block",
            "billingBlocked",
        ),
        Switch::InvoiceApproved => (
            &mut found.invoice_approved,
            "organization.invoice_approve",
            "invoiceApproved",
        ),
        Switch::InstallsOff => (&mut found.installs_off, "organization.installs", "installsOff"),
    };
    let before = std::mem::replace(field, on);
    if before == on {
        return Ok(());
    }
    organization::update(&mut s, &found).await?;
    let ctx = app.context_of(actor.clone(), found, app.id::<aktiver_domain::ids::EventKind>().uuid());
    let change = Change::of(action, id)
        .before(json!({ name: before }))
        .after(json!({ name: on }));
    audit::record(&mut s, app, &ctx, change).await?;
    Ok(s.commit().await?)
}

/// The display names of the enabled people who may do an operation, for "ask one of these administrators".
///
/// # Errors
/// A database fault.
pub async fn administrators(app: &App, ctx: &Ctx, operation: Operation) -> Result<Vec<String>> {
    let mut s = app.read().await?;
    let members = user::members_of(&mut s, ctx.org(), &operation.roles()).await?;
    let names: std::collections::BTreeSet<_> = members.into_iter().map(|(_, user)| user.display_name).collect();
    Ok(names.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_names_are_cleaned_or_refused() {
        assert_eq!(clean_domain(" Fjordvik.Example. ").unwrap(), "fjordvik.example");
        for bad in ["", "fjordvik", "a..b", "-a.b", "a-.b", "æ.no", "a b.no", "@a.no"] {
            assert!(clean_domain(bad).is_err(), "{bad}");
        }
    }
}
