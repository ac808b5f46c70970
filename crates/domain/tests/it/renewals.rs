//! Renewals, their failures, and the arithmetic of terms: SPEC 16.2, scenario 44.

use aktiver_domain::calendar::{Period, Term, last_day, midnight};
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{Lifecycle, Phase, RenewalFailure, Standing, Subscription};
use jiff::civil::Date;
use proptest::prelude::*;

use crate::support::{TICK, at, bought, code, days, id, offer};

#[test]
fn forty_monthly_renewals_from_the_31st_never_drift() {
    let mut subscription = bought(Channel::Direct, Term::Month, true, "2026-01-31");
    for n in 1..=40_i16 {
        let (next, renewal) = subscription.renewed();
        subscription = next;
        let month = i8::try_from(n % 12).unwrap() + 1;
        let first = Date::new(2026 + n / 12, month, 1).unwrap();
        let day = first.days_in_month().min(31);
        let begins = Date::new(first.year(), month, day).unwrap();
        assert_eq!(renewal.period.start, midnight(begins), "renewal {n}");
        assert_eq!(subscription.period, renewal.period);
    }
    assert_eq!(subscription.anchor, at("2026-01-31"));
}

#[test]
fn a_leap_day_comes_back_every_fourth_year() {
    let mut subscription = bought(Channel::Direct, Term::Year, true, "2028-02-29");
    let mut ends = Vec::new();
    for _ in 0..4 {
        ends.push(last_day(subscription.period.end).to_string());
        subscription = subscription.renewed().0;
    }
    assert_eq!(ends, ["2029-02-27", "2030-02-27", "2031-02-27", "2032-02-28"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn renewals_follow_the_grid_of_the_first_day_without_a_gap(day in 0_i64..4_000, term in 0_usize..3, count in 1_i32..60) {
        let now = at("2024-01-01") + days(day);
        let term = Term::ALL[term];
        let mut subscription = Subscription::purchase(id(100), offer(Channel::Direct, term, true), now);
        for n in 1..=count {
            let end = subscription.period.end;
            subscription = subscription.renewed().0;
            prop_assert_eq!(subscription.period.start, end);
            prop_assert_eq!(subscription.period, Period::nth(subscription.anchor, term, n));
        }
    }

    #[test]
    fn the_term_of_any_day_lies_on_the_grid(day in 0_i64..4_000, term in 0_usize..3, later in 0_i64..5_000) {
        let now = at("2024-01-01") + days(day);
        let subscription = Subscription::purchase(id(100), offer(Channel::Direct, Term::ALL[term], true), now);
        let then = now + days(later) + TICK;
        prop_assert_eq!(
            subscription.period_at(then),
            Period::containing(subscription.anchor, subscription.term, then)
        );
    }

    #[test]
    fn spec_16_2_a_failed_renewal_opens_30_days_and_then_disables(term in 0_usize..3, seconds in 0_i64..10 * 86_400) {
        let subscription = bought(Channel::Direct, Term::ALL[term], true, "2026-01-31");
        let end = subscription.period.end;
        let first = end + jiff::SignedDuration::from_secs(seconds);
        let closes = first + days(30);
        let (mut failing, mut outcome) = subscription.renewal_failed(first);
        let mut tries = vec![first];
        while let RenewalFailure::RetryAt(again) = outcome {
            prop_assert_eq!(failing.phase(again), Phase::Active, "service goes on during retries");
            prop_assert!(failing.renewal_is_due(again));
            tries.push(again);
            (failing, outcome) = failing.renewal_failed(again);
        }
        prop_assert_eq!(outcome, RenewalFailure::LastTry { disables: closes });
        prop_assert_eq!(tries.len(), 10);
        prop_assert!(tries.windows(2).all(|w| w[1].duration_since(w[0]) == days(3)));
        prop_assert_eq!(failing.standing, Standing::PaymentFailing { since: first }, "later failures move nothing");
        prop_assert_eq!(failing.phase(closes - TICK), Phase::Active);
        prop_assert_eq!(failing.phase(closes), Phase::Disabled);
        prop_assert_eq!(failing.instants().deletes, Some(closes + days(90)));
    }
}

#[test]
fn scenario_44_a_declined_renewal_is_told_once_and_disables_after_30_days() {
    let subscription = bought(Channel::DirectClassic, Term::Month, true, "2026-04-10");
    let end = at("2026-05-10");
    let (due, events) = subscription.settle(end);
    assert_eq!(events, [(end, Lifecycle::RenewalDue)]);
    assert!(due.renewal_is_due(end) && due.phase(end).is_usable());
    let (failing, _) = due.renewal_failed(end);
    let (disabled, events) = failing.settle(end + days(60));
    assert_eq!(events, [(end + days(30), Lifecycle::Disabled)]);
    assert!(!disabled.renewal_is_due(end + days(60)));
}

#[test]
fn a_retry_that_succeeds_ends_the_window() {
    let subscription = bought(Channel::Direct, Term::Month, true, "2026-04-10");
    let end = subscription.period.end;
    let (failing, _) = subscription.renewal_failed(end);
    let (paid, renewal) = failing.renewed();
    assert_eq!(paid.standing, Standing::Running);
    assert_eq!(
        renewal.period.start, end,
        "the term that was waited for, not one from today"
    );
    assert_eq!(paid.instants().disables, None);
}

#[test]
fn a_renewal_stays_due_and_is_told_once() {
    let subscription = bought(Channel::Direct, Term::Month, true, "2026-04-10");
    let (first, told) = subscription.settle(at("2026-05-11"));
    let (second, again) = first.settle(at("2026-05-20"));
    assert_eq!((told.len(), again.len()), (1, 0));
    assert!(second.renewal_is_due(at("2026-05-20")));
    assert_eq!(
        second.phase(at("2026-05-20")),
        Phase::Active,
        "access waits for no charge"
    );
}

#[test]
fn rb_02_rb_06_recurring_billing_changes_while_active_and_needs_something_to_charge() {
    let now = at("2026-03-01");
    let mut prepaid = bought(Channel::Prepaid, Term::Year, false, "2026-01-31");
    assert_eq!(
        prepaid
            .clone()
            .set_recurring(true, now)
            .unwrap()
            .phase(at("2027-02-10")),
        Phase::Active
    );
    prepaid.payment_method = None;
    assert_eq!(
        code(prepaid.clone().set_recurring(true, now)),
        "PAYMENT_METHOD_REQUIRED"
    );
    assert_eq!(code(prepaid.clone().set_recurring(false, now)), "NOTHING_TO_CHANGE");
    assert_eq!(code(prepaid.set_recurring(true, at("2027-02-10"))), "PREPAID");
    for channel in [
        Channel::Partner,
        Channel::PartnerClassic,
        Channel::VolumeEnterprise,
        Channel::VolumeOpen,
        Channel::SelfService,
    ] {
        let subscription = bought(channel, Term::Year, true, "2026-01-31");
        assert_eq!(code(subscription.set_recurring(false, now)), "MANAGED_ELSEWHERE");
    }
}
