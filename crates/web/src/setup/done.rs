//! GET `/setup/key/done`: what happened, and what comes next.

use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::subscription::Phase;
use aktiver_service::{Error, subscriptions};
use axum::response::Response;

use super::key::page as step;
use crate::components::{Facts, Notice, Pill, Section, Sheet, Tone};
use crate::i18n::Text;
use crate::layout::Area;
use crate::session::{Desk, query};
use crate::{doors, words};

#[derive(askama::Template)]
#[template(path = "setup/next_steps.html")]
struct NextSteps {
    t: Text,
    assign: String,
    product: String,
}

/// GET `/setup/key/done?subscription=…&what=…`
pub async fn show(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        let id = query(&desk.visit, "subscription").unwrap_or_default();
        let id = SubscriptionId::parse(&id).map_err(|_| Error::NotFound("subscription"))?;
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        let what = query(&desk.visit, "what").unwrap_or_default();
        let title = match what.as_str() {
            "extend" => t.get("key-done-extend"),
            "add" => t.get("key-done-add"),
            _ => t.get("key-done-new"),
        };
        let mut page = step(desk.page(Area::Home, ""));
        let mut notice = Notice::new(Tone::Success, title.clone());
        if what == "first" {
            notice = notice.text(t.with("key-done-sign-in", &[("name", desk.user_name.as_str().into())]));
        }
        page.title = title;
        // Opened again later, the page claims nothing that has passed.
        if view.phase == Phase::Active {
            page.notice = Some(notice);
        } else {
            page.title.clone_from(&view.product.name);
        }
        let s = &view.subscription;
        let facts = Facts::new()
            .text(t.get("column-product"), &view.product.name)
            .piece(t.get("column-status"), &Pill::phase(t, words::phase(view.phase)))
            .text(t.get("column-licenses"), &t.count(s.quantity.into()))
            .text(t.get("fact-ends"), &t.last_day(s.period.end));
        let next = NextSteps {
            t,
            assign: format!("{}/{}", doors::ADMIN_LICENSES, view.product.id),
            product: format!("{}/{}", doors::ADMIN_PRODUCTS, s.id),
        };
        Ok(Sheet::new(page)
            .piece(&Section::new("result", t.get("key-done-result")).card().piece(&facts))
            .piece(&Section::new("next", t.get("key-done-next")).piece(&next))
            .respond())
    };
    desk.respond(Area::Home, work).await
}
