//! What each refusal code means: the words that pages show, and a help page per code.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, Uri};
use axum::response::Response;

use crate::i18n::Text;
use crate::layout::{Area, Page, Visit};
use crate::{errors, help, render};

macro_rules! refusals {
    ($($name:ident = $code:literal, $slug:literal;)+) => {
        /// A refusal with a page of its own under `/help/refusals/{code}`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal { $(#[doc = $code] $name,)+ }

        impl Refusal {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code, as the APIs send it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The part of its message ids between `refusal-` and `-title`, `-detail`, `-remedy`.
            fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)+ }
            }
        }
    };
}

refusals! {
    Deleted = "DELETED", "deleted";
    PartnerManaged = "PARTNER_MANAGED", "partner-managed";
    VolumeLicense = "VOLUME_LICENSE", "volume-license";
    Prepaid = "PREPAID", "prepaid";
    NotPermitted = "NOT_PERMITTED", "not-permitted";
    SelfService = "SELF_SERVICE", "self-service";
    Pending = "PENDING", "pending";
    BalanceDue = "BALANCE_DUE", "balance-due";
    AccountBlocked = "ACCOUNT_BLOCKED", "account-blocked";
    EndOfSale = "END_OF_SALE", "end-of-sale";
    Unknown = "UNKNOWN", "unknown";
    NothingToReactivate = "NOTHING_TO_REACTIVATE", "nothing-to-reactivate";
    NotStarted = "NOT_STARTED", "not-started";
    ParentNotActive = "PARENT_NOT_ACTIVE", "parent-not-active";
    TrialBuyInstead = "TRIAL_BUY_INSTEAD", "trial-buy-instead";
    CancelWindowPassed = "CANCEL_WINDOW_PASSED", "cancel-window-passed";
    CancelTooManyLicenses = "CANCEL_TOO_MANY_LICENSES", "cancel-too-many-licenses";
    PaymentMethodRequired = "PAYMENT_METHOD_REQUIRED", "payment-method-required";
    PaymentDeclined = "PAYMENT_DECLINED", "payment-declined";
    AuthenticationRequired = "AUTHENTICATION_REQUIRED", "authentication-required";
    QuantityBelowAssigned = "QUANTITY_BELOW_ASSIGNED", "quantity-below-assigned";
    ReductionWindowPassed = "REDUCTION_WINDOW_PASSED", "reduction-window-passed";
    KeyConsumerOrInvalid = "KEY_CONSUMER_OR_INVALID", "key-consumer-or-invalid";
    KeyInvalid = "KEY_INVALID", "key-invalid";
    KeyDuplicateInOrder = "KEY_DUPLICATE_IN_ORDER", "key-duplicate-in-order";
    KeyExpired = "KEY_EXPIRED", "key-expired";
    KeyAlreadyRedeemed = "KEY_ALREADY_REDEEMED", "key-already-redeemed";
    ServiceBusy = "SERVICE_BUSY", "service-busy";
    OfferUnavailable = "OFFER_UNAVAILABLE", "offer-unavailable";
    KeyOverMaximum = "KEY_OVER_MAXIMUM", "key-over-maximum";
    NoMatchingEligProductsFound = "NoMatchingEligProductsFound", "key-other-country";
    KeyWrongPlan = "KEY_WRONG_PLAN", "key-wrong-plan";
    KeyRevoked = "KEY_REVOKED", "key-revoked";
    KeyGuessLimit = "KEY_GUESS_LIMIT", "key-guess-limit";
    LockedOut = "LOCKED_OUT", "locked-out";
    CancelDomainAttached = "CANCEL_DOMAIN_ATTACHED", "cancel-domain-attached";
    CancelByRecurringOff = "CANCEL_BY_RECURRING_OFF", "cancel-by-recurring-off";
    ManagedElsewhere = "MANAGED_ELSEWHERE", "managed-elsewhere";
    NotActive = "NOT_ACTIVE", "not-active";
    QuantityOutOfRange = "QUANTITY_OUT_OF_RANGE", "quantity-out-of-range";
    ReduceWithProductKey = "REDUCE_WITH_PRODUCT_KEY", "reduce-with-product-key";
    TrialBuyFirst = "TRIAL_BUY_FIRST", "trial-buy-first";
    NothingToChange = "NOTHING_TO_CHANGE", "nothing-to-change";
    PaymentMethodUnknown = "PAYMENT_METHOD_UNKNOWN", "payment-method-unknown";
    PaymentMethodCountry = "PAYMENT_METHOD_COUNTRY", "payment-method-country";
    PaymentMethodInUse = "PAYMENT_METHOD_IN_USE", "payment-method-in-use";
    CardInvalid = "CARD_INVALID", "card-invalid";
    SandboxOnly = "SANDBOX_ONLY", "sandbox-only";
    InvoiceNotApproved = "INVOICE_NOT_APPROVED", "invoice-not-approved";
    PaymentInProgress = "PAYMENT_IN_PROGRESS", "payment-in-progress";
    NoPrice = "NO_PRICE", "no-price";
    AssignUnknownProduct = "ASSIGN_UNKNOWN_PRODUCT", "assign-unknown-product";
    AssignCompanyOnly = "ASSIGN_COMPANY_ONLY", "assign-company-only";
    AssignForeignPlan = "ASSIGN_FOREIGN_PLAN", "assign-foreign-plan";
    AssignDuplicate = "ASSIGN_DUPLICATE", "assign-duplicate";
    AssignUsageLocation = "ASSIGN_USAGE_LOCATION", "assign-usage-location";
    AssignProhibited = "ASSIGN_PROHIBITED", "assign-prohibited";
    AssignDependency = "ASSIGN_DEPENDENCY", "assign-dependency";
    AssignExclusive = "ASSIGN_EXCLUSIVE", "assign-exclusive";
    AssignNoUnits = "ASSIGN_NO_UNITS", "assign-no-units";
    AssignNotHeld = "ASSIGN_NOT_HELD", "assign-not-held";
    AssignInherited = "ASSIGN_INHERITED", "assign-inherited";
    AssignSelfService = "ASSIGN_SELF_SERVICE", "assign-self-service";
    KeyBelowAssigned = "KEY_BELOW_ASSIGNED", "key-below-assigned";
    KeyNotExtendable = "KEY_NOT_EXTENDABLE", "key-not-extendable";
}

/// What a refusal says: what happened, why, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub title: String,
    pub detail: String,
    pub remedy: String,
}

impl Refusal {
    /// The errors a product key can meet, in the order of the help page (SPEC 15.4).
    pub const KEY_ERRORS: [Self; 10] = [
        Self::KeyConsumerOrInvalid,
        Self::KeyInvalid,
        Self::KeyDuplicateInOrder,
        Self::KeyExpired,
        Self::KeyAlreadyRedeemed,
        Self::ServiceBusy,
        Self::OfferUnavailable,
        Self::KeyOverMaximum,
        Self::NotPermitted,
        Self::NoMatchingEligProductsFound,
    ];

    /// By its code, whatever the case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|refusal| refusal.code().eq_ignore_ascii_case(code))
    }

    /// Its help page.
    pub fn path(self) -> String {
        format!("/help/refusals/{}", self.code())
    }

    /// Ids of its title, detail and remedy.
    pub fn messages(self) -> [String; 3] {
        ["title", "detail", "remedy"].map(|part| format!("refusal-{}-{part}", self.slug()))
    }

    pub fn words(self, t: Text) -> Words {
        let [title, detail, remedy] = self.messages().map(|id| t.get(&id));
        Words { title, detail, remedy }
    }

    /// The help topic that says more.
    fn topic(self) -> &'static str {
        match self {
            Self::KeyConsumerOrInvalid
            | Self::KeyInvalid
            | Self::KeyDuplicateInOrder
            | Self::KeyExpired
            | Self::KeyAlreadyRedeemed
            | Self::ServiceBusy
            | Self::OfferUnavailable
            | Self::KeyOverMaximum
            | Self::NoMatchingEligProductsFound
            | Self::KeyWrongPlan
            | Self::KeyRevoked
            | Self::KeyGuessLimit => "product-key-errors",
            Self::Prepaid | Self::ReduceWithProductKey | Self::KeyBelowAssigned | Self::KeyNotExtendable => {
                "product-key"
            }
            Self::PaymentMethodRequired
            | Self::PaymentMethodUnknown
            | Self::PaymentMethodCountry
            | Self::PaymentMethodInUse
            | Self::CardInvalid
            | Self::SandboxOnly
            | Self::InvoiceNotApproved
            | Self::PaymentInProgress
            | Self::PaymentDeclined
            | Self::AuthenticationRequired
            | Self::BalanceDue => "payment-information",
            Self::QuantityBelowAssigned
            | Self::AssignUnknownProduct
            | Self::AssignCompanyOnly
            | Self::AssignForeignPlan
            | Self::AssignDuplicate
            | Self::AssignUsageLocation
            | Self::AssignProhibited
            | Self::AssignDependency
            | Self::AssignExclusive
            | Self::AssignNoUnits
            | Self::AssignNotHeld
            | Self::AssignInherited
            | Self::AssignSelfService => "assign-licenses",
            Self::AccountBlocked
            | Self::LockedOut
            | Self::ManagedElsewhere
            | Self::NoPrice
            | Self::CancelDomainAttached
            | Self::Unknown
            | Self::CancelTooManyLicenses
            | Self::ReductionWindowPassed
            | Self::VolumeLicense
            | Self::SelfService => "contact-support",
            Self::Deleted
            | Self::PartnerManaged
            | Self::NotPermitted
            | Self::Pending
            | Self::EndOfSale
            | Self::NothingToReactivate
            | Self::NotStarted
            | Self::ParentNotActive
            | Self::TrialBuyInstead
            | Self::CancelWindowPassed
            | Self::CancelByRecurringOff
            | Self::NotActive
            | Self::QuantityOutOfRange
            | Self::TrialBuyFirst
            | Self::NothingToChange => "reactivate",
        }
    }
}

#[derive(Template)]
#[template(path = "pages/refusal.html")]
struct RefusalPage {
    page: Page,
    words: Words,
    code: &'static str,
    topic: Option<&'static help::Topic>,
}

impl RefusalPage {
    fn is_support(&self) -> bool {
        self.topic.is_some_and(|topic| topic.slug == "contact-support")
    }
}

/// GET `/help/refusals/{code}`
pub async fn page(Path(code): Path<String>, visit: Visit, method: Method, uri: Uri) -> Response {
    let t = visit.t;
    let Some(refusal) = Refusal::from_code(&code) else {
        return errors::not_found(t.locale, method, uri).await;
    };
    let words = refusal.words(t);
    let mut page = Page::new(&visit, Area::Home, words.title.clone());
    page.trail = help::trail(t, words.title.clone());
    render::page(
        t.locale,
        &RefusalPage {
            page,
            words,
            code: refusal.code(),
            topic: help::Topic::find(refusal.topic()),
        },
    )
}
