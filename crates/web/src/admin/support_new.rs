//! `/admin/support/new`: asks for help, with what is known filled in already (S-07).

use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::role::Operation;
use aktiver_service::subscriptions::{self, ActionKind as Kind};
use aktiver_service::support::{self, ContactBy, NewRequest, Severity, Topic};
use aktiver_service::{Error, Result, users};
use axum::http::StatusCode;
use axum::response::Response;

use super::page;
use super::support::{partner_notice, topic};
use crate::components::{Choice, Control, Field, FormBox, Section, Sheet};
use crate::forms::Sent;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted, query};
use crate::{doors, explain, words};

type Wrong = Vec<(&'static str, String)>;

fn choices<T: Copy + PartialEq>(
    all: &[T],
    chosen: &str,
    text: impl Fn(T) -> &'static str,
    label: impl Fn(T) -> String,
) -> Vec<Choice> {
    all.iter()
        .map(|one| Choice {
            value: text(*one).to_owned(),
            label: label(*one),
            hint: None,
            selected: text(*one) == chosen,
        })
        .collect()
}

/// What is known of the case that a link brought here.
async fn prefilled(desk: &Desk) -> Result<Sent> {
    let t = desk.t;
    let own = match desk.ctx.actor.user() {
        Some(id) => Some(users::get(&desk.app, &desk.ctx, id).await?),
        None => None,
    };
    let mut pairs = vec![("contact".to_owned(), desk.name().to_owned())];
    if let Some(own) = own {
        let mail = own.mail.unwrap_or(own.user_principal_name);
        pairs.push(("mail".to_owned(), mail));
        pairs.push(("phone".to_owned(), own.mobile_phone.unwrap_or_default()));
    }
    // "reactivation" is what people write by hand.
    let asked = query(&desk.visit, "topic").unwrap_or_default();
    let asked = if asked == "reactivation" {
        Topic::ReactivationNotOffered.as_str().to_owned()
    } else {
        asked
    };
    let reactivation = asked == Topic::ReactivationNotOffered.as_str();
    pairs.push(("topic".to_owned(), asked));
    let id = query(&desk.visit, "subscription").and_then(|text| SubscriptionId::parse(&text).ok());
    if let Some(id) = id
        && desk.may(Operation::ViewProducts)
    {
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        let reason = view
            .actions
            .iter()
            .find(|action| action.kind == Kind::Reactivate)
            .and_then(|action| action.refusal.as_ref());
        let product = view.product.name.as_str();
        match reason.filter(|_| reactivation) {
            None => pairs.push(("title".to_owned(), view.product.name.clone())),
            Some(reason) => {
                let said = explain::explain(t, reason, None);
                let why = format!("{}. {} {}", said.title, said.detail, said.remedy);
                pairs.push((
                    "title".to_owned(),
                    t.with("support-reactivate-title", &[("product", product.into())]),
                ));
                pairs.push((
                    "description".to_owned(),
                    t.with(
                        "support-reactivate-text",
                        &[
                            ("product", product.into()),
                            ("phase", words::phase(view.phase).label(t).into()),
                            ("why", why.into()),
                            ("code", reason.code().into()),
                        ],
                    ),
                ));
            }
        }
        pairs.push(("subscription".to_owned(), id.to_string()));
    }
    Ok(Sent::of(pairs))
}

async fn form_page(desk: &Desk, form: &Sent, wrong: &Wrong) -> Result<Response> {
    let t = desk.t;
    desk.ctx.require(Operation::ServiceRequests)?;
    let error = |field: &str| {
        wrong
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message.clone())
    };
    let mut topics = choices(&Topic::ALL, form.text("topic"), Topic::as_str, |one| topic(t, one));
    if !topics.iter().any(|one| one.selected) {
        topics.insert(
            0,
            Choice {
                value: String::new(),
                label: t.get("field-choose"),
                hint: None,
                selected: true,
            },
        );
    }
    let severity = form.filled("severity").unwrap_or("moderate");
    let prefers = form.filled("prefers").unwrap_or("email");
    let fields = vec![
        Field::new(t, "topic", t.get("column-topic"), Control::Select(topics)).error(error("topic")),
        Field::input(t, "title", t.get("column-title"), "text", form.text("title")).error(error("title")),
        Field::new(
            t,
            "description",
            t.get("field-description"),
            Control::Area(form.text("description").to_owned(), 6),
        )
        .hint(t.get("field-description-hint"))
        .error(error("description")),
        Field::new(
            t,
            "severity",
            t.get("field-severity"),
            Control::Radios(choices(
                &[Severity::Critical, Severity::Moderate, Severity::Minimal],
                severity,
                Severity::as_str,
                |one| match one {
                    Severity::Critical => t.get("severity-critical"),
                    Severity::Moderate => t.get("severity-moderate"),
                    Severity::Minimal => t.get("severity-minimal"),
                },
            )),
        ),
        Field::input(t, "contact", t.get("field-contact"), "text", form.text("contact"))
            .autocomplete("name")
            .error(error("contact")),
        Field::input(t, "mail", t.get("field-work-mail"), "email", form.text("mail"))
            .autocomplete("email")
            .error(error("mail")),
        Field::input(t, "phone", t.get("field-phone"), "tel", form.text("phone"))
            .autocomplete("tel")
            .optional()
            .error(error("phone")),
        Field::new(
            t,
            "prefers",
            t.get("field-prefers"),
            Control::Radios(choices(
                &[ContactBy::Email, ContactBy::Phone],
                prefers,
                ContactBy::as_str,
                |one| match one {
                    ContactBy::Email => t.get("prefers-mail"),
                    ContactBy::Phone => t.get("prefers-phone"),
                },
            )),
        ),
    ];
    let box_ = FormBox::new(
        t,
        format!("{}/new", doors::ADMIN_SUPPORT),
        &desk.csrf,
        t.get("support-send"),
    )
    .hidden("subscription", form.text("subscription"))
    .fields(fields)
    .cancel(doors::ADMIN_SUPPORT);
    let page = page(
        desk,
        t.get("action-support"),
        &[(t.get("support-title"), doors::ADMIN_SUPPORT.to_owned())],
    );
    let mut sheet = Sheet::new(page).lead(t.get("support-new-lead"));
    if let Some(notice) = partner_notice(desk).await? {
        sheet = sheet.piece(&notice);
    }
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(sheet
        .piece(&Section::new("request", t.get("support-new-title")).card().piece(&box_))
        .respond_with(status))
}

/// GET `/admin/support/new?topic=…&subscription=…`
pub async fn show(desk: Desk) -> Response {
    let work = async {
        let form = prefilled(&desk).await?;
        form_page(&desk, &form, &Vec::new()).await
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/support/new`
pub async fn post(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let mut wrong: Wrong = ["title", "description", "contact", "mail"]
            .into_iter()
            .filter(|field| form.text(field).is_empty())
            .map(|field| (field, t.get("field-missing")))
            .collect();
        let topic = form.text("topic").parse::<Topic>();
        if topic.is_err() {
            wrong.push(("topic", t.get("field-choose-one")));
        }
        let (Ok(topic), true) = (topic, wrong.is_empty()) else {
            return form_page(&desk, &form, &wrong).await;
        };
        let new = NewRequest {
            topic,
            severity: form.text("severity").parse().unwrap_or(Severity::Moderate),
            title: form.text("title").to_owned(),
            description: form.text("description").to_owned(),
            subscription: SubscriptionId::parse(form.text("subscription")).ok(),
            contact_name: form.text("contact").to_owned(),
            contact_email: form.text("mail").to_owned(),
            contact_phone: form.filled("phone").map(str::to_owned),
            prefers: form.text("prefers").parse().unwrap_or(ContactBy::Email),
        };
        match support::create(&desk.app, &desk.ctx, new).await {
            Ok(request) => Ok(go(
                &format!("{}/{}", doors::ADMIN_SUPPORT, request.id),
                Done::RequestSent,
            )),
            Err(Error::Invalid { field, .. }) => {
                let (field, message) = match field.as_str() {
                    "contactPhone" => ("phone", t.get("field-phone-missing")),
                    "contactEmail" => ("mail", t.get("field-mail-wrong")),
                    "description" => ("description", t.get("field-too-long")),
                    "contactName" => ("contact", t.get("field-too-long")),
                    _ => ("title", t.get("field-too-long")),
                };
                form_page(&desk, &form, &vec![(field, message)]).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
