//! `/admin/users/{id}`: one person, their usage location, and their licenses and apps.

use std::collections::BTreeSet;

use aktiver_service::domain::catalog::{AppliesTo, Catalog};
use aktiver_service::domain::ids::{PlanId, UserId};
use aktiver_service::domain::licensing::{AddLicense, Assignment, LicenseRequest, Source};
use aktiver_service::domain::role::Operation;
use aktiver_service::licensing::Holding;
use aktiver_service::subscriptions::{self, PoolView};
use aktiver_service::users::{User, UserPatch};
use aktiver_service::{Error, Result, licensing, users};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::holders::{services, turned_off};
use super::{id, page};
use crate::components::{ActionKind, Facts, Field, FormBox, Notice, Section, Sheet, Tone};
use crate::forms::Sent;
use crate::i18n::Text;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};
use crate::{countries, doors, explain, words};

/// Products are named by their place in the form, services by their product's.
fn service_field(product: &PoolView) -> String {
    format!("plan-{}", product.product.id)
}

/// A product in the form: assigned or not, and its services.
#[derive(askama::Template)]
#[template(path = "admin/license.html")]
struct License {
    t: Text,
    id: String,
    name: String,
    free: String,
    assigned: bool,
    /// It comes from a group: shown, not changed here.
    inherited: bool,
    open: bool,
    services: Field,
}

fn direct<'a>(holding: &'a Holding, product: &PoolView) -> Option<&'a Assignment> {
    holding
        .assignments
        .iter()
        .find(|one| one.product == product.product.id && one.source == Source::Direct)
}

fn license(t: Text, catalog: &Catalog, pool: &PoolView, holding: &Holding, form: Option<&Sent>) -> License {
    let held = direct(holding, pool);
    let name = service_field(pool);
    let key = pool.product.id.to_string();
    let off: BTreeSet<PlanId> = match form {
        Some(form) => turned_off(catalog, &pool.product.plans, form, &name),
        None => held.map(|one| one.disabled_plans.clone()).unwrap_or_default(),
    };
    let assigned = match form {
        Some(form) => form.all("product").contains(&key.as_str()),
        None => held.is_some(),
    };
    License {
        t,
        name: pool.product.name.clone(),
        free: if pool.pool.is_usable() {
            t.with("use-free", &[("count", pool.pool.free().into())])
        } else {
            super::licenses::phase_of(pool.pool.capability_status()).label(t)
        },
        assigned,
        inherited: holding
            .assignments
            .iter()
            .any(|one| one.product == pool.product.id && one.source != Source::Direct),
        open: !off.is_empty(),
        services: services(t, catalog, &pool.product.plans, &off, &name),
        id: key,
    }
}

fn facts(t: Text, user: &User, roles: &[String]) -> Facts {
    let none = || t.get("word-none");
    let state = if user.account_enabled {
        t.get("account-enabled")
    } else {
        t.get("account-blocked")
    };
    Facts::new()
        .text(t.get("fact-user-name"), &user.user_principal_name)
        .text(t.get("fact-mail"), user.mail.as_deref().unwrap_or(&none()))
        .text(t.get("fact-job"), user.job_title.as_deref().unwrap_or(&none()))
        .text(t.get("column-sign-in"), &state)
        .text(
            t.get("fact-roles"),
            &if roles.is_empty() {
                t.get("roles-none")
            } else {
                roles.join(", ")
            },
        )
        .text(t.get("fact-created"), &t.date(user.created_at))
}

async fn show_page(
    desk: &Desk,
    user: &User,
    form: Option<&Sent>,
    problem: Option<Notice>,
    location_error: Option<String>,
) -> Result<Response> {
    let t = desk.t;
    let catalog = licensing::catalog(&desk.app).await?;
    let holding = licensing::assignments(&desk.app, &desk.ctx, user.id).await?;
    let roles: Vec<String> = users::roles(&desk.app, &desk.ctx, user.id)
        .await?
        .into_iter()
        .map(|role| words::role(t, role))
        .collect();
    let here = format!("{}/{}", doors::ADMIN_USERS, user.id);
    let page = page(
        desk,
        user.display_name.clone(),
        &[(t.get("users-title"), doors::ADMIN_USERS.to_owned())],
    );
    let wrong = problem.is_some() || location_error.is_some();
    let mut sheet = Sheet::new(page).piece(
        &Section::new("facts", t.get("user-facts"))
            .card()
            .piece(&facts(t, user, &roles)),
    );
    let location = user.usage_location.as_deref().unwrap_or_default();
    if desk.may(Operation::SetUsageLocation) {
        let form = FormBox::new(t, format!("{here}/location"), &desk.csrf, t.get("form-save"))
            .kind(ActionKind::Secondary)
            .fields(vec![
                countries::field(t, "location", t.get("fact-location"), location)
                    .hint(t.get("location-hint"))
                    .error(location_error),
            ]);
        sheet = sheet.piece(&Section::new("location", t.get("fact-location")).card().piece(&form));
    } else {
        let name = if location.is_empty() {
            t.get("location-missing")
        } else {
            countries::name(t, location)
        };
        sheet = sheet.piece(&Section::new("location", t.get("fact-location")).paragraph(&name));
    }
    let mut section = Section::new("licenses", t.get("user-licenses")).card();
    if desk.may(Operation::ViewProducts) && desk.may(Operation::AssignLicenses) {
        let pools: Vec<PoolView> = subscriptions::pools(&desk.app, &desk.ctx)
            .await?
            .into_iter()
            .filter(|pool| pool.applies_to == AppliesTo::User)
            .filter(|pool| pool.pool.is_usable() || direct(&holding, pool).is_some())
            .collect();
        if pools.is_empty() {
            section = section.paragraph(&t.get("licenses-none-text"));
        } else {
            if location.is_empty() {
                section = section.piece(&Notice::new(Tone::Info, t.get("location-first")));
            }
            let mut licenses =
                FormBox::new(t, format!("{here}/licenses"), &desk.csrf, t.get("form-save")).problem(problem);
            for pool in &pools {
                licenses = licenses
                    .hidden("shown", pool.product.id.to_string())
                    .more(&license(t, &catalog, pool, &holding, form));
            }
            section = section.piece(&licenses);
        }
    } else {
        let names: BTreeSet<String> = holding
            .assignments
            .iter()
            .filter_map(|one| catalog.product(one.product))
            .map(|product| product.name.clone())
            .collect();
        if names.is_empty() {
            section = section.paragraph(&t.get("users-unlicensed"));
        }
        for name in names {
            section = section.paragraph(&name);
        }
    }
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(sheet.piece(&section).respond_with(status))
}

/// GET `/admin/users/{id}`
pub async fn show(desk: Desk, Path(text): Path<String>) -> Response {
    let work = async {
        desk.ctx.require(Operation::ReadDirectory)?;
        let user = users::get(&desk.app, &desk.ctx, id(&text)?).await?;
        show_page(&desk, &user, None, None, None).await
    };
    desk.respond(Area::Admin, work).await
}

/// POST `/admin/users/{id}/location`
pub async fn set_location(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let id: UserId = id(&text)?;
        let patch = UserPatch {
            usage_location: Some(form.text("location").to_owned()),
            ..UserPatch::default()
        };
        match users::update(&desk.app, &desk.ctx, id, patch).await {
            Ok(_) => Ok(go(&format!("{}/{id}", doors::ADMIN_USERS), Done::UsageLocation)),
            Err(Error::Invalid { .. }) => {
                let user = users::get(&desk.app, &desk.ctx, id).await?;
                show_page(&desk, &user, None, None, Some(desk.t.get("location-choose"))).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}

/// What the form asks for: products ticked and not yet held, held and unticked, or held with other services.
fn request(catalog: &Catalog, holding: &Holding, form: &Sent) -> LicenseRequest {
    let mut request = LicenseRequest::default();
    let ticked = form.all("product");
    for key in form.all("shown") {
        let Some(product) = catalog.products.values().find(|product| product.id.to_string() == key) else {
            continue;
        };
        let held = holding
            .assignments
            .iter()
            .find(|one| one.product == product.id && one.source == Source::Direct);
        let off = turned_off(catalog, &product.plans, form, &format!("plan-{key}"));
        match (held, ticked.contains(&key)) {
            (Some(_), false) => request.remove.push(product.id),
            (Some(held), true) if held.disabled_plans == off => {}
            (_, true) => request.add.push(AddLicense {
                product: product.id,
                disabled_plans: off,
            }),
            (None, false) => {}
        }
    }
    request
}

/// POST `/admin/users/{id}/licenses`
pub async fn set_licenses(Path(text): Path<String>, Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let id: UserId = id(&text)?;
        let catalog = licensing::catalog(&desk.app).await?;
        let holding = licensing::assignments(&desk.app, &desk.ctx, id).await?;
        let request = request(&catalog, &holding, &form);
        let done = go(&format!("{}/{id}", doors::ADMIN_USERS), Done::LicensesChanged);
        if request.add.is_empty() && request.remove.is_empty() {
            return Ok(done);
        }
        match licensing::assign(&desk.app, &desk.ctx, id, &request).await {
            Ok(_) => Ok(done),
            Err(Error::Refused(refusal @ aktiver_service::domain::Refusal::Assign(_))) => {
                let words = explain::explain(desk.t, &refusal, Some(&catalog));
                let notice = Notice::new(Tone::Error, words.title)
                    .text(format!("{} {}", words.detail, words.remedy))
                    .link(desk.t.get("action-why"), explain::known(&refusal).path());
                let user = users::get(&desk.app, &desk.ctx, id).await?;
                show_page(&desk, &user, Some(&form), Some(notice), None).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(Area::Admin, work).await
}
