//! Redeeming product keys: SPEC 15.2 to 15.4, PK-01 to PK-05, scenarios 36 to 41.

use aktiver_domain::Timestamp;
use aktiver_domain::calendar::{Period, Term};
use aktiver_domain::policy::Channel;
use aktiver_domain::product_key::KeyNumber;
use aktiver_domain::redemption::{Batch, Choice, FoundKey, Outcome, RedeemContext, redeem};
use aktiver_domain::refusal::RedeemRefusal;
use aktiver_domain::subscription::{Phase, Standing, Subscription};

use crate::support::{TICK, at, bought, code, days, id};

const NOW: &str = "2026-06-01T10:00:00Z";

/// An unused key for ten licenses of the product of `bought`, for a year, anywhere.
fn key(number: u64) -> FoundKey {
    FoundKey {
        number: KeyNumber::try_from(number).unwrap(),
        last_five: format!("{number:05}"),
        batch: Batch {
            id: id(70),
            epoch: 1,
            first_number: 0,
            count: 1_000,
            product: id(2),
            quantity: 10,
            term: Term::Year,
            country: None,
            redeem_by: None,
            label: String::new(),
            created_at: at("2026-01-01"),
            revoked_at: None,
        },
        revoked: false,
        redeemed_by_own: None,
    }
}

fn batch(number: u64, change: impl FnOnce(&mut Batch)) -> FoundKey {
    let mut key = key(number);
    change(&mut key.batch);
    key
}

fn context(target: Option<&Subscription>) -> RedeemContext<'_> {
    RedeemContext {
        country: "NO",
        organization: id(1),
        maximum: None,
        end_of_sale: false,
        target,
        assigned: 0,
    }
}

fn prepaid() -> Subscription {
    bought(Channel::Prepaid, Term::Year, false, "2026-01-31")
}

fn add(keys: &[FoundKey], target: &Subscription, now: Timestamp) -> Result<Outcome, RedeemRefusal> {
    redeem(keys, Choice::Add(target.id), context(Some(target)), now)
}

fn extend(keys: &[FoundKey], target: &Subscription, now: Timestamp) -> Result<Outcome, RedeemRefusal> {
    redeem(keys, Choice::Extend(target.id), context(Some(target)), now)
}

fn extended(keys: &[FoundKey], target: &Subscription, now: &str) -> Subscription {
    match extend(keys, target, at(now)).unwrap() {
        Outcome::Changed(subscription) => subscription,
        Outcome::New(_) => unreachable!("extending makes nothing new"),
    }
}

fn new(keys: &[FoundKey]) -> Result<Outcome, RedeemRefusal> {
    redeem(keys, Choice::New, context(None), at(NOW))
}

#[test]
fn spec_15_2_a_key_makes_a_prepaid_subscription() {
    let Ok(Outcome::New(made)) = new(&[key(1)]) else {
        panic!("granted and new")
    };
    assert_eq!(
        (made.channel, made.product, made.term, made.quantity, made.recurring),
        (Channel::Prepaid, id(2), Term::Year, 10, false)
    );
    let subscription = Subscription::purchase(id(100), made, at(NOW));
    assert_eq!(subscription.phase(at(NOW)), Phase::Active);
    assert_eq!(
        subscription.period,
        Period {
            start: at("2026-06-01"),
            end: at("2027-06-01")
        }
    );
}

#[test]
fn pk_02_several_keys_of_one_order_add_up() {
    let Ok(Outcome::New(made)) = new(&[key(1), key(2), batch(3, |b| b.quantity = 5)]) else {
        panic!("granted and new")
    };
    assert_eq!(made.quantity, 25);
}

#[test]
fn scenario_36_pk_02_error_3_the_same_key_twice() {
    assert_eq!(
        new(&[key(1), key(2), key(1)]),
        Err(RedeemRefusal::DuplicateInOrder {
            last_five: "00001".to_owned()
        })
    );
    assert!(
        new(&[key(1), batch(1, |b| b.epoch = 2)]).is_ok(),
        "numbers repeat in another epoch"
    );
}

#[test]
fn scenario_37_error_5_a_used_key_says_whose_it_was() {
    for own in [true, false] {
        let used = FoundKey {
            redeemed_by_own: Some(own),
            ..key(1)
        };
        let refusal = new(&[used]).unwrap_err();
        assert_eq!(
            refusal,
            RedeemRefusal::AlreadyRedeemed {
                last_five: "00001".to_owned(),
                by_own_organization: own
            }
        );
        assert_eq!(refusal.message().starts_with("Your organization"), own);
    }
}

#[test]
fn error_4_a_key_past_its_last_day() {
    let by = at(NOW);
    let expiring = [batch(1, |b| b.redeem_by = Some(by))];
    assert!(redeem(&expiring, Choice::New, context(None), by - TICK).is_ok());
    assert_eq!(code(redeem(&expiring, Choice::New, context(None), by)), "KEY_EXPIRED");
}

#[test]
fn error_7_the_end_of_sale_leaves_only_renewing() {
    let ended = |target| RedeemContext {
        end_of_sale: true,
        ..context(target)
    };
    let target = prepaid();
    let now = at(NOW);
    assert_eq!(
        code(redeem(&[key(1)], Choice::New, ended(None), now)),
        "OFFER_UNAVAILABLE"
    );
    assert_eq!(
        code(redeem(&[key(1)], Choice::Add(target.id), ended(Some(&target)), now)),
        "OFFER_UNAVAILABLE"
    );
    assert_eq!(
        code(redeem(&[key(1)], Choice::Extend(target.id), ended(Some(&target)), now)),
        "granted"
    );
}

#[test]
fn scenario_38_pk_03_error_8_more_than_the_maximum_names_it() {
    let limited = |target| RedeemContext {
        maximum: Some(25),
        ..context(target)
    };
    let keys = [key(1), key(2)];
    let target = prepaid();
    let now = at(NOW);
    let refusal = redeem(&keys, Choice::Add(target.id), limited(Some(&target)), now).unwrap_err();
    assert_eq!(refusal, RedeemRefusal::OverMaximum { maximum: 25 });
    assert!(refusal.message().contains("25"));
    assert!(redeem(&keys, Choice::New, limited(None), now).is_ok());
    assert!(redeem(&[key(1), key(2), key(3)], Choice::New, limited(None), now).is_err());
    let big = [batch(1, |b| b.quantity = 26)];
    assert_eq!(
        code(redeem(&big, Choice::Extend(target.id), limited(Some(&target)), now)),
        "KEY_OVER_MAXIMUM"
    );
    let huge = [batch(1, |b| b.quantity = u32::MAX), batch(2, |b| b.quantity = u32::MAX)];
    assert_eq!(
        code(redeem(&huge, Choice::New, limited(None), now)),
        "KEY_OVER_MAXIMUM",
        "never a wrapped sum"
    );
    let most = [batch(1, |b| b.quantity = 600_000), batch(2, |b| b.quantity = 600_000)];
    assert_eq!(new(&most), Err(RedeemRefusal::OverMaximum { maximum: 1_000_000 }));
    assert!(new(&most[..1]).is_ok());
}

#[test]
fn scenario_40_error_10_a_key_of_another_country() {
    let swedish = [batch(1, |b| b.country = Some("SE".to_owned()))];
    assert_eq!(code(new(&swedish)), "NoMatchingEligProductsFound");
    assert!(new(&[batch(1, |b| b.country = Some("NO".to_owned()))]).is_ok());
}

#[test]
fn revoked_keys_and_batches() {
    let revoked = FoundKey {
        revoked: true,
        ..key(1)
    };
    assert_eq!(code(new(&[revoked])), "KEY_REVOKED");
    for machine in [at(NOW), at(NOW) + days(400)] {
        assert_eq!(
            code(new(&[batch(1, |b| b.revoked_at = Some(machine))])),
            "KEY_REVOKED",
            "also while the organization's clock is behind the machine's"
        );
    }
}

#[test]
fn pk_05_one_bad_key_spoils_the_order() {
    let used = FoundKey {
        redeemed_by_own: Some(false),
        ..key(9)
    };
    assert_eq!(code(new(&[key(1), key(2), used])), "KEY_ALREADY_REDEEMED");
    assert_eq!(code(new(&[])), "KEY_INVALID");
}

#[test]
fn pk_01_a_key_of_another_product() {
    let other = [key(1), batch(2, |b| b.product = id(99))];
    let refusal = RedeemRefusal::WrongPlan {
        last_five: "00002".to_owned(),
    };
    let target = prepaid();
    assert_eq!(new(&other), Err(refusal.clone()));
    assert_eq!(add(&other, &target, at(NOW)), Err(refusal.clone()));
    assert_eq!(extend(&other, &target, at(NOW)), Err(refusal.clone()));
    assert_eq!(
        new(&[key(1), batch(2, |b| b.term = Term::Month)]),
        Err(refusal),
        "one subscription has one term"
    );
}

#[test]
fn spec_15_3_add_grows_the_quantity_and_leaves_the_end() {
    let target = prepaid();
    let Ok(Outcome::Changed(grown)) = add(&[key(1), batch(2, |b| b.quantity = 3)], &target, at(NOW)) else {
        panic!("granted")
    };
    assert_eq!(grown, Subscription { quantity: 23, ..target });
}

#[test]
fn add_and_extend_need_a_prepaid_subscription_of_the_organization() {
    let target = prepaid();
    let card = bought(Channel::Direct, Term::Year, true, "2026-01-31");
    let foreign = Subscription {
        organization: id(55),
        ..prepaid()
    };
    for target in [&card, &foreign] {
        assert_eq!(code(add(&[key(1)], target, at(NOW))), "KEY_NOT_EXTENDABLE");
        assert_eq!(code(extend(&[key(1)], target, at(NOW))), "KEY_NOT_EXTENDABLE");
    }
    assert_eq!(
        code(redeem(
            &[key(1)],
            Choice::Extend(id(404)),
            context(Some(&target)),
            at(NOW)
        )),
        "KEY_NOT_EXTENDABLE"
    );
    assert_eq!(
        code(redeem(&[key(1)], Choice::Add(target.id), context(None), at(NOW))),
        "KEY_NOT_EXTENDABLE"
    );
    assert_eq!(
        code(add(&[key(1)], &target, at("2027-02-10"))),
        "KEY_NOT_EXTENDABLE",
        "only while active"
    );
    assert_eq!(code(extend(&[key(1)], &target, at("2028-02-10"))), "KEY_NOT_EXTENDABLE");
    let cut = target.disable(at(NOW)).unwrap();
    assert_eq!(code(extend(&[key(1)], &cut, at(NOW))), "KEY_NOT_EXTENDABLE");
}

#[test]
fn spec_15_3_extend_moves_the_end_by_the_keys_term_while_active_and_in_grace() {
    for now in ["2026-06-01", "2027-02-10"] {
        let later = extended(&[key(1)], &prepaid(), now);
        assert_eq!(
            later.period,
            Period {
                start: at("2026-01-31"),
                end: at("2028-01-31")
            }
        );
        assert_eq!(later.phase(at(now)), Phase::Active);
    }
    let two = extended(&[key(1), key(2)], &prepaid(), NOW);
    assert_eq!(two.period.end, at("2029-01-31"));
}

#[test]
fn spec_15_3_extend_begins_today_once_it_is_disabled() {
    let back = extended(&[key(1)], &prepaid(), "2027-04-15T18:00:00Z");
    assert_eq!(
        back.period,
        Period {
            start: at("2027-04-15"),
            end: at("2028-04-15")
        }
    );
    assert_eq!(back.phase(at("2027-04-15T18:00:00Z")), Phase::Active);
    assert!(back.settle(at("2027-04-16")).1.is_empty());
}

#[test]
fn extending_by_months_keeps_the_day_of_the_first() {
    let month = |n| [batch(n, |b| b.term = Term::Month)];
    let mut subscription = bought(Channel::Prepaid, Term::Month, false, "2026-01-31");
    let mut ends = Vec::new();
    for n in 0..4 {
        let now = subscription.period.end - days(2);
        let Ok(Outcome::Changed(later)) = extend(&month(n), &subscription, now) else {
            panic!("granted")
        };
        ends.push(later.period.end);
        subscription = later;
    }
    assert_eq!(
        ends,
        [at("2026-03-31"), at("2026-04-30"), at("2026-05-31"), at("2026-06-30")]
    );
}

#[test]
fn a_key_never_buys_time_that_has_passed() {
    // February has 28 days, and grace 30: the moved end would lie two days back.
    let monthly = bought(Channel::Prepaid, Term::Month, false, "2026-01-01");
    let now = "2026-03-02";
    assert_eq!(monthly.phase(at(now)), Phase::Expired);
    let later = extended(&[batch(1, |b| b.term = Term::Month)], &monthly, now);
    assert_eq!(later.phase(at(now)), Phase::Active);
    assert_eq!(later.period.end, at("2026-04-02"));
}

#[test]
fn rb_06_a_card_renews_from_the_end_that_a_key_moved() {
    let later = extended(&[batch(1, |b| b.term = Term::Month)], &prepaid(), NOW);
    assert_eq!(later.period.end, at("2027-02-28"));
    let recurring = later.set_recurring(true, at(NOW)).unwrap();
    let (renewed, renewal) = recurring.renewed();
    assert_eq!(
        renewal.period,
        Period {
            start: at("2027-02-28"),
            end: at("2028-02-29")
        },
        "13 and 25 months from 31 January 2026"
    );
    assert_eq!(renewed.renewed().1.period.start, at("2028-02-29"));
}

#[test]
fn a_key_pays_for_a_renewal_that_no_card_paid() {
    let recurring = bought(Channel::Prepaid, Term::Year, true, "2026-01-31");
    let (failing, _) = recurring.renewal_failed(at("2027-01-31"));
    let paid = extended(&[key(1)], &failing, "2027-02-10");
    assert_eq!(paid.standing, Standing::Running);
    assert_eq!(paid.period.end, at("2028-01-31"));
}

#[test]
fn scenario_41_qt_08_fewer_licenses_only_once_unassigned() {
    let target = prepaid();
    let small = [batch(1, |b| b.quantity = 4)];
    let with = |assigned| {
        let context = RedeemContext {
            assigned,
            ..context(Some(&target))
        };
        redeem(&small, Choice::Extend(target.id), context, at(NOW))
    };
    assert_eq!(
        with(10),
        Err(RedeemRefusal::BelowAssigned {
            assigned: 10,
            quantity: 4
        })
    );
    let Ok(Outcome::Changed(smaller)) = with(4) else {
        panic!("granted")
    };
    assert_eq!((smaller.quantity, smaller.period.end), (4, at("2028-01-31")));
}

#[test]
fn lc_09_the_same_number_again_is_no_reduction() {
    let target = prepaid();
    let context = RedeemContext {
        assigned: 12,
        ..context(Some(&target))
    };
    assert_eq!(
        code(redeem(&[key(1)], Choice::Extend(target.id), context, at(NOW))),
        "granted"
    );
}

#[test]
fn keys_for_different_numbers_do_not_extend_together() {
    let keys = [key(1), batch(2, |b| b.quantity = 25)];
    assert_eq!(
        extend(&keys, &prepaid(), at(NOW)),
        Err(RedeemRefusal::WrongPlan {
            last_five: "00002".to_owned()
        })
    );
}

#[test]
fn a_batch_holds_its_own_numbers_only() {
    let mut batch = key(1).batch;
    batch.first_number = u64::MAX - 2;
    batch.count = 2;
    let held: Vec<_> = [u64::MAX - 3, u64::MAX - 2, u64::MAX - 1, u64::MAX]
        .map(|number| batch.contains(number))
        .to_vec();
    assert_eq!(held, [false, true, true, false]);
}
