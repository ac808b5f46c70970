//! Server-rendered pages: HTML first, complete without script, English and Norwegian bokmål.
//!
//! Pages are askama templates under `templates/`, words are Fluent messages under `locales/`, and the
//! style sheet and the one script are in `assets/`, all inside the binary. A page is a template struct
//! holding a [`layout::Page`] and components ([`components`]), turned into a response by [`render::page`].

pub mod account;
pub mod admin;
pub mod assets;
pub mod components;
pub mod console;
pub mod countries;
pub mod csrf;
pub mod doors;
pub mod errors;
pub mod explain;
pub mod format;
pub mod forms;
pub mod headers;
pub mod help;
pub mod home;
pub mod i18n;
pub mod language;
pub mod layout;
pub mod notices;
pub mod refusals;
pub mod render;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod words;

use aktiver_service::App;
use axum::Router;
use axum::http::{Method, Uri};
use axum::response::Response;
use axum::routing::{get, post};

/// The pages that need no service: home, help, the language switch and the assets.
///
/// It has no fallback, so that it can be merged with other routers; give the whole [`errors::not_found`]
/// as its fallback. Security headers are already laid over it and leave headers a handler set alone.
pub fn static_router() -> Router {
    let router = Router::new()
        .route(doors::HOME, get(home::home))
        .route(doors::HELP, get(help::index))
        .route("/help/{topic}", get(help::topic))
        .route("/help/refusals/{code}", get(refusals::page))
        .route(doors::LANGUAGE, post(language::switch))
        .route("/assets/{hash}/{file}", get(assets::serve));
    headers::secure(router)
}

/// All pages, with the not-found page for every other path.
///
/// Where requests come from is read from an [`std::net::IpAddr`] in their extensions, else from
/// [`axum::extract::ConnectInfo`].
pub fn router(app: App) -> Router {
    let router = Router::new()
        .route(doors::SIGN_IN, get(sign_in::show).post(sign_in::post))
        .route(doors::SIGN_OUT, post(sign_in::out))
        .route(doors::ACCOUNT, get(account::home))
        .route("/account/devices/sign-out", post(account::sign_out_device))
        .route("/account/apps/{app}/{platform}", get(account::download))
        .route(doors::DEVICE, get(account::device).post(account::decide_device))
        .route(doors::SETUP_KEY, get(setup::show).post(setup::post))
        .route(doors::SETUP_DONE, get(setup::done))
        .merge(admin::router())
        .merge(console::router())
        // A form's address opened by hand, or after signing in again: the start of its area.
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
        .layer(axum::middleware::from_fn(notices::shown_once));
    headers::secure(router)
        .merge(static_router())
        .fallback(errors::not_found)
}

async fn wrong_method(method: Method, locale: i18n::Locale, uri: Uri) -> Response {
    if matches!(method, Method::GET | Method::HEAD) {
        return notices::go_to(start_of(uri.path()));
    }
    let page = layout::Page::new(&layout::Visit::new(locale, &uri), layout::Area::Home, "");
    errors::response(page, errors::Problem::WrongMethod)
}

/// The page that an area begins with.
fn start_of(path: &str) -> &'static str {
    [doors::ADMIN, doors::ACCOUNT, doors::CONSOLE]
        .into_iter()
        .find(|area| path.starts_with(area))
        .unwrap_or(doors::HOME)
}
