//! What every Graph address has in common: tokens, errors, spellings.

use aktiver_domain::role::Scope;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::both_engines;
use crate::harness::{BASE, Harness};

both_engines! {
    async fn nobody_gets_in_without_a_good_token(t: &Harness) {
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        for bad in ["nonsense", "a.b.c", &format!("{token}x"), "aktop_nobody"] {
            let answer = t.get(bad, "/v1.0/users").await;
            let body = answer.expect(401);
            assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        let bare = t.send(Request::get("/v1.0/users").body(Body::empty()).unwrap()).await;
        assert_eq!(bare.expect(401)["error"]["message"], "Access token is empty.");
        t.clock.pass_seconds(3600);
        t.get(&token, "/v1.0/users").await.expect(401);
    }

    async fn errors_carry_the_request_ids_and_the_time(t: &Harness) {
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        let request = Request::get("/v1.0/users?$top=0")
            .header("authorization", format!("Bearer {token}"))
            .header("client-request-id", "7f1b6c1e-1111-4222-8333-444455556666")
            .body(Body::empty())
            .unwrap();
        let answer = t.send(request).await;
        assert_eq!(answer.header("client-request-id"), "7f1b6c1e-1111-4222-8333-444455556666");
        assert_eq!(
            answer.expect(400),
            json!({ "error": {
                "code": "Request_BadRequest",
                "message": "Invalid page size specified: '0'. Must be between 1 and 999 inclusive.",
                "innerError": {
                    "date": "2026-01-15T10:00:00",
                    "request-id": answer.header("request-id"),
                    "client-request-id": "7f1b6c1e-1111-4222-8333-444455556666",
                },
            } })
        );
    }

    async fn odd_spellings_of_an_address_reach_the_same_door(t: &Harness) {
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        let id = t.admin.id;
        for path in [
            "/v1.0/users/admin%40fjordvik.aktiver.test".to_owned(),
            "/v1.0//users/admin@fjordvik.aktiver.test".to_owned(),
            "/v1.0/users/ADMIN@fjordvik.aktiver.test".to_owned(),
            format!("/v1.0//users//{id}"),
            format!("/v1.0/users('{id}')"),
            format!("/v1.0/users/{id}/"),
            format!("/v1.0/users/usr_{id}"),
            format!("/v1.0/users/{}", id.to_string().to_uppercase()),
        ] {
            assert_eq!(t.get(&token, &path).await.expect(200)["id"], id.to_string(), "{path}");
        }
        for path in ["/v1.0/users/$count", "/v1.0/users/%24count", "/v1.0//users/%24count"] {
            let answer = t.get(&token, path).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "1"), "{path}");
            assert!(answer.header("content-type").starts_with("text/plain"));
        }
    }

    async fn unknown_addresses_and_methods_are_told_in_graphs_shape(t: &Harness) {
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        for path in ["/v1.0/wat/1", "/v1.0/users/kari@fjordvik.example/wat", "/v1.0/me/wat", "/v1.0//users('x')/wat/2", "/v1.0/directory/wat"] {
            let body = t.get(&token, path).await.expect(400);
            assert_eq!(body["error"]["message"], "Resource not found for the segment 'wat'.", "{path}");
        }
        let user = format!("/v1.0/users/{}", t.admin.id);
        let writer = t.token(&[Scope::DirectoryReadWriteAll]).await;
        let body = t.patch(&writer, &user, json!({ "id": t.admin.id.to_string() })).await.expect(400);
        assert_eq!(body["error"]["message"], "Property 'id' is read-only and cannot be set.");
        let answer = t.post(&token, "/v1.0/subscribedSkus", json!({})).await;
        assert!(answer.expect(405)["error"]["code"].is_string());
        assert!(answer.header("allow").contains("GET"));
    }

    async fn the_context_names_what_the_answer_holds_unless_none_is_asked_for(t: &Harness) {
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        let context = async |path: &str| t.get(&token, path).await.expect(200)["@odata.context"].clone();
        let of = |what: &str| json!(format!("{BASE}/v1.0/$metadata#{what}"));
        let user = format!("/v1.0/users/{}", t.admin.id);
        assert_eq!(context("/v1.0/users").await, of("users"));
        assert_eq!(context("/v1.0/users?$select=id,DisplayName").await, of("users(id,displayName)"));
        assert_eq!(context(&user).await, of("users/$entity"));
        assert_eq!(context(&format!("{user}?%24select=id")).await, of("users(id)/$entity"));
        assert_eq!(context("/v1.0/organization").await, of("organization"));
        let request = Request::get("/v1.0/users")
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/json;odata.metadata=none")
            .body(Body::empty())
            .unwrap();
        let answer = t.send(request).await;
        assert!(answer.expect(200).get("@odata.context").is_none());
        assert!(answer.header("content-type").starts_with("application/json;odata.metadata=none"));
    }

    async fn another_organization_sees_nothing(t: &Harness) {
        let other = t.other_organization("Other AS", "other").await;
        let token = t.token_in(other, &[Scope::DirectoryReadWriteAll]).await;
        let body = t.get(&token, &format!("/v1.0/users/{}", t.admin.id)).await.expect(404);
        assert_eq!(
            body["error"]["message"],
            format!("Resource '{}' does not exist or one of its queried reference-property objects are not present.", t.admin.id)
        );
        let named = t.get(&token, "/v1.0/users/admin@fjordvik.aktiver.test").await.expect(404);
        assert_eq!(named["error"]["code"], "Request_ResourceNotFound");
        let organization = t.get(&token, "/v1.0/organization").await.expect(200);
        assert_eq!(organization["value"][0]["id"], other.to_string());
    }
}
