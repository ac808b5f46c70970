//! GET `/admin/licenses`: one row per product, however many subscriptions of it there are (scenario 16).

use aktiver_service::domain::catalog::AppliesTo;
use aktiver_service::subscriptions::{self, PoolView};
use axum::response::Response;

use super::page;
use crate::components::{Cell, Column, Empty, Notice, Phase, Pill, Section, Sheet, Table, Tone, UseBar};
use crate::doors;
use crate::i18n::Text;
use crate::layout::Area;
use crate::session::Desk;

/// The standing of a pool as a whole.
pub fn pool_pill(t: Text, view: &PoolView) -> Pill {
    Pill::phase(t, phase_of(view.pool.capability_status()))
}

/// The phase that a `capabilityStatus` stands for, so that all pages use the same words.
pub fn phase_of(capability: &str) -> Phase {
    match capability {
        "Enabled" => Phase::Active,
        "Warning" => Phase::Expired,
        "Suspended" => Phase::Disabled,
        "LockedOut" => Phase::LockedOut,
        _ => Phase::Deleted,
    }
}

/// What stands where the bar would, while nobody can use the product: what there is, and who waits for it.
pub fn waiting(t: Text, view: &PoolView) -> String {
    let pool = &view.pool;
    let counted = |count: u32, id: &str| (count > 0).then(|| t.with(id, &[("count", count.into())]));
    [
        counted(pool.suspended, "pool-units-disabled"),
        counted(pool.locked_out, "pool-units-locked"),
        counted(pool.consumed, "pool-waiting"),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

/// How much of a pool is in use.
pub fn bar(t: Text, view: &PoolView) -> UseBar {
    UseBar {
        t,
        label: view.product.name.clone(),
        used: view.pool.consumed.into(),
        total: view.pool.assignable().into(),
    }
}

fn row(t: Text, view: &PoolView) -> Vec<Cell> {
    let href = format!("{}/{}", doors::ADMIN_LICENSES, view.product.id);
    let count = i64::try_from(view.pool.subscriptions.len()).unwrap_or(i64::MAX);
    let used = match view.applies_to {
        AppliesTo::User if !view.pool.is_usable() => Cell::text(&waiting(t, view)),
        AppliesTo::User => Cell::piece(&bar(t, view)),
        AppliesTo::Company => Cell::text(&t.get("pool-company")),
    };
    vec![
        Cell::link(&view.product.name, &href),
        used,
        Cell::text(&t.count(count)),
        Cell::piece(&pool_pill(t, view)),
    ]
}

/// What to do when more is assigned than owned (LC-09).
pub fn over(t: Text, view: &PoolView) -> Option<Notice> {
    let over = view.pool.over_assigned();
    (over > 0 && view.pool.is_usable()).then(|| {
        Notice::new(
            Tone::Warning,
            t.with(
                "attention-over",
                &[("product", view.product.name.as_str().into()), ("count", over.into())],
            ),
        )
        .text(t.get("attention-over-text"))
        .link(t.get("task-products"), doors::ADMIN_PRODUCTS)
    })
}

/// GET `/admin/licenses`
pub async fn list(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        let pools = subscriptions::pools(&desk.app, &desk.ctx).await?;
        let table = Table {
            t,
            id: "licenses".to_owned(),
            caption: t.get("licenses-caption"),
            columns: vec![
                Column::text(t.get("column-product")),
                Column::text(t.get("column-use")),
                Column::number(t.get("column-subscriptions")),
                Column::text(t.get("column-status")),
            ],
            rows: pools.iter().map(|pool| row(t, pool)).collect(),
            empty: Empty {
                title: t.get("licenses-none"),
                text: t.get("licenses-none-text"),
                link: Some((t.get("task-key"), doors::SETUP_KEY.to_owned())),
            },
            filter: true,
        };
        let mut sheet = Sheet::new(page(&desk, t.get("licenses-title"), &[])).lead(t.get("licenses-lead"));
        for notice in pools.iter().filter_map(|pool| over(t, pool)) {
            sheet = sheet.piece(&notice);
        }
        Ok(sheet
            .piece(&table)
            .piece(&Section::new("help", t.get("licenses-help")).paragraph(&t.get("licenses-help-text")))
            .respond())
    };
    desk.respond(Area::Admin, work).await
}
