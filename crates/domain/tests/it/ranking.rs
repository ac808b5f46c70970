//! Which reason is given when several hold at once: SPEC 5.1 and 5.4.

use aktiver_domain::Refusal;
use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{Cut, Phase, ReactivateContext, Standing, Subscription};
use rstest::rstest;

use crate::support::{at, bought, code, customer, id, nok, operator, plainly};

/// In Expired, with everything else that can be wrong wrong.
fn all_wrong() -> ReactivateContext {
    ReactivateContext {
        account_blocked: true,
        order_in_progress: true,
        other_balance: Some(nok(5)),
        end_of_sale: true,
        parent: Some(Phase::Disabled),
        ..customer()
    }
}

const EXPIRED: &str = "2027-02-10";
const DELETED: &str = "2028-01-01";

#[rstest]
#[case(Channel::Partner, "PARTNER_MANAGED")]
#[case(Channel::VolumeEnterprise, "VOLUME_LICENSE")]
#[case(Channel::VolumeOpen, "VOLUME_LICENSE")]
#[case(Channel::Prepaid, "PREPAID")]
#[case(Channel::Trial, "TRIAL_BUY_INSTEAD")]
#[case(Channel::SelfService, "SELF_SERVICE")]
#[case(Channel::Direct, "PENDING")]
#[case(Channel::DirectClassic, "PENDING")]
fn ra_03_ra_09_the_channel_comes_before_what_could_be_mended(#[case] channel: Channel, #[case] reason: &str) {
    let mut subscription = bought(channel, Term::Year, false, "2026-01-31");
    subscription.parent = Some(id(9));
    let now = if channel == Channel::Trial {
        "2027-02-01"
    } else {
        EXPIRED
    };
    assert_eq!(code(subscription.reactivation(&all_wrong(), at(now))), reason);
    assert_eq!(
        code(subscription.reactivation(&all_wrong(), at(DELETED))),
        "DELETED",
        "deleted outranks all"
    );
    assert_eq!(
        code(subscription.reactivation(&all_wrong(), at("2026-06-01"))),
        "NOTHING_TO_REACTIVATE"
    );
}

#[test]
fn scenario_8_an_expired_partner_subscription_names_its_partner() {
    let subscription = bought(Channel::Partner, Term::Year, false, "2026-01-31");
    let refusal = subscription
        .reactivate(&plainly(), &customer(), at(EXPIRED))
        .unwrap_err();
    assert_eq!(refusal.code(), "PARTNER_MANAGED");
    assert!(refusal.message().contains("Nordlys Partner AS"));
}

#[test]
fn spec_5_4_reasons_appear_one_after_the_other_as_each_is_mended() {
    let mut subscription = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    subscription.parent = Some(id(9));
    subscription.hold = Some(at("2027-02-01"));
    let mut context = all_wrong();
    let mut reasons = Vec::new();
    for mend in 0..7 {
        reasons.push(code(subscription.reactivation(&context, at(EXPIRED))));
        match mend {
            0 => context.order_in_progress = false,
            1 => context.other_balance = None,
            2 => context.account_blocked = false,
            3 => subscription.hold = None,
            4 => context.end_of_sale = false,
            _ => context.parent = Some(Phase::Active),
        }
    }
    assert_eq!(
        reasons,
        [
            "PENDING",
            "BALANCE_DUE",
            "ACCOUNT_BLOCKED",
            "LOCKED_OUT",
            "END_OF_SALE",
            "PARENT_NOT_ACTIVE",
            "granted"
        ]
    );
}

#[test]
fn ra_01_only_what_has_ended_is_reactivated() {
    let subscription = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let reason = |day: &str| code(subscription.reactivation(&customer(), at(day)));
    assert_eq!(reason("2026-06-01"), "NOTHING_TO_REACTIVATE");
    assert_eq!(reason("2027-01-31"), "granted");
    assert_eq!(reason("2027-03-02"), "granted");
    assert_eq!(reason("2027-05-31"), "DELETED");
    let pending = Subscription {
        standing: Standing::Pending,
        ..subscription.clone()
    };
    assert_eq!(code(pending.reactivation(&customer(), at("2026-02-01"))), "PENDING");
    let scheduled = Subscription {
        anchor: at("2026-06-01"),
        period: aktiver_domain::calendar::Period::nth(at("2026-06-01"), Term::Year, 0),
        ..subscription
    };
    let refusal = Refusal::from(scheduled.reactivation(&customer(), at("2026-02-01")).unwrap_err());
    assert_eq!(refusal.code(), "NOT_STARTED");
    assert_eq!(refusal.message(), "It starts on 2026-06-01.");
    assert_eq!(refusal.remedy(), "Wait until it starts.");
}

#[test]
fn ra_03_prepaid_with_recurring_billing_on_comes_back_by_card() {
    let subscription = bought(Channel::Prepaid, Term::Year, true, "2026-01-31");
    let (failing, _) = subscription.renewal_failed(at("2027-01-31"));
    assert_eq!(code(failing.reactivation(&customer(), at("2027-04-01"))), "granted");
}

#[test]
fn ra_03_the_operator_gives_back_what_was_cut_off_inside_a_term_that_a_key_paid_for() {
    let cut = Subscription {
        standing: Standing::Cut {
            at: at("2026-03-01"),
            why: Cut::ByProvider,
        },
        ..bought(Channel::Prepaid, Term::Year, false, "2026-01-31")
    };
    let now = at("2026-03-10");
    assert_eq!(code(cut.reactivation(&customer(), now)), "PREPAID");
    let back = cut.clone().reactivate(&plainly(), &operator(), now).unwrap();
    assert_eq!(back.amounts.due, nok(0));
    assert_eq!(back.subscription.period, cut.period);
}

#[test]
fn ra_04_ra_07_a_block_or_a_balance_does_not_bind_the_operator() {
    let subscription = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let context = ReactivateContext {
        account_blocked: true,
        other_balance: Some(nok(5)),
        ..operator()
    };
    assert_eq!(code(subscription.reactivation(&context, at(EXPIRED))), "granted");
}

#[test]
fn ra_05_a_product_past_its_sale_is_renewable_but_not_bought_anew() {
    let context = ReactivateContext {
        end_of_sale: true,
        ..customer()
    };
    let direct = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    let classic = bought(Channel::DirectClassic, Term::Year, false, "2026-01-31");
    assert_eq!(code(direct.reactivation(&context, at(EXPIRED))), "END_OF_SALE");
    assert_eq!(code(classic.reactivation(&context, at(EXPIRED))), "granted");
}

#[rstest]
#[case(None, "PARENT_NOT_ACTIVE")]
#[case(Some(Phase::Expired), "PARENT_NOT_ACTIVE")]
#[case(Some(Phase::Disabled), "PARENT_NOT_ACTIVE")]
#[case(Some(Phase::Deleted), "PARENT_NOT_ACTIVE")]
#[case(Some(Phase::Active), "granted")]
fn ra_08_scenario_50_an_add_on_waits_for_its_parent(#[case] parent: Option<Phase>, #[case] outcome: &str) {
    let mut add_on = bought(Channel::Direct, Term::Year, false, "2026-01-31");
    add_on.parent = Some(id(9));
    let context = ReactivateContext { parent, ..customer() };
    assert_eq!(code(add_on.reactivation(&context, at(EXPIRED))), outcome);
}

#[test]
fn ra_03_a_self_service_purchase_comes_back_through_its_buyer_or_the_operator() {
    let subscription = bought(Channel::SelfService, Term::Year, false, "2026-01-31");
    let buyer = ReactivateContext {
        by_buyer: true,
        ..customer()
    };
    assert_eq!(
        code(subscription.reactivation(&customer(), at(EXPIRED))),
        "SELF_SERVICE"
    );
    assert_eq!(code(subscription.reactivation(&buyer, at(EXPIRED))), "granted");
    assert_eq!(code(subscription.reactivation(&operator(), at(EXPIRED))), "granted");
}
