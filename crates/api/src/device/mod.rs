//! The apps' door: activate, check in, sign out, license document, and the question an app asks before a feature.

#![allow(
    unused_qualifications,
    reason = "what utoipa makes of a handler's arguments names types by path"
)]

mod activate;
mod check;
mod license;
mod shape;
mod sign_out;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::problem;

/// The routes of this door.
pub fn router(door: &Door) -> Router {
    Router::from(routes())
        .layer(from_fn_with_state(door.clone(), problem::layer))
        .with_state(door.clone())
}

/// For the OpenAPI document.
pub(crate) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(activate::activate))
        .routes(routes!(license::check_in))
        .routes(routes!(license::license))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(check::check))
}
