use super::{Phase, Subscription};
use crate::calendar;
use crate::policy::{self, Channel, ReduceRule};
use crate::refusal::{ChangeRefusal, Refusal};
use crate::{Money, Timestamp};

/// Sets a new total, not a difference (QT-01), at once.
#[derive(Debug, Clone, Copy)]
pub struct ChangeQuantity {
    pub quantity: u32,
}

/// What deciding it needs besides the subscription.
#[derive(Debug, Clone, Copy)]
pub struct QuantityContext {
    /// Price of one unit for the whole term.
    pub unit: Option<Money>,
    /// Most units of one subscription; [`policy::MOST_LICENSES`] when `None`.
    pub maximum: Option<u32>,
    pub end_of_sale: bool,
    /// Units assigned beyond what the organization's other subscriptions of the product cover.
    pub assigned: u32,
    pub by_operator: bool,
}

/// A new quantity that may be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantityChange {
    pub subscription: Subscription,
    /// What is charged (positive) or credited (negative) for the rest of the term.
    pub amount: Option<Money>,
}

impl Subscription {
    /// Decides a new total now (QT-01 … QT-05, QT-08 … QT-10, QT-12).
    ///
    /// # Errors
    /// The reason, with what to do instead.
    pub fn change_quantity(
        self,
        command: ChangeQuantity,
        context: &QuantityContext,
        now: Timestamp,
    ) -> Result<QuantityChange, Refusal> {
        match self.phase(now) {
            Phase::Deleted => return Err(ChangeRefusal::Deleted.into()),
            Phase::Active => {}
            _ => return Err(self.not_active(now).into()),
        }
        let (old, new) = (self.quantity, command.quantity);
        if new == old {
            return Err(ChangeRefusal::NothingToChange.into());
        }
        let maximum = policy::most_licenses(context.maximum);
        if new == 0 || new > maximum {
            return Err(ChangeRefusal::QuantityOutOfRange {
                minimum: 1,
                maximum: Some(maximum),
            }
            .into());
        }
        let policy = self.policy();
        if !context.by_operator {
            match self.channel {
                Channel::Trial => return Err(ChangeRefusal::TrialBuyFirst.into()),
                Channel::Prepaid => return Err(ChangeRefusal::ReduceWithProductKey.into()),
                _ if new > old && !policy.may_increase => return Err(ChangeRefusal::ManagedElsewhere.into()),
                _ => {}
            }
            if new > old && context.end_of_sale {
                return Err(ChangeRefusal::EndOfSale.into());
            }
            if new < old {
                match policy.reduce {
                    ReduceRule::AnyTime => {}
                    ReduceRule::WithinDays(days) => {
                        if !self.recurring || now >= calendar::plus_days(self.period.start, days) {
                            return Err(ChangeRefusal::ReductionWindowPassed {
                                days,
                                schedulable: self.recurring,
                            }
                            .into());
                        }
                    }
                    ReduceRule::ProductKey => return Err(ChangeRefusal::ReduceWithProductKey.into()),
                    ReduceRule::Elsewhere => return Err(ChangeRefusal::ManagedElsewhere.into()),
                }
            }
        }
        if new < old && new < context.assigned {
            return Err(ChangeRefusal::QuantityBelowAssigned {
                assigned: context.assigned,
            }
            .into());
        }
        let amount = match context.unit {
            None => None,
            Some(unit) => {
                let changed = unit.times(new.abs_diff(old))?;
                let prorated = changed.share(self.period.days_left(now), self.period.days())?;
                Some(if new > old { prorated } else { prorated.negated()? })
            }
        };
        Ok(QuantityChange {
            subscription: Self { quantity: new, ..self },
            amount,
        })
    }
}
