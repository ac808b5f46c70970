//! Organizations (customers) and their domains.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::OrganizationId;
use aktiver_domain::money::Currency;
use jiff::SignedDuration;
use uuid::Uuid;

use crate::engine::{Error, Result, Row, Session};
use crate::text::{after_prefix, fold, sort_key};
use crate::values::{must_be_unit, unsigned};
use crate::{params, statements};

statements! {
    INSERT both "insert into organization (id, name, sort_name, country, currency, sandbox, clock_ahead, invoice_approved, billing_blocked, \
        installs_off, license_salt, created_at, version) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    GET both "select * from organization where id = $1";
    LOCK
        sqlite "select * from organization where id = $1"
        postgres "select * from organization where id = $1 for no key update";
    UPDATE both "update organization set name = $3, sort_name = $4, country = $5, currency = $6, sandbox = $7, clock_ahead = $8, \
        invoice_approved = $9, billing_blocked = $10, installs_off = $11, license_salt = $12, version = version + 1 \
        where id = $1 and version = $2";
    LIST both "select * from organization where (sort_name, id) > ($1, $2) and sort_name < $3 order by sort_name, id limit $4";
    COUNT both "select count(*) as n from organization";
    INSERT_DOMAIN both "insert into domain (name, organization_id, initial) values ($1, $2, $3)";
    DOMAINS both "select name, initial from domain where organization_id = $1 order by name";
    ORGANIZATION_OF_DOMAIN both "select organization_id from domain where name = $1";
    CUSTOM_DOMAIN both "select name from domain where organization_id = $1 and not initial order by name limit 1";
    DELETE_DOMAIN both "delete from domain where organization_id = $1 and name = $2";
    SET_CLOCK_AHEAD both "update organization set clock_ahead = $2, version = version + 1 where id = $1";
    SET_CURRENCY_IF_UNSET both "update organization set currency = $2, version = version + 1 where id = $1 and currency is null";
}

/// A customer.
#[derive(Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// The name it is shown by; not unique.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Fixed at the first purchase.
    pub currency: Option<Currency>,
    /// Has a clock of its own and takes no real money.
    pub sandbox: bool,
    /// How far a sandbox's clock runs ahead, to the microsecond.
    pub clock_ahead: SignedDuration,
    /// May pay by invoice.
    pub invoice_approved: bool,
    /// May not buy until the vendor lifts it.
    pub billing_blocked: bool,
    /// Its users may not install apps.
    pub installs_off: bool,
    /// Salts what its license documents say of people and devices.
    pub license_salt: [u8; 16],
    /// When it was made.
    pub created_at: Timestamp,
    /// Raised at every change; an update names the one it was decided on.
    pub version: i64,
}

/// Without the salt.
impl std::fmt::Debug for Organization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Organization")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("country", &self.country)
            .field("currency", &self.currency)
            .field("sandbox", &self.sandbox)
            .field("clock_ahead", &self.clock_ahead)
            .field("invoice_approved", &self.invoice_approved)
            .field("billing_blocked", &self.billing_blocked)
            .field("installs_off", &self.installs_off)
            .field("created_at", &self.created_at)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Organization {
    /// The organization's present: the machine's, or ahead of it in a sandbox.
    #[must_use]
    pub fn now(&self, system_now: Timestamp) -> Timestamp {
        system_now.checked_add(self.clock_ahead).unwrap_or(Timestamp::MAX)
    }

    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.typed_id("id")?,
            name: row.text("name")?,
            country: row.text("country")?,
            currency: row.opt_parse("currency")?,
            sandbox: row.bool("sandbox")?,
            clock_ahead: SignedDuration::from_micros(row.int("clock_ahead")?),
            invoice_approved: row.bool("invoice_approved")?,
            billing_blocked: row.bool("billing_blocked")?,
            installs_off: row.bool("installs_off")?,
            license_salt: row.bytes("license_salt")?,
            created_at: row.instant("created_at")?,
            version: row.int("version")?,
        })
    }
}

/// A domain of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name, lower case.
    pub name: String,
    /// The one the organization came with; the others are custom (CA-05).
    pub initial: bool,
}

/// Stores a new organization.
///
/// # Errors
/// [`Error::Unique`] `organization_pk` if the id is taken.
pub async fn insert(s: &mut Session, organization: &Organization) -> Result<()> {
    let o = organization;
    s.execute(
        &INSERT,
        params![
            o.id,
            &o.name,
            sort_key(&o.name),
            &o.country,
            o.currency.as_ref().map(Currency::code),
            o.sandbox,
            micros(o.clock_ahead)?,
            o.invoice_approved,
            o.billing_blocked,
            o.installs_off,
            &o.license_salt,
            o.created_at,
            o.version,
        ],
    )
    .await?;
    Ok(())
}

/// One organization.
pub async fn get(s: &mut Session, id: OrganizationId) -> Result<Option<Organization>> {
    one(s.fetch_optional(&GET, params![id]).await?)
}

/// One organization, which nobody else changes until this unit of work ends.
pub async fn lock(s: &mut Session, id: OrganizationId) -> Result<Option<Organization>> {
    must_be_unit(s, &LOCK)?;
    one(s.fetch_optional(&LOCK, params![id]).await?)
}

fn one(row: Option<Row>) -> Result<Option<Organization>> {
    row.as_ref().map(Organization::from_row).transpose()
}

/// Stores a changed organization, whose version becomes one more.
///
/// # Errors
/// [`Error::Stale`] if its version is not the stored one.
pub async fn update(s: &mut Session, organization: &Organization) -> Result<()> {
    let o = organization;
    let changed = s
        .execute(
            &UPDATE,
            params![
                o.id,
                o.version,
                &o.name,
                sort_key(&o.name),
                &o.country,
                o.currency.as_ref().map(Currency::code),
                o.sandbox,
                micros(o.clock_ahead)?,
                o.invoice_approved,
                o.billing_blocked,
                o.installs_off,
                &o.license_salt,
            ],
        )
        .await?;
    if changed == 0 {
        return Err(Error::Stale {
            what: "the organization",
        });
    }
    Ok(())
}

/// Organizations by name, whatever its case, from after one of them. A name is as it was when the cursor was given out or now: a renamed
/// organization continues from where it stands now.
pub async fn list(
    s: &mut Session,
    after: Option<OrganizationId>,
    limit: u32,
    name_prefix: Option<&str>,
) -> Result<Vec<Organization>> {
    let prefix = name_prefix.unwrap_or_default();
    let from = match after {
        None => (sort_key(prefix), Uuid::nil()),
        Some(id) => match get(s, id).await? {
            Some(last) => (sort_key(&last.name), id.uuid()).max((sort_key(prefix), Uuid::nil())),
            None => return Ok(Vec::new()),
        },
    };
    s.fetch_all(&LIST, params![from.0, from.1, after_prefix(prefix), limit])
        .await?
        .iter()
        .map(Organization::from_row)
        .collect()
}

/// How many organizations there are.
pub async fn count(s: &mut Session) -> Result<u64> {
    unsigned(&s.fetch_one(&COUNT, params![]).await?, "n")
}

/// Gives an organization a domain.
///
/// # Errors
/// [`Error::Unique`] `domain_pk` if any organization has it, in whatever case.
pub async fn insert_domain(s: &mut Session, name: &str, organization: OrganizationId, initial: bool) -> Result<()> {
    s.execute(&INSERT_DOMAIN, params![fold(name), organization, initial])
        .await?;
    Ok(())
}

/// An organization's domains, by name.
pub async fn domains(s: &mut Session, organization: OrganizationId) -> Result<Vec<Domain>> {
    s.fetch_all(&DOMAINS, params![organization])
        .await?
        .iter()
        .map(|row| {
            Ok(Domain {
                name: row.text("name")?,
                initial: row.bool("initial")?,
            })
        })
        .collect()
}

/// Whose a domain is, in whatever case it is written.
pub async fn organization_of_domain(s: &mut Session, name: &str) -> Result<Option<OrganizationId>> {
    s.fetch_optional(&ORGANIZATION_OF_DOMAIN, params![fold(name)])
        .await?
        .map(|row| row.typed_id("organization_id"))
        .transpose()
}

/// The first domain that the organization did not come with (CA-05).
pub async fn custom_domain(s: &mut Session, organization: OrganizationId) -> Result<Option<String>> {
    s.fetch_optional(&CUSTOM_DOMAIN, params![organization])
        .await?
        .map(|row| row.text("name"))
        .transpose()
}

/// Takes a domain from an organization; whether it had it.
pub async fn delete_domain(s: &mut Session, organization: OrganizationId, name: &str) -> Result<bool> {
    Ok(s.execute(&DELETE_DOMAIN, params![organization, fold(name)]).await? > 0)
}

/// Moves a sandbox's clock; raises the version.
///
/// # Errors
/// [`Error::Stale`] if there is no such organization; [`Error::TooLarge`] beyond 292 000 years.
pub async fn set_clock_ahead(s: &mut Session, organization: OrganizationId, ahead: SignedDuration) -> Result<()> {
    let changed = s
        .execute(&SET_CLOCK_AHEAD, params![organization, micros(ahead)?])
        .await?;
    if changed == 0 {
        return Err(Error::Stale {
            what: "the organization",
        });
    }
    Ok(())
}

/// Fixes the currency at the first purchase and raises the version; whether it was open until now.
pub async fn set_currency_if_unset(s: &mut Session, organization: OrganizationId, currency: Currency) -> Result<bool> {
    let changed = s
        .execute(&SET_CURRENCY_IF_UNSET, params![organization, currency.code()])
        .await?;
    Ok(changed > 0)
}

fn micros(duration: SignedDuration) -> Result<i64> {
    i64::try_from(duration.as_micros()).map_err(|_| Error::TooLarge {
        what: "how far the clock runs ahead",
    })
}
