//! Customers.

use aktiver_domain::ids::OrganizationId;
use aktiver_service::organizations::{self, NewAdmin, NewOrganization, Organization};
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, object};
use crate::vendor::call::{Answer, Call, CommandHeaders, previewed};
use crate::vendor::problem::{CommandFailures, Failures, Result};
use crate::vendor::shapes::{Page, Paging, Preview, bad_cursor, cursor, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get))
}

/// A customer.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organization)]
pub struct Shape {
    #[schema(example = "org_01985b7e-0d2e-7aa1-8c1e-6d2f9a3b4c5d")]
    id: String,
    name: String,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// ISO 4217; fixed at the first purchase.
    #[schema(required)]
    currency: Option<String>,
    /// Has a clock of its own and takes no real money.
    sandbox: bool,
    /// May pay by invoice.
    invoice_approved: bool,
    /// May not buy until the vendor lifts it.
    billing_blocked: bool,
    #[schema(format = DateTime)]
    created_at: String,
    /// Its present: the machine's, or ahead of it in a sandbox.
    #[schema(format = DateTime)]
    now: String,
    /// Verified domains; only of one organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    domains: Option<Vec<String>>,
}

impl Shape {
    fn of(organization: &Organization, now: aktiver_domain::Timestamp) -> Self {
        Self {
            id: organization.id.prefixed(),
            name: organization.name.clone(),
            country: organization.country.clone(),
            currency: organization.currency.map(|currency| currency.code().to_owned()),
            sandbox: organization.sandbox,
            invoice_approved: organization.invoice_approved,
            billing_blocked: organization.billing_blocked,
            created_at: time(organization.created_at),
            now: time(organization.now(now)),
            domains: None,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// How the name begins.
    prefix: Option<String>,
}

/// Lists all organizations (vendor only).
#[utoipa::path(
    get,
    path = "/api/v1/organizations",
    operation_id = "listOrganizations",
    tag = "Organizations",
    params(Search, Paging),
    responses((status = 200, description = "A page", body = Page<Shape>), Failures),
)]
pub async fn list(call: Call, Query(search): Query<Search>, Query(paging): Query<Paging>) -> Result<Response> {
    let operator = call.operator().await?;
    let limit = paging.limit()?;
    let after = paging.cursor()?;
    let after = after
        .map(|text| OrganizationId::parse(&text).map_err(|_| bad_cursor()))
        .transpose()?;
    let prefix = search
        .prefix
        .as_deref()
        .map(str::trim)
        .filter(|prefix| !prefix.is_empty());
    let mut found = organizations::list(operator.app(), &operator.actor, after, limit + 1, prefix).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| cursor(&last.id.to_string()));
    let now = operator.app().system_now();
    let items = found.iter().map(|organization| Shape::of(organization, now)).collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

/// Reads one organization.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}",
    operation_id = "getOrganization",
    tag = "Organizations",
    params(("organization" = String, Path, description = "Id or verified domain")),
    responses((status = 200, description = "The organization", body = Shape), Failures),
)]
pub async fn get(call: Call, Path(organization): Path<String>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let domains = scope.ok(organizations::domains(scope.app(), &scope.ctx).await).await?;
    let mut shape = Shape::of(&scope.ctx.organization, scope.ctx.system_now);
    shape.domains = Some(domains.into_iter().map(|domain| domain.name).collect());
    Ok(Answer::ok(&shape)?.into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewOrganization)]
pub struct Input {
    name: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "NO")]
    country: String,
    /// The label before the server's domain; made from the name when left out.
    domain: Option<String>,
    /// With a clock of its own and pretended payment.
    #[serde(default)]
    sandbox: bool,
    #[serde(deserialize_with = "object")]
    administrator: Administrator,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewAdministrator)]
struct Administrator {
    display_name: String,
    /// The part before the @, or the whole name.
    user_name: String,
    /// Made up and answered once when left out.
    password: Option<String>,
    mail: Option<String>,
}

/// A new organization and its first Global Administrator.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreatedOrganization)]
struct Created {
    #[serde(flatten)]
    organization: Shape,
    administrator: CreatedAdministrator,
}

#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatedAdministrator {
    id: String,
    user_principal_name: String,
    /// Only when it was made up, and only this once.
    #[schema(required)]
    password: Option<String>,
}

/// Creates an organization with its first administrator (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/organizations",
    operation_id = "createOrganization",
    tag = "Organizations",
    params(CommandHeaders),
    request_body = Input,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new organization", body = Created), CommandFailures),
)]
pub async fn create(call: Call, body: Body) -> Result<Response> {
    let operator = call.operator().await?;
    let input: Input = body.read()?;
    if operator.call.preview {
        return previewed(Ok(serde_json::json!({})));
    }
    let new = NewOrganization {
        name: input.name,
        country: input.country,
        domain: input.domain,
        sandbox: input.sandbox,
        admin: NewAdmin {
            display_name: input.administrator.display_name,
            user_name: input.administrator.user_name,
            password: input.administrator.password,
            mail: input.administrator.mail,
        },
    };
    let app = operator.app().clone();
    let actor = operator.actor.clone();
    let run = async move {
        let created = organizations::create(&app, &actor, new).await?;
        let mut shape = Created {
            organization: Shape::of(&created.organization, app.system_now()),
            administrator: CreatedAdministrator {
                id: created.admin.id.prefixed(),
                user_principal_name: created.admin.user_principal_name.clone(),
                password: created.password,
            },
        };
        let location = format!("/api/v1/organizations/{}", created.organization.id.prefixed());
        let answer = Answer::created(&shape, &location)?;
        shape.administrator.password = None;
        answer.keeping(&shape)
    };
    operator.command(&body, run).await
}
