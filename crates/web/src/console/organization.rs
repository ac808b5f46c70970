//! `/console/organizations/{id}`: one customer, their subscriptions, their sandbox's clock.

use aktiver_service::domain::ids::OrganizationId;
use aktiver_service::subscriptions::{self, SubscriptionView};
use aktiver_service::{Ctx, Error, Result, billing, clock, organizations};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::products::amount as read_amount;
use super::{id, page};
use crate::admin::{status, subscription_on};
use crate::components::{
    Action, ActionKind, ActionRow, Cell, Column, Empty, Facts, Field, FormBox, Pill, Section, Sheet, State, Table,
};
use crate::i18n::Text;
use crate::language::safe_return;
use crate::layout::ClockBar;
use crate::notices::{Done, go};
use crate::session::{Console, Posted};
use crate::{countries, doors, words};

/// The page of an organization.
pub fn path(organization: OrganizationId) -> String {
    format!("{}/organizations/{organization}", doors::CONSOLE)
}

fn row(t: Text, view: &SubscriptionView) -> Vec<Cell> {
    let s = &view.subscription;
    vec![
        Cell::link(
            &view.product.name,
            &format!("{}/subscriptions/{}", path(s.organization), s.id),
        ),
        Cell::piece(&Pill::phase(t, words::phase(view.phase))),
        Cell::text(&status(t, view)),
        Cell::text(&words::channel(t, s.channel)),
        Cell::text(&format!(
            "{} / {}",
            t.count(view.assigned.into()),
            t.count(s.quantity.into())
        )),
    ]
}

/// GET `/console/organizations/{id}`
pub async fn show(desk: Console, Path(text): Path<String>) -> Response {
    let work = async {
        let t = desk.t;
        let id: OrganizationId = id(&text)?;
        let summary = organizations::summary(&desk.app, &desk.actor, id).await?;
        let ctx = desk.ctx(id).await?;
        let views = subscriptions::list(&desk.app, &ctx).await?;
        let organization = &summary.organization;
        let yes = |on: bool| if on { t.get("word-yes") } else { t.get("word-no") };
        let domains: Vec<&str> = summary.domains.iter().map(|domain| domain.name.as_str()).collect();
        let facts = Facts::new()
            .text(t.get("field-country"), &countries::name(t, &organization.country))
            .text(t.get("fact-domains"), &domains.join(", "))
            .text(
                t.get("fact-people"),
                &t.count(i64::try_from(summary.users).unwrap_or(i64::MAX)),
            )
            .text(t.get("console-sandbox"), &yes(organization.sandbox))
            .text(t.get("console-invoice"), &yes(organization.invoice_approved))
            .text(t.get("console-blocked"), &yes(organization.billing_blocked))
            .text(t.get("fact-their-now"), &t.date_time(summary.now))
            .text(t.get("fact-organization-id"), &organization.id.to_string());
        let table = Table {
            t,
            id: "subscriptions".to_owned(),
            caption: t.get("column-subscriptions"),
            columns: vec![
                Column::text(t.get("column-product")),
                Column::text(t.get("column-status")),
                Column::text(t.get("column-next")),
                Column::text(t.get("column-channel")),
                Column::number(t.get("column-use")),
            ],
            rows: views.iter().map(|view| row(t, view)).collect(),
            empty: Empty {
                title: t.get("console-no-subscriptions"),
                text: t.get("console-no-subscriptions-text"),
                link: None,
            },
            filter: true,
        };
        let blocked = organization.billing_blocked;
        let actions = ActionRow {
            t,
            actions: vec![
                Action {
                    id: "audit".to_owned(),
                    label: t.get("console-audit"),
                    kind: ActionKind::Secondary,
                    state: State::Link {
                        href: format!("{}/audit", path(id)),
                    },
                },
                Action {
                    id: "blocked".to_owned(),
                    label: if blocked {
                        t.get("console-unblock")
                    } else {
                        t.get("console-block")
                    },
                    kind: if blocked {
                        ActionKind::Secondary
                    } else {
                        ActionKind::Danger
                    },
                    state: State::Post {
                        action: format!("{}/blocked", path(id)),
                        csrf: desk.csrf.clone(),
                        fields: vec![("blocked".to_owned(), if blocked { "no" } else { "yes" }.to_owned())],
                        confirm: (!blocked).then(|| t.get("console-block-confirm")),
                    },
                },
            ],
        };
        let mut page = page(&desk, organization.name.clone(), &[]);
        if organization.sandbox {
            page.clock = Some(ClockBar {
                now: summary.now,
                action: format!("{}/clock", path(id)),
                csrf: desk.csrf.clone(),
            });
        }
        let mut sheet = Sheet::new(page)
            .piece(&Section::new("facts", t.get("console-facts")).card().piece(&facts))
            .piece(&actions)
            .piece(&table);
        if let Some(section) = payment(&desk, &ctx, "", None).await? {
            sheet = sheet.piece(&section);
        }
        Ok(sheet.respond())
    };
    desk.respond(work).await
}

/// Where a payment on account is entered; `None` while nothing is owed.
async fn payment(desk: &Console, ctx: &Ctx, typed: &str, error: Option<String>) -> Result<Option<Section>> {
    let t = desk.t;
    let Some(owed) = billing::balance(&desk.app, ctx).await?.filter(|owed| owed.minor > 0) else {
        return Ok(None);
    };
    let amount = words::money(t, owed);
    let form = FormBox::new(
        t,
        format!("{}/payments", path(ctx.org())),
        &desk.csrf,
        t.get("payment-record"),
    )
    .kind(ActionKind::Secondary)
    .fields(vec![
        Field::input(t, "amount", t.get("column-amount"), "text", typed)
            .hint(t.get("payment-hint"))
            .error(error),
        Field::input(t, "note", t.get("payment-note"), "text", "").optional(),
    ]);
    Ok(Some(
        Section::new("payment", t.get("payment-record"))
            .card()
            .lead(t.with("balance-owed", &[("amount", amount.into())]))
            .piece(&form),
    ))
}

/// POST `/console/organizations/{id}/payments`: what an organization paid on account.
pub async fn record_payment(Path(text): Path<String>, Posted { desk, form }: Posted<Console>) -> Response {
    let work = async {
        let t = desk.t;
        let ctx = desk.ctx(id(&text)?).await?;
        let paid = read_amount(form.text("amount"), billing::currency(&ctx)).filter(|paid| paid.minor > 0);
        let recorded = match paid {
            Some(paid) => billing::record_payment(&desk.app, &ctx, paid, form.text("note"))
                .await
                .map(drop),
            None => Err(Error::invalid("amount", "this is no amount", "enter what was paid")),
        };
        match recorded {
            Ok(()) => Ok(go(&path(ctx.org()), Done::PaymentRecorded)),
            Err(Error::Invalid { .. }) => {
                let page = page(
                    &desk,
                    t.get("payment-record"),
                    &[(ctx.organization.name.clone(), path(ctx.org()))],
                );
                let error = Some(t.get("payment-wrong"));
                let section = payment(&desk, &ctx, form.text("amount"), error).await?;
                let sheet = match section {
                    Some(section) => Sheet::new(page).piece(&section),
                    None => Sheet::new(page).paragraph(&t.get("balance-none")),
                };
                Ok(sheet.respond_with(StatusCode::UNPROCESSABLE_ENTITY))
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(work).await
}

/// POST `/console/organizations/{id}/blocked`
pub async fn set_blocked(Path(text): Path<String>, Posted { desk, form }: Posted<Console>) -> Response {
    let work = async {
        let id: OrganizationId = id(&text)?;
        let blocked = form.text("blocked") == "yes";
        organizations::set_billing_blocked(&desk.app, &desk.actor, id, blocked).await?;
        let done = if blocked { Done::Blocked } else { Done::Unblocked };
        Ok(go(&path(id), done))
    };
    desk.respond(work).await
}

/// POST `/console/organizations/{id}/clock`
pub async fn advance(Path(text): Path<String>, Posted { desk, form }: Posted<Console>) -> Response {
    let work = async {
        let ctx = desk.ctx(id(&text)?).await?;
        let back = safe_return(form.text("return"));
        let by = clock::parse_advance(form.text("advance"), subscription_on(back))?;
        clock::advance(&desk.app, &ctx, by).await?;
        Ok(go(back, Done::ClockMoved))
    };
    desk.respond(work).await
}
