//! Money and the gateway: lost replies, declines, crashes, refunds, retries (SPEC 16.2, 24.1).

use aktiver_domain::calendar::Term;
use aktiver_domain::money::Currency;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::Phase;
use aktiver_service::billing::NewMethod;
use aktiver_service::ports::ChargeOutcome;
use aktiver_service::subscriptions::{self, ReactivateCommand};
use aktiver_service::{billing, worker};
use jiff::SignedDuration;

use crate::both_engines;
use crate::world::{FAILING_CARD, GOOD_CARD, MONTH, World, YEAR, cancel_now, card, code, nok, plainly};

async fn expired(w: &World<'_>, channel: Channel) -> aktiver_domain::ids::SubscriptionId {
    let id = w.sell("ENTERPRISEPACK", channel, Term::Year, 2, false).await;
    w.days(370).await;
    id
}

async fn later(w: &World<'_>) {
    w.t.pass(SignedDuration::from_mins(3));
    worker::run_once(&w.t.app, 100).await.unwrap();
}

both_engines! {
    async fn a_lost_reply_leaves_the_charge_open_and_the_worker_finishes_it_once(t: &Harness) {
        for channel in [Channel::DirectClassic, Channel::Direct] {
            let w = World::sandbox(t).await;
            let id = expired(&w, channel).await;
            let moved = w.gateway().moved();
            w.gateway().lose_replies(1);
            assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "busy");
            assert_eq!(w.phase(id).await, Phase::Expired);
            assert_eq!(w.charges(id).await, ["open"]);
            assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "PAYMENT_IN_PROGRESS");
            // Too young: its request may still be at work.
            worker::run_once(&t.app, 100).await.unwrap();
            assert_eq!(w.charges(id).await, ["open"]);
            later(&w).await;
            assert_eq!(w.charges(id).await, ["succeeded"]);
            let active = w.view(id).await.subscription.replaced_by.unwrap_or(id);
            assert_eq!(w.phase(active).await, Phase::Active);
            assert_eq!(w.gateway().moved() - moved, 2 * YEAR);
            let ids: std::collections::BTreeSet<_> =
                w.gateway().asked().iter().rev().take(2).map(|charge| charge.id).collect();
            assert_eq!(ids.len(), 1, "the same id");
            subscriptions::delete(&t.app, &w.op().await, active).await.unwrap();
        }
    }

    async fn a_charge_known_only_days_later_still_gives_what_was_paid_for(t: &Harness) {
        let w = World::normal(t).await;
        // Cancelled, so that the amount falls day by day.
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        t.pass_days(10);
        subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
        t.pass_days(3);
        let due = subscriptions::preview_reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap().amounts.due;
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "busy");
        t.pass_days(4);
        let other = subscriptions::preview_reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap().amounts.due;
        assert!(other.minor < due.minor);
        worker::run_once(&t.app, 100).await.unwrap();
        assert_eq!(w.phase(id).await, Phase::Active);
        assert_eq!((w.charges(id).await, w.gateway().moved()), (vec!["succeeded"], due.minor));
    }

    async fn a_decline_changes_nothing_but_keeps_the_new_card(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = expired(&w, Channel::DirectClassic).await;
        let before = w.view(id).await.subscription;
        let with = |number| ReactivateCommand { new_method: Some(NewMethod::SandboxCard(card(number))), ..plainly() };
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &with(FAILING_CARD)).await), "PAYMENT_DECLINED");
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &with("4000000000000002")).await), "PAYMENT_DECLINED");
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &with("4000002500003155")).await), "AUTHENTICATION_REQUIRED");
        let after = w.view(id).await.subscription;
        assert_eq!((before.standing, before.period, before.payment_method), (after.standing, after.period, after.payment_method));
        assert_eq!(w.balance().await, 0);
        assert_eq!(billing::methods(&t.app, &w.admin().await).await.unwrap().len(), 3, "a card that was accepted stays");
        subscriptions::reactivate(&t.app, &w.admin().await, id, &with(GOOD_CARD)).await.unwrap();
        assert_eq!(w.gateway().moved(), 2 * YEAR);
    }

    async fn what_is_deleted_between_charge_and_answer_is_given_back(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = expired(&w, Channel::DirectClassic).await;
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "busy");
        assert_eq!(w.gateway().moved(), 2 * YEAR);
        subscriptions::delete(&t.app, &w.op().await, id).await.unwrap();
        later(&w).await;
        assert_eq!((w.charges(id).await, w.gateway().moved()), (vec!["refunded"], 0));
        assert_eq!((w.phase(id).await, w.balance().await), (Phase::Deleted, 0));
    }

    async fn what_is_cancelled_while_more_licenses_are_charged_is_given_back(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::set_quantity(&t.app, &w.admin().await, id, 5).await), "busy");
        subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
        later(&w).await;
        assert_eq!((w.charges(id).await, w.gateway().moved()), (vec!["refunded"], 0));
        assert_eq!(w.view(id).await.subscription.quantity, 2);

        let other = w.sell("SPB", Channel::DirectClassic, Term::Year, 2, true).await;
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::set_quantity(&t.app, &w.admin().await, other, 5).await), "busy");
        later(&w).await;
        assert_eq!((w.charges(other).await, w.view(other).await.subscription.quantity), (vec!["succeeded"], 5));
        assert_eq!(w.gateway().moved(), 3 * YEAR);
    }

    async fn a_renewal_cancelled_while_it_is_charged_is_given_back(t: &Harness) {
        let w = World::normal(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, true).await;
        t.pass_days(31);
        w.gateway().lose_replies(1);
        worker::run_once(&t.app, 100).await.unwrap();
        assert_eq!(w.charges(id).await, ["open"]);
        subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
        later(&w).await;
        assert_eq!((w.charges(id).await, w.gateway().moved()), (vec!["refunded"], 0));

        let other = w.sell("SPB", Channel::DirectClassic, Term::Month, 2, true).await;
        t.pass_days(31);
        w.gateway().lose_replies(1);
        worker::run_once(&t.app, 100).await.unwrap();
        later(&w).await;
        assert_eq!(w.charges(other).await, ["succeeded"]);
        assert_eq!(w.told(other, "subscription.renewed").await, 1);
        t.pass_days(31);
        worker::run_once(&t.app, 100).await.unwrap();
        assert_eq!(w.told(other, "subscription.renewed").await, 2, "the next renewal is planned");
    }

    async fn a_process_that_dies_while_it_charges_is_recovered(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = expired(&w, Channel::Direct).await;
        w.gateway().hang(1);
        let (admin, command) = (w.admin().await, plainly());
        tokio::select! {
            never = subscriptions::reactivate(&t.app, &admin, id, &command) => panic!("{never:?}"),
            () = w.gateway().hung() => {}
        }
        assert_eq!((w.charges(id).await, w.phase(id).await), (vec!["open"], Phase::Expired));
        later(&w).await;
        assert_eq!(w.charges(id).await, ["succeeded"]);
        assert_eq!(w.gateway().moved(), 2 * YEAR);
        let active = w.view(id).await.subscription.replaced_by.unwrap();
        assert_eq!(w.phase(active).await, Phase::Active);
        later(&w).await;
        assert_eq!(w.gateway().moved(), 2 * YEAR);
    }

    async fn a_sandboxs_clock_brings_open_charges_to_their_end_before_it_moves(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = expired(&w, Channel::DirectClassic).await;
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "busy");
        w.days(1).await;
        assert_eq!((w.phase(id).await, w.charges(id).await), (Phase::Active, vec!["succeeded"]));
    }

    async fn a_gateway_that_is_down_costs_nobody_their_access(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, true).await;
        for _ in 0..40 {
            w.gateway().answer_next(Err(aktiver_service::ports::GatewayUnreachable("down".to_owned())));
        }
        w.days(35).await;
        assert_eq!(w.phase(id).await, Phase::Active);
        for _ in 0..40 {
            w.days(1).await;
        }
        assert_eq!(w.phase(id).await, Phase::Active);
        assert_eq!(w.gateway().moved(), 2 * 2 * MONTH, "every month once");
    }

    async fn scenario_42_inv_7_a_card_of_a_disabled_subscription_stays(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
        let delete = async |method| billing::delete_method(&t.app, &w.admin().await, method).await;
        assert_eq!(code(delete(w.method).await), "PAYMENT_METHOD_IN_USE");
        let other = billing::add_method(&t.app, &w.admin().await, NewMethod::SandboxCard(card(GOOD_CARD))).await.unwrap().id;
        // Chosen by a charge that is under way: as good as in use.
        let command = ReactivateCommand { payment_method: Some(other), ..plainly() };
        w.gateway().lose_replies(1);
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &command).await), "busy");
        assert_eq!(code(delete(other).await), "PAYMENT_IN_PROGRESS");
        later(&w).await;
        assert_eq!(w.view(id).await.subscription.payment_method, Some(other));
        delete(w.method).await.unwrap();
        assert_eq!(code(delete(other).await), "PAYMENT_METHOD_IN_USE");
        assert_eq!(code(delete(w.method).await), "PAYMENT_METHOD_UNKNOWN");
    }

    async fn the_currency_is_fixed_at_the_first_purchase(t: &Harness) {
        let w = World::sandbox(t).await;
        assert_eq!(w.op().await.organization.currency, None);
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 1, true).await;
        assert_eq!(w.op().await.organization.currency, Some(Currency::NOK));
        let lines = billing::ledger(&t.app, &w.op().await, 10).await.unwrap();
        let amounts: Vec<i64> = lines.iter().map(|line| line.amount.minor).collect();
        assert_eq!(amounts.iter().sum::<i64>(), 0);
        assert!(amounts.contains(&YEAR) && amounts.contains(&-YEAR));
        let n = World::normal(t).await;
        n.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 1, true).await;
        assert_eq!(billing::balance(&t.app, &n.op().await).await.unwrap(), Some(nok(YEAR)), "on account");
    }

    async fn spec_16_4_only_the_approved_pay_by_invoice_and_only_sandboxes_by_test_card(t: &Harness) {
        let n = World::normal(t).await;
        let admin = n.admin().await;
        assert_eq!(code(billing::add_method(&t.app, &admin, NewMethod::Invoice).await), "INVOICE_NOT_APPROVED");
        assert_eq!(code(billing::add_method(&t.app, &admin, NewMethod::SandboxCard(card(GOOD_CARD))).await), "SANDBOX_ONLY");
        let w = World::sandbox(t).await;
        let mut swedish = card(GOOD_CARD);
        swedish.country = "SE".to_owned();
        assert_eq!(code(billing::add_method(&t.app, &w.admin().await, NewMethod::SandboxCard(swedish)).await), "PAYMENT_METHOD_COUNTRY");
        w.gateway().answer_next(Ok(ChargeOutcome::AuthenticationRequired));
    }
}
