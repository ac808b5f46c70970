//! A card gateway for sandboxes and demonstrations: published test numbers decide what happens, and no money moves.
//!
//! | Number | When added | Each charge |
//! |---|---|---|
//! | 4242 4242 4242 4242, 5555 5555 5555 4444, 3782 822463 10005 | taken | paid |
//! | 4000 0000 0000 0002 | declined, `card_declined` | |
//! | 4000 0000 0000 0069 | declined, `expired_card` | |
//! | 4000 0000 0000 0341 | taken | declined, `card_declined`, also a charge of zero |
//! | 4000 0000 0000 9995 | taken | declined, `insufficient_funds`; a charge of zero is paid |
//! | 4000 0025 0000 3155 | taken | wants authentication |
//! | any other that could be a card's | declined, `test_mode_live_card` | |
//!
//! The reference it hands out says how the card behaves, its brand and last four digits; the number is kept nowhere. So the
//! same charge has the same outcome after a restart too.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use aktiver_domain::ids::ChargeId;
use aktiver_domain::{Timestamp, calendar, country};
use aktiver_service::ports::{
    AttachError, AttachedCard, ChargeOutcome, ChargeRequest, Gateway, GatewayUnreachable, NewCard,
};
use async_trait::async_trait;
use jiff::civil::{Date, date};

/// How a test card behaves when it is charged; its text stands in the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    Pays,
    Declines,
    LacksFunds,
    WantsAuthentication,
}

impl Behavior {
    const ALL: [Self; 4] = [Self::Pays, Self::Declines, Self::LacksFunds, Self::WantsAuthentication];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Pays => "pays",
            Self::Declines => "declines",
            Self::LacksFunds => "lacks-funds",
            Self::WantsAuthentication => "wants-authentication",
        }
    }
}

/// What a number does when it is added.
enum Added {
    Taken(Behavior),
    Declined(&'static str),
}

fn added(digits: &str) -> Added {
    match digits {
        "4242424242424242" | "5555555555554444" | "378282246310005" => Added::Taken(Behavior::Pays),
        "4000000000000341" => Added::Taken(Behavior::Declines),
        "4000000000009995" => Added::Taken(Behavior::LacksFunds),
        "4000002500003155" => Added::Taken(Behavior::WantsAuthentication),
        "4000000000000002" => Added::Declined("card_declined"),
        "4000000000000069" => Added::Declined("expired_card"),
        _ => Added::Declined("test_mode_live_card"),
    }
}

/// The gateway. Clones of a reference behave alike; outcomes are remembered by charge, the latest few thousand.
#[derive(Default)]
pub struct SandboxCardGateway {
    outcomes: Mutex<Outcomes>,
}

#[derive(Default)]
struct Outcomes {
    by_charge: HashMap<ChargeId, ChargeOutcome>,
    oldest_first: VecDeque<ChargeId>,
}

/// An older charge is decided anew, from the same reference and so alike.
const REMEMBERED: usize = 4096;
/// How a reference begins, so that a log reader knows what it is.
const PREFIX: &str = "sandbox";

#[async_trait]
impl Gateway for SandboxCardGateway {
    /// # Errors
    /// [`AttachError::Invalid`] with the field `number`, `expiry`, `securityCode`, `name` or `country`; [`AttachError::Declined`]
    /// as in the table above.
    async fn attach(&self, card: &NewCard, at: Timestamp) -> Result<AttachedCard, AttachError> {
        let invalid = |field| Err(AttachError::Invalid { field });
        let Some(digits) = digits(&card.number) else {
            return invalid("number");
        };
        let brand = brand(&digits);
        if last_day(&card.expiry).is_none_or(|day| calendar::date(at) > day) {
            return invalid("expiry");
        }
        if !card
            .security_code
            .as_deref()
            .is_none_or(|code| is_security_code(code, brand))
        {
            return invalid("securityCode");
        }
        if card.holder.trim().is_empty() {
            return invalid("name");
        }
        if !country::is_country(&card.country) {
            return invalid("country");
        }
        match added(&digits) {
            Added::Declined(decline) => Err(AttachError::Declined {
                decline: decline.to_owned(),
            }),
            Added::Taken(behavior) => {
                let last_four: String = digits.chars().skip(digits.len().saturating_sub(4)).collect();
                let reference = format!("{PREFIX}_{}_{brand}_{last_four}", behavior.as_str());
                Ok(AttachedCard {
                    reference,
                    brand: brand.to_owned(),
                    last_four,
                })
            }
        }
    }

    async fn charge(&self, charge: &ChargeRequest) -> Result<ChargeOutcome, GatewayUnreachable> {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = outcomes.by_charge.get(&charge.id) {
            return Ok(outcome.clone());
        }
        let outcome = decide(charge);
        if outcomes.oldest_first.len() >= REMEMBERED
            && let Some(oldest) = outcomes.oldest_first.pop_front()
        {
            outcomes.by_charge.remove(&oldest);
        }
        outcomes.oldest_first.push_back(charge.id);
        outcomes.by_charge.insert(charge.id, outcome.clone());
        Ok(outcome)
    }

    async fn refund(&self, _charge: &ChargeRequest, _gateway_reference: &str) -> Result<(), GatewayUnreachable> {
        Ok(())
    }
}

fn decide(charge: &ChargeRequest) -> ChargeOutcome {
    let declined = |decline: &str| ChargeOutcome::Declined {
        decline: decline.to_owned(),
    };
    let paid = || ChargeOutcome::Succeeded {
        reference: format!("{PREFIX}-{}", charge.id),
    };
    let behavior = charge
        .reference
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix('_'))
        .and_then(|rest| rest.split('_').next())
        .and_then(|text| Behavior::ALL.into_iter().find(|behavior| behavior.as_str() == text));
    match behavior {
        Some(Behavior::Pays) => paid(),
        Some(Behavior::Declines) => declined("card_declined"),
        Some(Behavior::LacksFunds) if charge.amount.is_zero() => paid(),
        Some(Behavior::LacksFunds) => declined("insufficient_funds"),
        Some(Behavior::WantsAuthentication) => ChargeOutcome::AuthenticationRequired,
        // A reference of another gateway, in a database that changed hands.
        None => declined("payment_method_unknown"),
    }
}

/// The digits of a number written with or without spaces and hyphens, when a card could have it.
fn digits(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(|symbol| !matches!(symbol, ' ' | '-')).collect();
    let is_card = (12..=19).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && has_check_digit(&digits);
    is_card.then_some(digits)
}

/// ISO/IEC 7812: from the right, every second digit counts twice, and the sum of all digits ends in zero.
fn has_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match digit * if place % 2 == 1 { 2 } else { 1 } {
                doubled @ 10.. => doubled - 9,
                small => small,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn brand(digits: &str) -> &'static str {
    let leading = |length: usize| {
        digits
            .get(..length)
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or(0)
    };
    match (leading(2), leading(4)) {
        (34 | 37, _) => "amex",
        (51..=55, _) | (_, 2221..=2720) => "mastercard",
        (40..=49, _) => "visa",
        _ => "unknown",
    }
}

/// The last day a card may be used, from `MM/YY`.
fn last_day(expiry: &str) -> Option<Date> {
    let (month, year) = expiry.trim().split_once('/')?;
    let (month, year) = (month.trim(), year.trim());
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(month) || !two_digits(year) {
        return None;
    }
    let month: i8 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year: i16 = year.parse().ok()?;
    Some(date(2000 + year, month, 1).last_of_month())
}

/// Four digits on an American Express card, three on every other.
fn is_security_code(code: &str, brand: &str) -> bool {
    let length = if brand == "amex" { 4 } else { 3 };
    code.len() == length && code.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use aktiver_domain::Money;
    use aktiver_domain::ids::OrganizationId;
    use aktiver_domain::money::Currency;

    use super::*;

    fn noon(text: &str) -> Timestamp {
        format!("{text}T12:00:00Z").parse().unwrap()
    }

    fn card(number: &str) -> NewCard {
        NewCard {
            number: number.to_owned(),
            expiry: "11/26".to_owned(),
            security_code: Some(if number.starts_with('3') { "1234" } else { "123" }.to_owned()),
            holder: "Kari Nordmann".to_owned(),
            country: "NO".to_owned(),
        }
    }

    async fn attach(card: &NewCard) -> Result<AttachedCard, AttachError> {
        SandboxCardGateway::default().attach(card, noon("2026-11-22")).await
    }

    fn request(id: u128, reference: &str, minor: i64) -> ChargeRequest {
        let guid = |number: u128| format!("018f0000-0000-7000-8000-{number:012x}");
        ChargeRequest {
            id: ChargeId::parse(&guid(id)).unwrap(),
            organization: OrganizationId::parse(&guid(1)).unwrap(),
            amount: Money::new(minor, Currency::NOK),
            reference: reference.to_owned(),
            text: "Aktiver".to_owned(),
            at: noon("2026-11-22"),
        }
    }

    async fn outcome(number: &str, minor: i64) -> ChargeOutcome {
        let attached = attach(&card(number)).await.unwrap();
        SandboxCardGateway::default()
            .charge(&request(7, &attached.reference, minor))
            .await
            .unwrap()
    }

    fn declined(decline: &str) -> ChargeOutcome {
        ChargeOutcome::Declined {
            decline: decline.to_owned(),
        }
    }

    #[tokio::test]
    async fn pm_01_the_paying_cards_pay_with_and_without_spaces_and_hyphens() {
        for (number, brand, last_four) in [
            ("4242424242424242", "visa", "4242"),
            ("4242 4242 4242 4242", "visa", "4242"),
            ("5555-5555-5555-4444", "mastercard", "4444"),
            ("3782 822463 10005", "amex", "0005"),
        ] {
            let attached = attach(&card(number)).await.unwrap();
            assert_eq!(
                (attached.brand.as_str(), attached.last_four.as_str()),
                (brand, last_four)
            );
            for minor in [0, 990_000] {
                assert!(
                    matches!(outcome(number, minor).await, ChargeOutcome::Succeeded { .. }),
                    "{number} {minor}"
                );
            }
        }
    }

    #[tokio::test]
    async fn cards_that_are_declined_when_added_say_why() {
        for (number, decline) in [
            ("4000000000000002", "card_declined"),
            ("4000000000000069", "expired_card"),
            ("4111111111111111", "test_mode_live_card"),
        ] {
            assert_eq!(
                attach(&card(number)).await,
                Err(AttachError::Declined {
                    decline: decline.to_owned()
                })
            );
        }
    }

    #[tokio::test]
    async fn scenario_44_a_card_that_was_taken_declines_each_charge_and_an_authorization_of_zero() {
        for minor in [0, 100] {
            assert_eq!(outcome("4000 0000 0000 0341", minor).await, declined("card_declined"));
        }
    }

    #[tokio::test]
    async fn a_card_without_funds_is_good_but_does_not_pay() {
        assert!(matches!(
            outcome("4000000000009995", 0).await,
            ChargeOutcome::Succeeded { .. }
        ));
        assert_eq!(outcome("4000000000009995", 100).await, declined("insufficient_funds"));
    }

    #[tokio::test]
    async fn a_card_can_want_authentication() {
        assert_eq!(
            outcome("4000002500003155", 100).await,
            ChargeOutcome::AuthenticationRequired
        );
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_card_is_named_by_its_field() {
        let good = card("4242424242424242");
        let cases = [
            (
                "number",
                NewCard {
                    number: "4242424242424241".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "number",
                NewCard {
                    number: "4242x4242424242".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "number",
                NewCard {
                    number: "0".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "expiry",
                NewCard {
                    expiry: "10/26".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "expiry",
                NewCard {
                    expiry: "13/27".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "expiry",
                NewCard {
                    expiry: "2027-01".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "securityCode",
                NewCard {
                    security_code: Some("12".to_owned()),
                    ..good.clone()
                },
            ),
            (
                "securityCode",
                NewCard {
                    security_code: Some("1234".to_owned()),
                    ..good.clone()
                },
            ),
            (
                "name",
                NewCard {
                    holder: " ".to_owned(),
                    ..good.clone()
                },
            ),
            (
                "country",
                NewCard {
                    country: "XX".to_owned(),
                    ..good.clone()
                },
            ),
        ];
        for (field, card) in cases {
            assert_eq!(attach(&card).await, Err(AttachError::Invalid { field }), "{field}");
        }
    }

    #[tokio::test]
    async fn a_card_is_good_through_the_last_day_of_its_month_on_the_organizations_clock() {
        let card = card("4242424242424242");
        let gateway = SandboxCardGateway::default();
        assert!(gateway.attach(&card, noon("2026-11-30")).await.is_ok());
        assert_eq!(
            gateway.attach(&card, noon("2026-12-01")).await,
            Err(AttachError::Invalid { field: "expiry" })
        );
    }

    #[tokio::test]
    async fn a_security_code_may_be_left_out() {
        assert!(
            attach(&NewCard {
                security_code: None,
                ..card("4242424242424242")
            })
            .await
            .is_ok()
        );
    }

    #[tokio::test]
    async fn the_number_is_not_in_the_reference() {
        let attached = attach(&card("4242424242424242")).await.unwrap();
        assert!(!attached.reference.contains("42424242"), "{}", attached.reference);
    }

    #[tokio::test]
    async fn one_charge_has_one_outcome_also_after_a_restart() {
        let pays = attach(&card("4242424242424242")).await.unwrap().reference;
        let declines = attach(&card("4000000000000341")).await.unwrap().reference;
        let gateway = SandboxCardGateway::default();
        let first = gateway.charge(&request(7, &pays, 100)).await.unwrap();
        assert_eq!(gateway.charge(&request(7, &declines, 100)).await.unwrap(), first);
        assert_eq!(
            SandboxCardGateway::default()
                .charge(&request(7, &pays, 100))
                .await
                .unwrap(),
            first
        );
        assert_ne!(gateway.charge(&request(8, &pays, 100)).await.unwrap(), first);
    }

    #[tokio::test]
    async fn a_reference_of_another_gateway_is_declined_and_memory_stays_bounded() {
        let gateway = SandboxCardGateway::default();
        assert_eq!(
            gateway.charge(&request(1, "pm_123", 100)).await.unwrap(),
            declined("payment_method_unknown")
        );
        for id in 0..6000 {
            gateway
                .charge(&request(id, "sandbox_pays_visa_4242", 100))
                .await
                .unwrap();
        }
        let outcomes = gateway.outcomes.lock().unwrap();
        assert_eq!(
            (outcomes.by_charge.len(), outcomes.oldest_first.len()),
            (REMEMBERED, REMEMBERED)
        );
    }
}
