//! What the components show.

use aktiver_web::i18n::Locale;
use askama::Template;
use scraper::Html;

use crate::gallery::gallery;
use crate::support::{attributes, check_page, texts};

fn page(locale: Locale) -> (String, Html) {
    let body = gallery(locale).render().unwrap();
    let html = Html::parse_document(&body);
    (body, html)
}

#[test]
fn every_component_keeps_the_rules_of_a_page() {
    for locale in Locale::ALL {
        let (body, _) = page(locale);
        check_page("gallery", &body);
        assert!(
            !body.contains("<b>") && !body.contains("<Suite>") && !body.contains("<Nilsen>"),
            "escaped"
        );
        assert!(
            !body.contains("&lt;span") && !body.contains("&#60;span"),
            "not escaped twice"
        );
    }
}

#[test]
fn an_unavailable_action_says_why_and_what_to_do() {
    let (_, html) = page(Locale::En);
    assert_eq!(texts(&html, "button[aria-disabled=true]"), ["Cancel"]);
    let why = texts(&html, "#why-cancel").remove(0);
    assert!(
        why.contains("first days") && why.contains("Turn recurring billing off"),
        "{why}"
    );
    assert_eq!(
        attributes(&html, "#why-cancel a", "href"),
        ["/help/refusals/CANCEL_WINDOW_PASSED"]
    );
}

#[test]
fn a_form_error_stands_at_the_field_and_at_the_top() {
    let (_, html) = page(Locale::Nb);
    assert_eq!(
        texts(&html, "[role=alert] .notice-title"),
        ["Det er en feil i ett felt"]
    );
    assert_eq!(attributes(&html, "[role=alert] a", "href"), ["#field-quantity"]);
    assert_eq!(
        attributes(&html, "#field-quantity", "aria-describedby"),
        ["field-quantity-hint field-quantity-error"]
    );
    assert_eq!(texts(&html, "#field-quantity-error"), ["Enter 14 or more."]);
}

#[test]
fn the_timeline_reads_as_a_list_with_today_in_its_place() {
    let (_, html) = page(Locale::En);
    assert_eq!(
        texts(&html, ".timeline-list li"),
        [
            "1 Nov 2025 Started",
            "31 Oct 2026 Term ended",
            "22 Nov 2026 Today",
            "1 Dec 2026 Disabled",
            "1 Mar 2027 Deleted"
        ]
    );
}

#[test]
fn the_use_bar_says_its_figures() {
    let (_, html) = page(Locale::En);
    assert_eq!(texts(&html, ".use-figures"), ["14 of 25 assigned", "27 of 25 assigned"]);
    assert_eq!(
        texts(&html, ".use-remark"),
        ["11 licenses free", "2 more assigned than you own"]
    );
    assert_eq!(attributes(&html, "meter", "max"), ["25", "25"]);
}

#[test]
fn a_table_names_its_cells_and_an_empty_one_says_what_to_do() {
    let (_, html) = page(Locale::En);
    assert_eq!(texts(&html, "#products thead th"), ["Product", "Status", "Licenses"]);
    assert_eq!(
        attributes(&html, "#products tr:first-child td", "data-label"),
        ["Status", "Licenses"]
    );
    assert_eq!(texts(&html, ".empty-title"), ["No invoices yet"]);
    assert_eq!(texts(&html, ".empty a"), ["Buy a product"]);
}

#[test]
fn the_header_shows_who_and_where_and_the_sandboxs_time() {
    let (_, html) = page(Locale::Nb);
    assert_eq!(
        texts(&html, ".areas li"),
        ["Hjem", "Min konto", "Administrasjonssenter"]
    );
    assert_eq!(texts(&html, ".areas [aria-current]"), ["Administrasjonssenter"]);
    assert_eq!(texts(&html, ".clock time"), ["22. nov. 2026 kl. 14.05 UTC"]);
    assert_eq!(attributes(&html, ".clock button", "value"), ["next", "P30D"]);
    for action in ["/admin/clock", "/sign-out", "/admin/delete"] {
        let token = format!("form[action='{action}'] input[name=_csrf]");
        assert_eq!(attributes(&html, &token, "value"), ["token-1"], "{action}");
    }
}
