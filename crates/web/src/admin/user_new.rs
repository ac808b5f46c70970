//! `/admin/users/new`: adds a person.

use aktiver_service::domain::role::Operation;
use aktiver_service::users::{self, NewUser};
use aktiver_service::{Error, Result, auth, organizations};
use axum::http::StatusCode;
use axum::response::Response;

use super::page;
use crate::components::{Choice, Control, Field, FormBox, Section, Sheet};
use crate::forms::Sent;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::{countries, doors};

type Wrong = Vec<(&'static str, String)>;

async fn form_page(desk: &Desk, form: &Sent, wrong: &Wrong) -> Result<Response> {
    let t = desk.t;
    desk.ctx.require(Operation::ManageUsers)?;
    let error = |field: &str| {
        wrong
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message.clone())
    };
    let domains = organizations::domains(&desk.app, &desk.ctx).await?;
    let options = domains
        .iter()
        .map(|domain| Choice {
            value: domain.name.clone(),
            label: domain.name.clone(),
            hint: None,
            selected: form.text("domain") == domain.name,
        })
        .collect();
    let country = form.filled("location").unwrap_or(&desk.ctx.organization.country);
    let fields = vec![
        Field::input(t, "name", t.get("fact-name"), "text", form.text("name"))
            .autocomplete("off")
            .error(error("name")),
        Field::input(t, "user", t.get("user-new-local"), "text", form.text("user"))
            .hint(t.get("user-new-local-hint"))
            .autocomplete("off")
            .error(error("user")),
        Field::new(t, "domain", t.get("user-new-domain"), Control::Select(options)),
        countries::field(t, "location", t.get("fact-location"), country).hint(t.get("location-hint")),
        Field::input(t, "password", t.get("user-new-password"), "password", "")
            .hint(t.get("field-new-password-hint"))
            .autocomplete("new-password")
            .error(error("password")),
    ];
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let form = FormBox::new(t, format!("{}/new", doors::ADMIN_USERS), &desk.csrf, t.get("users-new"))
        .fields(fields)
        .cancel(doors::ADMIN_USERS);
    let page = page(
        desk,
        t.get("users-new"),
        &[(t.get("users-title"), doors::ADMIN_USERS.to_owned())],
    );
    Ok(Sheet::new(page)
        .piece(&Section::new("new", t.get("user-new-who")).card().piece(&form))
        .respond_with(status))
}

/// GET `/admin/users/new`
pub async fn show(desk: Desk) -> Response {
    desk.respond(Area::Admin, form_page(&desk, &Sent::default(), &Vec::new()))
        .await
}

/// POST `/admin/users/new`
pub async fn post(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let mut wrong: Wrong = Vec::new();
        for field in ["name", "user"] {
            if form.text(field).is_empty() {
                wrong.push((field, t.get("field-missing")));
            }
        }
        if auth::check_password_strength(form.raw("password")).is_err() {
            wrong.push(("password", t.get("field-password-weak")));
        }
        if !wrong.is_empty() {
            return form_page(&desk, &form, &wrong).await;
        }
        let new = NewUser {
            user_principal_name: format!("{}@{}", form.text("user"), form.text("domain")),
            display_name: form.text("name").to_owned(),
            password: Some(form.raw("password").to_owned()),
            account_enabled: true,
            usage_location: form.filled("location").map(str::to_owned),
            ..NewUser::default()
        };
        match users::create(&desk.app, &desk.ctx, new).await {
            Ok(user) => Ok(go(&format!("{}/{}", doors::ADMIN_USERS, user.id), Done::UserCreated)),
            Err(Error::Taken { .. }) => form_page(&desk, &form, &vec![("user", t.get("user-new-taken"))]).await,
            Err(Error::Invalid { field, .. }) => {
                let (field, message) = match field.as_str() {
                    "displayName" => ("name", t.get("field-missing")),
                    "password" => ("password", t.get("field-password-weak")),
                    _ => ("user", t.get("user-new-local-wrong")),
                };
                form_page(&desk, &form, &vec![(field, message)]).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
