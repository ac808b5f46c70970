//! Who changed what.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::AuditId;
use aktiver_service::audit;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::door::Door;
use crate::vendor::call::{Answer, Call};
use crate::vendor::problem::{Failures, Fault, Result};
use crate::vendor::shapes::{Page, Paging, bad_cursor, cursor, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only records about this thing: any id, bare or prefixed.
    subject: Option<String>,
}

/// One change of one thing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    actor: AuditActor,
    #[schema(example = "subscription.reactivated")]
    action: String,
    subject: AuditSubject,
    /// What was.
    #[schema(required, value_type = Option<Object>)]
    before: Option<Value>,
    /// What is since.
    #[schema(required, value_type = Option<Object>)]
    after: Option<Value>,
    /// Names and the like; null once erased.
    #[schema(required, value_type = Option<Object>)]
    personal: Option<Value>,
    /// Its place in the chain; null until it is sealed.
    #[schema(required)]
    seq: Option<i64>,
}

/// Who did it, by id and never by name.
#[derive(Serialize, ToSchema)]
pub struct AuditActor {
    /// `user`, `client`, `operator` or `system`.
    kind: String,
    id: String,
}

#[derive(Serialize, ToSchema)]
pub struct AuditSubject {
    #[schema(example = "subscription")]
    kind: String,
    id: String,
}

/// Lists the audit log, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/audit",
    operation_id = "listAuditRecords",
    tag = "Audit",
    params(("organization" = String, Path, description = "Id or verified domain"), Paging, Filter),
    responses((status = 200, description = "A page", body = Page<AuditRecord>), Failures),
)]
pub async fn list(
    call: Call,
    Path(organization): Path<String>,
    Query(paging): Query<Paging>,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let limit = paging.limit()?;
    let subject = filter.subject.as_deref().map(subject).transpose()?;
    let before = paging.cursor()?.as_deref().map(position).transpose()?;
    let mut records = scope
        .ok(audit::list(scope.app(), &scope.ctx, subject, before, limit + 1).await)
        .await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = records.len() > size;
    records.truncate(size);
    let last = records.last().filter(|_| more);
    let next = last.map(|last| cursor(&format!("{}.{}", last.at.as_microsecond(), last.id)));
    let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    let items = records
        .into_iter()
        .map(|record| AuditRecord {
            id: record.id.prefixed(),
            at: time(record.at),
            actor: AuditActor {
                kind: record.actor.kind.to_string(),
                id: record.actor.id,
            },
            action: record.action,
            subject: AuditSubject {
                kind: record.subject_kind,
                id: record.subject.to_string(),
            },
            before: json(record.before),
            after: json(record.after),
            personal: json(record.personal),
            seq: record.seq,
        })
        .collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

fn subject(text: &str) -> Result<Uuid> {
    let bare = text.rsplit('_').next().unwrap_or(text);
    aktiver_domain::ids::parse_guid(bare).ok_or_else(|| {
        Fault::field(
            "subject",
            "This is no id.",
            "Give the id of a subscription, a user or the like.",
        )
    })
}

fn position(text: &str) -> Result<(Timestamp, AuditId)> {
    let (at, id) = text.split_once('.').ok_or_else(bad_cursor)?;
    let at = at
        .parse()
        .ok()
        .and_then(|at| Timestamp::from_microsecond(at).ok())
        .ok_or_else(bad_cursor)?;
    Ok((at, AuditId::parse(id).map_err(|_| bad_cursor())?))
}
