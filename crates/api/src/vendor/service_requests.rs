//! Requests for help, and what was said about them.

use aktiver_domain::ids::{ServiceRequestId, SubscriptionId};
use aktiver_domain::role::Operation;
use aktiver_service::support::{self, ContactBy, NewRequest, Note, ServiceRequest, Severity, Topic};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, maybe_parsed};
use crate::vendor::call::{Answer, Call, CommandHeaders, path_id};
use crate::vendor::problem::{CommandFailures, Failures, Result};
use crate::vendor::shapes::{Order, Page, Paging, Preview, place, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(list_notes, add_note))
}

/// A request for help.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceRequest)]
pub struct Shape {
    #[schema(example = "srq_01985b7e-0d2e-7aa1-8c1e-6d2f9a3b4c5d")]
    id: String,
    /// `reactivationNotOffered`, `keyError`, `paymentFailure`, `cancelAbove25`, `blockedAccount`, `removeAddOn`,
    /// `activationError` or `other`.
    topic: String,
    /// `critical`, `moderate` or `minimal`.
    severity: String,
    /// `open`, `attention_needed` or `closed`.
    status: String,
    title: String,
    description: String,
    #[schema(required)]
    subscription_id: Option<String>,
    contact_name: String,
    contact_email: String,
    #[schema(required)]
    contact_phone: Option<String>,
    /// `email` or `phone`.
    prefers: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(required, format = DateTime)]
    closed_at: Option<String>,
}

impl From<&ServiceRequest> for Shape {
    fn from(request: &ServiceRequest) -> Self {
        Self {
            id: request.id.prefixed(),
            topic: request.topic.clone(),
            severity: request.severity.to_string(),
            status: request.status.to_string(),
            title: request.title.clone(),
            description: request.description.clone(),
            subscription_id: request.subscription.map(|id| id.prefixed()),
            contact_name: request.contact_name.clone(),
            contact_email: request.contact_email.clone(),
            contact_phone: request.contact_phone.clone(),
            prefers: request.prefers.to_string(),
            created_at: time(request.created_at),
            updated_at: time(request.updated_at),
            closed_at: request.closed_at.map(time),
        }
    }
}

/// Something that was said about a request.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceRequestNote)]
pub struct NoteShape {
    id: String,
    author: String,
    /// Whether the vendor said it.
    by_operator: bool,
    text: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<&Note> for NoteShape {
    fn from(note: &Note) -> Self {
        Self {
            id: note.id.to_string(),
            author: note.author.clone(),
            by_operator: note.by_operator,
            text: note.text.clone(),
            created_at: time(note.created_at),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewServiceRequest)]
pub struct Input {
    topic: String,
    /// `moderate` when left out.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>, example = "moderate")]
    severity: Option<Severity>,
    title: String,
    description: String,
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>)]
    subscription_id: Option<SubscriptionId>,
    contact_name: String,
    contact_email: String,
    contact_phone: Option<String>,
    /// `email` when left out.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>, example = "email")]
    prefers: Option<ContactBy>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewServiceRequestNote)]
pub struct NoteInput {
    text: String,
}

/// Lists an organization's requests for help, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/service-requests",
    operation_id = "listServiceRequests",
    tag = "Service requests",
    params(("organization" = String, Path, description = "Id or verified domain"), Paging),
    responses((status = 200, description = "A page", body = Page<Shape>), Failures),
)]
pub async fn list(call: Call, Path(organization): Path<String>, Query(paging): Query<Paging>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let found = scope
        .ok(support::list(scope.app(), &scope.ctx, paging.reach()?).await)
        .await?;
    let (found, next) = paging.page(found, Order::NewestFirst, |request| {
        place(request.created_at, request.id.uuid())
    })?;
    let items = found.iter().map(Shape::from).collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

/// Asks the vendor for help.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/service-requests",
    operation_id = "createServiceRequest",
    tag = "Service requests",
    params(("organization" = String, Path, description = "Id or verified domain"), CommandHeaders),
    request_body = Input,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new request", body = Shape), CommandFailures),
)]
pub async fn create(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let input: Input = body.read()?;
    let new = NewRequest {
        topic: input.topic.parse::<Topic>()?,
        severity: input.severity.unwrap_or(Severity::Moderate),
        title: input.title,
        description: input.description,
        subscription: input.subscription_id,
        contact_name: input.contact_name,
        contact_email: input.contact_email,
        contact_phone: input.contact_phone,
        prefers: input.prefers.unwrap_or(ContactBy::Email),
    };
    if scope.call.preview {
        return scope.preview_permission(Operation::ServiceRequests).await;
    }
    let inner = scope.clone();
    let run = async move {
        let request = inner.ok(support::create(inner.app(), &inner.ctx, new).await).await?;
        let location = inner.path(&format!("/service-requests/{}", request.id.prefixed()));
        Answer::created(&Shape::from(&request), &location)
    };
    scope.command(&body, run).await
}

/// Reads one request for help.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/service-requests/{request}",
    operation_id = "getServiceRequest",
    tag = "Service requests",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("request" = String, Path, description = "Id"),
    ),
    responses((status = 200, description = "The request", body = Shape), Failures),
)]
pub async fn get(call: Call, Path((organization, request)): Path<(String, String)>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id: ServiceRequestId = path_id(&request)?;
    let found = scope.ok(support::get(scope.app(), &scope.ctx, id).await).await?;
    Ok(Answer::ok(&Shape::from(&found))?.into_response())
}

/// Lists what was said about a request, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/service-requests/{request}/notes",
    operation_id = "listServiceRequestNotes",
    tag = "Service requests",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("request" = String, Path, description = "Id"),
        Paging,
    ),
    responses((status = 200, description = "A page", body = Page<NoteShape>), Failures),
)]
pub async fn list_notes(
    call: Call,
    Path((organization, request)): Path<(String, String)>,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id: ServiceRequestId = path_id(&request)?;
    let notes = scope.ok(support::notes(scope.app(), &scope.ctx, id).await).await?;
    let (notes, next) = paging.page(notes, Order::OldestFirst, |note| place(note.created_at, note.id))?;
    let items = notes.iter().map(NoteShape::from).collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

/// Says something about a request: the customer's word opens it again, the vendor's asks for the customer's attention.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/service-requests/{request}/notes",
    operation_id = "addServiceRequestNote",
    tag = "Service requests",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("request" = String, Path, description = "Id"),
        CommandHeaders,
    ),
    request_body = NoteInput,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new note", body = NoteShape), CommandFailures),
)]
pub async fn add_note(
    call: Call,
    Path((organization, request)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id: ServiceRequestId = path_id(&request)?;
    let NoteInput { text } = body.read()?;
    if scope.call.preview {
        return scope.preview_permission(Operation::ServiceRequests).await;
    }
    let inner = scope.clone();
    let run = async move {
        let note = inner
            .ok(support::add_note(inner.app(), &inner.ctx, id, &text).await)
            .await?;
        Answer::new(StatusCode::CREATED, &NoteShape::from(&note))
    };
    scope.command(&body, run).await
}
