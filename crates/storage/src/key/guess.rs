//! Wrong keys that only a guess produces, counted per organization, user and address.

use aktiver_domain::Timestamp;
use jiff::SignedDuration;

use crate::engine::{Result, Session};
use crate::{params, statements};

statements! {
    GUESSES both "select since, guesses from key_guess where scope = $1";
    /// A window that began at or before `$3` is over.
    COUNT_GUESS both
        "insert into key_guess (scope, since, guesses) values ($1, $2, 1) on conflict (scope) do update set \
         guesses = case when key_guess.since <= $3 then 1 else key_guess.guesses + 1 end, \
         since = case when key_guess.since <= $3 then excluded.since else key_guess.since end \
         returning guesses";
}

/// When the scope's window began and how many guesses were counted in it; the caller compares it with now.
pub async fn guesses(s: &mut Session, scope: &str) -> Result<Option<(Timestamp, u32)>> {
    match s.fetch_optional(&GUESSES, params![scope]).await? {
        Some(row) => Ok(Some((row.instant("since")?, row.count("guesses")?))),
        None => Ok(None),
    }
}

/// Counts a guess and gives how many there are in the window; one that is `window` old or older is over, and a new one begins.
pub async fn count_guess(s: &mut Session, scope: &str, now: Timestamp, window: SignedDuration) -> Result<u32> {
    let over = now.saturating_sub(window).unwrap_or(Timestamp::MIN);
    s.fetch_all(&COUNT_GUESS, params![scope, now, over])
        .await?
        .first()
        .map_or(Ok(1), |row| row.count("guesses"))
}
