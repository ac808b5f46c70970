//! Access tokens and the grants that give them.
//!
//! An access token is a JWT (EdDSA) that is checked without the database. What it stands for (roles, whether the account is
//! still enabled) is read fresh for each request by [`context_for`].

mod device_flow;
mod error;

use std::collections::BTreeSet;
use std::net::IpAddr;

use aktiver_domain::Id;
use aktiver_domain::Timestamp;
use aktiver_domain::ids::{ClientId, EventKind, OrganizationId, UserId};
use aktiver_domain::role::Scope;
use aktiver_license::{sign_claims, verify_claims};
use aktiver_storage::client;
use aktiver_storage::engine::Session;
use aktiver_storage::operator;
use aktiver_storage::organization::{self, Organization};
use aktiver_storage::token::{self, RefreshToken};
use aktiver_storage::user::{self, User};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use device_flow::{
    DeviceCodeAnswer, DeviceRequest, approve_device, deny_device, device_code, device_request, redeem_device_code,
    redeem_device_code_at,
};
pub use error::TokenError;

use crate::app::App;
use crate::auth;
use crate::clients::{self, PUBLIC_CLIENT};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::operators::TOKEN_PREFIX;
use crate::secret;

/// Seconds for which an access token is good.
pub const ACCESS_SECONDS: u64 = 3600;
const JWT: &str = "JWT";
const REFRESH_PREFIX: &str = "aktrt_";
/// A refresh token is good for 90 days and is replaced at each use.
const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Prefixes that official clients put before a permission's name.
const RESOURCES: [&str; 2] = ["https://graph.microsoft.com/", "https://graph.windows.net/"];

/// What the token door answers.
#[derive(Clone)]
pub struct TokenAnswer {
    pub access_token: String,
    /// Seconds.
    pub expires_in: u64,
    pub scope: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// With the scope `offline_access`.
    pub refresh_token: Option<String>,
    /// With the scope `openid`.
    pub id_token: Option<String>,
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Whom a valid access token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    Client {
        id: ClientId,
        scopes: BTreeSet<Scope>,
    },
    User {
        id: UserId,
        upn: String,
        name: String,
        scopes: BTreeSet<Scope>,
    },
}

/// What a valid access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// The organization.
    pub tid: OrganizationId,
    pub who: Holder,
    pub exp: Timestamp,
}

/// Which kind of holder a token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenKind {
    App,
    User,
}

/// An access token's claims as they travel. An id token has no `idtyp` and so is never taken for one.
#[derive(Serialize, Deserialize)]
struct AccessToken {
    iss: String,
    aud: String,
    sub: String,
    oid: String,
    tid: String,
    appid: String,
    azp: String,
    idtyp: TokenKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    iat: i64,
    nbf: i64,
    exp: i64,
    ver: String,
}

#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    aud: String,
    sub: String,
    oid: String,
    tid: String,
    name: &'a str,
    preferred_username: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    ver: &'static str,
}

/// The issuer of an organization's tokens, from the server's base address: also the `issuer` of its discovery document.
#[must_use]
pub fn issuer_of(base: &str, organization: OrganizationId) -> String {
    format!("{}/{organization}/v2.0", base.trim_end_matches('/'))
}

/// Tokens for a program in its own name. `issuer` is the server's base address; `scope` ends in `/.default`.
///
/// # Errors
/// `InvalidClient` for unknown programs and wrong or expired secrets alike; `InvalidScope`; `UnauthorizedClient` for the
/// public client.
pub async fn client_credentials(
    app: &App,
    issuer: &str,
    organization: &Organization,
    client_id: &str,
    client_secret: &str,
    scope: &str,
) -> Result<TokenAnswer, TokenError> {
    let wrong = || TokenError::InvalidClient("the client is unknown or its secret is wrong or expired".to_owned());
    let id = ClientId::parse(client_id).map_err(|_| wrong())?;
    if id == PUBLIC_CLIENT {
        return Err(TokenError::UnauthorizedClient(
            "this client has no secret; sign a person in instead".to_owned(),
        ));
    }
    let is_default = |word: &str| word == ".default" || word.ends_with("/.default");
    let mut words = scope.split_whitespace();
    match (words.next(), words.next()) {
        (Some(word), None) if is_default(word) => {}
        _ => {
            return Err(TokenError::InvalidScope(
                "a program asks for one scope that ends in /.default".to_owned(),
            ));
        }
    }
    let mut s = app.read().await?;
    let found = client::get(&mut s, organization.id, id).await?;
    let secrets = client::secrets(&mut s, organization.id, id).await?;
    drop(s);
    let now = app.system_now();
    let given = secret::hash(client_secret);
    let good = secrets
        .iter()
        .filter(|one| one.expires_at > now)
        .filter(|one| secret::same(&one.hash, &given))
        .count()
        > 0;
    let client = found.filter(|_| good).ok_or_else(wrong)?;
    let iat = now.as_second();
    let claims = AccessToken {
        iss: issuer_of(issuer, organization.id),
        aud: issuer.trim_end_matches('/').to_owned(),
        sub: id.to_string(),
        oid: id.to_string(),
        tid: organization.id.to_string(),
        appid: id.to_string(),
        azp: id.to_string(),
        idtyp: TokenKind::App,
        roles: Some(client.scopes.iter().map(|scope| scope.as_str().to_owned()).collect()),
        scp: None,
        upn: None,
        name: None,
        preferred_username: None,
        iat,
        nbf: iat,
        exp: expiry(iat),
        ver: "2.0".to_owned(),
    };
    Ok(TokenAnswer {
        access_token: sign(app, &claims)?,
        expires_in: ACCESS_SECONDS,
        scope: scope.trim().to_owned(),
        token_type: "Bearer",
        refresh_token: None,
        id_token: None,
    })
}

fn expiry(iat: i64) -> i64 {
    iat.saturating_add(i64::try_from(ACCESS_SECONDS).unwrap_or(0))
}

fn sign<T: Serialize>(app: &App, claims: &T) -> Result<String> {
    sign_claims(JWT, claims, app.signing()).map_err(Error::internal)
}

/// What a person's app asks for, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asked {
    scopes: BTreeSet<Scope>,
    openid: bool,
    offline: bool,
}

impl Asked {
    /// Reads a scope parameter. `.default` is every permission the client may ask a person for, which for the public client
    /// is each there is: what comes of it is bounded by the person's roles.
    fn parse(text: &str) -> Result<Self, TokenError> {
        let mut asked = Self::default();
        for word in text.split_whitespace() {
            let bare = RESOURCES
                .iter()
                .find_map(|resource| word.strip_prefix(resource))
                .unwrap_or(word);
            match bare {
                "openid" => asked.openid = true,
                "offline_access" => asked.offline = true,
                "profile" | "email" => {}
                _ if bare == ".default" || bare.ends_with("/.default") => asked.scopes.extend(Scope::ALL),
                _ => {
                    let scope = bare
                        .parse()
                        .map_err(|_| TokenError::InvalidScope(format!("there is no permission {word:?}")))?;
                    asked.scopes.insert(scope);
                }
            }
        }
        Ok(asked)
    }

    fn scp(&self) -> String {
        self.scopes
            .iter()
            .map(|scope| scope.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Who may be given tokens: an existing, enabled account.
async fn account(s: &mut Session, organization: OrganizationId, id: UserId) -> Result<User, TokenError> {
    user::get(s, organization, id)
        .await?
        .filter(|user| user.account_enabled && user.deleted_at.is_none())
        .ok_or_else(|| TokenError::InvalidGrant("the account is disabled or deleted".to_owned()))
}

/// Tokens for a person; stores the refresh token in the session's unit of work.
async fn issue_for_user(
    app: &App,
    s: &mut Session,
    issuer: &str,
    user: &User,
    client: ClientId,
    scope: &str,
    family: Uuid,
) -> Result<TokenAnswer, TokenError> {
    let asked = Asked::parse(scope)?;
    let now = app.system_now();
    let iat = now.as_second();
    let iss = issuer_of(issuer, user.organization);
    let claims = AccessToken {
        iss: iss.clone(),
        aud: issuer.trim_end_matches('/').to_owned(),
        sub: user.id.to_string(),
        oid: user.id.to_string(),
        tid: user.organization.to_string(),
        appid: client.to_string(),
        azp: client.to_string(),
        idtyp: TokenKind::User,
        roles: None,
        scp: Some(asked.scp()),
        upn: Some(user.user_principal_name.clone()),
        name: Some(user.display_name.clone()),
        preferred_username: Some(user.user_principal_name.clone()),
        iat,
        nbf: iat,
        exp: expiry(iat),
        ver: "2.0".to_owned(),
    };
    let id_token = if asked.openid {
        let id_claims = IdToken {
            iss: &iss,
            aud: client.to_string(),
            sub: user.id.to_string(),
            oid: user.id.to_string(),
            tid: user.organization.to_string(),
            name: &user.display_name,
            preferred_username: &user.user_principal_name,
            iat,
            nbf: iat,
            exp: expiry(iat),
            ver: "2.0",
        };
        Some(sign(app, &id_claims)?)
    } else {
        None
    };
    let refresh_token = if asked.offline {
        let text = format!("{REFRESH_PREFIX}{}.{}", user.organization, secret::random(app, ""));
        let row = RefreshToken {
            organization: user.organization,
            hash: secret::hash(&text),
            family,
            user: user.id,
            client,
            scope: scope.to_owned(),
            created_at: now,
            expires_at: now.saturating_add(REFRESH_LIFETIME).map_err(Error::internal)?,
            used_at: None,
        };
        token::insert_refresh(s, &row).await?;
        Some(text)
    } else {
        None
    };
    Ok(TokenAnswer {
        access_token: sign(app, &claims)?,
        expires_in: ACCESS_SECONDS,
        scope: scope.to_owned(),
        token_type: "Bearer",
        refresh_token,
        id_token,
    })
}

/// A fresh family of refresh tokens.
fn family(app: &App) -> Uuid {
    app.id::<EventKind>().uuid()
}

/// Trades a refresh token for new tokens, once. One that comes back a second time was copied: the whole family ends.
///
/// # Errors
/// `InvalidGrant` for unknown, used and expired tokens, those of another client, and disabled or deleted accounts.
pub async fn refresh(app: &App, issuer: &str, client_id: &str, refresh_token: &str) -> Result<TokenAnswer, TokenError> {
    refresh_at(app, issuer, None, client_id, refresh_token).await
}

/// As [`refresh`], at the address of one organization; `None` is the address of all of them.
///
/// # Errors
/// As [`refresh`]; `InvalidGrant` too for the token of another organization, which stays good.
pub async fn refresh_at(
    app: &App,
    issuer: &str,
    at: Option<OrganizationId>,
    client_id: &str,
    refresh_token: &str,
) -> Result<TokenAnswer, TokenError> {
    let wrong = || TokenError::InvalidGrant("the refresh token is unknown, used or expired".to_owned());
    let client = ClientId::parse(client_id).map_err(|_| TokenError::InvalidClient("no such client".to_owned()))?;
    let organization = refresh_token
        .strip_prefix(REFRESH_PREFIX)
        .and_then(|rest| rest.split_once('.'))
        .and_then(|(organization, _)| OrganizationId::parse(organization).ok())
        .filter(|organization| at.is_none_or(|at| at == *organization))
        .ok_or_else(wrong)?;
    let hash = secret::hash(refresh_token);
    let now = app.system_now();
    let mut s = app.begin().await?;
    let row = token::refresh(&mut s, organization, hash)
        .await?
        .filter(|row| row.client == client)
        .ok_or_else(wrong)?;
    if row.used_at.is_some() {
        token::delete_family(&mut s, organization, row.family).await?;
        s.commit().await?;
        tracing::warn!(%organization, user = %row.user, "a refresh token came back a second time; its family is ended");
        return Err(wrong());
    }
    if row.expires_at <= now {
        return Err(wrong());
    }
    let user = account(&mut s, organization, row.user).await?;
    token::mark_refresh_used(&mut s, organization, hash, now).await?;
    let answer = issue_for_user(app, &mut s, issuer, &user, client, &row.scope, row.family).await?;
    s.commit().await?;
    Ok(answer)
}

/// Checks an access token: signature, kind, time. No database.
///
/// # Errors
/// [`Error::Unauthenticated`].
pub fn verify_access(app: &App, token: &str) -> Result<AccessClaims> {
    const BAD: Error = Error::Unauthenticated("the access token is not valid");
    let claims: AccessToken = verify_claims(JWT, token, &app.signing().verifying_keys()).map_err(|_| BAD)?;
    let exp = Timestamp::from_second(claims.exp).map_err(|_| BAD)?;
    if exp <= app.system_now() {
        return Err(Error::Unauthenticated("the access token has expired"));
    }
    let read = |words: &mut dyn Iterator<Item = &str>| words.filter_map(|word| word.parse().ok()).collect();
    let tid = OrganizationId::parse(&claims.tid).map_err(|_| BAD)?;
    let who = match claims.idtyp {
        TokenKind::App => Holder::Client {
            id: ClientId::parse(&claims.oid).map_err(|_| BAD)?,
            scopes: read(&mut claims.roles.unwrap_or_default().iter().map(String::as_str)),
        },
        TokenKind::User => Holder::User {
            id: UserId::parse(&claims.oid).map_err(|_| BAD)?,
            upn: claims.upn.unwrap_or_default(),
            name: claims.name.unwrap_or_default(),
            scopes: read(&mut claims.scp.unwrap_or_default().split_whitespace()),
        },
    };
    Ok(AccessClaims { tid, who, exp })
}

/// The context of a request with a valid token: organization, and for a person whether the account still stands and which
/// roles it has now.
///
/// # Errors
/// [`Error::Unauthenticated`] when organization or account is gone or disabled.
pub async fn context_for(app: &App, claims: &AccessClaims, request_id: Uuid, address: Option<IpAddr>) -> Result<Ctx> {
    let mut s = app.read().await?;
    let organization = organization::get(&mut s, claims.tid)
        .await?
        .ok_or(Error::Unauthenticated(
            "the organization of the token does not exist any more",
        ))?;
    let actor = match &claims.who {
        Holder::Client { id, scopes } => Actor::Client {
            id: *id,
            scopes: scopes.clone(),
        },
        Holder::User { id, scopes, .. } => {
            let found = user::get(&mut s, claims.tid, *id)
                .await?
                .filter(|user| user.account_enabled && user.deleted_at.is_none())
                .ok_or(Error::Unauthenticated("the account is disabled or deleted"))?;
            let roles = user::roles(&mut s, claims.tid, *id).await?;
            Actor::User {
                id: *id,
                name: found.display_name,
                roles,
                scopes: Some(scopes.clone()),
            }
        }
    };
    Ok(Ctx {
        address,
        ..app.context_of(actor, organization, request_id)
    })
}

/// The operator of a vendor API token (`aktop_…`); `None` for any other text, an unknown and an expired token.
///
/// # Errors
/// A database fault.
pub async fn operator_bearer(app: &App, token: &str) -> Result<Option<Actor>> {
    if !token.starts_with(TOKEN_PREFIX) {
        return Ok(None);
    }
    let mut s = app.read().await?;
    let found = operator::token(&mut s, secret::hash(token)).await?;
    Ok(found
        .filter(|(_, expires_at)| *expires_at > app.system_now())
        .map(|(operator, _)| auth::operator_actor(operator.id, operator.name)))
}

/// The name of a client for people, in an organization or without one.
async fn client_name(s: &mut Session, organization: Option<OrganizationId>, id: ClientId) -> Result<String> {
    if id == PUBLIC_CLIENT {
        return Ok(clients::PUBLIC_CLIENT_NAME.to_owned());
    }
    let found = match organization {
        Some(organization) => client::get(s, organization, id).await?,
        None => None,
    };
    Ok(found.map_or_else(|| Id::to_string(&id), |client| client.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_of_people_come_bare_or_with_the_resource_before_them() {
        let asked = Asked::parse("openid profile offline_access https://graph.microsoft.com/User.Read").unwrap();
        assert!(asked.openid && asked.offline);
        assert_eq!(asked.scp(), "User.Read");
        let default = Asked::parse("https://graph.microsoft.com/.default").unwrap();
        assert_eq!(default.scopes, BTreeSet::from(Scope::ALL));
        assert_eq!(Asked::parse(".default").unwrap(), default);
        assert!(matches!(
            Asked::parse("Everything.All"),
            Err(TokenError::InvalidScope(_))
        ));
    }
}
