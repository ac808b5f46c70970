//! `/admin/products/{id}/recurring`: recurring billing on or off (SPEC 6.1).

use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::role::Operation;
use aktiver_service::subscriptions::{self, SubscriptionView};
use aktiver_service::{Error, Result, billing};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::pay::NewMethodForm;
use super::product::refusal_notice;
use super::{id, page, to_products};
use crate::components::{FormBox, Notice, Section, Sheet};
use crate::doors;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};

async fn form_page(
    desk: &Desk,
    view: &SubscriptionView,
    method: &NewMethodForm,
    problem: Option<Notice>,
) -> Result<Response> {
    let t = desk.t;
    desk.ctx.require(Operation::ManageSubscriptions)?;
    let s = &view.subscription;
    let here = format!("{}/{}", doors::ADMIN_PRODUCTS, s.id);
    let wrong = problem.is_some() || !method.wrong.is_empty();
    let date = t.last_day(s.period.end);
    let (title, text, enabled) = if s.recurring {
        (
            t.get("action-recurring-off"),
            t.with("recurring-off-text", &[("date", date.into())]),
            "off",
        )
    } else {
        (
            t.get("action-recurring-on"),
            t.with("recurring-on-text", &[("date", date.into())]),
            "on",
        )
    };
    let mut form = FormBox::new(t, format!("{here}/recurring"), &desk.csrf, title.clone())
        .hidden("enabled", enabled)
        .problem(problem)
        .cancel(&here);
    if !s.recurring && s.payment_method.is_none() {
        form = form.fields(method.fields(&desk.app, &desk.ctx, t, None, true).await?);
    }
    let mut page = page(desk, title, &[to_products(t), (view.product.name.clone(), here)]);
    page.notice = None;
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(Sheet::new(page)
        .lead(view.product.name.clone())
        .piece(
            &Section::new("recurring", t.get("fact-recurring"))
                .card()
                .lead(text)
                .piece(&form),
        )
        .respond_with(status))
}

/// GET `/admin/products/{id}/recurring`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async {
        let id: SubscriptionId = id(&text)?;
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        form_page(&desk, &view, &NewMethodForm::default(), None).await
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/products/{id}/recurring`
pub async fn post(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let id: SubscriptionId = id(&text)?;
        let enabled = form.text("enabled") == "on";
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        let mut method = NewMethodForm::read(&form);
        if enabled && view.subscription.payment_method.is_none() {
            let Ok((stored, new)) = method.chosen(t, &form) else {
                return form_page(&desk, &view, &method, None).await;
            };
            let chosen = match new {
                Some(new) => billing::add_method(&desk.app, &desk.ctx, new)
                    .await
                    .map(|added| Some(added.id)),
                None => Ok(stored),
            };
            let set = match chosen {
                Ok(Some(chosen)) => subscriptions::set_payment_method(&desk.app, &desk.ctx, id, chosen)
                    .await
                    .map(drop),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            match set {
                Ok(()) => {}
                Err(error) if method.blame(t, &error) => return form_page(&desk, &view, &method, None).await,
                Err(Error::Refused(refusal)) => {
                    let notice = refusal_notice(t, &refusal);
                    return form_page(&desk, &view, &method, Some(notice)).await;
                }
                Err(error) => return Err(error),
            }
        }
        match subscriptions::set_recurring(&desk.app, &desk.ctx, id, enabled).await {
            Ok(_) => {
                let done = if enabled { Done::RecurringOn } else { Done::RecurringOff };
                Ok(go(&format!("{}/{id}", doors::ADMIN_PRODUCTS), done))
            }
            Err(Error::Refused(refusal @ (Refusal::Change(_) | Refusal::Payment(_)))) => {
                let notice = refusal_notice(t, &refusal);
                form_page(&desk, &view, &method, Some(notice)).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
