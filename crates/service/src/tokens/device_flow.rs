//! Signing in on another screen (RFC 8628).

use aktiver_domain::Refusal;
use aktiver_domain::Timestamp;
use aktiver_domain::ids::{ClientId, OrganizationId};
use aktiver_storage::engine::Error as Storage;
use aktiver_storage::token::{self, DeviceCode};
use jiff::SignedDuration;

use super::{Asked, TokenAnswer, TokenError, account, client_name, family, issue_for_user};
use crate::app::App;
use crate::clients::PUBLIC_CLIENT;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::secret;

/// Seconds for which a code can be approved.
const CODE_SECONDS: i64 = 900;
/// Seconds between two polls.
const INTERVAL: i64 = 5;
/// Letters that make no words and are not mistaken for each other.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// What a device is told: the code it polls with, and the code that a person types.
#[derive(Clone)]
pub struct DeviceCodeAnswer {
    /// A secret of the device.
    pub device_code: String,
    /// `ABCD-EFGH`.
    pub user_code: String,
    /// Seconds.
    pub expires_in: u64,
    /// Seconds between polls.
    pub interval: u64,
}

impl std::fmt::Debug for DeviceCodeAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceCodeAnswer")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// What a person is asked to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRequest {
    pub client_name: String,
    pub scope: String,
    pub expires_at: Timestamp,
}

/// Begins a sign-in on another screen. Only the public client may: no other is known before the organization is.
///
/// # Errors
/// `InvalidClient`, `InvalidScope`.
pub async fn device_code(app: &App, client_id: &str, scope: &str) -> Result<DeviceCodeAnswer, TokenError> {
    let client = public_client(client_id)?;
    Asked::parse(scope)?;
    let now = app.system_now();
    let device_code = secret::random(app, "aktdc_");
    // A user code that is taken is as good as never seen; three times in a row means something else is wrong.
    for _ in 0..3 {
        let code = DeviceCode {
            hash: secret::hash(&device_code),
            user_code: user_code(app),
            client,
            scope: scope.split_whitespace().collect::<Vec<_>>().join(" "),
            created_at: now,
            expires_at: now
                .saturating_add(SignedDuration::from_secs(CODE_SECONDS))
                .map_err(Error::internal)?,
            polled_at: None,
            approved: None,
            denied: false,
        };
        let mut s = app.begin().await?;
        match token::insert_device_code(&mut s, &code).await {
            Err(Storage::Unique { .. }) => continue,
            other => other?,
        }
        s.commit().await?;
        return Ok(DeviceCodeAnswer {
            device_code,
            user_code: code.user_code,
            expires_in: u64::try_from(CODE_SECONDS).unwrap_or(0),
            interval: u64::try_from(INTERVAL).unwrap_or(0),
        });
    }
    Err(TokenError::Service(Error::internal("no free user code was found")))
}

fn public_client(client_id: &str) -> Result<ClientId, TokenError> {
    match ClientId::parse(client_id) {
        Ok(id) if id == PUBLIC_CLIENT => Ok(id),
        _ => Err(TokenError::InvalidClient(format!(
            "people sign in through the client {PUBLIC_CLIENT}"
        ))),
    }
}

fn user_code(app: &App) -> String {
    loop {
        // Bytes from 240 on would favor the first letters.
        let letters: Vec<char> = app
            .random::<32>()
            .into_iter()
            .filter(|byte| *byte < 240)
            .filter_map(|byte| LETTERS.get(usize::from(byte % 20)).copied().map(char::from))
            .take(8)
            .collect();
        if let [a, b, c, d, e, f, g, h] = letters.as_slice() {
            return format!("{a}{b}{c}{d}-{e}{f}{g}{h}");
        }
    }
}

/// The stored form of a code as people type it: any case, with or without the hyphen.
fn typed(code: &str) -> String {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    match letters.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => letters,
    }
}

/// What a code that a person typed asks for; `None` when there is no such code, or it has expired or been decided.
///
/// # Errors
/// A database fault.
pub async fn device_request(app: &App, user_code: &str) -> Result<Option<DeviceRequest>> {
    let mut s = app.read().await?;
    let Some(code) = token::by_user_code(&mut s, &typed(user_code)).await? else {
        return Ok(None);
    };
    if !is_open(&code, app.system_now()) {
        return Ok(None);
    }
    let client_name = client_name(&mut s, None, code.client).await?;
    Ok(Some(DeviceRequest {
        client_name,
        scope: code.scope,
        expires_at: code.expires_at,
    }))
}

fn is_open(code: &DeviceCode, now: Timestamp) -> bool {
    code.expires_at > now && code.approved.is_none() && !code.denied
}

/// Lets the device in, as the person who sits at the browser.
///
/// # Errors
/// No such code, or it has expired or been decided; `NOT_PERMITTED` for anyone but a person who is signed in here.
pub async fn approve_device(app: &App, ctx: &Ctx, user_code: &str) -> Result<()> {
    decide(app, ctx, user_code, true).await
}

/// Refuses the device.
///
/// # Errors
/// As [`approve_device`].
pub async fn deny_device(app: &App, ctx: &Ctx, user_code: &str) -> Result<()> {
    decide(app, ctx, user_code, false).await
}

async fn decide(app: &App, ctx: &Ctx, user_code: &str, approve: bool) -> Result<()> {
    const GONE: Error = Error::NotFound("code, or it has expired");
    // An app with a token must not approve more tokens.
    let Actor::User { id, scopes: None, .. } = &ctx.actor else {
        return Err(Error::Refused(Refusal::NotPermitted { needed: Vec::new() }));
    };
    let mut s = app.begin().await?;
    let code = token::by_user_code(&mut s, &typed(user_code)).await?.ok_or(GONE)?;
    if !is_open(&code, ctx.system_now) {
        return Err(GONE);
    }
    if approve {
        token::approve_device_code(&mut s, code.hash, ctx.org(), *id).await?;
    } else {
        token::deny_device_code(&mut s, code.hash).await?;
    }
    Ok(s.commit().await?)
}

/// Asks whether the person has decided, and gives the tokens once if so. `issuer` is the server's base address.
///
/// # Errors
/// `AuthorizationPending`, `SlowDown` when asked again within five seconds, `ExpiredToken`, `AccessDenied`, `InvalidGrant`.
pub async fn redeem_device_code(
    app: &App,
    issuer: &str,
    client_id: &str,
    device_code: &str,
) -> Result<TokenAnswer, TokenError> {
    redeem_device_code_at(app, issuer, None, client_id, device_code).await
}

/// As [`redeem_device_code`], at the address of one organization; `None` is the address of all of them.
///
/// # Errors
/// As [`redeem_device_code`]; `InvalidGrant` too where a person of another organization has approved, which leaves the code good.
pub async fn redeem_device_code_at(
    app: &App,
    issuer: &str,
    at: Option<OrganizationId>,
    client_id: &str,
    device_code: &str,
) -> Result<TokenAnswer, TokenError> {
    let client = public_client(client_id)?;
    let now = app.system_now();
    let hash = secret::hash(device_code);
    let mut s = app.begin().await?;
    let code = token::device_code(&mut s, hash)
        .await?
        .filter(|code| code.client == client)
        .ok_or_else(|| TokenError::InvalidGrant("the device code is unknown or used".to_owned()))?;
    if code.expires_at <= now {
        return Err(TokenError::ExpiredToken);
    }
    if code.denied {
        token::delete_device_code(&mut s, hash).await?;
        s.commit().await?;
        return Err(TokenError::AccessDenied);
    }
    let Some((organization, user)) = code.approved else {
        let early = code
            .polled_at
            .is_some_and(|last| now.duration_since(last) < SignedDuration::from_secs(INTERVAL));
        token::set_polled(&mut s, hash, now).await?;
        s.commit().await?;
        return Err(if early {
            TokenError::SlowDown
        } else {
            TokenError::AuthorizationPending
        });
    };
    if at.is_some_and(|at| at != organization) {
        return Err(TokenError::InvalidGrant(
            "the code was approved by a person of another organization than the address names".to_owned(),
        ));
    }
    let user = account(&mut s, organization, user).await?;
    token::delete_device_code(&mut s, hash).await?;
    let answer = issue_for_user(app, &mut s, issuer, &user, client, &code.scope, family(app)).await?;
    s.commit().await?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_code_is_read_however_it_is_typed() {
        for text in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "BCDF–GHJK"] {
            assert_eq!(typed(text), "BCDF-GHJK", "{text}");
        }
        assert_eq!(typed("ab"), "AB");
    }
}
