//! GET and POST `/setup/key`: enter, review, redeem.

use aktiver_service::auth::BrowserPerson;
use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::redemption::Choice;
use aktiver_service::domain::role::Operation;
use aktiver_service::{Error, keys, subscriptions};
use axum::http::StatusCode;
use axum::response::Response;

use super::entry::Entry;
use super::{review, visitor};
use crate::components::{Crumb, Facts, FormBox, Notice, Section, Sheet, Tone};
use crate::csrf::Token;
use crate::forms::Sent;
use crate::layout::{Area, Page};
use crate::notices::go_to;
use crate::session::{Anyone, Desk, Posted, query};
use crate::{doors, explain};

/// What a link from a subscription's page asks for, carried along as `extend:…` or `add:…`.
pub const WISH: &str = "wish";

/// Reads `new`, `extend:<id>` or `add:<id>`.
pub fn read_choice(text: &str) -> Option<Choice> {
    if text == "new" {
        return Some(Choice::New);
    }
    let (kind, id) = text.split_once(':')?;
    let id = SubscriptionId::parse(id).ok()?;
    match kind {
        "extend" => Some(Choice::Extend(id)),
        "add" => Some(Choice::Add(id)),
        _ => None,
    }
}

/// The reverse of [`read_choice`].
pub fn write_choice(choice: Choice) -> String {
    match choice {
        Choice::New => "new".to_owned(),
        Choice::Extend(id) => format!("extend:{id}"),
        Choice::Add(id) => format!("add:{id}"),
    }
}

/// A page of these steps, for whoever is there.
pub fn page(base: Page) -> Page {
    let mut page = base;
    let t = page.t;
    page.title = t.get("key-title");
    page.trail = vec![
        Crumb::link(t.get("area-home"), doors::HOME),
        Crumb::here(t.get("key-title")),
    ];
    page
}

/// The first step.
pub fn entry_page(
    base: Page,
    csrf: &Token,
    entry: &Entry,
    wish: &str,
    about: Option<&Facts>,
    problem: Option<Notice>,
) -> Response {
    let t = base.t;
    let wrong = problem.is_some() || entry.errors.iter().any(Option::is_some);
    let form = FormBox::new(t, doors::SETUP_KEY, csrf, t.get("key-next"))
        .hidden(WISH, wish)
        .problem(problem)
        .fields(entry.fields(t))
        .submit_as("step", "next")
        .other("step", "more", t.get("key-another"));
    let help = Section::new("help", t.get("key-help"))
        .paragraph(&t.get("key-help-where"))
        .piece(&HelpLinks { t });
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let mut sheet = Sheet::new(page(base)).lead(t.get("key-lead"));
    if let Some(about) = about {
        sheet = sheet.piece(&Section::new("about", t.get("key-about")).piece(about));
    }
    sheet
        .piece(&Section::new("keys", t.get("key-enter")).card().piece(&form))
        .piece(&help)
        .respond_with(status)
}

#[derive(askama::Template)]
#[template(
    ext = "html",
    source = r#"<ul class="links"><li><a href="/help/product-key">{{ t.get("help-product-key-title") }}</a></li><li><a href="/help/product-key-errors">{{ t.get("help-key-errors-title") }}</a></li></ul>"#
)]
struct HelpLinks {
    t: crate::i18n::Text,
}

/// GET `/setup/key`
pub async fn show(anyone: Anyone) -> Response {
    let wish = ["extend", "add"]
        .into_iter()
        .find_map(|kind| Some(format!("{kind}:{}", query(&anyone.visit, kind)?)))
        .filter(|wish| read_choice(wish).is_some())
        .unwrap_or_default();
    match user(&anyone).await {
        Ok(Some(desk)) => {
            let work = async {
                desk.ctx.require(Operation::RedeemKeys)?;
                let about = about(&desk, &wish).await?;
                let base = desk.page(Area::Home, "");
                Ok(entry_page(
                    base,
                    &desk.csrf,
                    &Entry::default(),
                    &wish,
                    about.as_ref(),
                    None,
                ))
            };
            desk.respond(Area::Home, work).await
        }
        Ok(None) => {
            let base = Page::new(&anyone.visit, Area::Home, "");
            anyone.keep(entry_page(base, &anyone.csrf, &Entry::default(), &wish, None, None))
        }
        Err(response) => response,
    }
}

/// The subscription that the keys are wished for.
///
/// # Errors
/// The organization has none with that id.
async fn about(desk: &Desk, wish: &str) -> Result<Option<Facts>, Error> {
    let Some(Choice::Extend(id) | Choice::Add(id)) = read_choice(wish) else {
        return Ok(None);
    };
    let t = desk.t;
    let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
    let facts = Facts::new()
        .text(t.get("column-product"), &view.product.name)
        .text(t.get("fact-ends"), &t.last_day(view.subscription.period.end))
        .text(t.get("column-licenses"), &t.count(view.subscription.quantity.into()));
    Ok(Some(facts))
}

/// The signed-in user; operators redeem nothing here and are sent to their console.
async fn user(anyone: &Anyone) -> Result<Option<Desk>, Response> {
    match &anyone.who {
        None => Ok(None),
        Some(BrowserPerson::Operator(_)) => Err(go_to(doors::CONSOLE)),
        Some(BrowserPerson::User(ctx)) => {
            let ctx = aktiver_service::Ctx {
                address: anyone.address,
                ..ctx.clone()
            };
            Desk::of(&anyone.app, ctx, anyone.visit.clone(), anyone.csrf.clone())
                .await
                .map(Some)
        }
    }
}

/// POST `/setup/key`
pub async fn post(Posted { desk: anyone, form }: Posted<Anyone>) -> Response {
    match user(&anyone).await {
        Ok(Some(desk)) => signed_in(&desk, &form).await,
        Ok(None) => visitor::post(&anyone, &form).await,
        Err(response) => response,
    }
}

/// The steps of someone who is signed in.
async fn signed_in(desk: &Desk, form: &Sent) -> Response {
    if let Err(error) = desk.ctx.require(Operation::RedeemKeys) {
        return desk.fail(Area::Home, error).await;
    }
    let mut entry = Entry::read(form);
    let wish = form.text(WISH);
    let about = match about(desk, wish).await {
        Ok(about) => about,
        Err(error) => return desk.fail(Area::Home, error).await,
    };
    let again = |entry: &Entry, problem| {
        let base = desk.page(Area::Home, "");
        entry_page(base, &desk.csrf, entry, wish, about.as_ref(), problem)
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
    if form.text("step") == "redeem" {
        return redeem(desk, form, entry).await;
    }
    reviewed(desk, entry, wish, None).await
}

/// The second step: what each choice would make of the keys.
pub async fn reviewed(desk: &Desk, mut entry: Entry, wish: &str, missing: Option<String>) -> Response {
    match keys::review(&desk.app, &desk.ctx, &entry.keys).await {
        Ok(found) => review::page(desk, &entry, &found, wish, missing).await,
        Err(error) => refused(desk, &mut entry, wish, error).await,
    }
}

/// Back to the first step, with what is wrong beside the key or above them all.
async fn refused(desk: &Desk, entry: &mut Entry, wish: &str, error: Error) -> Response {
    let Some(problem) = problem(desk.t, entry, &error) else {
        return desk.fail(Area::Home, error).await;
    };
    let notice = match problem {
        Problem::OfKey => None,
        Problem::OfAll(notice) => Some(notice),
    };
    let about = about(desk, wish).await.ok().flatten();
    entry_page(
        desk.page(Area::Home, ""),
        &desk.csrf,
        entry,
        wish,
        about.as_ref(),
        notice,
    )
}

/// Where a refusal is shown.
pub enum Problem {
    OfKey,
    OfAll(Notice),
}

/// Finds the place of a refusal; `None` for what is no refusal of keys.
pub fn problem(t: crate::i18n::Text, entry: &mut Entry, error: &Error) -> Option<Problem> {
    match error {
        Error::Refused(refusal @ Refusal::Redeem(reason)) => {
            let words = explain::explain(t, refusal, None);
            if entry.blame(reason, &format!("{} {}", words.detail, words.remedy)) {
                return Some(Problem::OfKey);
            }
            Some(Problem::OfAll(
                Notice::new(Tone::Error, words.title)
                    .text(format!("{} {}", words.detail, words.remedy))
                    .link(t.get("action-why"), explain::known(refusal).path()),
            ))
        }
        Error::TooMany { retry_after_seconds } => {
            let minutes = retry_after_seconds.div_ceil(60).max(1);
            Some(Problem::OfAll(
                Notice::new(Tone::Error, t.get("refusal-key-guess-limit-title"))
                    .text(t.with("exact-key-wait", &[("minutes", minutes.into())]))
                    .link(t.get("action-why"), "/help/refusals/KEY_GUESS_LIMIT"),
            ))
        }
        Error::Busy(_) => Some(Problem::OfAll(
            Notice::new(Tone::Error, t.get("refusal-service-busy-title")).text(t.get("refusal-service-busy-remedy")),
        )),
        _ => None,
    }
}

/// The last step: all keys, or none (PK-05).
async fn redeem(desk: &Desk, form: &Sent, mut entry: Entry) -> Response {
    let chosen = form.text("choice");
    let Some(choice) = read_choice(chosen) else {
        let missing = Some(desk.t.get("key-choice-missing"));
        return reviewed(desk, entry, form.text(WISH), missing).await;
    };
    match keys::redeem(&desk.app, &desk.ctx, &entry.keys, choice).await {
        Ok(view) => {
            let what = match choice {
                Choice::New => "new",
                Choice::Extend(_) => "extend",
                Choice::Add(_) => "add",
            };
            go_to(&format!(
                "{}?subscription={}&what={what}",
                doors::SETUP_DONE,
                view.subscription.id
            ))
        }
        Err(error) => refused(desk, &mut entry, form.text(WISH), error).await,
    }
}

/// Hidden fields with the keys, for the next step.
pub fn carry(form: FormBox, entry: &Entry) -> FormBox {
    entry.keys.iter().fold(form, |form, key| form.hidden("key", key))
}
