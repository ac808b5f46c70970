//! Who asks, in which organization, and when.

use std::collections::BTreeSet;
use std::net::IpAddr;

use aktiver_domain::Refusal;
use aktiver_domain::Timestamp;
use aktiver_domain::ids::{ClientId, OperatorId, OrganizationId, UserId};
use aktiver_domain::role::{self, Operation, Role, Scope};
use aktiver_storage::audit::{ActorKind, ActorRef};
use aktiver_storage::organization::Organization;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The language in which a person is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    NorwegianBokmal,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person of the organization; `scopes` limit what an app with a delegated token may do for them.
    User {
        id: UserId,
        name: String,
        roles: BTreeSet<Role>,
        scopes: Option<BTreeSet<Scope>>,
    },
    /// A program with permissions of its own.
    Client { id: ClientId, scopes: BTreeSet<Scope> },
    /// The vendor: may do on an organization what its Global Administrator may, and what only the vendor may.
    Operator { id: OperatorId, name: String },
    /// A job.
    System,
}

impl Actor {
    /// Whether the provider itself acts.
    #[must_use]
    pub const fn is_operator(&self) -> bool {
        matches!(self, Self::Operator { .. } | Self::System)
    }

    /// The user who acts, if one does.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// Whether it may do an operation: roles for people, scopes for programs, both for an app that acts for a person.
    #[must_use]
    pub fn may(&self, operation: Operation) -> bool {
        match self {
            Self::User {
                roles, scopes: None, ..
            } => role::may(roles, operation),
            Self::User {
                roles,
                scopes: Some(scopes),
                ..
            } => role::may(roles, operation) && scopes.iter().any(|scope| scope.may(operation)),
            Self::Client { scopes, .. } => scopes.iter().any(|scope| scope.may(operation)),
            Self::Operator { .. } | Self::System => true,
        }
    }

    /// How the audit log names it.
    #[must_use]
    pub fn reference(&self) -> ActorRef {
        match self {
            Self::User { id, .. } => ActorRef {
                kind: ActorKind::User,
                id: id.to_string(),
            },
            Self::Client { id, .. } => ActorRef {
                kind: ActorKind::Client,
                id: id.to_string(),
            },
            Self::Operator { id, .. } => ActorRef {
                kind: ActorKind::Operator,
                id: id.to_string(),
            },
            Self::System => ActorRef {
                kind: ActorKind::System,
                id: "aktiver".to_owned(),
            },
        }
    }
}

/// One request in one organization.
#[derive(Debug, Clone)]
pub struct Ctx {
    pub actor: Actor,
    pub organization: Organization,
    /// The organization's clock: phases, terms, charges, redeem-by, check-in.
    pub now: Timestamp,
    /// The machine's clock: sessions, tokens, ids, leases, limits.
    pub system_now: Timestamp,
    pub language: Language,
    pub request_id: Uuid,
    /// Where the request came from, for limits.
    pub address: Option<IpAddr>,
}

impl Ctx {
    /// A context at `system_now`, with the organization's own clock applied.
    #[must_use]
    pub fn new(actor: Actor, organization: Organization, system_now: Timestamp, request_id: Uuid) -> Self {
        let now = organization.now(system_now);
        Self {
            actor,
            organization,
            now,
            system_now,
            language: Language::default(),
            request_id,
            address: None,
        }
    }

    /// The organization's id.
    #[must_use]
    pub const fn org(&self) -> OrganizationId {
        self.organization.id
    }

    /// # Errors
    /// `NOT_PERMITTED`, naming the roles that may.
    pub fn require(&self, operation: Operation) -> Result<()> {
        if self.actor.may(operation) {
            Ok(())
        } else {
            Err(Error::Refused(Refusal::NotPermitted {
                needed: operation.roles(),
            }))
        }
    }

    /// # Errors
    /// `NOT_PERMITTED` for everyone but the provider.
    pub fn require_operator(&self) -> Result<()> {
        if self.actor.is_operator() {
            Ok(())
        } else {
            Err(Error::Refused(Refusal::NotPermitted { needed: Vec::new() }))
        }
    }
}
