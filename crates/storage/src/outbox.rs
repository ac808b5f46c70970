//! Events for the outside, written in the business transaction and delivered afterwards.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{EventId, OrganizationId};
use uuid::Uuid;

use crate::engine::{Result, Session};
use crate::values::JsonText;
use crate::{params, statements};

statements! {
    INSERT both
        "insert into outbox (organization_id, id, subject_id, kind, payload, at) values ($1, $2, $3, $4, $5, $6)";
    WAITING both
        "select id, subject_id, kind, payload, at from outbox where organization_id = $1 and delivered_at is null order by at, id limit $2";
    MARK_DELIVERED both
        "update outbox set delivered_at = $3 where organization_id = $1 and id = $2 and delivered_at is null";
    ORGANIZATIONS_WAITING both "select distinct organization_id from outbox where delivered_at is null limit $1";
}

/// One event that waits for its delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    pub id: EventId,
    /// What it is about; events of one subject are delivered in order.
    pub subject: Uuid,
    pub kind: String,
    pub payload: JsonText,
    pub at: Timestamp,
}

/// Stores an event.
pub async fn insert(
    s: &mut Session,
    organization: OrganizationId,
    id: EventId,
    subject: Uuid,
    kind: &str,
    payload: JsonText,
    at: Timestamp,
) -> Result<()> {
    s.execute(&INSERT, params![organization, id, subject, kind, payload, at])
        .await
        .map(drop)
}

/// The events of an organization that are not delivered yet, in the order in which they happened. Those of one instant are in the order of
/// their ids: give later ones of the same subject greater ids.
pub async fn waiting(s: &mut Session, organization: OrganizationId, limit: u32) -> Result<Vec<OutboxEvent>> {
    let rows = s.fetch_all(&WAITING, params![organization, limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(OutboxEvent {
                id: row.typed_id("id")?,
                subject: row.id("subject_id")?,
                kind: row.text("kind")?,
                payload: row.text("payload")?,
                at: row.instant("at")?,
            })
        })
        .collect()
}

/// Notes the delivery; tells whether it was the first to do so.
pub async fn mark_delivered(s: &mut Session, organization: OrganizationId, id: EventId, at: Timestamp) -> Result<bool> {
    Ok(s.execute(&MARK_DELIVERED, params![organization, id, at]).await? > 0)
}

/// Organizations with events to deliver: for the worker alone, which crosses organizations.
pub async fn organizations_waiting(s: &mut Session, limit: u32) -> Result<Vec<OrganizationId>> {
    let rows = s.fetch_all(&ORGANIZATIONS_WAITING, params![limit]).await?;
    rows.iter().map(|row| row.typed_id("organization_id")).collect()
}
