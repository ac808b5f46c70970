//! The rest of the vendor API: payment methods, ledger, audit, clock, catalog, product keys, requests for help, programs,
//! organizations.

use aktiver_domain::role::Scope;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::Harness;
use crate::vendor::{PREVIEW, advance, at, card, classic, operator_token, post, priced, send};

const BILLING: &[Scope] = &[Scope::BillingReadWriteAll];
const ALL: &[Scope] = &[
    Scope::BillingReadWriteAll,
    Scope::OrganizationReadWriteAll,
    Scope::DirectoryReadWriteAll,
];

both_engines! {
    async fn payment_methods_are_added_listed_and_removed_and_numbers_never_shown(t: &Harness) {
        let token = t.token(BILLING).await;
        let path = at(t, "/payment-methods");
        let preview = post(t, &token, &path, PREVIEW, card("4242424242424242")).await.expect(200);
        assert_eq!(preview["available"], true);
        let added = t.post(&token, &path, card("4242424242424242")).await;
        let method = added.expect(201);
        assert_eq!((&method["type"], &method["lastFour"]), (&json!("sandboxCard"), &json!("4242")));
        assert!(!added.text.contains("4242424242424242"));
        let invoice = t.post(&token, &path, json!({ "type": "invoice" })).await.expect(201);
        assert_eq!(invoice["type"], "invoice");
        let list = t.get(&token, &path).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        for (body, field) in [
            (json!({}), "type"),
            (json!({ "type": "paper" }), "type"),
            (json!({ "type": "sandboxCard", "number": "4242424242424242", "expiry": "12/29", "name": "A" }), "country"),
            (card("42"), "number"),
        ] {
            assert_eq!(t.post(&token, &path, body.clone()).await.expect(422)["errors"][0]["field"], field, "{body}");
        }
        let mut foreign = card("4242424242424242");
        foreign["country"] = json!("SE");
        assert_eq!(t.post(&token, &path, foreign.clone()).await.expect(409)["code"], "PAYMENT_METHOD_COUNTRY");
        let preview = post(t, &token, &path, PREVIEW, foreign).await.expect(200);
        assert_eq!(preview["reason"], "PAYMENT_METHOD_COUNTRY");
        let one = format!("{path}/{}", invoice["id"].as_str().unwrap());
        let gone = send(t, Method::DELETE, &token, &one, &[], &Value::Null).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        assert_eq!(send(t, Method::DELETE, &token, &one, &[], &Value::Null).await.status.as_u16(), 404);
    }

    async fn what_is_owed_is_listed_with_its_sum(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let token = t.token(BILLING).await;
        let ledger = t.get(&token, &at(t, "/invoices")).await.expect(200);
        let line = ledger["items"].as_array().unwrap().iter().find(|line| line["type"] == "Purchase").unwrap();
        assert_eq!(line["quantity"], 5);
        assert_eq!(line["amount"], json!({ "minor": 50_000, "currency": "NOK", "text": "500.00 NOK" }));
        assert_eq!(line["subscriptionId"], id.prefixed());
        assert_eq!(ledger["balance"]["currency"], "NOK");
        assert_eq!(t.get(&token, &at(t, "/invoices?limit=0")).await.expect(422)["errors"][0]["field"], "limit");
    }

    async fn inv_12_the_audit_log_is_read_page_by_page(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let operator = operator_token(t).await;
        t.post(&operator, &at(t, &format!("/subscriptions/{id}/hold")), json!({ "reason": "fraud" })).await.expect(200);
        let whole = t.get(&operator, &at(t, "/audit?limit=200")).await.expect(200);
        let all = whole["items"].as_array().unwrap();
        assert!(all.len() > 2);
        let mut read = Vec::new();
        let mut next = String::new();
        loop {
            let page = t.get(&operator, &at(t, &format!("/audit?limit=1{next}"))).await.expect(200);
            read.extend(page["items"].as_array().unwrap().clone());
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(&read, all);
        let about = t.get(&operator, &at(t, &format!("/audit?subject={}", id.prefixed()))).await.expect(200);
        let about = about["items"].as_array().unwrap();
        assert_eq!(about[0]["action"], "subscription.held");
        assert_eq!(about[0]["actor"]["kind"], "operator");
        assert_eq!((&about[0]["before"]["phase"], &about[0]["after"]["phase"]), (&json!("active"), &json!("lockedOut")));
        for bad in ["subject=x", "cursor=%25", "limit=many"] {
            t.get(&operator, &at(t, &format!("/audit?{bad}"))).await.expect(422);
        }
        let token = t.token(&[Scope::LicenseAssignmentReadAll]).await;
        t.get(&token, &at(t, "/audit")).await.expect(403);
    }

    async fn a_sandboxs_clock_is_moved_by_hand(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let token = t.token(BILLING).await;
        let path = at(t, "/clock");
        let moved = t.post(&token, &path, json!({ "advance": "P1M" })).await.expect(200);
        assert_eq!(moved["now"], "2026-02-15T10:00:00Z");
        let body = json!({ "advance": "next", "subscriptionId": id.prefixed() });
        let preview = post(t, &token, &path, PREVIEW, body.clone()).await.expect(200);
        assert_eq!(preview["now"], "2026-02-15T10:00:00Z");
        let moved = t.post(&token, &path, body).await.expect(200);
        assert_eq!(moved["now"], "2026-03-17T00:00:00Z");
        assert_eq!(t.get(&token, &at(t, &format!("/subscriptions/{id}"))).await.expect(200)["phase"], "disabled");
        assert_eq!(t.post(&token, &path, json!({ "advance": "soon" })).await.expect(422)["errors"][0]["field"], "advance");
        let reader = t.token(&[Scope::DirectoryReadAll]).await;
        t.post(&reader, &path, json!({ "advance": "1d" })).await.expect(403);
    }

    async fn the_catalog_is_searched_and_priced(t: &Harness) {
        let product = priced(t, 1).await;
        t.product(2, &["OTHER"]).await;
        let operator = operator_token(t).await;
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        let found = t.get(&token, "/api/v1/catalog/products?search=product_1").await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        assert_eq!(found["items"][0]["skuId"], product.id.to_string());
        assert_eq!(found["items"][0]["servicePlans"].as_array().unwrap().len(), 2);
        let first = t.get(&token, "/api/v1/catalog/products?limit=1").await.expect(200);
        let next = first["next"].as_str().unwrap();
        let second = t.get(&token, &format!("/api/v1/catalog/products?limit=1&cursor={next}")).await.expect(200);
        assert_eq!((&second["items"][0]["skuPartNumber"], &second["next"]), (&json!("PRODUCT_2"), &Value::Null));
        let path = format!("/api/v1/catalog/products/{}/prices/P3Y", product.id);
        let price = json!({ "unit": { "minor": 300_000, "currency": "nok" } });
        assert_eq!(send(t, Method::PUT, &token, &path, &[], &price).await.status.as_u16(), 403);
        let preview = send(t, Method::PUT, &operator, &path, PREVIEW, &price).await.expect(200);
        assert_eq!(preview["available"], true);
        let put = send(t, Method::PUT, &operator, &path, &[], &price).await.expect(200);
        assert_eq!(put["unit"]["text"], "3000.00 NOK");
        for (path, body, status) in [
            (path.as_str(), json!({ "unit": { "minor": 1, "currency": "QQQ" } }), 422),
            (path.as_str(), json!({ "unit": { "minor": -1, "currency": "NOK" } }), 422),
            (&path.replace("P3Y", "P9Y"), price.clone(), 422),
            (&path.replace("P3Y", "P1Y").replace(&product.id.to_string(), "019a0000-0000-7000-8000-000000000001"), price.clone(), 404),
        ] {
            assert_eq!(send(t, Method::PUT, &operator, path, &[], &body).await.status.as_u16(), status, "{path} {body}");
        }
    }

    async fn pk_04_keys_are_made_read_reviewed_and_redeemed_once(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        let operator = operator_token(t).await;
        let token = t.token(BILLING).await;
        let batch = json!({ "skuId": product.id.to_string(), "quantity": 10, "term": "P1Y", "count": 3, "label": "Fair" });
        t.post(&token, "/api/v1/key-batches", batch.clone()).await.expect(403);
        let batch = t.post(&operator, "/api/v1/key-batches", batch).await.expect(201);
        let path = format!("/api/v1/key-batches/{}", batch["id"].as_str().unwrap());
        let csv = t.get(&operator, &format!("{path}/keys")).await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(csv.header("cache-control"), "no-store");
        let keys: Vec<&str> = csv.text.lines().skip(1).collect();
        assert_eq!((keys.len(), keys[0].len()), (3, 29), "{}", csv.text);
        t.get(&token, &format!("{path}/keys")).await.expect(403);

        let review = t.post(&token, &at(t, "/product-keys/review"), json!({ "keys": [keys[0].to_lowercase()] })).await.expect(200);
        assert_eq!(review["keys"][0]["skuPartNumber"], "PRODUCT_1");
        assert_eq!(review["choices"][0]["kind"], "new");
        assert_eq!(review["choices"][0]["recommended"], true);
        let redeem = at(t, "/product-keys/redeem");
        let body = json!({ "keys": [keys[0]], "choice": { "kind": "new" } });
        let preview = post(t, &token, &redeem, PREVIEW, body.clone()).await.expect(200);
        assert_eq!((&preview["available"], &preview["quantity"]), (&json!(true), &json!(10)));
        let key = [("idempotency-key", "redeem-1")];
        let made = post(t, &token, &redeem, &key, body.clone()).await.expect(200);
        assert_eq!((&made["channel"], &made["quantity"]), (&json!("prepaid"), &json!(10)));
        assert_eq!(post(t, &token, &redeem, &key, body.clone()).await.expect(200), made);
        let again = t.post(&token, &redeem, body.clone()).await.expect(409);
        assert_eq!(again["code"], "KEY_ALREADY_REDEEMED");
        assert_eq!(post(t, &token, &redeem, PREVIEW, body).await.expect(200)["reason"], "KEY_ALREADY_REDEEMED");
        let twice = json!({ "keys": [keys[1], keys[1]], "choice": { "kind": "new" } });
        assert_eq!(t.post(&token, &redeem, twice).await.expect(409)["code"], "KEY_DUPLICATE_IN_ORDER");
        let add = json!({ "keys": [keys[1]], "choice": { "kind": "add", "subscriptionId": made["id"] } });
        assert_eq!(t.post(&token, &redeem, add).await.expect(200)["quantity"], 20);
        for (body, field) in [
            (json!({ "keys": [], "choice": { "kind": "new" } }), "keys"),
            (json!({ "keys": [keys[2]] }), "choice"),
            (json!({ "keys": [keys[2]], "choice": { "kind": "gift" } }), "choice.kind"),
            (json!({ "keys": [keys[2]], "choice": { "kind": "add" } }), "choice.subscriptionId"),
        ] {
            assert_eq!(t.post(&token, &redeem, body.clone()).await.expect(422)["errors"][0]["field"], field, "{body}");
        }

        let found = t.post(&operator, "/api/v1/product-keys/inspect", json!({ "key": keys[0] })).await.expect(200);
        assert_eq!((&found["batch"]["id"], &found["serial"]), (&batch["id"], &json!(0)));
        assert_eq!(found["redemption"]["subscriptionId"], made["id"]);
        let revoked = t.post(&operator, &format!("{path}/revoke"), json!({})).await.expect(200);
        assert!(revoked["revokedAt"].is_string());
        assert_eq!(t.get(&operator, &path).await.expect(200), revoked);
        let late = json!({ "keys": [keys[2]], "choice": { "kind": "new" } });
        assert_eq!(t.post(&token, &redeem, late).await.expect(409)["code"], "KEY_REVOKED");
        let list = t.get(&operator, "/api/v1/key-batches").await.expect(200);
        assert_eq!(list["items"][0]["redeemed"], 2);
    }

    async fn a_batch_of_keys_ends_with_a_day_or_at_an_instant(t: &Harness) {
        let product = t.product(1, &["WRITER"]).await;
        let operator = operator_token(t).await;
        let batch = |redeem_by: &str, count: i64| {
            let sku = product.id.to_string();
            let body = json!({ "skuId": sku, "quantity": 1, "term": "P1Y", "count": count, "redeemBy": redeem_by });
            t.post(&operator, "/api/v1/key-batches", body)
        };
        assert_eq!(batch("2026-12-31", 1).await.expect(201)["redeemBy"], "2027-01-01T00:00:00Z");
        assert_eq!(batch("2026-12-31T12:00:00+01:00", 1).await.expect(201)["redeemBy"], "2026-12-31T11:00:00Z");
        let problem = batch("31.12.2026", 1).await.expect(422);
        let error = &problem["errors"][0];
        assert_eq!((&error["field"], &error["message"]), (&json!("redeemBy"), &json!("This is no date and no instant.")));
        assert!(error["remedy"].as_str().unwrap().starts_with("Give a date such as 2026-12-31"), "{error}");
        let problem = batch("2026-12-31", -1).await.expect(422);
        assert_eq!(problem["errors"][0]["message"], "This is -1 and not a whole number from 0 to 18446744073709551615.");
    }

    async fn help_is_asked_for_and_answered(t: &Harness) {
        let token = t.token(BILLING).await;
        let operator = operator_token(t).await;
        let kari = t.user_token(&t.admin, "Billing.ReadWrite.All").await;
        let path = at(t, "/service-requests");
        let body = json!({
            "topic": "keyError", "title": "A key does not work", "description": "It says used.",
            "contactName": "Ada Admin", "contactEmail": "ada@fjordvik.example",
        });
        let preview = post(t, &token, &path, PREVIEW, body.clone()).await.expect(200);
        let made = t.post(&operator, &path, body.clone()).await.expect(201);
        assert_eq!((&made["status"], &made["severity"], &made["prefers"]), (&json!("open"), &json!("moderate"), &json!("email")));
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        let note = t.post(&operator, &format!("{one}/notes"), json!({ "text": "Which key?" })).await.expect(201);
        assert_eq!(note["byOperator"], true);
        assert_eq!(t.get(&operator, &one).await.expect(200)["status"], "attention_needed");
        let notes = t.get(&operator, &format!("{one}/notes")).await.expect(200);
        assert_eq!(notes["items"].as_array().unwrap().len(), 1);
        assert_eq!(t.get(&operator, &path).await.expect(200)["items"][0]["id"], made["id"]);
        let mut wrong = body;
        wrong["topic"] = json!("weather");
        assert_eq!(t.post(&operator, &path, wrong).await.expect(422)["errors"][0]["field"], "topic");
        // Both see what their permission says: available or the reason.
        assert!(preview["available"].is_boolean());
        assert!([200, 403].contains(&t.get(&kari, &path).await.status.as_u16()));
    }

    async fn a_programs_secret_is_answered_once_and_never_kept(t: &Harness) {
        let operator = operator_token(t).await;
        let path = at(t, "/clients");
        let body = json!({ "name": "Sync", "scopes": ["Directory.Read.All"] });
        let key = [("idempotency-key", "client-1")];
        let made = post(t, &operator, &path, &key, body.clone()).await.expect(201);
        let secret = made["secret"].as_str().unwrap();
        let again = post(t, &operator, &path, &key, body).await.expect(201);
        assert_eq!((&again["id"], &again["secret"]), (&made["id"], &Value::Null));
        let list = t.get(&operator, &path).await;
        assert_eq!(list.expect(200)["items"].as_array().unwrap().len(), 1);
        assert!(!list.text.contains(secret));
        let answer = t
            .form(
                "/fjordvik.aktiver.test/oauth2/v2.0/token",
                &[
                    ("grant_type", "client_credentials"),
                    ("client_id", made["id"].as_str().unwrap()),
                    ("client_secret", secret),
                    ("scope", "https://graph.microsoft.com/.default"),
                ],
            )
            .await;
        answer.expect(200);
        let wrong = t.post(&operator, &path, json!({ "name": "Sync", "scopes": ["Everything"] })).await.expect(422);
        assert!(wrong["errors"][0]["field"].as_str().unwrap().starts_with("scopes"), "{wrong}");
        let reader = t.token(&[Scope::DirectoryReadAll]).await;
        t.post(&reader, &path, json!({ "name": "Sync", "scopes": ["Directory.Read.All"] })).await.expect(403);
    }

    async fn the_vendor_creates_and_lists_organizations(t: &Harness) {
        let operator = operator_token(t).await;
        let body = json!({
            "name": "Bergtun AS", "country": "NO", "sandbox": true,
            "administrator": { "displayName": "Berit", "userName": "berit" },
        });
        let preview = post(t, &operator, "/api/v1/organizations", PREVIEW, body.clone()).await.expect(200);
        assert_eq!(preview["available"], true);
        let key = [("idempotency-key", "org-1")];
        let made = post(t, &operator, "/api/v1/organizations", &key, body.clone()).await.expect(201);
        assert!(made["administrator"]["password"].is_string());
        let again = post(t, &operator, "/api/v1/organizations", &key, body).await.expect(201);
        assert_eq!((&again["id"], &again["administrator"]["password"]), (&made["id"], &Value::Null));
        let one = t.get(&operator, &format!("/api/v1/organizations/{}", made["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&one["name"], &one["sandbox"]), (&json!("Bergtun AS"), &json!(true)));
        assert!(one["domains"][0].as_str().unwrap().ends_with(".aktiver.test"));
        let first = t.get(&operator, "/api/v1/organizations?limit=1").await.expect(200);
        let next = first["next"].as_str().unwrap();
        let second = t.get(&operator, &format!("/api/v1/organizations?limit=1&cursor={next}")).await.expect(200);
        assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
        let found = t.get(&operator, "/api/v1/organizations?prefix=berg").await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        let wrong = json!({ "name": "X", "country": "NO", "administrator": { "displayName": "B" } });
        let problem = t.post(&operator, "/api/v1/organizations", wrong).await.expect(422);
        assert_eq!(problem["errors"][0]["field"], "administrator.userName");
    }

    async fn bodies_and_headers_that_are_no_good_are_told_apart(t: &Harness) {
        let token = t.token(ALL).await;
        let path = at(t, "/clock");
        let send = |kind: &'static str, body: &'static str, key: &'static str| {
            let request = Request::post(&path)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", kind)
                .header("idempotency-key", key);
            t.send(request.body(Body::from(body)).unwrap())
        };
        assert_eq!(send("application/json", "{", "k").await.expect(422)["errors"][0]["field"], "body");
        assert_eq!(send("application/json", "[]", "k").await.expect(422)["errors"][0]["field"], "body");
        for list in [r#"["1d"]"#, r#" ["1d", null]"#, "null", "7"] {
            let problem = send("application/json", list, "k").await.expect(422);
            assert_eq!(problem["errors"][0]["remedy"], "Send one JSON object.", "{list}");
        }
        let choice = json!({ "keys": ["AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"], "choice": ["new"] });
        let problem = t.post(&token, &at(t, "/product-keys/redeem"), choice).await.expect(422);
        assert_eq!(problem["errors"][0]["field"], "choice");
        assert_eq!(problem["errors"][0]["remedy"], "Give an object.");
        assert_eq!(send("text/csv", "a,b", "k").await.expect(415)["code"], "NOT_JSON");
        assert_eq!(send("application/json", r#"{"advance":"1d"}"#, "").await.expect(422)["errors"][0]["field"], "Idempotency-Key");
        assert_eq!(send("application/json", r#"{"advance":"1d"}"#, "k").await.status.as_u16(), 200);
        let expired = t.get("eyJhbGciOiJFZERTQSJ9.e30.x", &path.replace("/clock", "/subscriptions")).await;
        assert_eq!(expired.expect(401)["code"], "UNAUTHENTICATED");
        let unknown = t.get("aktop_nobody", "/api/v1/organizations").await;
        assert_eq!(unknown.expect(401)["code"], "UNAUTHENTICATED");
        advance(t, &token, "1d").await;
    }
}
