//! Cancels, quantities and what follows for money: scenarios 10 to 15.

use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{CancelWhen, Phase};
use aktiver_service::subscriptions::{self, ActionKind, CancelCommand};
use aktiver_service::{Ctx, billing, organizations};
use aktiver_storage::payment::LedgerKind;

use crate::both_engines;
use crate::world::{MONTH, World, YEAR, cancel_now, code, nok};

async fn credits(w: &World<'_>) -> Vec<i64> {
    let lines = billing::ledger(&w.t.app, &w.op().await, 100).await.unwrap();
    lines
        .into_iter()
        .filter(|line| line.kind == LedgerKind::Cancel)
        .map(|line| line.amount.minor)
        .collect()
}

both_engines! {
    async fn scenario_10_ca_01_a_direct_one_on_day_three_is_disabled_at_once_with_a_credit(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 10, true).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        w.days(2).await;
        let preview = subscriptions::preview_cancel(&t.app, &w.admin().await, id, CancelWhen::Now).await.unwrap();
        assert_eq!((preview.credit, preview.users_affected), (Some(nok(1_190_137)), 1));
        let gone = subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await.unwrap();
        assert_eq!(gone.phase, Phase::Disabled);
        assert_eq!(gone.instants.deletes, preview.deletes_at);
        assert!(w.usable(ola).await.is_empty(), "LC-05");
        assert_eq!(credits(&w).await, [-1_190_137], "1 200 000 * 362 / 365");
    }

    async fn scenario_11_ca_02_on_day_eight_recurring_billing_is_turned_off_instead(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 10, true).await;
        w.days(7).await;
        assert_eq!(code(subscriptions::cancel(&t.app, &w.admin().await, id, cancel_now()).await), "CANCEL_WINDOW_PASSED");
        assert_eq!(w.why_not(id, ActionKind::Cancel).await, Some("CANCEL_WINDOW_PASSED"));
        assert_eq!(w.why_not(id, ActionKind::RecurringOff).await, None, "is offered");
        let later = CancelCommand { when: CancelWhen::Renewal, ..cancel_now() };
        let ends = subscriptions::cancel(&t.app, &w.admin().await, id, later).await.unwrap();
        assert_eq!((ends.phase, ends.subscription.recurring), (Phase::Active, false));
        assert_eq!(ends.instants.expires, Some(ends.subscription.period.end), "LC-02");
        subscriptions::cancel(&t.app, &w.op().await, id, cancel_now()).await.unwrap();
        assert_eq!(w.phase(id).await, Phase::Disabled, "the window does not bind the provider");
    }

    async fn scenario_12_13_ca_04_ca_05_twenty_six_licenses_and_a_domain_bind_the_customer_alone(t: &Harness) {
        let w = World::sandbox(t).await;
        let large = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 26, true).await;
        let small = w.sell("MCOEV", Channel::DirectClassic, Term::Year, 2, true).await;
        let cancel = async |ctx: Ctx, id| subscriptions::cancel(&t.app, &ctx, id, cancel_now()).await;
        assert_eq!(code(cancel(w.admin().await, large).await), "CANCEL_TOO_MANY_LICENSES");
        subscriptions::set_quantity(&t.app, &w.admin().await, large, 25).await.unwrap();
        assert_eq!(w.why_not(large, ActionKind::Cancel).await, None, "reduced first");

        organizations::add_domain(&t.app, &w.admin().await, "fjordvik.example").await.unwrap();
        assert_eq!(code(cancel(w.admin().await, large).await), "CANCEL_DOMAIN_ATTACHED");
        cancel(w.op().await, small).await.unwrap();
        organizations::remove_domain(&t.app, &w.admin().await, "fjordvik.example").await.unwrap();
        cancel(w.admin().await, large).await.unwrap();
        assert_eq!((w.phase(large).await, w.phase(small).await), (Phase::Disabled, Phase::Disabled));
    }

    async fn ca_06_a_reason_is_given_and_no_essay(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        let with = |reason: &str, comment: Option<String>| CancelCommand { reason: reason.to_owned(), comment, ..cancel_now() };
        let admin = w.admin().await;
        let cancel = async |command| subscriptions::cancel(&t.app, &admin, id, command).await;
        assert_eq!(code(cancel(with("  ", None)).await), "invalid reason");
        assert_eq!(code(cancel(with(&"r".repeat(201), None)).await), "invalid reason");
        assert_eq!(code(cancel(with("price", Some("c".repeat(2_001)))).await), "invalid comment");
        let op = w.op().await;
        assert_eq!(code(subscriptions::disable(&t.app, &op, id, &"r".repeat(201)).await), "invalid reason");
        assert_eq!(code(subscriptions::hold(&t.app, &op, id, &"r".repeat(201)).await), "invalid reason");
        let mut sale = w.sale("MCOEV", Channel::Partner, Term::Year, 1, true);
        sale.seller = Some("s".repeat(201));
        assert_eq!(code(subscriptions::provision(&t.app, &op, sale).await), "invalid seller");
        assert_eq!(w.phase(id).await, Phase::Active);
    }

    async fn ca_07_another_subscription_of_the_product_stays(t: &Harness) {
        let w = World::sandbox(t).await;
        let one = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        let other = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 3, true).await;
        subscriptions::cancel(&t.app, &w.admin().await, one, cancel_now()).await.unwrap();
        assert_eq!(w.phase(other).await, Phase::Active);
    }

    async fn ca_11_add_ons_are_cancelled_with_what_they_were_added_to(t: &Harness) {
        let w = World::sandbox(t).await;
        let parent = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 2, true).await;
        let add = async |part: &str, channel| {
            let mut sale = w.sale(part, channel, Term::Year, 2, true);
            sale.parent = Some(parent);
            w.provision(sale).await
        };
        let (phone, visio) = (add("MCOEV", Channel::Direct).await, add("VISIOCLIENT", Channel::DirectClassic).await);
        let alone = w.sell("SPB", Channel::DirectClassic, Term::Year, 2, true).await;
        w.days(20).await;
        let renewal = CancelCommand { when: CancelWhen::Renewal, ..cancel_now() };
        subscriptions::cancel(&t.app, &w.admin().await, parent, renewal).await.unwrap();
        assert!(!w.view(phone).await.subscription.recurring && w.view(alone).await.subscription.recurring);
        subscriptions::cancel(&t.app, &w.admin().await, visio, cancel_now()).await.unwrap();
        assert_eq!(w.phase(parent).await, Phase::Active, "and not the other way round");
        subscriptions::cancel(&t.app, &w.admin().await, parent, cancel_now()).await.unwrap();
        assert_eq!((w.phase(parent).await, w.phase(phone).await), (Phase::Disabled, Phase::Disabled));
        assert_eq!(w.phase(alone).await, Phase::Active);
        assert_eq!(credits(&w).await.len(), 3, "one each");
    }

    async fn ca_03_a_credit_counts_what_was_added_and_removed_meanwhile(t: &Harness) {
        let w = World::sandbox(t).await;
        // A month of 31 days; the credit is for 15 of them.
        let unused = |units: i64| -(units * MONTH * 15 + 15) / 31;
        let near = |credits: Vec<i64>, units: i64| {
            let [credit] = credits[..] else { panic!("{credits:?}") };
            assert!((credit - unused(units)).abs() <= 1, "{credit} for {units}");
        };
        let shrunk = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 10, true).await;
        w.days(5).await;
        subscriptions::set_quantity(&t.app, &w.admin().await, shrunk, 4).await.unwrap();
        w.days(10).await;
        subscriptions::cancel(&t.app, &w.admin().await, shrunk, cancel_now()).await.unwrap();
        near(credits(&w).await, 4);

        let v = World::normal(t).await;
        let grown = v.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, true).await;
        let now = v.now().await;
        let days = v.view(grown).await.subscription.period.days_left(now);
        v.days(u32::try_from(days - 26).unwrap_or(0)).await;
        subscriptions::set_quantity(&t.app, &v.admin().await, grown, 12).await.unwrap();
        let left = v.view(grown).await.subscription.period.days_left(v.now().await);
        v.days(u32::try_from(left - 16).unwrap()).await;
        subscriptions::cancel(&t.app, &v.admin().await, grown, cancel_now()).await.unwrap();
        let period = v.view(grown).await.subscription.period.days();
        let [credit] = credits(&v).await[..] else { panic!() };
        assert!((credit + 12 * MONTH * 15 / period).abs() <= 1, "{credit}");
    }

    async fn qt_02_an_increase_is_charged_for_the_days_left_and_assignable_at_once(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 1, true).await;
        let (ola, nora) = (w.user("ola").await, w.user("nora").await);
        w.assign(ola, "ENTERPRISEPACK").await;
        assert_eq!(code(w.try_assign(nora, "ENTERPRISEPACK", &[]).await), "ASSIGN_NO_UNITS", "scenario 18, direct part");
        w.days(165).await;
        let preview = subscriptions::preview_quantity(&t.app, &w.admin().await, id, 3).await.unwrap();
        assert_eq!((preview.amount, preview.days), (Some(nok(2 * YEAR * 200 / 365 + 1)), (200, 365)));
        let more = subscriptions::set_quantity(&t.app, &w.admin().await, id, 3).await.unwrap();
        assert_eq!(more.subscription.quantity, 3);
        assert_eq!(Some(nok(w.gateway().moved())), preview.amount);
        w.assign(nora, "ENTERPRISEPACK").await;
        assert_eq!(w.balance().await, 0);
    }

    async fn scenario_14_qt_03_not_below_what_is_assigned(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 10, true).await;
        let mut users = Vec::new();
        for number in 0..10 {
            let user = w.user(&format!("user{number}")).await;
            w.assign(user, "ENTERPRISEPACK").await;
            users.push(user);
        }
        let set = async |quantity| subscriptions::set_quantity(&t.app, &w.admin().await, id, quantity).await;
        assert_eq!(code(set(9).await), "QUANTITY_BELOW_ASSIGNED");
        assert_eq!(code(set(0).await), "QUANTITY_OUT_OF_RANGE");
        assert_eq!(code(set(10).await), "NOTHING_TO_CHANGE");
        w.try_unassign(users[0], "ENTERPRISEPACK").await.unwrap();
        assert_eq!(set(9).await.unwrap().subscription.quantity, 9);
    }

    async fn scenario_15_qt_05_a_direct_one_on_day_twenty_is_reduced_at_renewal(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 10, true).await;
        w.days(19).await;
        let refused = subscriptions::set_quantity(&t.app, &w.admin().await, id, 5).await.unwrap_err();
        let aktiver_service::Error::Refused(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code(), "REDUCTION_WINDOW_PASSED");
        assert!(refusal.remedy().contains("renewal"));
        assert_eq!(subscriptions::set_quantity(&t.app, &w.op().await, id, 5).await.unwrap().subscription.quantity, 5);
    }

    async fn qt_10_the_provider_changes_what_a_partner_sold_without_charging_anyone(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Partner, Term::Year, 3, true).await;
        assert_eq!(code(subscriptions::set_quantity(&t.app, &w.admin().await, id, 5).await), "MANAGED_ELSEWHERE");
        subscriptions::set_quantity(&t.app, &w.op().await, id, 5).await.unwrap();
        assert!(w.gateway().asked().is_empty());
        assert_eq!(w.balance().await, 0);
    }
}
