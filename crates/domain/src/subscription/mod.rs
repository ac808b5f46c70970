//! One purchase of one product: its facts, the instants that follow from them, and its phase.
//!
//! Standing is derived, never swept (LC-14). A subscription stores facts; [`Subscription::instants`]
//! computes when it will change by itself, and [`Subscription::phase`] compares those with now.
//! [`settle`](Subscription::settle) replays what has come due, each thing at its own instant.

mod cancel;
mod quantity;
mod reactivate;
mod renew;
mod settle;

pub use cancel::{Cancel, CancelContext, CancelWhen, Cancelled};
pub use quantity::{ChangeQuantity, QuantityChange, QuantityContext};
pub use reactivate::{Amounts, Anchor, Arrears, Reactivate, ReactivateContext, Reactivated};
pub use renew::{Renewal, RenewalFailure};
pub use settle::Lifecycle;

use crate::Timestamp;
use crate::calendar::{self, Period, Term};
use crate::ids::{OrganizationId, PaymentMethodId, ProductId, SubscriptionId};
use crate::policy::{Channel, Policy, RETRY_WINDOW_DAYS, Reactivation};
use crate::refusal::ChangeRefusal;

/// Where a subscription stands (SPEC 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Pending,
    Scheduled,
    Active,
    /// In grace: everything still works.
    Expired,
    Disabled,
    LockedOut,
    Deleted,
}

text_enum! { Phase, "phase" {
    Pending = "pending",
    Scheduled = "scheduled",
    Active = "active",
    Expired = "expired",
    Disabled = "disabled",
    LockedOut = "lockedOut",
    Deleted = "deleted",
}}

impl Phase {
    /// Whether users may use it and its units may be assigned (LA-12).
    #[must_use]
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Active | Self::Expired)
    }

    /// Graph's word; `None` for what is not in a pool yet.
    #[must_use]
    pub const fn graph_status(self) -> Option<&'static str> {
        match self {
            Self::Pending | Self::Scheduled => None,
            Self::Active => Some("Enabled"),
            Self::Expired => Some("Warning"),
            Self::Disabled => Some("Suspended"),
            Self::LockedOut => Some("LockedOut"),
            Self::Deleted => Some("Deleted"),
        }
    }
}

/// Why a running subscription was cut off before its natural end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cut {
    /// The customer cancelled inside the term (LC-05).
    Cancelled,
    /// The provider disabled it: fraud, abuse, a chargeback.
    ByProvider,
    /// The partner cancelled it.
    ByPartner,
}

text_enum! { Cut, "cut" {
    Cancelled = "cancelled",
    ByProvider = "provider",
    ByPartner = "partner",
}}

/// The fact that decides how a subscription goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Until its order is confirmed.
    Pending,
    /// Runs to the term end; renews there when recurring billing is on, ends there otherwise.
    Running,
    /// A renewal's charge failed first at `since`; it is tried until the retry window closes (SPEC 16.2).
    PaymentFailing { since: Timestamp },
    /// Cut off at `at`, inside the term.
    Cut { at: Timestamp, why: Cut },
    /// Gone for good (LC-07, INV-4).
    Deleted { at: Timestamp },
}

/// When a subscription changes by itself; `None` is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Instants {
    pub starts: Option<Timestamp>,
    pub renews: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    pub disables: Option<Timestamp>,
    pub deletes: Option<Timestamp>,
}

impl Instants {
    /// The earliest still ahead of `now` (LC-13, `nextLifecycleDateTime`).
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        [self.starts, self.renews, self.expires, self.disables, self.deletes]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min()
    }

    /// The phase these instants give, a hold aside.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        let passed = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        if passed(self.deletes) {
            Phase::Deleted
        } else if passed(self.disables) {
            Phase::Disabled
        } else if passed(self.expires) {
            Phase::Expired
        } else if self.starts.is_none() {
            Phase::Pending
        } else if passed(self.starts) {
            Phase::Active
        } else {
            Phase::Scheduled
        }
    }
}

/// One purchase of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub organization: OrganizationId,
    pub product: ProductId,
    pub channel: Channel,
    pub term: Term,
    /// Units paid for.
    pub quantity: u32,
    pub created_at: Timestamp,
    /// Midnight of the first day of the first term: months are counted from here.
    pub anchor: Timestamp,
    /// The current term, midnight to midnight UTC.
    pub period: Period,
    pub recurring: bool,
    pub standing: Standing,
    /// Locked out by the provider since then; covers the phase and moves no instant.
    pub hold: Option<Timestamp>,
    /// What has come due up to here has been told to the world.
    pub settled_to: Timestamp,
    pub payment_method: Option<PaymentMethodId>,
    pub purchase_order: Option<String>,
    /// The partner or reseller that sold it.
    pub seller: Option<String>,
    /// The subscription that this one took the place of.
    pub replaces: Option<SubscriptionId>,
    pub replaced_by: Option<SubscriptionId>,
    /// The subscription that this one is an add-on to.
    pub parent: Option<SubscriptionId>,
    /// Counts writes; a write names the version it read.
    pub version: i64,
}

/// What a purchase fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    pub organization: OrganizationId,
    pub product: ProductId,
    pub channel: Channel,
    pub term: Term,
    pub quantity: u32,
    pub recurring: bool,
    pub payment_method: Option<PaymentMethodId>,
    pub seller: Option<String>,
    pub parent: Option<SubscriptionId>,
    /// First day; today when `None`, a later one makes it Scheduled.
    pub starts: Option<Timestamp>,
}

impl Subscription {
    /// A subscription bought at `now`, its first term beginning on the day of `now` or of `starts`.
    #[must_use]
    pub fn purchase(id: SubscriptionId, new: NewSubscription, now: Timestamp) -> Self {
        let anchor = calendar::day_start(new.starts.unwrap_or(now));
        Self {
            id,
            organization: new.organization,
            product: new.product,
            channel: new.channel,
            term: new.term,
            quantity: new.quantity,
            created_at: now,
            anchor,
            period: Period::nth(anchor, new.term, 0),
            recurring: new.recurring,
            standing: Standing::Running,
            hold: None,
            settled_to: now,
            payment_method: new.payment_method,
            purchase_order: None,
            seller: new.seller,
            replaces: None,
            replaced_by: None,
            parent: new.parent,
            version: 0,
        }
    }

    /// The rules of its channel and term.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        Policy::preset(self.channel, self.term)
    }

    /// When it will change by itself, from the facts alone.
    #[must_use]
    pub fn instants(&self) -> Instants {
        let policy = self.policy();
        let starts = Some(self.period.start.min(self.anchor));
        match self.standing {
            Standing::Pending => Instants::default(),
            Standing::Running if self.recurring => Instants {
                starts,
                renews: Some(self.period.end),
                ..Instants::default()
            },
            Standing::Running => {
                let disables = calendar::plus_days(self.period.end, policy.grace_days);
                Instants {
                    starts,
                    renews: None,
                    expires: Some(self.period.end),
                    disables: Some(disables),
                    deletes: Some(calendar::plus_days(disables, policy.disabled_days)),
                }
            }
            Standing::PaymentFailing { since } => {
                let disables = calendar::plus_days(since, RETRY_WINDOW_DAYS);
                Instants {
                    starts,
                    renews: None,
                    expires: Some(disables),
                    disables: Some(disables),
                    deletes: Some(calendar::plus_days(disables, policy.disabled_days)),
                }
            }
            Standing::Cut { at, why } => {
                let days = match why {
                    Cut::Cancelled | Cut::ByPartner => policy.cancelled_days,
                    // Never straight to Deleted: the provider may take it back.
                    Cut::ByProvider if policy.disabled_days == 0 => policy.cancelled_days.max(policy.grace_days),
                    Cut::ByProvider => policy.disabled_days.max(policy.cancelled_days),
                };
                Instants {
                    starts,
                    renews: None,
                    expires: Some(at),
                    disables: Some(at),
                    deletes: Some(calendar::plus_days(at, days)),
                }
            }
            Standing::Deleted { at } => Instants {
                // What was deleted before it began never begins.
                starts: starts.map(|starts| starts.min(at)),
                renews: None,
                expires: Some(at),
                disables: Some(at),
                deletes: Some(at),
            },
        }
    }

    /// Where it stands at `now`. A hold covers everything but Deleted.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.instants().phase(now) {
            Phase::Deleted => Phase::Deleted,
            _ if self.hold.is_some_and(|since| since <= now) => Phase::LockedOut,
            phase => phase,
        }
    }

    /// `nextLifecycleDateTime`: the next instant still ahead.
    #[must_use]
    pub fn next_lifecycle_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.instants().next_after(now)
    }

    /// The provider disables it at once, for fraud or abuse: users lose access, nothing is refunded.
    ///
    /// # Errors
    /// Only what runs or is in grace can be disabled.
    pub fn disable(mut self, now: Timestamp) -> Result<Self, ChangeRefusal> {
        match self.phase(now) {
            Phase::Deleted => Err(ChangeRefusal::Deleted),
            Phase::Active | Phase::Expired => {
                self.standing = Standing::Cut {
                    at: now,
                    why: Cut::ByProvider,
                };
                Ok(self)
            }
            Phase::Disabled | Phase::LockedOut => Err(ChangeRefusal::NothingToChange),
            Phase::Pending | Phase::Scheduled => Err(self.not_active(now)),
        }
    }

    /// The provider locks it out: nobody reaches anything until release. No instant moves.
    ///
    /// # Errors
    /// What is deleted, not begun or already held.
    pub fn hold(mut self, now: Timestamp) -> Result<Self, ChangeRefusal> {
        match self.phase(now) {
            Phase::Deleted => Err(ChangeRefusal::Deleted),
            Phase::LockedOut => Err(ChangeRefusal::NothingToChange),
            Phase::Pending | Phase::Scheduled => Err(self.not_active(now)),
            Phase::Active | Phase::Expired | Phase::Disabled => {
                self.hold = Some(now);
                Ok(self)
            }
        }
    }

    /// Ends a hold; the subscription is where its instants by then put it.
    ///
    /// # Errors
    /// What is not held, or deleted meanwhile.
    pub fn release(mut self, now: Timestamp) -> Result<Self, ChangeRefusal> {
        if self.phase(now) == Phase::Deleted {
            return Err(ChangeRefusal::Deleted);
        }
        self.hold.take().map(|_| self).ok_or(ChangeRefusal::NothingToChange)
    }

    /// Deletes it now, skipping what would have come before (LC-06). Final.
    ///
    /// # Errors
    /// Deleted already.
    pub fn delete(mut self, now: Timestamp) -> Result<Self, ChangeRefusal> {
        if self.phase(now) == Phase::Deleted {
            return Err(ChangeRefusal::Deleted);
        }
        self.standing = Standing::Deleted { at: now };
        // Nothing comes due any more.
        self.settled_to = self.settled_to.max(now);
        Ok(self)
    }

    /// Why what is open to active subscriptions alone is not open to this one, and so what helps: support, time, whoever
    /// sold it, or a reactivation.
    fn not_active(&self, now: Timestamp) -> ChangeRefusal {
        match self.phase(now) {
            Phase::Deleted => ChangeRefusal::Deleted,
            Phase::LockedOut => ChangeRefusal::LockedOut,
            Phase::Pending => ChangeRefusal::Pending,
            Phase::Scheduled => ChangeRefusal::NotStarted {
                starts: self.period.start.min(self.anchor),
            },
            Phase::Active | Phase::Expired | Phase::Disabled => match self.policy().reactivation {
                Reactivation::Customer { .. } => ChangeRefusal::NotActive,
                Reactivation::ProductKey if self.recurring => ChangeRefusal::NotActive,
                Reactivation::ProductKey => ChangeRefusal::Prepaid,
                Reactivation::Purchase => ChangeRefusal::TrialBuyInstead,
                Reactivation::Partner | Reactivation::Reseller | Reactivation::Buyer => ChangeRefusal::ManagedElsewhere,
            },
        }
    }

    /// Turns recurring billing on or off (RB-02, RB-03, RB-06); a term that has run is untouched. Off while a renewal
    /// waits for its charge: nothing more is charged, and the term ended on its end date (LC-02).
    ///
    /// # Errors
    /// Only while Active; on needs a payment method; the seller does it for partner and volume subscriptions.
    pub fn set_recurring(mut self, enabled: bool, now: Timestamp) -> Result<Self, ChangeRefusal> {
        if self.phase(now) == Phase::Deleted {
            return Err(ChangeRefusal::Deleted);
        }
        if self.phase(now) != Phase::Active {
            return Err(self.not_active(now));
        }
        if self.channel.is_partner()
            || matches!(
                self.channel,
                Channel::VolumeEnterprise | Channel::VolumeOpen | Channel::SelfService
            )
        {
            return Err(ChangeRefusal::ManagedElsewhere);
        }
        if self.recurring == enabled {
            return Err(ChangeRefusal::NothingToChange);
        }
        if enabled && self.payment_method.is_none() {
            return Err(ChangeRefusal::PaymentMethodRequired);
        }
        self.recurring = enabled;
        if !enabled && self.period.end <= now {
            let grace_over = now >= calendar::plus_days(self.period.end, self.policy().grace_days);
            self.standing = if grace_over {
                // A renewal that waited longer than grace lasts (a hold does that) must not end in deletion at once.
                Standing::Cut {
                    at: now,
                    why: Cut::Cancelled,
                }
            } else {
                Standing::Running
            };
        }
        Ok(self)
    }
}
