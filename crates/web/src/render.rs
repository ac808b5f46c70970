//! Turns templates into responses.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::{Html, IntoResponse, Response};

use crate::i18n::{Locale, escape};

/// A page with status 200.
pub fn page(locale: Locale, template: &impl Template) -> Response {
    page_with(StatusCode::OK, locale, template)
}

/// A page with a status of its own. A template that fails to render is logged and answers a bare 500.
pub fn page_with(status: StatusCode, locale: Locale, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (
            status,
            [(CONTENT_LANGUAGE, locale.tag()), (VARY, "Accept-Language, Cookie")],
            Html(html),
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "page could not be rendered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                [(CONTENT_TYPE, "text/plain; charset=utf-8")],
                "Internal server error",
            )
                .into_response()
        }
    }
}

/// A ready-made piece of HTML: what a component rendered. Shown as it is.
#[derive(Clone, Debug, Default)]
pub struct Fragment(String);

impl Fragment {
    /// Renders a component, to be put into another one (a pill in a table cell).
    pub fn of(template: &impl Template) -> Self {
        Self(template.render().unwrap_or_else(|error| {
            tracing::error!(%error, "component could not be rendered");
            String::new()
        }))
    }

    /// Plain text, escaped.
    pub fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// Plain text as a paragraph.
    pub fn paragraph(text: &str) -> Self {
        Self(format!("<p>{}</p>", escape(text)))
    }

    /// Pieces side by side where there is room.
    pub fn cards(pieces: impl IntoIterator<Item = Self>) -> Self {
        let pieces: String = pieces.into_iter().map(|piece| piece.0).collect();
        Self(format!(r#"<div class="cards two">{pieces}</div>"#))
    }

    /// HTML that the caller has made and escaped.
    pub(crate) fn raw(html: String) -> Self {
        Self(html)
    }
}

impl std::fmt::Display for Fragment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Fragment {}
