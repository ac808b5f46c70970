//! Requests for help, from an organization to the vendor.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{OrganizationId, ServiceRequestId, SubscriptionId, UserId};
use uuid::Uuid;

use crate::engine::{Result, Row, Session};
use crate::{params, statements};

statements! {
    INSERT both "insert into service_request (organization_id, id, topic, severity, status, title, description, subscription_id, \
        contact_name, contact_email, contact_phone, prefers, created_by, created_at, updated_at, closed_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    GET both "select * from service_request where organization_id = $1 and id = $2";
    LIST both "select * from service_request where organization_id = $1 order by created_at desc, id desc limit $2";
    /// Crosses organizations: the operators' list.
    LIST_ALL both "select * from service_request order by created_at desc, id desc limit $1";
    /// Crosses organizations: the operators' list.
    LIST_UNCLOSED both "select * from service_request where status <> 'closed' order by created_at desc, id desc limit $1";
    SET_STATUS both "update service_request set status = $3, updated_at = $4, closed_at = $5 where organization_id = $1 and id = $2";
    ADD_NOTE both "insert into service_request_note (organization_id, request_id, id, author, by_operator, text, created_at) \
        values ($1, $2, $3, $4, $5, $6, $7)";
    TOUCH both "update service_request set updated_at = $3 where organization_id = $1 and id = $2";
    NOTES both "select id, author, by_operator, text, created_at from service_request_note \
        where organization_id = $1 and request_id = $2 order by created_at, id";
}

/// How much the organization suffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nobody can work.
    Critical,
    /// Some cannot work, or all with effort.
    Moderate,
    /// A question.
    Minimal,
}

aktiver_domain::text_enum! { Severity, "severity" { Critical = "critical", Moderate = "moderate", Minimal = "minimal" } }

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestStatus {
    /// The vendor's turn.
    Open,
    /// The organization's turn.
    AttentionNeeded,
    /// Done.
    Closed,
}

aktiver_domain::text_enum! { RequestStatus, "status of a service request" {
    Open = "open",
    AttentionNeeded = "attention_needed",
    Closed = "closed",
}}

/// How the person wants to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactBy {
    /// By mail.
    Email,
    /// By telephone.
    Phone,
}

aktiver_domain::text_enum! { ContactBy, "way of contact" { Email = "email", Phone = "phone" } }

/// A request for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Who asks.
    pub organization: OrganizationId,
    /// Its id.
    pub id: ServiceRequestId,
    /// What it is about, one of the topics of the help page.
    pub topic: String,
    /// How much the organization suffers.
    pub severity: Severity,
    /// Where it stands.
    pub status: RequestStatus,
    /// One line.
    pub title: String,
    /// The whole story.
    pub description: String,
    /// The subscription it is about.
    pub subscription: Option<SubscriptionId>,
    /// Whom to answer.
    pub contact_name: String,
    /// By mail to this address.
    pub contact_email: String,
    /// Or by telephone at this number.
    pub contact_phone: Option<String>,
    /// What the person prefers.
    pub prefers: ContactBy,
    /// The user who wrote it; none when an operator or a program did.
    pub created_by: Option<UserId>,
    /// When it was written, on the machine's clock.
    pub created_at: Timestamp,
    /// When status or notes changed last.
    pub updated_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl ServiceRequest {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            organization: row.typed_id("organization_id")?,
            id: row.typed_id("id")?,
            topic: row.text("topic")?,
            severity: row.parse("severity")?,
            status: row.parse("status")?,
            title: row.text("title")?,
            description: row.text("description")?,
            subscription: row.opt_typed_id("subscription_id")?,
            contact_name: row.text("contact_name")?,
            contact_email: row.text("contact_email")?,
            contact_phone: row.opt_text("contact_phone")?,
            prefers: row.parse("prefers")?,
            created_by: row.opt_typed_id("created_by")?,
            created_at: row.instant("created_at")?,
            updated_at: row.instant("updated_at")?,
            closed_at: row.opt_instant("closed_at")?,
        })
    }
}

/// What someone wrote under a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// The name the author is shown by.
    pub author: String,
    /// Whether an operator wrote it.
    pub by_operator: bool,
    /// The text.
    pub text: String,
    /// When it was written, on the machine's clock.
    pub created_at: Timestamp,
}

/// Stores a new request.
pub async fn insert(s: &mut Session, request: &ServiceRequest) -> Result<()> {
    let r = request;
    s.execute(
        &INSERT,
        params![
            r.organization,
            r.id,
            &r.topic,
            r.severity.as_str(),
            r.status.as_str(),
            &r.title,
            &r.description,
            r.subscription,
            &r.contact_name,
            &r.contact_email,
            r.contact_phone.clone(),
            r.prefers.as_str(),
            r.created_by,
            r.created_at,
            r.updated_at,
            r.closed_at,
        ],
    )
    .await?;
    Ok(())
}

/// One request.
pub async fn get(
    s: &mut Session,
    organization: OrganizationId,
    id: ServiceRequestId,
) -> Result<Option<ServiceRequest>> {
    let row = s.fetch_optional(&GET, params![organization, id]).await?;
    row.as_ref().map(ServiceRequest::from_row).transpose()
}

/// An organization's requests, newest first.
pub async fn list(s: &mut Session, organization: OrganizationId, limit: u32) -> Result<Vec<ServiceRequest>> {
    let rows = s.fetch_all(&LIST, params![organization, limit]).await?;
    rows.iter().map(ServiceRequest::from_row).collect()
}

/// The requests of every organization, newest first; `open_only` leaves closed ones out. For operators alone.
pub async fn list_all(s: &mut Session, open_only: bool, limit: u32) -> Result<Vec<ServiceRequest>> {
    let statement = if open_only { &LIST_UNCLOSED } else { &LIST_ALL };
    let rows = s.fetch_all(statement, params![limit]).await?;
    rows.iter().map(ServiceRequest::from_row).collect()
}

/// Moves a request to a status; whether there is such a request. A closed one remembers when it was closed, a reopened one forgets it.
pub async fn set_status(
    s: &mut Session,
    organization: OrganizationId,
    id: ServiceRequestId,
    status: RequestStatus,
    now: Timestamp,
) -> Result<bool> {
    let closed_at = (status == RequestStatus::Closed).then_some(now);
    let changed = s
        .execute(&SET_STATUS, params![organization, id, status.as_str(), now, closed_at])
        .await?;
    Ok(changed > 0)
}

/// Adds a note to a request, which counts as a change of it.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such request.
pub async fn add_note(
    s: &mut Session,
    organization: OrganizationId,
    request: ServiceRequestId,
    note: &Note,
) -> Result<()> {
    s.execute(
        &ADD_NOTE,
        params![
            organization,
            request,
            note.id,
            &note.author,
            note.by_operator,
            &note.text,
            note.created_at,
        ],
    )
    .await?;
    s.execute(&TOUCH, params![organization, request, note.created_at])
        .await?;
    Ok(())
}

/// The notes under a request, oldest first.
pub async fn notes(s: &mut Session, organization: OrganizationId, request: ServiceRequestId) -> Result<Vec<Note>> {
    s.fetch_all(&NOTES, params![organization, request])
        .await?
        .iter()
        .map(|row| {
            Ok(Note {
                id: row.id("id")?,
                author: row.text("author")?,
                by_operator: row.bool("by_operator")?,
                text: row.text("text")?,
                created_at: row.instant("created_at")?,
            })
        })
        .collect()
}
