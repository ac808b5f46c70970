//! `/console/organizations/{id}/subscriptions/{id}`: the provider acts for a customer (S-07).

use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::{OrganizationId, PaymentMethodId, SubscriptionId};
use aktiver_service::domain::subscription::{Arrears, Standing};
use aktiver_service::subscriptions::{self, ActionKind as Kind, ReactivateCommand, SubscriptionView};
use aktiver_service::{Ctx, Error, Result, billing};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::organization::path;
use super::{id, page};
use crate::admin::{arithmetic, method_label, moments, refusal_notice, status};
use crate::components::{ActionKind, Choice, Control, Facts, Field, FormBox, Notice, Pill, Section, Sheet, Timeline};
use crate::csrf::Token;
use crate::i18n::Text;
use crate::notices::{Done, go};
use crate::session::{Console, Posted};
use crate::words;

fn refusal(view: &SubscriptionView, kind: Kind) -> Option<&Refusal> {
    view.actions
        .iter()
        .find(|action| action.kind == kind)
        .and_then(|action| action.refusal.as_ref())
}

fn arrears(t: Text) -> Field {
    let options = [
        (Arrears::Collect, t.get("arrears-collect")),
        (Arrears::Forgive, t.get("arrears-forgive")),
        (Arrears::Leave, t.get("arrears-leave")),
    ]
    .into_iter()
    .map(|(value, label)| Choice {
        value: value.as_str().to_owned(),
        label,
        hint: None,
        selected: value == Arrears::Collect,
    })
    .collect();
    Field::new(t, "arrears", t.get("arrears-title"), Control::Radios(options))
}

async fn reactivate_section(desk: &Console, ctx: &Ctx, view: &SubscriptionView, here: &str) -> Result<Section> {
    let t = desk.t;
    let section = Section::new("reactivate", t.get("console-reactivate")).card();
    if let Some(reason) = refusal(view, Kind::Reactivate) {
        return Ok(section.piece(&refusal_notice(t, reason)));
    }
    let methods = billing::methods(&desk.app, ctx).await?;
    let options: Vec<Choice> = methods
        .iter()
        .map(|method| Choice {
            value: method.id.to_string(),
            label: method_label(t, method.kind.as_str(), &method.label),
            hint: None,
            selected: view.subscription.payment_method == Some(method.id)
                || view.subscription.payment_method.is_none()
                    && methods.first().is_some_and(|first| first.id == method.id),
        })
        .collect();
    let mut form = FormBox::new(t, here, &desk.csrf, t.get("action-reactivate")).hidden("do", "reactivate");
    let preview =
        subscriptions::preview_reactivate(&desk.app, ctx, view.subscription.id, &ReactivateCommand::default()).await;
    let section = match &preview {
        Ok(preview) => section.piece(&arithmetic(t, view.unit_price, preview)),
        Err(Error::Refused(reason)) => section.piece(&refusal_notice(t, reason)),
        Err(_) => section,
    };
    if options.is_empty() {
        return Ok(section.paragraph(&t.get("console-no-method")));
    }
    form = form.fields(vec![Field::new(
        t,
        "method",
        t.get("column-paid"),
        Control::Radios(options),
    )]);
    if matches!(view.subscription.standing, Standing::PaymentFailing { .. }) {
        form = form.fields(vec![arrears(t)]);
    }
    Ok(section.piece(&form))
}

fn with_reason(t: Text, here: &str, csrf: &Token, what: &str, label: String, confirm: String) -> FormBox {
    FormBox::new(t, here, csrf, label)
        .kind(ActionKind::Danger)
        .hidden("do", what)
        .fields(vec![
            Field::input(t, "reason", t.get("console-reason"), "text", "").scope(format!("{what}-")),
        ])
        .confirm(confirm)
}

async fn show_page(desk: &Console, ctx: &Ctx, id: SubscriptionId, problem: Option<Notice>) -> Result<Response> {
    let t = desk.t;
    let view = subscriptions::get(&desk.app, ctx, id).await?;
    let s = &view.subscription;
    let here = format!("{}/subscriptions/{id}", path(ctx.org()));
    let mut page = page(
        desk,
        view.product.name.clone(),
        &[(ctx.organization.name.clone(), path(ctx.org()))],
    );
    let wrong = problem.is_some();
    if wrong {
        page.notice = problem;
    }
    let method = view.payment_method.as_ref().map_or_else(
        || t.get("paid-nothing"),
        |method| method_label(t, method.kind.as_str(), &method.label),
    );
    let facts = Facts::new()
        .piece(t.get("column-status"), &Pill::phase(t, words::phase(view.phase)))
        .text(t.get("column-purchased"), &t.count(s.quantity.into()))
        .text(t.get("column-assigned"), &t.count(view.assigned.into()))
        .text(t.get("column-term"), &words::term(t, s.term))
        .text(
            t.get("fact-period"),
            &format!("{} – {}", t.date(s.period.start), t.last_day(s.period.end)),
        )
        .text(
            t.get("fact-recurring"),
            &if s.recurring {
                t.get("word-on")
            } else {
                t.get("word-off")
            },
        )
        .text(t.get("column-channel"), &words::channel(t, s.channel))
        .text(t.get("column-paid"), &method)
        .text(t.get("fact-id"), &s.id.to_string());
    let mut sheet = Sheet::new(page)
        .lead(status(t, &view))
        .piece(&Timeline::new(t, "life", ctx.now, moments(t, &view)))
        .piece(&Section::new("facts", t.get("product-facts")).card().piece(&facts))
        .piece(&reactivate_section(desk, ctx, &view, &here).await?);
    let mut stop = Section::new("stop", t.get("console-stop"))
        .card()
        .lead(t.get("console-stop-text"));
    let mut any = false;
    if refusal(&view, Kind::Disable).is_none() {
        any = true;
        let confirm = t.get("console-disable-confirm");
        stop = stop.piece(&with_reason(
            t,
            &here,
            &desk.csrf,
            "disable",
            t.get("action-disable"),
            confirm,
        ));
    }
    if refusal(&view, Kind::Hold).is_none() {
        any = true;
        let confirm = t.get("console-hold-confirm");
        stop = stop.piece(&with_reason(
            t,
            &here,
            &desk.csrf,
            "hold",
            t.get("action-hold"),
            confirm,
        ));
    }
    if refusal(&view, Kind::Release).is_none() {
        any = true;
        stop = stop.piece(&FormBox::new(t, here.as_str(), &desk.csrf, t.get("action-release")).hidden("do", "release"));
    }
    if any {
        sheet = sheet.piece(&stop);
    }
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(sheet.respond_with(status))
}

/// GET `/console/organizations/{id}/subscriptions/{subscription}`
pub async fn show(desk: Console, Path((organization, text)): Path<(String, String)>) -> Response {
    let work = async {
        let ctx = desk.ctx(id(&organization)?).await?;
        show_page(&desk, &ctx, id(&text)?, None).await
    };
    desk.respond(work).await
}

/// POST `/console/organizations/{id}/subscriptions/{subscription}`
pub async fn post(
    Path((organization, text)): Path<(String, String)>,
    Posted { desk, form }: Posted<Console>,
) -> Response {
    let work = async {
        let t = desk.t;
        let organization: OrganizationId = id(&organization)?;
        let ctx = desk.ctx(organization).await?;
        let subscription: SubscriptionId = id(&text)?;
        let what = form.text("do");
        let reason = form.text("reason");
        if matches!(what, "disable" | "hold") && reason.is_empty() {
            let notice = Notice::new(crate::components::Tone::Error, t.get("console-reason-missing"));
            return show_page(&desk, &ctx, subscription, Some(notice)).await;
        }
        let result = match what {
            "reactivate" => {
                let command = ReactivateCommand {
                    payment_method: PaymentMethodId::parse(form.text("method")).ok(),
                    arrears: form.text("arrears").parse().unwrap_or(Arrears::Collect),
                    ..ReactivateCommand::default()
                };
                subscriptions::reactivate(&desk.app, &ctx, subscription, &command)
                    .await
                    .map(|view| (view, Done::Reactivated))
            }
            "disable" => subscriptions::disable(&desk.app, &ctx, subscription, reason)
                .await
                .map(|view| (view, Done::Disabled)),
            "hold" => subscriptions::hold(&desk.app, &ctx, subscription, reason)
                .await
                .map(|view| (view, Done::Held)),
            "release" => subscriptions::release(&desk.app, &ctx, subscription)
                .await
                .map(|view| (view, Done::Released)),
            _ => return Err(Error::NotFound("page")),
        };
        match result {
            Ok((view, done)) => {
                let here = format!("{}/subscriptions/{}", path(organization), view.subscription.id);
                Ok(go(&here, done))
            }
            Err(Error::Refused(refusal)) => {
                show_page(&desk, &ctx, subscription, Some(refusal_notice(t, &refusal))).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(work).await
}
