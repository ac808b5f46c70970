//! The token door.

use aktiver_domain::role::Scope;
use aktiver_license::{VerifyingKeys, verify_claims};
use aktiver_service::tokens;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::{BASE, Harness, encode};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PUBLIC: &str = "7d1f3e52-6f0b-4c52-9c0e-3a5b1f2d4e61";

async fn claims(t: &Harness, token: &str) -> Value {
    let keys = t.get("", "/common/discovery/v2.0/keys").await;
    verify_claims("JWT", token, &VerifyingKeys::from_jwks(&keys.text).unwrap()).unwrap()
}

both_engines! {
    async fn a_program_gets_a_token_that_the_published_keys_verify(t: &Harness) {
        let (id, secret) = t.client(t.organization, &[Scope::DirectoryReadAll, Scope::OrganizationReadAll]).await;
        let fields = [
            ("client_id", id.as_str()), ("client_secret", &secret), ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"), ("claims", "{}"), ("client_info", "1"),
        ];
        let answer = t.form("/fjordvik.aktiver.test/oauth2/v2.0/token?api-version=1", &fields).await;
        let body = answer.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], json!(3600));
        assert!(body.get("refresh_token").is_none());
        let claims = claims(t, body["access_token"].as_str().unwrap()).await;
        assert_eq!(claims["iss"], format!("{BASE}/{}/v2.0", t.organization));
        assert_eq!(claims["tid"], t.organization.to_string());
        assert_eq!(claims["oid"], id.as_str());
        assert_eq!(claims["idtyp"], "app");
        let mut roles: Vec<_> = claims["roles"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
        roles.sort_unstable();
        assert_eq!(roles, ["Directory.Read.All", "Organization.Read.All"]);
    }

    async fn the_secret_may_come_in_the_authorization_header(t: &Harness) {
        let (id, secret) = t.client(t.organization, &[Scope::DirectoryReadAll]).await;
        let request = Request::post(format!("/{}/oauth2/v2.0/token", t.organization))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
            .body(Body::from(encode(&[("grant_type", "client_credentials"), ("scope", ".default")])))
            .unwrap();
        t.send(request).await.expect(200);
    }

    async fn refusals_have_the_shape_that_clients_read(t: &Harness) {
        let (id, secret) = t.client(t.organization, &[Scope::DirectoryReadAll]).await;
        let path = format!("/{}/oauth2/v2.0/token", t.organization);
        let ask = async |path: &str, secret: &str, grant: &str| {
            let fields = [("client_id", id.as_str()), ("client_secret", secret), ("grant_type", grant), ("scope", "x/.default")];
            let answer = t.form(path, &fields).await;
            assert_eq!(answer.header("cache-control"), "no-store");
            let body = answer.json();
            assert!(body["error_description"].is_string() && body["correlation_id"].is_string());
            assert_eq!(body["timestamp"], "2026-01-15 10:00:00Z");
            (answer.status.as_u16(), body["error"].as_str().unwrap().to_owned())
        };
        assert_eq!(ask(&path, "wrong", "client_credentials").await, (401, "invalid_client".into()));
        assert_eq!(ask(&path, &secret, "password").await, (400, "unsupported_grant_type".into()));
        assert_eq!(ask(&path, &secret, "").await, (400, "invalid_request".into()));
        assert_eq!(ask("/nowhere.example/oauth2/v2.0/token", &secret, "client_credentials").await, (400, "invalid_request".into()));
        assert_eq!(ask("/common/oauth2/v2.0/token", &secret, "client_credentials").await, (400, "invalid_request".into()));
        let other = t.other_organization("Other AS", "other").await;
        let elsewhere = format!("/{other}/oauth2/v2.0/token");
        assert_eq!(ask(&elsewhere, &secret, "client_credentials").await, (401, "invalid_client".into()));
    }

    async fn discovery_names_the_doors_and_the_issuer_of_the_tokens(t: &Harness) {
        let id = t.organization;
        for name in ["fjordvik.aktiver.test".to_owned(), id.to_string()] {
            let body = t.get("", &format!("/{name}/v2.0/.well-known/openid-configuration")).await.expect(200);
            assert_eq!(body["issuer"], format!("{BASE}/{id}/v2.0"));
            assert_eq!(body["token_endpoint"], format!("{BASE}/{id}/oauth2/v2.0/token"));
            assert_eq!(body["jwks_uri"], format!("{BASE}/{id}/discovery/v2.0/keys"));
            assert_eq!(body["device_authorization_endpoint"], format!("{BASE}/{id}/oauth2/v2.0/devicecode"));
        }
        let body = t.get("", "/organizations/v2.0/.well-known/openid-configuration").await.expect(200);
        assert_eq!(body["token_endpoint"], format!("{BASE}/organizations/oauth2/v2.0/token"));
        let missing = t.get("", "/nowhere.example/v2.0/.well-known/openid-configuration").await;
        assert_eq!(missing.expect(400)["error"], "invalid_request");
    }

    async fn the_authorize_address_says_that_nobody_signs_in_by_redirect(t: &Harness) {
        let discovery = t.get("", "/fjordvik.aktiver.test/v2.0/.well-known/openid-configuration").await.expect(200);
        let address = discovery["authorization_endpoint"].as_str().unwrap().strip_prefix(BASE).unwrap();
        let asked = format!("{address}?client_id={PUBLIC}&response_type=code&redirect_uri=https%3A%2F%2Felsewhere.example");
        let answer = t.get("", &asked).await;
        let body = answer.expect(400);
        assert_eq!(body["error"], "unsupported_response_type");
        assert!(body["error_description"].as_str().unwrap().contains("device code"), "{body}");
        assert_eq!((answer.header("location"), answer.header("cache-control")), ("", "no-store"));
        assert_eq!(t.form(address, &[("response_type", "code")]).await.expect(400)["error"], "unsupported_response_type");
        assert_eq!(t.get("", "/common/oauth2/v2.0/authorize").await.expect(400)["error"], "unsupported_response_type");
        assert_eq!(t.get("", "/nowhere.example/oauth2/v2.0/authorize").await.expect(400)["error"], "invalid_request");
    }

    async fn a_person_signs_in_on_another_screen_and_stays_signed_in(t: &Harness) {
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let scope = "openid profile offline_access https://graph.microsoft.com/User.Read";
        let code = t.form("/organizations/oauth2/v2.0/devicecode", &[("client_id", PUBLIC), ("scope", scope)]).await.expect(200);
        assert_eq!(code["verification_uri"], format!("{BASE}/device"));
        assert_eq!((&code["expires_in"], &code["interval"]), (&json!(900), &json!(5)));
        let user_code = code["user_code"].as_str().unwrap();
        let poll = [
            ("grant_type", DEVICE_CODE), ("client_id", PUBLIC), ("device_code", code["device_code"].as_str().unwrap()),
        ];
        let path = "/organizations/oauth2/v2.0/token";
        assert_eq!(t.form(path, &poll).await.expect(400)["error"], "authorization_pending");
        assert_eq!(t.form(path, &poll).await.expect(400)["error"], "slow_down");
        tokens::approve_device(&t.app, &t.as_person(&kari).await, user_code).await.unwrap();
        let answer = t.form(path, &poll).await.expect(200);
        assert!(answer["id_token"].is_string());
        let me = t.get(answer["access_token"].as_str().unwrap(), "/v1.0/me").await.expect(200);
        assert_eq!(me["id"], kari.id.to_string());
        let again = [
            ("grant_type", "refresh_token"), ("client_id", PUBLIC), ("refresh_token", answer["refresh_token"].as_str().unwrap()),
        ];
        let fresh = t.form(path, &again).await.expect(200);
        assert!(fresh["refresh_token"].is_string() && fresh["refresh_token"] != answer["refresh_token"]);
        assert_eq!(t.form(path, &again).await.expect(400)["error"], "invalid_grant");
    }
}
