//! The JSON doors: Graph API ([`graph`]), tokens ([`oauth`]), vendor API ([`vendor`]) and apps ([`device`]).
//!
//! A request passes one layer for all doors ([`request`]: ids, client address, trace span) and one per door that writes the
//! door's error body. Handlers and extractors refuse with an [`error::Failure`], which no handler turns into JSON itself:
//! it travels to the door's layer in the response's extensions.

pub mod auth;
pub mod device;
pub mod door;
pub mod error;
pub mod graph;
pub mod oauth;
pub mod path;
pub mod request;
pub mod vendor;

use aktiver_service::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;

pub use door::{Door, Network, Options};

/// Largest body that is read where a route does not say otherwise, in bytes.
pub const BODY_LIMIT: usize = 1 << 20;

/// All JSON doors, with the options of a server that stands behind no proxy.
pub fn router(app: App) -> Router {
    router_with(app, Options::default())
}

/// All JSON doors. The router has no fallback, so that it can be merged with others.
pub fn router_with(app: App, options: Options) -> Router {
    let door = Door::new(app, options);
    Router::new()
        .merge(graph::router(&door))
        .merge(oauth::router(&door))
        .merge(vendor::router(&door))
        .merge(device::router(&door))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(door, request::layer))
}
