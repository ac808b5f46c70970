//! `POST /{organization}/oauth2/v2.0/token`.

use aktiver_service::tokens::{self, TokenAnswer, TokenError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::Tenant;
use super::error::OauthError;
use super::form::{Form, basic};
use crate::door::Door;
use crate::request::About;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub async fn token(
    State(door): State<Door>,
    About(meta): About,
    Path(organization): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OauthError> {
    let form = Form::read(&headers, &body)?;
    let app = &door.app;
    let issuer = meta.issuer(app);
    let in_header = basic(&headers);
    let client_id = match &in_header {
        Some((id, _)) => id.as_str(),
        None => form.need("client_id")?,
    };
    let answer = match form.need("grant_type")? {
        "client_credentials" => {
            let secret = in_header
                .as_ref()
                .map(|(_, secret)| secret.as_str())
                .or_else(|| form.get("client_secret"));
            let secret = secret.ok_or_else(|| {
                TokenError::InvalidClient(
                    "the client's secret is missing: send client_secret, or HTTP Basic".to_owned(),
                )
            })?;
            let Tenant::One(organization) = Tenant::named(app, &organization).await? else {
                return Err(OauthError::invalid_request(
                    "a program asks at its own organization's address: use the organization's id or domain in place of 'organizations' or 'common'",
                ));
            };
            let scope = form.get("scope").unwrap_or(".default");
            tokens::client_credentials(app, &issuer, &organization, client_id, secret, scope).await?
        }
        // Early drafts called it `device_code`, and some clients send their code as `code`.
        DEVICE_CODE | "device_code" => {
            let code = form.get("device_code").or_else(|| form.get("code"));
            let code = code.map_or_else(|| form.need("device_code"), Ok)?;
            let at = Tenant::named(app, &organization).await?.id();
            tokens::redeem_device_code_at(app, &issuer, at, client_id, code).await?
        }
        "refresh_token" => {
            let refresh_token = form.need("refresh_token")?;
            let at = Tenant::named(app, &organization).await?.id();
            tokens::refresh_at(app, &issuer, at, client_id, refresh_token).await?
        }
        _ => return Err(TokenError::UnsupportedGrant.into()),
    };
    Ok(Json(body_of(&answer)).into_response())
}

fn body_of(answer: &TokenAnswer) -> Value {
    let mut body = json!({
        "token_type": answer.token_type,
        "scope": answer.scope,
        "expires_in": answer.expires_in,
        "ext_expires_in": answer.expires_in,
        "access_token": answer.access_token,
    });
    if let Some(token) = &answer.refresh_token {
        body["refresh_token"] = Value::from(token.as_str());
    }
    if let Some(token) = &answer.id_token {
        body["id_token"] = Value::from(token.as_str());
    }
    body
}
