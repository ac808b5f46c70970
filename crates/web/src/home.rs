//! `/`: the three tasks, each with its own way in and its own help (SPEC S-11, S-12).

use askama::Template;
use axum::response::Response;

use crate::layout::{Area, Page, Visit};
use crate::{doors, render};

struct Door {
    href: &'static str,
    label: String,
}

struct Task {
    id: &'static str,
    title: String,
    text: String,
    ways: Vec<Door>,
    help: Vec<Door>,
}

#[derive(Template)]
#[template(path = "pages/home.html")]
struct Home {
    page: Page,
    tasks: Vec<Task>,
}

/// GET `/`
pub async fn home(visit: Visit) -> Response {
    let t = visit.t;
    let door = |href, id: &str| Door { href, label: t.get(id) };
    let tasks = vec![
        Task {
            id: "activate",
            title: t.get("home-activate-title"),
            text: t.get("home-activate-text"),
            ways: vec![
                door(doors::ACCOUNT_INSTALLS, "home-activate-install"),
                door(doors::ADMIN_USERS, "home-activate-assign"),
            ],
            help: vec![
                door("/help/install-apps", "help-install-apps-title"),
                door("/help/assign-licenses", "help-assign-licenses-title"),
                door("/help/sign-in-and-switch-account", "help-sign-in-title"),
            ],
        },
        Task {
            id: "reactivate",
            title: t.get("home-reactivate-title"),
            text: t.get("home-reactivate-text"),
            ways: vec![door(doors::ADMIN_PRODUCTS, "home-reactivate-open")],
            help: vec![
                door("/help/reactivate", "help-reactivate-title"),
                door("/help/payment-information", "help-payment-title"),
            ],
        },
        Task {
            id: "product-key",
            title: t.get("home-key-title"),
            text: t.get("home-key-text"),
            ways: vec![door(doors::SETUP_KEY, "home-key-open")],
            help: vec![
                door("/help/product-key", "help-product-key-title"),
                door("/help/product-key-errors", "help-key-errors-title"),
            ],
        },
    ];
    let page = Page::new(&visit, Area::Home, t.get("home-title"));
    render::page(t.locale, &Home { page, tasks })
}
