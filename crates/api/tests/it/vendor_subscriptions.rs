//! Subscriptions on the vendor API: shapes, commands, previews, payment.

use aktiver_domain::policy::Channel;
use aktiver_domain::role::{Role, Scope};
use axum::http::Method;
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::Harness;
use crate::vendor::{PREVIEW, advance, at, card, classic, lines, operator_token, post, priced, send};

const BILLING: &[Scope] = &[Scope::BillingReadWriteAll];

/// An action of a subscription by its name.
fn action<'a>(subscription: &'a Value, name: &str) -> &'a Value {
    let actions = subscription["actions"].as_array().unwrap();
    actions
        .iter()
        .find(|action| action["action"] == name)
        .unwrap_or(&Value::Null)
}

both_engines! {
    async fn a_subscription_is_listed_and_read_with_everything_that_can_be_done(t: &Harness) {
        let product = priced(t, 1).await;
        let view = classic(t, &product, 5, |_| ()).await;
        let token = t.token(BILLING).await;
        let page = t.get(&token, &at(t, "/subscriptions")).await.expect(200);
        assert_eq!(page["next"], Value::Null);
        let item = &page["items"][0];
        let id = view.subscription.id;
        assert_eq!(item["id"], id.prefixed());
        assert_eq!(item["skuId"], product.id.to_string());
        assert_eq!(item["skuPartNumber"], "PRODUCT_1");
        assert_eq!(item["channel"], "direct-classic");
        assert_eq!(item["phase"], "active");
        assert_eq!((&item["quantity"], &item["assigned"]), (&json!(5), &json!(0)));
        assert_eq!(item["recurringBilling"], false);
        assert_eq!(item["term"], "P1M");
        assert_eq!(item["termStart"], "2026-01-15T00:00:00Z");
        assert_eq!(item["termEnd"], "2026-02-15T00:00:00Z");
        assert_eq!(item["expiresAt"], "2026-02-15T00:00:00Z");
        assert_eq!(item["nextLifecycleAt"], "2026-02-15T00:00:00Z");
        assert_eq!(item["unitPrice"], json!({ "minor": 10_000, "currency": "NOK", "text": "100.00 NOK" }));
        assert_eq!(action(item, "cancel")["available"], true);
        let reactivate = action(item, "reactivate");
        assert_eq!(reactivate["available"], false);
        assert_eq!(reactivate["reason"], "NOTHING_TO_REACTIVATE");
        assert!(!reactivate["remedy"].as_str().unwrap().is_empty());
        assert_eq!(action(item, "disable"), &Value::Null, "only the vendor disables");

        // Bare and prefixed ids, the organization also by its domain.
        for organization in [t.organization.to_string(), t.organization.prefixed(), "fjordvik.aktiver.test".to_owned()] {
            for subscription in [id.to_string(), id.prefixed()] {
                let path = format!("/api/v1/organizations/{organization}/subscriptions/{subscription}");
                let one = t.get(&token, &path).await;
                assert_eq!(&one.expect(200), item);
                assert_eq!(one.header("etag"), "\"0\"");
            }
        }
        let operator = operator_token(t).await;
        let one = t.get(&operator, &at(t, &format!("/subscriptions/{id}"))).await.expect(200);
        assert_eq!(action(&one, "disable")["available"], true);
    }

    async fn s_05_an_expired_subscription_comes_back_with_a_new_card_and_only_once(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let token = t.token(BILLING).await;
        advance(t, &token, "40d").await;
        let path = at(t, &format!("/subscriptions/{id}"));
        let before = t.get(&token, &path).await.expect(200);
        assert_eq!(before["phase"], "expired");

        let body = json!({ "newPaymentMethod": card("4242 4242 4242 4242") });
        let reactivate = format!("{path}/reactivate");
        let preview = post(t, &token, &reactivate, PREVIEW, json!({})).await;
        assert_eq!(preview.header("preference-applied"), "preview");
        let preview = preview.expect(200);
        assert_eq!(preview["available"], true);
        assert_eq!(preview["form"], "extendTerm");
        assert_eq!(preview["due"]["minor"], 50_000);
        assert_eq!(preview["termEnd"], "2026-03-15T00:00:00Z");
        assert_eq!(t.get(&token, &path).await.expect(200), before, "a preview changes nothing");

        let key = [("idempotency-key", "again-and-again")];
        let first = post(t, &token, &reactivate, &key, body.clone()).await;
        let active = first.expect(200);
        assert_eq!(active["phase"], "active");
        assert_eq!(active["termEnd"], "2026-03-15T00:00:00Z");
        let second = post(t, &token, &reactivate, &key, body.clone()).await;
        assert_eq!(second.expect(200), active);
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(lines(t, &token, "Re-enable").await, 1, "charged once");

        let other = post(t, &token, &reactivate, &key, json!({ "anchor": "keep" })).await.expect(422);
        assert_eq!(other["errors"][0]["field"], "Idempotency-Key");
        let elsewhere = post(t, &token, &format!("{path}/cancel"), &key, body).await.expect(422);
        assert_eq!(elsewhere["code"], "INVALID_INPUT");

        let refused = post(t, &token, &reactivate, &[], json!({})).await;
        let problem = refused.expect(409);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(problem["code"], "NOTHING_TO_REACTIVATE");
        assert_eq!(problem["type"], "http://aktiver.test/help/refusals/NOTHING_TO_REACTIVATE");
        assert_eq!(problem["status"], 409);
        assert_eq!(problem["requestId"], refused.header("request-id"));
    }

    async fn twins_with_one_key_at_the_same_time_are_done_once(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let token = t.token(BILLING).await;
        advance(t, &token, "40d").await;
        let path = at(t, &format!("/subscriptions/{id}/reactivate"));
        let body = json!({ "newPaymentMethod": card("4242424242424242") });
        let key = [("idempotency-key", "twins")];
        let twin = || post(t, &token, &path, &key, body.clone());
        let (one, two) = futures::join!(twin(), twin());
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert!(statuses == [200, 200] || statuses == [200, 409], "{statuses:?}");
        assert_eq!(lines(t, &token, "Re-enable").await, 1);
        let methods = t.get(&token, &at(t, "/payment-methods")).await.expect(200);
        assert_eq!(methods["items"].as_array().unwrap().len(), 2, "the first card and the new one");
    }

    async fn a_declined_charge_changes_nothing_and_is_told_as_402(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let token = t.token(BILLING).await;
        advance(t, &token, "40d").await;
        let path = at(t, &format!("/subscriptions/{id}"));
        let body = json!({ "newPaymentMethod": card("4000 0000 0000 0341") });
        let problem = t.post(&token, &format!("{path}/reactivate"), body).await.expect(402);
        assert_eq!(problem["code"], "PAYMENT_DECLINED");
        assert_eq!(t.get(&token, &path).await.expect(200)["phase"], "expired");
        assert_eq!(lines(t, &token, "Re-enable").await, 0);
        let declined = t.post(&token, &at(t, "/payment-methods"), card("4000 0000 0000 0002")).await.expect(402);
        assert_eq!(declined["code"], "PAYMENT_DECLINED");
    }

    async fn scenario_9_who_may_not_reactivate_is_told_whom_to_ask(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let admin = t.token(BILLING).await;
        advance(t, &admin, "40d").await;
        t.user("bodil", "Bodil Billing", &[Role::BillingAdministrator]).await;
        let liv = t.user("liv", "Liv License", &[Role::LicenseAdministrator]).await;
        let token = t.user_token(&liv, "Directory.Read.All Billing.ReadWrite.All").await;
        let path = at(t, &format!("/subscriptions/{id}"));
        let problem = t.post(&token, &format!("{path}/reactivate"), json!({})).await.expect(403);
        assert_eq!(problem["code"], "NOT_PERMITTED");
        assert_eq!(problem["needed"], json!(["Global Administrator", "Billing Administrator"]));
        let ask = problem["ask"].as_array().unwrap();
        assert!(ask.contains(&json!("Bodil Billing")) && ask.contains(&json!("Ada Admin")), "{ask:?}");
        let listed = t.get(&token, &path).await.expect(200);
        assert_eq!(action(&listed, "reactivate")["reason"], "NOT_PERMITTED");
        let preview = post(t, &token, &format!("{path}/cancel"), PREVIEW, json!({ "reason": "x", "when": "now" })).await;
        let preview = preview.expect(200);
        assert_eq!((&preview["available"], &preview["reason"]), (&json!(false), &json!("NOT_PERMITTED")));
        assert_eq!(preview["status"], 403);
    }

    async fn what_only_the_vendor_does_is_refused_to_others(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let token = t.token(BILLING).await;
        let operator = operator_token(t).await;
        let path = at(t, &format!("/subscriptions/{id}"));
        let reason = json!({ "reason": "chargeback" });
        for command in ["disable", "hold"] {
            let problem = t.post(&token, &format!("{path}/{command}"), reason.clone()).await.expect(403);
            assert_eq!((&problem["code"], &problem["needed"]), (&json!("NOT_PERMITTED"), &json!([])));
            let preview = post(t, &operator, &format!("{path}/{command}"), PREVIEW, reason.clone()).await.expect(200);
            assert_eq!(preview, json!({ "available": true }));
        }
        t.get(&token, "/api/v1/organizations").await.expect(403);
        let held = t.post(&operator, &format!("{path}/hold"), reason.clone()).await.expect(200);
        assert_eq!(held["phase"], "lockedOut");
        let released = t.post(&operator, &format!("{path}/release"), json!({})).await.expect(200);
        assert_eq!(released["phase"], "active");
        let empty = t.post(&operator, &format!("{path}/release"), json!({ "x": 1 })).await.expect(422);
        assert_eq!(empty["errors"][0]["field"], "x");
        assert_eq!(t.post(&operator, &format!("{path}/disable"), reason).await.expect(200)["phase"], "disabled");
        assert_eq!(t.post(&operator, &format!("{path}/delete"), json!({})).await.expect(200)["phase"], "deleted");
        let list = t.get(&token, &at(t, "/subscriptions")).await.expect(200);
        assert_eq!(list["items"][0]["phase"], "deleted", "deleted ones stay listed");
    }

    async fn a_cancel_is_previewed_with_its_credit_and_done(t: &Harness) {
        let product = priced(t, 1).await;
        let token = t.token(BILLING).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let path = at(t, &format!("/subscriptions/{id}"));
        let before = t.get(&token, &path).await.expect(200);
        let body = json!({ "reason": "too many licenses", "when": "now" });
        let preview = post(t, &token, &format!("{path}/cancel"), PREVIEW, body.clone()).await.expect(200);
        assert_eq!(preview["available"], true);
        assert!(preview["credit"]["minor"].as_i64().unwrap() > 0, "{preview}");
        assert_eq!(t.get(&token, &path).await.expect(200), before);
        assert_eq!(t.post(&token, &format!("{path}/cancel"), body).await.expect(200)["phase"], "disabled");
        assert_eq!(lines(t, &token, "Cancel").await, 1);
    }

    async fn qt_02_more_licenses_are_previewed_with_the_arithmetic_then_charged(t: &Harness) {
        let product = priced(t, 1).await;
        let token = t.token(BILLING).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let path = at(t, &format!("/subscriptions/{id}"));
        let body = json!({ "quantity": 7, "when": "now" });
        let preview = post(t, &token, &format!("{path}/quantity"), PREVIEW, body.clone()).await.expect(200);
        assert_eq!((&preview["available"], &preview["daysOfTerm"]), (&json!(true), &json!(31)));
        assert!(preview["amount"]["minor"].as_i64().unwrap() > 0);
        assert_eq!(t.get(&token, &path).await.expect(200)["quantity"], 5);
        let changed = t.post(&token, &format!("{path}/quantity"), body).await.expect(200);
        assert_eq!(changed["quantity"], 7);
        assert_eq!(lines(t, &token, "Add quantity").await, 1);
        let later = t.post(&token, &format!("{path}/quantity"), json!({ "quantity": 8, "when": "renewal" })).await.expect(422);
        assert_eq!(later["errors"][0]["field"], "when");
        let none = t.post(&token, &format!("{path}/quantity"), json!({ "quantity": 0, "when": "now" })).await.expect(409);
        assert_eq!(none["code"], "QUANTITY_OUT_OF_RANGE");
    }

    async fn a_command_decided_on_an_old_version_is_refused(t: &Harness) {
        let product = priced(t, 1).await;
        let token = t.token(BILLING).await;
        let method = t.post(&token, &at(t, "/payment-methods"), card("4242424242424242")).await.expect(201);
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let path = at(t, &format!("/subscriptions/{id}"));
        let tag = t.get(&token, &path).await.header("etag").to_owned();
        let choose = json!({ "paymentMethodId": method["id"] });
        let preview = post(t, &token, &format!("{path}/payment-method"), PREVIEW, choose.clone()).await.expect(200);
        assert_eq!(preview["available"], true);
        let chosen = post(t, &token, &format!("{path}/payment-method"), &[("if-match", &tag)], choose.clone()).await;
        assert_eq!(chosen.expect(200)["paymentMethodId"], method["id"]);
        assert_ne!(chosen.header("etag"), tag);
        let on = post(t, &token, &format!("{path}/recurring-billing"), &[("if-match", &tag)], json!({ "enabled": true })).await;
        assert_eq!(on.expect(412)["code"], "STALE");
        let tag = chosen.header("etag");
        let same = post(t, &token, &format!("{path}/recurring-billing"), PREVIEW, json!({ "enabled": false })).await.expect(200);
        assert_eq!(same["reason"], "NOTHING_TO_CHANGE");
        let on = post(t, &token, &format!("{path}/recurring-billing"), &[("if-match", tag)], json!({ "enabled": true })).await;
        assert_eq!(on.expect(200)["recurringBilling"], true);
        // In use, so it stays (PM-06).
        let delete = at(t, &format!("/payment-methods/{}", method["id"].as_str().unwrap()));
        let preview = send(t, Method::DELETE, &token, &delete, PREVIEW, &Value::Null).await.expect(200);
        assert_eq!(preview["reason"], "PAYMENT_METHOD_IN_USE");
        assert_eq!(send(t, Method::DELETE, &token, &delete, &[], &Value::Null).await.expect(409)["code"], "PAYMENT_METHOD_IN_USE");
    }

    async fn another_organization_does_not_exist(t: &Harness) {
        let product = priced(t, 1).await;
        let id = classic(t, &product, 5, |_| ()).await.subscription.id;
        let other = t.other_organization("Bergtun AS", "bergtun").await;
        let stranger = t.token_in(other, BILLING).await;
        let inside = t.token(BILLING).await;
        for rest in ["", "/subscriptions", "/payment-methods", "/invoices", "/audit", "/clients", "/service-requests"] {
            let problem = t.get(&stranger, &at(t, rest)).await.expect(404);
            assert_eq!(problem["code"], "NOT_FOUND", "{rest}");
        }
        let theirs = format!("/api/v1/organizations/{other}/subscriptions/{id}");
        t.get(&stranger, &theirs).await.expect(404);
        t.post(&stranger, &format!("{theirs}/reactivate"), json!({})).await.expect(404);
        t.post(&stranger, &at(t, &format!("/subscriptions/{id}/reactivate")), json!({})).await.expect(404);
        for nothing in ["usr_019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000001", "nonsense"] {
            t.get(&inside, &at(t, &format!("/subscriptions/{nothing}"))).await.expect(404);
        }
        for nobody in ["bergtun.nowhere", "019a0000-0000-7000-8000-000000000001"] {
            t.get(&inside, &format!("/api/v1/organizations/{nobody}/subscriptions")).await.expect(404);
        }
    }

    async fn the_vendor_sells_and_what_is_wrong_with_a_sale_is_named(t: &Harness) {
        let product = priced(t, 1).await;
        let operator = operator_token(t).await;
        let path = at(t, "/subscriptions");
        let sale = json!({ "skuId": product.id.to_string(), "channel": "partner", "term": "P1Y", "quantity": 3, "seller": "Partner AS" });
        let preview = post(t, &operator, &path, PREVIEW, sale.clone()).await.expect(200);
        assert_eq!((&preview["available"], &preview["quantity"]), (&json!(true), &json!(3)));
        assert_eq!(t.get(&operator, &path).await.expect(200)["items"], json!([]));
        let sold = t.post(&operator, &path, sale.clone()).await;
        let subscription = sold.expect(201);
        assert_eq!((&subscription["channel"], &subscription["seller"]), (&json!(Channel::Partner.as_str()), &json!("Partner AS")));
        assert!(sold.header("location").ends_with(subscription["id"].as_str().unwrap()));
        for (body, field) in [
            (json!({ "skuId": product.id.to_string(), "term": "P1Y" }), "quantity"),
            (json!({ "skuId": "x", "term": "P1Y", "quantity": 1 }), "skuId"),
            (json!({ "skuId": product.id.to_string(), "term": "P2Y", "quantity": 1 }), "term"),
            (json!({ "skuId": product.id.to_string(), "term": "P1Y", "quantity": 1, "colour": "red" }), "colour"),
        ] {
            let problem = t.post(&operator, &path, body.clone()).await.expect(422);
            assert_eq!(problem["errors"][0]["field"], field, "{body}");
        }
        let customer = t.token(BILLING).await;
        t.post(&customer, &path, sale).await.expect(403);
        let cancel = at(t, &format!("/subscriptions/{}/cancel", subscription["id"].as_str().unwrap()));
        let problem = t.post(&customer, &cancel, json!({ "when": "now" })).await.expect(422);
        assert_eq!(problem["errors"][0]["field"], "reason");
    }
}
