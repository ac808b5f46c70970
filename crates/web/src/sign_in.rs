//! `/sign-in`, for people of organizations and operators alike, and `/sign-out`.

use aktiver_service::auth::{self, BrowserPerson, SignedIn, SignedInKind};
use aktiver_service::{App, Error};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::components::{Field, FormBox, Notice, Section, Sheet, Tone};
use crate::doors;
use crate::i18n::cookie;
use crate::language::safe_return;
use crate::layout::{Area, Page};
use crate::notices::{Done, go, go_to};
use crate::session::{self, Anyone, Posted, SESSION_COOKIE, VISITOR_COOKIE, set_cookie, with_cookie};

/// The answer with the cookies of a fresh session.
pub fn signed_in(app: &App, response: Response, fresh: &SignedIn) -> Response {
    let response = with_cookie(
        response,
        set_cookie(app, SESSION_COOKIE, &fresh.cookie, fresh.expires_in),
    );
    with_cookie(response, set_cookie(app, VISITOR_COOKIE, "", 0))
}

/// What went wrong with a try, for the form.
pub fn refused(desk: &Anyone, error: &Error) -> Option<(StatusCode, Notice)> {
    let t = desk.t;
    match error {
        Error::Unauthenticated(_) => Some((
            StatusCode::UNPROCESSABLE_ENTITY,
            Notice::new(Tone::Error, t.get("sign-in-wrong")).text(t.get("sign-in-wrong-text")),
        )),
        Error::TooMany { retry_after_seconds } => {
            let seconds = i64::try_from(*retry_after_seconds).unwrap_or(i64::MAX);
            Some((
                StatusCode::TOO_MANY_REQUESTS,
                Notice::new(Tone::Error, t.get("error-429-title"))
                    .text(t.with("error-429-remedy", &[("seconds", seconds.into())])),
            ))
        }
        _ => None,
    }
}

fn landing(kind: SignedInKind, back: &str) -> &str {
    match (kind, back) {
        (_, back) if !back.is_empty() => safe_return(back),
        (SignedInKind::Operator, _) => doors::CONSOLE,
        (SignedInKind::User, _) => doors::ACCOUNT,
    }
}

fn page(desk: &Anyone, name: &str, back: &str, problem: Option<(StatusCode, Notice)>) -> Response {
    let t = desk.t;
    let (status, problem) = match problem {
        Some((status, notice)) => (status, Some(notice)),
        None => (StatusCode::OK, None),
    };
    let form = FormBox::new(t, doors::SIGN_IN, &desk.csrf, t.get("sign-in-submit"))
        .hidden("return", back)
        .problem(problem)
        .fields(vec![
            Field::input(t, "name", t.get("sign-in-name"), "text", name)
                .hint(t.get("sign-in-name-hint"))
                .autocomplete("username"),
            Field::input(t, "password", t.get("sign-in-password"), "password", "").autocomplete("current-password"),
        ]);
    let mut page = Page::new(&desk.visit, Area::Home, t.get("sign-in-title"));
    page.notice = desk.visit.done.map(|done| done.notice(t));
    let section = Section::new("sign-in", t.get("sign-in-heading")).card().piece(&form);
    let sheet = Sheet::new(page).lead(t.get("sign-in-lead")).piece(&section);
    desk.keep(sheet.respond_with(status))
}

/// GET `/sign-in?return=…`
pub async fn show(desk: Anyone) -> Response {
    let back = session::query(&desk.visit, "return").unwrap_or_default();
    let kind = match &desk.who {
        Some(BrowserPerson::User(_)) => SignedInKind::User,
        Some(BrowserPerson::Operator(_)) => SignedInKind::Operator,
        None => return page(&desk, "", &back, None),
    };
    go_to(landing(kind, &back))
}

/// POST `/sign-in`
pub async fn post(Posted { desk, form }: Posted<Anyone>) -> Response {
    let back = form.text("return");
    match auth::sign_in(&desk.app, form.text("name"), form.raw("password"), desk.address).await {
        Ok(fresh) => signed_in(&desk.app, go_to(landing(fresh.actor_kind, back)), &fresh),
        Err(error) => match refused(&desk, &error) {
            Some(problem) => page(&desk, form.text("name"), back, Some(problem)),
            None => desk.fail(error),
        },
    }
}

/// POST `/sign-out`. Without a session there is nothing to end.
pub async fn out(headers: HeaderMap, Posted { desk, .. }: Posted<Anyone>) -> Response {
    if let Some(cookie) = cookie(&headers, SESSION_COOKIE)
        && let Err(error) = auth::sign_out(&desk.app, cookie).await
    {
        return desk.fail(error);
    }
    with_cookie(
        go(doors::SIGN_IN, Done::SignedOut),
        set_cookie(&desk.app, SESSION_COOKIE, "", 0),
    )
}
