//! Languages and words: which language a request wants, and the messages in it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use fluent_templates::{LanguageIdentifier, Loader};
use unic_langid::langid;

use crate::format;

/// A value put into a message: text, or a number (which also chooses the plural form).
pub type Value<'a> = fluent_templates::fluent_bundle::FluentValue<'a>;

/// Name of the cookie that holds a chosen language (`en` or `nb`).
pub const LOCALE_COOKIE: &str = "locale";

static ENGLISH: LanguageIdentifier = langid!("en");
static NORWEGIAN: LanguageIdentifier = langid!("nb");

fluent_templates::static_loader! {
    static MESSAGES = {
        locales: "locales",
        fallback_language: "en",
        customise: |bundle| {
            // Isolation marks would end up in copied text and in tests; both languages run left to right.
            bundle.set_use_isolating(false);
            let norwegian = bundle.locales.iter().any(|locale| locale.language == "nb");
            bundle.set_formatter(Some(if norwegian { number_nb } else { number_en }));
        },
    };
}

fn number_en<M>(value: &Value<'_>, _: &M) -> Option<String> {
    grouped(value, Locale::En)
}

fn number_nb<M>(value: &Value<'_>, _: &M) -> Option<String> {
    grouped(value, Locale::Nb)
}

fn grouped(value: &Value<'_>, locale: Locale) -> Option<String> {
    match value {
        // Counts only: money and dates arrive as finished text.
        Value::Number(number) if number.value.fract() == 0.0 && number.value.abs() < 9e15 => {
            Some(format::count(locale, number.value as i64))
        }
        _ => None,
    }
}

/// A language the pages speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Norwegian bokmål.
    Nb,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Nb];

    /// Language tag, as in `<html lang>` and the cookie.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nb => "nb",
        }
    }

    /// The language's name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Nb => "Norsk",
        }
    }

    /// Reads a language tag; regions are ignored, and every Norwegian reads bokmål.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else if ["nb", "no", "nn"]
            .iter()
            .any(|norwegian| primary.eq_ignore_ascii_case(norwegian))
        {
            Some(Self::Nb)
        } else {
            None
        }
    }

    /// The language of a request: the cookie if it names one, else the best of Accept-Language, else English.
    pub fn negotiate(headers: &HeaderMap) -> Self {
        cookie(headers, LOCALE_COOKIE)
            .and_then(Self::from_tag)
            .or_else(|| {
                let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
                best_accepted(accepted)
            })
            .unwrap_or_default()
    }

    fn language(self) -> &'static LanguageIdentifier {
        match self {
            Self::En => &ENGLISH,
            Self::Nb => &NORWEGIAN,
        }
    }
}

fn best_accepted(header: &str) -> Option<Locale> {
    let mut best: Option<(f32, Locale)> = None;
    for part in header.split(',') {
        let mut pieces = part.split(';');
        let Some(locale) = pieces.next().and_then(Locale::from_tag) else {
            continue;
        };
        let weight = pieces
            .find_map(|piece| piece.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
        // Strictly greater: among equals the first one named wins.
        if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

/// The value of a request cookie, if sent.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key.trim() == name).then_some(value.trim())
        })
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::negotiate(&parts.headers))
    }
}

/// Speaks one language: messages by id, dates, money and counts. Templates call it `t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub locale: Locale,
}

impl Text {
    pub fn new(locale: Locale) -> Self {
        Self { locale }
    }

    /// The message `id`. A missing one is logged and shows its id; a test keeps that from shipping.
    pub fn get(&self, id: &str) -> String {
        MESSAGES
            .try_lookup(self.locale.language(), id)
            .unwrap_or_else(|| missing(id))
    }

    /// The message `id` with values: `t.with("key", &[("count", 3.into())])`, in a template
    /// without the `&`, which askama adds.
    pub fn with(&self, id: &str, values: &[(&'static str, Value<'_>)]) -> String {
        let values: HashMap<Cow<'static, str>, Value<'_>> = values
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
            .collect();
        MESSAGES
            .try_lookup_with_args(self.locale.language(), id, &values)
            .unwrap_or_else(|| missing(id))
    }

    /// The message `id` as HTML: `**strong**`, `[label](/path)` and `` `code` `` become elements, all else is
    /// escaped. It takes no values, so nothing a user typed can become markup.
    pub fn rich(&self, id: &str) -> Rich {
        Rich(markup(&self.get(id)))
    }

    /// Whether this language itself has the message.
    pub fn has(&self, id: &str) -> bool {
        MESSAGES
            .lookup_single_language::<&str>(self.locale.language(), id, None)
            .is_ok()
    }
}

fn missing(id: &str) -> String {
    tracing::error!(id, "message missing");
    id.to_owned()
}

/// Text already made into safe HTML by [`Text::rich`].
#[derive(Clone, Debug)]
pub struct Rich(String);

impl fmt::Display for Rich {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Rich {}

/// Escapes `text` for HTML element content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn markup(text: &str) -> String {
    let escaped = escape(text);
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped.as_str();
    while let Some(at) = rest.find(['*', '[', '`']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some((strong, after)) = between(from, "**", "**") {
            out.push_str(&format!("<strong>{strong}</strong>"));
            rest = after;
        } else if let Some((code, after)) = between(from, "`", "`") {
            out.push_str(&format!("<code>{code}</code>"));
            rest = after;
        } else if let Some((label, (href, after))) = between(from, "[", "](")
            .and_then(|(label, after)| Some((label, after.split_once(')')?)))
            // Our own pages only: `//host` would leave them.
            .filter(|(_, (href, _))| href.starts_with('/') && !href.starts_with("//"))
        {
            out.push_str(&format!(r#"<a href="{href}">{label}</a>"#));
            rest = after;
        } else {
            let mut chars = from.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    out
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(open)?.split_once(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(language: &str, cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, language.parse().unwrap());
        headers.insert(COOKIE, cookie.parse().unwrap());
        headers
    }

    #[test]
    fn the_chosen_language_wins_over_the_browsers() {
        assert_eq!(Locale::negotiate(&headers("en", "a=b; locale=nb")), Locale::Nb);
        assert_eq!(Locale::negotiate(&headers("nb", "locale=en")), Locale::En);
    }

    #[test]
    fn accept_language_is_read_with_its_weights() {
        for (header, expected) in [
            ("nb-NO,nb;q=0.9,en;q=0.8", Locale::Nb),
            ("de,en;q=0.5,no;q=0.7", Locale::Nb),
            ("nn", Locale::Nb),
            ("en-GB,nb", Locale::En),
            ("fr", Locale::En),
            ("nb;q=0,en;q=0.1", Locale::En),
            ("", Locale::En),
        ] {
            assert_eq!(Locale::negotiate(&headers(header, "x=y")), expected, "{header}");
        }
    }

    #[test]
    fn rich_text_escapes_everything_but_its_own_marks() {
        assert_eq!(
            markup("Go to **Licenses** <b> [Help](/help) [x](//evil) `AB-CD` 2*3"),
            "Go to <strong>Licenses</strong> &lt;b&gt; <a href=\"/help\">Help</a> [x](//evil) <code>AB-CD</code> 2*3"
        );
    }
}
