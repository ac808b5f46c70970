//! GET `/console/organizations/{id}/audit`: who changed what, newest first.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use aktiver_service::domain::Timestamp;
use aktiver_service::domain::ids::{AuditId, OrganizationId, SubscriptionId, UserId};
use aktiver_service::{Ctx, audit, subscriptions, users};
use axum::extract::Path;
use axum::response::Response;

use super::organization::path;
use super::{id, page};
use crate::components::{Cell, Column, Empty, Pager, Sheet, Table};
use crate::i18n::Text;
use crate::session::{Console, query};

const PAGE: u32 = 100;

/// What was done, as a sentence without its subject; an action that is not known here shows as it is recorded.
fn done(t: Text, action: &str) -> String {
    match action {
        "user.create" => t.get("audit-user-create"),
        "user.update" => t.get("audit-user-update"),
        "user.delete" => t.get("audit-user-delete"),
        "user.password" => t.get("audit-user-password"),
        "user.roles" => t.get("audit-user-roles"),
        "user.licenses_changed" => t.get("audit-user-licenses"),
        "device.activate" => t.get("audit-device-activate"),
        "device.sign_out" => t.get("audit-device-sign-out"),
        "client.create" => t.get("audit-client-create"),
        "client.secret.add" => t.get("audit-client-secret-add"),
        "client.secret.remove" => t.get("audit-client-secret-remove"),
        "service_request.create" => t.get("audit-request-create"),
        "service_request.note" => t.get("audit-request-note"),
        "service_request.status" => t.get("audit-request-status"),
        "organization.create" => t.get("audit-organization-create"),
        "organization.billing_block" => t.get("audit-organization-block"),
        "organization.invoice_approve" => t.get("audit-organization-invoice"),
        "organization.installs" => t.get("audit-organization-installs"),
        "organization.domain.add" => t.get("audit-domain-add"),
        "organization.domain.remove" => t.get("audit-domain-remove"),
        "payment.recorded" => t.get("audit-payment-recorded"),
        "product_keys.redeemed" => t.get("audit-keys-redeemed"),
        "subscription.created" => t.get("audit-created"),
        "subscription.cancelled" => t.get("audit-cancelled"),
        "subscription.recurring_billing_changed" => t.get("audit-recurring"),
        "subscription.renewed" => t.get("audit-renewed"),
        "subscription.renewal_failed" => t.get("audit-renewal-failed"),
        "subscription.reactivated" => t.get("audit-reactivated"),
        "subscription.replaced" => t.get("audit-replaced"),
        "subscription.quantity_changed" => t.get("audit-quantity"),
        "subscription.payment_method_changed" => t.get("audit-method"),
        "subscription.disabled_by_provider" => t.get("audit-disabled"),
        "subscription.held" => t.get("audit-held"),
        "subscription.released" => t.get("audit-released"),
        "subscription.deleted" => t.get("audit-deleted"),
        "subscription.licenses_added_by_key" => t.get("audit-key-added"),
        "subscription.extended_by_key" => t.get("audit-key-extended"),
        other => other.to_owned(),
    }
}

/// The names of people and subscriptions, asked for once each. The log itself knows ids alone.
#[derive(Default)]
struct Names {
    people: BTreeMap<UserId, Option<String>>,
    products: BTreeMap<SubscriptionId, Option<String>>,
}

impl Names {
    async fn person(&mut self, desk: &Console, ctx: &Ctx, id: UserId) -> Option<String> {
        if let Entry::Vacant(unknown) = self.people.entry(id) {
            let found = users::get(&desk.app, ctx, id).await.ok();
            unknown.insert(found.map(|user| user.display_name));
        }
        self.people.get(&id).cloned().flatten()
    }

    async fn product(&mut self, desk: &Console, ctx: &Ctx, id: SubscriptionId) -> Option<String> {
        if let Entry::Vacant(unknown) = self.products.entry(id) {
            let found = subscriptions::get(&desk.app, ctx, id).await.ok();
            unknown.insert(found.map(|view| view.product.name));
        }
        self.products.get(&id).cloned().flatten()
    }
}

/// What the log keeps word for word, behind a summary.
#[derive(askama::Template)]
#[template(
    ext = "html",
    source = r#"<span>{{ done }}</span> <details><summary>{{ summary }}</summary><p><code>{{ action }}</code></p><p><code>{{ subject }}</code></p>{% if let Some(after) = after %}<p><code>{{ after }}</code></p>{% endif %}</details>"#
)]
struct What {
    done: String,
    summary: String,
    action: String,
    subject: String,
    after: Option<String>,
}

/// Who did it, by the kind and id that the log keeps.
async fn actor(desk: &Console, ctx: &Ctx, names: &mut Names, kind: &str, id: &str) -> String {
    let t = desk.t;
    match kind {
        "user" => match UserId::parse(id) {
            Ok(id) => names.person(desk, ctx, id).await.unwrap_or_else(|| t.get("audit-gone")),
            Err(_) => id.to_owned(),
        },
        "operator" => t.get("audit-operator"),
        "client" => t.get("audit-program"),
        _ => t.get("audit-system"),
    }
}

/// GET `/console/organizations/{id}/audit?before=…`
pub async fn list(desk: Console, Path(text): Path<String>) -> Response {
    let work = async {
        let t = desk.t;
        let id: OrganizationId = id(&text)?;
        let ctx = desk.ctx(id).await?;
        let before = query(&desk.visit, "before").and_then(|text| {
            let (at, id) = text.split_once('_')?;
            let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
            Some((at, AuditId::parse(id).ok()?))
        });
        let found = audit::list(&desk.app, &ctx, None, before, PAGE).await?;
        let mut names = Names::default();
        let mut rows = Vec::new();
        for record in &found {
            let subject = match record.subject_kind.as_str() {
                "subscription" => {
                    let about = SubscriptionId::from_uuid(record.subject);
                    let label = names.product(&desk, &ctx, about).await;
                    Cell::link(
                        &label.unwrap_or_else(|| t.get("fact-subscription")),
                        &format!("{}/subscriptions/{about}", path(id)),
                    )
                }
                "organization" => Cell::link(&ctx.organization.name, &path(id)),
                "user" => {
                    let label = names.person(&desk, &ctx, UserId::from_uuid(record.subject)).await;
                    Cell::text(&label.unwrap_or_else(|| t.get("audit-gone")))
                }
                _ => Cell::text("–"),
            };
            let by = actor(&desk, &ctx, &mut names, record.actor.kind.as_str(), &record.actor.id).await;
            rows.push(vec![
                Cell::text(&t.date_time(record.at)),
                Cell::piece(&What {
                    done: done(t, &record.action),
                    summary: t.get("audit-details"),
                    action: record.action.clone(),
                    subject: format!("{} {}", record.subject_kind, record.subject),
                    after: record.after.as_deref().map(str::to_owned),
                }),
                subject,
                Cell::text(&by),
            ]);
        }
        let full = found.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        let next = found
            .last()
            .filter(|_| full)
            .map(|last| format!("{}/audit?before={}_{}", path(id), last.at.as_microsecond(), last.id));
        let table = Table {
            t,
            id: "audit".to_owned(),
            caption: t.get("console-audit"),
            columns: vec![
                Column::text(t.get("column-date")),
                Column::text(t.get("column-action")),
                Column::text(t.get("column-subject")),
                Column::text(t.get("column-actor")),
            ],
            rows,
            empty: Empty {
                title: t.get("audit-none"),
                text: t.get("audit-none-text"),
                link: None,
            },
            filter: false,
        };
        let page = page(
            &desk,
            t.get("console-audit"),
            &[(ctx.organization.name.clone(), path(id))],
        );
        Ok(Sheet::new(page)
            .lead(ctx.organization.name.clone())
            .piece(&table)
            .piece(&Pager {
                t,
                previous: before.map(|_| format!("{}/audit", path(id))),
                next,
                summary: None,
            })
            .respond())
    };
    desk.respond(work).await
}
