//! My account, devices, and what an app is told.

use std::collections::BTreeSet;
use std::sync::Arc;

use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{App as OfferedApp, AppKind};
use aktiver_domain::device::{DeviceClass, Platform};
use aktiver_domain::ids::{PlanId, ProductId, SubscriptionId, UserId};
use aktiver_domain::licensing::{AddLicense, LicenseRequest};
use aktiver_domain::policy::Channel;
use aktiver_license::{AppState, NoticeCode, ReducedReason, evaluate, verify};
use aktiver_service::account::{InstallBlock, NoApps};
use aktiver_service::clients::PUBLIC_CLIENT;
use aktiver_service::devices::{ActivationState, DeviceInfo};
use aktiver_service::organizations::CreatedOrganization;
use aktiver_service::subscriptions::{self, Provision};
use aktiver_service::tokens::AccessClaims;
use aktiver_service::users::{User, UserPatch};
use aktiver_service::{Ctx, Error, account, catalog, devices, licensing, organizations, tokens, users};
use tokio::io::AsyncReadExt as _;

use crate::both_engines;
use crate::harness::{Harness, ISSUER};

/// Fjordvik with ten licenses of a suite of three plans (desktop, mobile, web), and Ola who has one.
struct Scene {
    org: CreatedOrganization,
    ola: User,
    product: ProductId,
    plans: Vec<PlanId>,
    subscription: SubscriptionId,
}

impl Scene {
    async fn set(t: &Harness) -> Self {
        let product = t.product(1, &["DESKTOP", "MOBILE", "WEB"]).await;
        let app = |id: &str, kind, platforms: &[&str], plan: usize| OfferedApp {
            id: id.to_owned(),
            name: id.to_uppercase(),
            kind,
            platforms: platforms.iter().map(|one| (*one).to_owned()).collect(),
            plans: BTreeSet::from([product.plans[plan]]),
        };
        let apps = vec![
            app("suite", AppKind::Desktop, &["windows", "macos"], 0),
            app("mobile", AppKind::Mobile, &["ios", "android"], 1),
            app("web", AppKind::Web, &[], 2),
        ];
        catalog::put_apps(&t.app, &t.operator, apps).await.unwrap();
        catalog::put_release(
            &t.app,
            &t.operator,
            "suite",
            "windows",
            "16.1",
            "suite.exe",
            b"installer",
        )
        .await
        .unwrap();
        let org = t.organization("Fjordvik").await;
        let ola = t.user(org.organization.id, "ola", &[]).await;
        let ctx = t.as_operator(org.organization.id).await;
        let new = Provision {
            product: product.id,
            channel: Channel::DirectClassic,
            term: Term::Year,
            quantity: 10,
            recurring: Some(false),
            payment_method: None,
            seller: None,
            parent: None,
            starts: None,
            pending: false,
        };
        let subscription = subscriptions::provision(&t.app, &ctx, new)
            .await
            .unwrap()
            .subscription
            .id;
        let scene = Self {
            org,
            ola,
            product: product.id,
            plans: product.plans,
            subscription,
        };
        scene.assign(t, &[]).await;
        scene
    }

    async fn assign(&self, t: &Harness, off: &[usize]) {
        let disabled_plans = off.iter().map(|at| self.plans[*at]).collect();
        let request = LicenseRequest {
            add: vec![AddLicense {
                product: self.product,
                disabled_plans,
            }],
            remove: vec![],
        };
        licensing::assign(&t.app, &self.operator(t).await, self.ola.id, &request)
            .await
            .unwrap();
    }

    async fn unassign(&self, t: &Harness) {
        let request = LicenseRequest {
            add: vec![],
            remove: vec![self.product],
        };
        licensing::assign(&t.app, &self.operator(t).await, self.ola.id, &request)
            .await
            .unwrap();
    }

    async fn operator(&self, t: &Harness) -> Ctx {
        t.as_operator(self.org.organization.id).await
    }

    async fn ola(&self, t: &Harness) -> Ctx {
        t.as_user(self.org.organization.id, self.ola.id).await
    }

    /// The apps offered to Ola, and why none.
    async fn offered(&self, t: &Harness) -> (Vec<String>, Option<NoApps>) {
        let home = account::home(&t.app, &self.ola(t).await).await.unwrap();
        (home.apps.into_iter().map(|one| one.app.id).collect(), home.notice)
    }

    async fn activate(&self, t: &Harness, device: &str) -> devices::Activation {
        let info = info(device, DeviceClass::Computer, Platform::Windows);
        devices::activate(&t.app, &self.ola(t).await, ISSUER, &info, &self.plans[..1])
            .await
            .unwrap()
    }

    async fn check_in(&self, t: &Harness, device: &str) -> devices::Activation {
        devices::check_in(&t.app, &self.ola(t).await, ISSUER, device, &self.plans[..1])
            .await
            .unwrap()
    }
}

fn info(id: &str, class: DeviceClass, platform: Platform) -> DeviceInfo {
    DeviceInfo {
        id: id.to_owned(),
        name: format!("Device {id}"),
        class,
        platform,
    }
}

/// What an app makes of a license document.
fn state_of(t: &Harness, license: &str, plan: PlanId) -> AppState {
    let document = verify(license, &t.app.signing().verifying_keys()).unwrap();
    evaluate(Some(&document), &[&plan.to_string()], t.now())
}

async fn claims(t: &Harness, ctx: &Ctx) -> AccessClaims {
    let client = PUBLIC_CLIENT.to_string();
    let code = tokens::device_code(&t.app, &client, "User.Read").await.unwrap();
    tokens::approve_device(&t.app, ctx, &code.user_code).await.unwrap();
    let answer = tokens::redeem_device_code(&t.app, ISSUER, &client, &code.device_code)
        .await
        .unwrap();
    tokens::verify_access(&t.app, &answer.access_token).unwrap()
}

both_engines! {
    async fn ma_01_to_03_what_is_offered_follows_from_the_licenses(t: &Harness) {
        let scene = Scene::set(t).await;
        assert_eq!(scene.offered(t).await, (vec!["suite".to_owned(), "mobile".to_owned(), "web".to_owned()], None));
        scene.assign(t, &[0]).await;
        assert_eq!(scene.offered(t).await, (vec!["mobile".to_owned(), "web".to_owned()], None));
        scene.assign(t, &[0, 1, 2]).await;
        assert_eq!(scene.offered(t).await, (vec![], Some(NoApps::PlanTurnedOff)));
        scene.assign(t, &[]).await;
        t.pass_days(366);
        assert_eq!(scene.offered(t).await.0.len(), 3, "in grace everything is still offered");
        t.pass_days(30);
        let expected = NoApps::SubscriptionDisabled {
            products: vec!["Product 1".to_owned()],
            administrators: vec!["Fjordvik Admin".to_owned()],
        };
        assert_eq!(scene.offered(t).await, (vec![], Some(expected)));
        scene.unassign(t).await;
        assert_eq!(scene.offered(t).await, (vec![], Some(NoApps::NoLicense)));
    }

    async fn the_page_tells_products_plans_and_devices(t: &Harness) {
        let scene = Scene::set(t).await;
        scene.assign(t, &[1]).await;
        scene.activate(t, "pc-1").await;
        let home = account::home(&t.app, &scene.ola(t).await).await.unwrap();
        let [license] = home.products.as_slice() else { panic!("{home:?}") };
        assert_eq!(license.status, "Enabled");
        let plans: Vec<_> = license.plans.iter().map(|(plan, usable)| (plan.name.as_str(), *usable)).collect();
        assert_eq!(plans, [("DESKTOP", true), ("MOBILE", false), ("WEB", true)]);
        assert_eq!(home.devices.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["pc-1"]);
        assert_eq!(home.apps[0].releases.len(), 1);
        assert!(account::home(&t.app, &scene.operator(t).await).await.is_err(), "an operator has no account here");
    }

    async fn ma_04_a_download_needs_the_license_and_leave(t: &Harness) {
        let scene = Scene::set(t).await;
        let fetch = async || account::download(&t.app, &scene.ola(t).await, "suite", "windows").await;
        let mut download = fetch().await.unwrap();
        let mut bytes = Vec::new();
        download.reader.read_to_end(&mut bytes).await.unwrap();
        assert_eq!((bytes.as_slice(), download.release.file_name.as_str()), (b"installer".as_slice(), "suite.exe"));
        let ctx = scene.ola(t).await;
        assert!(matches!(account::download(&t.app, &ctx, "suite", "macos").await, Err(Error::NotFound(_))));
        assert!(matches!(account::download(&t.app, &ctx, "nothing", "windows").await, Err(Error::NotFound(_))));
        organizations::set_installs_off(&t.app, &scene.operator(t).await, true).await.unwrap();
        assert!(matches!(fetch().await, Err(Error::Refused(_))));
        let home = account::home(&t.app, &scene.ola(t).await).await.unwrap();
        let blocked: Vec<_> = home.apps.iter().map(|one| one.blocked).collect();
        assert_eq!(blocked, [Some(InstallBlock::InstallsOff), None, None]);
        organizations::set_installs_off(&t.app, &scene.operator(t).await, false).await.unwrap();
        scene.assign(t, &[0]).await;
        assert!(matches!(fetch().await, Err(Error::NotFound(_))));
    }

    async fn an_activated_device_carries_a_license_for_thirty_days(t: &Harness) {
        let scene = Scene::set(t).await;
        let activation = scene.activate(t, "pc-1").await;
        assert_eq!(activation.state, ActivationState::Licensed);
        let license = activation.license.unwrap();
        let document = verify(&license, &t.app.signing().verifying_keys()).unwrap();
        assert!(document.lid.starts_with("EWW-"));
        assert_eq!((document.device.as_str(), document.plans.len()), ("pc-1", 3));
        assert_eq!(document.plans[0].sku, "PRODUCT_1");
        assert!(matches!(state_of(t, &license, scene.plans[0]), AppState::Licensed { notices } if notices.is_empty()));
        t.pass_days(26);
        let AppState::Licensed { notices } = state_of(t, &license, scene.plans[0]) else { panic!() };
        assert_eq!(notices, [NoticeCode::CouldNotVerify]);
        t.pass_days(5);
        assert_eq!(
            state_of(t, &license, scene.plans[0]),
            AppState::Reduced { reason: ReducedReason::CheckInOverdue },
            "scenario 31"
        );
        let fresh = scene.check_in(t, "pc-1").await.license.unwrap();
        assert!(matches!(state_of(t, &fresh, scene.plans[0]), AppState::Licensed { .. }));
        let again = scene.activate(t, "pc-1").await;
        assert!(again.signed_out.is_empty());
        assert_eq!(devices::list(&t.app, &scene.ola(t).await).await.unwrap().len(), 1);
    }

    async fn scenarios_29_and_30_a_disabled_subscription_reduces_at_check_in_and_comes_back(t: &Harness) {
        let scene = Scene::set(t).await;
        scene.activate(t, "pc-1").await;
        t.pass_days(370);
        let grace = scene.check_in(t, "pc-1").await;
        assert_eq!(grace.state, ActivationState::Licensed);
        assert_eq!(grace.notices[0].code, NoticeCode::SubscriptionExpired);
        t.pass_days(30);
        let cut = scene.check_in(t, "pc-1").await;
        assert_eq!((cut.state, cut.license.is_none()), (ActivationState::Unlicensed, true));
        assert_eq!(cut.notices[0].code, NoticeCode::SubscriptionDisabled);
        let anew = scene.activate(t, "pc-2").await;
        assert_eq!(anew.state, ActivationState::Unlicensed);
        assert_eq!(devices::list(&t.app, &scene.ola(t).await).await.unwrap().len(), 1, "no slot for nothing");
    }

    async fn scenario_32_a_signed_out_device_is_told_and_frees_its_slot(t: &Harness) {
        let scene = Scene::set(t).await;
        scene.activate(t, "pc-1").await;
        account::sign_out_device(&t.app, &scene.ola(t).await, "pc-1").await.unwrap();
        assert!(matches!(devices::sign_out(&t.app, &scene.ola(t).await, "pc-1").await, Err(Error::NotFound("device"))));
        let told = scene.check_in(t, "pc-1").await;
        assert_eq!((told.state, told.notices[0].code), (ActivationState::SignedOut, NoticeCode::ProductDeactivated));
        assert_eq!(scene.activate(t, "pc-1").await.state, ActivationState::Licensed);
        assert_eq!(scene.check_in(t, "pc-1").await.state, ActivationState::Licensed);
        let unknown = devices::check_in(&t.app, &scene.ola(t).await, ISSUER, "pc-9", &[]).await;
        assert!(matches!(unknown, Err(Error::NotFound("device"))));
    }

    async fn dv_02b_the_sixth_computer_signs_out_the_least_recently_used(t: &Harness) {
        let scene = Scene::set(t).await;
        for n in 0..5 {
            scene.activate(t, &format!("pc-{n}")).await;
            t.pass_days(1);
        }
        scene.check_in(t, "pc-0").await;
        t.pass_days(1);
        let sixth = scene.activate(t, "pc-5").await;
        assert_eq!(sixth.signed_out.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["pc-1"]);
        let active = devices::list(&t.app, &scene.ola(t).await).await.unwrap();
        assert_eq!(active.iter().filter(|one| one.is_active()).count(), 5);
    }

    async fn inv_10_devices_activated_at_once_never_exceed_the_limit(t: &Harness) {
        let scene = Arc::new(Scene::set(t).await);
        let ctx = scene.ola(t).await;
        let tries = (0..12).map(|n| {
            let (app, ctx, plan) = (t.app.clone(), ctx.clone(), scene.plans[0]);
            tokio::spawn(async move {
                let info = info(&format!("pc-{n}"), DeviceClass::Computer, Platform::MacOs);
                devices::activate(&app, &ctx, ISSUER, &info, &[plan]).await
            })
        });
        for done in futures::future::join_all(tries).await {
            assert_eq!(done.unwrap().unwrap().state, ActivationState::Licensed);
        }
        let all = devices::list(&t.app, &scene.ola(t).await).await.unwrap();
        assert_eq!(all.iter().filter(|one| one.is_active()).count(), 5);
    }

    async fn a_check_answers_with_the_first_reason_that_helps(t: &Harness) {
        let scene = Scene::set(t).await;
        let claims = claims(t, &scene.ola(t).await).await;
        let check = async |plan: PlanId| devices::check(&t.app, &claims, "pc-1", plan).await.unwrap();
        let plan = scene.plans[0];
        assert_eq!(check(plan).await.reason, Some("DEVICE_NOT_ACTIVATED"));
        scene.activate(t, "pc-1").await;
        let yes = check(plan).await;
        assert!(yes.allowed && yes.reason.is_none());
        assert_eq!(yes.until, t.now() + jiff::SignedDuration::from_hours(30 * 24));
        let other = t.product(2, &["ELSEWHERE"]).await;
        assert_eq!(check(other.plans[0]).await.reason, Some("NO_LICENSE"));
        scene.assign(t, &[0]).await;
        assert_eq!(check(plan).await.reason, Some("PLAN_TURNED_OFF"));
        scene.assign(t, &[]).await;
        devices::sign_out(&t.app, &scene.ola(t).await, "pc-1").await.unwrap();
        assert_eq!(check(plan).await.reason, Some("DEVICE_SIGNED_OUT"));
        scene.activate(t, "pc-1").await;
        subscriptions::hold(&t.app, &scene.operator(t).await, scene.subscription, "fraud").await.unwrap();
        assert_eq!(check(plan).await.reason, Some("SUBSCRIPTION_DISABLED"));
        subscriptions::release(&t.app, &scene.operator(t).await, scene.subscription).await.unwrap();
        assert!(check(plan).await.allowed);
        t.pass_days(390);
        let near = check(plan).await;
        assert!(near.allowed && near.until < t.now() + jiff::SignedDuration::from_hours(30 * 24), "{near:?}");
        let off = UserPatch { account_enabled: Some(false), ..UserPatch::default() };
        users::update(&t.app, &scene.operator(t).await, scene.ola.id, off).await.unwrap();
        assert_eq!(check(plan).await.reason, Some("ACCOUNT_DISABLED"));
    }

    async fn la_11_a_deleted_persons_license_is_free_at_once(t: &Harness) {
        let scene = Scene::set(t).await;
        let consumed = async || {
            let pools = subscriptions::pools(&t.app, &scene.operator(t).await).await.unwrap();
            pools[0].pool.consumed
        };
        assert_eq!(consumed().await, 1);
        users::delete(&t.app, &scene.operator(t).await, scene.ola.id).await.unwrap();
        assert_eq!(consumed().await, 0);
        let ghost = UserId::from_uuid(uuid::Uuid::nil());
        assert!(users::delete(&t.app, &scene.operator(t).await, ghost).await.is_err());
    }
}
