//! Cancels: SPEC 6.2, scenarios 10 to 13.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{Cancel, CancelContext, CancelWhen, Cancelled, Cut, Phase, Standing, Subscription};
use aktiver_domain::{Refusal, Timestamp};
use proptest::prelude::*;
use rstest::rstest;

use crate::support::{TICK, at, bought, code, days, nok};

fn context() -> CancelContext {
    CancelContext {
        paid: Some(nok(1_200_000)),
        attached_domain: None,
        by_operator: false,
    }
}

fn cancel(subscription: Subscription, context: &CancelContext, now: Timestamp) -> Result<Cancelled, Refusal> {
    subscription.cancel(Cancel { when: CancelWhen::Now }, context, now)
}

#[test]
fn scenario_10_ca_01_on_the_third_day_it_is_disabled_at_once_with_a_prorated_credit() {
    let now = at("2026-02-02T12:00:00Z");
    let cancelled = cancel(bought(Channel::Direct, Term::Year, true, "2026-01-31"), &context(), now).unwrap();
    assert_eq!(cancelled.subscription.phase(now), Phase::Disabled);
    assert_eq!(
        cancelled.subscription.next_lifecycle_at(now),
        Some(now + days(90)),
        "CA-09"
    );
    assert_eq!(
        cancelled.credit,
        Some(nok(1_190_137)),
        "three days used of 365: 1 200 000 * 362 / 365"
    );
}

#[test]
fn scenario_11_ca_02_after_seven_days_recurring_billing_can_be_turned_off_instead() {
    let subscription = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    let eighth = at("2026-02-07");
    assert!(cancel(subscription.clone(), &context(), eighth - TICK).is_ok());
    let refusal = cancel(subscription.clone(), &context(), eighth).unwrap_err();
    assert_eq!(refusal.code(), "CANCEL_WINDOW_PASSED");
    assert!(refusal.remedy().contains("recurring billing off"));
    let renewal = Cancel {
        when: CancelWhen::Renewal,
    };
    let ends = subscription.cancel(renewal, &context(), eighth).unwrap();
    assert_eq!(
        (ends.subscription.recurring, ends.subscription.phase(eighth)),
        (false, Phase::Active)
    );
}

#[test]
fn ca_01_a_renewal_opens_the_window_again() {
    let renewed = bought(Channel::Direct, Term::Year, true, "2026-01-31").renewed().0;
    assert!(cancel(renewed, &context(), at("2027-02-03")).is_ok());
}

#[test]
fn scenario_12_ca_04_more_than_25_licenses_are_reduced_first() {
    let mut classic = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    classic.quantity = 26;
    let now = at("2026-06-01");
    assert_eq!(
        code(cancel(classic.clone(), &context(), now)),
        "CANCEL_TOO_MANY_LICENSES"
    );
    let operator = CancelContext {
        by_operator: true,
        ..context()
    };
    assert!(cancel(classic.clone(), &operator, now).is_ok());
    classic.quantity = 25;
    assert!(cancel(classic, &context(), now).is_ok());
}

#[test]
fn scenario_13_ca_05_an_attached_domain_is_removed_first() {
    let attached = CancelContext {
        attached_domain: Some("fjordvik.example".to_owned()),
        ..context()
    };
    let subscription = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    let refusal = cancel(subscription, &attached, at("2026-06-01")).unwrap_err();
    assert_eq!(refusal.code(), "CANCEL_DOMAIN_ATTACHED");
    assert!(refusal.message().contains("fjordvik.example"));
}

#[rstest]
#[case(Channel::Prepaid, "CANCEL_BY_RECURRING_OFF")]
#[case::ca_08(Channel::Trial, "CANCEL_BY_RECURRING_OFF")]
#[case(Channel::VolumeEnterprise, "MANAGED_ELSEWHERE")]
#[case(Channel::VolumeOpen, "MANAGED_ELSEWHERE")]
#[case(Channel::Partner, "MANAGED_ELSEWHERE")]
#[case(Channel::PartnerClassic, "MANAGED_ELSEWHERE")]
#[case(Channel::SelfService, "MANAGED_ELSEWHERE")]
#[case(Channel::DirectRep, "granted")]
fn who_may_cancel_follows_the_channel(#[case] channel: Channel, #[case] outcome: &str) {
    let subscription = bought(channel, Term::Month, true, "2026-01-31");
    assert_eq!(code(cancel(subscription, &context(), at("2026-02-02"))), outcome);
}

#[rstest]
#[case(Channel::Partner, Phase::Deleted)]
#[case(Channel::PartnerClassic, Phase::Disabled)]
fn spec_4_5_a_partners_cancel_deletes_or_suspends(#[case] channel: Channel, #[case] phase: Phase) {
    let operator = CancelContext {
        by_operator: true,
        ..context()
    };
    let now = at("2026-02-02");
    let cancelled = cancel(bought(channel, Term::Year, true, "2026-01-31"), &operator, now).unwrap();
    assert_eq!(
        cancelled.subscription.standing,
        Standing::Cut {
            at: now,
            why: Cut::ByPartner
        }
    );
    assert_eq!(cancelled.subscription.phase(now), phase);
    assert_eq!(cancelled.credit, None);
}

#[test]
fn a_cancel_needs_something_that_runs() {
    let classic = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    let outcome = |day: &str| code(cancel(classic.clone(), &context(), at(day)));
    assert_eq!(outcome("2027-02-10"), "granted", "in grace");
    assert_eq!(outcome("2027-03-10"), "NOTHING_TO_CHANGE");
    assert_eq!(outcome("2028-03-10"), "DELETED");
    let held = classic.hold(at("2026-03-01")).unwrap();
    assert_eq!(code(cancel(held, &context(), at("2026-04-01"))), "LOCKED_OUT");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ca_03_day_by_day_the_credit_and_the_used_share_make_up_what_was_paid(
        paid in 0_i64..1_000_000_000, term in 0_usize..3, first in 0_i64..1_500, hour in 0_i64..24,
    ) {
        let term = Term::ALL[term];
        let context = CancelContext { paid: Some(nok(paid)), ..context() };
        let start = at("2026-01-01") + days(first);
        let mut subscription = bought(Channel::DirectClassic, term, true, "2026-01-01");
        subscription.anchor = start;
        subscription.period = aktiver_domain::calendar::Period::nth(start, term, 0);
        let whole = subscription.period.days();
        let mut last = paid;
        for day in (0..whole).step_by(usize::try_from(whole / 28).unwrap()) {
            let now = start + days(day) + jiff::SignedDuration::from_hours(hour);
            let cancelled = cancel(subscription.clone(), &context, now).unwrap();
            let credit = cancelled.credit.map_or(0, |credit| credit.minor);
            let unused = whole - day - 1;
            prop_assert!(credit >= 0 && credit <= last, "a later cancel never gives more");
            // Within half a minor unit of the exact share, so that credit and use sum to what was paid.
            let error = i128::from(credit) * i128::from(whole) - i128::from(paid) * i128::from(unused);
            prop_assert!(error.abs() * 2 <= i128::from(whole));
            prop_assert!(credit + nok(paid).share(day + 1, whole).unwrap().minor <= paid + 1);
            last = credit;
        }
        let last_moment = subscription.period.end - TICK;
        prop_assert_eq!(cancel(subscription, &context, last_moment).unwrap().credit, None);
    }
}
