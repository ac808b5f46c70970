//! Every "no" of the system: a stable code, what is wrong, and what to do.
//!
//! Codes are documented one page each; pages translate them, the vendor API sends the English
//! text that stands here.

use std::collections::BTreeSet;

use crate::Timestamp;
use crate::calendar;
use crate::ids::{PlanId, ProductId};
use crate::money::{Money, MoneyError};

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Reactivate(ReactivateRefusal),
    Change(ChangeRefusal),
    Payment(PaymentRefusal),
    Assign(AssignRefusal),
    Redeem(RedeemRefusal),
    /// The roles that may; none of them where only the provider may.
    NotPermitted {
        needed: Vec<crate::role::Role>,
    },
}

/// Why a subscription cannot be reactivated (SPEC 5.4), in the order in which they are explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReactivateRefusal {
    Deleted,
    PartnerManaged {
        partner: Option<String>,
    },
    VolumeLicense,
    Prepaid,
    SelfService {
        buyer: Option<String>,
    },
    Pending,
    BalanceDue {
        amount: Money,
    },
    AccountBlocked,
    LockedOut,
    EndOfSale,
    ParentNotActive,
    TrialBuyInstead,
    /// Active, or otherwise not ended (RA-01).
    NothingToReactivate,
    /// It begins by itself.
    NotStarted {
        starts: Timestamp,
    },
    Unknown,
}

/// Why another change of a subscription is refused (SPEC 6, 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeRefusal {
    /// CA-01, CA-02: the window has passed; recurring billing can be turned off instead.
    CancelWindowPassed {
        days: u32,
    },
    /// CA-04.
    CancelTooManyLicenses {
        most: u32,
    },
    /// CA-05.
    CancelDomainAttached {
        domain: String,
    },
    /// CA-08 and prepaid: turning recurring billing off is the cancel.
    CancelByRecurringOff,
    /// The partner, the reseller or the buyer changes it.
    ManagedElsewhere,
    /// RB-02, QT-12: only while Active; the customer can reactivate it.
    NotActive,
    /// Not while the provider holds it.
    LockedOut,
    /// Not before it begins.
    NotStarted {
        starts: Timestamp,
    },
    /// Not before its order is confirmed.
    Pending,
    /// Ended, and only a product key brings it back.
    Prepaid,
    /// Ended, and only buying the product brings it back.
    TrialBuyInstead,
    /// LC-07.
    Deleted,
    /// QT-03.
    QuantityBelowAssigned {
        assigned: u32,
    },
    /// QT-05.
    ReductionWindowPassed {
        days: u32,
        schedulable: bool,
    },
    /// QT-12.
    QuantityOutOfRange {
        minimum: u32,
        maximum: Option<u32>,
    },
    /// QT-08.
    ReduceWithProductKey,
    /// QT-09.
    TrialBuyFirst,
    EndOfSale,
    /// The state already is what the command asks for.
    NothingToChange,
    /// Recurring billing needs something to charge (RB-06).
    PaymentMethodRequired,
}

/// Why a payment does not go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentRefusal {
    MethodRequired,
    MethodUnknown,
    /// PM-02.
    MethodCountry {
        country: String,
    },
    /// PM-06, INV-7.
    MethodInUse {
        subscriptions: u32,
    },
    CardInvalid {
        field: &'static str,
    },
    /// The gateway's decline code, such as `card_declined` or `insufficient_funds`.
    Declined {
        decline: String,
    },
    AuthenticationRequired,
    SandboxOnly,
    InvoiceNotApproved,
    /// Another charge for the same thing is under way.
    InProgress,
    NoPrice,
}

/// Why a license cannot be assigned or removed at once (SPEC 13.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignRefusal {
    UnknownProduct { product: ProductId },
    CompanyOnly { product: ProductId },
    ForeignPlan { product: ProductId, plan: PlanId },
    Duplicate { product: ProductId },
    UsageLocation,
    Prohibited { plan: PlanId, country: String },
    Dependency { plan: PlanId, needs: BTreeSet<PlanId> },
    Exclusive { one: PlanId, other: PlanId },
    NoUnits { product: ProductId },
    NotHeld { product: ProductId },
    Inherited { product: ProductId },
    SelfService { product: ProductId },
}

/// Why product keys cannot be redeemed (SPEC 15.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedeemRefusal {
    /// 1: another customer family's key, or nothing like a key of ours.
    ConsumerOrInvalid {
        belongs_to: Option<String>,
    },
    /// 2: groups 1–5 that cannot be right; empty when all look right and the key is still no key.
    Invalid {
        groups: Vec<u8>,
    },
    /// 3.
    DuplicateInOrder {
        last_five: String,
    },
    /// 4.
    Expired {
        last_five: String,
    },
    /// 5.
    AlreadyRedeemed {
        last_five: String,
        by_own_organization: bool,
    },
    /// 6.
    Busy,
    /// 7.
    OfferUnavailable {
        last_five: String,
    },
    /// 8.
    OverMaximum {
        maximum: u32,
    },
    /// 10.
    WrongCountry {
        country: String,
    },
    /// PK-01.
    WrongPlan {
        last_five: String,
    },
    Revoked {
        last_five: String,
    },
    GuessLimit {
        retry_after_seconds: u64,
    },
    /// Extending with fewer licenses than are assigned (QT-08).
    BelowAssigned {
        assigned: u32,
        quantity: u32,
    },
    /// What the key should be added to is gone or of another channel.
    NotExtendable,
}

impl Refusal {
    /// The stable code, which names its documentation page.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Reactivate(r) => r.code(),
            Self::Change(r) => r.code(),
            Self::Payment(r) => r.code(),
            Self::Assign(r) => r.code(),
            Self::Redeem(r) => r.code(),
            Self::NotPermitted { .. } => "NOT_PERMITTED",
        }
    }

    /// What is wrong, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Reactivate(r) => r.message(),
            Self::Change(r) => r.message(),
            Self::Payment(r) => r.message(),
            Self::Assign(r) => r.message(),
            Self::Redeem(r) => r.message(),
            Self::NotPermitted { needed } if needed.is_empty() => "Only the provider can do this.".to_owned(),
            Self::NotPermitted { needed } => {
                let roles: Vec<_> = needed.iter().map(|r| r.as_str()).collect();
                format!("You must be {} to do this.", one_of(&roles))
            }
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Reactivate(r) => r.remedy(),
            Self::Change(r) => r.remedy(),
            Self::Payment(r) => r.remedy(),
            Self::Assign(r) => r.remedy(),
            Self::Redeem(r) => r.remedy(),
            Self::NotPermitted { needed } if needed.is_empty() => "Contact support.",
            Self::NotPermitted { .. } => "Ask an administrator with one of these roles.",
        }
    }

    /// The codes of every refusal, for the documentation pages and their tests.
    pub const CODES: &'static [&'static str] = &[
        "NOT_PERMITTED",
        "DELETED",
        "PARTNER_MANAGED",
        "VOLUME_LICENSE",
        "PREPAID",
        "SELF_SERVICE",
        "PENDING",
        "BALANCE_DUE",
        "ACCOUNT_BLOCKED",
        "LOCKED_OUT",
        "END_OF_SALE",
        "PARENT_NOT_ACTIVE",
        "TRIAL_BUY_INSTEAD",
        "NOTHING_TO_REACTIVATE",
        "NOT_STARTED",
        "UNKNOWN",
        "CANCEL_WINDOW_PASSED",
        "CANCEL_TOO_MANY_LICENSES",
        "CANCEL_DOMAIN_ATTACHED",
        "CANCEL_BY_RECURRING_OFF",
        "MANAGED_ELSEWHERE",
        "NOT_ACTIVE",
        "QUANTITY_BELOW_ASSIGNED",
        "REDUCTION_WINDOW_PASSED",
        "QUANTITY_OUT_OF_RANGE",
        "REDUCE_WITH_PRODUCT_KEY",
        "TRIAL_BUY_FIRST",
        "NOTHING_TO_CHANGE",
        "PAYMENT_METHOD_REQUIRED",
        "PAYMENT_METHOD_UNKNOWN",
        "PAYMENT_METHOD_COUNTRY",
        "PAYMENT_METHOD_IN_USE",
        "CARD_INVALID",
        "PAYMENT_DECLINED",
        "AUTHENTICATION_REQUIRED",
        "SANDBOX_ONLY",
        "INVOICE_NOT_APPROVED",
        "PAYMENT_IN_PROGRESS",
        "NO_PRICE",
        "ASSIGN_UNKNOWN_PRODUCT",
        "ASSIGN_COMPANY_ONLY",
        "ASSIGN_FOREIGN_PLAN",
        "ASSIGN_DUPLICATE",
        "ASSIGN_USAGE_LOCATION",
        "ASSIGN_PROHIBITED",
        "ASSIGN_DEPENDENCY",
        "ASSIGN_EXCLUSIVE",
        "ASSIGN_NO_UNITS",
        "ASSIGN_NOT_HELD",
        "ASSIGN_INHERITED",
        "ASSIGN_SELF_SERVICE",
        "KEY_CONSUMER_OR_INVALID",
        "KEY_INVALID",
        "KEY_DUPLICATE_IN_ORDER",
        "KEY_EXPIRED",
        "KEY_ALREADY_REDEEMED",
        "SERVICE_BUSY",
        "OFFER_UNAVAILABLE",
        "KEY_OVER_MAXIMUM",
        "NoMatchingEligProductsFound",
        "KEY_WRONG_PLAN",
        "KEY_REVOKED",
        "KEY_GUESS_LIMIT",
        "KEY_BELOW_ASSIGNED",
        "KEY_NOT_EXTENDABLE",
    ];
}

/// The first day of what has not begun, as in "It starts on 2026-03-01."
fn starts_on(starts: Timestamp) -> String {
    format!("It starts on {}.", calendar::date(starts))
}

/// "a X", "a X or a Y", "a X, a Y or a Z".
fn one_of(words: &[&str]) -> String {
    match words {
        [] => "an administrator".to_owned(),
        [one] => format!("a {one}"),
        [most @ .., last] => format!("a {} or a {last}", most.join(", a ")),
    }
}

impl ReactivateRefusal {
    /// The stable code, which names its documentation page.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Deleted => "DELETED",
            Self::PartnerManaged { .. } => "PARTNER_MANAGED",
            Self::VolumeLicense => "VOLUME_LICENSE",
            Self::Prepaid => "PREPAID",
            Self::SelfService { .. } => "SELF_SERVICE",
            Self::Pending => "PENDING",
            Self::BalanceDue { .. } => "BALANCE_DUE",
            Self::AccountBlocked => "ACCOUNT_BLOCKED",
            Self::LockedOut => "LOCKED_OUT",
            Self::EndOfSale => "END_OF_SALE",
            Self::ParentNotActive => "PARENT_NOT_ACTIVE",
            Self::TrialBuyInstead => "TRIAL_BUY_INSTEAD",
            Self::NothingToReactivate => "NOTHING_TO_REACTIVATE",
            Self::NotStarted { .. } => "NOT_STARTED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// What is wrong, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Deleted => "The subscription is deleted and its data cannot come back.".into(),
            Self::PartnerManaged { partner: Some(name) } => format!("The subscription was sold by the partner {name}."),
            Self::PartnerManaged { partner: None } => "The subscription was sold by a partner.".into(),
            Self::VolumeLicense => "The subscription belongs to a volume agreement.".into(),
            Self::Prepaid => "The subscription was paid for with a product key.".into(),
            Self::SelfService { buyer: Some(name) } => format!("The subscription was bought by {name}."),
            Self::SelfService { buyer: None } => "The subscription was bought by a user.".into(),
            Self::Pending => "An order or a credit check for the subscription is still running.".into(),
            Self::BalanceDue { amount } => format!("There is an unpaid balance of {amount}."),
            Self::AccountBlocked => "The billing account is blocked.".into(),
            Self::LockedOut => "The provider has locked the subscription.".into(),
            Self::EndOfSale => "The product is not sold any more.".into(),
            Self::ParentNotActive => {
                "The subscription is an add-on, and the subscription it belongs to is not active.".into()
            }
            Self::TrialBuyInstead => "A trial that has ended is bought, not reactivated.".into(),
            Self::NothingToReactivate => "The subscription has not ended, so there is nothing to reactivate.".into(),
            Self::NotStarted { starts } => starts_on(*starts),
            Self::Unknown => "The subscription cannot be reactivated here.".into(),
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Deleted => "Buy the product anew.",
            Self::PartnerManaged { .. } => "Contact the partner that sold it.",
            Self::VolumeLicense => "Place an order with your reseller.",
            Self::Prepaid => {
                "Extend the end date with a new, unused product key, or turn recurring billing on with a card while it is active."
            }
            Self::SelfService { .. } => "Ask the buyer, or take the subscription over.",
            Self::Pending => "Wait: it takes up to 48 hours.",
            Self::BalanceDue { .. } => "Pay the balance first, or let the reactivation collect it.",
            Self::AccountBlocked | Self::LockedOut | Self::Unknown => "Contact support.",
            Self::EndOfSale => "Choose another product, or contact support.",
            Self::ParentNotActive => "Reactivate the subscription it belongs to first.",
            Self::TrialBuyInstead => "Buy the product.",
            Self::NothingToReactivate => "Nothing needs doing.",
            Self::NotStarted { .. } => "Wait until it starts.",
        }
    }
}

impl ChangeRefusal {
    /// The stable code, which names its documentation page.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CancelWindowPassed { .. } => "CANCEL_WINDOW_PASSED",
            Self::CancelTooManyLicenses { .. } => "CANCEL_TOO_MANY_LICENSES",
            Self::CancelDomainAttached { .. } => "CANCEL_DOMAIN_ATTACHED",
            Self::CancelByRecurringOff => "CANCEL_BY_RECURRING_OFF",
            Self::ManagedElsewhere => "MANAGED_ELSEWHERE",
            Self::NotActive => "NOT_ACTIVE",
            Self::LockedOut => "LOCKED_OUT",
            Self::NotStarted { .. } => "NOT_STARTED",
            Self::Pending => "PENDING",
            Self::Prepaid => "PREPAID",
            Self::TrialBuyInstead => "TRIAL_BUY_INSTEAD",
            Self::Deleted => "DELETED",
            Self::QuantityBelowAssigned { .. } => "QUANTITY_BELOW_ASSIGNED",
            Self::ReductionWindowPassed { .. } => "REDUCTION_WINDOW_PASSED",
            Self::QuantityOutOfRange { .. } => "QUANTITY_OUT_OF_RANGE",
            Self::ReduceWithProductKey => "REDUCE_WITH_PRODUCT_KEY",
            Self::TrialBuyFirst => "TRIAL_BUY_FIRST",
            Self::EndOfSale => "END_OF_SALE",
            Self::NothingToChange => "NOTHING_TO_CHANGE",
            Self::PaymentMethodRequired => "PAYMENT_METHOD_REQUIRED",
        }
    }

    /// What is wrong, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::CancelWindowPassed { days } => {
                format!(
                    "A subscription can be cancelled within {days} days of its start or renewal, and they have passed."
                )
            }
            Self::CancelTooManyLicenses { most } => {
                format!("A subscription with more than {most} licenses cannot be cancelled here.")
            }
            Self::CancelDomainAttached { domain } => format!("The domain {domain} is still attached."),
            Self::CancelByRecurringOff => "This subscription ends by itself when recurring billing is off.".into(),
            Self::ManagedElsewhere => "The subscription is managed by whoever sold it.".into(),
            Self::NotActive => "This can be changed only while the subscription is active.".into(),
            Self::LockedOut => "The provider has locked the subscription.".into(),
            Self::NotStarted { starts } => starts_on(*starts),
            Self::Pending => "An order or a credit check for the subscription is still running.".into(),
            Self::Prepaid => "The subscription was paid for with a product key and has ended.".into(),
            Self::TrialBuyInstead => "A trial that has ended is bought, not changed.".into(),
            Self::Deleted => "The subscription is deleted.".into(),
            Self::QuantityBelowAssigned { assigned } => {
                format!("{assigned} licenses are assigned, more than the new total.")
            }
            Self::ReductionWindowPassed { days, .. } => {
                format!("Licenses can be removed within {days} days of the purchase or renewal, and they have passed.")
            }
            Self::QuantityOutOfRange {
                minimum,
                maximum: Some(maximum),
            } => {
                format!("The quantity must be between {minimum} and {maximum}.")
            }
            Self::QuantityOutOfRange { minimum, maximum: None } => format!("The quantity must be at least {minimum}."),
            Self::ReduceWithProductKey => {
                "The number of licenses of a prepaid subscription changes by product key alone.".into()
            }
            Self::TrialBuyFirst => "Licenses cannot be bought for a trial.".into(),
            Self::EndOfSale => "The product is not sold any more.".into(),
            Self::NothingToChange => "It already is so.".into(),
            Self::PaymentMethodRequired => "Recurring billing needs a payment method.".into(),
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::CancelWindowPassed { .. } => {
                "Turn recurring billing off: the subscription then ends at the end of its term."
            }
            Self::CancelTooManyLicenses { .. } => "Reduce the number of licenses first, or contact support.",
            Self::CancelDomainAttached { .. } => "Remove the domain first.",
            Self::CancelByRecurringOff => "Turn recurring billing off.",
            Self::ManagedElsewhere => "Contact whoever sold it.",
            Self::NotActive => "Reactivate the subscription first.",
            Self::LockedOut => "Contact support.",
            Self::NotStarted { .. } => "Wait until it starts.",
            Self::Pending => "Wait: it takes up to 48 hours.",
            Self::Prepaid => "Extend the end date with a new, unused product key.",
            Self::TrialBuyInstead => "Buy the product.",
            Self::Deleted => "Buy the product anew.",
            Self::QuantityBelowAssigned { .. } => "Unassign licenses first.",
            Self::ReductionWindowPassed { schedulable: true, .. } => "Schedule the reduction for the renewal.",
            Self::ReductionWindowPassed { schedulable: false, .. } => {
                "Turn recurring billing on and schedule the reduction for the renewal."
            }
            Self::QuantityOutOfRange { .. } => "Enter a quantity within the range.",
            Self::ReduceWithProductKey => {
                "Redeem a new, unused product key: it adds licenses, or extends the subscription with fewer once they are unassigned."
            }
            Self::TrialBuyFirst => "Buy the trial first.",
            Self::EndOfSale => "Choose another product, or contact support.",
            Self::NothingToChange => "Nothing needs doing.",
            Self::PaymentMethodRequired => "Add a payment method first.",
        }
    }
}

impl PaymentRefusal {
    /// The stable code, which names its documentation page.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MethodRequired => "PAYMENT_METHOD_REQUIRED",
            Self::MethodUnknown => "PAYMENT_METHOD_UNKNOWN",
            Self::MethodCountry { .. } => "PAYMENT_METHOD_COUNTRY",
            Self::MethodInUse { .. } => "PAYMENT_METHOD_IN_USE",
            Self::CardInvalid { .. } => "CARD_INVALID",
            Self::Declined { .. } => "PAYMENT_DECLINED",
            Self::AuthenticationRequired => "AUTHENTICATION_REQUIRED",
            Self::SandboxOnly => "SANDBOX_ONLY",
            Self::InvoiceNotApproved => "INVOICE_NOT_APPROVED",
            Self::InProgress => "PAYMENT_IN_PROGRESS",
            Self::NoPrice => "NO_PRICE",
        }
    }

    /// What is wrong, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::MethodRequired => "A payment method is needed.".into(),
            Self::MethodUnknown => "There is no such payment method.".into(),
            Self::MethodCountry { country } => {
                format!("The payment method must be from {country}, the organization's country.")
            }
            Self::MethodInUse { subscriptions } => {
                format!("The payment method pays for {subscriptions} subscriptions.")
            }
            Self::CardInvalid { field } => format!("The card's {field} is not valid."),
            Self::Declined { decline } => format!("The payment was declined: {decline}."),
            Self::AuthenticationRequired => "The bank asks the card holder to confirm the payment.".into(),
            Self::SandboxOnly => "Test cards work only in a sandbox organization.".into(),
            Self::InvoiceNotApproved => "The organization is not approved for payment by invoice.".into(),
            Self::InProgress => "Another payment for the same thing is under way.".into(),
            Self::NoPrice => "The product has no price for this term in the organization's currency.".into(),
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::MethodRequired | Self::MethodUnknown => {
                "Choose one of the organization's payment methods, or add one."
            }
            Self::MethodCountry { .. } => "Use a payment method from the organization's country.",
            Self::MethodInUse { .. } => "Replace it there with another payment method first.",
            Self::CardInvalid { .. } => "Check the card and enter it again.",
            Self::Declined { .. } => "Use another card, or contact the bank. Nothing was changed.",
            Self::AuthenticationRequired => {
                "Use a card that needs no confirmation, or confirm with the bank. Nothing was changed."
            }
            Self::SandboxOnly => "Use a real card, or a sandbox organization.",
            Self::InvoiceNotApproved => "Use a card, or ask support for approval.",
            Self::InProgress => "Wait a minute and look again.",
            Self::NoPrice => "Contact support.",
        }
    }
}

impl AssignRefusal {
    /// The stable code, which names its documentation page.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownProduct { .. } => "ASSIGN_UNKNOWN_PRODUCT",
            Self::CompanyOnly { .. } => "ASSIGN_COMPANY_ONLY",
            Self::ForeignPlan { .. } => "ASSIGN_FOREIGN_PLAN",
            Self::Duplicate { .. } => "ASSIGN_DUPLICATE",
            Self::UsageLocation => "ASSIGN_USAGE_LOCATION",
            Self::Prohibited { .. } => "ASSIGN_PROHIBITED",
            Self::Dependency { .. } => "ASSIGN_DEPENDENCY",
            Self::Exclusive { .. } => "ASSIGN_EXCLUSIVE",
            Self::NoUnits { .. } => "ASSIGN_NO_UNITS",
            Self::NotHeld { .. } => "ASSIGN_NOT_HELD",
            Self::Inherited { .. } => "ASSIGN_INHERITED",
            Self::SelfService { .. } => "ASSIGN_SELF_SERVICE",
        }
    }

    /// The text official clients see (SPEC 13.2), with ids for plans.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::UnknownProduct { product } => {
                format!("License {product} does not correspond to a valid company License.")
            }
            Self::CompanyOnly { product } => format!("License {product} cannot be assigned to a user."),
            Self::ForeignPlan { product, plan } => {
                format!(
                    "License assignment failed because service plan {plan} in disabledPlans is not a service plan of license {product}."
                )
            }
            Self::Duplicate { product } => format!("License {product} is named more than once in the request."),
            Self::UsageLocation => "License assignment cannot be done for user with invalid usage location.".into(),
            Self::Prohibited { plan, country } => {
                format!(
                    "License assignment failed because service plan {plan} is not available in the user's usage location {country}."
                )
            }
            Self::Dependency { plan, needs } => {
                let needs: Vec<_> = needs.iter().map(ToString::to_string).collect();
                format!(
                    "License assignment failed because service plan {plan} depends on the service plan(s) {}",
                    needs.join(",")
                )
            }
            Self::Exclusive { one, other } => {
                format!("License assignment failed because service plans {one},{other} are mutually exclusive")
            }
            Self::NoUnits { product } => {
                format!("Subscription with SKU {product} does not have any available licenses.")
            }
            Self::NotHeld { .. } => "User does not have a corresponding license.".into(),
            Self::Inherited { .. } => {
                "User license is inherited from a group membership and it cannot be removed directly from the user."
                    .into()
            }
            Self::SelfService { product } => {
                format!("License {product} was bought by a user and is assigned by that user.")
            }
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownProduct { .. } => "Choose a product that the organization has bought.",
            Self::CompanyOnly { .. } => "Nothing to assign: the product works for the whole organization.",
            Self::ForeignPlan { .. } => "Name only service plans of the product.",
            Self::Duplicate { .. } => "Name each product once.",
            Self::UsageLocation => "Set the user's usage location first.",
            Self::Prohibited { .. } => "Correct the usage location, or turn the service off.",
            Self::Dependency { .. } => "Turn the needed service on as well, or turn the dependent one off.",
            Self::Exclusive { .. } => "Turn one of the two services off, or remove one of the products.",
            Self::NoUnits { .. } => "Buy more licenses, free one from another user, or reactivate a subscription.",
            Self::NotHeld { .. } => "Choose a license that the user has.",
            Self::Inherited { .. } => "Remove the user from the group, or the license from the group.",
            Self::SelfService { .. } => "Take the subscription over first.",
        }
    }

    /// The stored error of a failed assignment (SPEC 13.1).
    #[must_use]
    pub const fn stored(&self) -> crate::licensing::AssignmentError {
        use crate::licensing::AssignmentError as Stored;
        match self {
            Self::NoUnits { .. } => Stored::CountViolation,
            Self::Exclusive { .. } => Stored::MutuallyExclusiveViolation,
            Self::Dependency { .. } => Stored::DependencyViolation,
            Self::Prohibited { .. } | Self::UsageLocation => Stored::ProhibitedInUsageLocationViolation,
            _ => Stored::Other,
        }
    }
}

impl RedeemRefusal {
    /// The stable code, which names its documentation page.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ConsumerOrInvalid { .. } => "KEY_CONSUMER_OR_INVALID",
            Self::Invalid { .. } => "KEY_INVALID",
            Self::DuplicateInOrder { .. } => "KEY_DUPLICATE_IN_ORDER",
            Self::Expired { .. } => "KEY_EXPIRED",
            Self::AlreadyRedeemed { .. } => "KEY_ALREADY_REDEEMED",
            Self::Busy => "SERVICE_BUSY",
            Self::OfferUnavailable { .. } => "OFFER_UNAVAILABLE",
            Self::OverMaximum { .. } => "KEY_OVER_MAXIMUM",
            Self::WrongCountry { .. } => "NoMatchingEligProductsFound",
            Self::WrongPlan { .. } => "KEY_WRONG_PLAN",
            Self::Revoked { .. } => "KEY_REVOKED",
            Self::GuessLimit { .. } => "KEY_GUESS_LIMIT",
            Self::BelowAssigned { .. } => "KEY_BELOW_ASSIGNED",
            Self::NotExtendable => "KEY_NOT_EXTENDABLE",
        }
    }

    /// What is wrong, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::ConsumerOrInvalid {
                belongs_to: Some(family),
            } => format!("This product key is for {family}."),
            Self::ConsumerOrInvalid { belongs_to: None } => "This is not a product key for an organization.".into(),
            Self::Invalid { groups } if groups.is_empty() => "This product key is not valid.".into(),
            Self::Invalid { groups } => {
                let groups: Vec<_> = groups.iter().map(ToString::to_string).collect();
                format!(
                    "This product key is not valid: group {} cannot be right.",
                    groups.join(" and ")
                )
            }
            Self::DuplicateInOrder { last_five } => {
                format!("The product key ending in {last_five} is already in this order.")
            }
            Self::Expired { last_five } => format!("The product key ending in {last_five} had to be redeemed earlier."),
            Self::AlreadyRedeemed {
                last_five,
                by_own_organization: true,
            } => {
                format!("Your organization has already redeemed the product key ending in {last_five}.")
            }
            Self::AlreadyRedeemed { last_five, .. } => {
                format!("The product key ending in {last_five} has already been used.")
            }
            Self::Busy => "The request cannot be handled right now.".into(),
            Self::OfferUnavailable { last_five } => {
                format!("What the product key ending in {last_five} stands for is not available.")
            }
            Self::OverMaximum { maximum } => {
                format!("The product keys add more licenses than the product allows; the maximum is {maximum}.")
            }
            Self::WrongCountry { country } => format!("The product key was sold for use in {country}."),
            Self::WrongPlan { last_five } => {
                format!("The product key ending in {last_five} is for another product, term or number of licenses.")
            }
            Self::Revoked { last_five } => format!("The product key ending in {last_five} has been withdrawn."),
            Self::GuessLimit { .. } => "Too many product keys that do not exist were tried.".into(),
            Self::BelowAssigned { assigned, quantity } => {
                format!("{assigned} licenses are assigned, and the product key is for {quantity}.")
            }
            Self::NotExtendable => "The subscription cannot be extended with a product key.".into(),
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::ConsumerOrInvalid { .. } => "Redeem it where such keys are redeemed, or check the characters.",
            Self::Invalid { .. } => {
                "Check the characters 0 and O, 5 and S, 1, l and I, then enter it again; ask the reseller if it stays so."
            }
            Self::DuplicateInOrder { .. } => "Remove it, or enter another unused key.",
            Self::Expired { .. } | Self::Revoked { .. } => "Ask whoever sold it for a new, unused key.",
            Self::AlreadyRedeemed {
                by_own_organization: true,
                ..
            } => "Look at your subscriptions: it is there.",
            Self::AlreadyRedeemed { .. } => "Enter another key, or ask whoever sold it.",
            Self::Busy => "Wait a few minutes and try again; contact support after 15 minutes.",
            Self::OfferUnavailable { .. } => "Contact whoever sold it, or support.",
            Self::OverMaximum { .. } => "Remove the key and use one with fewer licenses.",
            Self::WrongCountry { .. } => "Use a key that was sold for your country, or contact support.",
            Self::WrongPlan { .. } => "Choose a subscription of the same product, or redeem the key by itself.",
            Self::GuessLimit { .. } => "Wait, then enter the key from its card or e-mail.",
            Self::BelowAssigned { .. } => "Unassign licenses first.",
            Self::NotExtendable => "Redeem the key as a new subscription.",
        }
    }
}

macro_rules! from {
    ($($variant:ident($type:ident)),+) => {$(
        impl From<$type> for Refusal {
            fn from(refusal: $type) -> Self {
                Self::$variant(refusal)
            }
        }
    )+};
}

from! { Reactivate(ReactivateRefusal), Change(ChangeRefusal), Payment(PaymentRefusal), Assign(AssignRefusal), Redeem(RedeemRefusal) }

/// An amount that cannot be computed is not charged: the product's price needs mending.
impl From<MoneyError> for Refusal {
    fn from(_: MoneyError) -> Self {
        Self::Payment(PaymentRefusal::NoPrice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once_each() {
        let distinct: BTreeSet<_> = Refusal::CODES.iter().collect();
        assert_eq!(distinct.len(), Refusal::CODES.len());
    }

    #[test]
    fn ra_02_the_refusal_names_the_roles_that_may() {
        let refusal = Refusal::NotPermitted {
            needed: crate::role::Operation::Reactivate.roles(),
        };
        assert_eq!(
            refusal.message(),
            "You must be a Global Administrator or a Billing Administrator to do this."
        );
    }

    #[test]
    fn what_no_role_may_is_the_providers() {
        let refusal = Refusal::NotPermitted { needed: Vec::new() };
        assert_eq!(refusal.message(), "Only the provider can do this.");
        assert_eq!(refusal.remedy(), "Contact support.");
    }
}
