//! What a purchase channel implies (SPEC 3, 4.3, 5.3, 6.2, 7): data, one row per channel and term.

use crate::calendar::Term;

/// How a subscription was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Bought from the vendor under the customer agreement (SPEC's MCA).
    Direct,
    /// Bought from the vendor under the older online agreement (SPEC's MOSA).
    DirectClassic,
    /// Bought through the vendor's representative.
    DirectRep,
    /// Bought as a product key.
    Prepaid,
    VolumeEnterprise,
    VolumeOpen,
    /// Sold by a partner, new commerce.
    Partner,
    /// Sold by a partner, legacy.
    PartnerClassic,
    Trial,
    /// Bought by an end user.
    SelfService,
}

text_enum! { Channel, "channel" {
    Direct = "direct",
    DirectClassic = "direct-classic",
    DirectRep = "direct-rep",
    Prepaid = "prepaid",
    VolumeEnterprise = "volume-enterprise",
    VolumeOpen = "volume-open",
    Partner = "partner",
    PartnerClassic = "partner-classic",
    Trial = "trial",
    SelfService = "self-service",
}}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 10] = [
        Self::Direct,
        Self::DirectClassic,
        Self::DirectRep,
        Self::Prepaid,
        Self::VolumeEnterprise,
        Self::VolumeOpen,
        Self::Partner,
        Self::PartnerClassic,
        Self::Trial,
        Self::SelfService,
    ];

    /// Whether a partner owns the commercial relation.
    #[must_use]
    pub const fn is_partner(self) -> bool {
        matches!(self, Self::Partner | Self::PartnerClassic)
    }
}

/// What reactivating makes of the term (SPEC 5.3, conflict 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReactivationForm {
    /// The same subscription; the next billing date moves on by a term.
    ExtendTerm,
    /// The same subscription; the next billing date stays.
    KeepTerm,
    /// A new subscription with the same term, starting today, in place of the old one.
    NewSubscription,
}

text_enum! { ReactivationForm, "form of reactivation" {
    ExtendTerm = "extendTerm",
    KeepTerm = "keepTerm",
    NewSubscription = "newSubscription",
}}

/// Who reactivates a subscription of a channel, and how (RA-03, RA-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reactivation {
    /// The customer's Global or Billing administrator; `ended` after a natural end, `cut` after a cancel,
    /// a disabling or non-payment.
    Customer {
        ended: ReactivationForm,
        cut: ReactivationForm,
    },
    /// Not at all: the partner sells it anew.
    Partner,
    /// By an order with the reseller.
    Reseller,
    /// By a new and unused product key.
    ProductKey,
    /// By buying it.
    Purchase,
    /// By the person who bought it.
    Buyer,
}

/// When a customer may cancel (CA-01, CA-03, CA-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelRule {
    /// Within this many days of the start or of a renewal.
    WithinDays(u32),
    /// Any time, up to this many licenses; above it the quantity is reduced first.
    AnyTime { most_licenses: u32 },
    /// By turning recurring billing off only (CA-08).
    RecurringOff,
    /// Not by the customer.
    Elsewhere,
}

/// When a customer may reduce the quantity (QT-04, QT-05, QT-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReduceRule {
    AnyTime,
    /// Within this many days of the purchase or renewal, with recurring billing on.
    WithinDays(u32),
    /// Only by a smaller product key at renewal.
    ProductKey,
    Elsewhere,
}

/// The rules of one (channel, term).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Days in Expired, with full access, after a natural end.
    pub grace_days: u32,
    /// Days in Disabled after that.
    pub disabled_days: u32,
    /// Days in Disabled after a cancel (0: straight to Deleted).
    pub cancelled_days: u32,
    pub reactivation: Reactivation,
    pub cancel: CancelRule,
    /// Whether a cancel gives a prorated credit (CA-01, CA-03).
    pub refund: bool,
    pub reduce: ReduceRule,
    /// Whether the customer may add units (QT-02, QT-08 … QT-10).
    pub may_increase: bool,
    /// Whether recurring billing is on when bought (RB-01).
    pub recurring_by_default: bool,
}

/// Days during which a failed recurring charge is tried again (SPEC 16.2, conflict 10).
pub const RETRY_WINDOW_DAYS: u32 = 30;
/// Days between two tries of a failed recurring charge.
pub const RETRY_EVERY_DAYS: u32 = 3;
/// Data is gone no later than this many days after a subscription ended (LC-08).
pub const DATA_REMOVED_WITHIN_DAYS: u32 = 180;
/// Units of a trial (TR-01).
pub const TRIAL_LICENSES: u32 = 25;

/// Most units of one subscription of a product that names no maximum itself (QT-12): a typing error costs no fortune, and
/// a pool's figures stay inside the 32 bits that Graph gives them.
pub const MOST_LICENSES: u32 = 1_000_000;

/// Most units of one subscription, given the product's own maximum.
#[must_use]
pub const fn most_licenses(maximum: Option<u32>) -> u32 {
    match maximum {
        Some(maximum) => maximum,
        None => MOST_LICENSES,
    }
}

impl Policy {
    /// The preset that ships for a channel and term.
    #[must_use]
    pub const fn preset(channel: Channel, term: Term) -> Self {
        use ReactivationForm::{ExtendTerm, KeepTerm, NewSubscription};
        let direct = Self {
            grace_days: 30,
            disabled_days: 90,
            cancelled_days: 90,
            reactivation: Reactivation::Customer {
                ended: NewSubscription,
                cut: NewSubscription,
            },
            cancel: CancelRule::WithinDays(7),
            refund: true,
            reduce: ReduceRule::WithinDays(7),
            may_increase: true,
            recurring_by_default: true,
        };
        let elsewhere = Self {
            reactivation: Reactivation::Reseller,
            cancel: CancelRule::Elsewhere,
            refund: false,
            reduce: ReduceRule::Elsewhere,
            may_increase: false,
            recurring_by_default: false,
            ..direct
        };
        match channel {
            Channel::Direct => direct,
            Channel::DirectClassic => Self {
                reactivation: Reactivation::Customer {
                    ended: ExtendTerm,
                    cut: KeepTerm,
                },
                cancel: CancelRule::AnyTime { most_licenses: 25 },
                reduce: ReduceRule::AnyTime,
                ..direct
            },
            Channel::DirectRep => Self {
                reduce: ReduceRule::Elsewhere,
                may_increase: false,
                ..direct
            },
            Channel::Prepaid => Self {
                reactivation: Reactivation::ProductKey,
                cancel: CancelRule::RecurringOff,
                refund: false,
                reduce: ReduceRule::ProductKey,
                may_increase: false,
                recurring_by_default: false,
                ..direct
            },
            Channel::VolumeEnterprise => Self {
                // Multi-year agreements have 90 + 90 (SPEC 4.3, conflict 13); the others 90 + 60.
                grace_days: 90,
                disabled_days: if matches!(term, Term::ThreeYears) { 90 } else { 60 },
                ..elsewhere
            },
            Channel::VolumeOpen => elsewhere,
            Channel::Partner => Self {
                reactivation: Reactivation::Partner,
                cancelled_days: 0,
                recurring_by_default: true,
                ..elsewhere
            },
            Channel::PartnerClassic => Self {
                reactivation: Reactivation::Partner,
                grace_days: 0,
                recurring_by_default: true,
                ..elsewhere
            },
            Channel::Trial => Self {
                // Conflict 1: 30 days of grace, then gone.
                grace_days: 30,
                disabled_days: 0,
                cancelled_days: 0,
                reactivation: Reactivation::Purchase,
                cancel: CancelRule::RecurringOff,
                refund: false,
                reduce: ReduceRule::Elsewhere,
                may_increase: false,
                recurring_by_default: false,
            },
            Channel::SelfService => Self {
                reactivation: Reactivation::Buyer,
                cancel: CancelRule::Elsewhere,
                ..direct
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_spec_4_3() {
        let days = |channel, term| {
            let policy = Policy::preset(channel, term);
            (policy.grace_days, policy.disabled_days)
        };
        for term in Term::ALL {
            assert_eq!(days(Channel::Direct, term), (30, 90));
            assert_eq!(days(Channel::DirectClassic, term), (30, 90));
            assert_eq!(days(Channel::Partner, term), (30, 90));
            assert_eq!(days(Channel::VolumeOpen, term), (30, 90));
            assert_eq!(days(Channel::Trial, term), (30, 0));
        }
        assert_eq!(days(Channel::VolumeEnterprise, Term::Year), (90, 60));
        assert_eq!(days(Channel::VolumeEnterprise, Term::ThreeYears), (90, 90));
    }

    #[test]
    fn lc_08_every_preset_deletes_within_180_days_of_the_end() {
        for channel in Channel::ALL {
            for term in Term::ALL {
                let policy = Policy::preset(channel, term);
                assert!(policy.grace_days + policy.disabled_days <= DATA_REMOVED_WITHIN_DAYS);
                assert!(policy.cancelled_days <= DATA_REMOVED_WITHIN_DAYS);
            }
        }
    }
}
