//! Registered programs and their secrets.

use std::collections::BTreeSet;

use aktiver_domain::ids::ClientId;
use aktiver_domain::role::{Operation, Scope};
use aktiver_domain::{Refusal, Timestamp};
use aktiver_storage::client;
pub use aktiver_storage::client::{Client, ClientSecret};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Change};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::secret;

/// The public client that every installation of an app uses: device code allowed, no secret, in every organization
/// without a row.
pub const PUBLIC_CLIENT: ClientId = ClientId::from_uuid(Uuid::from_u128(0x7d1f_3e52_6f0b_4c52_9c0e_3a5b_1f2d_4e61));
/// What people see when they approve it.
pub const PUBLIC_CLIENT_NAME: &str = "Aktiver apps";

/// How client secrets begin.
const PREFIX: &str = "aktcs_";
/// A secret is good for two years of 365 days.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 730);
/// Most secrets that one client may have, so that rotation is possible and forgetting is not.
const SECRETS_AT_ONCE: usize = 10;

/// A client and its secret, which is shown this once.
#[derive(Clone)]
pub struct CreatedClient {
    pub client: Client,
    pub secret: String,
}

impl std::fmt::Debug for CreatedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedClient")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Reads permissions such as `Directory.ReadWrite.All`, separated by spaces or commas.
///
/// # Errors
/// `scopes`: an unknown one, or none at all.
pub fn parse_scopes(text: &str) -> Result<BTreeSet<Scope>> {
    let scopes = text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.parse::<Scope>().map_err(|bad| {
                Error::invalid(
                    "scopes",
                    format!("{:?} is no permission", bad.found),
                    format!("Use some of: {}", bad.expected),
                )
            })
        })
        .collect::<Result<BTreeSet<_>>>()?;
    if scopes.is_empty() {
        return Err(Error::invalid(
            "scopes",
            "no permission is named",
            "Name at least one, such as Directory.Read.All.",
        ));
    }
    Ok(scopes)
}

/// Registers a program with app-only permissions.
///
/// # Errors
/// `NOT_PERMITTED`, also for a program that would give more than it has; a name that is empty or over 120 characters.
pub async fn create(app: &App, ctx: &Ctx, name: &str, scopes: BTreeSet<Scope>) -> Result<CreatedClient> {
    ctx.require(Operation::ManageOrganization)?;
    if let Actor::Client { scopes: own, .. } = &ctx.actor
        && !scopes.is_subset(own)
    {
        return Err(Error::Refused(Refusal::NotPermitted {
            needed: Operation::ManageOrganization.roles(),
        }));
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 120 {
        return Err(Error::invalid(
            "name",
            "a client needs a name of 1 to 120 characters",
            "Give it the name of the program.",
        ));
    }
    if scopes.is_empty() {
        return Err(Error::invalid(
            "scopes",
            "no permission is named",
            "Name at least one, such as Directory.Read.All.",
        ));
    }
    let client = Client {
        organization: ctx.org(),
        id: app.id(),
        name: name.to_owned(),
        scopes,
        created_at: ctx.system_now,
    };
    let secret = secret::random(app, PREFIX);
    let mut s = app.begin().await?;
    client::insert(&mut s, &client).await?;
    let expires_at = insert_secret(&mut s, ctx, client.id, &secret).await?;
    let scopes: Vec<_> = client.scopes.iter().map(|scope| scope.as_str()).collect();
    let change = Change::of("client.create", client.id)
        .after(json!({ "name": client.name, "scopes": scopes, "secretExpiresAt": expires_at.to_string() }));
    audit::record(&mut s, app, ctx, change).await?;
    s.commit().await?;
    Ok(CreatedClient { client, secret })
}

/// What programs may do in an organization is seen by who manages it, and by who may read everything.
fn require_view(ctx: &Ctx) -> Result<()> {
    if ctx.actor.may(Operation::ViewAudit) {
        return Ok(());
    }
    ctx.require(Operation::ManageOrganization)
}

/// The organization's programs.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn list(app: &App, ctx: &Ctx) -> Result<Vec<Client>> {
    require_view(ctx)?;
    let mut s = app.read().await?;
    Ok(client::list(&mut s, ctx.org()).await?)
}

/// A program's secrets: never themselves, but when they were made and by which hint people know them.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn secrets(app: &App, ctx: &Ctx, id: ClientId) -> Result<Vec<ClientSecret>> {
    require_view(ctx)?;
    let mut s = app.read().await?;
    Ok(client::secrets(&mut s, ctx.org(), id).await?)
}

/// Gives a program one more secret: the old one goes on working until it is removed.
///
/// # Errors
/// `NOT_PERMITTED`; no such client; ten secrets already.
pub async fn add_secret(app: &App, ctx: &Ctx, id: ClientId) -> Result<CreatedClient> {
    ctx.require(Operation::ManageOrganization)?;
    let secret = secret::random(app, PREFIX);
    let mut s = app.begin().await?;
    let client = client::get(&mut s, ctx.org(), id)
        .await?
        .ok_or(Error::NotFound("client"))?;
    if client::secrets(&mut s, ctx.org(), id).await?.len() >= SECRETS_AT_ONCE {
        return Err(Error::invalid(
            "secret",
            "the client has ten secrets already",
            "Remove one that is not used any more.",
        ));
    }
    let expires_at = insert_secret(&mut s, ctx, id, &secret).await?;
    let change = Change::of("client.secret.add", id)
        .after(json!({ "hint": hint(&secret), "secretExpiresAt": expires_at.to_string() }));
    audit::record(&mut s, app, ctx, change).await?;
    s.commit().await?;
    Ok(CreatedClient { client, secret })
}

/// Takes a secret away; tokens that were got with it run out within the hour.
///
/// # Errors
/// `NOT_PERMITTED`; no such secret.
pub async fn remove_secret(app: &App, ctx: &Ctx, id: ClientId, hash: [u8; 32]) -> Result<()> {
    ctx.require(Operation::ManageOrganization)?;
    let mut s = app.begin().await?;
    let all = client::secrets(&mut s, ctx.org(), id).await?;
    let found = all
        .into_iter()
        .find(|found| secret::same(&found.hash, &hash))
        .ok_or(Error::NotFound("client secret"))?;
    client::remove_secret(&mut s, ctx.org(), id, hash).await?;
    let change = Change::of("client.secret.remove", id).before(json!({ "hint": found.hint }));
    audit::record(&mut s, app, ctx, change).await?;
    Ok(s.commit().await?)
}

async fn insert_secret(
    s: &mut aktiver_storage::engine::Session,
    ctx: &Ctx,
    id: ClientId,
    secret: &str,
) -> Result<Timestamp> {
    let expires_at = ctx.system_now.saturating_add(LIFETIME).map_err(Error::internal)?;
    client::add_secret(
        s,
        ctx.org(),
        id,
        secret::hash(secret),
        &hint(secret),
        ctx.system_now,
        expires_at,
    )
    .await?;
    Ok(expires_at)
}

/// The first characters, by which a person tells two secrets apart.
fn hint(secret: &str) -> String {
    secret.chars().skip(PREFIX.len()).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_in_both_separations_and_unknown_ones_are_named() {
        let read = parse_scopes("Directory.Read.All, User.Read").unwrap();
        assert_eq!(read, BTreeSet::from([Scope::DirectoryReadAll, Scope::UserRead]));
        let Error::Invalid { message, .. } = parse_scopes("Directory.Read.Al").unwrap_err() else {
            panic!()
        };
        assert!(message.contains("Directory.Read.Al"));
        assert!(parse_scopes(" ").is_err());
    }

    #[test]
    fn the_public_client_is_the_published_one() {
        assert_eq!(PUBLIC_CLIENT.to_string(), "7d1f3e52-6f0b-4c52-9c0e-3a5b1f2d4e61");
    }
}
