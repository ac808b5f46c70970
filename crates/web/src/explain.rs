//! What a refusal says about the case at hand: the words of its page, with the names, dates and figures it carries.

use aktiver_service::domain::Refusal;
use aktiver_service::domain::catalog::Catalog;
use aktiver_service::domain::ids::{PlanId, ProductId};
use aktiver_service::domain::refusal::{
    AssignRefusal, ChangeRefusal, PaymentRefusal, ReactivateRefusal, RedeemRefusal,
};

use crate::countries;
use crate::i18n::Text;
use crate::refusals::{self, Words};
use crate::words;

/// The page of a refusal's code; codes without one read as the page that knows no reason.
pub fn known(refusal: &Refusal) -> refusals::Refusal {
    refusals::Refusal::from_code(refusal.code()).unwrap_or(refusals::Refusal::Unknown)
}

/// Title, detail and remedy of a refusal. The catalog gives products and services their names.
pub fn explain(t: Text, refusal: &Refusal, catalog: Option<&Catalog>) -> Words {
    let mut words = known(refusal).words(t);
    let exact = match refusal {
        Refusal::NotPermitted { needed } if needed.is_empty() => {
            words.remedy = refusals::Refusal::Unknown.words(t).remedy;
            Some(t.get("exact-not-permitted-provider"))
        }
        Refusal::NotPermitted { needed } => {
            let roles: Vec<String> = needed.iter().map(|role| words::role(t, *role)).collect();
            Some(t.with("exact-not-permitted", &[("roles", words::one_of(t, &roles).into())]))
        }
        Refusal::Reactivate(reason) => reactivate(t, reason, &mut words),
        Refusal::Change(reason) => change(t, reason),
        Refusal::Payment(reason) => payment(t, reason),
        Refusal::Assign(reason) => catalog.and_then(|catalog| assign(t, reason, catalog)),
        Refusal::Redeem(reason) => redeem(t, reason),
    };
    if let Some(exact) = exact {
        words.detail = exact;
    }
    words
}

/// Whom to ask, when the person may not: "Ask Kari Dahl or Ola Berg."
pub fn ask(t: Text, names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| t.with("exact-not-permitted-ask", &[("names", words::one_of(t, names).into())]))
}

fn reactivate(t: Text, reason: &ReactivateRefusal, words: &mut Words) -> Option<String> {
    match reason {
        ReactivateRefusal::PartnerManaged { partner: Some(partner) } => {
            words.remedy = t.with("exact-partner-remedy", &[("partner", partner.as_str().into())]);
            Some(t.with("exact-partner", &[("partner", partner.as_str().into())]))
        }
        ReactivateRefusal::SelfService { buyer: Some(buyer) } => {
            Some(t.with("exact-buyer", &[("buyer", buyer.as_str().into())]))
        }
        ReactivateRefusal::BalanceDue { amount } => {
            Some(t.with("exact-balance", &[("amount", words::money(t, *amount).into())]))
        }
        _ => None,
    }
}

fn change(t: Text, reason: &ChangeRefusal) -> Option<String> {
    Some(match reason {
        ChangeRefusal::CancelWindowPassed { days } => t.with("exact-cancel-window", &[("days", (*days).into())]),
        ChangeRefusal::CancelTooManyLicenses { most } => t.with("exact-cancel-too-many", &[("most", (*most).into())]),
        ChangeRefusal::CancelDomainAttached { domain } => {
            t.with("exact-cancel-domain", &[("domain", domain.as_str().into())])
        }
        ChangeRefusal::QuantityBelowAssigned { assigned } => {
            t.with("exact-below-assigned", &[("assigned", (*assigned).into())])
        }
        ChangeRefusal::ReductionWindowPassed { days, .. } => {
            t.with("exact-reduction-window", &[("days", (*days).into())])
        }
        ChangeRefusal::QuantityOutOfRange {
            minimum,
            maximum: Some(maximum),
        } => t.with(
            "exact-range",
            &[("minimum", (*minimum).into()), ("maximum", (*maximum).into())],
        ),
        ChangeRefusal::QuantityOutOfRange { minimum, maximum: None } => {
            t.with("exact-at-least", &[("minimum", (*minimum).into())])
        }
        _ => return None,
    })
}

fn payment(t: Text, reason: &PaymentRefusal) -> Option<String> {
    Some(match reason {
        PaymentRefusal::MethodCountry { country } => t.with(
            "exact-method-country",
            &[("country", countries::name(t, country).into())],
        ),
        PaymentRefusal::MethodInUse { subscriptions } => {
            t.with("exact-method-in-use", &[("count", (*subscriptions).into())])
        }
        PaymentRefusal::CardInvalid { field } => card_field(t, field),
        PaymentRefusal::Declined { decline } => match decline.as_str() {
            "insufficient_funds" => t.get("exact-declined-funds"),
            "expired_card" => t.get("exact-declined-expired"),
            "test_mode_live_card" => t.get("exact-declined-test"),
            _ => t.get("exact-declined"),
        },
        _ => return None,
    })
}

/// What is wrong with a field of a card, as the gateway names it.
fn card_field(t: Text, field: &str) -> String {
    if field.contains("expir") {
        t.get("exact-card-expiry")
    } else if field.contains("holder") || field.contains("name") {
        t.get("exact-card-holder")
    } else if field.contains("code") {
        t.get("exact-card-code")
    } else {
        t.get("exact-card-number")
    }
}

fn assign(t: Text, reason: &AssignRefusal, catalog: &Catalog) -> Option<String> {
    let plan = |id: PlanId| {
        catalog
            .plan(id)
            .map_or_else(|| id.to_string(), |plan| plan.friendly_name.clone())
    };
    let product = |id: ProductId| {
        catalog
            .product(id)
            .map_or_else(|| id.to_string(), |product| product.name.clone())
    };
    Some(match reason {
        AssignRefusal::Dependency { plan: of, needs } => {
            let needs: Vec<String> = needs.iter().map(|id| plan(*id)).collect();
            t.with(
                "exact-needs",
                &[("plan", plan(*of).into()), ("needs", words::one_of(t, &needs).into())],
            )
        }
        AssignRefusal::Exclusive { one, other } => t.with(
            "exact-exclusive",
            &[("one", plan(*one).into()), ("other", plan(*other).into())],
        ),
        AssignRefusal::Prohibited { plan: of, country } => t.with(
            "exact-prohibited",
            &[
                ("plan", plan(*of).into()),
                ("country", countries::name(t, country).into()),
            ],
        ),
        AssignRefusal::NoUnits { product: of } => t.with("exact-no-units", &[("product", product(*of).into())]),
        _ => return None,
    })
}

fn redeem(t: Text, reason: &RedeemRefusal) -> Option<String> {
    let key = |id: &str, last_five: &str| t.with(id, &[("key", last_five.into())]);
    Some(match reason {
        RedeemRefusal::ConsumerOrInvalid {
            belongs_to: Some(family),
        } => t.with("exact-key-family", &[("family", family.as_str().into())]),
        RedeemRefusal::Invalid { groups } if !groups.is_empty() => key_groups(t, groups),
        RedeemRefusal::AlreadyRedeemed {
            last_five,
            by_own_organization: true,
        } => key("exact-key-own", last_five),
        RedeemRefusal::AlreadyRedeemed { last_five, .. } => key("exact-key-used", last_five),
        RedeemRefusal::DuplicateInOrder { last_five } => key("exact-key-double", last_five),
        RedeemRefusal::Expired { last_five } => key("exact-key-expired", last_five),
        RedeemRefusal::Revoked { last_five } => key("exact-key-revoked", last_five),
        RedeemRefusal::OfferUnavailable { last_five } => key("exact-key-offer", last_five),
        RedeemRefusal::WrongPlan { last_five } => key("exact-key-plan", last_five),
        RedeemRefusal::OverMaximum { maximum } => t.with("exact-key-maximum", &[("maximum", (*maximum).into())]),
        RedeemRefusal::WrongCountry { country } => {
            t.with("exact-key-country", &[("country", countries::name(t, country).into())])
        }
        RedeemRefusal::BelowAssigned { assigned, quantity } => t.with(
            "exact-key-below",
            &[("assigned", (*assigned).into()), ("quantity", (*quantity).into())],
        ),
        RedeemRefusal::GuessLimit { retry_after_seconds } => {
            let minutes = retry_after_seconds.div_ceil(60).max(1);
            t.with("exact-key-wait", &[("minutes", minutes.into())])
        }
        _ => return None,
    })
}

/// Which groups of a key cannot be right.
pub fn key_groups(t: Text, groups: &[u8]) -> String {
    let names: Vec<String> = groups.iter().map(u8::to_string).collect();
    t.with(
        "exact-key-groups",
        &[
            ("count", groups.len().into()),
            ("groups", words::all_of(t, &names).into()),
        ],
    )
}
