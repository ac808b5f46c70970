//! Lists of the vendor API are read page by page.

use aktiver_domain::role::Scope;
use axum::http::Method;
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::Harness;
use crate::vendor::{at, card, classic, operator_token, priced, send};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Reads a list whole and in pages of two, which must come to the same; answers its ids.
async fn paged(t: &Harness, token: &str, path: &str) -> Vec<String> {
    let whole = t.get(token, path).await.expect(200);
    assert_eq!(whole["next"], Value::Null, "{path}");
    let mut read = Vec::new();
    let mut next = Value::Null;
    loop {
        let cursor = next
            .as_str()
            .map(|cursor| format!("&cursor={cursor}"))
            .unwrap_or_default();
        let page = t.get(token, &format!("{path}?limit=2{cursor}")).await.expect(200);
        let page_ids = ids(&page);
        assert!((1..=2).contains(&page_ids.len()), "{path}: {page}");
        read.extend(page_ids);
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    assert_eq!(read, ids(&whole), "{path}");
    read
}

both_engines! {
    async fn every_list_comes_in_pages_with_every_item_once(t: &Harness) {
        let product = priced(t, 1).await;
        let token = t.token(&[Scope::BillingReadWriteAll]).await;
        let operator = operator_token(t).await;
        let mut sold = Vec::new();
        for quantity in 1..=3 {
            sold.push(classic(t, &product, quantity, |_| ()).await.subscription.id.prefixed());
            t.clock.pass_seconds(1);
        }
        let gone = at(t, &format!("/subscriptions/{}", sold[0]));
        t.post(&operator, &format!("{gone}/disable"), json!({ "reason": "fraud" })).await.expect(200);
        t.post(&operator, &format!("{gone}/delete"), json!({})).await.expect(200);
        assert_eq!(paged(t, &token, &at(t, "/subscriptions")).await, sold, "oldest first, deleted ones too");

        t.post(&token, &at(t, "/payment-methods"), card("4242424242424242")).await.expect(201);
        assert_eq!(paged(t, &token, &at(t, "/payment-methods")).await.len(), 4);
        assert!(paged(t, &token, &at(t, "/invoices")).await.len() >= 3);
        for _ in 0..2 {
            t.token(&[Scope::DirectoryReadAll]).await;
        }
        assert_eq!(paged(t, &operator, &at(t, "/clients")).await.len(), 3);

        let mut batches = Vec::new();
        let mut requests = Vec::new();
        for count in 1..=3 {
            let batch = json!({ "skuId": product.id.to_string(), "quantity": 1, "term": "P1Y", "count": count });
            let batch = t.post(&operator, "/api/v1/key-batches", batch).await.expect(201);
            batches.insert(0, batch["id"].as_str().unwrap().to_owned());
            let help = json!({
                "topic": "other", "title": "Help", "description": "Please.",
                "contactName": "Ada Admin", "contactEmail": "ada@fjordvik.example",
            });
            let help = t.post(&operator, &at(t, "/service-requests"), help).await.expect(201);
            requests.insert(0, help["id"].as_str().unwrap().to_owned());
            t.clock.pass_seconds(1);
        }
        assert_eq!(paged(t, &operator, "/api/v1/key-batches").await, batches, "newest first");
        assert_eq!(paged(t, &operator, &at(t, "/service-requests")).await, requests, "newest first");
        let notes = at(t, &format!("/service-requests/{}/notes", requests[0]));
        for text in ["one", "two", "three"] {
            t.post(&operator, &notes, json!({ "text": text })).await.expect(201);
            t.clock.pass_seconds(1);
        }
        assert_eq!(paged(t, &operator, &notes).await.len(), 3);

        let lists = ["/subscriptions", "/payment-methods", "/invoices", "/clients", "/service-requests", "/audit"];
        let lists = lists.into_iter().map(|list| at(t, list));
        for path in lists.chain([notes, "/api/v1/key-batches".to_owned()]) {
            for (query, field) in [
                ("limit=0", "limit"),
                ("limit=201", "limit"),
                ("limit=many", "limit"),
                ("cursor=x", "cursor"),
                ("cursor=%25", "cursor"),
                ("limit=1&cursor=bm90aGluZw", "cursor"),
            ] {
                let problem = t.get(&operator, &format!("{path}?{query}")).await.expect(422);
                assert_eq!(problem["errors"][0]["field"], field, "{path}?{query}");
            }
        }
    }

    async fn a_cursor_stays_good_when_its_item_goes_away(t: &Harness) {
        let token = t.token(&[Scope::BillingReadWriteAll]).await;
        let path = at(t, "/payment-methods");
        for _ in 0..2 {
            t.post(&token, &path, card("4242424242424242")).await.expect(201);
            t.clock.pass_seconds(1);
        }
        let all = ids(&t.get(&token, &path).await.expect(200));
        let first = t.get(&token, &format!("{path}?limit=1")).await.expect(200);
        let gone = format!("{path}/{}", all[0]);
        send(t, Method::DELETE, &token, &gone, &[], &Value::Null).await.expect(204);
        let cursor = first["next"].as_str().unwrap();
        let rest = t.get(&token, &format!("{path}?cursor={cursor}")).await.expect(200);
        assert_eq!(ids(&rest), all[1..]);
    }
}
