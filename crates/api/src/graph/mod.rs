//! The Graph API, `/v1.0/…` (SPEC 14): one file per endpoint.

mod answer;
mod body;
mod directory_subscriptions;
mod error;
mod filter;
mod license_details;
mod me;
mod organization;
mod query;
mod subscribed_skus;
mod user_assign_license;
mod user_create;
mod user_get;
mod user_properties;
mod user_update;
mod users_list;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::door::Door;
use crate::error::{Failure, panicked};
use crate::path;

/// The routes of the Graph API.
pub fn router(door: &Door) -> Router {
    let routes = Router::new()
        .route("/v1.0/users", get(users_list::list).post(user_create::create))
        .route("/v1.0/users/$count", get(users_list::count))
        .route("/v1.0/users/{user}", get(user_get::get).patch(user_update::update))
        .route("/v1.0/users/{user}/licenseDetails", get(license_details::list))
        .route("/v1.0/users/{user}/assignLicense", post(user_assign_license::assign))
        .route("/v1.0/me", get(me::get))
        .route("/v1.0/me/licenseDetails", get(me::license_details))
        .route("/v1.0/me/assignLicense", post(me::assign_license))
        .route("/v1.0/subscribedSkus", get(subscribed_skus::list))
        .route("/v1.0/subscribedSkus/{sku}", get(subscribed_skus::get))
        .route("/v1.0/directory/subscriptions", get(directory_subscriptions::list))
        .route(
            "/v1.0/directory/subscriptions/{subscription}",
            get(directory_subscriptions::get),
        )
        .route("/v1.0/organization", get(organization::list))
        .with_state(door.clone());
    // The plain form of an address may name nothing as well.
    let again = routes.clone().fallback(unknown);
    routes
        .route("/v1.0", any(unknown))
        .route("/v1.0/", any(unknown))
        .route(
            "/v1.0/{*path}",
            any(move |request: Request| {
                let routes = again.clone();
                async move {
                    match path::again(&routes, request).await {
                        Ok(response) => response,
                        Err(request) => unknown(request).await,
                    }
                }
            }),
        )
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(door.clone(), error::layer))
}

/// The addresses by segment; `*` stands for a key.
const KNOWN: &[&[&str]] = &[
    &["users", "*", "licenseDetails"],
    &["users", "*", "assignLicense"],
    &["me", "licenseDetails"],
    &["me", "assignLicense"],
    &["subscribedSkus", "*"],
    &["directory", "subscriptions", "*"],
    &["organization"],
];

/// The first segment that leads nowhere; the last, where all of them lead somewhere and the address ends too early.
fn first_unknown(segments: &[String]) -> &str {
    let depth = KNOWN
        .iter()
        .map(|known| {
            let pairs = segments.iter().zip(known.iter());
            pairs
                .take_while(|(segment, known)| **known == "*" || segment == *known)
                .count()
        })
        .max()
        .unwrap_or_default();
    segments.get(depth).or(segments.last()).map_or("", String::as_str)
}

/// An address that names nothing here.
async fn unknown(request: Request) -> Response {
    let path = request.uri().path();
    let segments: Vec<String> = path
        .strip_prefix("/v1.0")
        .unwrap_or(path)
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(path::decoded)
        .collect();
    let segment = first_unknown(&segments);
    Failure::plain(
        StatusCode::BAD_REQUEST,
        "BadRequest",
        format!("Resource not found for the segment '{segment}'."),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segment_that_leads_nowhere_is_named() {
        for (path, segment) in [
            ("wat/1", "wat"),
            ("users/x/wat", "wat"),
            ("users/x/licenseDetails/y/z", "y"),
            ("me/photo", "photo"),
            ("directory/administrativeUnits/x", "administrativeUnits"),
            ("directory", "directory"),
            ("organization/x", "x"),
            ("", ""),
        ] {
            let segments: Vec<String> = path.split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
            assert_eq!(first_unknown(&segments), segment, "{path}");
        }
    }
}
