//! What a reactivation gives and costs: SPEC 5.3, scenarios 4 to 7.

use aktiver_domain::calendar::{Period, Term};
use aktiver_domain::ids::Id;
use aktiver_domain::licensing::Pool;
use aktiver_domain::policy::{Channel, ReactivationForm};
use aktiver_domain::subscription::{
    Anchor, Arrears, Cut, Phase, Reactivate, ReactivateContext, Reactivated, Standing, Subscription,
};
use proptest::prelude::*;

use crate::lifecycle_properties::any_subscription;
use crate::support::{at, bought, code, customer, days, id, nok, operator, plainly};

fn cut(channel: Channel, why: Cut, day: &str) -> Subscription {
    Subscription {
        standing: Standing::Cut { at: at(day), why },
        ..bought(channel, Term::Year, true, "2026-01-31")
    }
}

fn granted(subscription: Subscription, command: Reactivate, now: &str) -> Reactivated {
    subscription.reactivate(&command, &customer(), at(now)).unwrap()
}

#[test]
fn scenario_4_an_expired_classic_annual_extends_a_year_at_full_price() {
    let expired = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    let now = at("2027-02-20T09:00:00Z");
    let back = granted(expired.clone(), plainly(), "2027-02-20T09:00:00Z");
    assert_eq!(back.form, ReactivationForm::ExtendTerm);
    assert_eq!((back.subscription.id, back.closed), (expired.id, None));
    assert_eq!(
        back.subscription.period,
        Period {
            start: at("2027-01-31"),
            end: at("2028-01-31")
        }
    );
    assert_eq!(back.amounts.days, (365, 365));
    assert_eq!(back.amounts.due, nok(1_200_000));
    assert_eq!(back.subscription.phase(now), Phase::Active);
}

#[test]
fn an_expired_classic_month_extends_a_month_and_keeps_its_day() {
    let expired = bought(Channel::DirectClassic, Term::Month, false, "2026-01-31");
    let back = granted(expired, plainly(), "2026-03-05");
    assert_eq!(back.subscription.period.end, at("2026-03-31"));
    assert_eq!(back.amounts.due, nok(1_200_000));
}

#[test]
fn a_classic_month_disabled_for_months_pays_the_days_that_are_left_of_the_current_one() {
    let disabled = bought(Channel::DirectClassic, Term::Month, false, "2026-01-10");
    let back = granted(disabled, plainly(), "2026-05-01T12:00:00Z");
    assert_eq!(
        back.subscription.period,
        Period {
            start: at("2026-04-10"),
            end: at("2026-05-10")
        }
    );
    assert_eq!(back.amounts.days, (9, 30));
    assert_eq!(back.amounts.due, nok(360_000));
}

#[test]
fn scenario_5_non_payment_keeps_the_billing_date_and_collects_the_arrears() {
    let annual = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    let (failing, _) = annual.renewal_failed(at("2027-01-31"));
    let card = Reactivate {
        payment_method: Some(id(33)),
        ..plainly()
    };
    let back = granted(failing, card, "2027-04-01");
    assert_eq!(back.form, ReactivationForm::KeepTerm);
    assert_eq!(
        back.subscription.period,
        Period {
            start: at("2027-01-31"),
            end: at("2028-01-31")
        }
    );
    assert_eq!(
        (back.amounts.term, back.amounts.arrears, back.amounts.due),
        (nok(0), nok(1_200_000), nok(1_200_000))
    );
    assert_eq!(back.subscription.payment_method, Some(id(33)));
    assert_eq!(back.subscription.standing, Standing::Running);
}

#[test]
fn non_payment_of_a_month_long_past_collects_it_and_the_rest_of_the_current_one() {
    let monthly = bought(Channel::DirectClassic, Term::Month, true, "2026-01-10");
    let (failing, _) = monthly.renewal_failed(at("2026-02-10"));
    let back = granted(failing, plainly(), "2026-05-01");
    assert_eq!(back.subscription.period.end, at("2026-05-10"));
    assert_eq!(
        (back.amounts.arrears, back.amounts.term),
        (nok(1_200_000), nok(360_000))
    );
}

#[test]
fn scenario_6_expired_direct_gets_a_new_subscription_from_today_at_full_price() {
    let expired = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let now = at("2027-02-20T09:00:00Z");
    let back = granted(expired.clone(), plainly(), "2027-02-20T09:00:00Z");
    let closed = back.closed.unwrap();
    assert_eq!(back.form, ReactivationForm::NewSubscription);
    assert_eq!(
        back.subscription.period,
        Period {
            start: at("2027-02-20"),
            end: at("2028-02-20")
        }
    );
    assert_eq!(back.amounts.due, nok(1_200_000));
    assert_eq!(
        (back.subscription.replaces, closed.replaced_by),
        (Some(expired.id), Some(back.subscription.id))
    );
    assert_eq!(closed.phase(now), Phase::Deleted);
    assert!(
        closed.settle(now + days(500)).1.is_empty(),
        "no data-deletion event follows"
    );
}

#[test]
fn non_payment_under_the_new_agreement_charges_no_day_twice() {
    let annual = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    let (failing, _) = annual.renewal_failed(at("2027-01-31"));
    let back = granted(failing, plainly(), "2027-04-01");
    // 30 days were served unpaid; the fresh year pays for the rest.
    assert_eq!(
        back.amounts.arrears,
        nok(98_630),
        "1 200 000 * 30 / 365, rounded half to even"
    );
    assert_eq!(back.amounts.term, nok(1_200_000));
    assert_eq!(back.amounts.due, nok(1_298_630));
}

#[test]
fn scenario_7_deleted_is_refused() {
    let deleted = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    assert_eq!(
        code(deleted.reactivate(&plainly(), &operator(), at("2028-01-01"))),
        "DELETED"
    );
}

#[test]
fn s_05_c_cancelled_keeps_the_date_and_charges_the_prorated_rest() {
    let back = granted(
        cut(Channel::DirectClassic, Cut::Cancelled, "2026-03-01"),
        plainly(),
        "2026-04-11T10:00:00Z",
    );
    assert_eq!(back.form, ReactivationForm::KeepTerm);
    assert_eq!(back.subscription.period.end, at("2027-01-31"));
    assert_eq!(back.amounts.days, (295, 365), "11 April to 30 January, both included");
    assert_eq!(back.amounts.due, nok(969_863));
}

#[test]
fn s_05_b_what_the_provider_disabled_inside_a_paid_term_costs_nothing() {
    let back = granted(
        cut(Channel::DirectClassic, Cut::ByProvider, "2026-03-01"),
        plainly(),
        "2026-04-11",
    );
    assert_eq!(back.amounts.due, nok(0));
    assert_eq!(back.subscription.period.end, at("2027-01-31"));
}

#[test]
fn more_licenses_than_were_paid_for_are_charged_for_the_days_left() {
    let more = Reactivate {
        quantity: Some(25),
        ..plainly()
    };
    let disabled = cut(Channel::DirectClassic, Cut::ByProvider, "2026-03-01");
    let back = granted(disabled, more, "2026-04-11");
    assert_eq!(back.subscription.quantity, 25);
    assert_eq!(back.amounts.days, (295, 365));
    assert_eq!(back.amounts.due, nok(1_454_795), "15 * 120 000 * 295 / 365");

    let (failing, _) = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31").renewal_failed(at("2027-01-31"));
    let back = granted(failing, more, "2027-04-11");
    assert_eq!(back.amounts.arrears, nok(1_200_000), "what was owed was owed for ten");
    assert_eq!(back.amounts.term, nok(1_454_795));
}

#[test]
fn a_cancel_undone_the_same_day_costs_what_it_credited() {
    use aktiver_domain::subscription::{Cancel, CancelContext, CancelWhen};
    let context = CancelContext {
        paid: Some(nok(1_200_000)),
        attached_domain: None,
        by_operator: false,
    };
    for offset in 0..365 {
        let subscription = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
        let now = subscription.created_at + days(offset);
        let cancelled = subscription
            .cancel(Cancel { when: CancelWhen::Now }, &context, now)
            .unwrap();
        let later = now + jiff::SignedDuration::from_hours(3);
        let back = cancelled
            .subscription
            .reactivate(&plainly(), &customer(), later)
            .unwrap();
        assert_eq!(back.amounts.due, cancelled.credit.unwrap_or(nok(0)), "day {offset}");
    }
}

#[test]
fn anchor_today_begins_a_fresh_term_on_the_same_subscription() {
    let today = Reactivate {
        anchor: Some(Anchor::Today),
        ..plainly()
    };
    let disabled = cut(Channel::DirectClassic, Cut::ByProvider, "2026-03-01");
    let back = granted(disabled.clone(), today, "2026-04-11T23:59:00Z");
    assert_eq!(back.subscription.id, disabled.id);
    assert_eq!(back.subscription.anchor, at("2026-04-11"));
    assert_eq!(
        back.subscription.period,
        Period {
            start: at("2026-04-11"),
            end: at("2027-04-11")
        }
    );
    assert_eq!(back.amounts.due, nok(1_200_000));
}

#[test]
fn what_the_organization_is_owed_lowers_the_charge_and_no_more_than_that() {
    let back = |credit| {
        let context = ReactivateContext {
            account_credit: Some(nok(credit)),
            ..customer()
        };
        let expired = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
        let back = expired.reactivate(&plainly(), &context, at("2027-02-20")).unwrap();
        (back.amounts.credit.minor, back.amounts.due.minor)
    };
    assert_eq!(back(0), (0, 1_200_000));
    assert_eq!(back(200_000), (200_000, 1_000_000));
    assert_eq!(back(5_000_000), (1_200_000, 0));
    assert_eq!(back(-300), (0, 1_200_000), "what is owed is no credit");
}

#[test]
fn s_05_b_a_fresh_term_after_the_providers_cut_credits_the_unused_days_of_the_old_one() {
    let disabled = cut(Channel::Direct, Cut::ByProvider, "2026-03-01");
    let now = at("2026-04-11");
    let unused = disabled.unused_of(nok(1_200_000), now).unwrap();
    assert_eq!(unused, nok(966_575), "1 200 000 * 294 / 365: today counts as used");
    let context = ReactivateContext {
        unused: Some(unused),
        ..customer()
    };
    let back = disabled.clone().reactivate(&plainly(), &context, now).unwrap();
    assert_eq!((back.amounts.term, back.amounts.unused), (nok(1_200_000), unused));
    assert_eq!(back.amounts.due, nok(233_425));

    let fewer = Reactivate {
        quantity: Some(2),
        ..plainly()
    };
    let back = disabled.clone().reactivate(&fewer, &context, now).unwrap();
    assert_eq!((back.amounts.unused, back.amounts.credit), (unused, nok(240_000)));
    assert_eq!(back.amounts.due, nok(0));

    let lifted = ReactivateContext {
        by_operator: true,
        ..context.clone()
    };
    let back = disabled.reactivate(&plainly(), &lifted, now).unwrap();
    assert_eq!(back.amounts.unused, nok(0), "its days are given back, not their worth");
    let cancelled = cut(Channel::Direct, Cut::Cancelled, "2026-03-01");
    let back = cancelled.reactivate(&plainly(), &context, now).unwrap();
    assert_eq!(
        back.amounts.due,
        nok(1_200_000),
        "a cancel has given its credit already"
    );
}

#[test]
fn ra_07_only_the_operator_forgives_or_leaves_arrears() {
    let annual = bought(Channel::DirectClassic, Term::Year, true, "2026-01-31");
    let (failing, _) = annual.renewal_failed(at("2027-01-31"));
    for arrears in [Arrears::Forgive, Arrears::Leave] {
        let command = Reactivate { arrears, ..plainly() };
        let now = at("2027-04-01");
        assert_eq!(
            code(failing.clone().reactivate(&command, &customer(), now)),
            "NOT_PERMITTED"
        );
        let back = failing.clone().reactivate(&command, &operator(), now).unwrap();
        assert_eq!((back.amounts.arrears, back.amounts.due), (nok(0), nok(0)));
    }
}

#[test]
fn inv_11_fewer_licenses_than_are_assigned_are_refused() {
    let expired = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    let context = ReactivateContext {
        assigned: 8,
        maximum: Some(20),
        ..customer()
    };
    let outcome = |quantity| {
        let command = Reactivate { quantity, ..plainly() };
        code(expired.clone().reactivate(&command, &context, at("2027-02-20")))
    };
    assert_eq!(outcome(Some(7)), "QUANTITY_BELOW_ASSIGNED");
    assert_eq!(outcome(Some(8)), "granted");
    assert_eq!(outcome(None), "granted");
    assert_eq!(outcome(Some(0)), "QUANTITY_OUT_OF_RANGE");
    assert_eq!(outcome(Some(21)), "QUANTITY_OUT_OF_RANGE");
}

#[test]
fn lc_09_over_assigned_comes_back_with_as_many_as_before() {
    let expired = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    let context = ReactivateContext {
        assigned: 14,
        ..customer()
    };
    assert_eq!(
        code(expired.reactivate(&plainly(), &context, at("2027-02-20"))),
        "granted"
    );
}

#[test]
fn s_08_a_payment_method_and_a_price_are_needed() {
    let expired = Subscription {
        payment_method: None,
        ..bought(Channel::Direct, Term::Year, false, "2026-01-31")
    };
    let now = at("2027-02-20");
    assert_eq!(
        code(expired.clone().reactivate(&plainly(), &customer(), now)),
        "PAYMENT_METHOD_REQUIRED"
    );
    let card = Reactivate {
        payment_method: Some(id(44)),
        ..plainly()
    };
    let back = expired.clone().reactivate(&card, &customer(), now).unwrap();
    assert_eq!(
        (back.payment_method, back.subscription.payment_method),
        (Some(id(44)), Some(id(44)))
    );
    let priceless = ReactivateContext {
        unit: None,
        ..customer()
    };
    assert_eq!(code(expired.clone().reactivate(&card, &priceless, now)), "NO_PRICE");
    let dear = ReactivateContext {
        unit: Some(nok(i64::MAX)),
        ..customer()
    };
    assert_eq!(
        code(expired.reactivate(&card, &dear, now)),
        "NO_PRICE",
        "never a wrapped amount"
    );
}

/// Cut off by the provider, with neither price nor payment method anywhere.
fn cut_and_bare(channel: Channel, recurring: bool) -> Subscription {
    Subscription {
        standing: Standing::Cut {
            at: at("2026-03-01"),
            why: Cut::ByProvider,
        },
        payment_method: None,
        ..bought(channel, Term::Year, recurring, "2026-01-31")
    }
}

#[test]
fn s_07_the_provider_takes_its_own_disabling_back_on_every_channel_without_price_or_method() {
    let priceless = ReactivateContext {
        unit: None,
        ..operator()
    };
    for channel in Channel::ALL {
        for recurring in [true, false] {
            let cut = cut_and_bare(channel, recurring);
            let now = at("2026-03-20");
            assert_eq!(cut.phase(now), Phase::Disabled, "{channel:?}");
            let back = cut.clone().reactivate(&plainly(), &priceless, now).unwrap();
            assert_eq!(back.form, ReactivationForm::KeepTerm, "{channel:?}");
            assert_eq!((back.amounts.due, back.payment_method), (nok(0), None));
            assert_eq!((back.subscription.id, back.subscription.period), (cut.id, cut.period));
            assert_eq!(back.subscription.phase(now), Phase::Active);
            assert!(back.closed.is_none());
            let customers = code(cut.reactivation(&customer(), now));
            let theirs = matches!(channel, Channel::Direct | Channel::DirectClassic | Channel::DirectRep);
            assert!(
                theirs || recurring && channel == Channel::Prepaid || customers != "granted",
                "{channel:?}"
            );
        }
    }
}

#[test]
fn s_07_what_was_cut_off_in_grace_goes_back_to_grace_and_a_partners_renewal_goes_on() {
    let mut volume = cut_and_bare(Channel::VolumeEnterprise, false);
    volume.standing = Standing::Cut {
        at: at("2027-02-10"),
        why: Cut::ByProvider,
    };
    let now = at("2027-03-01");
    let back = volume.clone().reactivate(&plainly(), &operator(), now).unwrap();
    assert_eq!(back.subscription.phase(now), Phase::Expired);
    assert_eq!(
        code(volume.reactivate(&plainly(), &operator(), at("2027-05-02"))),
        "VOLUME_LICENSE",
        "its grace is over, so there is nothing to give back"
    );
    let mut partner = cut_and_bare(Channel::Partner, true);
    partner.standing = Standing::Cut {
        at: at("2027-01-20"),
        why: Cut::ByProvider,
    };
    let back = partner.reactivate(&plainly(), &operator(), at("2027-02-05")).unwrap();
    assert!(back.subscription.renewal_is_due(at("2027-02-05")));
}

#[test]
fn s_07_more_licenses_with_a_lifted_disabling_are_paid_for() {
    let more = Reactivate {
        quantity: Some(12),
        ..plainly()
    };
    let cut = cut_and_bare(Channel::Direct, true);
    let now = at("2026-03-20");
    assert_eq!(
        code(cut.clone().reactivate(&more, &operator(), now)),
        "PAYMENT_METHOD_REQUIRED"
    );
    let card = Reactivate {
        payment_method: Some(id(44)),
        ..more
    };
    let back = cut.reactivate(&card, &operator(), now).unwrap();
    assert_eq!((back.payment_method, back.amounts.days), (Some(id(44)), (317, 365)));
    assert_eq!(back.amounts.due, nok(208_438), "2 * 120 000 * 317 / 365");
}

#[test]
fn what_a_new_subscription_replaced_has_nothing_to_reactivate() {
    let expired = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let closed = granted(expired, plainly(), "2027-02-20").closed.unwrap();
    assert_eq!(
        code(closed.reactivation(&customer(), at("2027-02-20"))),
        "NOTHING_TO_REACTIVATE"
    );
}

#[test]
fn s_05_a_term_that_keys_made_longer_comes_back_whole() {
    // Two years by two keys, cut off in the first.
    let mut prepaid = bought(Channel::Prepaid, Term::Year, false, "2026-01-31");
    prepaid.period.end = at("2028-01-31");
    prepaid.standing = Standing::Cut {
        at: at("2026-03-01"),
        why: Cut::ByProvider,
    };
    let back = prepaid.reactivate(&plainly(), &operator(), at("2026-03-10")).unwrap();
    assert_eq!(back.subscription.period.end, at("2028-01-31"));
    assert_eq!(back.amounts.due, nok(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inv_5_reactivation_gives_an_active_subscription_of_the_same_product_and_size(
        subscription in any_subscription(), seconds in 0_i64..700 * 86_400, today in any::<bool>(), more in prop::option::of(10_u32..40),
        credit in 0_i64..2_000_000, unused in 0_i64..1_200_000,
    ) {
        let now = subscription.created_at + jiff::SignedDuration::from_secs(seconds);
        let phase = subscription.phase(now);
        let command = Reactivate {
            anchor: today.then_some(Anchor::Today),
            quantity: more,
            replacement: Id::from_uuid(uuid::Uuid::from_u128(101)),
            ..plainly()
        };
        let context = ReactivateContext {
            account_credit: Some(nok(credit)),
            unused: Some(nok(unused)),
            ..operator()
        };
        let held = 7;
        let before = Pool::of(subscription.product, held, [&subscription], now);
        match subscription.clone().reactivate(&command, &context, now) {
            Err(_) => {
                let barred = matches!(
                    subscription.channel,
                    Channel::Partner | Channel::PartnerClassic | Channel::VolumeEnterprise | Channel::VolumeOpen
                        | Channel::Trial | Channel::Prepaid
                );
                prop_assert!(barred || !matches!(phase, Phase::Expired | Phase::Disabled));
            }
            Ok(back) if back.payment_method.is_none() => {
                prop_assert_eq!(phase, Phase::Disabled);
                prop_assert!(back.subscription.phase(now).is_usable());
                prop_assert_eq!(back.amounts.due.minor, 0);
                prop_assert_eq!(back.subscription.period, subscription.period);
                prop_assert_eq!(back.subscription.quantity, subscription.quantity.min(more.unwrap_or(u32::MAX)));
                prop_assert!(back.closed.is_none());
            }
            Ok(back) => {
                prop_assert!(matches!(phase, Phase::Expired | Phase::Disabled));
                let active = &back.subscription;
                let quantity = more.unwrap_or(subscription.quantity);
                prop_assert_eq!(active.phase(now), Phase::Active);
                prop_assert_eq!(active.standing, Standing::Running);
                prop_assert_eq!(active.product, subscription.product);
                prop_assert_eq!(active.term, subscription.term);
                prop_assert_eq!(active.recurring, subscription.recurring);
                prop_assert_eq!(active.parent, subscription.parent);
                prop_assert_eq!(active.quantity, quantity);
                prop_assert!(active.period.start <= now && now < active.period.end);
                prop_assert!(active.clone().settle(now).1.is_empty());

                let after = Pool::of(active.product, held, back.closed.iter().chain([active]), now);
                prop_assert_eq!(before.enabled, 0);
                prop_assert_eq!(after.enabled, quantity);
                prop_assert_eq!(before.warning + before.suspended, subscription.quantity);
                prop_assert_eq!(after.warning + after.suspended + after.locked_out, 0);
                prop_assert_eq!(after.consumed, before.consumed);

                let amounts = back.amounts;
                let unit = context.unit.unwrap();
                let full = amounts.term.plus(amounts.arrears).unwrap();
                prop_assert_eq!(amounts.due.plus(amounts.credit).unwrap(), full);
                prop_assert_eq!(amounts.credit.minor, full.minor.min(credit + amounts.unused.minor));
                prop_assert!(amounts.due.minor >= 0 && amounts.unused.minor <= unused);
                prop_assert!(amounts.term.minor >= 0 && amounts.term.minor <= unit.minor * i64::from(quantity));
                prop_assert!(amounts.arrears.minor >= 0);
                prop_assert!(amounts.arrears.minor <= unit.minor * i64::from(subscription.quantity));
                if back.form != ReactivationForm::NewSubscription && !today {
                    prop_assert_eq!(active.anchor, subscription.anchor);
                    prop_assert_eq!(active.period, Period::containing(active.anchor, active.term, now));
                }
                prop_assert_eq!(back.closed.is_some(), back.form == ReactivationForm::NewSubscription);
            }
        }
    }
}
