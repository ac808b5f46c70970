//! The answer to a POST that was sent before, kept with its effect.

use aktiver_domain::ids::OrganizationId;
use aktiver_storage::idempotency::{self, Stored};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::{Error, Result};

const LONGEST_KEY: usize = 255;

/// The answer that an earlier request with this key got, if there was one with the same body.
///
/// # Errors
/// The key was used for another body.
pub async fn replay(
    app: &App,
    organization: OrganizationId,
    actor: &str,
    key: &str,
    body: &[u8],
) -> Result<Option<Stored>> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        let message = format!("a key has 1 to {LONGEST_KEY} characters");
        return Err(Error::invalid("Idempotency-Key", message, "send a fresh UUID"));
    }
    let mut session = app.read().await?;
    let Some(stored) = idempotency::get(&mut session, organization, actor, key).await? else {
        return Ok(None);
    };
    if stored.request_hash != hash(body) {
        return Err(Error::invalid(
            "Idempotency-Key",
            "this key was used for another request",
            "send a fresh key with a new request",
        ));
    }
    Ok(Some(stored))
}

/// Keeps the answer of a request for those who send it again.
///
/// # Errors
/// Storage alone; a simultaneous twin that was faster is no error.
pub async fn keep(
    app: &App,
    organization: OrganizationId,
    actor: &str,
    key: &str,
    body: &[u8],
    status: u16,
    response: &str,
) -> Result<()> {
    let mut session = app.begin().await?;
    let stored = idempotency::insert(
        &mut session,
        organization,
        actor,
        key,
        hash(body),
        status,
        response,
        app.system_now(),
    )
    .await;
    match stored {
        Ok(()) => Ok(session.commit().await?),
        Err(error) if error.is_unique("idempotency_pk") => Ok(session.rollback().await?),
        Err(error) => Err(error.into()),
    }
}

fn hash(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}
