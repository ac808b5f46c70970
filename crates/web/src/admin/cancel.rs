//! `/admin/products/{id}/cancel`: now, or before the next renewal, with a reason (SPEC 6.2).

use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::subscription::{CancelWhen, Phase};
use aktiver_service::subscriptions::{self, CancelCommand, CancelPreview, SubscriptionView};
use aktiver_service::{Error, Result};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::product::refusal_notice;
use super::{id, page, to_products};
use crate::components::{ActionKind, Choice, Control, Field, FormBox, Notice, Section, Sheet};
use crate::doors;
use crate::forms::Sent;
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::words;

/// The reasons to choose from: stable text and words.
pub fn reasons(t: Text) -> [(&'static str, String); 6] {
    [
        ("notNeeded", t.get("reason-not-needed")),
        ("price", t.get("reason-price")),
        ("otherProduct", t.get("reason-other-product")),
        ("missingFeatures", t.get("reason-features")),
        ("technicalProblems", t.get("reason-technical")),
        ("other", t.get("reason-other")),
    ]
}

fn now_hint(t: Text, preview: &CancelPreview) -> String {
    let mut words = vec![t.with("cancel-now-people", &[("count", preview.users_affected.into())])];
    words.push(match preview.credit {
        Some(credit) => t.with("cancel-credit", &[("amount", words::money(t, credit).into())]),
        None => t.get("cancel-no-credit"),
    });
    if let Some(at) = preview.deletes_at {
        words.push(t.with("cancel-deletes", &[("date", t.date(at).into())]));
    }
    words.join(" ")
}

async fn form_page(
    desk: &Desk,
    view: &SubscriptionView,
    form: &Sent,
    missing: (Option<String>, Option<String>),
    problem: Option<Notice>,
) -> Result<Response> {
    let t = desk.t;
    let id = view.subscription.id;
    let here = format!("{}/{id}", doors::ADMIN_PRODUCTS);
    let mut options = Vec::new();
    let chosen = form.text("when");
    let now = subscriptions::preview_cancel(&desk.app, &desk.ctx, id, CancelWhen::Now).await;
    let mut refused = None;
    match now {
        Ok(preview) => options.push(Choice {
            value: CancelWhen::Now.as_str().to_owned(),
            label: t.get("cancel-now"),
            hint: Some(now_hint(t, &preview)),
            selected: chosen == CancelWhen::Now.as_str(),
        }),
        Err(error) => refused = Some(error),
    }
    if view.subscription.recurring && view.phase == Phase::Active {
        options.push(Choice {
            value: CancelWhen::Renewal.as_str().to_owned(),
            label: t.get("cancel-renewal"),
            hint: Some(t.with(
                "cancel-renewal-hint",
                &[("date", t.last_day(view.subscription.period.end).into())],
            )),
            selected: chosen == CancelWhen::Renewal.as_str(),
        });
    }
    if options.is_empty()
        && let Some(error) = refused
    {
        return Err(error);
    }
    let wrong = problem.is_some() || missing.0.is_some() || missing.1.is_some();
    let (when_error, reason_error) = missing;
    let mut reason_options = vec![Choice {
        value: String::new(),
        label: t.get("field-choose"),
        hint: None,
        selected: form.text("reason").is_empty(),
    }];
    reason_options.extend(reasons(t).into_iter().map(|(value, label)| Choice {
        value: value.to_owned(),
        label,
        hint: None,
        selected: form.text("reason") == value,
    }));
    let fields = vec![
        Field::new(t, "when", t.get("cancel-when"), Control::Radios(options)).error(when_error),
        Field::new(t, "reason", t.get("cancel-reason"), Control::Select(reason_options)).error(reason_error),
        Field::new(
            t,
            "comment",
            t.get("cancel-comment"),
            Control::Area(form.text("comment").to_owned(), 3),
        )
        .optional(),
    ];
    let box_ = FormBox::new(t, format!("{here}/cancel"), &desk.csrf, t.get("action-cancel"))
        .kind(ActionKind::Danger)
        .problem(problem)
        .fields(fields)
        .confirm(t.with("cancel-confirm", &[("product", view.product.name.as_str().into())]))
        .cancel(&here);
    let mut page = page(
        desk,
        t.get("action-cancel"),
        &[to_products(t), (view.product.name.clone(), here)],
    );
    page.notice = None;
    let mut sheet = Sheet::new(page).lead(view.product.name.clone());
    if let Some(Error::Refused(refusal)) = &refused {
        sheet = sheet.piece(&refusal_notice(t, refusal));
    }
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(sheet
        .piece(&Section::new("cancel", t.get("cancel-how")).card().piece(&box_))
        .respond_with(status))
}

/// GET `/admin/products/{id}/cancel`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async {
        let id: SubscriptionId = id(&text)?;
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        form_page(&desk, &view, &Sent::default(), (None, None), None).await
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/products/{id}/cancel`
pub async fn post(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let id: SubscriptionId = id(&text)?;
        let when: Option<CancelWhen> = form.text("when").parse().ok();
        let reason = reasons(t).iter().any(|(known, _)| *known == form.text("reason"));
        let view = subscriptions::get(&desk.app, &desk.ctx, id).await?;
        let (Some(when), true) = (when, reason) else {
            let missing = (
                when.is_none().then(|| t.get("cancel-when-missing")),
                (!reason).then(|| t.get("cancel-reason-missing")),
            );
            return form_page(&desk, &view, &form, missing, None).await;
        };
        let command = CancelCommand {
            when,
            reason: form.text("reason").to_owned(),
            comment: form.filled("comment").map(str::to_owned),
        };
        match subscriptions::cancel(&desk.app, &desk.ctx, id, command).await {
            Ok(_) => {
                let done = match when {
                    CancelWhen::Now => Done::Cancelled,
                    CancelWhen::Renewal => Done::EndsAtRenewal,
                };
                Ok(go(&format!("{}/{id}", doors::ADMIN_PRODUCTS), done))
            }
            Err(Error::Refused(refusal @ aktiver_service::domain::Refusal::Change(_))) => {
                let notice = refusal_notice(t, &refusal);
                form_page(&desk, &view, &form, (None, None), Some(notice)).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
