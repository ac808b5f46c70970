//! The pages that need no service.

use std::collections::BTreeSet;

use aktiver_web::errors::{self, Problem};
use aktiver_web::help::TOPICS;
use aktiver_web::i18n::Locale;
use aktiver_web::layout::{Area, Page, Visit};
use aktiver_web::refusals::Refusal;
use aktiver_web::{doors, headers};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};

use crate::support::{attributes, check_page, get, send, texts};

fn static_paths() -> Vec<String> {
    let topics = TOPICS.iter().map(|topic| format!("/help/{}", topic.slug));
    let refusals = Refusal::ALL.iter().map(|refusal| refusal.path());
    ["/", "/help", "/no-such-page"]
        .into_iter()
        .map(str::to_owned)
        .chain(topics)
        .chain(refusals)
        .collect()
}

#[tokio::test]
async fn every_page_keeps_the_rules_in_both_languages() {
    for path in static_paths() {
        for locale in Locale::ALL {
            let answer = get(&path, locale).await;
            check_page(&path, &answer.body);
            assert_eq!(attributes(&answer.html(), "html", "lang"), [locale.tag()], "{path}");
            assert_eq!(answer.headers["content-security-policy"], headers::POLICY);
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            assert_eq!(answer.headers["referrer-policy"], "no-referrer");
            assert_eq!(answer.headers["cross-origin-opener-policy"], "same-origin");
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
    }
}

/// Whether a page is served by the whole router only; `every_page_stands_in_norwegian_too` opens those.
fn needs_service(link: &str) -> bool {
    [doors::ACCOUNT, doors::ADMIN, doors::CONSOLE, doors::SETUP_KEY]
        .iter()
        .any(|area| link.starts_with(area))
}

#[test]
fn every_refusal_of_the_domain_has_its_page_and_no_page_is_of_none() {
    let pages: BTreeSet<&str> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    let known: BTreeSet<&str> = aktiver_service::domain::Refusal::CODES.iter().copied().collect();
    assert_eq!(pages, known);
}

#[tokio::test]
async fn every_internal_link_leads_somewhere() {
    for path in static_paths() {
        let html = get(&path, Locale::En).await.html();
        let ids = attributes(&html, "[id]", "id");
        let mut links = attributes(&html, "a", "href");
        links.extend(attributes(&html, "link, script", "href"));
        links.extend(attributes(&html, "script", "src"));
        for link in links {
            if let Some(id) = link.strip_prefix('#') {
                assert!(ids.iter().any(|known| known == id), "{path} -> {link}");
            } else if !needs_service(&link) {
                let status = get(&link, Locale::En).await.status;
                assert_eq!(status, StatusCode::OK, "{path} -> {link}");
            }
        }
    }
}

#[tokio::test]
async fn s_11_home_offers_the_three_tasks_as_ways_of_their_own() {
    let html = get("/", Locale::En).await.html();
    assert_eq!(
        texts(&html, ".task h2"),
        ["Activate apps", "Reactivate a subscription", "Use a product key"]
    );
    assert_eq!(
        attributes(&html, ".ways a", "href"),
        ["/account#installs", "/admin/users", "/admin/products", "/setup/key"]
    );
    let html = get("/", Locale::Nb).await.html();
    assert_eq!(
        texts(&html, ".task h2"),
        [
            "Aktiver apper",
            "Aktiver et abonnement på nytt",
            "Bruk en produktnøkkel"
        ]
    );
}

#[tokio::test]
async fn s_12_each_task_links_to_its_help() {
    let html = get("/", Locale::En).await.html();
    let links = attributes(&html, ".task-help a", "href");
    for topic in [
        "assign-licenses",
        "install-apps",
        "sign-in-and-switch-account",
        "reactivate",
        "payment-information",
        "product-key",
        "product-key-errors",
    ] {
        assert!(links.contains(&format!("/help/{topic}")), "{topic}");
    }
}

#[tokio::test]
async fn s_10_the_list_of_key_errors_has_ten_with_cause_and_fix() {
    for locale in Locale::ALL {
        let html = get("/help/product-key-errors", locale).await.html();
        assert_eq!(texts(&html, ".key-errors > li").len(), 10);
        assert_eq!(texts(&html, ".key-errors dd").len(), 20);
    }
}

#[tokio::test]
async fn a_refusals_page_gives_cause_and_remedy_whatever_the_case_of_its_code() {
    let html = get("/help/refusals/prepaid", Locale::En).await.html();
    assert_eq!(texts(&html, "h1"), ["This subscription is prepaid"]);
    assert_eq!(texts(&html, ".status"), ["PREPAID"]);
    let missing = get("/help/refusals/NO_SUCH", Locale::En).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_language_switch_remembers_and_returns() {
    let html = get("/help/reactivate?x=1", Locale::En).await.html();
    assert_eq!(
        attributes(&html, "form.language input", "value"),
        ["/help/reactivate?x=1"]
    );
    assert_eq!(texts(&html, "form.language button"), ["Norsk"]);
    let request = Request::post("/language")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("locale=nb&return=%2Fhelp%2Freactivate%3Fx%3D1"))
        .unwrap();
    let answer = send(request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], "/help/reactivate?x=1");
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("locale=nb; Path=/;"), "{cookie}");
    let request = Request::get("/")
        .header("accept-language", "en")
        .header("cookie", "locale=nb")
        .body(Body::empty())
        .unwrap();
    assert_eq!(texts(&send(request).await.html(), "h1"), ["Hva vil du gjøre?"]);
}

#[tokio::test]
async fn assets_are_kept_for_a_year_under_their_hash_only() {
    let path = aktiver_web::assets::path("app.css");
    let current = get(&path, Locale::En).await;
    assert_eq!(current.status, StatusCode::OK);
    assert_eq!(current.headers["content-type"], "text/css; charset=utf-8");
    assert!(current.headers["cache-control"].to_str().unwrap().contains("immutable"));
    let other = get("/assets/0000/app.css", Locale::En).await;
    assert_eq!(other.headers["cache-control"], "no-cache");
    assert_eq!(
        get("/assets/0000/none.css", Locale::En).await.status,
        StatusCode::NOT_FOUND
    );
    let script = get(&aktiver_web::assets::path("app.mjs"), Locale::En).await;
    assert!(script.body.len() <= 10_000, "{} bytes of script", script.body.len());
}

#[tokio::test]
async fn error_pages_say_what_why_and_what_now() {
    let cases = [
        (Problem::NotFound, 404, "This page does not exist"),
        (Problem::Forbidden { detail: None }, 403, "You may not open this"),
        (
            Problem::Refused {
                code: "BALANCE_DUE".to_owned(),
                detail: None,
                remedy: None,
            },
            409,
            "There are unpaid invoices",
        ),
        (
            Problem::Refused {
                code: "SOMETHING_NEW".to_owned(),
                detail: None,
                remedy: None,
            },
            409,
            "This is not possible right now",
        ),
        (
            Problem::Unprocessable { detail: None },
            422,
            "We could not read what was sent",
        ),
        (Problem::TooManyRequests { retry_after: 30 }, 429, "Too many attempts"),
        (
            Problem::Internal {
                request_id: "req-7".to_owned(),
            },
            500,
            "Something went wrong on our side",
        ),
    ];
    for (problem, status, heading) in cases {
        for locale in Locale::ALL {
            let visit = Visit::new(locale, &"/admin".parse().unwrap());
            let response = errors::response(Page::new(&visit, Area::Admin, ""), problem.clone());
            assert_eq!(response.status(), status);
            if status == 429 {
                assert_eq!(response.headers()["retry-after"], "30");
            }
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let body = String::from_utf8(bytes.to_vec()).unwrap();
            check_page(heading, &body);
            let html = scraper::Html::parse_document(&body);
            assert_eq!(texts(&html, ".lead").len(), 1);
            if locale == Locale::En {
                assert_eq!(texts(&html, "h1"), [heading]);
            }
            match &problem {
                Problem::Refused { code, .. } => assert_eq!(texts(&html, "main code"), [code.as_str()]),
                Problem::Internal { request_id } => {
                    assert_eq!(texts(&html, "main code"), [request_id.as_str()]);
                }
                _ => {}
            }
        }
    }
}
