//! `/admin/products/{id}/reactivate`: the pane "Reactivate this subscription" (SPEC 5.2).

use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::policy::ReactivationForm;
use aktiver_service::domain::refusal::ReactivateRefusal;
use aktiver_service::domain::subscription::Phase;
use aktiver_service::domain::{Money, Refusal};
use aktiver_service::subscriptions::{self, ReactivateCommand, ReactivationPreview, SubscriptionView};
use aktiver_service::{Error, Result};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::pay::NewMethodForm;
use super::product::refusal_notice;
use super::{id, page, to_products};
use crate::components::{Facts, FormBox, Notice, Section, Sheet, Tone};
use crate::doors;
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go, go_to};
use crate::session::{Desk, Posted};
use crate::words;

/// A line of a sum.
pub struct Line {
    text: String,
    amount: String,
}

/// What is charged, worked out line by line.
#[derive(askama::Template)]
#[template(path = "admin/sum.html")]
pub struct Sum {
    lines: Vec<Line>,
    total_label: String,
    total: String,
    remark: Option<String>,
}

/// The cost of a reactivation with its arithmetic.
pub fn arithmetic(t: Text, unit: Option<Money>, preview: &ReactivationPreview) -> Sum {
    let amounts = &preview.amounts;
    let (days, whole) = amounts.days;
    let quantity = preview.subscription.quantity;
    let mut lines = Vec::new();
    if let Some(unit) = unit {
        let term = words::term(t, preview.subscription.term).to_lowercase();
        let values = [
            ("price", words::money(t, unit).into()),
            ("licenses", quantity.into()),
            ("term", term.into()),
            ("days", days.into()),
            ("whole", whole.into()),
        ];
        let text = if days == 0 {
            t.get("sum-paid")
        } else if days == whole {
            t.with("sum-term", &values)
        } else {
            t.with("sum-days", &values)
        };
        lines.push(Line {
            text,
            amount: words::money(t, amounts.term),
        });
    }
    if !amounts.arrears.is_zero() {
        lines.push(Line {
            text: t.get("sum-arrears"),
            amount: words::money(t, amounts.arrears),
        });
    }
    if !amounts.credit.is_zero() {
        lines.push(Line {
            text: t.get("sum-credit"),
            amount: amounts
                .credit
                .negated()
                .map_or_else(|_| String::new(), |credit| words::money(t, credit)),
        });
    }
    Sum {
        lines,
        total_label: t.get("sum-total"),
        total: words::money(t, amounts.due),
        remark: amounts.due.is_zero().then(|| t.get("sum-nothing")),
    }
}

/// What becomes of the subscription.
fn changes(t: Text, view: &SubscriptionView, preview: &ReactivationPreview) -> Facts {
    let after = &preview.subscription;
    let form = match preview.form {
        ReactivationForm::ExtendTerm if preview.next_billing_at.is_none() => t.get("reactivate-same"),
        ReactivationForm::ExtendTerm => t.get("reactivate-extend"),
        ReactivationForm::KeepTerm => t.get("reactivate-keep"),
        ReactivationForm::NewSubscription => t.get("reactivate-new"),
    };
    let next = match preview.next_billing_at {
        Some(at) => t.date(at),
        None => t.get("reactivate-no-billing"),
    };
    let mut facts = Facts::new()
        .text(t.get("fact-what"), &form)
        .text(t.get("column-licenses"), &t.count(after.quantity.into()))
        .text(
            t.get("fact-new-period"),
            &format!("{} – {}", t.date(after.period.start), t.last_day(after.period.end)),
        )
        .text(t.get("fact-next-billing"), &next);
    if preview.users_affected > 0 {
        let people = t.with("reactivate-people", &[("count", preview.users_affected.into())]);
        facts = facts.text(t.get("fact-people"), &people);
    } else if view.assigned > 0 {
        facts = facts.text(t.get("fact-people"), &t.get("reactivate-keep-licenses"));
    }
    facts
}

async fn pane(
    desk: &Desk,
    view: &SubscriptionView,
    method: &NewMethodForm,
    problem: Option<Notice>,
) -> Result<Response> {
    let t = desk.t;
    let id = view.subscription.id;
    let here = format!("{}/{id}", doors::ADMIN_PRODUCTS);
    let preview = subscriptions::preview_reactivate(&desk.app, &desk.ctx, id, &ReactivateCommand::default()).await?;
    let wrong = problem.is_some() || !method.wrong.is_empty();
    let fields = method
        .fields(&desk.app, &desk.ctx, t, preview.payment_method, true)
        .await?;
    let submit = if preview.amounts.due.is_zero() {
        t.get("action-reactivate")
    } else {
        t.with(
            "reactivate-pay",
            &[("amount", words::money(t, preview.amounts.due).into())],
        )
    };
    let form = FormBox::new(t, format!("{here}/reactivate"), &desk.csrf, submit)
        .problem(problem)
        .fields(fields)
        .cancel(&here);
    let mut page = page(
        desk,
        t.get("action-reactivate-this"),
        &[to_products(t), (view.product.name.clone(), here)],
    );
    page.notice = None;
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(Sheet::new(page)
        .lead(view.product.name.clone())
        .piece(
            &Section::new("changes", t.get("reactivate-changes"))
                .card()
                .piece(&changes(t, view, &preview)),
        )
        .piece(
            &Section::new("cost", t.get("reactivate-cost"))
                .card()
                .piece(&arithmetic(t, view.unit_price, &preview)),
        )
        .beside(&Section::new("pay", t.get("reactivate-pane")).piece(&form))
        .respond_with(status))
}

/// Where someone goes whose subscription has been reactivated meanwhile, perhaps by their own first click.
async fn settled(desk: &Desk, id: SubscriptionId, error: &Error) -> Option<Response> {
    let nothing_left = matches!(
        error,
        Error::Stale(_)
            | Error::Refused(Refusal::Reactivate(
                ReactivateRefusal::NothingToReactivate | ReactivateRefusal::Deleted
            ))
    );
    if !nothing_left {
        return None;
    }
    let mut view = subscriptions::get(&desk.app, &desk.ctx, id).await.ok()?;
    if let Some(newer) = view.subscription.replaced_by {
        view = subscriptions::get(&desk.app, &desk.ctx, newer).await.ok()?;
    }
    (view.phase == Phase::Active).then(|| go_to(&format!("{}/{}", doors::ADMIN_PRODUCTS, view.subscription.id)))
}

/// GET `/admin/products/{id}/reactivate`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async {
        let id: SubscriptionId = id(&text)?;
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        match pane(&desk, &view, &NewMethodForm::default(), None).await {
            Err(error) => settled(&desk, id, &error).await.ok_or(error),
            shown => shown,
        }
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/products/{id}/reactivate`. What the bank declines changes nothing, and the pane says so.
pub async fn post(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let id: SubscriptionId = id(&text)?;
        let mut method = NewMethodForm::read(&form);
        let Ok((payment_method, new_method)) = method.chosen(t, &form) else {
            let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
            return match pane(&desk, &view, &method, None).await {
                Err(error) => settled(&desk, id, &error).await.ok_or(error),
                shown => shown,
            };
        };
        let command = ReactivateCommand {
            payment_method,
            new_method,
            ..ReactivateCommand::default()
        };
        let error = match subscriptions::reactivate(&desk.app, &desk.ctx, id, &command).await {
            Ok(view) => {
                let path = format!("{}/{}", doors::ADMIN_PRODUCTS, view.subscription.id);
                return Ok(go(&path, Done::Reactivated));
            }
            Err(error) => error,
        };
        let problem = match &error {
            _ if method.blame(t, &error) => None,
            Error::Refused(refusal @ Refusal::Payment(_)) => Some(refusal_notice(t, refusal)),
            Error::Busy(_) => {
                Some(Notice::new(Tone::Warning, t.get("reactivate-unknown")).text(t.get("reactivate-unknown-text")))
            }
            _ => return settled(&desk, id, &error).await.ok_or(error),
        };
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        match pane(&desk, &view, &method, problem).await {
            Err(error) => settled(&desk, id, &error).await.ok_or(error),
            shown => shown,
        }
    };
    desk.respond(Area::Admin, work).await
}
