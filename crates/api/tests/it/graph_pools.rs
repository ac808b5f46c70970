//! `/subscribedSkus`, `/directory/subscriptions` and `/organization`.

use aktiver_domain::policy::Channel;
use aktiver_domain::role::Scope;
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::{BASE, BEGINNING, Harness};

both_engines! {
    async fn pools_have_the_documented_shape(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        let first = t.subscription(&product, 15, |_| ()).await;
        t.clock.pass_seconds(1);
        let second = t.subscription(&product, 5, |_| ()).await;
        t.subscription(&product, 7, |new| new.pending = true).await;
        t.subscription(&product, 7, |new| new.starts = Some("2026-03-01T00:00:00Z".parse().unwrap())).await;
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let token = t.token(&[Scope::LicenseAssignmentReadWriteAll]).await;
        let assign = json!({ "addLicenses": [{ "skuId": product.id.to_string() }], "removeLicenses": [] });
        t.post(&token, &format!("/v1.0/users/{}/assignLicense", kari.id), assign).await.expect(200);
        let id = format!("{}_{}", t.organization, product.id);
        let pool = json!({
            "id": id, "accountId": t.organization.to_string(), "accountName": "Fjordvik AS",
            "appliesTo": "User", "capabilityStatus": "Enabled", "consumedUnits": 1,
            "prepaidUnits": { "enabled": 20, "suspended": 0, "warning": 0, "lockedOut": 0 },
            "skuId": product.id.to_string(), "skuPartNumber": "PRODUCT_1",
            "subscriptionIds": [first.subscription.id.to_string(), second.subscription.id.to_string()],
            "servicePlans": [{ "servicePlanId": product.plans[0].to_string(), "servicePlanName": "WRITER",
                "provisioningStatus": "Success", "appliesTo": "User" }],
        });
        let body = t.get(&token, "/v1.0/subscribedSkus").await.expect(200);
        assert_eq!(body, json!({ "@odata.context": format!("{BASE}/v1.0/$metadata#subscribedSkus"), "value": [pool] }));
        let mut one = t.get(&token, &format!("/v1.0/subscribedSkus/{id}")).await.expect(200);
        let context = one.as_object_mut().unwrap().remove("@odata.context").unwrap();
        assert_eq!(context, format!("{BASE}/v1.0/$metadata#subscribedSkus/$entity"));
        assert_eq!(one, pool);
        let selected = t.get(&token, "/v1.0/subscribedSkus?$select=skuPartNumber,consumedUnits").await.expect(200);
        assert_eq!(selected["value"], json!([{ "skuPartNumber": "PRODUCT_1", "consumedUnits": 1 }]));
        for option in ["$filter=skuId%20eq%20null", "$top=5", "$count=true", "$expand=x"] {
            t.get(&token, &format!("/v1.0/subscribedSkus?{option}")).await.expect(400);
        }
        t.get(&token, &format!("/v1.0/subscribedSkus/{}_{}", t.organization, t.organization)).await.expect(404);
        let stranger = t.token(&[Scope::UserReadAll]).await;
        t.get(&stranger, "/v1.0/subscribedSkus").await.expect(403);
    }

    async fn subscriptions_have_the_documented_shape(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        let paid = t.subscription(&product, 5, |_| ()).await.subscription.id.to_string();
        let trial = t.subscription(&product, 3, |new| new.channel = Channel::Trial).await.subscription.id.to_string();
        let pending = t.subscription(&product, 7, |new| new.pending = true).await.subscription.id.to_string();
        let token = t.token(&[Scope::OrganizationReadAll]).await;
        let body = t.get(&token, "/v1.0/directory/subscriptions").await.expect(200);
        assert_eq!(body["@odata.context"], format!("{BASE}/v1.0/$metadata#directory/subscriptions"));
        let listed: Vec<&Value> = body["value"].as_array().unwrap().iter().collect();
        assert_eq!(listed.len(), 2);
        let shown = listed.iter().find(|one| one["id"] == paid.as_str()).unwrap();
        assert_eq!(
            **shown,
            json!({
                "id": paid, "commerceSubscriptionId": paid, "isTrial": false, "createdDateTime": BEGINNING,
                "nextLifecycleDateTime": "2027-01-15T00:00:00Z", "ownerId": null, "ownerTenantId": null, "ownerType": "User",
                "skuId": product.id.to_string(), "skuPartNumber": "PRODUCT_1", "status": "Enabled", "totalLicenses": 5,
                "serviceStatus": [{ "appliesTo": "User", "provisioningStatus": "Success",
                    "servicePlanId": product.plans[0].to_string(), "servicePlanName": "WRITER" }],
            })
        );
        for path in [
            format!("/v1.0/directory/subscriptions/{paid}"),
            format!("/v1.0/directory/subscriptions(commerceSubscriptionId='{paid}')"),
            format!("/v1.0/directory/subscriptions(commerceSubscriptionId=%27{paid}%27)"),
        ] {
            assert_eq!(t.get(&token, &path).await.expect(200)["id"], paid.as_str(), "{path}");
        }
        let trials = t.get(&token, "/v1.0/directory/subscriptions?$filter=isTrial%20eq%20true").await.expect(200);
        assert_eq!(trials["value"].as_array().unwrap().len(), 1);
        assert_eq!(trials["value"][0]["id"], trial.as_str());
        for hidden in [pending.as_str(), "00000000-0000-0000-0000-000000000000", "nonsense"] {
            let body = t.get(&token, &format!("/v1.0/directory/subscriptions/{hidden}")).await.expect(404);
            assert_eq!(
                body["error"]["message"],
                format!("Resource '{hidden}' does not exist or one of its queried reference-property objects are not present.")
            );
        }
    }

    async fn status_follows_the_clock_in_subscription_pool_and_license(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        let id = t.subscription(&product, 5, |_| ()).await.subscription.id;
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let scopes = [Scope::DirectoryReadWriteAll];
        let token = t.token(&scopes).await;
        let assign = json!({ "addLicenses": [{ "skuId": product.id.to_string() }], "removeLicenses": [] });
        t.post(&token, &format!("/v1.0/users/{}/assignLicense", kari.id), assign).await.expect(200);
        for (days, status, provisioning) in [(366, "Warning", "Success"), (31, "Suspended", "Disabled")] {
            t.clock.pass_seconds(days * 86_400);
            let token = t.token(&scopes).await;
            let one = t.get(&token, &format!("/v1.0/directory/subscriptions/{id}")).await.expect(200);
            assert_eq!((&one["status"], &one["serviceStatus"][0]["provisioningStatus"]), (&json!(status), &json!(provisioning)));
            let pools = t.get(&token, "/v1.0/subscribedSkus").await.expect(200);
            assert_eq!(pools["value"][0]["capabilityStatus"], status);
            let user = t.get(&token, &format!("/v1.0/users/{}?$select=assignedPlans", kari.id)).await.expect(200);
            assert_eq!(user["assignedPlans"][0]["capabilityStatus"], status);
            let details = t.get(&token, &format!("/v1.0/users/{}/licenseDetails", kari.id)).await.expect(200);
            assert_eq!(details["value"][0]["servicePlans"][0]["provisioningStatus"], provisioning);
        }
    }

    async fn the_organization_is_a_collection_of_one(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        t.subscription(&product, 5, |_| ()).await;
        let token = t.token(&[Scope::OrganizationReadAll]).await;
        let body = t.get(&token, "/v1.0/organization").await.expect(200);
        assert_eq!(body["value"].as_array().unwrap().len(), 1);
        let one = &body["value"][0];
        assert_eq!((&one["displayName"], &one["countryLetterCode"]), (&json!("Fjordvik AS"), &json!("NO")));
        assert_eq!(one["verifiedDomains"][0]["name"], "fjordvik.aktiver.test");
        assert_eq!(one["assignedPlans"][0]["capabilityStatus"], "Enabled");
        let body = t.get(&token, "/v1.0/organization?$select=id").await.expect(200);
        assert_eq!(body["value"], json!([{ "id": t.organization.to_string() }]));
    }
}
