//! An app through the life of its license: scenarios 29 to 31 and 34.

use aktiver_client::{AppState, NoticeCode, ReducedReason, features};
use aktiver_testkit::{Customer, Person, TestServer, both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::installation::{PLANS, PRODUCT, activate, install};

const LICENSED: AppState = AppState::Licensed { notices: Vec::new() };

fn reduced(reason: ReducedReason) -> AppState {
    AppState::Reduced { reason }
}

/// A customer with one subscription and one person who has a license of it.
async fn licensed_person(t: &TestServer) -> (Customer, Person, String) {
    let customer = t.customer("Fjordvik AS").await;
    let subscription = t.sell(&customer, PRODUCT, 3).await;
    let person = t.person(&customer, "emma").await;
    t.assign(&customer, &person, PRODUCT).await;
    (customer, person, subscription["id"].as_str().unwrap().to_owned())
}

/// The person's assignments as Graph tells them.
async fn states(t: &TestServer, customer: &Customer, person: &Person) -> Value {
    let path = format!("/v1.0/users/{}?$select=licenseAssignmentStates", person.id);
    t.graph(customer, Method::GET, &path, None).await.ok()["licenseAssignmentStates"].clone()
}

both_engines! {
    async fn scenarios_29_and_30_disabled_by_the_provider_then_reactivated(t: &TestServer) {
        let (customer, person, subscription) = licensed_person(t).await;
        let app = install(t);
        let activation = activate(t, &app, &customer, &person).await;
        assert_eq!((activation.state, activation.notices), (LICENSED, vec![]));
        let assigned = states(t, &customer, &person).await;

        let path = |command: &str| customer.path(&format!("/subscriptions/{subscription}/{command}"));
        let disabled = t.vendor_post(&path("disable"), json!({ "reason": "suspected misuse" })).await.ok();
        assert_eq!(disabled["phase"], "disabled");
        // Until it asks, the app has its license.
        assert_eq!(app.license_state(&PLANS).unwrap(), LICENSED);
        let checked = app.check_in(&PLANS).await.unwrap();
        assert_eq!(checked.state, reduced(ReducedReason::SubscriptionDisabled));
        assert_eq!(checked.notices.len(), 1);
        assert_eq!(checked.notices[0].code, NoticeCode::SubscriptionDisabled);
        assert!(checked.notices[0].message.starts_with("Unlicensed product"), "{}", checked.notices[0].message);
        let may = features(&app.license_state(&PLANS).unwrap());
        assert!(may.view && may.print && !may.edit && !may.create);

        let reactivated = t.vendor_post(&path("reactivate"), json!({})).await.ok();
        assert_eq!(reactivated["phase"], "active");
        assert_eq!(app.check_in(&PLANS).await.unwrap().state, LICENSED);
        assert_eq!(states(t, &customer, &person).await, assigned, "INV-5: nobody assigned anything");
    }

    async fn scenario_31_offline_31_days(t: &TestServer) {
        let (customer, person, _) = licensed_person(t).await;
        let app = install(t);
        activate(t, &app, &customer, &person).await;

        app.set_offline(true);
        t.clock.pass_days(29);
        let AppState::Licensed { notices } = app.license_state(&PLANS).unwrap() else { panic!("reduced before 30 days") };
        assert_eq!(notices, [NoticeCode::CouldNotVerify]);
        t.clock.pass_days(2);
        assert_eq!(app.license_state(&PLANS).unwrap(), reduced(ReducedReason::CheckInOverdue));
        assert_eq!(app.check_in(&PLANS).await.unwrap_err().code(), "OFFLINE");

        app.set_offline(false);
        assert_eq!(app.check_in(&PLANS).await.unwrap().state, LICENSED);
        assert_eq!(app.license_state(&PLANS).unwrap(), LICENSED);
    }

    async fn scenario_34_another_account_and_back(t: &TestServer) {
        let (customer, person, _) = licensed_person(t).await;
        let other = t.person(&customer, "jakob").await;
        let app = install(t);
        assert_eq!(activate(t, &app, &customer, &person).await.state, LICENSED);

        let activation = activate(t, &app, &customer, &other).await;
        assert_eq!(activation.state, reduced(ReducedReason::Unlicensed));
        assert_eq!(activation.notices[0].code, NoticeCode::LicenseNotFound);

        app.switch_account(&person.user_principal_name).unwrap();
        assert_eq!(app.license_state(&PLANS).unwrap(), LICENSED);
        assert_eq!(app.check_in(&PLANS).await.unwrap().state, LICENSED);
        app.switch_account(&other.user_principal_name).unwrap();
        assert_eq!(app.license_state(&PLANS).unwrap(), reduced(ReducedReason::Unlicensed));
    }
}
