//! GET `/admin/support` and `/admin/support/{id}`: requests for help and their answers (SPEC 18).

use aktiver_service::domain::ids::ServiceRequestId;
use aktiver_service::support::{self, Note, RequestStatus, ServiceRequest, Topic};
use aktiver_service::{Error, Result};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::{id, page};
use crate::components::{
    Action, ActionKind, ActionRow, Cell, Column, Control, Empty, Facts, Field, FormBox, Notice, Pill, Section, Sheet,
    State, Table, Tone,
};
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::{doors, render::Fragment};

/// A topic's name.
pub fn topic(t: Text, topic: Topic) -> String {
    match topic {
        Topic::ReactivationNotOffered => t.get("topic-reactivation"),
        Topic::KeyError => t.get("topic-key"),
        Topic::PaymentFailure => t.get("topic-payment"),
        Topic::CancelAbove25 => t.get("topic-cancel"),
        Topic::BlockedAccount => t.get("topic-blocked"),
        Topic::RemoveAddOn => t.get("topic-add-on"),
        Topic::ActivationError => t.get("topic-activation"),
        Topic::Other => t.get("topic-other"),
    }
}

/// Where a request stands.
pub fn status_pill(t: Text, status: RequestStatus) -> Pill {
    match status {
        RequestStatus::Open => Pill::new(Tone::Info, t.get("request-open")),
        RequestStatus::AttentionNeeded => Pill::new(Tone::Warning, t.get("request-attention")),
        RequestStatus::Closed => Pill::new(Tone::Neutral, t.get("request-closed")),
    }
}

struct Said {
    author: String,
    when: String,
    text: String,
    by_operator: bool,
}

#[derive(askama::Template)]
#[template(path = "admin/notes.html")]
struct Notes {
    t: Text,
    notes: Vec<Said>,
}

/// What has been said about a request, the request itself first.
pub fn notes(t: Text, request: &ServiceRequest, found: &[Note]) -> Fragment {
    let mut notes = vec![Said {
        author: request.contact_name.clone(),
        when: t.date_time(request.created_at),
        text: request.description.clone(),
        by_operator: false,
    }];
    notes.extend(found.iter().map(|note| Said {
        author: note.author.clone(),
        when: t.date_time(note.created_at),
        text: note.text.clone(),
        by_operator: note.by_operator,
    }));
    Fragment::of(&Notes { t, notes })
}

/// Whom to ask first, for those who bought from a partner only (scenario 47).
pub async fn partner_notice(desk: &Desk) -> Result<Option<Notice>> {
    let t = desk.t;
    let partner = support::partner_contact(&desk.app, &desk.ctx).await?;
    Ok(partner.map(|partner| {
        Notice::new(
            Tone::Info,
            t.with("support-partner", &[("partner", partner.as_str().into())]),
        )
        .text(t.get("support-partner-text"))
    }))
}

/// GET `/admin/support`
pub async fn list(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        let found = support::list(&desk.app, &desk.ctx, 200).await?;
        let rows = found
            .iter()
            .map(|request| {
                let about = request
                    .topic
                    .parse()
                    .map_or_else(|_: Error| request.topic.clone(), |known| topic(t, known));
                vec![
                    Cell::link(&request.title, &format!("{}/{}", doors::ADMIN_SUPPORT, request.id)),
                    Cell::text(&about),
                    Cell::piece(&status_pill(t, request.status)),
                    Cell::text(&t.date(request.updated_at)),
                ]
            })
            .collect();
        let table = Table {
            t,
            id: "requests".to_owned(),
            caption: t.get("support-caption"),
            columns: vec![
                Column::text(t.get("column-title")),
                Column::text(t.get("column-topic")),
                Column::text(t.get("column-state")),
                Column::text(t.get("column-updated")),
            ],
            rows,
            empty: Empty {
                title: t.get("support-none"),
                text: t.get("support-none-text"),
                link: Some((t.get("footer-help"), doors::HELP.to_owned())),
            },
            filter: false,
        };
        let mut sheet = Sheet::new(page(&desk, t.get("support-title"), &[])).lead(t.get("support-lead"));
        if let Some(notice) = partner_notice(&desk).await? {
            sheet = sheet.piece(&notice);
        }
        let new = Action {
            id: "new".to_owned(),
            label: t.get("action-support"),
            kind: ActionKind::Primary,
            state: State::Link {
                href: format!("{}/new", doors::ADMIN_SUPPORT),
            },
        };
        Ok(sheet
            .piece(&ActionRow { t, actions: vec![new] })
            .piece(&table)
            .respond())
    };
    desk.respond(Area::Admin, work).await
}

async fn one(desk: &Desk, id: ServiceRequestId, error: Option<String>) -> Result<Response> {
    let t = desk.t;
    let request = support::get(&desk.app, &desk.ctx, id).await?;
    let said = support::notes(&desk.app, &desk.ctx, id).await?;
    let about = request
        .topic
        .parse()
        .map_or_else(|_: Error| request.topic.clone(), |known| topic(t, known));
    let mut facts = Facts::new()
        .piece(t.get("column-state"), &status_pill(t, request.status))
        .text(t.get("column-topic"), &about)
        .text(
            t.get("fact-contact"),
            &format!("{}, {}", request.contact_name, request.contact_email),
        )
        .text(t.get("fact-request-id"), &request.id.to_string());
    if let Some(phone) = &request.contact_phone {
        facts = facts.text(t.get("field-phone"), phone);
    }
    if let Some(subscription) = request.subscription {
        let cell = Cell::link(
            &t.get("next-product"),
            &format!("{}/{subscription}", doors::ADMIN_PRODUCTS),
        );
        facts.facts.push(crate::components::Fact {
            label: t.get("fact-subscription"),
            value: cell.0,
        });
    }
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let form = FormBox::new(
        t,
        format!("{}/{id}", doors::ADMIN_SUPPORT),
        &desk.csrf,
        t.get("note-submit"),
    )
    .fields(vec![
        Field::new(t, "text", t.get("note-field"), Control::Area(String::new(), 4)).error(error),
    ]);
    let mut said_section = Section::new("said", t.get("support-said"));
    said_section.blocks.push(notes(t, &request, &said));
    let page = page(
        desk,
        request.title.clone(),
        &[(t.get("support-title"), doors::ADMIN_SUPPORT.to_owned())],
    );
    Ok(Sheet::new(page)
        .piece(&Section::new("facts", t.get("support-facts")).card().piece(&facts))
        .piece(&said_section)
        .piece(&Section::new("add", t.get("note-title")).card().piece(&form))
        .respond_with(status))
}

/// GET `/admin/support/{id}`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async { one(&desk, id(&text)?, None).await };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/support/{id}`
pub async fn add_note(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let id: ServiceRequestId = id(&text)?;
        match support::add_note(&desk.app, &desk.ctx, id, form.text("text")).await {
            Ok(_) => Ok(go(&format!("{}/{id}", doors::ADMIN_SUPPORT), Done::NoteAdded)),
            Err(Error::Invalid { .. }) => one(&desk, id, Some(desk.t.get("field-missing"))).await,
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
