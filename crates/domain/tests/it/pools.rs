//! Pools: INV-3, scenario 16, capability status.

use aktiver_domain::calendar::Term;
use aktiver_domain::licensing::Pool;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{Phase, Standing, Subscription};
use proptest::prelude::*;

use crate::lifecycle_properties::any_subscription;
use crate::support::{at, bought, id};

const NOW: &str = "2027-02-10";

fn of(quantity: u32, phase: Phase) -> Subscription {
    let now = at(NOW);
    let mut subscription = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    subscription.quantity = quantity;
    match phase {
        Phase::Pending => subscription.standing = Standing::Pending,
        Phase::Scheduled => {
            subscription.anchor = at("2027-06-01");
            subscription.period = aktiver_domain::calendar::Period::nth(at("2027-06-01"), Term::Year, 0);
        }
        Phase::Active => subscription.recurring = true,
        Phase::Expired => {}
        Phase::Disabled => subscription = subscription.disable(now).unwrap(),
        Phase::LockedOut => subscription = subscription.hold(now).unwrap(),
        Phase::Deleted => subscription = subscription.delete(now).unwrap(),
    }
    assert_eq!(subscription.phase(now), phase);
    subscription
}

fn pool(consumed: u32, members: &[Subscription]) -> Pool {
    Pool::of(id(2), consumed, members, at(NOW))
}

#[test]
fn scenario_16_five_and_eight_make_one_row_of_thirteen() {
    let pool = pool(0, &[of(5, Phase::Active), of(8, Phase::Active)]);
    assert_eq!((pool.enabled, pool.assignable(), pool.free()), (13, 13, 13));
    assert_eq!(pool.subscriptions.len(), 2);
}

#[test]
fn inv_3_units_stand_under_the_phase_of_their_subscription() {
    let all = [
        Phase::Pending,
        Phase::Scheduled,
        Phase::Active,
        Phase::Expired,
        Phase::Disabled,
        Phase::LockedOut,
        Phase::Deleted,
    ];
    let members: Vec<_> = (0_u32..).zip(all).map(|(n, phase)| of(10_u32.pow(n), phase)).collect();
    let pool = pool(60, &members);
    assert_eq!(
        (pool.enabled, pool.warning, pool.suspended, pool.locked_out),
        (100, 1_000, 10_000, 100_000)
    );
    assert_eq!(
        (pool.assignable(), pool.free(), pool.over_assigned()),
        (1_100, 1_040, 0)
    );
    assert_eq!(pool.subscriptions.len(), 4);
}

#[test]
fn spec_24_1_capability_status_is_the_best_that_any_member_has() {
    let ranking = [
        (Phase::Deleted, "Deleted"),
        (Phase::LockedOut, "LockedOut"),
        (Phase::Disabled, "Suspended"),
        (Phase::Expired, "Warning"),
        (Phase::Active, "Enabled"),
    ];
    let mut members = Vec::new();
    for (phase, status) in ranking {
        members.insert(0, of(3, phase));
        assert_eq!(pool(0, &members).capability_status(), status);
        members.rotate_left(1);
        assert_eq!(pool(0, &members).capability_status(), status, "in any order");
    }
    assert_eq!(pool(0, &[]).capability_status(), "Deleted");
}

#[test]
fn lc_09_a_lapse_leaves_more_assigned_than_owned_and_nothing_free() {
    let pool = pool(9, &[of(5, Phase::Active), of(8, Phase::Disabled)]);
    assert_eq!((pool.free(), pool.over_assigned(), pool.consumed), (0, 4, 9));
    assert!(pool.is_usable());
}

#[test]
fn la_12_units_in_grace_are_assignable_and_disabled_ones_are_not() {
    assert_eq!(pool(0, &[of(5, Phase::Expired)]).free(), 5);
    assert!(pool(0, &[of(5, Phase::Expired)]).is_usable());
    assert_eq!(pool(0, &[of(5, Phase::Disabled)]).free(), 0);
    assert!(!pool(0, &[of(5, Phase::LockedOut)]).is_usable());
}

#[test]
fn a_subscription_of_another_product_adds_nothing() {
    let other = Subscription {
        product: id(99),
        ..of(5, Phase::Active)
    };
    assert_eq!(pool(0, &[other, of(8, Phase::Active)]).enabled, 8);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inv_3_the_sum_is_what_is_not_deleted_pending_or_scheduled(
        members in prop::collection::vec(any_subscription(), 0..6), seconds in 0_i64..2_000 * 86_400,
    ) {
        let now = at("2026-06-01") + jiff::SignedDuration::from_secs(seconds);
        let pool = Pool::of(id(2), 0, &members, now);
        let counted: u32 = members
            .iter()
            .filter(|s| !matches!(s.phase(now), Phase::Deleted | Phase::Pending | Phase::Scheduled))
            .map(|s| s.quantity)
            .sum();
        prop_assert_eq!(pool.enabled + pool.warning + pool.suspended + pool.locked_out, counted);
    }
}
