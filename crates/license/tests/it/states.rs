use aktiver_license::{AppState, Features, NoticeCode, ReducedReason, Schedule, evaluate, features};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{PLAN, at, document};

const REDUCED: Features = Features {
    create: false,
    edit: false,
    print: true,
    view: true,
};

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

fn reduced(reason: ReducedReason) -> AppState {
    AppState::Reduced { reason }
}

#[test]
fn a_confirmed_license_allows_everything() {
    let now = at("2026-03-01T12:00:00Z");
    let state = evaluate(Some(&document(now, now)), &["other", PLAN], now);
    assert_eq!(state, AppState::Licensed { notices: vec![] });
    let all = features(&state);
    assert!(all.create && all.edit && all.print && all.view);
}

#[test]
fn without_sign_in_the_app_is_not_activated() {
    let state = evaluate(None, &[PLAN], at("2026-03-01T12:00:00Z"));
    assert_eq!(state, AppState::NotActivated);
    assert_eq!(features(&state), REDUCED);
    assert_eq!(features(&AppState::Viewer), REDUCED);
}

#[test]
fn scenario_31_offline_for_31_days_is_reduced() {
    let now = at("2026-03-01T12:00:00Z");
    let document = document(now, now);
    let state = evaluate(Some(&document), &[PLAN], now + days(31));
    assert_eq!(state, reduced(ReducedReason::CheckInOverdue));
    assert_eq!(features(&state), REDUCED);
    let last_second = now + days(30) - SignedDuration::from_secs(1);
    assert!(features(&evaluate(Some(&document), &[PLAN], last_second)).edit);
    assert!(!features(&evaluate(Some(&document), &[PLAN], now + days(30))).edit);
}

#[test]
fn the_last_five_days_are_announced() {
    let now = at("2026-03-01T12:00:00Z");
    let document = document(now, now);
    let notices = |after| match evaluate(Some(&document), &[PLAN], now + after) {
        AppState::Licensed { notices } => notices,
        other => panic!("{other:?}"),
    };
    assert!(notices(days(24)).is_empty());
    assert_eq!(notices(days(25)), [NoticeCode::CouldNotVerify]);
}

#[test]
fn extended_offline_lasts_180_days_and_announces_the_last_15() {
    let now = at("2026-03-01T12:00:00Z");
    let schedule = Schedule::extended_offline(now);
    let mut document = document(now, now);
    document.chk = schedule.check_in_by;
    document.warn = schedule.warn_from;
    document.exp = schedule.expires;
    let state = |after| evaluate(Some(&document), &[PLAN], now + after);
    assert_eq!(state(days(164)), AppState::Licensed { notices: vec![] });
    let warned = AppState::Licensed {
        notices: vec![NoticeCode::CouldNotVerify],
    };
    assert_eq!(state(days(165)), warned);
    assert_eq!(state(days(180)), reduced(ReducedReason::CheckInOverdue));
}

#[test]
fn lc_02_grace_keeps_everything_and_says_so() {
    let now = at("2026-03-01T12:00:00Z");
    let mut document = document(now, now);
    document.notices = vec![NoticeCode::SubscriptionExpired];
    let state = evaluate(Some(&document), &[PLAN], now);
    assert!(features(&state).edit);
    assert_eq!(
        state,
        AppState::Licensed {
            notices: vec![NoticeCode::SubscriptionExpired]
        }
    );
}

#[test]
fn a_missing_plan_and_a_disabled_subscription_are_told_apart() {
    let now = at("2026-03-01T12:00:00Z");
    let mut document = document(now, now);
    let without = evaluate(Some(&document), &["fafd7243-e5c1-4a3a-9e40-495efcb1d3c3"], now);
    assert_eq!(without, reduced(ReducedReason::Unlicensed));
    document.plans.clear();
    document.notices = vec![NoticeCode::SubscriptionDisabled];
    let disabled = evaluate(Some(&document), &[PLAN], now);
    assert_eq!(disabled, reduced(ReducedReason::SubscriptionDisabled));
}

#[test]
fn an_organization_clock_ahead_of_the_machine_changes_nothing() {
    let system = at("2026-03-01T12:00:00Z");
    let document = document(system + days(400), system);
    assert_eq!(
        document.organization_now(system + days(1)),
        (system + days(401)).as_second()
    );
    assert_eq!(document.deadline_system(), Some(system + days(30)));
    let state = |after| evaluate(Some(&document), &[PLAN], system + after);
    assert!(features(&state(days(29))).edit);
    assert_eq!(state(days(30)), reduced(ReducedReason::CheckInOverdue));
}

#[test]
fn turning_the_clock_back_does_not_prolong_the_license() {
    let now = at("2026-03-01T12:00:00Z");
    let document = document(now, now);
    assert!(features(&evaluate(Some(&document), &[PLAN], now - days(1))).edit);
    let back = now - days(1) - SignedDuration::from_secs(1);
    let state = evaluate(Some(&document), &[PLAN], back);
    assert_eq!(state, reduced(ReducedReason::CheckInOverdue));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn never_licensed_from_the_check_in_deadline_on(
        issued in 0_i64..4_000_000_000,
        ahead in -100_000_000_i64..100_000_000,
        window in 0_i64..20_000_000,
        extended in proptest::option::of(0_i64..20_000_000),
        elapsed in -20_000_000_i64..40_000_000,
    ) {
        let system = Timestamp::from_second(issued).unwrap();
        let organization = Timestamp::from_second(issued + ahead).unwrap();
        let mut document = document(organization, system);
        document.chk = document.iat + window;
        document.exp = extended.map(|seconds| document.iat + seconds);
        let now = Timestamp::from_second(issued + elapsed).unwrap();
        let state = evaluate(Some(&document), &[PLAN], now);
        let licensed = matches!(state, AppState::Licensed { .. });
        if document.organization_now(now) >= document.chk {
            prop_assert!(!licensed);
        }
        prop_assert_eq!(features(&state).edit, licensed);
        let inside = elapsed < window && extended.is_none_or(|e| elapsed < e);
        prop_assert_eq!(licensed, inside && elapsed >= -86_400);
    }
}
