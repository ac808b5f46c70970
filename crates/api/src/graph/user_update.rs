//! `PATCH /users/{id | userPrincipalName}`: what is named changes, the rest stays.

use aktiver_service::domain::ids::UserId;
use aktiver_service::users::{self, UserPatch};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};

use super::answer::Call;
use super::body;
use super::error::bad_request;
use super::query::Query;
use super::user_create::{optional_flag, password, text, texts};
use super::user_properties::unsettable;
use crate::error::{About as _, Failure, Result};

pub async fn update(call: Call, Path(user): Path<String>, body: Bytes) -> Result<Response> {
    let ctx = call.ctx().await?;
    Query::parse(call.query.as_deref(), &[])?;
    let (patch, password) = parse(body::object(&body)?)?;
    let app = &call.caller.app;
    let id = match UserId::parse(&user) {
        Ok(id) => id,
        Err(_) => users::by_name(app, &ctx, &user).await.about(&user)?.id,
    };
    if let Some(password) = password {
        users::set_password(app, &ctx, id, &password).await.about(&user)?;
    } else {
        users::update(app, &ctx, id, patch).await.about(&user)?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The changes, or a new password.
fn parse(object: Map<String, Value>) -> Result<(UserPatch, Option<String>)> {
    let mut patch = UserPatch::default();
    let mut new_password = None;
    for (name, value) in object {
        match name.as_str() {
            "userPrincipalName" => patch.user_principal_name = Some(needed(&name, value)?),
            "displayName" => patch.display_name = Some(needed(&name, value)?),
            "mailNickname" => patch.mail_nickname = Some(needed(&name, value)?),
            "usageLocation" => patch.usage_location = Some(needed(&name, value)?),
            "accountEnabled" => {
                patch.account_enabled = Some(optional_flag(&name, &value)?.ok_or_else(|| not_nullable(&name))?);
            }
            "givenName" => patch.given_name = Some(text(&name, value)?),
            "surname" => patch.surname = Some(text(&name, value)?),
            "mail" => patch.mail = Some(text(&name, value)?),
            "jobTitle" => patch.job_title = Some(text(&name, value)?),
            "mobilePhone" => patch.mobile_phone = Some(text(&name, value)?),
            "officeLocation" => patch.office_location = Some(text(&name, value)?),
            "preferredLanguage" => patch.preferred_language = Some(text(&name, value)?),
            "businessPhones" => patch.business_phones = Some(texts(&name, value)?),
            "passwordProfile" => new_password = password(&value)?,
            other if body::is_annotation(other) => {}
            other => return Err(unsettable(other)),
        }
    }
    if new_password.is_some() && patch != UserPatch::default() {
        return Err(bad_request(
            "A password cannot be changed together with other properties. Send passwordProfile in a request of its own.",
        ));
    }
    Ok((patch, new_password))
}

fn needed(name: &str, value: Value) -> Result<String> {
    text(name, value)?.ok_or_else(|| not_nullable(name))
}

fn not_nullable(name: &str) -> Failure {
    bad_request(format!(
        "Invalid value specified for property '{name}' of resource 'User'."
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<(UserPatch, Option<String>)> {
        let Value::Object(object) = body else { panic!() };
        parse(object)
    }

    #[test]
    fn what_is_only_read_is_not_called_unknown() {
        let refused = |body: Value| match read(body) {
            Err(Failure::Plain(plain)) => plain.message,
            other => panic!("{other:?}"),
        };
        for name in ["id", "assignedLicenses", "createdDateTime", "userType"] {
            assert_eq!(
                refused(json!({ "displayName": "Kari", name: null })),
                format!("Property '{name}' is read-only and cannot be set.")
            );
        }
        assert!(refused(json!({ "shoeSize": 43 })).starts_with("The property 'shoeSize' does not exist"));
    }

    #[test]
    fn la_07_the_usage_location_is_not_nullable_and_absent_properties_stay() {
        assert!(read(json!({ "usageLocation": null })).is_err());
        let (patch, _) = read(json!({ "usageLocation": "NO", "jobTitle": null })).unwrap();
        assert_eq!(
            patch,
            UserPatch {
                usage_location: Some("NO".into()),
                job_title: Some(None),
                ..UserPatch::default()
            }
        );
    }
}
