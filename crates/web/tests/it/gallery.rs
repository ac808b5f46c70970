//! One page with every component on it, as an admin center page would use them.

use aktiver_web::components::*;
use aktiver_web::csrf::Token;
use aktiver_web::i18n::{Locale, Text};
use aktiver_web::layout::{Area, ClockBar, MenuItem, Page, Viewer, Visit};
use aktiver_web::refusals::Refusal;
use askama::Template;
use jiff::Timestamp;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "base.html" %}{% block content %}
<h1>Contoso Suite E3</h1>
{{ facts }}
{{ timeline }}
<div class="split"><div class="stack">{{ use_bar }}{{ over }}{{ actions }}</div>
<form class="pane" method="post" action="/admin"><h2>Reactivate this subscription</h2>{{ summary }}{% for field in fields %}{{ field }}{% endfor %}<p class="buttons"><button class="button primary" type="submit">Reactivate</button></p></form></div>
{{ table }}
{{ empty }}
{{ pager }}
{% for pill in pills %}{{ pill }} {% endfor %}
{% endblock %}"#
)]
pub struct Gallery {
    page: Page,
    facts: Facts,
    timeline: Timeline,
    use_bar: UseBar,
    over: UseBar,
    actions: ActionRow,
    summary: ErrorSummary,
    fields: Vec<Field>,
    table: Table,
    empty: Table,
    pager: Pager,
    pills: Vec<Pill>,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn moment(day: &str, label: &str, phase: Phase, is_end: bool) -> Moment {
    Moment {
        at: at(&format!("{day}T00:00:00Z")),
        label: label.to_owned(),
        is_end,
        phase,
    }
}

fn fields(t: Text) -> Vec<Field> {
    let choice = |value: &str, selected| Choice {
        value: value.to_owned(),
        label: format!("Card {value}"),
        hint: Some("Expires 04/28".to_owned()),
        selected,
    };
    vec![
        Field::new(
            t,
            "method",
            "Payment method",
            Control::Radios(vec![choice("4242", true), choice("1881", false)]),
        ),
        Field::input(t, "quantity", "Licenses", "number", "3")
            .hint("At least the 14 assigned.")
            .error(Some("Enter 14 or more.".to_owned())),
        Field::new(t, "key", "Product key", Control::ProductKey(String::new())).optional(),
        Field::new(
            t,
            "reason",
            "Reason",
            Control::Select(vec![choice("a", false), choice("b", true)]),
        ),
        Field::new(t, "comment", "Comment", Control::Area("<b>".to_owned(), 3)).optional(),
        Field::new(t, "recurring", "Turn recurring billing on", Control::Check(true)),
    ]
}

pub fn gallery(locale: Locale) -> Gallery {
    let t = Text::new(locale);
    let visit = Visit {
        t,
        path: "/admin/products?filter=<x>".to_owned(),
        done: None,
    };
    let mut page = Page::new(&visit, Area::Admin, "Contoso Suite E3");
    let csrf = Token::new("token-1");
    page.viewer = Some(Viewer {
        name: "Ada <Nilsen>".to_owned(),
        user_name: "ada@fjordvik.example".to_owned(),
        organization: "Fjordvik AS".to_owned(),
        areas: vec![Area::Account, Area::Admin],
        sign_out: "/sign-out".to_owned(),
        csrf: csrf.clone(),
    });
    page.clock = Some(ClockBar {
        now: at("2026-11-22T14:05:00Z"),
        action: "/admin/clock".to_owned(),
        csrf: csrf.clone(),
    });
    page.menu = ["Users", "Your products", "Invoices"]
        .iter()
        .map(|label| MenuItem {
            label: (*label).to_owned(),
            href: "/admin".to_owned(),
            current: *label == "Your products",
        })
        .collect();
    page.trail = vec![Crumb::link("Admin center", "/admin"), Crumb::here("Contoso Suite E3")];
    page.notice = Some(Notice::new(Tone::Success, "Saved").text("The subscription renews on 1 Dec 2026."));
    let fields = fields(t);
    let columns = vec![
        Column::text("Product"),
        Column::text("Status"),
        Column::number("Licenses"),
    ];
    let row = |name: &str, phase| {
        vec![
            Cell::link(name, "/admin"),
            Cell::piece(&Pill::phase(t, phase)),
            Cell::text(&t.count(1234)),
        ]
    };
    let empty = Empty {
        title: "No invoices yet".to_owned(),
        text: "The first one comes when the term begins.".to_owned(),
        link: Some(("Buy a product".to_owned(), "/admin".to_owned())),
    };
    let table = Table {
        t,
        id: "products".to_owned(),
        caption: "Your products".to_owned(),
        columns: columns.clone(),
        rows: Phase::ALL.iter().map(|phase| row("Contoso <Suite>", *phase)).collect(),
        empty: empty.clone(),
        filter: true,
    };
    let bar = |used| UseBar {
        t,
        label: "Contoso Suite E3".to_owned(),
        used,
        total: 25,
    };
    Gallery {
        facts: Facts::new()
            .piece("Status", &Pill::phase(t, Phase::Expired))
            .text("Channel", "Direct")
            .text("Price", &t.money(123_450, 2, "NOK"))
            .text("Ended", &t.last_day(at("2026-11-01T00:00:00Z"))),
        timeline: Timeline::new(
            t,
            "life",
            at("2026-11-22T14:05:00Z"),
            vec![
                moment("2025-11-01", "Started", Phase::Active, false),
                moment("2026-11-01", "Term ended", Phase::Expired, true),
                moment("2026-12-01", "Disabled", Phase::Disabled, false),
                moment("2027-03-01", "Deleted", Phase::Deleted, false),
            ],
        ),
        use_bar: bar(14),
        over: bar(27),
        actions: ActionRow {
            t,
            actions: vec![
                Action {
                    id: "reactivate".to_owned(),
                    label: "Reactivate".to_owned(),
                    kind: ActionKind::Primary,
                    state: State::Link {
                        href: "/admin".to_owned(),
                    },
                },
                Action {
                    id: "delete".to_owned(),
                    label: "Delete".to_owned(),
                    kind: ActionKind::Danger,
                    state: State::Post {
                        action: "/admin/delete".to_owned(),
                        csrf,
                        fields: vec![("id".to_owned(), "1".to_owned())],
                        confirm: Some("Delete for good?".to_owned()),
                    },
                },
                Action::refused(t, "cancel", "Cancel", Refusal::CancelWindowPassed),
            ],
        },
        summary: ErrorSummary::of(t, &fields),
        fields,
        empty: Table {
            id: "invoices".to_owned(),
            rows: Vec::new(),
            caption: "Invoices".to_owned(),
            ..table.clone()
        },
        table,
        pager: Pager {
            t,
            previous: None,
            next: Some("/admin?after=x".to_owned()),
            summary: Some("1–50".to_owned()),
        },
        pills: Phase::ALL.iter().map(|phase| Pill::phase(t, *phase)).collect(),
        page,
    }
}
