//! Requests for help (SPEC 18).

use std::str::FromStr;

use aktiver_domain::ids::{OrganizationId, ServiceRequestId, SubscriptionId};
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::Phase;
pub use aktiver_storage::support::{ContactBy, Note, RequestStatus, ServiceRequest, Severity};
use aktiver_storage::{subscription, support};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Change};
use crate::auth::require_operator;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    ReactivationNotOffered,
    KeyError,
    PaymentFailure,
    /// CA-04.
    CancelAbove25,
    BlockedAccount,
    RemoveAddOn,
    ActivationError,
    Other,
}

impl Topic {
    pub const ALL: [Self; 8] = [
        Self::ReactivationNotOffered,
        Self::KeyError,
        Self::PaymentFailure,
        Self::CancelAbove25,
        Self::BlockedAccount,
        Self::RemoveAddOn,
        Self::ActivationError,
        Self::Other,
    ];

    /// The stable text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReactivationNotOffered => "reactivationNotOffered",
            Self::KeyError => "keyError",
            Self::PaymentFailure => "paymentFailure",
            Self::CancelAbove25 => "cancelAbove25",
            Self::BlockedAccount => "blockedAccount",
            Self::RemoveAddOn => "removeAddOn",
            Self::ActivationError => "activationError",
            Self::Other => "other",
        }
    }
}

impl FromStr for Topic {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|topic| topic.as_str() == text)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|topic| topic.as_str()).collect();
                Error::invalid(
                    "topic",
                    format!("there is no topic {text:?}"),
                    format!("Use one of: {}.", known.join(", ")),
                )
            })
    }
}

/// A request to be.
#[derive(Debug, Clone)]
pub struct NewRequest {
    pub topic: Topic,
    pub severity: Severity,
    pub title: String,
    pub description: String,
    pub subscription: Option<SubscriptionId>,
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: Option<String>,
    pub prefers: ContactBy,
}

const NONE: Error = Error::NotFound("service request");

fn text(field: &'static str, value: &str, most: usize) -> Result<String> {
    let value = value.trim();
    if (1..=most).contains(&value.chars().count()) {
        Ok(value.to_owned())
    } else {
        Err(Error::invalid(
            field,
            format!("1 to {most} characters are needed"),
            "Fill it in, or shorten it.",
        ))
    }
}

/// Asks the vendor for help.
///
/// # Errors
/// `NOT_PERMITTED`; a missing or overlong text; no way to be called when a call is preferred; no such subscription.
pub async fn create(app: &App, ctx: &Ctx, new: NewRequest) -> Result<ServiceRequest> {
    ctx.require(Operation::ServiceRequests)?;
    let contact_phone = new.contact_phone.filter(|phone| !phone.trim().is_empty());
    if new.prefers == ContactBy::Phone && contact_phone.is_none() {
        return Err(Error::invalid(
            "contactPhone",
            "a call needs a number",
            "Give a number, or prefer mail.",
        ));
    }
    let contact_email = text("contactEmail", &new.contact_email, 254)?;
    if !contact_email.contains('@') {
        return Err(Error::invalid(
            "contactEmail",
            "this is no mail address",
            "Use an address such as kari@fjordvik.example.",
        ));
    }
    let request = ServiceRequest {
        organization: ctx.org(),
        id: app.id(),
        topic: new.topic.as_str().to_owned(),
        severity: new.severity,
        status: RequestStatus::Open,
        title: text("title", &new.title, 200)?,
        description: text("description", &new.description, 10_000)?,
        subscription: new.subscription,
        contact_name: text("contactName", &new.contact_name, 200)?,
        contact_email,
        contact_phone: contact_phone
            .map(|phone| text("contactPhone", &phone, 40))
            .transpose()?,
        prefers: new.prefers,
        created_by: ctx.actor.user(),
        created_at: ctx.now,
        updated_at: ctx.now,
        closed_at: None,
    };
    let mut s = app.begin().await?;
    if let Some(id) = request.subscription {
        subscription::get(&mut s, ctx.org(), id)
            .await?
            .ok_or(Error::NotFound("subscription"))?;
    }
    support::insert(&mut s, &request).await?;
    let change = Change::of("service_request.create", request.id)
        .after(
            json!({ "topic": request.topic, "severity": request.severity.as_str(), "status": request.status.as_str() }),
        )
        .personal(json!({ "title": request.title, "contactName": request.contact_name }));
    audit::record(&mut s, app, ctx, change).await?;
    let payload = json!({ "id": request.id.to_string(), "topic": request.topic });
    audit::publish(&mut s, app, ctx, "service_request.created", request.id.uuid(), payload).await?;
    s.commit().await?;
    Ok(request)
}

/// The organization's requests, newest first.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn list(app: &App, ctx: &Ctx, limit: u32) -> Result<Vec<ServiceRequest>> {
    ctx.require(Operation::ServiceRequests)?;
    let mut s = app.read().await?;
    Ok(support::list(&mut s, ctx.org(), limit).await?)
}

/// One request.
///
/// # Errors
/// `NOT_PERMITTED`; no such request.
pub async fn get(app: &App, ctx: &Ctx, id: ServiceRequestId) -> Result<ServiceRequest> {
    ctx.require(Operation::ServiceRequests)?;
    let mut s = app.read().await?;
    support::get(&mut s, ctx.org(), id).await?.ok_or(NONE)
}

/// What has been said about a request, oldest first.
///
/// # Errors
/// `NOT_PERMITTED`; no such request.
pub async fn notes(app: &App, ctx: &Ctx, id: ServiceRequestId) -> Result<Vec<Note>> {
    ctx.require(Operation::ServiceRequests)?;
    let mut s = app.read().await?;
    support::get(&mut s, ctx.org(), id).await?.ok_or(NONE)?;
    Ok(support::notes(&mut s, ctx.org(), id).await?)
}

/// Says something about a request: the customer's word opens it (again), the vendor's asks for the customer's attention.
///
/// # Errors
/// `NOT_PERMITTED`; no such request; a missing or overlong text.
pub async fn add_note(app: &App, ctx: &Ctx, id: ServiceRequestId, words: &str) -> Result<Note> {
    ctx.require(Operation::ServiceRequests)?;
    let by_operator = ctx.actor.is_operator();
    let author = match &ctx.actor {
        Actor::User { name, .. } | Actor::Operator { name, .. } => name.clone(),
        Actor::Client { .. } => "API".to_owned(),
        Actor::System => "Aktiver".to_owned(),
    };
    let note = Note {
        id: app.id::<aktiver_domain::ids::EventKind>().uuid(),
        author,
        by_operator,
        text: text("text", words, 10_000)?,
        created_at: ctx.now,
    };
    let status = if by_operator {
        RequestStatus::AttentionNeeded
    } else {
        RequestStatus::Open
    };
    let mut s = app.begin().await?;
    let before = support::get(&mut s, ctx.org(), id).await?.ok_or(NONE)?;
    support::add_note(&mut s, ctx.org(), id, &note).await?;
    support::set_status(&mut s, ctx.org(), id, status, ctx.now).await?;
    let change = Change::of("service_request.note", id)
        .before(json!({ "status": before.status.as_str() }))
        .after(json!({ "status": status.as_str() }));
    audit::record(&mut s, app, ctx, change).await?;
    let payload = json!({ "id": id.to_string(), "byOperator": by_operator });
    audit::publish(&mut s, app, ctx, "service_request.noted", id.uuid(), payload).await?;
    s.commit().await?;
    Ok(note)
}

/// Closes a request, as the customer.
///
/// # Errors
/// `NOT_PERMITTED`; no such request.
pub async fn close(app: &App, ctx: &Ctx, id: ServiceRequestId) -> Result<()> {
    ctx.require(Operation::ServiceRequests)?;
    change_status(app, ctx, id, RequestStatus::Closed).await
}

async fn change_status(app: &App, ctx: &Ctx, id: ServiceRequestId, status: RequestStatus) -> Result<()> {
    let mut s = app.begin().await?;
    let before = support::get(&mut s, ctx.org(), id).await?.ok_or(NONE)?;
    if before.status == status {
        return Ok(());
    }
    support::set_status(&mut s, ctx.org(), id, status, ctx.now).await?;
    let change = Change::of("service_request.status", id)
        .before(json!({ "status": before.status.as_str() }))
        .after(json!({ "status": status.as_str() }));
    audit::record(&mut s, app, ctx, change).await?;
    let payload = json!({ "id": id.to_string(), "status": status.as_str() });
    audit::publish(&mut s, app, ctx, "service_request.changed", id.uuid(), payload).await?;
    Ok(s.commit().await?)
}

/// Everyone's requests, for the provider.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn list_all(app: &App, actor: &Actor, open_only: bool, limit: u32) -> Result<Vec<ServiceRequest>> {
    require_operator(actor)?;
    let mut s = app.read().await?;
    Ok(support::list_all(&mut s, open_only, limit).await?)
}

/// Answers a request, for the provider.
///
/// # Errors
/// As [`add_note`].
pub async fn answer(
    app: &App,
    actor: &Actor,
    organization: OrganizationId,
    id: ServiceRequestId,
    words: &str,
) -> Result<Note> {
    let ctx = operator_ctx(app, actor, organization).await?;
    add_note(app, &ctx, id, words).await
}

/// Moves a request along, for the provider.
///
/// # Errors
/// `NOT_PERMITTED`; no such request.
pub async fn set_status(
    app: &App,
    actor: &Actor,
    organization: OrganizationId,
    id: ServiceRequestId,
    status: RequestStatus,
) -> Result<()> {
    let ctx = operator_ctx(app, actor, organization).await?;
    change_status(app, &ctx, id, status).await
}

async fn operator_ctx(app: &App, actor: &Actor, organization: OrganizationId) -> Result<Ctx> {
    require_operator(actor)?;
    app.context(
        actor.clone(),
        organization,
        app.id::<aktiver_domain::ids::EventKind>().uuid(),
    )
    .await
}

/// Whom to ask first when everything was bought through a partner (scenario 47); `None` once anything was bought directly,
/// or nothing at all.
///
/// # Errors
/// A database fault.
pub async fn partner_contact(app: &App, ctx: &Ctx) -> Result<Option<String>> {
    let mut s = app.read().await?;
    let all = subscription::list(&mut s, ctx.org()).await?;
    let mut standing = all.iter().filter(|one| one.phase(ctx.now) != Phase::Deleted).peekable();
    if standing.peek().is_none() || !standing.all(|one| one.channel.is_partner()) {
        return Ok(None);
    }
    let seller = all
        .iter()
        .rev()
        .filter(|one| one.phase(ctx.now) != Phase::Deleted)
        .find_map(|one| one.seller.clone());
    Ok(Some(seller.unwrap_or_else(|| "your partner".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_reads_back() {
        for topic in Topic::ALL {
            assert_eq!(topic.as_str().parse::<Topic>().unwrap(), topic);
        }
        assert!("nothing".parse::<Topic>().is_err());
    }
}
