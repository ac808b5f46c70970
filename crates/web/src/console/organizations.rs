//! GET `/console`: the customers.

use aktiver_service::domain::ids::OrganizationId;
use aktiver_service::organizations;
use axum::response::Response;

use crate::admin::{Search, encode};
use crate::components::{Cell, Column, Empty, Pager, Pill, Sheet, Table, Tone};
use crate::session::{Console, query};
use crate::{countries, doors};

const PAGE: u32 = 50;

/// GET `/console?search=…&after=…`
pub async fn list(desk: Console) -> Response {
    let work = async {
        let t = desk.t;
        let prefix = query(&desk.visit, "search").unwrap_or_default();
        let after = query(&desk.visit, "after").and_then(|text| OrganizationId::parse(&text).ok());
        let mut found = organizations::list(&desk.app, &desk.actor, after, PAGE + 1, Some(prefix.trim())).await?;
        let whole = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = found.len() > whole;
        found.truncate(whole);
        let search = encode(prefix.trim());
        let rows = found
            .iter()
            .map(|organization| {
                let state = if organization.billing_blocked {
                    Pill::new(Tone::Error, t.get("console-blocked"))
                } else if organization.sandbox {
                    Pill::new(Tone::Info, t.get("console-sandbox"))
                } else {
                    Pill::new(Tone::Success, t.get("console-customer"))
                };
                vec![
                    Cell::link(
                        &organization.name,
                        &format!("{}/organizations/{}", doors::CONSOLE, organization.id),
                    ),
                    Cell::text(&countries::name(t, &organization.country)),
                    Cell::piece(&state),
                    Cell::text(&t.date(organization.created_at)),
                ]
            })
            .collect();
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| format!("{}?search={search}&after={}", doors::CONSOLE, last.id));
        let table = Table {
            t,
            id: "organizations".to_owned(),
            caption: t.get("console-organizations"),
            columns: vec![
                Column::text(t.get("fact-organization")),
                Column::text(t.get("field-country")),
                Column::text(t.get("column-state")),
                Column::text(t.get("fact-created")),
            ],
            rows,
            empty: Empty {
                title: t.get("console-no-organizations"),
                text: t.get("console-no-organizations-text"),
                link: None,
            },
            filter: false,
        };
        Ok(Sheet::new(desk.page(t.get("area-console")))
            .lead(t.get("console-lead"))
            .piece(&Search {
                t,
                action: doors::CONSOLE.to_owned(),
                label: t.get("console-search"),
                value: prefix,
                id: "search",
            })
            .piece(&table)
            .piece(&Pager {
                t,
                previous: after.map(|_| format!("{}?search={search}", doors::CONSOLE)),
                next,
                summary: None,
            })
            .respond())
    };
    desk.respond(work).await
}
