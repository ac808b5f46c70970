//! The steps of a visitor: after the keys, sign in, or create the organization right here (SPEC 15.2).

use aktiver_service::auth::{self, BrowserPerson};
use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::EventKind;
use aktiver_service::domain::refusal::RedeemRefusal;
use aktiver_service::keys::KeyReview;
use aktiver_service::organizations::{self, NewAdmin, NewOrganization, Visitor};
use aktiver_service::{Ctx, Error, Result};
use axum::http::StatusCode;
use axum::response::Response;

use super::entry::Entry;
use super::key::{Problem, WISH, carry, entry_page, page as step, problem, reviewed};
use super::review::key_table;
use crate::components::{Field, FormBox, Notice, Section, Sheet};
use crate::countries;
use crate::csrf::Token;
use crate::forms::Sent;
use crate::layout::{Area, Page};
use crate::notices::go_to;
use crate::session::{Anyone, Desk, language};
use crate::{doors, errors, sign_in};

/// What was filled in about the organization to be, with what is wrong.
#[derive(Default)]
struct Details {
    organization: String,
    country: String,
    name: String,
    mail: String,
    /// Field and message.
    wrong: Vec<(&'static str, String)>,
}

impl Details {
    fn read(form: &Sent) -> Self {
        Self {
            organization: form.text("organization").to_owned(),
            country: form.text("country").to_owned(),
            name: form.text("person").to_owned(),
            mail: form.text("mail").to_owned(),
            wrong: Vec::new(),
        }
    }

    fn error(&self, field: &str) -> Option<String> {
        self.wrong
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message.clone())
    }
}

/// POST `/setup/key` without a session.
pub async fn post(desk: &Anyone, form: &Sent) -> Response {
    let mut entry = Entry::read(form);
    let wish = form.text(WISH);
    let again = |entry: &Entry, notice| {
        let base = Page::new(&desk.visit, Area::Home, "");
        desk.keep(entry_page(base, &desk.csrf, entry, wish, None, notice))
    };
    match form.text("step") {
        "edit" => return again(&entry, None),
        "more" => {
            entry.keys.push(String::new());
            return again(&entry, None);
        }
        _ => {}
    }
    if !entry.check(desk.t) {
        return again(&entry, None);
    }
    match form.text("step") {
        "sign-in" => come_in(desk, form, entry).await,
        "create" => create(desk, form, entry).await,
        _ => offer(desk, entry, wish).await,
    }
}

/// Shows what the keys give, and asks who they are for.
async fn offer(desk: &Anyone, mut entry: Entry, wish: &str) -> Response {
    let mut details = Details::default();
    match look(desk, &entry, "").await {
        Ok((country, found)) => {
            details.country = country;
            who(desk, &entry, wish, "", None, &details, None, &found)
        }
        Err(error) => match problem(desk.t, &mut entry, &error) {
            Some(place) => {
                let notice = match place {
                    Problem::OfKey => None,
                    Problem::OfAll(notice) => Some(notice),
                };
                let base = Page::new(&desk.visit, Area::Home, "");
                desk.keep(entry_page(base, &desk.csrf, &entry, wish, None, notice))
            }
            None => desk.fail(error),
        },
    }
}

/// What the keys stand for. A key that is for one country tells which organization it suits.
async fn look(desk: &Anyone, entry: &Entry, country: &str) -> Result<(String, Vec<KeyReview>)> {
    let visitor = visitor(desk);
    match organizations::review_for_visitor(&desk.app, visitor, country, &entry.keys).await {
        Err(Error::Refused(Refusal::Redeem(RedeemRefusal::WrongCountry { country: right }))) if country.is_empty() => {
            let found = organizations::review_for_visitor(&desk.app, visitor, &right, &entry.keys).await?;
            Ok((right, found))
        }
        other => Ok((country.to_owned(), other?)),
    }
}

fn visitor(desk: &Anyone) -> Visitor {
    Visitor {
        language: language(desk.t.locale),
        address: desk.address,
        request_id: desk.app.id::<EventKind>().uuid(),
    }
}

/// The page that asks who the keys are for.
#[expect(clippy::too_many_arguments, reason = "one page, with the state of both its forms")]
fn who(
    desk: &Anyone,
    entry: &Entry,
    wish: &str,
    user_name: &str,
    sign_in_problem: Option<(StatusCode, Notice)>,
    details: &Details,
    problem: Option<Notice>,
    found: &[KeyReview],
) -> Response {
    let t = desk.t;
    let wrong = problem.is_some() || !details.wrong.is_empty();
    let status = match &sign_in_problem {
        Some((status, _)) => *status,
        None if wrong => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let keys = entry.last_fives().join(", ");
    let come_in = carry(
        FormBox::new(t, doors::SETUP_KEY, &desk.csrf, t.get("sign-in-submit")),
        entry,
    )
    .hidden(WISH, wish)
    .problem(sign_in_problem.map(|(_, notice)| notice))
    .fields(vec![
        Field::input(t, "name", t.get("sign-in-name"), "text", user_name).autocomplete("username"),
        Field::input(t, "own-password", t.get("sign-in-password"), "password", "").autocomplete("current-password"),
    ])
    .submit_as("step", "sign-in");
    let mut sheet = Sheet::new(step(Page::new(&desk.visit, Area::Home, "")))
        .lead(t.with("key-who-lead", &[("keys", keys.into())]))
        .piece(&key_table(t, found))
        .piece(
            &Section::new("sign-in", t.get("key-who-known"))
                .card()
                .lead(t.get("key-who-known-text"))
                .piece(&come_in),
        );
    if desk.app.config().open_setup {
        let new = carry(
            FormBox::new(t, doors::SETUP_KEY, &desk.csrf, t.get("key-create")),
            entry,
        )
        .problem(problem)
        .fields(fields(desk, details))
        .submit_as("step", "create")
        .other("step", "edit", t.get("key-edit"));
        sheet = sheet.piece(
            &Section::new("new", t.get("key-who-new"))
                .card()
                .lead(t.get("key-who-new-text"))
                .piece(&new),
        );
    } else {
        sheet = sheet.paragraph(&t.get("key-who-closed"));
    }
    desk.keep(sheet.respond_with(status))
}

fn fields(desk: &Anyone, details: &Details) -> Vec<Field> {
    let t = desk.t;
    vec![
        Field::input(
            t,
            "organization",
            t.get("field-organization"),
            "text",
            &details.organization,
        )
        .autocomplete("organization")
        .error(details.error("organization")),
        countries::field(t, "country", t.get("field-country"), &details.country).error(details.error("country")),
        Field::input(t, "person", t.get("field-your-name"), "text", &details.name)
            .autocomplete("name")
            .error(details.error("person")),
        Field::input(t, "mail", t.get("field-work-mail"), "email", &details.mail)
            .hint(t.get("field-work-mail-hint"))
            .autocomplete("email")
            .error(details.error("mail")),
        Field::input(t, "password", t.get("field-new-password"), "password", "")
            .hint(t.get("field-new-password-hint"))
            .autocomplete("new-password")
            .error(details.error("password")),
    ]
}

/// Signs in and goes on to the review with the keys that were entered.
async fn come_in(desk: &Anyone, form: &Sent, entry: Entry) -> Response {
    let (name, wish) = (form.text("name"), form.text(WISH));
    let fresh = match auth::sign_in(&desk.app, name, form.raw("own-password"), desk.address).await {
        Ok(fresh) => fresh,
        Err(error) => {
            let (country, found) = look(desk, &entry, "").await.unwrap_or_default();
            let details = Details {
                country,
                ..Details::default()
            };
            return match sign_in::refused(desk, &error) {
                Some(problem) => who(desk, &entry, wish, name, Some(problem), &details, None, &found),
                None => desk.fail(error),
            };
        }
    };
    let id = desk.app.id::<EventKind>().uuid();
    let browser = auth::session(&desk.app, &fresh.cookie, id, language(desk.t.locale)).await;
    let response = match browser.map(|browser| browser.map(|browser| browser.who)) {
        Ok(Some(BrowserPerson::User(ctx))) => {
            let ctx = Ctx {
                address: desk.address,
                ..ctx
            };
            match Desk::of(&desk.app, ctx, desk.visit.clone(), Token::new(fresh.csrf.clone())).await {
                Ok(user) => reviewed(&user, entry, wish, None).await,
                Err(response) => response,
            }
        }
        Ok(_) => go_to(doors::CONSOLE),
        Err(error) => return desk.fail(error),
    };
    sign_in::signed_in(&desk.app, response, &fresh)
}

/// Creates the organization and redeems the keys, both or neither.
async fn create(desk: &Anyone, form: &Sent, mut entry: Entry) -> Response {
    let t = desk.t;
    if !desk.app.config().open_setup {
        let page = Page::new(&desk.visit, Area::Home, "");
        let detail = Some(t.get("key-who-closed"));
        return errors::response(page, errors::Problem::Forbidden { detail });
    }
    let mut details = Details::read(form);
    let (_, found) = look(desk, &entry, "").await.unwrap_or_default();
    for (field, value) in [
        ("organization", &details.organization),
        ("country", &details.country),
        ("person", &details.name),
        ("mail", &details.mail),
    ] {
        if value.is_empty() {
            details.wrong.push((field, t.get("field-missing")));
        }
    }
    let user_name = match details.mail.split_once('@') {
        Some((local, host)) if !local.is_empty() && host.contains('.') => local.to_owned(),
        _ => {
            if details.error("mail").is_none() {
                details.wrong.push(("mail", t.get("field-mail-wrong")));
            }
            String::new()
        }
    };
    if let Err(_weak) = auth::check_password_strength(form.raw("password")) {
        details.wrong.push(("password", t.get("field-password-weak")));
    }
    if !details.wrong.is_empty() {
        return who(desk, &entry, "", "", None, &details, None, &found);
    }
    let new = NewOrganization {
        name: details.organization.clone(),
        country: details.country.clone(),
        domain: None,
        sandbox: false,
        admin: NewAdmin {
            display_name: details.name.clone(),
            user_name,
            password: Some(form.raw("password").to_owned()),
            mail: Some(details.mail.clone()),
        },
    };
    match organizations::setup_and_redeem(&desk.app, visitor(desk), new, &entry.keys).await {
        Ok((created, view)) => match auth::sign_in_new_user(&desk.app, &created.admin).await {
            Ok(fresh) => {
                let path = format!("{}?subscription={}&what=first", doors::SETUP_DONE, view.subscription.id);
                sign_in::signed_in(&desk.app, go_to(&path), &fresh)
            }
            Err(error) => desk.fail(error),
        },
        Err(Error::Invalid { field, .. }) => {
            let (field, message) = match field.as_str() {
                "name" => ("organization", t.get("field-organization-wrong")),
                "country" => ("country", t.get("field-country-wrong")),
                "displayName" => ("person", t.get("field-missing")),
                "password" => ("password", t.get("field-password-weak")),
                _ => ("mail", t.get("field-mail-wrong")),
            };
            details.wrong.push((field, message));
            who(desk, &entry, "", "", None, &details, None, &found)
        }
        Err(Error::Taken { .. }) => {
            details.wrong.push(("organization", t.get("field-organization-taken")));
            who(desk, &entry, "", "", None, &details, None, &found)
        }
        Err(error) => match problem(t, &mut entry, &error) {
            Some(Problem::OfKey) => {
                let base = Page::new(&desk.visit, Area::Home, "");
                desk.keep(entry_page(base, &desk.csrf, &entry, "", None, None))
            }
            Some(Problem::OfAll(notice)) => who(desk, &entry, "", "", None, &details, Some(notice), &found),
            None => desk.fail(error),
        },
    }
}
