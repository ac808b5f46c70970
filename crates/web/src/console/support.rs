//! `/console/support`: what customers ask, and the answers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use aktiver_service::domain::ids::{OrganizationId, ServiceRequestId};
use aktiver_service::support::{self, RequestStatus, Severity};
use aktiver_service::{Error, Result, organizations};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::organization::path;
use super::{id, page};
use crate::admin::{notes, status_pill, topic};
use crate::components::{
    Cell, Choice, Column, Control, Empty, Fact, Facts, Field, FormBox, Pill, Section, Sheet, Table, Tone,
};
use crate::doors;
use crate::i18n::Text;
use crate::notices::{Done, go};
use crate::session::{Console, Posted, query};

fn severity(t: Text, severity: Severity) -> Pill {
    match severity {
        Severity::Critical => Pill::new(Tone::Error, t.get("severity-critical")),
        Severity::Moderate => Pill::new(Tone::Warning, t.get("severity-moderate")),
        Severity::Minimal => Pill::new(Tone::Neutral, t.get("severity-minimal")),
    }
}

fn about(t: Text, text: &str) -> String {
    text.parse()
        .map_or_else(|_: Error| text.to_owned(), |known| topic(t, known))
}

/// GET `/console/support?all=yes`
pub async fn list(desk: Console) -> Response {
    let work = async {
        let t = desk.t;
        let all = query(&desk.visit, "all").is_some();
        let found = support::list_all(&desk.app, &desk.actor, !all, 200).await?;
        let mut names: BTreeMap<OrganizationId, String> = BTreeMap::new();
        for request in &found {
            if let Entry::Vacant(unknown) = names.entry(request.organization) {
                let summary = organizations::summary(&desk.app, &desk.actor, request.organization).await?;
                unknown.insert(summary.organization.name);
            }
        }
        let rows = found
            .iter()
            .map(|request| {
                let name = names.get(&request.organization).map_or("–", String::as_str);
                vec![
                    Cell::link(
                        &request.title,
                        &format!("{}/{}/{}", doors::CONSOLE_SUPPORT, request.organization, request.id),
                    ),
                    Cell::link(name, &path(request.organization)),
                    Cell::text(&about(t, &request.topic)),
                    Cell::piece(&severity(t, request.severity)),
                    Cell::piece(&status_pill(t, request.status)),
                    Cell::text(&t.date(request.updated_at)),
                ]
            })
            .collect();
        let other = if all {
            doors::CONSOLE_SUPPORT.to_owned()
        } else {
            format!("{}?all=yes", doors::CONSOLE_SUPPORT)
        };
        let label = if all { t.get("inbox-open") } else { t.get("inbox-all") };
        let table = Table {
            t,
            id: "requests".to_owned(),
            caption: t.get("support-caption"),
            columns: vec![
                Column::text(t.get("column-title")),
                Column::text(t.get("fact-organization")),
                Column::text(t.get("column-topic")),
                Column::text(t.get("field-severity")),
                Column::text(t.get("column-state")),
                Column::text(t.get("column-updated")),
            ],
            rows,
            empty: Empty {
                title: t.get("inbox-none"),
                text: t.get("inbox-none-text"),
                link: Some((label.clone(), other.clone())),
            },
            filter: true,
        };
        let mut sheet = Sheet::new(page(&desk, t.get("console-support"), &[])).piece(&table);
        if !found.is_empty() {
            sheet = sheet.piece(&crate::components::ActionRow {
                t,
                actions: vec![crate::components::Action {
                    id: "other".to_owned(),
                    label,
                    kind: crate::components::ActionKind::Secondary,
                    state: crate::components::State::Link { href: other },
                }],
            });
        }
        Ok(sheet.respond())
    };
    desk.respond(work).await
}

async fn one(
    desk: &Console,
    organization: OrganizationId,
    id: ServiceRequestId,
    error: Option<String>,
) -> Result<Response> {
    let t = desk.t;
    let ctx = desk.ctx(organization).await?;
    let request = support::get(&desk.app, &ctx, id).await?;
    let said = support::notes(&desk.app, &ctx, id).await?;
    let here = format!("{}/{organization}/{id}", doors::CONSOLE_SUPPORT);
    let mut facts = Facts::new()
        .piece(t.get("column-state"), &status_pill(t, request.status))
        .piece(t.get("field-severity"), &severity(t, request.severity))
        .text(t.get("column-topic"), &about(t, &request.topic))
        .text(
            t.get("fact-contact"),
            &format!("{}, {}", request.contact_name, request.contact_email),
        );
    if let Some(phone) = &request.contact_phone {
        facts = facts.text(t.get("field-phone"), phone);
    }
    facts.facts.push(Fact {
        label: t.get("fact-organization"),
        value: Cell::link(&ctx.organization.name, &path(organization)).0,
    });
    if let Some(subscription) = request.subscription {
        facts.facts.push(Fact {
            label: t.get("fact-subscription"),
            value: Cell::link(
                &t.get("next-product"),
                &format!("{}/subscriptions/{subscription}", path(organization)),
            )
            .0,
        });
    }
    let wrong = error.is_some();
    let answer = FormBox::new(t, here.as_str(), &desk.csrf, t.get("answer-submit"))
        .hidden("do", "answer")
        .fields(vec![
            Field::new(t, "text", t.get("note-field"), Control::Area(String::new(), 5)).error(error),
        ]);
    let states = [
        RequestStatus::Open,
        RequestStatus::AttentionNeeded,
        RequestStatus::Closed,
    ]
    .into_iter()
    .map(|status| Choice {
        value: status.as_str().to_owned(),
        label: match status {
            RequestStatus::Open => t.get("request-open"),
            RequestStatus::AttentionNeeded => t.get("request-attention"),
            RequestStatus::Closed => t.get("request-closed"),
        },
        hint: None,
        selected: request.status == status,
    })
    .collect();
    let status_form = FormBox::new(t, here.as_str(), &desk.csrf, t.get("form-save"))
        .hidden("do", "status")
        .kind(crate::components::ActionKind::Secondary)
        .fields(vec![Field::new(
            t,
            "status",
            t.get("column-state"),
            Control::Select(states),
        )]);
    let mut section = Section::new("said", t.get("support-said"));
    section.blocks.push(notes(t, &request, &said));
    let page = page(
        desk,
        request.title.clone(),
        &[(t.get("console-support"), doors::CONSOLE_SUPPORT.to_owned())],
    );
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(Sheet::new(page)
        .piece(&Section::new("facts", t.get("support-facts")).card().piece(&facts))
        .piece(&section)
        .piece(&Section::new("answer", t.get("answer-title")).card().piece(&answer))
        .piece(&Section::new("status", t.get("column-state")).card().piece(&status_form))
        .respond_with(status))
}

/// GET `/console/support/{organization}/{id}`
pub async fn show(desk: Console, Path((organization, text)): Path<(String, String)>) -> Response {
    let work = async { one(&desk, id(&organization)?, id(&text)?, None).await };
    desk.respond(work).await
}

/// POST `/console/support/{organization}/{id}`
pub async fn post(
    Path((organization, text)): Path<(String, String)>,
    Posted { desk, form }: Posted<Console>,
) -> Response {
    let work = async {
        let organization: OrganizationId = id(&organization)?;
        let request: ServiceRequestId = id(&text)?;
        let here = format!("{}/{organization}/{request}", doors::CONSOLE_SUPPORT);
        if form.text("do") == "status" {
            let status = form
                .text("status")
                .parse()
                .map_err(|_| Error::invalid("status", "there is no such status", "choose one of the list"))?;
            support::set_status(&desk.app, &desk.actor, organization, request, status).await?;
            return Ok(go(&here, Done::StatusSet));
        }
        match support::answer(&desk.app, &desk.actor, organization, request, form.text("text")).await {
            Ok(_) => Ok(go(&here, Done::NoteAdded)),
            Err(Error::Invalid { .. }) => one(&desk, organization, request, Some(desk.t.get("field-missing"))).await,
            Err(error) => Err(error),
        }
    };
    desk.respond(work).await
}
