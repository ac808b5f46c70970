//! Protection of forms against other sites: the session's token comes back in the hidden field
//! [`FIELD`], and the browser must not say that another site sent the request.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use subtle::ConstantTimeEq;

/// Name of the hidden form field. `components/csrf.html` writes it.
pub const FIELD: &str = "_csrf";

/// The token that a session gives to the forms on its pages.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The text for the hidden field.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why a form was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forged {
    /// The browser says that another site sent the form.
    OtherSite,
    /// The token is missing or not the session's: a forged form, or one left open over a sign-in.
    WrongToken,
}

/// Both checks, for every POST with a session: call it before reading anything else of the form.
///
/// # Errors
/// [`Forged`]; answer with [`crate::errors::Problem::Forbidden`] and the text `error-form-expired`.
pub fn check(headers: &HeaderMap, session: &Token, sent: Option<&str>) -> Result<(), Forged> {
    if !same_site(headers) {
        return Err(Forged::OtherSite);
    }
    let sent = sent.unwrap_or_default().as_bytes();
    // An empty session token must never match an empty field.
    if !session.0.is_empty() && bool::from(session.0.as_bytes().ct_eq(sent)) {
        Ok(())
    } else {
        Err(Forged::WrongToken)
    }
}

/// Whether the browser says that the form came from this site, or says nothing (old browsers, programs).
pub fn same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_form_needs_the_sessions_token_and_this_site() {
        let token = Token::new("secret");
        let own = headers(&[("origin", "https://a.example"), ("host", "a.example")]);
        let other = headers(&[("origin", "https://b.example"), ("host", "a.example")]);
        let fetched = headers(&[("sec-fetch-site", "cross-site")]);
        assert_eq!(check(&own, &token, Some("secret")), Ok(()));
        assert_eq!(check(&own, &token, Some("Secret")), Err(Forged::WrongToken));
        assert_eq!(check(&own, &token, None), Err(Forged::WrongToken));
        assert_eq!(check(&other, &token, Some("secret")), Err(Forged::OtherSite));
        assert_eq!(check(&fetched, &token, Some("secret")), Err(Forged::OtherSite));
        assert_eq!(check(&own, &Token::new(""), Some("")), Err(Forged::WrongToken));
    }

    #[test]
    fn a_token_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", Token::new("secret")), "Token(…)");
    }
}
