//! The keys that sign license documents and tokens, wrapped by the root key.

use aktiver_domain::Timestamp;

use crate::engine::{Result, Session};
use crate::{params, statements};

statements! {
    INSERT_KEY both "insert into signing_key (kid, wrapped, created_at) values ($1, $2, $3)";
    KEYS both "select kid, wrapped, created_at, retired_at from signing_key order by created_at, kid";
    RETIRE_KEY both "update signing_key set retired_at = $2 where kid = $1 and retired_at is null";
}

/// Stores a new key, wrapped already.
///
/// # Errors
/// [`Error::Unique`](crate::engine::Error::Unique) `signing_key_pk` if there is one of that name.
pub async fn insert_key(s: &mut Session, kid: &str, wrapped: &[u8], now: Timestamp) -> Result<()> {
    s.execute(&INSERT_KEY, params![kid, wrapped, now]).await?;
    Ok(())
}

/// Every key, oldest first: its name, the wrapped key, when it was made, when it was retired.
pub async fn keys(s: &mut Session) -> Result<Vec<(String, Vec<u8>, Timestamp, Option<Timestamp>)>> {
    s.fetch_all(&KEYS, params![])
        .await?
        .iter()
        .map(|row| {
            Ok((
                row.text("kid")?,
                row.blob("wrapped")?,
                row.instant("created_at")?,
                row.opt_instant("retired_at")?,
            ))
        })
        .collect()
}

/// Retires a key: it signs nothing more, and what it signed is still verified. Whether it was in use until now.
pub async fn retire_key(s: &mut Session, kid: &str, at: Timestamp) -> Result<bool> {
    Ok(s.execute(&RETIRE_KEY, params![kid, at]).await? > 0)
}
