//! The language switch: a form on every page.

use axum::Form;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::doors;
use crate::i18n::{LOCALE_COOKIE, Locale};

/// What the switch posts.
#[derive(Debug, Deserialize)]
pub struct Choice {
    locale: String,
    #[serde(rename = "return", default)]
    back: String,
}

/// POST `/language`: remembers the language for a year and goes back to the page. It needs no token: a forged
/// request could only change the language.
pub async fn switch(Form(choice): Form<Choice>) -> Response {
    let locale = Locale::from_tag(&choice.locale).unwrap_or_default();
    let cookie = format!(
        "{LOCALE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        locale.tag()
    );
    let back = safe_return(&choice.back);
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie.as_str()), (LOCATION, back)]).into_response()
}

/// `path` if it stays on this site, else home. Refuses other hosts, control characters and non-ASCII text.
pub fn safe_return(path: &str) -> &str {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if own { path } else { doors::HOME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_never_leaves_the_site() {
        assert_eq!(safe_return("/admin?page=2"), "/admin?page=2");
        for bad in ["", "//evil.example", "https://evil.example", "/\\evil", "/a\r\nb", "/ø"] {
            assert_eq!(safe_return(bad), "/", "{bad:?}");
        }
    }
}
