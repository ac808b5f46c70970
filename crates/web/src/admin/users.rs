//! GET `/admin/users`: people, searched by the beginning of their name, page by page.

use aktiver_service::domain::ids::UserId;
use aktiver_service::domain::role::Operation;
use aktiver_service::{licensing, users};
use axum::response::Response;

use super::holders::Search;
use super::page;
use crate::components::{Action, ActionKind, ActionRow, Cell, Column, Empty, Pager, Pill, Sheet, State, Table, Tone};
use crate::layout::Area;
use crate::session::{Desk, query};
use crate::{countries, doors};

const PAGE: u32 = 50;

/// Percent-encodes a value for a query.
pub fn encode(value: &str) -> String {
    value
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// GET `/admin/users?search=…&after=…`
pub async fn list(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        desk.ctx.require(Operation::ReadDirectory)?;
        let prefix = query(&desk.visit, "search").unwrap_or_default();
        let after = match query(&desk.visit, "after").and_then(|text| UserId::parse(&text).ok()) {
            Some(id) => users::get(&desk.app, &desk.ctx, id)
                .await
                .ok()
                .map(|user| (user.display_name, user.id)),
            None => None,
        };
        let paged = after.is_some();
        let mut found = users::page(&desk.app, &desk.ctx, after, PAGE + 1, Some(prefix.trim())).await?;
        let whole = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = found.len() > whole;
        found.truncate(whole);
        let ids: Vec<UserId> = found.iter().map(|user| user.id).collect();
        let held = licensing::assignments_of(&desk.app, &desk.ctx, &ids).await?;
        let catalog = licensing::catalog(&desk.app).await?;
        let rows = found
            .iter()
            .map(|user| {
                let mut products: Vec<&str> = held
                    .get(&user.id)
                    .map(|holding| {
                        holding
                            .assignments
                            .iter()
                            .filter(|one| one.is_effective())
                            .filter_map(|one| catalog.product(one.product))
                            .map(|product| product.name.as_str())
                            .collect()
                    })
                    .unwrap_or_default();
                products.sort_unstable();
                products.dedup();
                let licenses = if products.is_empty() {
                    t.get("users-unlicensed")
                } else {
                    products.join(", ")
                };
                let location = user
                    .usage_location
                    .as_deref()
                    .map_or_else(|| t.get("location-missing"), |code| countries::name(t, code));
                let state = if user.account_enabled {
                    Pill::new(Tone::Success, t.get("account-enabled"))
                } else {
                    Pill::new(Tone::Neutral, t.get("account-blocked"))
                };
                vec![
                    Cell::link(&user.display_name, &format!("{}/{}", doors::ADMIN_USERS, user.id)),
                    Cell::text(&user.user_principal_name),
                    Cell::text(&licenses),
                    Cell::text(&location),
                    Cell::piece(&state),
                ]
            })
            .collect();
        let search = encode(prefix.trim());
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| format!("{}?search={search}&after={}", doors::ADMIN_USERS, last.id));
        let table = Table {
            t,
            id: "users".to_owned(),
            caption: t.get("users-caption"),
            columns: vec![
                Column::text(t.get("fact-name")),
                Column::text(t.get("fact-user-name")),
                Column::text(t.get("column-licenses")),
                Column::text(t.get("fact-location")),
                Column::text(t.get("column-sign-in")),
            ],
            rows,
            empty: Empty {
                title: t.get("users-none"),
                text: t.get("users-none-text"),
                link: None,
            },
            filter: false,
        };
        let mut sheet = Sheet::new(page(&desk, t.get("users-title"), &[])).lead(t.get("users-lead"));
        if desk.may(Operation::ManageUsers) {
            let add = Action {
                id: "new".to_owned(),
                label: t.get("users-new"),
                kind: ActionKind::Primary,
                state: State::Link {
                    href: format!("{}/new", doors::ADMIN_USERS),
                },
            };
            sheet = sheet.piece(&ActionRow { t, actions: vec![add] });
        }
        Ok(sheet
            .piece(&Search {
                t,
                action: doors::ADMIN_USERS.to_owned(),
                label: t.get("users-search"),
                value: prefix,
                id: "search",
            })
            .piece(&table)
            .piece(&Pager {
                t,
                previous: paged.then(|| format!("{}?search={search}", doors::ADMIN_USERS)),
                next,
                summary: None,
            })
            .respond())
    };
    desk.respond(Area::Admin, work).await
}
