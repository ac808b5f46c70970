//! `assignLicense`, `licenseDetails`, and the license properties of users.

use aktiver_domain::catalog::AppliesTo;
use aktiver_domain::ids::{OrganizationId, ProductId};
use aktiver_domain::role::{Role, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::{BASE, BEGINNING, Harness};

fn add(product: ProductId) -> Value {
    json!({ "addLicenses": [{ "skuId": product.to_string() }], "removeLicenses": [] })
}

fn remove(product: ProductId) -> Value {
    json!({ "addLicenses": [], "removeLicenses": [product.to_string()] })
}

fn details_id(organization: OrganizationId, product: ProductId) -> String {
    URL_SAFE_NO_PAD.encode([organization.uuid().to_bytes_le(), product.uuid().to_bytes_le()].concat())
}

both_engines! {
    async fn s_01_an_assignment_answers_the_user_with_what_they_hold(t: &Harness) {
        let product = t.product(1, &["WRITER", "SHEETS"]).await;
        t.subscription(&product, 5, |_| ()).await;
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        // The least permission is enough, also by name and for the answer.
        let token = t.token(&[Scope::LicenseAssignmentReadWriteAll]).await;
        let (writer, sheets) = (product.plans[0].to_string(), product.plans[1].to_string());
        let sku = product.id.to_string();
        let body = json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": [sheets] }], "removeLicenses": [] });
        let answer = t.post(&token, "/v1.0/users/kari%40fjordvik.aktiver.test/assignLicense", body).await;
        assert_eq!(
            answer.expect(200),
            json!({
                "@odata.context": format!("{BASE}/v1.0/$metadata#users/$entity"),
                "businessPhones": [], "displayName": "Kari Nordmann", "givenName": null, "jobTitle": null, "mail": null,
                "mobilePhone": null, "officeLocation": null, "preferredLanguage": null, "surname": null,
                "userPrincipalName": "kari@fjordvik.aktiver.test", "id": kari.id.to_string(),
                "accountEnabled": true, "usageLocation": "NO",
                "assignedLicenses": [{ "disabledPlans": [sheets], "skuId": sku }],
                "assignedPlans": [{
                    "assignedDateTime": BEGINNING, "capabilityStatus": "Enabled", "service": "WRITER", "servicePlanId": writer,
                }],
            })
        );
        let reader = t.token(&[Scope::DirectoryReadAll]).await;
        let select = "$select=licenseAssignmentStates,provisionedPlans,assignedLicenses";
        let one = t.get(&reader, &format!("/v1.0/users/{}?{select}", kari.id)).await.expect(200);
        assert_eq!(
            one["licenseAssignmentStates"],
            json!([{ "assignedByGroup": null, "disabledPlans": [sheets], "error": "None",
                "lastUpdatedDateTime": BEGINNING, "skuId": sku, "state": "Active" }])
        );
        assert_eq!(
            one["provisionedPlans"],
            json!([{ "capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": "WRITER" }])
        );
        let list = t.get(&reader, &format!("/v1.0/users?{select}&$filter=id%20eq%20'{}'", kari.id)).await.expect(200);
        assert_eq!(list["value"][0]["assignedLicenses"], one["assignedLicenses"]);
        let details = t.get(&reader, "/v1.0/users/kari@fjordvik.aktiver.test/licenseDetails").await.expect(200);
        assert_eq!(
            details,
            json!({
                "@odata.context": format!("{BASE}/v1.0/$metadata#users('{}')/licenseDetails", kari.id),
                "value": [{
                    "id": details_id(t.organization, product.id), "skuId": sku, "skuPartNumber": "PRODUCT_1",
                    "servicePlans": [
                        { "servicePlanId": writer, "servicePlanName": "WRITER", "provisioningStatus": "Success", "appliesTo": "User" },
                        { "servicePlanId": sheets, "servicePlanName": "SHEETS", "provisioningStatus": "Disabled", "appliesTo": "User" },
                    ],
                }],
            })
        );
        let by_id = format!("/v1.0/users/{}/licenseDetails", kari.id);
        let least = t.token(&[Scope::LicenseAssignmentReadAll]).await;
        assert_eq!(t.get(&least, &by_id).await.expect(200), details);
        let stranger = t.token(&[Scope::OrganizationReadAll]).await;
        t.get(&stranger, &by_id).await.expect(403);
        let mine = t.user_token(&kari, "User.Read").await;
        let own = t.get(&mine, "/v1.0/me/licenseDetails?$select=skuPartNumber").await.expect(200);
        assert_eq!(own["value"], json!([{ "skuPartNumber": "PRODUCT_1" }]));
    }

    async fn two_products_are_swapped_in_one_call_and_taken_away_again(t: &Harness) {
        let (one, two) = (t.product(1, &["WRITER"]).await, t.product(2, &["SHEETS"]).await);
        t.subscription(&one, 1, |_| ()).await;
        t.subscription(&two, 1, |_| ()).await;
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let token = t.token(&[Scope::DirectoryReadWriteAll]).await;
        let path = format!("/v1.0//users/{}/assignLicense", kari.id);
        t.post(&token, &path, add(one.id)).await.expect(200);
        let swap = json!({ "addLicenses": [{ "skuId": two.id.to_string(), "disabledPlans": [] }], "removeLicenses": [one.id.to_string()] });
        let body = t.post(&token, &path, swap).await.expect(200);
        assert_eq!(body["assignedLicenses"], json!([{ "disabledPlans": [], "skuId": two.id.to_string() }]));
        assert_eq!(body["assignedPlans"][0]["service"], "SHEETS");
        // What the request does not name is answered too.
        let body = t.post(&token, &path, add(one.id)).await.expect(200);
        assert_eq!(body["assignedLicenses"].as_array().unwrap().len(), 2);
        assert_eq!(body["assignedPlans"].as_array().unwrap().len(), 2);
        let body = t.post(&token, &path, json!({ "addLicenses": [], "removeLicenses": [one.id.to_string(), two.id.to_string()] })).await.expect(200);
        assert_eq!((&body["assignedLicenses"], &body["assignedPlans"]), (&json!([]), &json!([])));
    }

    async fn every_refusal_has_the_documented_text(t: &Harness) {
        let (product, company) = (t.product(1, &["WRITER"]).await, t.product_for(2, &["GUARD"], AppliesTo::Company).await);
        let unsold = t.product(3, &["DRAW"]).await;
        t.subscription(&product, 1, |_| ()).await;
        t.subscription(&company, 1, |_| ()).await;
        let (kari, ola) = (t.user("kari", "Kari Nordmann", &[]).await, t.user("ola", "Ola Nordmann", &[]).await);
        let token = t.token(&[Scope::DirectoryReadWriteAll]).await;
        let path = |user: &dyn std::fmt::Display| format!("/v1.0/users/{user}/assignLicense");
        t.post(&token, &path(&kari.id), add(product.id)).await.expect(200);
        let refused = async |path: String, body: Value| {
            let body = t.post(&token, &path, body).await.expect(400);
            assert_eq!(body["error"]["code"], "Request_BadRequest");
            body["error"]["message"].as_str().unwrap().to_owned()
        };
        assert_eq!(
            refused(path(&ola.id), add(product.id)).await,
            format!("Subscription with SKU {} does not have any available licenses.", product.id)
        );
        assert_eq!(refused(path(&ola.id), add(company.id)).await, format!("License {} cannot be assigned to a user.", company.id));
        assert_eq!(
            refused(path(&ola.id), add(unsold.id)).await,
            format!("License {} does not correspond to a valid company License.", unsold.id)
        );
        assert_eq!(refused(path(&ola.id), remove(product.id)).await, "User does not have a corresponding license.");
        let nowhere = json!({
            "accountEnabled": true, "displayName": "Nora Nowhere", "mailNickname": "nora",
            "userPrincipalName": "nora@fjordvik.aktiver.test", "passwordProfile": { "password": "xWwvJ]6NMw+bWH-d" },
        });
        t.post(&token, "/v1.0/users", nowhere).await.expect(201);
        assert_eq!(
            refused(path(&"nora@fjordvik.aktiver.test"), add(product.id)).await,
            "License assignment cannot be done for user with invalid usage location."
        );
        assert_eq!(
            refused(path(&ola.id), json!({ "removeLicenses": [] })).await,
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: addLicenses."
        );
        assert!(
            refused(path(&ola.id), json!({ "addLicenses": [{ "skuId": "x" }], "removeLicenses": [] })).await
                .starts_with("Cannot convert a primitive value to the expected type 'Edm.Guid'")
        );
        let missing = "00000000-0000-0000-0000-000000000000";
        for named in [missing, "nobody@fjordvik.aktiver.test"] {
            let body = t.post(&token, &path(&named), add(product.id)).await.expect(404);
            assert_eq!(
                body["error"]["message"],
                format!("Resource '{named}' does not exist or one of its queried reference-property objects are not present.")
            );
        }
    }

    async fn only_those_who_may_assign_do(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        t.subscription(&product, 5, |_| ()).await;
        let path = format!("/v1.0/users/{}/assignLicense", t.admin.id);
        for scope in [Scope::DirectoryReadAll, Scope::OrganizationReadWriteAll, Scope::BillingReadWriteAll] {
            let token = t.token(&[scope]).await;
            let body = t.post(&token, &path, add(product.id)).await.expect(403);
            assert_eq!(body["error"]["code"], "Authorization_RequestDenied", "{scope}");
        }
        let license = t.user("lise", "Lise Lisens", &[Role::LicenseAdministrator]).await;
        let token = t.user_token(&license, "LicenseAssignment.ReadWrite.All").await;
        t.post(&token, "/v1.0/me/assignLicense", add(product.id)).await.expect(200);
        // The app has not been given what its user may.
        let weak = t.user_token(&license, "User.Read").await;
        t.post(&weak, "/v1.0/me/assignLicense", remove(product.id)).await.expect(403);
    }
}
