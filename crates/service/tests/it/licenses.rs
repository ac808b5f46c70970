//! Assigning licenses, what users get from them, and what their devices are told: scenarios 17 to 20, 23, 25 to 31, 34.

use std::collections::BTreeSet;

use aktiver_domain::calendar::Term;
use aktiver_domain::device::{DeviceClass, Platform};
use aktiver_domain::ids::UserId;
use aktiver_domain::licensing::{AddLicense, LicenseRequest};
use aktiver_domain::policy::Channel;
use aktiver_domain::role::Role;
use aktiver_license::NoticeCode;
use aktiver_service::account::{self, NoApps};
use aktiver_service::devices::{self, ActivationState, DeviceInfo};
use aktiver_service::subscriptions;
use aktiver_service::users::NewUser;
use aktiver_service::{licensing, users};

use crate::both_engines;
use crate::harness::ISSUER;
use crate::world::{World, code, plainly};

fn laptop(id: &str) -> DeviceInfo {
    DeviceInfo {
        id: id.to_owned(),
        name: "Laptop".to_owned(),
        class: DeviceClass::Computer,
        platform: Platform::Windows,
    }
}

async fn apps(w: &World<'_>, user: UserId) -> Vec<String> {
    let ctx = w.t.as_user(w.id, user).await;
    account::home(&w.t.app, &ctx)
        .await
        .unwrap()
        .apps
        .into_iter()
        .map(|offer| offer.app.id)
        .collect()
}

both_engines! {
    async fn scenario_17_la_07_a_usage_location_comes_first(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 5, true).await;
        let new = NewUser {
            user_principal_name: format!("nowhere@{}", w.created.admin.user_principal_name.split_once('@').unwrap().1),
            display_name: "Nowhere".to_owned(),
            account_enabled: true,
            ..NewUser::default()
        };
        let user = users::create(&t.app, &w.admin().await, new).await.unwrap();
        assert_eq!(code(w.try_assign(user.id, "ENTERPRISEPACK", &[]).await), "ASSIGN_USAGE_LOCATION");
    }

    async fn scenario_19_inv_9_e1_beside_e3_only_without_its_sharepoint(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 5, true).await;
        w.sell("STANDARDPACK", Channel::Direct, Term::Year, 5, true).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        assert_eq!(code(w.try_assign(ola, "STANDARDPACK", &[]).await), "ASSIGN_EXCLUSIVE");
        w.try_assign(ola, "STANDARDPACK", &[w.plan("STANDARDPACK", "SHAREPOINTSTANDARD")]).await.unwrap();
        assert_eq!(w.pool("STANDARDPACK").await.unwrap().pool.consumed, 1);
        // Turning it back on is the same conflict.
        assert_eq!(code(w.try_assign(ola, "STANDARDPACK", &[]).await), "ASSIGN_EXCLUSIVE");
        // Replace is one request (SPEC 10.3).
        let nora = w.user("nora").await;
        w.assign(nora, "ENTERPRISEPACK").await;
        let swap = LicenseRequest {
            add: vec![AddLicense { product: w.product("STANDARDPACK"), disabled_plans: BTreeSet::new() }],
            remove: vec![w.product("ENTERPRISEPACK")],
        };
        licensing::assign(&t.app, &w.op().await, nora, &swap).await.unwrap();
        assert_eq!(w.pool("ENTERPRISEPACK").await.unwrap().pool.consumed, 1);
    }

    async fn scenario_20_a_plan_that_is_needed_cannot_be_turned_off_alone(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("PROJECTPROFESSIONAL", Channel::Partner, Term::Year, 5, true).await;
        let ola = w.user("ola").await;
        let base = w.plan("PROJECTPROFESSIONAL", "SHAREPOINTENTERPRISE");
        let project = w.plan("PROJECTPROFESSIONAL", "SHAREPOINT_PROJECT");
        assert_eq!(code(w.try_assign(ola, "PROJECTPROFESSIONAL", &[base]).await), "ASSIGN_DEPENDENCY");
        w.try_assign(ola, "PROJECTPROFESSIONAL", &[base, project]).await.unwrap();
        let foreign = w.plan("MCOEV", "MCOEV");
        assert_eq!(code(w.try_assign(ola, "PROJECTPROFESSIONAL", &[foreign]).await), "ASSIGN_FOREIGN_PLAN", "INV-8");
    }

    async fn scenario_23_la_01_twenty_users_at_a_time(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 19, true).await;
        let mut people = Vec::new();
        for number in 0..21 {
            people.push(w.user(&format!("user{number}")).await);
        }
        let product = w.product("ENTERPRISEPACK");
        let admin = w.admin().await;
        let many = async |users: &[UserId]| licensing::assign_many(&t.app, &admin, product, users, &BTreeSet::new()).await;
        assert_eq!(code(many(&people).await), "invalid users");
        let results = many(&people[..20]).await.unwrap();
        let refused: Vec<_> = results.into_iter().filter(|(_, result)| result.is_err()).collect();
        assert_eq!(refused.len(), 1, "LA-04: one result per user");
        assert_eq!(code(refused.into_iter().next().unwrap().1), "ASSIGN_NO_UNITS");
        licensing::unassign_many(&t.app, &admin, product, &people[..20]).await.unwrap();
        assert_eq!(w.pool("ENTERPRISEPACK").await.unwrap().pool.consumed, 0);
    }

    async fn scenario_25_what_cannot_be_removed_or_is_unknown_is_named(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::Direct, Term::Year, 5, true).await;
        let ola = w.user("ola").await;
        assert_eq!(code(w.try_unassign(ola, "ENTERPRISEPACK").await), "ASSIGN_NOT_HELD");
        assert_eq!(code(w.try_assign(ola, "SPB", &[]).await), "ASSIGN_UNKNOWN_PRODUCT");
        licensing::assign(&t.app, &w.op().await, ola, &LicenseRequest::default()).await.unwrap();
        let bjarne = w.person("bjarne", Role::BillingAdministrator).await;
        let denied = licensing::assign(&t.app, &bjarne, ola, &LicenseRequest::default()).await;
        assert_eq!(code(denied), "NOT_PERMITTED", "LA-05");
    }

    async fn scenario_26_27_28_what_a_license_lets_install(t: &Harness) {
        let w = World::sandbox(t).await;
        for part in ["O365_BUSINESS_ESSENTIALS", "VISIOCLIENT", "O365_BUSINESS"] {
            w.sell(part, Channel::Partner, Term::Year, 5, true).await;
        }
        let (basic, visio, bare, none) = (w.user("basic").await, w.user("visio").await, w.user("bare").await, w.user("none").await);
        w.assign(basic, "O365_BUSINESS_ESSENTIALS").await;
        let offered = apps(&w, basic).await;
        assert!(!offered.iter().any(|app| app.contains("desktop-suite")), "scenario 26: {offered:?}");
        assert!(offered.contains(&"mobile-apps".to_owned()) && offered.contains(&"web-apps".to_owned()));
        w.assign(visio, "VISIOCLIENT").await;
        assert_eq!(apps(&w, visio).await, ["visio-desktop", "visio-web"], "scenario 27");
        w.try_assign(bare, "O365_BUSINESS", &[w.plan("O365_BUSINESS", "OFFICE_BUSINESS")]).await.unwrap();
        assert!(!apps(&w, bare).await.iter().any(|app| app.contains("desktop-suite")), "scenario 28");
        let ctx = t.as_user(w.id, none).await;
        assert_eq!(account::home(&t.app, &ctx).await.unwrap().notice, Some(NoApps::NoLicense));
    }

    async fn scenario_29_30_a_device_is_reduced_and_restored_with_the_subscription(t: &Harness) {
        let w = World::sandbox(t).await;
        let id = w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 5, true).await;
        let ola = w.user("ola").await;
        w.assign(ola, "ENTERPRISEPACK").await;
        let suite = [w.plan("ENTERPRISEPACK", "OFFICESUBSCRIPTION")];
        let check_in = async || {
            let ctx = t.as_user(w.id, ola).await;
            devices::check_in(&t.app, &ctx, ISSUER, "device-1", &suite).await.unwrap()
        };
        let ctx = t.as_user(w.id, ola).await;
        let activation = devices::activate(&t.app, &ctx, ISSUER, &laptop("device-1"), &suite).await.unwrap();
        assert_eq!(activation.state, ActivationState::Licensed);
        subscriptions::disable(&t.app, &w.op().await, id, "chargeback").await.unwrap();
        let reduced = check_in().await;
        assert_eq!((reduced.state, reduced.license), (ActivationState::Unlicensed, None));
        assert!(reduced.notices.iter().any(|notice| notice.code == NoticeCode::SubscriptionDisabled));
        let home = account::home(&t.app, &t.as_user(w.id, ola).await).await.unwrap();
        let Some(NoApps::SubscriptionDisabled { administrators, .. }) = home.notice else { panic!("{:?}", home.notice) };
        assert!(!administrators.is_empty());
        subscriptions::reactivate(&t.app, &w.admin().await, id, &plainly()).await.unwrap();
        let back = check_in().await;
        assert_eq!(back.state, ActivationState::Licensed, "no re-assignment");
        assert!(back.license.is_some());
        w.days(31).await;
        assert_eq!(check_in().await.state, ActivationState::Licensed, "scenario 31: online again, restored");
    }

    async fn scenario_34_the_account_decides_not_the_device(t: &Harness) {
        let w = World::sandbox(t).await;
        w.sell("ENTERPRISEPACK", Channel::DirectClassic, Term::Year, 5, true).await;
        let (ola, nora) = (w.user("ola").await, w.user("nora").await);
        w.assign(ola, "ENTERPRISEPACK").await;
        let activate = async |user| {
            let ctx = t.as_user(w.id, user).await;
            devices::activate(&t.app, &ctx, ISSUER, &laptop("device-1"), &[]).await.unwrap()
        };
        assert_eq!(activate(ola).await.state, ActivationState::Licensed);
        let other = activate(nora).await;
        assert_eq!(other.state, ActivationState::Unlicensed, "SW-02");
        assert!(other.notices.iter().any(|notice| notice.code == NoticeCode::LicenseNotFound));
        assert_eq!(activate(ola).await.state, ActivationState::Licensed, "switching back restores");
    }
}
