//! Passwords and browser sessions.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use aktiver_domain::ids::{OperatorId, OrganizationId};
use aktiver_storage::session::{self, BrowserSession, Person};
use aktiver_storage::user::{PasswordHash, User};
use aktiver_storage::{operator, organization, user};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::app::App;
use crate::context::{Actor, Ctx, Language};
use crate::error::{Error, Result};
use crate::secret;

/// A browser session ends this long after sign-in, used or not.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// What stands in an operator's cookie where a user's has the organization.
const OPERATOR_REALM: &str = "operator";
/// The hash of nobody's password, checked for unknown names so that they cost what known ones do. Its parameters are
/// those of [`hasher`].
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$3q2+78r+uq3erb7vyv66rd6tvu/K/rqt3q2+78r+uq0";

/// Fewest and most characters of a password.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=256;
/// From this length on a password may be of one kind of characters: a sentence.
const LONG_PASSWORD: usize = 16;

/// How often sign-in may be tried, in bursts and on: per name 20 and one each 6 seconds, per address 100 and one a second.
pub(crate) struct SignInLimits {
    names: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

/// How many keys a limiter holds before those that are full again are forgotten.
const KEYS_HELD: usize = 10_000;

impl Default for SignInLimits {
    fn default() -> Self {
        let quota = |seconds, burst| {
            Quota::with_period(Duration::from_secs(seconds))
                .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
                .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
        };
        Self {
            names: RateLimiter::keyed(quota(6, 20)),
            addresses: RateLimiter::keyed(quota(1, 100)),
            clock: DefaultClock::default(),
        }
    }
}

impl SignInLimits {
    /// Counts one try.
    pub(crate) fn check(&self, name: &str, address: Option<IpAddr>) -> Result<()> {
        if self.names.len() > KEYS_HELD {
            self.names.retain_recent();
        }
        if self.addresses.len() > KEYS_HELD {
            self.addresses.retain_recent();
        }
        let wait = |until: governor::NotUntil<_>| Error::TooMany {
            retry_after_seconds: until.wait_time_from(self.clock.now()).as_secs().saturating_add(1),
        };
        if let Some(address) = address {
            self.addresses.check_key(&address).map_err(wait)?;
        }
        self.names.check_key(&name.to_owned()).map_err(wait)
    }
}

/// Argon2id with 19 MiB, two passes and one lane, as OWASP recommends.
fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Runs a piece of password work apart from the requests, a few at a time.
async fn work<T: Send + 'static>(app: &App, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = app.passwords().acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Hashes a password for storing.
///
/// # Errors
/// A failure of the hash function itself, such as no memory.
pub async fn hash_password(app: &App, password: &str) -> Result<PasswordHash> {
    let (password, salt) = (password.to_owned(), app.random::<16>());
    work(app, move || {
        let hash = hasher()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(Error::internal)?;
        Ok(PasswordHash(hash.to_string()))
    })
    .await
}

/// Whether a password is the one a hash was made of.
///
/// # Errors
/// A stored hash that cannot be read.
pub async fn verify_password(app: &App, password: &str, hash: &PasswordHash) -> Result<bool> {
    let (password, hash) = (password.to_owned(), hash.as_str().to_owned());
    work(app, move || {
        match hasher()?.verify_password(password.as_bytes(), hash.as_str()) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(other) => Err(Error::internal(other)),
        }
    })
    .await
}

/// Refuses a password that is too easy: 8 to 256 characters with three of upper case, lower case, digits and others, or at
/// least 16 characters of any kind; five different ones in any case.
///
/// # Errors
/// `password`, with the rule as remedy.
pub fn check_password_strength(password: &str) -> Result<()> {
    let length = password.chars().count();
    let kinds = [
        password.chars().any(char::is_uppercase),
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_numeric),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    let kinds = kinds.into_iter().filter(|has| *has).count();
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    let strong = PASSWORD_LENGTH.contains(&length) && different.len() >= 5 && (kinds >= 3 || length >= LONG_PASSWORD);
    if strong {
        return Ok(());
    }
    Err(Error::invalid(
        "password",
        "The specified password does not comply with password complexity requirements.",
        "Use 8 to 256 characters with three of upper case, lower case, digits and other characters, or at least 16 characters.",
    ))
}

/// A password for a new person, which passes [`check_password_strength`]: about 95 random bits.
#[must_use]
pub fn generate_password(app: &App) -> String {
    /// Without the characters that look alike.
    const SYMBOLS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789+";
    let mut password = String::from("Kx7-");
    for (index, byte) in app.random::<19>().into_iter().enumerate() {
        if index > 0 && index % 5 == 0 {
            password.push('-');
        }
        password.extend(SYMBOLS.get(usize::from(byte % 32)).copied().map(char::from));
    }
    password
}

/// Who signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedInKind {
    User,
    Operator,
}

/// A fresh browser session.
#[derive(Clone)]
pub struct SignedIn {
    /// The cookie's value; a secret.
    pub cookie: String,
    /// What every form of the session carries.
    pub csrf: String,
    pub actor_kind: SignedInKind,
    /// `None` for an operator.
    pub organization: Option<OrganizationId>,
    /// Seconds until the session ends.
    pub expires_in: u64,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("actor_kind", &self.actor_kind)
            .field("organization", &self.organization)
            .finish_non_exhaustive()
    }
}

/// Someone whose password is to be checked.
enum Candidate {
    User(User),
    Operator(operator::Operator),
}

/// Signs a person in by user principal name, or an operator by name, with a password. An unknown name costs what a wrong
/// password does.
///
/// # Errors
/// [`Error::Unauthenticated`] for every wrong, unknown or disabled account alike; [`Error::TooMany`] over the limits.
pub async fn sign_in(app: &App, name: &str, password: &str, address: Option<IpAddr>) -> Result<SignedIn> {
    const WRONG: Error = Error::Unauthenticated("the name or the password is wrong");
    let name = name.trim();
    app.sign_in_limits().check(&aktiver_storage::fold(name), address)?;
    let candidate = find(app, name).await?;
    let hash = match &candidate {
        Some(Candidate::User(user)) => user.password_hash.clone(),
        Some(Candidate::Operator(operator)) => Some(operator.password_hash.clone()),
        None => None,
    };
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| PasswordHash(NOBODY.to_owned()));
    // Longer ones were never accepted, and would only cost time.
    let password: String = password.chars().take(PASSWORD_LENGTH.end() + 1).collect();
    if !verify_password(app, &password, &hash).await? || !known {
        return Err(WRONG);
    }
    let (organization, person, kind) = match candidate {
        Some(Candidate::User(user)) if user.account_enabled && user.deleted_at.is_none() => {
            (user.organization, Person::User(user.id), SignedInKind::User)
        }
        Some(Candidate::Operator(operator)) => {
            (no_organization(), Person::Operator(operator.id), SignedInKind::Operator)
        }
        _ => return Err(WRONG),
    };
    open_session(app, organization, person, kind).await
}

/// Opens a browser session for someone who has been recognized.
async fn open_session(
    app: &App,
    organization: OrganizationId,
    person: Person,
    actor_kind: SignedInKind,
) -> Result<SignedIn> {
    let now = app.system_now();
    let token = secret::random(app, "");
    let csrf = secret::random(app, "");
    let row = BrowserSession {
        organization,
        person,
        csrf: csrf.clone(),
        created_at: now,
        expires_at: now.saturating_add(SESSION).map_err(Error::internal)?,
    };
    let mut s = app.begin().await?;
    session::insert(&mut s, secret::hash(&token), &row).await?;
    s.commit().await?;
    let (realm, organization) = match actor_kind {
        SignedInKind::User => (organization.to_string(), Some(organization)),
        SignedInKind::Operator => (OPERATOR_REALM.to_owned(), None),
    };
    Ok(SignedIn {
        cookie: format!("{realm}.{token}"),
        csrf,
        actor_kind,
        organization,
        expires_in: u64::try_from(SESSION.as_secs()).unwrap_or(0),
    })
}

/// Operators first: no organization can take an operator's name from them by adding a domain.
async fn find(app: &App, name: &str) -> Result<Option<Candidate>> {
    let mut s = app.read().await?;
    let operator = operator::by_name(&mut s, name).await?;
    let found = match user::find_sign_in(&mut s, name).await? {
        Some((organization, id)) => user::get(&mut s, organization, id).await?,
        None => None,
    };
    Ok(operator.map(Candidate::Operator).or(found.map(Candidate::User)))
}

/// Signs a new user in without a password, right after they made their organization.
///
/// # Errors
/// A database fault.
pub async fn sign_in_new_user(app: &App, user: &User) -> Result<SignedIn> {
    open_session(app, user.organization, Person::User(user.id), SignedInKind::User).await
}

/// Who sits at the browser.
#[derive(Debug, Clone)]
pub enum BrowserPerson {
    User(Ctx),
    Operator(Actor),
}

/// A valid browser session.
#[derive(Clone)]
pub struct Browser {
    pub csrf: String,
    pub who: BrowserPerson,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser")
            .field("who", &self.who)
            .finish_non_exhaustive()
    }
}

/// The nil organization, under which operators' sessions stand.
fn no_organization() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::nil())
}

fn read_cookie(cookie: &str) -> Option<(OrganizationId, [u8; 32])> {
    let (realm, token) = cookie.split_once('.')?;
    let organization = if realm == OPERATOR_REALM {
        no_organization()
    } else {
        OrganizationId::parse(realm).ok()?
    };
    (token.len() == secret::LENGTH).then(|| (organization, secret::hash(token)))
}

/// The session of a cookie; `None` when it has ended, was signed out, or its account is disabled or deleted. Roles are read
/// fresh each time.
///
/// # Errors
/// A database fault.
pub async fn session(app: &App, cookie: &str, request_id: Uuid, language: Language) -> Result<Option<Browser>> {
    let Some((organization, hash)) = read_cookie(cookie) else {
        return Ok(None);
    };
    let mut s = app.read().await?;
    let Some(row) = session::get(&mut s, organization, hash).await? else {
        return Ok(None);
    };
    if row.expires_at <= app.system_now() {
        return Ok(None);
    }
    let who = match row.person {
        Person::Operator(id) => match operator::get(&mut s, id).await? {
            Some(operator) => BrowserPerson::Operator(operator_actor(operator.id, operator.name)),
            None => return Ok(None),
        },
        Person::User(id) => {
            let Some(found) = user::get(&mut s, organization, id).await? else {
                return Ok(None);
            };
            let Some(organization) = organization::get(&mut s, organization).await? else {
                return Ok(None);
            };
            if !found.account_enabled || found.deleted_at.is_some() {
                return Ok(None);
            }
            let roles = user::roles(&mut s, organization.id, id).await?;
            let actor = Actor::User {
                id,
                name: found.display_name,
                roles,
                scopes: None,
            };
            BrowserPerson::User(Ctx {
                language,
                ..app.context_of(actor, organization, request_id)
            })
        }
    };
    Ok(Some(Browser { csrf: row.csrf, who }))
}

pub(crate) const fn operator_actor(id: OperatorId, name: String) -> Actor {
    Actor::Operator { id, name }
}

/// Ends a session; a cookie that is none is no error.
///
/// # Errors
/// A database fault.
pub async fn sign_out(app: &App, cookie: &str) -> Result<()> {
    let Some((organization, hash)) = read_cookie(cookie) else {
        return Ok(());
    };
    let mut s = app.begin().await?;
    session::delete(&mut s, organization, hash).await?;
    Ok(s.commit().await?)
}

/// An operator's context in an organization.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but the provider; no such organization.
pub async fn operator_context(app: &App, actor: &Actor, organization: OrganizationId, request_id: Uuid) -> Result<Ctx> {
    require_operator(actor)?;
    app.context(actor.clone(), organization, request_id).await
}

/// # Errors
/// `NOT_PERMITTED` for anyone but the provider.
pub(crate) fn require_operator(actor: &Actor) -> Result<()> {
    if actor.is_operator() {
        Ok(())
    } else {
        Err(Error::Refused(aktiver_domain::Refusal::NotPermitted {
            needed: Vec::new(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_passwords_are_refused_and_sentences_taken() {
        for weak in [
            "",
            "short1!",
            "password",
            "12345678",
            "passord123",
            "aaaaaaaaaaaaaaaaaaaa",
            "Aa1!Aa1!",
        ] {
            assert!(check_password_strength(weak).is_err(), "{weak}");
        }
        for strong in ["Fjordvik#2026", "en blå hest spiser gress", "xY7abcde"] {
            assert!(check_password_strength(strong).is_ok(), "{strong}");
        }
    }

    #[test]
    fn nobodys_hash_costs_what_a_real_one_does_and_fits_nothing() {
        let result = hasher().unwrap().verify_password(b"anything", NOBODY);
        assert_eq!(result, Err(argon2::password_hash::Error::PasswordInvalid));
    }

    #[test]
    fn a_cookie_names_its_realm() {
        let token = "x".repeat(secret::LENGTH);
        assert_eq!(read_cookie(&format!("operator.{token}")).unwrap().0, no_organization());
        assert!(read_cookie(&format!("nonsense.{token}")).is_none());
        assert!(read_cookie("operator.short").is_none() && read_cookie("").is_none());
    }
}
