//! `GET /{organization}/v2.0/.well-known/openid-configuration` and `GET /{organization}/discovery/v2.0/keys`.

use aktiver_service::tokens::issuer_of;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Tenant;
use super::error::OauthError;
use crate::door::Door;
use crate::request::About;

pub async fn configuration(
    State(door): State<Door>,
    About(meta): About,
    Path(organization): Path<String>,
) -> Result<Response, OauthError> {
    let base = meta.base(&door.app);
    // Endpoints carry the name that was asked for; the issuer is always the id's, as in the tokens.
    let (name, issuer) = match Tenant::named(&door.app, &organization).await? {
        Tenant::One(found) => (found.id.to_string(), issuer_of(&base, found.id)),
        Tenant::Any => (organization.to_ascii_lowercase(), format!("{base}/{{tenantid}}/v2.0")),
    };
    Ok(public(&document(&base, &name, &issuer)))
}

fn document(base: &str, name: &str, issuer: &str) -> Value {
    let door = format!("{base}/{name}/oauth2/v2.0");
    // OpenID Connect Discovery requires `authorization_endpoint` and `response_types_supported`, and client libraries take no
    // document without them. The address answers: that signing in by redirect is not offered.
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{door}/authorize"),
        "token_endpoint": format!("{door}/token"),
        "device_authorization_endpoint": format!("{door}/devicecode"),
        "jwks_uri": format!("{base}/{name}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "grant_types_supported": [
            "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": [
            "iss", "aud", "sub", "oid", "tid", "appid", "idtyp", "roles", "scp", "upn", "name", "preferred_username", "iat", "nbf",
            "exp", "ver",
        ],
    })
}

/// The keys that verify tokens and license documents; the same for every organization.
pub async fn keys(State(door): State<Door>, Path(_): Path<String>) -> Response {
    public(&door.app.signing().public_jwks())
}

fn public(body: &Value) -> Response {
    let cache = HeaderValue::from_static("public, max-age=300");
    ([(header::CACHE_CONTROL, cache)], Json(body)).into_response()
}
