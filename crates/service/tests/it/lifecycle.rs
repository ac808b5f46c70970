//! What time alone does to a subscription: scenarios 1 to 3, 16, 29, 30, 34.

use aktiver_domain::calendar::{Term, plus_days};
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{Phase, Standing};
use aktiver_service::audit;
use aktiver_service::subscriptions::{self, ActionKind};

use crate::both_engines;
use crate::harness::Harness;
use crate::world::{MONTH, World, cancel_now, code, plainly};

/// Whether the organization has a clock of its own or the machine's with a worker, the same happens at the same instants.
async fn scenario_01_02_03(t: &Harness, sandbox: bool) {
    let w = World::of(t, sandbox).await;
    let id = w
        .sell("STANDARDPACK", Channel::DirectClassic, Term::Month, 5, false)
        .await;
    let (ola, nora) = (w.user("ola").await, w.user("nora").await);
    w.assign(ola, "STANDARDPACK").await;
    let end = w.view(id).await.subscription.period.end;

    w.days(31).await;
    let expired = w.view(id).await;
    assert_eq!(expired.phase, Phase::Expired, "scenario 1");
    assert_eq!(expired.next_lifecycle_at, Some(plus_days(end, 30)));
    assert!(!w.usable(ola).await.is_empty(), "users keep access");
    w.assign(nora, "STANDARDPACK").await;
    let pool = w.pool("STANDARDPACK").await.unwrap().pool;
    assert_eq!(
        (pool.enabled, pool.warning, pool.suspended, pool.consumed),
        (0, 5, 0, 2)
    );

    w.days(30).await;
    assert_eq!(w.phase(id).await, Phase::Disabled, "scenario 2");
    assert!(w.usable(ola).await.is_empty());
    let third = w.user("lars").await;
    assert_eq!(
        code(w.try_assign(third, "STANDARDPACK", &[]).await),
        "ASSIGN_NO_UNITS",
        "LA-12"
    );
    let pool = w.pool("STANDARDPACK").await.unwrap().pool;
    assert_eq!(
        (pool.warning, pool.suspended, pool.consumed),
        (0, 5, 2),
        "SPEC 4.4: consumed units remain"
    );
    let unpaid = (!sandbox).then_some("BALANCE_DUE");
    assert_eq!(
        w.why_not(id, ActionKind::Reactivate).await,
        unpaid,
        "who pays by invoice has had one for 30 days"
    );

    w.days(90).await;
    let deleted = w.view(id).await;
    assert_eq!(
        (deleted.phase, deleted.next_lifecycle_at),
        (Phase::Deleted, None),
        "scenario 3"
    );
    assert_eq!(w.why_not(id, ActionKind::Reactivate).await, Some("DELETED"));
    assert!(
        w.assignments(&[ola, nora]).await.values().all(Vec::is_empty),
        "assignments go with the last subscription"
    );
    assert!(w.pool("STANDARDPACK").await.is_none());
    assert!(
        subscriptions::list(&t.app, &w.admin().await)
            .await
            .unwrap()
            .iter()
            .any(|v| v.subscription.id == id)
    );

    let told = w.events(id.uuid()).await;
    let told: Vec<_> = told.iter().map(|(kind, at)| (kind.as_str(), *at)).skip(1).collect();
    let expected = [
        ("subscription.expired", end),
        ("subscription.disabled", plus_days(end, 30)),
        ("subscription.deleted", plus_days(end, 120)),
    ];
    assert_eq!(told, expected, "each once, at its own instant");
    let removed = w.events(w.product("STANDARDPACK").uuid()).await;
    assert_eq!(removed.len(), 1, "{removed:?}");

    let trail = audit::list(&t.app, &w.op().await, Some(id.uuid()), None, 50)
        .await
        .unwrap();
    for (action, from, to) in [
        ("subscription.expired", "active", "expired"),
        ("subscription.disabled", "expired", "disabled"),
        ("subscription.deleted", "disabled", "deleted"),
    ] {
        let row = trail.iter().find(|row| row.action == action).unwrap();
        let phase = |value: &Option<String>| {
            let value: serde_json::Value = serde_json::from_str(value.as_deref().unwrap()).unwrap();
            value.get("phase").unwrap().as_str().unwrap().to_owned()
        };
        assert_eq!(
            (phase(&row.before), phase(&row.after)),
            (from.to_owned(), to.to_owned()),
            "INV-12 {action}"
        );
    }
}

both_engines! {
    async fn scenario_01_02_03_in_a_sandbox(t: &Harness) {
        scenario_01_02_03(t, true).await;
    }

    async fn scenario_01_02_03_on_the_machines_clock(t: &Harness) {
        scenario_01_02_03(t, false).await;
    }

    async fn scenario_16_two_subscriptions_of_a_product_are_one_pool(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 5, true).await;
        w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 8, true).await;
        let pool = w.pool("ENTERPRISEPACK").await.unwrap().pool;
        assert_eq!((pool.enabled, pool.subscriptions.len()), (13, 2));
    }

    async fn la_13_users_keep_their_licenses_while_another_subscription_covers_them(t: &Harness) {
        let w = World::sandbox(t).await;
        let short = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, false).await;
        w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 1, true).await;
        let (ola, nora) = (w.user("ola").await, w.user("nora").await);
        w.assign(ola, "ENTERPRISEPACK").await;
        w.assign(nora, "ENTERPRISEPACK").await;
        w.days(31 + 30 + 90).await;
        assert_eq!(w.phase(short).await, Phase::Deleted);
        let pool = w.pool("ENTERPRISEPACK").await.unwrap().pool;
        assert_eq!((pool.enabled, pool.consumed, pool.over_assigned()), (1, 2, 1), "LC-09: nobody loses a license by it");
        assert!(!w.usable(ola).await.is_empty() && !w.usable(nora).await.is_empty());
    }

    async fn spec_4_5_a_partners_cancel_deletes_at_once_frees_the_assignments_and_tells(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::Partner, Term::Year, 3, true).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        // Settled to this very instant: the same clock tick as the purchase.
        let gone = subscriptions::cancel(&t.app, &w.op().await, id, cancel_now()).await.unwrap();
        assert_eq!(gone.phase, Phase::Deleted);
        assert!(matches!(gone.subscription.standing, Standing::Deleted { .. }));
        assert!(w.assignments(&[ola]).await.values().all(Vec::is_empty));
        assert_eq!(w.told(id, "subscription.cancelled").await, 1);
        assert_eq!(w.told(id, "subscription.deleted").await, 1);
        w.days(200).await;
        assert_eq!(w.told(id, "subscription.deleted").await, 1);
        assert_eq!(w.told(id, "subscription.disabled").await, 0);
        // Nothing of it is in the way of a payment method or a fresh purchase.
        assert!(aktiver_service::billing::method_uses(&t.app, &w.op().await, w.method).await.unwrap().is_empty());
        w.sell("ENTERPRISEPACK", Channel::Partner, Term::Year, 1, true).await;
        assert_eq!(w.pool("ENTERPRISEPACK").await.unwrap().pool.consumed, 0);
    }

    async fn every_entry_into_a_phase_is_told_once_whoever_caused_it(t: &Harness) {
        let w = World::normal(t).await;
        let cancelled = w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 3, true).await;
        let disabled = w.sell("SPB", Channel::Direct, Term::Year, 3, true).await;
        let deleted = w.sell("MCOEV", Channel::Direct, Term::Year, 3, true).await;
        t.pass_days(1);
        subscriptions::cancel(&t.app, &w.op().await, cancelled, cancel_now()).await.unwrap();
        subscriptions::disable(&t.app, &w.op().await, disabled, "chargeback").await.unwrap();
        subscriptions::delete(&t.app, &w.op().await, deleted).await.unwrap();
        w.days(2).await;
        assert_eq!(w.told(cancelled, "subscription.disabled").await, 1);
        assert_eq!(w.told(disabled, "subscription.disabled").await, 1);
        assert_eq!((w.told(deleted, "subscription.disabled").await, w.told(deleted, "subscription.deleted").await), (0, 1));
        w.days(100).await;
        for id in [cancelled, disabled, deleted] {
            assert_eq!(w.told(id, "subscription.deleted").await, 1);
            assert_eq!(w.phase(id).await, Phase::Deleted);
        }
    }

    async fn lc_07_what_was_deleted_in_the_night_is_freed_before_the_product_is_sold_again(t: &Harness) {
        let w = World::normal(t).await;
        let old = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 3, false).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        // No worker runs.
        t.pass_days(31 + 120);
        assert_eq!(w.phase(old).await, Phase::Deleted);
        w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 3, false).await;
        assert!(w.assignments(&[ola]).await.values().all(Vec::is_empty));
        assert!(w.usable(ola).await.is_empty());
        assert_eq!(w.told(old, "subscription.deleted").await, 1);

        w.assign(ola, "ENTERPRISEPACK").await;
        t.pass_days(31 + 120);
        let key = w.keys("ENTERPRISEPACK", 3, Term::Year, 1).await;
        aktiver_service::keys::redeem(&t.app, &w.admin().await, &key, aktiver_domain::redemption::Choice::New).await.unwrap();
        assert!(w.assignments(&[ola]).await.values().all(Vec::is_empty));
    }

    async fn s_07_a_held_subscription_is_locked_out_and_comes_back_where_it_stands(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 3, true).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        w.days(10).await;
        subscriptions::hold(&t.app, &w.op().await, id, "ownership is unclear").await.unwrap();
        assert_eq!(w.phase(id).await, Phase::LockedOut);
        assert!(w.usable(ola).await.is_empty());
        assert_eq!(w.why_not(id, ActionKind::Reactivate).await, Some("LOCKED_OUT"));
        let asked = w.gateway().asked().len();
        w.days(40).await;
        assert_eq!(w.gateway().asked().len(), asked, "nothing is charged under a hold");
        let back = subscriptions::release(&t.app, &w.op().await, id).await.unwrap();
        assert_eq!(back.phase, Phase::Active);
        assert_eq!(back.subscription.standing, Standing::Running);
        assert!(back.subscription.period.end > w.now().await, "the renewal that came due meanwhile was charged");
        assert_eq!(w.gateway().moved(), 3 * MONTH);
        assert!(!w.usable(ola).await.is_empty());
        assert_eq!(code(subscriptions::release(&t.app, &w.op().await, id).await), "NOTHING_TO_CHANGE");
    }

    async fn s_07_the_provider_lifts_its_own_disabling_of_what_others_sold(t: &Harness) {
        let w = World::sandbox(t).await;
        let ola = w.user("ola").await;
        // Visio is sold by a partner, and nothing of it has a price or a method here.
        let mut sale = w.sale("DESKLESSPACK", Channel::Partner, Term::Year, 3, true);
        sale.payment_method = None;
        let id = w.provision(sale).await;
        w.assign(ola, "DESKLESSPACK").await;
        subscriptions::disable(&t.app, &w.op().await, id, "abuse").await.unwrap();
        assert_eq!(w.why_not(id, ActionKind::Reactivate).await, Some("PARTNER_MANAGED"));
        assert_eq!(code(subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await), "PARTNER_MANAGED");
        w.days(5).await;
        let preview = subscriptions::preview_reactivate(&t.app, &w.op().await, id, &plainly()).await.unwrap();
        assert_eq!((preview.amounts.due.minor, preview.payment_method), (0, None));
        let back = subscriptions::reactivate(&t.app, &w.op().await, id, &plainly()).await.unwrap();
        assert_eq!((back.phase, back.subscription.id), (Phase::Active, id));
        assert!(w.gateway().asked().is_empty(), "nobody is asked for money");
        assert!(!w.usable(ola).await.is_empty());
        assert_eq!(w.told(id, "subscription.reactivated").await, 1);

        let trial = w.sell("POWER_BI_PRO", Channel::Trial, Term::Month, 25, false).await;
        subscriptions::disable(&t.app, &w.op().await, trial, "abuse").await.unwrap();
        assert_eq!(w.phase(trial).await, Phase::Disabled, "not deleted at once");
        subscriptions::reactivate(&t.app, &w.op().await, trial, &plainly()).await.unwrap();
        assert_eq!(w.phase(trial).await, Phase::Active);
    }
}
