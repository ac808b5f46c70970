//! The record of who changed what, and the events that follow.

use aktiver_domain::Id;
use aktiver_domain::Timestamp;
use aktiver_domain::ids::{AuditId, Kind};
use aktiver_domain::role::Operation;
use aktiver_storage::audit::{self, AuditRecord, NewAudit};
use aktiver_storage::engine::Session;
use aktiver_storage::outbox;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::context::Ctx;
use crate::error::Result;

/// One change of one thing, as the audit log keeps it (INV-12).
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub action: &'static str,
    pub subject_kind: &'static str,
    pub subject: Uuid,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Names and the like, which erasure blanks.
    pub personal: Option<Value>,
}

impl Change {
    /// A change of a thing with a typed id.
    pub(crate) fn of<K: Kind>(action: &'static str, subject: Id<K>) -> Self {
        Self {
            action,
            subject_kind: K::NOUN,
            subject: subject.uuid(),
            ..Self::default()
        }
    }

    pub(crate) fn before(mut self, value: Value) -> Self {
        self.before = Some(value);
        self
    }

    pub(crate) fn after(mut self, value: Value) -> Self {
        self.after = Some(value);
        self
    }

    pub(crate) fn personal(mut self, value: Value) -> Self {
        self.personal = Some(value);
        self
    }
}

/// Writes the audit row of a change in its own transaction.
pub(crate) async fn record(session: &mut Session, app: &App, ctx: &Ctx, change: Change) -> Result<()> {
    let row = NewAudit {
        organization: ctx.org(),
        id: app.id(),
        at: ctx.now,
        actor: ctx.actor.reference(),
        action: change.action,
        subject_kind: change.subject_kind.to_owned(),
        subject: change.subject,
        before: change.before.map(|v| v.to_string()),
        after: change.after.map(|v| v.to_string()),
        personal_salt: change.personal.is_some().then(|| app.random()),
        personal: change.personal.map(|v| v.to_string()),
    };
    Ok(audit::insert(session, &row).await?)
}

/// Stores an event for webhooks and mail in the transaction of its cause.
pub(crate) async fn publish(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    kind: &str,
    subject: Uuid,
    payload: Value,
) -> Result<()> {
    Ok(outbox::insert(
        session,
        ctx.org(),
        app.id(),
        subject,
        kind,
        payload.to_string(),
        ctx.now,
    )
    .await?)
}

/// The organization's audit log, newest first.
///
/// # Errors
/// `NOT_PERMITTED` without the right to see it.
pub async fn list(
    app: &App,
    ctx: &Ctx,
    subject: Option<Uuid>,
    before: Option<(Timestamp, AuditId)>,
    limit: u32,
) -> Result<Vec<AuditRecord>> {
    ctx.require(Operation::ViewAudit)?;
    let mut session = app.read().await?;
    Ok(audit::list(&mut session, ctx.org(), subject, before, limit).await?)
}
