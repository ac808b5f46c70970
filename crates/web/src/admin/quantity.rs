//! `/admin/products/{id}/quantity`: a new total number of licenses, with what it costs (SPEC 7).

use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::role::Operation;
use aktiver_service::subscriptions::{self, SubscriptionView};
use aktiver_service::{Error, Result};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::product::refusal_notice;
use super::{id, page, to_products};
use crate::components::{Facts, Field, FormBox, Notice, Section, Sheet, Tone};
use crate::doors;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::words;

fn form_page(
    desk: &Desk,
    view: &SubscriptionView,
    typed: &str,
    error: Option<String>,
    problem: Option<Notice>,
    cost: Option<Notice>,
) -> Result<Response> {
    let t = desk.t;
    desk.ctx.require(Operation::ManageSubscriptions)?;
    let here = format!("{}/{}", doors::ADMIN_PRODUCTS, view.subscription.id);
    let wrong = error.is_some() || problem.is_some();
    let most = view.product.maximum_quantity.map(i64::from);
    let hint = match most {
        Some(most) => t.with("quantity-hint-most", &[("most", most.into())]),
        None => t.get("quantity-hint"),
    };
    let mut form = FormBox::new(t, format!("{here}/quantity"), &desk.csrf, t.get("quantity-save"))
        .problem(problem)
        .fields(vec![
            Field::input(t, "quantity", t.get("quantity-field"), "number", typed)
                .hint(hint)
                .between(1, most)
                .error(error),
        ])
        .submit_as("step", "save")
        .other("step", "preview", t.get("quantity-preview"))
        .cancel(&here);
    if let Some(cost) = cost {
        form = form.more(&cost);
    }
    let mut page = page(
        desk,
        t.get("action-quantity"),
        &[to_products(t), (view.product.name.clone(), here)],
    );
    page.notice = None;
    let facts = Facts::new()
        .text(t.get("column-purchased"), &t.count(view.subscription.quantity.into()))
        .text(t.get("column-assigned"), &t.count(view.assigned.into()));
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(Sheet::new(page)
        .lead(view.product.name.clone())
        .piece(
            &Section::new("quantity", t.get("quantity-title"))
                .card()
                .piece(&facts)
                .piece(&form),
        )
        .respond_with(status))
}

/// GET `/admin/products/{id}/quantity`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async {
        let id: SubscriptionId = id(&text)?;
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        form_page(&desk, &view, &view.subscription.quantity.to_string(), None, None, None)
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/products/{id}/quantity`
pub async fn post(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let id: SubscriptionId = id(&text)?;
        let typed = form.text("quantity");
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        let Some(quantity) = typed.parse::<u32>().ok().filter(|quantity| *quantity > 0) else {
            return form_page(&desk, &view, typed, Some(t.get("quantity-wrong")), None, None);
        };
        let preview = subscriptions::preview_quantity(&desk.app, &desk.ctx, id, quantity).await;
        let result = if form.text("step") == "save" && preview.is_ok() {
            match subscriptions::set_quantity(&desk.app, &desk.ctx, id, quantity).await {
                Ok(_) => return Ok(go(&format!("{}/{id}", doors::ADMIN_PRODUCTS), Done::QuantityChanged)),
                Err(error) => Err(error),
            }
        } else {
            preview
        };
        match result {
            Ok(preview) => {
                let (days, whole) = preview.days;
                let values = |amount: String| {
                    [
                        ("amount", amount.into()),
                        ("days", days.into()),
                        ("whole", whole.into()),
                    ]
                };
                let text = match preview.amount {
                    Some(amount) if amount.minor < 0 => {
                        let credit = amount
                            .negated()
                            .map_or_else(|_| String::new(), |credit| words::money(t, credit));
                        t.with("quantity-credit", &values(credit))
                    }
                    Some(amount) => t.with("quantity-cost", &values(words::money(t, amount))),
                    None => t.get("quantity-free"),
                };
                let cost = Notice::new(Tone::Info, t.get("quantity-preview-title")).text(text);
                form_page(&desk, &view, typed, None, None, Some(cost))
            }
            Err(Error::Refused(refusal @ aktiver_service::domain::Refusal::Change(_))) => {
                let words = crate::explain::explain(t, &refusal, None);
                let error = format!("{} {}", words.detail, words.remedy);
                form_page(&desk, &view, typed, Some(error), None, None)
            }
            Err(Error::Refused(refusal @ aktiver_service::domain::Refusal::Payment(_))) => {
                form_page(&desk, &view, typed, None, Some(refusal_notice(t, &refusal)), None)
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
