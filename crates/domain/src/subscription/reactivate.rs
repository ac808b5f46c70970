use super::{Cut, Phase, Standing, Subscription};
use crate::calendar::{self, Period};
use crate::ids::{PaymentMethodId, SubscriptionId};
use crate::money::Currency;
use crate::policy::{self, Reactivation, ReactivationForm};
use crate::refusal::{PaymentRefusal, ReactivateRefusal, Refusal};
use crate::{Money, Timestamp};

/// From when the reactivated term is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The billing days stay what they were.
    Keep,
    /// A fresh term begins today.
    Today,
}

text_enum! { Anchor, "anchor" { Keep = "keep", Today = "today" } }

/// What becomes of the unpaid term that led to a disabling for non-payment (RA-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arrears {
    Collect,
    /// Written off: the provider's choice alone.
    Forgive,
    /// Stays owed: the provider's choice alone.
    Leave,
}

text_enum! { Arrears, "arrears" { Collect = "collect", Forgive = "forgive", Leave = "leave" } }

/// Brings an expired or disabled subscription back.
#[derive(Debug, Clone, Copy)]
pub struct Reactivate {
    /// `None`: the method it had.
    pub payment_method: Option<PaymentMethodId>,
    /// `None`: what the agreement says (SPEC 5.3).
    pub anchor: Option<Anchor>,
    pub arrears: Arrears,
    /// `None`: as many as before.
    pub quantity: Option<u32>,
    /// The id of the subscription that takes the old one's place, where the agreement makes a new one.
    pub replacement: SubscriptionId,
}

/// What deciding it needs besides the subscription.
#[derive(Debug, Clone)]
pub struct ReactivateContext {
    /// Price of one unit for a whole term.
    pub unit: Option<Money>,
    /// What the organization pays in.
    pub currency: Currency,
    pub account_blocked: bool,
    pub order_in_progress: bool,
    /// Unpaid invoices that the reactivation does not settle itself.
    pub other_balance: Option<Money>,
    /// What the organization is owed (positive): it lowers the charge.
    pub account_credit: Option<Money>,
    /// What the unused days of the current term are worth of what was paid for it ([`Subscription::unused_of`]); credited
    /// where the provider cut the term off and a fresh one takes its place.
    pub unused: Option<Money>,
    pub end_of_sale: bool,
    pub parent: Option<Phase>,
    /// Most units of one subscription; [`policy::MOST_LICENSES`] when `None`.
    pub maximum: Option<u32>,
    /// Units assigned beyond what the organization's other subscriptions of the product cover.
    pub assigned: u32,
    /// The provider acts for the customer (S-07): a block or a balance does not bind it.
    pub by_operator: bool,
    /// Whether the buyer of a self-service purchase acts.
    pub by_buyer: bool,
}

/// What a reactivation costs, with the arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// For the term that follows.
    pub term: Money,
    /// Days of that term that are charged, of how many. Units added to a term that is paid for are charged for these
    /// days, the others for none.
    pub days: (i64, i64),
    /// The unpaid term that led to the disabling; of it only the days served where a fresh term begins today.
    pub arrears: Money,
    /// Credited for the unused days of the former term; what of it the charge does not use stays the organization's.
    pub unused: Money,
    /// What lowers the charge: the unused days and what the organization is owed, never more than term and arrears.
    pub credit: Money,
    /// Charged now, or owed on the next invoice: term and arrears less the credit.
    pub due: Money,
}

/// A reactivation that may be done once its charge goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reactivated {
    pub form: ReactivationForm,
    /// The subscription that is Active afterwards: the old one, or its replacement.
    pub subscription: Subscription,
    /// The old one, closed, where a new one takes its place. No data-deletion event follows from it.
    pub closed: Option<Subscription>,
    pub amounts: Amounts,
    /// What is charged, or asked whether it is good where nothing is due; `None` where the provider takes its own
    /// disabling back and no gateway is asked.
    pub payment_method: Option<PaymentMethodId>,
}

impl Subscription {
    /// The first reason, in the order of SPEC 5.4, why this subscription cannot be reactivated by the one who asks;
    /// otherwise the form it takes. Roles and payment are checked elsewhere.
    ///
    /// # Errors
    /// RA-01, RA-03 … RA-09.
    pub fn reactivation(
        &self,
        context: &ReactivateContext,
        now: Timestamp,
    ) -> Result<ReactivationForm, ReactivateRefusal> {
        let phase = self.phase(now);
        if phase == Phase::Deleted {
            // What was reactivated into a new subscription is no loss to explain.
            return Err(match self.replaced_by {
                Some(_) => ReactivateRefusal::NothingToReactivate,
                None => ReactivateRefusal::Deleted,
            });
        }
        if phase == Phase::Active {
            return Err(ReactivateRefusal::NothingToReactivate);
        }
        if phase == Phase::Scheduled {
            return Err(ReactivateRefusal::NotStarted {
                starts: self.period.start.min(self.anchor),
            });
        }
        let (ended, cut) = match self.policy().reactivation {
            // Whoever sold it, what the provider cut off the provider gives back.
            _ if self.is_lifted(context, now) => (ReactivationForm::KeepTerm, ReactivationForm::KeepTerm),
            Reactivation::Customer { ended, cut } => (ended, cut),
            Reactivation::Partner => {
                return Err(ReactivateRefusal::PartnerManaged {
                    partner: self.seller.clone(),
                });
            }
            Reactivation::Reseller => return Err(ReactivateRefusal::VolumeLicense),
            // Prepaid with recurring billing turned on pays by card (RB-06), so it comes back like any other.
            Reactivation::ProductKey if self.recurring => (ReactivationForm::ExtendTerm, ReactivationForm::KeepTerm),
            Reactivation::ProductKey => return Err(ReactivateRefusal::Prepaid),
            Reactivation::Purchase => return Err(ReactivateRefusal::TrialBuyInstead),
            Reactivation::Buyer if context.by_buyer || context.by_operator => {
                (ReactivationForm::NewSubscription, ReactivationForm::NewSubscription)
            }
            Reactivation::Buyer => {
                return Err(ReactivateRefusal::SelfService {
                    buyer: self.seller.clone(),
                });
            }
        };
        if phase == Phase::Pending || context.order_in_progress {
            return Err(ReactivateRefusal::Pending);
        }
        if let (Some(amount), false) = (context.other_balance, context.by_operator) {
            return Err(ReactivateRefusal::BalanceDue { amount });
        }
        if context.account_blocked && !context.by_operator {
            return Err(ReactivateRefusal::AccountBlocked);
        }
        if phase == Phase::LockedOut {
            return Err(ReactivateRefusal::LockedOut);
        }
        if context.end_of_sale && ended == ReactivationForm::NewSubscription {
            return Err(ReactivateRefusal::EndOfSale);
        }
        if self.parent.is_some() && context.parent.is_none_or(|p| p != Phase::Active) {
            return Err(ReactivateRefusal::ParentNotActive);
        }
        Ok(match self.standing {
            Standing::Cut { .. } | Standing::PaymentFailing { .. } => cut,
            _ => ended,
        })
    }

    /// Decides a reactivation (RA-01 … RA-09, SPEC 5.3). Assignments are no part of it (INV-5).
    ///
    /// # Errors
    /// The reason, with what to do instead.
    pub fn reactivate(
        self,
        command: &Reactivate,
        context: &ReactivateContext,
        now: Timestamp,
    ) -> Result<Reactivated, Refusal> {
        let form = self.reactivation(context, now)?;
        if command.arrears != Arrears::Collect && !context.by_operator {
            return Err(Refusal::NotPermitted { needed: Vec::new() });
        }
        let quantity = command.quantity.unwrap_or(self.quantity);
        let maximum = policy::most_licenses(context.maximum);
        if quantity == 0 || quantity > maximum {
            return Err(crate::refusal::ChangeRefusal::QuantityOutOfRange {
                minimum: 1,
                maximum: Some(maximum),
            }
            .into());
        }
        if quantity < self.quantity && quantity < context.assigned {
            return Err(crate::refusal::ChangeRefusal::QuantityBelowAssigned {
                assigned: context.assigned,
            }
            .into());
        }
        let today = calendar::day_start(now);
        let fresh = form == ReactivationForm::NewSubscription || command.anchor == Some(Anchor::Today);
        let anchor = if fresh { today } else { self.anchor };
        // Nothing is bought: it stands where it would stand if it had not been cut off.
        let lifted = !fresh && quantity <= self.quantity && self.is_lifted(context, now);
        let chosen = command.payment_method.or(self.payment_method);
        let payment_method = if lifted {
            None
        } else {
            Some(chosen.ok_or(PaymentRefusal::MethodRequired)?)
        };
        let unit = match context.unit {
            Some(unit) => unit,
            None if lifted => Money::zero(context.currency),
            None => return Err(PaymentRefusal::NoPrice.into()),
        };
        let period = if lifted {
            self.period
        } else if fresh {
            Period::nth(today, self.term, 0)
        } else {
            self.period_at(now)
        };

        let unpaid = match self.standing {
            Standing::PaymentFailing { .. } => Some(self.next_period()),
            _ => None,
        };
        let arrears = match (unpaid, command.arrears) {
            (Some(unpaid), Arrears::Collect) => {
                let whole = unit.times(self.quantity)?;
                match self.instants().disables {
                    // The days from today on are paid for by the fresh term.
                    Some(disabled) if fresh => {
                        whole.share(unpaid.days() - unpaid.days_left(disabled), unpaid.days())?
                    }
                    _ => whole,
                }
            }
            _ => Money::zero(unit.currency),
        };
        // A whole term when it is a new one; the days that are left where the billing days stay; only what is added to
        // what is paid for already: a term the provider cut off, or one the arrears cover.
        let whole = period.days();
        let paid = !fresh && (unpaid == Some(period) || (self.period == period && !self.was_refunded()));
        let charged = if paid {
            quantity.saturating_sub(self.quantity)
        } else {
            quantity
        };
        let days = if charged == 0 {
            0
        } else if fresh || (form == ReactivationForm::ExtendTerm && period.start == self.period.end) {
            whole
        } else {
            period.days_left(now) - self.days_used_already(period, now)
        };
        let price = unit.times(charged)?;
        let term = if days == whole {
            price
        } else {
            price.share(days, whole)?
        };
        let unused = match (self.standing, context.unused) {
            (
                Standing::Cut {
                    why: Cut::ByProvider, ..
                },
                Some(unused),
            ) if fresh && now < self.period.end => unused,
            _ => Money::zero(unit.currency),
        };
        let full = term.plus(arrears)?;
        let owned = match context.account_credit {
            Some(credit) if credit.minor > 0 => unused.plus(credit)?,
            _ => unused,
        };
        let credit = if owned.minor > full.minor { full } else { owned };
        let amounts = Amounts {
            term,
            days: (days, whole),
            arrears,
            unused,
            credit,
            due: full.plus(credit.negated()?)?,
        };

        let id = if form == ReactivationForm::NewSubscription {
            command.replacement
        } else {
            self.id
        };
        let mut active = Self {
            id,
            anchor,
            period,
            quantity,
            standing: Standing::Running,
            payment_method: chosen,
            settled_to: self.settled_to.max(now),
            ..self.clone()
        };
        let closed = (form == ReactivationForm::NewSubscription).then(|| {
            active.created_at = now;
            active.replaces = Some(self.id);
            active.replaced_by = None;
            active.version = 0;
            Self {
                standing: Standing::Deleted { at: now },
                replaced_by: Some(active.id),
                settled_to: self.settled_to.max(now),
                ..self
            }
        });
        Ok(Reactivated {
            form,
            subscription: active,
            closed,
            amounts,
            payment_method,
        })
    }

    /// Whether the unused days of the term were given back.
    fn was_refunded(&self) -> bool {
        matches!(
            self.standing,
            Standing::Cut {
                why: Cut::Cancelled | Cut::ByPartner,
                ..
            }
        ) && self.policy().refund
    }

    /// 1 on the day of the cancel itself, which the credit left paid (CA-01); 0 otherwise.
    fn days_used_already(&self, period: Period, now: Timestamp) -> i64 {
        let same_day = matches!(self.standing, Standing::Cut { at, why: Cut::Cancelled | Cut::ByPartner }
            if calendar::date(at) == calendar::date(now));
        i64::from(same_day && self.period == period)
    }

    /// Whether the provider takes back its own disabling: while the term lasts, or where the one who sold the
    /// subscription, not the customer, decides what comes after it. It is then where its other facts put it, which
    /// must be where users reach it.
    fn is_lifted(&self, context: &ReactivateContext, now: Timestamp) -> bool {
        let by_provider = matches!(
            self.standing,
            Standing::Cut {
                why: Cut::ByProvider,
                ..
            }
        );
        let by_customer = match self.policy().reactivation {
            Reactivation::Customer { .. } => true,
            Reactivation::ProductKey => self.recurring,
            Reactivation::Partner | Reactivation::Reseller | Reactivation::Purchase | Reactivation::Buyer => false,
        };
        let uncut = Self {
            standing: Standing::Running,
            hold: None,
            ..self.clone()
        };
        by_provider && context.by_operator && (now < self.period.end || !by_customer) && uncut.phase(now).is_usable()
    }
}
