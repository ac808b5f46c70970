//! The apps' door.

use std::collections::BTreeSet;

use aktiver_domain::catalog::Product;
use aktiver_domain::ids::UserId;
use aktiver_domain::licensing::{AddLicense, LicenseRequest};
use aktiver_license::verify;
use aktiver_service::licensing;
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::{BASE, Harness};
use crate::vendor::{at, operator_token};

const DEVICE: &str = "9f1c3c7e-2f5a-4b7e-9a51-0d3f6f3b8a01";

fn activation(device: &str, plans: &[String]) -> Value {
    json!({ "deviceId": device, "deviceName": "kari-laptop", "deviceClass": "computer", "platform": "linux", "planIds": plans })
}

async fn assign(t: &Harness, user: UserId, product: &Product) {
    let ctx = t.as_operator(t.organization).await;
    let request = LicenseRequest {
        add: vec![AddLicense {
            product: product.id,
            disabled_plans: BTreeSet::new(),
        }],
        remove: Vec::new(),
    };
    licensing::assign(&t.app, &ctx, user, &request).await.unwrap();
}

both_engines! {
    async fn scenario_29_a_device_is_activated_checks_in_and_is_reduced(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        let subscription = t.subscription(&product, 5, |_| ()).await.subscription.id;
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let plans = [product.plans[0].to_string()];
        let token = t.user_token(&kari, "openid offline_access User.Read").await;

        let none = t.post(&token, "/api/v1/device/activate", activation(DEVICE, &plans)).await.expect(200);
        assert_eq!((&none["state"], &none["license"]), (&json!("unlicensed"), &Value::Null));
        assert_eq!(none["notices"][0]["code"], "license_not_found");
        let unknown = t.post(&token, "/api/v1/device/check-in", json!({ "deviceId": DEVICE, "planIds": plans })).await.expect(404);
        assert_eq!(unknown["code"], "DEVICE_NOT_ACTIVATED");

        assign(t, kari.id, &product).await;
        let licensed = t.post(&token, "/api/v1/device/activate", activation(DEVICE, &plans)).await.expect(200);
        assert_eq!((&licensed["state"], &licensed["signedOutDevices"]), (&json!("licensed"), &json!([])));
        let keys = t.app.signing().verifying_keys();
        let document = verify(licensed["license"].as_str().unwrap(), &keys).unwrap();
        assert_eq!((document.sub, document.device), (kari.id.to_string(), DEVICE.to_owned()));
        assert_eq!(document.plans[0].id, plans[0]);
        assert!(document.iss.starts_with(BASE));

        let read = t.get(&token, &format!("/api/v1/device/license?deviceId={DEVICE}&planIds={}", plans[0])).await.expect(200);
        assert_eq!(read["state"], "licensed");
        let check = json!({ "planId": plans[0], "deviceId": DEVICE });
        let allowed = t.post(&token, "/api/v1/device/check", check.clone()).await.expect(200);
        assert_eq!((&allowed["allowed"], &allowed["reason"]), (&json!(true), &Value::Null));

        let operator = operator_token(t).await;
        let disable = at(t, &format!("/subscriptions/{subscription}/disable"));
        t.post(&operator, &disable, json!({ "reason": "chargeback" })).await.expect(200);
        let refused = t.post(&token, "/api/v1/device/check", check.clone()).await.expect(200);
        assert_eq!((&refused["allowed"], &refused["reason"]), (&json!(false), &json!("SUBSCRIPTION_DISABLED")));
        assert!(refused["remedy"].is_string() && refused["until"].is_string());
        let reduced = t.post(&token, "/api/v1/device/check-in", json!({ "deviceId": DEVICE, "planIds": plans })).await.expect(200);
        assert_eq!(reduced["notices"][0]["code"], "subscription_disabled");
    }

    async fn dv_03_a_device_that_was_signed_out_is_told_so(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        t.subscription(&product, 5, |_| ()).await;
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        assign(t, kari.id, &product).await;
        let plans = [product.plans[0].to_string()];
        let token = t.user_token(&kari, "openid User.Read").await;
        t.post(&token, "/api/v1/device/activate", activation(DEVICE, &plans)).await.expect(200);
        let out = t.post(&token, "/api/v1/device/sign-out", json!({ "deviceId": DEVICE })).await;
        assert_eq!((out.status.as_u16(), out.text.as_str()), (204, ""));
        let told = t.post(&token, "/api/v1/device/check-in", json!({ "deviceId": DEVICE, "planIds": plans })).await;
        let problem = told.expect(404);
        assert_eq!(problem["code"], "DEVICE_SIGNED_OUT");
        assert_eq!(told.header("content-type"), "application/problem+json");
        let check = t.post(&token, "/api/v1/device/check", json!({ "planId": plans[0], "deviceId": DEVICE })).await.expect(200);
        assert_eq!(check["reason"], "DEVICE_SIGNED_OUT");

        // Six computers: the least recently used gives way (DV-02b).
        for number in 1..=5 {
            t.clock.pass_seconds(60);
            let device = format!("device-{number}");
            t.post(&token, "/api/v1/device/activate", activation(&device, &plans)).await.expect(200);
        }
        t.clock.pass_seconds(60);
        let sixth = t.post(&token, "/api/v1/device/activate", activation("device-6", &plans)).await.expect(200);
        assert_eq!(sixth["signedOutDevices"], json!([{ "id": "device-1", "name": "kari-laptop" }]));
    }

    async fn what_an_app_sends_wrong_is_named(t: &Harness) {
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let token = t.user_token(&kari, "User.Read").await;
        let good = activation(DEVICE, &[]);
        for (field, value) in [
            ("deviceId", json!("")),
            ("deviceName", Value::Null),
            ("deviceClass", json!("watch")),
            ("platform", json!("beos")),
            ("colour", json!("red")),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let problem = t.post(&token, "/api/v1/device/activate", body).await.expect(422);
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        let problem = t.post(&token, "/api/v1/device/check", json!({ "planId": "x", "deviceId": DEVICE })).await.expect(422);
        assert_eq!(problem["errors"][0]["field"], "planId");
        assert_eq!(t.get(&token, "/api/v1/device/license").await.expect(422)["errors"][0]["field"], "deviceId");
        let program = t.token(&[aktiver_domain::role::Scope::DirectoryReadAll]).await;
        let check = json!({ "planId": DEVICE, "deviceId": DEVICE });
        assert_eq!(t.post(&program, "/api/v1/device/check", check.clone()).await.expect(403)["code"], "NOT_PERMITTED");
        let operator = operator_token(t).await;
        t.post(&operator, "/api/v1/device/check", check).await.expect(401);
    }
}
