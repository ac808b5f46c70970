//! Quantities: SPEC 7, scenarios 14 and 15.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{ChangeQuantity, QuantityChange, QuantityContext, Subscription};
use aktiver_domain::{Refusal, Timestamp};
use rstest::rstest;

use crate::support::{TICK, at, bought, code, nok};

fn context() -> QuantityContext {
    QuantityContext {
        unit: Some(nok(36_500)),
        maximum: Some(300),
        end_of_sale: false,
        assigned: 0,
        by_operator: false,
    }
}

fn set(
    subscription: &Subscription,
    quantity: u32,
    context: &QuantityContext,
    now: Timestamp,
) -> Result<QuantityChange, Refusal> {
    subscription
        .clone()
        .change_quantity(ChangeQuantity { quantity }, context, now)
}

#[test]
fn scenario_14_qt_03_nine_of_ten_assigned_is_refused() {
    let full = QuantityContext {
        assigned: 10,
        ..context()
    };
    let classic = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    let now = at("2026-06-01");
    let refusal = set(&classic, 9, &full, now).unwrap_err();
    assert_eq!(refusal.code(), "QUANTITY_BELOW_ASSIGNED");
    assert!(refusal.remedy().contains("Unassign"));
    assert!(set(&classic, 9, &context(), now).is_ok());
}

#[test]
fn scenario_15_qt_05_after_seven_days_a_reduction_is_scheduled_for_the_renewal() {
    let direct = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    assert!(set(&direct, 9, &context(), at("2026-02-07") - TICK).is_ok());
    let refusal = set(&direct, 9, &context(), at("2026-02-19")).unwrap_err();
    assert_eq!(refusal.code(), "REDUCTION_WINDOW_PASSED");
    assert_eq!(refusal.remedy(), "Schedule the reduction for the renewal.");
    let off = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let refusal = set(&off, 9, &context(), at("2026-02-19")).unwrap_err();
    assert!(refusal.remedy().starts_with("Turn recurring billing on"));
}

#[test]
fn qt_01_qt_02_the_new_total_is_charged_for_the_days_left() {
    let direct = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    let change = set(&direct, 15, &context(), at("2026-04-11T15:00:00Z")).unwrap();
    assert_eq!(change.subscription.quantity, 15);
    assert_eq!(change.amount, Some(nok(5 * 295 * 100)));
    assert_eq!(change.subscription.period, direct.period);
}

#[test]
fn qt_04_classic_reduces_at_any_time_for_a_credit() {
    let classic = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    let change = set(&classic, 5, &context(), at("2026-04-11")).unwrap();
    assert_eq!(change.amount, Some(nok(-5 * 295 * 100)));
}

#[rstest]
#[case::qt_08(Channel::Prepaid, "REDUCE_WITH_PRODUCT_KEY", "REDUCE_WITH_PRODUCT_KEY")]
#[case::qt_09(Channel::Trial, "TRIAL_BUY_FIRST", "TRIAL_BUY_FIRST")]
#[case::qt_10(Channel::DirectRep, "MANAGED_ELSEWHERE", "MANAGED_ELSEWHERE")]
#[case(Channel::VolumeEnterprise, "MANAGED_ELSEWHERE", "MANAGED_ELSEWHERE")]
#[case(Channel::Partner, "MANAGED_ELSEWHERE", "MANAGED_ELSEWHERE")]
#[case(Channel::Direct, "granted", "granted")]
fn who_may_change_the_quantity_follows_the_channel(#[case] channel: Channel, #[case] more: &str, #[case] fewer: &str) {
    let subscription = bought(channel, Term::Month, true, "2026-01-31");
    let now = at("2026-02-02");
    assert_eq!(code(set(&subscription, 11, &context(), now)), more);
    assert_eq!(code(set(&subscription, 9, &context(), now)), fewer);
    let operator = QuantityContext {
        by_operator: true,
        ..context()
    };
    assert_eq!(code(set(&subscription, 11, &operator, now)), "granted");
}

#[test]
fn qt_12_within_the_range_and_only_while_active() {
    let classic = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    let outcome = |quantity, day: &str| code(set(&classic, quantity, &context(), at(day)));
    assert_eq!(outcome(0, "2026-06-01"), "QUANTITY_OUT_OF_RANGE");
    assert_eq!(outcome(301, "2026-06-01"), "QUANTITY_OUT_OF_RANGE");
    assert_eq!(outcome(300, "2026-06-01"), "granted");
    assert_eq!(outcome(10, "2026-06-01"), "NOTHING_TO_CHANGE");
    assert_eq!(outcome(9, "2027-02-10"), "NOT_ACTIVE");
    assert_eq!(outcome(9, "2027-03-10"), "NOT_ACTIVE");
    assert_eq!(outcome(9, "2028-03-10"), "DELETED");
}

#[test]
fn what_is_not_active_says_what_helps() {
    let now = at("2027-02-10");
    let refused = |channel, change: fn(&mut Subscription)| {
        let mut subscription = bought(channel, Term::Year, false, "2026-01-31");
        change(&mut subscription);
        let refusal = set(&subscription, 9, &context(), now).unwrap_err();
        (refusal.code(), refusal.remedy())
    };
    let as_it_is = |_: &mut Subscription| {};
    assert_eq!(
        refused(Channel::Direct, as_it_is).1,
        "Reactivate the subscription first."
    );
    let held = refused(Channel::Direct, |s| s.hold = Some(s.created_at));
    assert_eq!(held, ("LOCKED_OUT", "Contact support."));
    let scheduled = refused(Channel::Direct, |s| {
        s.anchor = at("2027-06-01");
        s.period = aktiver_domain::calendar::Period::nth(s.anchor, Term::Year, 0);
    });
    assert_eq!(scheduled, ("NOT_STARTED", "Wait until it starts."));
    assert_eq!(refused(Channel::Partner, as_it_is).0, "MANAGED_ELSEWHERE");
    assert_eq!(refused(Channel::VolumeOpen, as_it_is).0, "MANAGED_ELSEWHERE");
    assert_eq!(refused(Channel::SelfService, as_it_is).0, "MANAGED_ELSEWHERE");
    assert_eq!(refused(Channel::Trial, as_it_is).0, "TRIAL_BUY_INSTEAD");
    assert_eq!(refused(Channel::Prepaid, as_it_is).0, "PREPAID");
}

#[test]
fn spec_8_4_after_the_end_of_sale_there_are_no_more_licenses_but_fewer() {
    let ended = QuantityContext {
        end_of_sale: true,
        ..context()
    };
    let classic = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    assert_eq!(code(set(&classic, 11, &ended, at("2026-06-01"))), "END_OF_SALE");
    assert_eq!(code(set(&classic, 9, &ended, at("2026-06-01"))), "granted");
}

#[test]
fn an_amount_too_large_is_refused_not_wrapped() {
    let dear = QuantityContext {
        unit: Some(nok(i64::MAX)),
        maximum: None,
        ..context()
    };
    let classic = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    assert_eq!(code(set(&classic, 1_000_000, &dear, at("2026-06-01"))), "NO_PRICE");
    assert_eq!(
        code(set(&classic, 1_000_001, &dear, at("2026-06-01"))),
        "QUANTITY_OUT_OF_RANGE"
    );
}
