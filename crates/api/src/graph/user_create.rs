//! `POST /users` (SPEC 26, "14 create").

use aktiver_service::domain::role::Operation;
use aktiver_service::users::{self, NewUser};
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value};

use super::answer::Call;
use super::body;
use super::error::bad_request;
use super::query::Query;
use super::user_properties::{DEFAULT, Selection, Shown, unsettable};
use crate::error::Result;

pub async fn create(call: Call, body: Bytes) -> Result<Response> {
    let ctx = call.ctx().await?;
    ctx.require(Operation::ManageUsers)?;
    Query::parse(call.query.as_deref(), &[])?;
    let new = parse(body::object(&body)?)?;
    let user = users::create(&call.caller.app, &ctx, new).await?;
    let selection = Selection::of(DEFAULT);
    let shown = Shown {
        context: call.context("users", None, "/$entity"),
        selection: &selection,
        user: &user,
        holding: None,
        catalog: None,
    };
    let mut response = call.answer(StatusCode::CREATED, &shown)?;
    if let Ok(location) = HeaderValue::from_str(&format!("{}/users/{}", call.root(), user.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn parse(object: Map<String, Value>) -> Result<NewUser> {
    let mut new = NewUser::default();
    let mut account_enabled = None;
    let mut profile = false;
    for (name, value) in object {
        match name.as_str() {
            "accountEnabled" => account_enabled = optional_flag(&name, &value)?,
            "displayName" => new.display_name = text(&name, value)?.unwrap_or_default(),
            "mailNickname" => new.mail_nickname = text(&name, value)?.unwrap_or_default(),
            "userPrincipalName" => new.user_principal_name = text(&name, value)?.unwrap_or_default(),
            "passwordProfile" => {
                new.password = password(&value)?;
                profile = true;
            }
            "givenName" => new.given_name = text(&name, value)?,
            "surname" => new.surname = text(&name, value)?,
            "mail" => new.mail = text(&name, value)?,
            "jobTitle" => new.job_title = text(&name, value)?,
            "mobilePhone" => new.mobile_phone = text(&name, value)?,
            "officeLocation" => new.office_location = text(&name, value)?,
            "preferredLanguage" => new.preferred_language = text(&name, value)?,
            "usageLocation" => new.usage_location = text(&name, value)?,
            "businessPhones" => new.business_phones = texts(&name, value)?,
            other if body::is_annotation(other) => {}
            other => return Err(unsettable(other)),
        }
    }
    new.account_enabled = account_enabled.ok_or_else(|| required("accountEnabled"))?;
    let needed = [
        ("displayName", &new.display_name),
        ("mailNickname", &new.mail_nickname),
        ("userPrincipalName", &new.user_principal_name),
    ];
    if let Some((name, _)) = needed.into_iter().find(|(_, value)| value.trim().is_empty()) {
        return Err(required(name));
    }
    if !profile || new.password.is_none() {
        return Err(bad_request("A password must be specified to create a new user."));
    }
    Ok(new)
}

fn required(name: &str) -> crate::error::Failure {
    bad_request(format!("A value is required for property '{name}' of resource 'User'."))
}

/// A text or null.
pub fn text(name: &str, value: Value) -> Result<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(body::wrong_type(name, "Edm.String")),
    }
}

/// A list of texts.
pub fn texts(name: &str, value: Value) -> Result<Vec<String>> {
    serde_json::from_value(value).map_err(|_| body::wrong_type(name, "Collection(Edm.String)"))
}

/// True, false or null.
pub fn optional_flag(name: &str, value: &Value) -> Result<Option<bool>> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        _ => Err(body::wrong_type(name, "Edm.Boolean")),
    }
}

/// The password of a `passwordProfile`. Whether it must be changed at the next sign-in is read and has no effect: there is no
/// forced change here.
pub fn password(value: &Value) -> Result<Option<String>> {
    let Value::Object(profile) = value else {
        return Err(body::wrong_type("passwordProfile", "microsoft.graph.passwordProfile"));
    };
    let mut password = None;
    for (name, value) in profile {
        match name.as_str() {
            "password" => password = text(name, value.clone())?.filter(|password| !password.is_empty()),
            "forceChangePasswordNextSignIn" | "forceChangePasswordNextSignInWithMfa" => {
                optional_flag(name, value)?;
            }
            other if body::is_annotation(other) => {}
            other => return Err(body::no_such_property(other, "passwordProfile")),
        }
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Failure;

    fn good() -> Value {
        json!({
            "accountEnabled": true, "displayName": "Kari Nordmann", "mailNickname": "kari",
            "userPrincipalName": "kari@fjordvik.example",
            "passwordProfile": { "forceChangePasswordNextSignIn": true, "password": "xWwvJ]6NMw+bWH-d" },
        })
    }

    fn refused(body: Value) -> String {
        let Value::Object(object) = body else { panic!() };
        match parse(object) {
            Err(Failure::Plain(plain)) => plain.message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_required_properties_are_named_in_the_documented_words() {
        for name in ["accountEnabled", "displayName", "mailNickname", "userPrincipalName"] {
            let mut body = good();
            body.as_object_mut().unwrap().remove(name);
            assert_eq!(
                refused(body),
                format!("A value is required for property '{name}' of resource 'User'.")
            );
        }
        for profile in [None, Some(json!({})), Some(json!({ "password": "" }))] {
            let mut body = good();
            body.as_object_mut().unwrap().remove("passwordProfile");
            if let Some(profile) = profile {
                body["passwordProfile"] = profile;
            }
            assert_eq!(refused(body), "A password must be specified to create a new user.");
        }
    }

    #[test]
    fn an_unknown_property_is_refused_and_never_lost() {
        let mut body = good();
        body["shoeSize"] = json!(43);
        assert!(refused(body).starts_with("The property 'shoeSize' does not exist on type 'microsoft.graph.user'."));
    }
}
