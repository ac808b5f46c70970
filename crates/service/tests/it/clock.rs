//! The clock of a sandbox, moved by hand.

use aktiver_domain::calendar::Term;
use aktiver_domain::ids::ClientId;
use aktiver_domain::policy::Channel;
use aktiver_domain::role::{Role, Scope};
use aktiver_domain::subscription::Phase;
use aktiver_service::clock::{self, Advance};
use aktiver_service::{Actor, Ctx};
use jiff::SignedDuration;

use crate::both_engines;
use crate::world::{MONTH, World, code};

both_engines! {
    async fn only_a_sandbox_has_a_clock_and_only_some_may_move_it(t: &Harness) {
        let w = World::sandbox(t).await;
        let day = Advance::Days(1);
        let bjarne = w.person("bjarne", Role::BillingAdministrator).await;
        assert_eq!(code(clock::advance(&t.app, &bjarne, day).await), "NOT_PERMITTED");
        clock::advance(&t.app, &w.admin().await, day).await.unwrap();
        let client = Actor::Client { id: ClientId::from_uuid(uuid::Uuid::from_u128(5)), scopes: [Scope::BillingReadWriteAll].into() };
        let ctx = Ctx { actor: client, ..w.admin().await };
        clock::advance(&t.app, &ctx, day).await.unwrap();
        let n = World::normal(t).await;
        assert_eq!(code(clock::advance(&t.app, &n.op().await, day).await), "invalid organization");
    }

    async fn next_goes_from_instant_to_instant(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 1, false).await;
        let next = Advance::Next { subscription: Some(id) };
        for phase in [Phase::Expired, Phase::Disabled, Phase::Deleted] {
            let instant = w.view(id).await.next_lifecycle_at.unwrap();
            assert_eq!(clock::advance(&t.app, &w.op().await, next).await.unwrap(), instant);
            assert_eq!(w.phase(id).await, phase);
        }
        assert_eq!(code(clock::advance(&t.app, &w.op().await, next).await), "invalid advance");
    }

    async fn a_year_at_once_renews_every_month_at_its_own_instant(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, true).await;
        clock::advance(&t.app, &w.op().await, Advance::Months(12)).await.unwrap();
        assert_eq!(w.gateway().moved(), 12 * 2 * MONTH);
        let renewed: Vec<_> = w.events(id.uuid()).await.into_iter().filter(|(kind, _)| kind == "subscription.renewed").collect();
        assert_eq!(renewed.len(), 12);
        assert!(renewed.iter().all(|(_, at)| *at == aktiver_domain::calendar::day_start(*at)), "{renewed:?}");
        assert_eq!(w.told(id, "subscription.renewal_due").await, 12);
        assert_eq!(w.phase(id).await, Phase::Active);
    }

    async fn two_clocks_at_once_never_go_back_and_charge_nothing_twice(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Month, 2, true).await;
        let start = w.now().await;
        let (a, b) = (w.op().await, w.op().await);
        let (a, b) = tokio::join!(
            clock::advance(&t.app, &a, Advance::Days(200)),
            clock::advance(&t.app, &b, Advance::Days(100)),
        );
        let (a, b) = (a.unwrap(), b.unwrap());
        let now = w.now().await;
        assert_eq!(now, start + SignedDuration::from_hours(24 * 200));
        assert!(a <= now && b <= now && b >= start + SignedDuration::from_hours(24 * 100));
        w.days(1).await;
        let view = w.view(id).await;
        assert_eq!(view.phase, Phase::Active);
        let months = i64::try_from(w.told(id, "subscription.renewed").await).unwrap();
        assert_eq!(w.gateway().moved(), months * 2 * MONTH);
        assert!(view.subscription.period.end > w.now().await);
        assert_eq!(months, 6);
    }
}
