//! What a genuine product key does to an organization's subscriptions (SPEC 15.2, 15.3).

use std::collections::BTreeSet;

use crate::Timestamp;
use crate::calendar::{self, Period, Term};
use crate::ids::{BatchId, ProductId, SubscriptionId};
use crate::policy::{self, Channel};
use crate::product_key::KeyNumber;
use crate::refusal::RedeemRefusal;
use crate::subscription::{NewSubscription, Phase, Standing, Subscription};

/// A run of product keys made together: what each of them is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: BatchId,
    /// Which vendor secret made the keys, 0–31.
    pub epoch: u8,
    /// The number of the first key; the others follow.
    pub first_number: u64,
    /// How many keys there are.
    pub count: u64,
    pub product: ProductId,
    /// Licenses per key.
    pub quantity: u32,
    pub term: Term,
    /// The country the key was sold for; any when `None` (error 10).
    pub country: Option<String>,
    /// Last instant at which it may be redeemed, exclusive (error 4).
    pub redeem_by: Option<Timestamp>,
    pub label: String,
    pub created_at: Timestamp,
    /// Withdrawn, by the machine's clock; holds at once on every organization's clock.
    pub revoked_at: Option<Timestamp>,
}

impl Batch {
    /// Whether a key number is one of this batch's.
    #[must_use]
    pub const fn contains(&self, number: u64) -> bool {
        number >= self.first_number && number - self.first_number < self.count
    }
}

/// A genuine key with what is known of it.
#[derive(Debug, Clone)]
pub struct FoundKey {
    pub number: KeyNumber,
    pub last_five: String,
    pub batch: Batch,
    /// Revoked by its own number, the batch aside.
    pub revoked: bool,
    /// Who redeemed it already: whether it was the organization that asks now.
    pub redeemed_by_own: Option<bool>,
}

/// What the person chooses to do with the keys (PK-04: explicit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A new prepaid subscription.
    New,
    /// More licenses on an existing one.
    Add(SubscriptionId),
    /// A later end for an existing one, with the key's number of licenses; several keys are for the same number, and
    /// their terms add up.
    Extend(SubscriptionId),
}

/// What redeeming would make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    New(NewSubscription),
    /// The subscription as it is afterwards.
    Changed(Subscription),
}

/// What the decision needs besides the keys.
#[derive(Debug, Clone, Copy)]
pub struct RedeemContext<'a> {
    /// The organization's country.
    pub country: &'a str,
    pub organization: crate::ids::OrganizationId,
    /// Most units of one subscription of the product; [`policy::MOST_LICENSES`] when `None`.
    pub maximum: Option<u32>,
    pub end_of_sale: bool,
    /// The subscription that the choice names.
    pub target: Option<&'a Subscription>,
    /// Units assigned beyond what the organization's other subscriptions of the product cover.
    pub assigned: u32,
}

/// Decides whether all keys of an order can be redeemed together as chosen (PK-01 … PK-05), and what comes of it.
///
/// # Errors
/// The first reason: of each key in turn what is wrong with it by itself, then what is wrong with the order as a
/// whole. Nothing is consumed.
pub fn redeem(
    keys: &[FoundKey],
    choice: Choice,
    context: RedeemContext<'_>,
    now: Timestamp,
) -> Result<Outcome, RedeemRefusal> {
    let mut seen = BTreeSet::new();
    for key in keys {
        let last_five = || key.last_five.clone();
        if !seen.insert((key.batch.epoch, key.number)) {
            return Err(RedeemRefusal::DuplicateInOrder { last_five: last_five() });
        }
        if let Some(by_own_organization) = key.redeemed_by_own {
            return Err(RedeemRefusal::AlreadyRedeemed {
                last_five: last_five(),
                by_own_organization,
            });
        }
        if key.revoked || key.batch.revoked_at.is_some() {
            return Err(RedeemRefusal::Revoked { last_five: last_five() });
        }
        if key.batch.redeem_by.is_some_and(|by| by <= now) {
            return Err(RedeemRefusal::Expired { last_five: last_five() });
        }
        // Renewing what is owned goes on after the end of sale; new licenses do not (SPEC 8.4).
        if context.end_of_sale && !matches!(choice, Choice::Extend(_)) {
            return Err(RedeemRefusal::OfferUnavailable { last_five: last_five() });
        }
        if let Some(country) = key.batch.country.as_ref().filter(|c| *c != context.country) {
            return Err(RedeemRefusal::WrongCountry {
                country: country.clone(),
            });
        }
    }
    let first = keys.first().ok_or(RedeemRefusal::Invalid { groups: Vec::new() })?;
    let batch = &first.batch;
    let one_product = |product| keys.iter().find(|k| k.batch.product != product);
    let maximum = policy::most_licenses(context.maximum);
    let within = |quantity: u32| {
        if quantity > maximum {
            Err(RedeemRefusal::OverMaximum { maximum })
        } else {
            Ok(quantity)
        }
    };
    let target = |id: SubscriptionId| {
        context
            .target
            .filter(|target| target.id == id && target.organization == context.organization)
            .ok_or(RedeemRefusal::NotExtendable)
    };
    let sum = keys
        .iter()
        .fold(0_u32, |sum, key| sum.saturating_add(key.batch.quantity));
    match choice {
        Choice::New => {
            // Keys of one order make one subscription, so they are for one product and term.
            if let Some(other) = keys
                .iter()
                .find(|k| k.batch.product != batch.product || k.batch.term != batch.term)
            {
                return Err(RedeemRefusal::WrongPlan {
                    last_five: other.last_five.clone(),
                });
            }
            Ok(Outcome::New(NewSubscription {
                organization: context.organization,
                product: batch.product,
                channel: Channel::Prepaid,
                term: batch.term,
                quantity: within(sum)?,
                recurring: false,
                payment_method: None,
                seller: None,
                parent: None,
                starts: None,
            }))
        }
        Choice::Add(id) => {
            let target = target(id)?;
            if let Some(other) = one_product(target.product) {
                return Err(RedeemRefusal::WrongPlan {
                    last_five: other.last_five.clone(),
                });
            }
            if !takes_keys(target, choice, now) {
                return Err(RedeemRefusal::NotExtendable);
            }
            let quantity = within(target.quantity.saturating_add(sum))?;
            Ok(Outcome::Changed(Subscription {
                quantity,
                ..target.clone()
            }))
        }
        Choice::Extend(id) => {
            let target = target(id)?;
            if let Some(other) = one_product(target.product) {
                return Err(RedeemRefusal::WrongPlan {
                    last_five: other.last_five.clone(),
                });
            }
            if !takes_keys(target, choice, now) {
                return Err(RedeemRefusal::NotExtendable);
            }
            if let Some(other) = keys.iter().find(|k| k.batch.quantity != batch.quantity) {
                return Err(RedeemRefusal::WrongPlan {
                    last_five: other.last_five.clone(),
                });
            }
            let quantity = within(batch.quantity)?;
            if quantity < target.quantity && quantity < context.assigned {
                return Err(RedeemRefusal::BelowAssigned {
                    assigned: context.assigned,
                    quantity,
                });
            }
            Ok(Outcome::Changed(extended(
                target,
                keys,
                quantity,
                target.phase(now),
                now,
            )))
        }
    }
}

/// Whether a subscription takes product keys of its product for a choice: licenses while it is active, a later end until it
/// is deleted, unless it was cut off inside its term.
#[must_use]
pub fn takes_keys(subscription: &Subscription, choice: Choice, now: Timestamp) -> bool {
    let phase = subscription.phase(now);
    subscription.channel == Channel::Prepaid
        && match choice {
            Choice::New => false,
            Choice::Add(_) => phase == Phase::Active,
            Choice::Extend(_) => {
                matches!(
                    subscription.standing,
                    Standing::Running | Standing::PaymentFailing { .. }
                ) && matches!(phase, Phase::Active | Phase::Expired | Phase::Disabled)
            }
        }
}

/// The end moves by each key's term: from the old end while it runs or is in grace, from today once it is Disabled or
/// where the moved end would have passed already.
fn extended(target: &Subscription, keys: &[FoundKey], quantity: u32, phase: Phase, now: Timestamp) -> Subscription {
    let months = keys
        .iter()
        .fold(0_i32, |sum, key| sum.saturating_add(key.batch.term.months()));
    let (anchor, old_end) = (calendar::date(target.anchor), calendar::date(target.period.end));
    let moved = calendar::midnight(calendar::plus_months_anchored(anchor, old_end, months));
    let (anchor, period) = if phase == Phase::Disabled || moved <= now {
        let today = calendar::day_start(now);
        let end = calendar::midnight(calendar::plus_months(calendar::date(today), months));
        (today, Period { start: today, end })
    } else {
        let start = target.period.start;
        (target.anchor, Period { start, end: moved })
    };
    Subscription {
        quantity,
        anchor,
        period,
        standing: Standing::Running,
        settled_to: target.settled_to.max(now),
        ..target.clone()
    }
}
