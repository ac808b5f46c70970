//! Phases by the clock: SPEC 4.2, 4.3 and scenarios 1 to 3.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{
    Cancel, CancelContext, CancelWhen, ChangeQuantity, Cut, Lifecycle, Phase, QuantityContext, Standing, Subscription,
};
use rstest::rstest;

use crate::support::{TICK, at, bought, code, customer, days, plainly};

/// The phases at the last tick before and at each boundary: (days after the end, phase from then on).
fn phases_after_the_end(subscription: &Subscription, boundaries: &[(i64, Phase)]) {
    let end = subscription.period.end;
    let mut before = Phase::Active;
    for (offset, phase) in boundaries {
        let boundary = end + days(*offset);
        assert_eq!(subscription.phase(boundary - TICK), before, "just before day {offset}");
        assert_eq!(subscription.phase(boundary), *phase, "at day {offset}");
        before = *phase;
    }
    assert_eq!(subscription.phase(end + days(4_000)), before, "for ever");
    assert_eq!(before, Phase::Deleted);
}

#[rstest]
#[case::direct(Channel::Direct, Term::Month, 30, 120)]
#[case::direct(Channel::Direct, Term::Year, 30, 120)]
#[case::direct(Channel::Direct, Term::ThreeYears, 30, 120)]
#[case::direct_classic(Channel::DirectClassic, Term::Month, 30, 120)]
#[case::direct_classic(Channel::DirectClassic, Term::Year, 30, 120)]
#[case::direct_classic(Channel::DirectClassic, Term::ThreeYears, 30, 120)]
#[case::direct_rep(Channel::DirectRep, Term::Year, 30, 120)]
#[case::self_service(Channel::SelfService, Term::Month, 30, 120)]
#[case::prepaid(Channel::Prepaid, Term::Year, 30, 120)]
#[case::volume_enterprise(Channel::VolumeEnterprise, Term::Year, 90, 150)]
#[case::enterprise_multi_year(Channel::VolumeEnterprise, Term::ThreeYears, 90, 180)]
#[case::volume_open(Channel::VolumeOpen, Term::Year, 30, 120)]
#[case::partner(Channel::Partner, Term::Year, 30, 120)]
fn spec_4_3_natural_end(#[case] channel: Channel, #[case] term: Term, #[case] disabled: i64, #[case] deleted: i64) {
    phases_after_the_end(
        &bought(channel, term, false, "2026-01-31"),
        &[
            (0, Phase::Expired),
            (disabled, Phase::Disabled),
            (deleted, Phase::Deleted),
        ],
    );
}

#[test]
fn spec_4_3_conflict_1_a_trial_has_30_days_of_grace_and_no_disabled() {
    let trial = bought(Channel::Trial, Term::Month, false, "2026-01-31");
    phases_after_the_end(&trial, &[(0, Phase::Expired), (30, Phase::Deleted)]);
    let (_, events) = trial.clone().settle(trial.period.end + days(400));
    let names: Vec<_> = events.iter().map(|(_, event)| *event).collect();
    assert_eq!(names, [Lifecycle::Expired, Lifecycle::Deleted]);
}

#[test]
fn spec_4_3_a_legacy_partner_subscription_has_no_grace() {
    let classic = bought(Channel::PartnerClassic, Term::Year, false, "2026-01-31");
    phases_after_the_end(&classic, &[(0, Phase::Disabled), (90, Phase::Deleted)]);
}

#[rstest]
#[case::cancelled_direct(Channel::Direct, Cut::Cancelled, 90)]
#[case::cancelled_direct_classic(Channel::DirectClassic, Cut::Cancelled, 90)]
#[case::partner_cancel_goes_straight_to_deleted(Channel::Partner, Cut::ByPartner, 0)]
#[case::legacy_partner_suspends_for_90_days(Channel::PartnerClassic, Cut::ByPartner, 90)]
#[case::provider_disables_direct(Channel::Direct, Cut::ByProvider, 90)]
#[case::provider_disables_prepaid(Channel::Prepaid, Cut::ByProvider, 90)]
#[case::provider_disables_partner(Channel::Partner, Cut::ByProvider, 90)]
fn spec_4_3_cut_inside_the_term(#[case] channel: Channel, #[case] why: Cut, #[case] lasts: i64) {
    let cut = at("2026-02-05T10:00:00Z");
    let subscription = Subscription {
        standing: Standing::Cut { at: cut, why },
        ..bought(channel, Term::Year, true, "2026-01-31")
    };
    assert_eq!(subscription.phase(cut - TICK), Phase::Active);
    if lasts > 0 {
        assert_eq!(subscription.phase(cut), Phase::Disabled);
        assert_eq!(subscription.phase(cut + days(lasts) - TICK), Phase::Disabled);
    }
    assert_eq!(subscription.phase(cut + days(lasts)), Phase::Deleted);
}

#[test]
fn scenario_1_the_end_passes_and_users_keep_access_for_30_days() {
    let monthly = bought(Channel::DirectClassic, Term::Month, false, "2026-04-10");
    let end = at("2026-05-10");
    let (settled, events) = monthly.settle(end);
    assert_eq!(events, [(end, Lifecycle::Expired)]);
    assert_eq!(settled.phase(end), Phase::Expired);
    assert!(settled.phase(end).is_usable());
    assert_eq!(settled.next_lifecycle_at(end), Some(end + days(30)));
}

#[test]
fn scenario_2_thirty_days_later_it_is_disabled_and_unusable() {
    let monthly = bought(Channel::DirectClassic, Term::Month, false, "2026-04-10");
    let disabled = at("2026-06-09");
    assert_eq!(monthly.phase(disabled), Phase::Disabled);
    assert!(!monthly.phase(disabled).is_usable());
    assert_eq!(monthly.next_lifecycle_at(disabled), Some(disabled + days(90)));
}

#[test]
fn scenario_3_ninety_days_later_it_is_deleted_and_never_comes_back() {
    let monthly = bought(Channel::DirectClassic, Term::Month, false, "2026-04-10");
    let deleted = at("2026-09-07");
    let (settled, events) = monthly.settle(deleted);
    assert_eq!(events.last(), Some(&(deleted, Lifecycle::Deleted)));
    assert_eq!(settled.standing, Standing::Deleted { at: deleted });
    assert_eq!(settled.next_lifecycle_at(deleted), None);
    assert_eq!(code(settled.reactivate(&plainly(), &customer(), deleted)), "DELETED");
}

#[test]
fn lc_01_each_phase_follows_the_one_before() {
    let yearly = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let (_, events) = yearly.clone().settle(yearly.period.end + days(500));
    let names: Vec<_> = events.iter().map(|(_, event)| *event).collect();
    assert_eq!(names, [Lifecycle::Expired, Lifecycle::Disabled, Lifecycle::Deleted]);
}

#[test]
fn lc_02_expired_begins_on_the_end_date_not_when_recurring_billing_is_turned_off() {
    let off = at("2026-03-01T12:00:00Z");
    let yearly = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    let end = yearly.period.end;
    let yearly = yearly.set_recurring(false, off).unwrap();
    assert_eq!(yearly.phase(off), Phase::Active);
    assert_eq!(yearly.phase(end - TICK), Phase::Active);
    assert_eq!(yearly.phase(end), Phase::Expired);
}

#[test]
fn lc_02_turning_recurring_off_while_a_renewal_fails_ends_the_term_on_its_end_date() {
    let yearly = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    let end = yearly.period.end;
    let (failing, _) = yearly.renewal_failed(end + days(1));
    let off = end + days(5);
    let stopped = failing.set_recurring(false, off).unwrap();
    assert!(!stopped.renewal_is_due(off), "nothing more is charged");
    assert_eq!(stopped.phase(off), Phase::Expired);
    assert_eq!(stopped.instants().expires, Some(end));
    assert_eq!(stopped.next_lifecycle_at(off), Some(end + days(30)));
}

#[test]
fn turning_recurring_off_long_after_the_end_never_deletes_at_once() {
    let monthly = bought(Channel::Direct, Term::Month, true, "2026-01-10");
    let held = monthly.hold(at("2026-02-01")).unwrap();
    let released = at("2026-10-01");
    let stopped = held.release(released).unwrap().set_recurring(false, released).unwrap();
    assert_eq!(stopped.phase(released), Phase::Disabled);
    assert_eq!(stopped.next_lifecycle_at(released), Some(released + days(90)));
}

#[test]
fn lc_03_recurring_off_and_cancel_at_renewal_both_lead_to_expired() {
    let now = at("2026-03-01");
    let off = bought(Channel::Direct, Term::Year, true, "2026-01-31").set_recurring(false, now);
    let context = CancelContext {
        paid: None,
        attached_domain: None,
        by_operator: false,
    };
    let command = Cancel {
        when: CancelWhen::Renewal,
    };
    let cancelled = bought(Channel::Direct, Term::Year, true, "2026-01-31")
        .cancel(command, &context, now)
        .unwrap();
    assert_eq!(cancelled.credit, None);
    assert_eq!(off.unwrap(), cancelled.subscription);
    assert_eq!(
        cancelled.subscription.phase(cancelled.subscription.period.end),
        Phase::Expired
    );
}

#[rstest]
#[case(Term::Year)]
#[case(Term::ThreeYears)]
fn lc_04_long_terms_with_recurring_off_pass_through_every_phase(#[case] term: Term) {
    let subscription = bought(Channel::Direct, term, false, "2026-01-31");
    let instants = subscription.instants();
    let seen: Vec<_> = [instants.starts, instants.expires, instants.disables, instants.deletes]
        .into_iter()
        .map(|at| subscription.phase(at.unwrap()))
        .collect();
    assert_eq!(seen, [Phase::Active, Phase::Expired, Phase::Disabled, Phase::Deleted]);
}

#[test]
fn lc_05_a_cancel_skips_expired() {
    let now = at("2026-02-02T10:00:00Z");
    let context = CancelContext {
        paid: None,
        attached_domain: None,
        by_operator: false,
    };
    let cancelled = bought(Channel::Direct, Term::Year, true, "2026-01-31")
        .cancel(Cancel { when: CancelWhen::Now }, &context, now)
        .unwrap();
    let subscription = cancelled.subscription;
    assert_eq!(subscription.phase(now), Phase::Disabled);
    let (_, events) = subscription.settle(now + days(1_000));
    assert_eq!(
        events,
        [(now, Lifecycle::Disabled), (now + days(90), Lifecycle::Deleted)]
    );
}

#[rstest]
#[case(Standing::Running, "2026-06-01")]
#[case(Standing::Running, "2027-02-10")]
#[case(Standing::Running, "2027-04-01")]
#[case(Standing::Pending, "2026-02-01")]
fn lc_06_an_explicit_delete_skips_what_would_have_come(#[case] standing: Standing, #[case] day: &str) {
    let now = at(day);
    let subscription = Subscription {
        standing,
        ..bought(Channel::DirectClassic, Term::Year, false, "2026-01-31")
    };
    let deleted = subscription.delete(now).unwrap();
    assert_eq!(deleted.phase(now), Phase::Deleted);
    assert_eq!(deleted.next_lifecycle_at(deleted.settled_to), None);
    assert_eq!(deleted.next_lifecycle_at(now), None);
    assert!(deleted.settle(now + days(1_000)).1.is_empty());
}

#[test]
fn lc_06_what_is_deleted_before_it_begins_never_begins() {
    let mut offer = crate::support::offer(Channel::Direct, Term::Year, true);
    offer.starts = Some(at("2026-06-01"));
    let scheduled = Subscription::purchase(crate::support::id(100), offer, at("2026-01-31"));
    assert_eq!(scheduled.phase(at("2026-05-31")), Phase::Scheduled);
    assert_eq!(scheduled.phase(at("2026-06-01")), Phase::Active);
    let deleted = scheduled.delete(at("2026-02-01")).unwrap();
    assert_eq!(deleted.next_lifecycle_at(at("2026-02-01")), None);
    assert_eq!(deleted.phase(at("2026-06-01")), Phase::Deleted);
}

#[test]
fn lc_11_fewer_licenses_are_not_the_end_of_a_subscription() {
    let now = at("2026-02-02");
    let context = QuantityContext {
        unit: None,
        maximum: None,
        end_of_sale: false,
        assigned: 0,
        by_operator: false,
    };
    let change = bought(Channel::Direct, Term::Year, true, "2026-01-31")
        .change_quantity(ChangeQuantity { quantity: 1 }, &context, now)
        .unwrap();
    assert_eq!(change.subscription.phase(now), Phase::Active);
    assert_eq!(
        change.subscription.instants(),
        bought(Channel::Direct, Term::Year, true, "2026-01-31").instants()
    );
}

#[test]
fn lc_14_phases_move_though_nothing_ever_settles() {
    let untouched = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    assert_eq!(untouched.phase(at("2027-01-30T23:59:59.999999Z")), Phase::Active);
    assert_eq!(untouched.phase(at("2027-01-31")), Phase::Expired);
    assert_eq!(untouched.phase(at("2027-03-02")), Phase::Disabled);
    assert_eq!(untouched.phase(at("2027-05-31")), Phase::Deleted);
}

#[test]
fn pending_waits_for_its_order_and_is_told_nothing() {
    let pending = Subscription {
        standing: Standing::Pending,
        ..bought(Channel::Direct, Term::Year, true, "2026-01-31")
    };
    assert_eq!(pending.phase(at("2030-01-01")), Phase::Pending);
    assert_eq!(pending.next_lifecycle_at(at("2026-01-31")), None);
    assert!(pending.settle(at("2030-01-01")).1.is_empty());
}
