//! GET `/console/organizations/{id}/audit`: who changed what, newest first.

use aktiver_service::audit;
use aktiver_service::domain::Timestamp;
use aktiver_service::domain::ids::{AuditId, OrganizationId};
use axum::extract::Path;
use axum::response::Response;

use super::organization::path;
use super::{id, page};
use crate::components::{Cell, Column, Empty, Pager, Sheet, Table};
use crate::session::{Console, query};

const PAGE: u32 = 100;

/// GET `/console/organizations/{id}/audit?before=…`
pub async fn list(desk: Console, Path(text): Path<String>) -> Response {
    let work = async {
        let t = desk.t;
        let id: OrganizationId = id(&text)?;
        let ctx = desk.ctx(id).await?;
        let before = query(&desk.visit, "before").and_then(|text| {
            let (at, id) = text.split_once('_')?;
            let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
            Some((at, AuditId::parse(id).ok()?))
        });
        let found = audit::list(&desk.app, &ctx, None, before, PAGE).await?;
        let rows = found
            .iter()
            .map(|record| {
                vec![
                    Cell::text(&t.date_time(record.at)),
                    Cell::text(&record.action),
                    Cell::text(&format!("{} {}", record.subject_kind, record.subject)),
                    Cell::text(&format!("{} {}", record.actor.kind.as_str(), record.actor.id)),
                    Cell::text(record.after.as_deref().unwrap_or("–")),
                ]
            })
            .collect();
        let full = found.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        let next = found
            .last()
            .filter(|_| full)
            .map(|last| format!("{}/audit?before={}_{}", path(id), last.at.as_microsecond(), last.id));
        let table = Table {
            t,
            id: "audit".to_owned(),
            caption: t.get("console-audit"),
            columns: vec![
                Column::text(t.get("column-date")),
                Column::text(t.get("column-action")),
                Column::text(t.get("column-subject")),
                Column::text(t.get("column-actor")),
                Column::text(t.get("column-after")),
            ],
            rows,
            empty: Empty {
                title: t.get("audit-none"),
                text: t.get("audit-none-text"),
                link: None,
            },
            filter: false,
        };
        let page = page(
            &desk,
            t.get("console-audit"),
            &[(ctx.organization.name.clone(), path(id))],
        );
        Ok(Sheet::new(page)
            .lead(ctx.organization.name.clone())
            .piece(&table)
            .piece(&Pager {
                t,
                previous: before.map(|_| format!("{}/audit", path(id))),
                next,
                summary: None,
            })
            .respond())
    };
    desk.respond(work).await
}
