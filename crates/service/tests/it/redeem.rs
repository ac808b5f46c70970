//! Product keys: scenarios 35 to 41, and every error of SPEC 15.4 that a key can meet.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::redemption::Choice;
use aktiver_domain::role::Role;
use aktiver_domain::subscription::{CancelWhen, Phase};
use aktiver_service::subscriptions::{self, ActionKind, CancelCommand};
use aktiver_service::{Ctx, Error, catalog, keys};

use crate::both_engines;
use crate::world::{World, cancel_now, code};

async fn redeem(
    w: &World<'_>,
    ctx: &Ctx,
    texts: &[String],
    choice: Choice,
) -> aktiver_service::Result<subscriptions::SubscriptionView> {
    keys::redeem(&w.t.app, ctx, texts, choice).await
}

both_engines! {
    async fn scenario_35_a_key_is_read_as_people_type_it(t: &Harness) {
        let w = World::sandbox(t).await;
        let key = w.keys("ENTERPRISEPACK", 5, Term::Year, 1).await.remove(0);
        let typed = [format!("  {} ", key.to_lowercase().replace('-', " "))];
        let review = keys::review(&t.app, &w.admin().await, &typed).await.unwrap();
        assert_eq!((review.keys.len(), review.keys[0].quantity), (1, 5));
        assert!(review.choices[0].recommended && review.choices[0].choice == Choice::New, "PK-04");
        let new = redeem(&w, &w.admin().await, &typed, Choice::New).await.unwrap();
        assert_eq!((new.phase, new.subscription.channel, new.subscription.quantity), (Phase::Active, Channel::Prepaid, 5));
        assert_eq!(code(redeem(&w, &w.admin().await, &typed, Choice::New).await), "KEY_ALREADY_REDEEMED");
        assert_eq!(w.balance().await, 0, "a key costs nothing here");
    }

    async fn scenario_36_37_38_39_40_the_errors_of_a_key(t: &Harness) {
        let w = World::sandbox(t).await;
        let admin = w.admin().await;
        let many = w.keys("ENTERPRISEPACK", 5, Term::Year, 4).await;
        let first = redeem(&w, &admin, &many[..1], Choice::New).await.unwrap().subscription.id;
        let twice = [many[1].clone(), many[1].to_lowercase()];
        assert_eq!(code(redeem(&w, &admin, &twice, Choice::Add(first)).await), "KEY_DUPLICATE_IN_ORDER", "error 3");
        assert_eq!(code(redeem(&w, &admin, &many[..1], Choice::Add(first)).await), "KEY_ALREADY_REDEEMED", "error 5");

        catalog::set_limits(&t.app, &t.operator, w.product("ENTERPRISEPACK"), Some(12), false).await.unwrap();
        let refused = redeem(&w, &admin, &many[1..3], Choice::Add(first)).await.unwrap_err();
        let Error::Refused(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code(), "KEY_OVER_MAXIMUM", "error 8");
        assert!(refusal.message().contains("12"));
        assert_eq!(redeem(&w, &admin, &many[1..2], Choice::Add(first)).await.unwrap().subscription.quantity, 10);

        let user_admin = w.person("ulla", Role::UserAdministrator).await;
        assert_eq!(code(redeem(&w, &user_admin, &many[2..3], Choice::New).await), "NOT_PERMITTED", "error 9");
        assert_eq!(code(keys::review(&t.app, &user_admin, &many[2..3]).await), "NOT_PERMITTED");
        let bjarne = w.person("bjarne", Role::BillingAdministrator).await;
        assert_eq!(redeem(&w, &bjarne, &many[2..3], Choice::New).await.unwrap().subscription.quantity, 5);

        let swedish = w.keys_with("SPB", 5, Term::Year, 1, |batch| batch.country = Some("SE".to_owned())).await;
        assert_eq!(code(redeem(&w, &admin, &swedish, Choice::New).await), "NoMatchingEligProductsFound", "error 10");
        let until = w.now().await + jiff::SignedDuration::from_hours(24);
        let short = w.keys_with("SPB", 5, Term::Year, 2, |batch| batch.redeem_by = Some(until)).await;
        redeem(&w, &admin, &short[..1], Choice::New).await.unwrap();
        w.days(1).await;
        assert_eq!(code(redeem(&w, &w.admin().await, &short[1..], Choice::New).await), "KEY_EXPIRED", "error 4");
        assert_eq!(code(redeem(&w, &admin, &short[1..], Choice::Add(first)).await), "KEY_WRONG_PLAN", "PK-01");
        let mut wrong = many[3].clone();
        let changed = if wrong.ends_with('7') { '8' } else { '7' };
        wrong.replace_range(wrong.len() - 1.., &changed.to_string());
        assert_eq!(code(redeem(&w, &admin, &[wrong], Choice::New).await), "KEY_INVALID", "error 2");
        assert_eq!(code(redeem(&w, &admin, &["short".to_owned()], Choice::New).await), "KEY_CONSUMER_OR_INVALID", "error 1");
        assert_eq!(code(redeem(&w, &admin, &[], Choice::New).await), "invalid keys");
    }

    async fn pk_05_one_bad_key_consumes_none(t: &Harness) {
        let w = World::sandbox(t).await;
        let good = w.keys("ENTERPRISEPACK", 5, Term::Year, 2).await;
        let other = w.keys("SPB", 5, Term::Year, 1).await;
        let order = [good[0].clone(), good[1].clone(), other[0].clone()];
        assert_eq!(code(redeem(&w, &w.admin().await, &order, Choice::New).await), "KEY_WRONG_PLAN");
        let both = redeem(&w, &w.admin().await, &good, Choice::New).await.unwrap();
        assert_eq!(both.subscription.quantity, 10);
    }

    async fn scenario_41_qt_08_a_smaller_key_waits_until_enough_is_unassigned(t: &Harness) {
        let w = World::sandbox(t).await;
        let admin = w.admin().await;
        let large = w.keys("ENTERPRISEPACK", 3, Term::Year, 1).await;
        let id = redeem(&w, &admin, &large, Choice::New).await.unwrap().subscription.id;
        let mut people = Vec::new();
        for name in ["ola", "nora", "lars"] {
            let user = w.user(name).await;
            w.assign(user, "ENTERPRISEPACK").await;
            people.push(user);
        }
        let end = w.view(id).await.subscription.period.end;
        let small = w.keys("ENTERPRISEPACK", 2, Term::Year, 1).await;
        assert_eq!(code(redeem(&w, &admin, &small, Choice::Extend(id)).await), "KEY_BELOW_ASSIGNED");
        w.try_unassign(people[0], "ENTERPRISEPACK").await.unwrap();
        let extended = redeem(&w, &admin, &small, Choice::Extend(id)).await.unwrap().subscription;
        assert_eq!(extended.quantity, 2);
        assert_eq!(extended.period.end, aktiver_domain::calendar::midnight(
            aktiver_domain::calendar::plus_months(aktiver_domain::calendar::date(end), 12),
        ));
    }

    async fn ra_03_an_expired_prepaid_one_comes_back_by_key_and_keeps_its_assignments(t: &Harness) {
        let w = World::sandbox(t).await;
        let two = w.keys("ENTERPRISEPACK", 3, Term::Month, 2).await;
        let id = redeem(&w, &w.admin().await, &two[..1], Choice::New).await.unwrap().subscription.id;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        let before = w.assignments(&[ola]).await;
        w.days(31 + 35).await;
        assert_eq!(w.phase(id).await, Phase::Disabled);
        assert_eq!(w.why_not(id, ActionKind::Reactivate).await, Some("PREPAID"));
        assert_eq!(w.why_not(id, ActionKind::Extend).await, None);
        let back = redeem(&w, &w.admin().await, &two[1..], Choice::Extend(id)).await.unwrap();
        assert_eq!((back.phase, back.subscription.id), (Phase::Active, id));
        assert_eq!(w.assignments(&[ola]).await, before, "INV-5");
        let later = CancelCommand { when: CancelWhen::Renewal, ..cancel_now() };
        assert_eq!(code(subscriptions::cancel(&t.app, &w.admin().await, id, later).await), "NOTHING_TO_CHANGE");
    }

    async fn rb_06_a_prepaid_one_goes_on_by_card_once_the_paid_term_is_over(t: &Harness) {
        let w = World::sandbox(t).await;
        let key = w.keys("ENTERPRISEPACK", 3, Term::Month, 1).await;
        let id = redeem(&w, &w.admin().await, &key, Choice::New).await.unwrap().subscription.id;
        assert_eq!(code(subscriptions::set_recurring(&t.app, &w.admin().await, id, true).await), "PAYMENT_METHOD_REQUIRED");
        subscriptions::set_payment_method(&t.app, &w.admin().await, id, w.method).await.unwrap();
        subscriptions::set_recurring(&t.app, &w.admin().await, id, true).await.unwrap();
        w.days(30).await;
        assert_eq!(w.gateway().moved(), 0, "charged only when the prepaid term is over");
        w.days(1).await;
        assert_eq!(w.gateway().moved(), 3 * crate::world::MONTH);
        assert_eq!(w.phase(id).await, Phase::Active);
    }

    async fn a_revoked_batch_is_refused_while_the_sandboxs_clock_is_behind(t: &Harness) {
        let w = World::sandbox(t).await;
        let key = w.keys("ENTERPRISEPACK", 3, Term::Month, 1).await;
        let admin = w.admin().await;
        t.pass_days(5);
        let batch = keys::inspect(&t.app, &t.operator, &key[0]).await.unwrap().batch;
        keys::revoke_batch(&t.app, &t.operator, batch.id).await.unwrap();
        // The context of five days ago, as a clock that stands still gives it.
        assert_eq!(code(redeem(&w, &admin, &key, Choice::New).await), "KEY_REVOKED");
    }

    async fn no_pool_outgrows_what_can_be_told_of_it(t: &Harness) {
        let w = World::sandbox(t).await;
        let sell = async |quantity| {
            let sale = w.sale("ENTERPRISEPACK", Channel::Partner, Term::Year, quantity, true);
            subscriptions::provision(&t.app, &w.op().await, sale).await
        };
        assert_eq!(code(sell(1_000_001).await), "QUANTITY_OUT_OF_RANGE");
        catalog::set_limits(&t.app, &t.operator, w.product("ENTERPRISEPACK"), Some(2_000_000_000), false).await.unwrap();
        sell(2_000_000_000).await.unwrap();
        assert_eq!(code(sell(200_000_000).await), "QUANTITY_OUT_OF_RANGE", "together more than 32 bits");
        let small = sell(100_000_000).await.unwrap().subscription.id;
        let set = subscriptions::set_quantity(&t.app, &w.op().await, small, 147_483_648).await;
        assert_eq!(code(set), "QUANTITY_OUT_OF_RANGE");
        let most = subscriptions::set_quantity(&t.app, &w.op().await, small, 147_483_647).await.unwrap();
        assert_eq!(most.subscription.quantity, 147_483_647);
        let key = w.keys("ENTERPRISEPACK", 1, Term::Year, 1).await;
        assert_eq!(code(redeem(&w, &w.admin().await, &key, Choice::New).await), "KEY_OVER_MAXIMUM");
    }

    async fn guessing_keys_is_limited_and_a_batch_label_too(t: &Harness) {
        let w = World::sandbox(t).await;
        let label = keys::create_batch(&t.app, &t.operator, keys::NewBatch {
            product: w.product("SPB"),
            quantity: 1,
            term: Term::Year,
            country: None,
            redeem_by: None,
            label: "l".repeat(201),
            count: 1,
        }).await;
        assert_eq!(code(label), "invalid label");
        let batch = |change: fn(&mut keys::NewBatch)| {
            let mut new = keys::NewBatch {
                product: w.product("SPB"),
                quantity: 1,
                term: Term::Year,
                country: None,
                redeem_by: None,
                label: String::new(),
                count: 1,
            };
            change(&mut new);
            new
        };
        let made = async |new| keys::create_batch(&t.app, &t.operator, new).await;
        assert_eq!(code(made(batch(|b| b.count = 10_000_001)).await), "invalid count");
        assert_eq!(code(made(batch(|b| b.quantity = 1_000_001)).await), "invalid quantity");
        let now = t.now();
        assert_eq!(code(made(keys::NewBatch { redeem_by: Some(now), ..batch(|_| {}) }).await), "invalid redeemBy");
        let last = made(batch(|_| {})).await.unwrap();
        let mut session = t.app.database().begin().await.unwrap();
        let left = aktiver_domain::product_key::KeyNumber::MAX.get() - last.first_number;
        aktiver_storage::key::reserve_numbers(&mut session, last.epoch, left - 5).await.unwrap();
        session.commit().await.unwrap();
        let refused = made(batch(|b| b.count = 6)).await.unwrap_err();
        let Error::Invalid { field, remedy, .. } = refused else { panic!("{refused:?}") };
        assert!(field == "count" && remedy.contains("new epoch"), "{field}: {remedy}");
        made(batch(|b| b.count = 5)).await.unwrap();
        let nobody = keys::inspect(&t.app, &w.admin().await.actor, "x").await;
        assert_eq!(code(nobody), "NOT_PERMITTED");
    }
}
