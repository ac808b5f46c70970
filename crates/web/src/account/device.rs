//! `/device`: a person lets an app on another screen sign in, by the code that it shows.

use aktiver_service::tokens::{self, DeviceRequest};
use aktiver_service::{Error, Result};
use axum::http::StatusCode;
use axum::response::Response;

use crate::components::{ActionKind, Facts, Field, FormBox, Section, Sheet};
use crate::doors;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted, query};

/// The form for the code.
fn enter(desk: &Desk, code: &str, error: Option<String>) -> Response {
    let t = desk.t;
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let field = Field::input(t, "code", t.get("device-code"), "text", code)
        .hint(t.get("device-code-hint"))
        .error(error)
        .autocomplete("one-time-code");
    let form = FormBox::new(t, doors::DEVICE, &desk.csrf, t.get("key-next"))
        .fields(vec![field])
        .submit_as("step", "look");
    Sheet::new(desk.page(Area::Account, t.get("device-title")))
        .lead(t.get("device-lead"))
        .piece(&Section::new("code", t.get("device-enter")).card().piece(&form))
        .respond_with(status)
}

/// The question whether the app may come in.
fn ask(desk: &Desk, code: &str, request: &DeviceRequest) -> Response {
    let t = desk.t;
    let facts = Facts::new()
        .text(t.get("fact-app"), &request.client_name)
        .text(t.get("fact-code"), code)
        .text(t.get("fact-account"), &desk.user_name)
        .text(t.get("fact-organization"), &desk.ctx.organization.name)
        .text(t.get("fact-valid-until"), &t.date_time(request.expires_at));
    let form = FormBox::new(t, doors::DEVICE, &desk.csrf, t.get("device-approve"))
        .hidden("code", code)
        .submit_as("step", "approve")
        .other("step", "deny", t.get("device-deny"))
        .kind(ActionKind::Primary);
    let heading = t.with("device-question", &[("app", request.client_name.as_str().into())]);
    Sheet::new(desk.page(Area::Account, t.get("device-title")))
        .lead(t.get("device-warning"))
        .piece(&Section::new("ask", heading).card().piece(&facts).piece(&form))
        .respond()
}

async fn look(desk: &Desk, code: &str) -> Result<Response> {
    let code = code.to_uppercase();
    Ok(match tokens::device_request(&desk.app, &code).await? {
        Some(request) => ask(desk, &code, &request),
        None => enter(desk, &code, Some(desk.t.get("device-code-unknown"))),
    })
}

/// GET `/device?code=…`
pub async fn show(desk: Desk) -> Response {
    let work = async {
        // The complete address that apps show as a picture names the code `code` or `user_code`.
        match query(&desk.visit, "code").or_else(|| query(&desk.visit, "user_code")) {
            Some(code) => look(&desk, &code).await,
            None => Ok(enter(&desk, "", None)),
        }
    };
    desk.respond(Area::Account, work).await
}

/// POST `/device`
pub async fn post(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let code = form.text("code");
        let decided = match form.text("step") {
            "approve" => tokens::approve_device(&desk.app, &desk.ctx, code)
                .await
                .map(|()| Done::DeviceApproved),
            "deny" => tokens::deny_device(&desk.app, &desk.ctx, code)
                .await
                .map(|()| Done::DeviceDenied),
            _ => return look(&desk, code).await,
        };
        match decided {
            Ok(done) => Ok(go(doors::ACCOUNT, done)),
            Err(Error::NotFound(_)) => Ok(enter(&desk, code, Some(desk.t.get("device-code-unknown")))),
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Account, work).await
}
