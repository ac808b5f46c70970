//! A new customer and its first administrator.

use std::collections::BTreeSet;

use aktiver_domain::country::is_country;
use aktiver_domain::ids::EventKind;
use aktiver_domain::role::Role;
use aktiver_domain::{Id, Timestamp};
use aktiver_storage::engine::{Error as Storage, Session};
use aktiver_storage::organization::{self, Organization};
use aktiver_storage::user::{self, PasswordHash, User};
use jiff::SignedDuration;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Change};
use crate::auth::{self, require_operator};
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::users::clean_local_part;

/// The first administrator of a new organization.
#[derive(Clone)]
pub struct NewAdmin {
    pub display_name: String,
    /// `kari`, or the whole name `kari@fjordvik.example.com` when it ends in the organization's first domain.
    pub user_name: String,
    /// Made up when `None`.
    pub password: Option<String>,
    pub mail: Option<String>,
}

impl std::fmt::Debug for NewAdmin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAdmin")
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

/// A customer to be.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    pub name: String,
    /// ISO 3166-1 alpha-2: where it is billed, and where its administrator's services are used.
    pub country: String,
    /// The label before the server's domain; made from the name when `None`.
    pub domain: Option<String>,
    /// A sandbox has a clock of its own, pretended payment, and may pay by invoice.
    pub sandbox: bool,
    pub admin: NewAdmin,
}

/// A new customer, and the password that was made up for its administrator, which is shown this once.
#[derive(Clone)]
pub struct CreatedOrganization {
    pub organization: Organization,
    pub admin: User,
    pub password: Option<String>,
}

impl std::fmt::Debug for CreatedOrganization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedOrganization")
            .field("organization", &self.organization)
            .field("admin", &self.admin)
            .finish_non_exhaustive()
    }
}

/// A checked [`NewOrganization`], with the slow work (hashing the password) done: what [`create_in`] takes, so that no
/// transaction waits for it.
pub(crate) struct Prepared {
    new: NewOrganization,
    label: Option<String>,
    hash: PasswordHash,
    generated: Option<String>,
}

/// Creates an organization with its first domain and a Global Administrator.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but the provider; a bad name, country, domain, user name or password; a domain that is taken.
pub async fn create(app: &App, actor: &Actor, new: NewOrganization) -> Result<CreatedOrganization> {
    require_operator(actor)?;
    let prepared = prepare(app, &new).await?;
    let mut s = app.begin().await?;
    let created = create_in(app, &mut s, actor, &prepared, app.system_now()).await?;
    s.commit().await?;
    Ok(created)
}

/// Checks a new organization and hashes its administrator's password, outside any transaction.
pub(crate) async fn prepare(app: &App, new: &NewOrganization) -> Result<Prepared> {
    let mut new = new.clone();
    new.name = new.name.trim().to_owned();
    new.country = new.country.trim().to_uppercase();
    new.admin.display_name = new.admin.display_name.trim().to_owned();
    if new.name.is_empty() || new.name.chars().count() > 200 || new.name.chars().any(char::is_control) {
        return Err(Error::invalid(
            "name",
            "an organization needs a name of 1 to 200 characters",
            "Give it its company name.",
        ));
    }
    if !is_country(&new.country) {
        return Err(Error::invalid(
            "country",
            "this is no ISO 3166-1 alpha-2 country code",
            "Use two letters, such as NO.",
        ));
    }
    if new.admin.display_name.is_empty() || new.admin.display_name.chars().count() > 256 {
        return Err(Error::invalid(
            "displayName",
            "the administrator needs a name of 1 to 256 characters",
            "Give a name.",
        ));
    }
    let label = new.domain.as_deref().map(|domain| label_of(app, domain)).transpose()?;
    let (password, generated) = match new.admin.password.take() {
        Some(password) => {
            auth::check_password_strength(&password)?;
            (password, None)
        }
        None => {
            let made = auth::generate_password(app);
            (made.clone(), Some(made))
        }
    };
    let hash = auth::hash_password(app, &password).await?;
    Ok(Prepared {
        new,
        label,
        hash,
        generated,
    })
}

/// Creates an organization in a unit of work that does more.
pub(crate) async fn create_in(
    app: &App,
    s: &mut Session,
    actor: &Actor,
    prepared: &Prepared,
    system_now: Timestamp,
) -> Result<CreatedOrganization> {
    let new = &prepared.new;
    let organization = Organization {
        id: Id::new(system_now, app.entropy()),
        name: new.name.clone(),
        country: new.country.clone(),
        currency: None,
        sandbox: new.sandbox,
        clock_ahead: SignedDuration::ZERO,
        // A sandbox tries what an approved customer may.
        invoice_approved: new.sandbox,
        billing_blocked: false,
        installs_off: false,
        license_salt: app.random(),
        created_at: system_now,
        version: 0,
    };
    let domain = match &prepared.label {
        Some(label) => format!("{label}.{}", app.config().server_domain),
        None => free_domain(app, s, &new.name).await?,
    };
    let local = match new.admin.user_name.trim().split_once('@') {
        None => new.admin.user_name.trim(),
        Some((local, ending)) if ending.eq_ignore_ascii_case(&domain) => local,
        Some(_) => {
            return Err(Error::invalid(
                "userName",
                format!("the administrator's name does not end in @{domain}"),
                "Give the part before the @ alone.",
            ));
        }
    };
    let local = clean_local_part("userName", local)?;
    organization::insert(s, &organization).await?;
    match organization::insert_domain(s, &domain, organization.id, true).await {
        Err(Storage::Unique { .. }) => return Err(Error::Taken { field: "domain" }),
        other => other?,
    }
    let admin = User {
        organization: organization.id,
        id: Id::new(system_now, app.entropy()),
        user_principal_name: format!("{local}@{domain}"),
        display_name: new.admin.display_name.clone(),
        given_name: None,
        surname: None,
        mail: new
            .admin
            .mail
            .as_deref()
            .map(str::trim)
            .filter(|mail| !mail.is_empty())
            .map(str::to_owned),
        mail_nickname: Some(local.to_owned()),
        job_title: None,
        mobile_phone: None,
        office_location: None,
        preferred_language: None,
        business_phones: Vec::new(),
        usage_location: Some(organization.country.clone()),
        account_enabled: true,
        password_hash: Some(prepared.hash.clone()),
        created_at: system_now,
        deleted_at: None,
        version: 0,
    };
    match user::insert(s, &admin).await {
        Err(Storage::Unique { .. }) => {
            return Err(Error::Taken {
                field: "userPrincipalName",
            });
        }
        other => other?,
    }
    user::add_role(s, organization.id, admin.id, Role::GlobalAdministrator).await?;
    let ctx = app.context_of(actor.clone(), organization.clone(), app.id::<EventKind>().uuid());
    let change = Change::of("organization.create", organization.id).after(json!({
        "name": organization.name, "country": organization.country, "sandbox": organization.sandbox, "domain": domain,
    }));
    audit::record(s, app, &ctx, change).await?;
    let change = Change::of("user.create", admin.id)
        .after(json!({ "accountEnabled": true, "roles": [Role::GlobalAdministrator.as_str()] }))
        .personal(json!({ "userPrincipalName": admin.user_principal_name, "displayName": admin.display_name }));
    audit::record(s, app, &ctx, change).await?;
    audit::publish(
        s,
        app,
        &ctx,
        "organization.created",
        organization.id.uuid(),
        json!({ "domain": domain }),
    )
    .await?;
    Ok(CreatedOrganization {
        organization,
        admin,
        password: prepared.generated.clone(),
    })
}

/// The label of a wanted first domain: `fjordvik`, or `fjordvik.<server domain>`.
fn label_of(app: &App, domain: &str) -> Result<String> {
    let text = domain.trim().to_lowercase();
    let label = text
        .strip_suffix(&format!(".{}", app.config().server_domain.to_lowercase()))
        .unwrap_or(&text);
    let good = (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-');
    if good {
        Ok(label.to_owned())
    } else {
        Err(Error::invalid(
            "domain",
            format!("the first domain is one label before .{}", app.config().server_domain),
            "Use 1 to 63 letters, digits and hyphens; add your own domain afterwards.",
        ))
    }
}

/// A label from a name: `Fjordvik AS` gives `fjordvikas`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in aktiver_storage::fold(name).chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'æ' | 'ä' => slug.push_str("ae"),
            'ø' | 'ö' => slug.push('o'),
            'å' | 'á' | 'à' => slug.push('a'),
            'é' | 'è' | 'ê' => slug.push('e'),
            'ü' => slug.push('u'),
            _ => {}
        }
        if slug.len() >= 40 {
            break;
        }
    }
    if slug.is_empty() {
        "organization".to_owned()
    } else {
        slug
    }
}

/// The first domain made from a name that nobody has yet: with a number behind it when the plain one is taken.
async fn free_domain(app: &App, s: &mut Session, name: &str) -> Result<String> {
    let slug = slug(name);
    let mut tried = BTreeSet::new();
    for attempt in 1_u32..=50 {
        // After a few numbers in order, random ones: a thousand organizations may have one name.
        let number = if attempt <= 9 {
            attempt
        } else {
            u32::from_le_bytes(app.random()) % 1_000_000
        };
        let label = if attempt == 1 {
            slug.clone()
        } else {
            format!("{slug}{number}")
        };
        let domain = format!("{label}.{}", app.config().server_domain);
        if tried.insert(label) && organization::organization_of_domain(s, &domain).await?.is_none() {
            return Ok(domain);
        }
    }
    Err(Error::Taken { field: "domain" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_made_of_any_name() {
        assert_eq!(slug("Fjordvik AS"), "fjordvikas");
        assert_eq!(slug("Blåbær & Sønn"), "blabaersonn");
        assert_eq!(slug("株式会社"), "organization");
        assert_eq!(slug(&"x".repeat(100)).len(), 40);
    }
}
