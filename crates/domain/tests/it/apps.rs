//! Which apps a person is offered: SPEC 17.1, MA-01 to MA-03, scenarios 26 to 30.

use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::AppKind;
use aktiver_domain::licensing::{Assignment, AssignmentState, Pool, Source, usable_plans};
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::Subscription;
use aktiver_domain::{Timestamp, ids::ProductId};

use crate::catalog::{catalog, product};
use crate::licensing::{held, pools};
use crate::support::{at, bought, customer, plainly};

fn offered(assignments: &[Assignment]) -> Vec<String> {
    let catalog = catalog();
    let usable = usable_plans(&catalog, &pools(5), assignments);
    catalog.apps_for(&usable).iter().map(|app| app.id.clone()).collect()
}

#[test]
fn ma_01_nobody_is_offered_anything_without_a_license() {
    assert!(offered(&[]).is_empty());
}

#[test]
fn scenario_26_business_basic_has_web_and_mobile_apps_and_no_desktop_suite() {
    let apps = offered(&[held("O365_BUSINESS_ESSENTIALS", Source::Direct, "")]);
    assert_eq!(apps, ["mobile", "web", "teams"]);
}

#[test]
fn scenario_27_ma_07_visio_plan_2_is_visio_on_windows() {
    let catalog = catalog();
    let held = [held("VISIOCLIENT", Source::Direct, "")];
    let usable = usable_plans(&catalog, &pools(5), &held);
    let desktop: Vec<_> = catalog
        .apps_for(&usable)
        .into_iter()
        .filter(|app| app.kind == AppKind::Desktop)
        .collect();
    assert_eq!(desktop.len(), 1);
    assert_eq!(
        (&*desktop[0].id, &*desktop[0].platforms),
        ("visio", &["windows".to_owned()][..])
    );
}

#[test]
fn scenario_28_ma_02_a_plan_that_is_turned_off_offers_nothing() {
    assert!(offered(&[held("O365_BUSINESS_PREMIUM", Source::Direct, "")]).contains(&"suite-business".to_owned()));
    let off = held("O365_BUSINESS_PREMIUM", Source::Direct, "OFFICE_BUSINESS");
    assert!(!offered(&[off]).contains(&"suite-business".to_owned()));
}

#[test]
fn an_assignment_in_error_offers_nothing() {
    let failed = Assignment {
        state: AssignmentState::Error,
        ..held("SPE_E3", Source::Direct, "")
    };
    assert!(offered(&[failed]).is_empty());
}

#[test]
fn ma_08_business_and_enterprise_suites_follow_their_plans() {
    assert!(offered(&[held("SPE_E3", Source::Direct, "")]).contains(&"suite-enterprise".to_owned()));
    assert!(offered(&[held("SPB", Source::Direct, "")]).contains(&"suite-business".to_owned()));
}

fn usable_at(subscriptions: &[Subscription], now: Timestamp) -> bool {
    let sku: ProductId = product("SPE_E3");
    let pool = Pool::of(sku, 1, subscriptions, now);
    let held = [held("SPE_E3", Source::Direct, "")];
    !usable_plans(&catalog(), &[(sku, pool)].into(), &held).is_empty()
}

#[test]
fn ma_03_offered_while_active_or_in_grace_and_not_once_disabled_or_deleted() {
    let subscription = Subscription {
        product: product("SPE_E3"),
        ..bought(Channel::Direct, Term::Year, false, "2026-01-31")
    };
    let usable = |day: &str| usable_at(std::slice::from_ref(&subscription), at(day));
    assert!(usable("2026-06-01"));
    assert!(usable("2027-02-10"), "in grace");
    assert!(!usable("2027-03-10"), "disabled");
    assert!(!usable("2028-01-01"), "deleted");
}

#[test]
fn scenario_29_and_30_access_is_lost_with_the_subscription_and_back_with_it_without_assigning_again() {
    let subscription = Subscription {
        product: product("SPE_E3"),
        ..bought(Channel::Direct, Term::Year, false, "2026-01-31")
    };
    let now = at("2027-03-10");
    assert!(!usable_at(std::slice::from_ref(&subscription), now));
    let back = subscription.reactivate(&plainly(), &customer(), now).unwrap();
    assert!(usable_at(&[back.subscription, back.closed.unwrap()], now));
}
