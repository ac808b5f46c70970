//! `/console`: the vendor's operators look after customers, product keys, support and prices.

mod audit;
mod keys;
mod organization;
mod organizations;
mod products;
mod subscription;
mod support;

use aktiver_service::App;
use aktiver_service::domain::ids::{Id, Kind};
use aktiver_service::{Error, Result};
use axum::Router;
use axum::routing::{get, post};

use crate::components::Crumb;
use crate::doors;
use crate::layout::{MenuItem, Page};
use crate::session::Console;

/// The pages of the console.
pub fn router() -> Router<App> {
    Router::new()
        .route(doors::CONSOLE, get(organizations::list))
        .route("/console/organizations/{id}", get(organization::show))
        .route("/console/organizations/{id}/blocked", post(organization::set_blocked))
        .route(
            "/console/organizations/{id}/payments",
            post(organization::record_payment),
        )
        .route("/console/organizations/{id}/clock", post(organization::advance))
        .route("/console/organizations/{id}/audit", get(audit::list))
        .route(
            "/console/organizations/{id}/subscriptions/{subscription}",
            get(subscription::show).post(subscription::post),
        )
        .route(doors::CONSOLE_KEYS, get(keys::list).post(keys::create))
        .route("/console/keys/inspect", post(keys::inspect))
        .route("/console/keys/{id}/keys.csv", get(keys::download))
        .route(doors::CONSOLE_SUPPORT, get(support::list))
        .route(
            "/console/support/{organization}/{id}",
            get(support::show).post(support::post),
        )
        .route(doors::CONSOLE_PRODUCTS, get(products::list))
        .route("/console/products/{id}", get(products::show).post(products::set_price))
}

/// The menu of the console.
pub fn menu(desk: &Console) -> Vec<MenuItem> {
    let t = desk.t;
    let here = desk.visit.path.split('?').next().unwrap_or_default();
    let item = |href: &str, label: String, current: bool| MenuItem {
        label,
        href: href.to_owned(),
        current,
    };
    vec![
        item(
            doors::CONSOLE,
            t.get("console-organizations"),
            here == doors::CONSOLE || here.starts_with("/console/organizations"),
        ),
        item(
            doors::CONSOLE_KEYS,
            t.get("console-keys"),
            here.starts_with(doors::CONSOLE_KEYS),
        ),
        item(
            doors::CONSOLE_SUPPORT,
            t.get("console-support"),
            here.starts_with(doors::CONSOLE_SUPPORT),
        ),
        item(
            doors::CONSOLE_PRODUCTS,
            t.get("console-products"),
            here.starts_with(doors::CONSOLE_PRODUCTS),
        ),
    ]
}

/// A page of the console with the way to it.
fn page(desk: &Console, title: String, between: &[(String, String)]) -> Page {
    let mut page = desk.page(title.clone());
    page.trail.push(Crumb::link(desk.t.get("area-console"), doors::CONSOLE));
    page.trail.extend(
        between
            .iter()
            .map(|(label, href)| Crumb::link(label.clone(), href.clone())),
    );
    page.trail.push(Crumb::here(title));
    page
}

fn id<K: Kind>(text: &str) -> Result<Id<K>> {
    Id::parse(text).map_err(|_| Error::NotFound("page"))
}
