//! A browser without script: fetches a path, reads the page.

use aktiver_web::i18n::Locale;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use scraper::{Html, Selector};
use tower::ServiceExt;

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

pub fn site() -> Router {
    aktiver_web::static_router().fallback(aktiver_web::errors::not_found)
}

pub async fn send(request: Request<Body>) -> Answer {
    let response = site().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

pub async fn get(path: &str, locale: Locale) -> Answer {
    let request = Request::get(path)
        .header("accept-language", locale.tag())
        .body(Body::empty())
        .unwrap();
    send(request).await
}

impl Answer {
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }
}

/// The texts of all elements that match, with white space collapsed.
pub fn texts(html: &Html, selector: &str) -> Vec<String> {
    html.select(&Selector::parse(selector).unwrap())
        .map(|element| {
            let text: String = element.text().collect();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

pub fn attributes(html: &Html, selector: &str, name: &str) -> Vec<String> {
    html.select(&Selector::parse(selector).unwrap())
        .filter_map(|element| element.value().attr(name).map(str::to_owned))
        .collect()
}

/// What every page must keep, whatever it shows.
pub fn check_page(name: &str, body: &str) {
    let html = Html::parse_document(body);
    for element in html.select(&Selector::parse("*").unwrap()) {
        let value = element.value();
        for (attribute, _) in value.attrs() {
            assert!(
                attribute != "style" && !attribute.starts_with("on"),
                "{name}: inline {attribute} on <{}>",
                value.name()
            );
        }
        assert_ne!(value.name(), "style", "{name}: inline style sheet");
        if value.name() == "script" {
            assert!(value.attr("src").is_some(), "{name}: inline script");
        }
    }
    assert_eq!(texts(&html, "h1").len(), 1, "{name}: one main heading");
    let ids = attributes(&html, "[id]", "id");
    for id in &ids {
        assert_eq!(
            ids.iter().filter(|other| *other == id).count(),
            1,
            "{name}: id {id} twice"
        );
    }
    for target in attributes(&html, "label", "for") {
        assert!(ids.contains(&target), "{name}: label without field {target}");
    }
    for list in ["aria-labelledby", "aria-describedby"] {
        for value in attributes(&html, &format!("[{list}]"), list) {
            for id in value.split(' ') {
                assert!(ids.iter().any(|known| known == id), "{name}: {list} names {id}");
            }
        }
    }
    let labelled = attributes(&html, "label", "for");
    for field in html.select(&Selector::parse("input:not([type=hidden]), select, textarea").unwrap()) {
        let id = field.value().attr("id").unwrap_or_default();
        assert!(
            labelled.iter().any(|known| known == id),
            "{name}: field {id} without label"
        );
    }
    assert!(!body.contains("Unknown localization key"), "{name}: message missing");
}
