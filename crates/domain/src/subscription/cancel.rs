use super::{Cut, Phase, Standing, Subscription};
use crate::calendar;
use crate::money::MoneyError;
use crate::policy::CancelRule;
use crate::refusal::{ChangeRefusal, Refusal};
use crate::{Money, Timestamp};

/// When a cancel takes effect (CA-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CancelWhen {
    Now,
    /// Before the next renewal: the same as turning recurring billing off.
    Renewal,
}

text_enum! { CancelWhen, "time of cancelling" { Now = "now", Renewal = "renewal" } }

/// Ends a subscription before its term does.
#[derive(Debug, Clone, Copy)]
pub struct Cancel {
    pub when: CancelWhen,
}

/// What deciding a cancel needs besides the subscription.
#[derive(Debug, Clone)]
pub struct CancelContext {
    /// What was paid for the current term; `None` for what has no price of ours.
    pub paid: Option<Money>,
    /// A custom domain that is still attached (CA-05).
    pub attached_domain: Option<String>,
    /// The provider acts, not the customer: windows and limits do not bind it.
    pub by_operator: bool,
}

/// A cancel that may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    pub subscription: Subscription,
    /// What the customer gets back: the unused days of the term, today counted as used (CA-01, CA-03).
    pub credit: Option<Money>,
}

impl Subscription {
    /// Decides a cancel (CA-01 … CA-08).
    ///
    /// # Errors
    /// The reason, with what to do instead.
    pub fn cancel(self, command: Cancel, context: &CancelContext, now: Timestamp) -> Result<Cancelled, Refusal> {
        match self.phase(now) {
            Phase::Deleted => return Err(ChangeRefusal::Deleted.into()),
            Phase::Disabled => return Err(ChangeRefusal::NothingToChange.into()),
            Phase::Pending | Phase::Scheduled | Phase::LockedOut => return Err(self.not_active(now).into()),
            Phase::Active | Phase::Expired => {}
        }
        let policy = self.policy();
        if command.when == CancelWhen::Renewal {
            return Ok(Cancelled {
                subscription: self.set_recurring(false, now)?,
                credit: None,
            });
        }
        if !context.by_operator {
            match policy.cancel {
                CancelRule::Elsewhere => return Err(ChangeRefusal::ManagedElsewhere.into()),
                CancelRule::RecurringOff => return Err(ChangeRefusal::CancelByRecurringOff.into()),
                CancelRule::WithinDays(days) => {
                    if now >= calendar::plus_days(self.period.start, days) {
                        return Err(ChangeRefusal::CancelWindowPassed { days }.into());
                    }
                }
                CancelRule::AnyTime { most_licenses } => {
                    if self.quantity > most_licenses {
                        return Err(ChangeRefusal::CancelTooManyLicenses { most: most_licenses }.into());
                    }
                }
            }
            if let Some(domain) = &context.attached_domain {
                return Err(ChangeRefusal::CancelDomainAttached { domain: domain.clone() }.into());
            }
        }
        let credit = match context.paid {
            Some(paid) if policy.refund => Some(self.unused_of(paid, now)?).filter(|credit| !credit.is_zero()),
            _ => None,
        };
        let why = if self.channel.is_partner() {
            Cut::ByPartner
        } else {
            Cut::Cancelled
        };
        let subscription = Self {
            standing: Standing::Cut { at: now, why },
            ..self
        };
        Ok(Cancelled { subscription, credit })
    }

    /// The share of what the current term cost that falls on its unused days, today counted as used.
    ///
    /// # Errors
    /// An amount past what can be computed.
    pub fn unused_of(&self, paid: Money, now: Timestamp) -> Result<Money, MoneyError> {
        let unused = (self.period.days_left(now) - 1).max(0);
        paid.share(unused, self.period.days())
    }
}
