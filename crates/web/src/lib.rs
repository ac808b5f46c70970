//! Server-rendered pages: HTML first, complete without script, English and Norwegian bokmål.
//!
//! Pages are askama templates under `templates/`, words are Fluent messages under `locales/`, and the
//! style sheet and the one script are in `assets/`, all inside the binary. A page is a template struct
//! holding a [`layout::Page`] and components ([`components`]), turned into a response by [`render::page`].

pub mod assets;
pub mod components;
pub mod csrf;
pub mod doors;
pub mod errors;
pub mod format;
pub mod headers;
pub mod help;
pub mod home;
pub mod i18n;
pub mod language;
pub mod layout;
pub mod refusals;
pub mod render;

use axum::Router;
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
