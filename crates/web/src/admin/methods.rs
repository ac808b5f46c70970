//! `/admin/payment-methods`: list, add, delete (SPEC 16.1).

use aktiver_service::domain::role::Operation;
use aktiver_service::{Error, Result, billing, subscriptions};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::pay::{NewMethodForm, method_label};
use super::product::refusal_notice;
use super::{id, page};
use crate::components::{
    Action, ActionKind, ActionRow, Cell, Column, Empty, FormBox, Notice, Section, Sheet, State, Table,
};
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::{countries, doors};

async fn show_page(
    desk: &Desk,
    form: &NewMethodForm,
    problem: Option<Notice>,
    refused: Option<Notice>,
) -> Result<Response> {
    let t = desk.t;
    let methods = billing::methods(&desk.app, &desk.ctx).await?;
    let views = if desk.may(Operation::ViewProducts) {
        subscriptions::list(&desk.app, &desk.ctx).await?
    } else {
        Vec::new()
    };
    let mut rows = Vec::new();
    for method in &methods {
        let uses = billing::method_uses(&desk.app, &desk.ctx, method.id).await?;
        let mut names: Vec<String> = uses
            .iter()
            .filter_map(|id| views.iter().find(|view| view.subscription.id == *id))
            .map(|view| format!("{} ({})", view.product.name, crate::words::phase(view.phase).label(t)))
            .collect();
        names.sort();
        let used = if names.is_empty() {
            t.get("method-unused")
        } else {
            names.join(", ")
        };
        let state = if uses.is_empty() {
            State::Post {
                action: format!("{}/{}/delete", doors::ADMIN_PAYMENT_METHODS, method.id),
                csrf: desk.csrf.clone(),
                fields: Vec::new(),
                confirm: Some(t.get("method-delete-confirm")),
            }
        } else {
            State::Unavailable {
                reason: t.get("method-in-use"),
                remedy: None,
                ways: Vec::new(),
                help: Some("/help/refusals/PAYMENT_METHOD_IN_USE".to_owned()),
            }
        };
        let delete = ActionRow {
            t,
            actions: vec![Action {
                id: format!("delete-{}", method.id),
                label: t.get("method-delete"),
                kind: ActionKind::Danger,
                state,
            }],
        };
        rows.push(vec![
            Cell::text(&method_label(t, method.kind.as_str(), &method.label)),
            Cell::text(method.expiry.as_deref().unwrap_or("–")),
            Cell::text(&countries::name(t, &method.country)),
            Cell::text(&used),
            if desk.may(Operation::ManagePayment) {
                Cell::piece(&delete)
            } else {
                Cell::text("")
            },
        ]);
    }
    let table = Table {
        t,
        id: "methods".to_owned(),
        caption: t.get("methods-caption"),
        columns: vec![
            Column::text(t.get("column-method")),
            Column::text(t.get("column-expires")),
            Column::text(t.get("field-country")),
            Column::text(t.get("column-pays-for")),
            Column::text(t.get("column-action")),
        ],
        rows,
        empty: Empty {
            title: t.get("methods-none"),
            text: t.get("methods-none-text"),
            link: None,
        },
        filter: false,
    };
    let mut page = page(desk, t.get("methods-title"), &[]);
    let failed = problem.is_some() || refused.is_some() || !form.wrong.is_empty();
    if refused.is_some() {
        page.notice = refused;
    }
    let mut sheet = Sheet::new(page).lead(t.get("methods-lead")).piece(&table);
    if desk.may(Operation::ManagePayment) {
        let mut section = Section::new("add", t.get("method-add")).card();
        if desk.ctx.organization.sandbox || desk.ctx.organization.invoice_approved {
            let fields = form.fields(&desk.app, &desk.ctx, t, None, false).await?;
            section = section.piece(
                &FormBox::new(t, doors::ADMIN_PAYMENT_METHODS, &desk.csrf, t.get("method-add"))
                    .problem(problem)
                    .fields(fields),
            );
        } else {
            section = section.paragraph(&t.get("method-add-none"));
        }
        sheet = sheet.piece(&section);
    }
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(sheet.respond_with(status))
}

/// GET `/admin/payment-methods`
pub async fn list(desk: Desk) -> Response {
    desk.respond(Area::Admin, show_page(&desk, &NewMethodForm::default(), None, None))
        .await
}

/// POST `/admin/payment-methods`
pub async fn add(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        let mut typed = NewMethodForm::read(&form);
        let Ok((_, Some(new))) = typed.chosen(t, &form) else {
            if typed.wrong.is_empty() {
                typed.wrong.push(("method", t.get("method-missing")));
            }
            return show_page(&desk, &typed, None, None).await;
        };
        match billing::add_method(&desk.app, &desk.ctx, new).await {
            Ok(_) => Ok(go(doors::ADMIN_PAYMENT_METHODS, Done::MethodAdded)),
            Err(error) if typed.blame(t, &error) => show_page(&desk, &typed, None, None).await,
            Err(Error::Refused(refusal @ aktiver_service::domain::Refusal::Payment(_))) => {
                show_page(&desk, &typed, Some(refusal_notice(t, &refusal)), None).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/payment-methods/{id}/delete`: refused while anything is paid with it (PM-06).
pub async fn delete(Path(text): Path<String>, Posted { desk, .. }: Posted<Desk>) -> Response {
    let work = async {
        match billing::delete_method(&desk.app, &desk.ctx, id(&text)?).await {
            Ok(()) => Ok(go(doors::ADMIN_PAYMENT_METHODS, Done::MethodDeleted)),
            Err(Error::Refused(refusal @ aktiver_service::domain::Refusal::Payment(_))) => {
                let notice = refusal_notice(desk.t, &refusal);
                show_page(&desk, &NewMethodForm::default(), None, Some(notice)).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
