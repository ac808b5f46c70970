//! `/admin/licenses/{sku}`: who holds a product; assign it to up to 20 people at a time, or take it back (LA-01).

use std::collections::BTreeSet;

use aktiver_service::domain::catalog::{AppliesTo, Catalog};
use aktiver_service::domain::ids::{PlanId, UserId};
use aktiver_service::domain::licensing::Source;
use aktiver_service::domain::role::Operation;
use aktiver_service::licensing::{self, MOST_USERS_AT_ONCE};
use aktiver_service::subscriptions::{self, PoolView};
use aktiver_service::{Error, Result, users};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::licenses::{bar, over, pool_pill, waiting};
use super::page;
use crate::components::{
    ActionKind, Cell, Choice, Column, Control, Empty, Facts, Field, FormBox, Notice, Pager, Section, Sheet, Table, Tone,
};
use crate::doors;
use crate::explain;
use crate::forms::Sent;
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted, query};

/// Holders on one page.
const PAGE: u32 = 20;

/// A search field whose form goes back to its page.
#[derive(askama::Template)]
#[template(path = "admin/search.html")]
pub struct Search {
    pub t: Text,
    pub action: String,
    pub label: String,
    pub value: String,
    /// Id of the field.
    pub id: &'static str,
}

/// What became of each person of a bulk change (LA-04).
struct Outcome {
    name: String,
    error: Option<String>,
}

async fn pool(desk: &Desk, sku: &str) -> Result<PoolView> {
    let pools = subscriptions::pools(&desk.app, &desk.ctx).await?;
    pools
        .into_iter()
        .find(|pool| pool.product.id.to_string() == sku || pool.product.part_number.eq_ignore_ascii_case(sku))
        .ok_or(Error::NotFound("product"))
}

/// The services of a product that can be turned on and off; on unless `off` says otherwise.
pub fn services(t: Text, catalog: &Catalog, view_plans: &[PlanId], off: &BTreeSet<PlanId>, name: &str) -> Field {
    let mut plans: Vec<_> = view_plans
        .iter()
        .filter_map(|id| catalog.plan(*id))
        .filter(|plan| plan.applies_to == AppliesTo::User)
        .collect();
    plans.sort_by(|a, b| a.friendly_name.cmp(&b.friendly_name));
    let options = plans
        .into_iter()
        .map(|plan| Choice {
            value: plan.id.to_string(),
            label: plan.friendly_name.clone(),
            hint: None,
            selected: !off.contains(&plan.id),
        })
        .collect();
    Field::new(t, name, t.get("services-label"), Control::Checks(options)).hint(t.get("services-hint"))
}

/// The plans of a product that a form left unticked.
pub fn turned_off(catalog: &Catalog, plans: &[PlanId], form: &Sent, name: &str) -> BTreeSet<PlanId> {
    let on: BTreeSet<&str> = form.all(name).into_iter().collect();
    plans
        .iter()
        .copied()
        .filter(|id| {
            let known = catalog.plan(*id);
            known.is_some_and(|plan| plan.applies_to == AppliesTo::User) && !on.contains(id.to_string().as_str())
        })
        .collect()
}

async fn assign_form(
    desk: &Desk,
    pool: &PoolView,
    catalog: &Catalog,
    form: Option<&Sent>,
    error: Option<String>,
) -> Result<Section> {
    let t = desk.t;
    let prefix = query(&desk.visit, "search").unwrap_or_default();
    let found = users::page(&desk.app, &desk.ctx, None, 50, Some(&prefix)).await?;
    let ids: Vec<UserId> = found.iter().map(|user| user.id).collect();
    let held = licensing::assignments_of(&desk.app, &desk.ctx, &ids).await?;
    let chosen: Vec<&str> = form.map(|form| form.all("user")).unwrap_or_default();
    let options: Vec<Choice> = found
        .iter()
        .filter(|user| {
            held.get(&user.id)
                .is_none_or(|holding| holding.assignments.iter().all(|one| one.product != pool.product.id))
        })
        .take(20)
        .map(|user| Choice {
            value: user.id.to_string(),
            label: user.display_name.clone(),
            hint: Some(match &user.usage_location {
                Some(_) => user.user_principal_name.clone(),
                None => format!("{} · {}", user.user_principal_name, t.get("location-missing")),
            }),
            selected: chosen.contains(&user.id.to_string().as_str()),
        })
        .collect();
    let here = format!("{}/{}", doors::ADMIN_LICENSES, pool.product.id);
    let search = Search {
        t,
        action: format!("{here}#assign"),
        label: t.get("assign-search"),
        value: prefix,
        id: "search-people",
    };
    let section = Section::new("assign", t.get("assign-title"))
        .card()
        .lead(t.get("assign-lead"))
        .piece(&search);
    if options.is_empty() {
        return Ok(section.paragraph(&t.get("assign-nobody")));
    }
    let off = form.map_or_else(BTreeSet::new, |form| {
        turned_off(catalog, &pool.product.plans, form, "plan")
    });
    let form = FormBox::new(t, here, &desk.csrf, t.get("assign-submit"))
        .fields(vec![
            Field::new(t, "user", t.get("assign-people"), Control::Checks(options)).error(error),
            services(t, catalog, &pool.product.plans, &off, "plan"),
        ])
        .submit_as("step", "assign");
    Ok(section.piece(&form))
}

async fn holders_form(desk: &Desk, pool: &PoolView) -> Result<Section> {
    let t = desk.t;
    let after = query(&desk.visit, "after").and_then(|text| UserId::parse(&text).ok());
    let mut found = licensing::holders(&desk.app, &desk.ctx, pool.product.id, after, PAGE + 1).await?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let here = format!("{}/{}", doors::ADMIN_LICENSES, pool.product.id);
    let next = found
        .last()
        .filter(|_| more)
        .map(|(user, _)| format!("{here}?after={}#holders", user.id));
    let mut options = Vec::new();
    let mut seen = BTreeSet::new();
    let mut from_groups = Vec::new();
    for (user, assignment) in &found {
        let services = match assignment.disabled_plans.len() {
            0 => t.get("services-all-on"),
            off => t.with("services-off", &[("count", off.into())]),
        };
        if assignment.source != Source::Direct {
            from_groups.push(user.display_name.clone());
        } else if seen.insert(user.id) {
            options.push(Choice {
                value: user.id.to_string(),
                label: user.display_name.clone(),
                hint: Some(format!("{} · {services}", user.user_principal_name)),
                selected: false,
            });
        }
    }
    let mut section = Section::new("holders", t.get("holders-title")).card();
    if found.is_empty() {
        return Ok(section.paragraph(&t.get("holders-none")));
    }
    if !from_groups.is_empty() {
        section = section.paragraph(&t.with("holders-groups", &[("names", from_groups.join(", ").into())]));
    }
    if desk.may(Operation::AssignLicenses) && !options.is_empty() {
        let form = FormBox::new(t, here, &desk.csrf, t.get("unassign-submit"))
            .kind(ActionKind::Danger)
            .fields(vec![
                Field::new(t, "user", t.get("holders-people"), Control::Checks(options)).scope("holder-"),
            ])
            .submit_as("step", "unassign")
            .confirm(t.get("unassign-confirm"));
        section = section.piece(&form);
    } else {
        for option in options {
            section = section.paragraph(&option.label);
        }
    }
    Ok(section.piece(&Pager {
        t,
        previous: after.map(|_| format!("{}/{}", doors::ADMIN_LICENSES, pool.product.id)),
        next,
        summary: None,
    }))
}

async fn show_page(
    desk: &Desk,
    pool: &PoolView,
    form: Option<&Sent>,
    error: Option<String>,
    outcomes: &[Outcome],
) -> Result<Response> {
    let t = desk.t;
    let catalog = licensing::catalog(&desk.app).await?;
    let mut page = page(
        desk,
        pool.product.name.clone(),
        &[(t.get("licenses-title"), doors::ADMIN_LICENSES.to_owned())],
    );
    let failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
    if !outcomes.is_empty() {
        let done = outcomes.len() - failed;
        page.notice = Some(Notice::new(
            Tone::Warning,
            t.with("bulk-partly", &[("done", done.into()), ("failed", failed.into())]),
        ));
    }
    let mut facts = Facts::new()
        .piece(t.get("column-status"), &pool_pill(t, pool))
        .text(t.get("pool-active"), &t.count(pool.pool.enabled.into()))
        .text(t.get("pool-grace"), &t.count(pool.pool.warning.into()))
        .text(t.get("pool-off"), &t.count(pool.pool.suspended.into()));
    if pool.pool.locked_out > 0 {
        facts = facts.text(t.get("pool-locked"), &t.count(pool.pool.locked_out.into()));
    }
    let mut sheet = Sheet::new(page);
    if let Some(notice) = over(t, pool) {
        sheet = sheet.piece(&notice);
    }
    if !outcomes.is_empty() {
        let table = Table {
            t,
            id: "outcomes".to_owned(),
            caption: t.get("bulk-caption"),
            columns: vec![
                Column::text(t.get("column-person")),
                Column::text(t.get("column-result")),
            ],
            rows: outcomes
                .iter()
                .map(|outcome| {
                    let result = outcome.error.clone().unwrap_or_else(|| t.get("bulk-done"));
                    vec![Cell::text(&outcome.name), Cell::text(&result)]
                })
                .collect(),
            empty: Empty {
                title: String::new(),
                text: String::new(),
                link: None,
            },
            filter: false,
        };
        sheet = sheet.piece(&table);
    }
    sheet = sheet.piece(&facts);
    if pool.applies_to == AppliesTo::Company {
        return Ok(sheet.paragraph(&t.get("pool-company-text")).respond());
    }
    sheet = if pool.pool.is_usable() {
        sheet.piece(&bar(t, pool))
    } else {
        sheet.piece(
            &Notice::new(Tone::Warning, waiting(t, pool))
                .text(t.get("pool-none-text"))
                .link(t.get("task-products"), doors::ADMIN_PRODUCTS),
        )
    };
    let wrong = error.is_some() || failed > 0;
    if desk.may(Operation::AssignLicenses) && pool.pool.is_usable() {
        sheet = sheet.piece(&assign_form(desk, pool, &catalog, form, error).await?);
    }
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(sheet.piece(&holders_form(desk, pool).await?).respond_with(status))
}

/// GET `/admin/licenses/{sku}`, by id or part number.
pub async fn show(desk: Desk, Path(sku): Path<String>) -> Response {
    let work = async {
        let pool = pool(&desk, &sku).await?;
        show_page(&desk, &pool, None, None, &[]).await
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/licenses/{sku}`: assigns, or takes back.
pub async fn post(Path(sku): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let t = desk.t;
        desk.ctx.require(Operation::AssignLicenses)?;
        let found = pool(&desk, &sku).await?;
        let users: Vec<UserId> = form
            .all("user")
            .iter()
            .filter_map(|text| UserId::parse(text).ok())
            .collect();
        if users.is_empty() || users.len() > MOST_USERS_AT_ONCE {
            let error = if users.is_empty() {
                t.get("assign-none-chosen")
            } else {
                t.get("assign-too-many")
            };
            return show_page(&desk, &found, Some(&form), Some(error), &[]).await;
        }
        let catalog = licensing::catalog(&desk.app).await?;
        let product = found.product.id;
        let assigning = form.text("step") != "unassign";
        let results = if assigning {
            let off = turned_off(&catalog, &found.product.plans, &form, "plan");
            licensing::assign_many(&desk.app, &desk.ctx, product, &users, &off).await?
        } else {
            licensing::unassign_many(&desk.app, &desk.ctx, product, &users).await?
        };
        if results.iter().all(|(_, result)| result.is_ok()) {
            let done = if assigning {
                Done::LicensesChanged
            } else {
                Done::LicenseRemoved
            };
            return Ok(go(&format!("{}/{product}", doors::ADMIN_LICENSES), done));
        }
        let mut outcomes = Vec::new();
        for (id, result) in results {
            let name = users::get(&desk.app, &desk.ctx, id)
                .await
                .map_or_else(|_| id.to_string(), |user| user.display_name);
            let error = result.err().map(|error| match error {
                Error::Refused(refusal) => {
                    let words = explain::explain(t, &refusal, Some(&catalog));
                    format!("{} {}", words.detail, words.remedy)
                }
                _ => t.get("bulk-failed"),
            });
            outcomes.push(Outcome { name, error });
        }
        let found = pool(&desk, &sku).await?;
        show_page(&desk, &found, Some(&form), None, &outcomes).await
    };
    desk.respond(Area::Admin, work).await
}
