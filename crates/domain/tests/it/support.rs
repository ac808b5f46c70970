//! What the tests build subscriptions from.

use aktiver_domain::calendar::{Term, midnight};
use aktiver_domain::ids::{Id, Kind};
use aktiver_domain::money::{Currency, Money};
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{Arrears, NewSubscription, Reactivate, ReactivateContext, Subscription};
use aktiver_domain::{Refusal, Timestamp};
use jiff::SignedDuration;

pub const TICK: SignedDuration = SignedDuration::from_micros(1);

/// Midnight of a date such as `2026-01-31`, or an instant such as `2026-01-31T08:30:00Z`.
pub fn at(text: &str) -> Timestamp {
    if text.contains('T') {
        text.parse().unwrap()
    } else {
        midnight(text.parse().unwrap())
    }
}

pub fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

pub fn id<K: Kind>(number: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(number))
}

pub fn nok(minor: i64) -> Money {
    Money::new(minor, Currency::NOK)
}

/// What a purchase on some channel fixes, for ten licenses and with a card.
pub fn offer(channel: Channel, term: Term, recurring: bool) -> NewSubscription {
    NewSubscription {
        organization: id(1),
        product: id(2),
        channel,
        term,
        quantity: 10,
        recurring,
        payment_method: Some(id(3)),
        seller: Some("Nordlys Partner AS".to_owned()),
        parent: None,
        starts: None,
    }
}

/// Bought at 08:30 of a day.
pub fn bought(channel: Channel, term: Term, recurring: bool, day: &str) -> Subscription {
    let now = at(&format!("{day}T08:30:00Z"));
    Subscription::purchase(id(100), offer(channel, term, recurring), now)
}

/// A customer whose account is in order reactivates; a unit costs 1200.00 for a term.
pub fn customer() -> ReactivateContext {
    ReactivateContext {
        unit: Some(nok(120_000)),
        currency: Currency::NOK,
        account_blocked: false,
        order_in_progress: false,
        other_balance: None,
        account_credit: None,
        unused: None,
        end_of_sale: false,
        parent: None,
        maximum: None,
        assigned: 0,
        by_operator: false,
        by_buyer: false,
    }
}

pub fn operator() -> ReactivateContext {
    ReactivateContext {
        by_operator: true,
        ..customer()
    }
}

/// Reactivate as the agreement says.
pub const fn plainly() -> Reactivate {
    Reactivate {
        payment_method: None,
        anchor: None,
        arrears: Arrears::Collect,
        quantity: None,
        replacement: Id::from_uuid(uuid::Uuid::from_u128(101)),
    }
}

pub fn code<T>(result: Result<T, impl Into<Refusal>>) -> &'static str {
    match result {
        Ok(_) => "granted",
        Err(refusal) => refusal.into().code(),
    }
}
