//! Programs that ask for tokens.

use std::collections::BTreeSet;

use aktiver_domain::role::{Operation, Scope as Permission};
use aktiver_service::clients::{self, Client};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, all_parsed};
use crate::vendor::call::{Answer, Call, CommandHeaders};
use crate::vendor::problem::{CommandFailures, Failures, Result};
use crate::vendor::shapes::{Order, Page, Paging, Preview, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(list, create))
}

/// A registered program.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Client)]
pub struct Shape {
    /// The `client_id` of token requests, a GUID.
    id: String,
    name: String,
    /// What its tokens may do.
    scopes: Vec<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<&Client> for Shape {
    fn from(client: &Client) -> Self {
        Self {
            id: client.id.to_string(),
            name: client.name.clone(),
            scopes: client.scopes.iter().map(ToString::to_string).collect(),
            created_at: time(client.created_at),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewClient)]
pub struct Input {
    name: String,
    #[serde(deserialize_with = "all_parsed")]
    #[schema(value_type = Vec<String>, example = json!(["Directory.Read.All"]))]
    scopes: Vec<Permission>,
}

/// A new program with its secret.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = CreatedClient)]
struct Created {
    #[serde(flatten)]
    client: Shape,
    /// Shown this once; null when the answer is a repeated one.
    #[schema(required)]
    secret: Option<String>,
}

/// Lists an organization's programs, in the order of their ids.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/clients",
    operation_id = "listClients",
    tag = "Clients",
    params(("organization" = String, Path, description = "Id or verified domain"), Paging),
    responses((status = 200, description = "A page", body = Page<Shape>), Failures),
)]
pub async fn list(call: Call, Path(organization): Path<String>, Query(paging): Query<Paging>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let found = scope.ok(clients::list(scope.app(), &scope.ctx).await).await?;
    let (found, next) = paging.page(found, Order::OldestFirst, |client| (0, client.id.uuid()))?;
    let items = found.iter().map(Shape::from).collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

/// Registers a program; its secret is answered this once.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/clients",
    operation_id = "createClient",
    tag = "Clients",
    params(("organization" = String, Path, description = "Id or verified domain"), CommandHeaders),
    request_body = Input,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new program", body = Created), CommandFailures),
)]
pub async fn create(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let input: Input = body.read()?;
    let scopes: BTreeSet<Permission> = input.scopes.into_iter().collect();
    if scope.call.preview {
        return scope.preview_permission(Operation::ManageOrganization).await;
    }
    let inner = scope.clone();
    let run = async move {
        let created = inner
            .ok(clients::create(inner.app(), &inner.ctx, &input.name, scopes).await)
            .await?;
        let mut shape = Created {
            client: Shape::from(&created.client),
            secret: Some(created.secret),
        };
        let answer = Answer::new(StatusCode::CREATED, &shape)?;
        shape.secret = None;
        answer.keeping(&shape)
    };
    scope.command(&body, run).await
}
