//! GET `/admin/products`: Billing, Your products, Products tab (SPEC 4.6, 5.2).

use aktiver_service::domain::policy::Channel;
use aktiver_service::domain::subscription::Phase;
use aktiver_service::subscriptions::{self, ActionKind as Kind, SubscriptionView};
use axum::response::Response;

use super::actions::{action, contact_support};
use super::{method_label, page, status};
use crate::components::{
    Action, ActionKind, ActionRow, Cell, Column, Empty, MoreActions, Phase as Shown, Pill, Sheet, State, Table,
};
use crate::i18n::Text;
use crate::layout::Area;
use crate::session::{Desk, query};
use crate::{doors, words};

/// How a subscription is paid.
pub fn paid_with(t: Text, view: &SubscriptionView) -> String {
    match &view.payment_method {
        Some(method) => method_label(t, method.kind.as_str(), &method.label),
        None if view.subscription.channel == Channel::Prepaid => t.get("paid-key"),
        None if view.subscription.channel == Channel::Trial => t.get("paid-trial"),
        None => view
            .subscription
            .seller
            .clone()
            .unwrap_or_else(|| t.get("paid-nothing")),
    }
}

/// A phase, and what comes next.
#[derive(askama::Template)]
#[template(path = "admin/status_cell.html")]
pub struct StatusCell {
    pub pill: Pill,
    pub text: String,
}

struct Tab {
    label: String,
    href: String,
    current: bool,
    count: usize,
}

#[derive(askama::Template)]
#[template(path = "admin/tabs.html")]
struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

fn tabs(t: Text, views: &[SubscriptionView], chosen: Option<Phase>) -> Tabs {
    let count = |phase: Phase| views.iter().filter(|view| view.phase == phase).count();
    let mut tabs = vec![Tab {
        label: t.get("filter-all"),
        href: doors::ADMIN_PRODUCTS.to_owned(),
        current: chosen.is_none(),
        count: views.len(),
    }];
    let phases = [
        Phase::Active,
        Phase::Expired,
        Phase::Disabled,
        Phase::LockedOut,
        Phase::Pending,
        Phase::Scheduled,
        Phase::Deleted,
    ];
    tabs.extend(
        phases
            .into_iter()
            .filter(|phase| count(*phase) > 0 || chosen == Some(*phase))
            .map(|phase| Tab {
                label: words::phase(phase).label(t),
                href: format!("{}?status={phase}", doors::ADMIN_PRODUCTS),
                current: chosen == Some(phase),
                count: count(phase),
            }),
    );
    Tabs {
        label: t.get("filter-label"),
        tabs,
    }
}

/// Reactivate, or why not, and what goes with it.
fn more(t: Text, view: &SubscriptionView) -> MoreActions {
    let id = view.subscription.id;
    let mut actions: Vec<Action> = view
        .actions
        .iter()
        .filter(|offered| offered.kind == Kind::Reactivate)
        .filter_map(|offered| action(t, view, offered))
        .map(|mut action| {
            action.label = t.get("action-reactivate-this");
            action
        })
        .collect();
    let link = |name: &str, label: String, href: String| Action {
        id: format!("{name}-{id}"),
        label,
        kind: ActionKind::Secondary,
        state: State::Link { href },
    };
    if let Some(href) = contact_support(view) {
        actions.push(link("support", t.get("action-support"), href));
    }
    actions.push(link(
        "manage",
        t.get("action-manage"),
        format!("{}/{id}", doors::ADMIN_PRODUCTS),
    ));
    MoreActions {
        t,
        about: view.product.name.clone(),
        row: ActionRow { t, actions },
    }
}

fn row(t: Text, view: &SubscriptionView) -> Vec<Cell> {
    let s = &view.subscription;
    let cell = StatusCell {
        pill: Pill::phase(t, words::phase(view.phase)),
        text: status(t, view),
    };
    vec![
        Cell::link(&view.product.name, &format!("{}/{}", doors::ADMIN_PRODUCTS, s.id)),
        Cell::text(&t.count(view.assigned.into())),
        Cell::text(&t.count(s.quantity.into())),
        Cell::piece(&cell),
        Cell::text(&paid_with(t, view)),
        Cell::text(&words::channel(t, s.channel)),
        Cell::piece(&more(t, view)),
    ]
}

/// GET `/admin/products?status=…`
pub async fn list(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        let views = subscriptions::list(&desk.app, &desk.ctx).await?;
        let chosen: Option<Phase> = query(&desk.visit, "status").and_then(|text| text.parse().ok());
        let mut shown: Vec<&SubscriptionView> = views
            .iter()
            .filter(|view| chosen.is_none_or(|phase| view.phase == phase))
            .collect();
        // What asks for something stands first; what is gone, last.
        shown.sort_by_key(|view| match words::phase(view.phase) {
            Shown::Disabled | Shown::LockedOut => 0,
            Shown::Expired => 1,
            Shown::Pending => 2,
            Shown::Active => 3,
            Shown::Scheduled => 4,
            Shown::Deleted => 5,
        });
        let table = Table {
            t,
            id: "products".to_owned(),
            caption: t.get("products-caption"),
            columns: vec![
                Column::text(t.get("column-product")),
                Column::number(t.get("column-assigned")),
                Column::number(t.get("column-purchased")),
                Column::text(t.get("column-status")),
                Column::text(t.get("column-paid")),
                Column::text(t.get("column-channel")),
                Column::text(t.get("more-actions")),
            ],
            rows: shown.iter().map(|view| row(t, view)).collect(),
            empty: Empty {
                title: t.get("products-none"),
                text: t.get("products-none-text"),
                link: Some((t.get("task-key"), doors::SETUP_KEY.to_owned())),
            },
            filter: true,
        };
        Ok(Sheet::new(page(&desk, t.get("products-title"), &[]))
            .lead(t.get("products-lead"))
            .piece(&tabs(t, &views, chosen))
            .piece(&table)
            .respond())
    };
    desk.respond(Area::Admin, work).await
}
