//! The server's own settings: a text each.

use crate::engine::{Result, Session};
use crate::{params, statements};

statements! {
    GET both "select value from setting where name = $1";
    PUT both "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
}

/// A setting's value.
pub async fn get(s: &mut Session, name: &str) -> Result<Option<String>> {
    s.fetch_optional(&GET, params![name])
        .await?
        .map(|row| row.text("value"))
        .transpose()
}

/// Stores a setting's value in place of the one before.
pub async fn put(s: &mut Session, name: &str, value: &str) -> Result<()> {
    s.execute(&PUT, params![name, value]).await?;
    Ok(())
}
