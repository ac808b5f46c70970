//! What happens at once: each of these is right in any order, on both engines.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::redemption::Choice;
use aktiver_domain::subscription::Phase;
use aktiver_service::billing::NewMethod;
use aktiver_service::subscriptions::{self, ReactivateCommand};
use aktiver_service::{Error, Result, billing, keys, worker};
use futures::future::join_all;

use crate::both_engines;
use crate::world::{GOOD_CARD, MONTH, World, YEAR, cancel_now, card, code, plainly};

/// A passing fault is repeated, as any caller does.
async fn persistent<T>(mut attempt: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    for _ in 0..20 {
        match attempt().await {
            Err(Error::Busy(_) | Error::Stale(_)) => {}
            other => return other,
        }
    }
    attempt().await
}

both_engines! {
    async fn inv_2_sixty_four_want_ten_seats(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 10, true).await;
        let mut people = Vec::new();
        for number in 0..64 {
            people.push(w.user(&format!("user{number}")).await);
        }
        let results = join_all(people.iter().map(|user| persistent(async || w.try_assign(*user, "ENTERPRISEPACK", &[]).await))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10);
        assert!(results.into_iter().filter(Result::is_err).all(|result| code(result) == "ASSIGN_NO_UNITS"));
        assert_eq!(w.pool("ENTERPRISEPACK").await.unwrap().pool.consumed, 10);
    }

    async fn inv_6_sixty_four_redeem_one_key(t: &Harness) {
        let mut worlds = Vec::new();
        for _ in 0..4 {
            worlds.push(World::sandbox(t).await);
        }
        let key = worlds[0].keys("ENTERPRISEPACK", 5, Term::Year, 1).await;
        let mut admins = Vec::new();
        for world in &worlds {
            admins.push(world.admin().await);
        }
        let tries = (0..64).map(|number| {
            let (ctx, key) = (&admins[number % admins.len()], &key);
            persistent(async || keys::redeem(&t.app, ctx, key, Choice::New).await)
        });
        let results = join_all(tries).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.into_iter().filter(Result::is_err).all(|result| code(result) == "KEY_ALREADY_REDEEMED"));
        let mut owned = 0;
        for world in &worlds {
            owned += world.pool("ENTERPRISEPACK").await.map_or(0, |pool| pool.pool.enabled);
        }
        assert_eq!(owned, 5);
    }

    async fn two_reactivations_charge_once(t: &Harness) {
        for channel in [Channel::DirectClassic, Channel::Direct] {
            let w = World::sandbox(t).await;
            let id = w.sell("ENTERPRISEPACK", channel, Term::Year, 2, false).await;
            w.days(370).await;
            let moved = w.gateway().moved();
            let (one, two) = (w.admin().await, w.op().await);
            let command = plainly();
            let (one, two) = tokio::join!(
                persistent(async || subscriptions::reactivate(&t.app, &one, id, &command).await),
                persistent(async || subscriptions::reactivate(&t.app, &two, id, &command).await),
            );
            let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
            assert_eq!(won.unwrap().phase, Phase::Active);
            let lost = code(lost);
            assert!(["PAYMENT_IN_PROGRESS", "NOTHING_TO_REACTIVATE"].contains(&lost.as_str()), "{lost}");
            assert_eq!(w.gateway().moved() - moved, 2 * YEAR);
            assert_eq!(w.pool("ENTERPRISEPACK").await.unwrap().pool.enabled, 2);
        }
    }

    async fn the_worker_and_the_request_may_both_hear_of_one_charge(t: &Harness) {
        for channel in [Channel::DirectClassic, Channel::Direct] {
            let w = World::sandbox(t).await;
            let id = w.sell("ENTERPRISEPACK", channel, Term::Year, 2, false).await;
            w.days(370).await;
            let moved = w.gateway().moved();
            let admin = w.admin().await;
            let command = plainly();
            let (answer, finished) = tokio::join!(subscriptions::reactivate(&t.app, &admin, id, &command), async {
                for _ in 0..20 {
                    worker::finish_open_charges(&t.app, jiff::SignedDuration::ZERO, 100).await?;
                }
                Ok::<_, Error>(())
            });
            finished.unwrap();
            assert_eq!(answer.unwrap().phase, Phase::Active);
            assert_eq!(w.gateway().moved() - moved, 2 * YEAR);
            assert_eq!(w.charges(id).await, ["succeeded"]);
        }
    }

    async fn inv_9_two_conflicting_products_at_once(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 20, true).await;
        w.sell("STANDARDPACK", Channel::Direct, Term::Year, 20, true).await;
        for number in 0..8 {
            let user = w.user(&format!("user{number}")).await;
            let (one, two) = tokio::join!(
                persistent(async || w.try_assign(user, "ENTERPRISEPACK", &[]).await),
                persistent(async || w.try_assign(user, "STANDARDPACK", &[]).await),
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            assert_eq!(code(if one.is_ok() { two } else { one }), "ASSIGN_EXCLUSIVE");
        }
    }

    async fn inv_7_a_card_is_deleted_or_used_never_both(t: &Harness) {
        let w = World::sandbox(t).await;
        for number in 0..8 {
            let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 1, true).await;
            subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
            let spare = billing::add_method(&t.app, &w.admin().await, NewMethod::SandboxCard(card(GOOD_CARD))).await.unwrap().id;
            let ctx = w.admin().await;
            let command = ReactivateCommand { payment_method: Some(spare), ..plainly() };
            let used = async {
                if number % 2 == 0 {
                    persistent(async || subscriptions::reactivate(&t.app, &ctx, id, &command).await).await
                } else {
                    persistent(async || subscriptions::set_payment_method(&t.app, &ctx, id, spare).await).await
                }
            };
            let (used, deleted) = tokio::join!(used, persistent(async || billing::delete_method(&t.app, &ctx, spare).await));
            assert!(used.is_ok() != deleted.is_ok(), "{used:?} {deleted:?}");
            subscriptions::delete(&t.app, &w.op().await, id).await.unwrap();
        }
    }

    async fn two_workers_and_a_command_renew_once_and_tell_once(t: &Harness) {
        let w = World::normal(t).await;
        let mut ids = Vec::new();
        for part in ["ENTERPRISEPACK", "STANDARDPACK", "SPB", "VISIOCLIENT"] {
            ids.push(w.sell(part, Channel::DirectClassic, Term::Month, 2, true).await);
        }
        let ends = w.sell("MCOEV", Channel::DirectClassic, Term::Month, 2, false).await;
        for month in 1..=3_i64 {
            t.pass_days(31);
            let op = w.op().await;
            let (one, two, three, commands) = tokio::join!(
                worker::run_once(&t.app, 100),
                worker::run_once(&t.app, 100),
                worker::run_due(&t.app, &op),
                join_all(ids.iter().chain([&ends]).map(|id| subscriptions::set_payment_method(&t.app, &op, *id, w.method))),
            );
            one.unwrap();
            two.unwrap();
            three.unwrap();
            for command in commands {
                assert!(matches!(command, Ok(_) | Err(Error::Refused(_))), "{command:?}");
            }
            worker::run_once(&t.app, 100).await.unwrap();
            assert_eq!(w.gateway().moved(), 4 * 2 * MONTH * month);
            for id in &ids {
                let months = usize::try_from(month).unwrap();
                assert_eq!(w.told(*id, "subscription.renewed").await, months);
                assert_eq!(w.told(*id, "subscription.renewal_due").await, months);
            }
        }
        assert_eq!(w.told(ends, "subscription.expired").await, 1);
        assert_eq!(w.told(ends, "subscription.disabled").await, 1);
    }

    async fn commands_that_lock_in_different_orders_all_come_through(t: &Harness) {
        // Before the first purchase the currency is open, which takes a lock of its own.
        let w = World::sandbox(t).await;
        let id = w.sell("DESKLESSPACK", Channel::DirectClassic, Term::Year, 1, false).await;
        billing::set_price(&t.app, &t.operator, w.product("DESKLESSPACK"), Term::Year, crate::world::nok(YEAR)).await.unwrap();
        let ended = w.sell("DESKLESSPACK", Channel::Partner, Term::Year, 1, false).await;
        let op = w.op().await;
        let keys = w.keys("DESKLESSPACK", 1, Term::Year, 8).await;
        let (quantities, methods, disabled, redeemed) = tokio::join!(
            join_all((2..10).map(|quantity| {
                let op = &op;
                async move { subscriptions::set_quantity(&t.app, op, id, quantity).await }
            })),
            join_all((0..8).map(|_| subscriptions::set_payment_method(&t.app, &op, ended, w.method))),
            subscriptions::disable(&t.app, &op, ended, "drill"),
            join_all(keys.chunks(1).map(|key| keys::redeem(&t.app, &op, key, Choice::New))),
        );
        for result in quantities {
            match result {
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(methods.iter().all(Result::is_ok), "{methods:?}");
        assert!(redeemed.iter().all(Result::is_ok), "{redeemed:?}");
        disabled.unwrap();
    }
}
