//! `POST /{organization}/oauth2/v2.0/devicecode` (RFC 8628).

use aktiver_service::tokens;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::error::OauthError;
use super::form::Form;
use super::{DEVICE_PAGE, Tenant};
use crate::door::Door;
use crate::request::About;

pub async fn device_code(
    State(door): State<Door>,
    About(meta): About,
    Path(organization): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, OauthError> {
    let form = Form::read(&headers, &body)?;
    let client = form.need("client_id")?;
    let scope = form.get("scope").unwrap_or(".default");
    // Whoever approves decides which organization it becomes; the address must still name one that exists.
    Tenant::named(&door.app, &organization).await?;
    let answer = tokens::device_code(&door.app, client, scope).await?;
    let page = meta.base(&door.app) + DEVICE_PAGE;
    Ok(Json(json!({
        "device_code": answer.device_code,
        "user_code": answer.user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?code={}", answer.user_code),
        "expires_in": answer.expires_in,
        "interval": answer.interval,
        "message": format!("To sign in, open {page} and enter the code {}.", answer.user_code),
    })))
}
