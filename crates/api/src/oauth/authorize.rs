//! `/{organization}/oauth2/v2.0/authorize`: says that nobody signs in by redirect here.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use super::Tenant;
use super::error::OauthError;
use crate::door::Door;
use crate::error::Failure;

/// Refuses, whatever is asked for. The answer is never sent to a `redirect_uri`: no program has one registered, so that
/// any could be forged.
pub async fn authorize(State(door): State<Door>, Path(organization): Path<String>) -> Result<Response, OauthError> {
    Tenant::named(&door.app, &organization).await?;
    Ok(Failure::plain(
        StatusCode::BAD_REQUEST,
        "unsupported_response_type",
        "signing in by redirect is not offered here; a person signs in with the device code grant (devicecode), a program \
         with client_credentials (token)",
    )
    .into_response())
}
