//! `/admin`: the admin center of an organization.

mod actions;
mod bills;
mod cancel;
mod clock;
mod holders;
mod home;
mod licenses;
mod methods;
mod pay;
mod product;
mod products;
mod quantity;
mod reactivate;
mod recurring;
mod status;
mod support;
mod support_new;
mod user;
mod user_new;
mod users;

use aktiver_service::domain::ids::{Id, Kind};
use aktiver_service::domain::role::Operation;
use aktiver_service::{App, Error, Result};
use axum::Router;
use axum::routing::{get, post};

use crate::components::Crumb;
use crate::doors;
use crate::i18n::Text;
use crate::layout::{Area, MenuItem, Page};
use crate::notices::go_to;
use crate::session::Desk;

pub use clock::subscription_on;
pub use holders::Search;
pub use licenses::phase_of;
pub use pay::method_label;
pub use product::refusal_notice;
pub use reactivate::arithmetic;
pub use status::{moments, status};
pub use support::{notes, status_pill, topic};
pub use users::encode;

/// The pages of the admin center.
pub fn router() -> Router<App> {
    let product = doors::ADMIN_PRODUCTS;
    Router::new()
        .route(doors::ADMIN, get(home::home))
        .route(doors::ADMIN_CLOCK, post(clock::advance))
        .route(doors::ADMIN_PRODUCTS, get(products::list))
        .route(
            doors::ADMIN_SUBSCRIPTIONS,
            get(|| async { go_to(doors::ADMIN_PRODUCTS) }),
        )
        .route(&format!("{product}/{{id}}"), get(product::show))
        .route(
            &format!("{product}/{{id}}/reactivate"),
            get(reactivate::show).post(reactivate::post),
        )
        .route(
            &format!("{product}/{{id}}/cancel"),
            get(cancel::show).post(cancel::post),
        )
        .route(
            &format!("{product}/{{id}}/recurring"),
            get(recurring::show).post(recurring::post),
        )
        .route(
            &format!("{product}/{{id}}/quantity"),
            get(quantity::show).post(quantity::post),
        )
        .route(
            &format!("{product}/{{id}}/payment-method"),
            post(product::replace_method),
        )
        .route(doors::ADMIN_LICENSES, get(licenses::list))
        .route("/admin/licenses/{sku}", get(holders::show).post(holders::post))
        .route(doors::ADMIN_USERS, get(users::list))
        .route("/admin/users/new", get(user_new::show).post(user_new::post))
        .route("/admin/users/{id}", get(user::show))
        .route("/admin/users/{id}/location", post(user::set_location))
        .route("/admin/users/{id}/licenses", post(user::set_licenses))
        .route(doors::ADMIN_PAYMENT_METHODS, get(methods::list).post(methods::add))
        .route("/admin/payment-methods/{id}/delete", post(methods::delete))
        .route(doors::ADMIN_BILLS, get(bills::list))
        .route(doors::ADMIN_SUPPORT, get(support::list))
        .route("/admin/support/new", get(support_new::show).post(support_new::post))
        .route("/admin/support/{id}", get(support::show).post(support::add_note))
}

/// The menu: the places that this person may open.
pub fn menu(desk: &Desk) -> Vec<MenuItem> {
    let t = desk.t;
    let places = [
        (doors::ADMIN, t.get("menu-home"), true),
        (
            doors::ADMIN_PRODUCTS,
            t.get("menu-products"),
            desk.may(Operation::ViewProducts),
        ),
        (
            doors::ADMIN_LICENSES,
            t.get("menu-licenses"),
            desk.may(Operation::ViewProducts),
        ),
        (
            doors::ADMIN_USERS,
            t.get("menu-users"),
            desk.may(Operation::ReadDirectory),
        ),
        (
            doors::ADMIN_PAYMENT_METHODS,
            t.get("menu-payment"),
            desk.may(Operation::ViewPayment),
        ),
        (
            doors::ADMIN_BILLS,
            t.get("menu-bills"),
            desk.may(Operation::ViewPayment),
        ),
        (
            doors::ADMIN_SUPPORT,
            t.get("menu-support"),
            desk.may(Operation::ServiceRequests),
        ),
    ];
    let here = desk.visit.path.split('?').next().unwrap_or_default();
    places
        .into_iter()
        .filter(|(_, _, allowed)| *allowed)
        .map(|(href, label, _)| MenuItem {
            label,
            href: href.to_owned(),
            current: here == href || (href != doors::ADMIN && here.starts_with(&format!("{href}/"))),
        })
        .collect()
}

/// A page of the admin center with the way to it.
fn page(desk: &Desk, title: String, between: &[(String, String)]) -> Page {
    let mut page = desk.page(Area::Admin, title.clone());
    page.trail.push(Crumb::link(desk.t.get("area-admin"), doors::ADMIN));
    page.trail.extend(
        between
            .iter()
            .map(|(label, href)| Crumb::link(label.clone(), href.clone())),
    );
    page.trail.push(Crumb::here(title));
    page
}

/// The way to a subscription's page.
fn to_products(t: Text) -> (String, String) {
    (t.get("products-title"), doors::ADMIN_PRODUCTS.to_owned())
}

/// An id in a path: what is none is not found, like another organization's.
pub fn id<K: Kind>(text: &str) -> Result<Id<K>> {
    Id::parse(text).map_err(|_| Error::NotFound("page"))
}
