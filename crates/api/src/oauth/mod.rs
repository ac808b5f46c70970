//! Tokens: `/{organization}/oauth2/v2.0/…`, discovery and keys. `organizations` and `common` stand for no organization in
//! particular and serve sign-in.

mod authorize;
mod device_code;
mod discovery;
mod error;
mod form;
mod token;

use aktiver_service::domain::ids::OrganizationId;
use aktiver_service::organizations::{self, Organization};
use aktiver_service::{App, Error};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::door::Door;
use crate::error::panicked;
use error::OauthError;

/// The page on which a person enters the code that a device shows.
pub const DEVICE_PAGE: &str = "/device";

/// The routes of the token door.
pub fn router(door: &Door) -> Router {
    let tokens = Router::new()
        .route("/{organization}/oauth2/v2.0/token", post(token::token))
        .route(
            "/{organization}/oauth2/v2.0/authorize",
            get(authorize::authorize).post(authorize::authorize),
        )
        .route("/{organization}/oauth2/v2.0/devicecode", post(device_code::device_code));
    let metadata = Router::new()
        .route(
            "/{organization}/v2.0/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route("/{organization}/discovery/v2.0/keys", get(discovery::keys));
    // Outermost, so that refusals carry it too.
    dressed(tokens, door)
        .layer(from_fn(no_store))
        .merge(dressed(metadata, door))
}

/// Routes with what every one of them needs.
fn dressed(routes: Router<Door>, door: &Door) -> Router {
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(door.clone(), error::layer))
        .with_state(door.clone())
}

/// Answers with secrets in them are kept by nobody (RFC 6749, 5.1).
async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// Whose door is knocked at.
pub enum Tenant {
    One(Box<Organization>),
    /// `organizations` or `common`.
    Any,
}

impl Tenant {
    /// The organization; `None` where it is no particular one.
    pub fn id(&self) -> Option<OrganizationId> {
        match self {
            Self::One(organization) => Some(organization.id),
            Self::Any => None,
        }
    }

    /// The organization that an address names by id or verified domain.
    ///
    /// # Errors
    /// `invalid_request` when there is none.
    pub async fn named(app: &App, text: &str) -> Result<Self, OauthError> {
        if text.eq_ignore_ascii_case("organizations") || text.eq_ignore_ascii_case("common") {
            return Ok(Self::Any);
        }
        match organizations::resolve(app, text).await {
            Ok(organization) => Ok(Self::One(Box::new(organization))),
            Err(Error::NotFound(_)) => Err(OauthError::invalid_request(format!(
                "there is no organization '{text}'; use its id or one of its domains"
            ))),
            Err(error) => Err(error.into()),
        }
    }
}
