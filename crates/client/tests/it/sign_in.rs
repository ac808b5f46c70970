use aktiver_client::{Client, Error, Store as _, SystemClock, WELL_KNOWN_CLIENT_ID};
use jiff::SignedDuration;

use crate::PLAN;
use crate::stand_in::StandIn;

#[tokio::test]
async fn the_prompt_is_shown_and_the_account_put_to_use() {
    let server = StandIn::start().await;
    let client = server.client();
    let mut shown = None;
    let account = client
        .sign_in_with_device_code(|prompt| shown = Some(prompt))
        .await
        .unwrap();
    let prompt = shown.unwrap();
    assert_eq!(prompt.user_code, "BCDF-GHJK");
    assert!(prompt.message.contains("BCDF-GHJK"));
    assert_eq!(account.user_principal_name, "kari@fjordvik.example");
    assert_eq!(client.current_account().unwrap(), Some(account));

    let shared = server.shared();
    assert_eq!(shared.log[0].1["client_id"], WELL_KNOWN_CLIENT_ID);
    assert_eq!(shared.log[0].1["scope"], "openid profile offline_access User.Read");
    assert_eq!(shared.log[1].1["device_code"], "secret-device-code");
}

#[tokio::test]
async fn polling_keeps_the_pace_and_slows_down_when_told() {
    let server = StandIn::start().await;
    server.shared().polls = [
        (400, "authorization_pending"),
        (400, "slow_down"),
        (400, "authorization_pending"),
        (503, "temporarily_unavailable"),
    ]
    .into();
    let client = server.client();
    client.sign_in_with_device_code(|_| ()).await.unwrap();
    assert_eq!(server.clock.waits(), [5, 5, 10, 10, 10]);
}

#[tokio::test]
async fn a_code_that_runs_out_or_is_declined_says_so() {
    let server = StandIn::start().await;
    let client = server.client();
    let attempt = async |error| {
        server.shared().polls = [(400, error)].into();
        client.sign_in_with_device_code(|_| ()).await.unwrap_err()
    };
    assert!(matches!(attempt("expired_token").await, Error::CodeExpired));
    assert!(matches!(attempt("access_denied").await, Error::Declined));
    let other = attempt("invalid_client").await;
    assert_eq!(other.code(), "invalid_client");
    assert_eq!(other.to_string(), "because invalid_client (invalid_client)");
    assert!(client.accounts().unwrap().is_empty());
}

#[tokio::test]
async fn a_code_nobody_enters_expires_on_the_apps_clock() {
    let server = StandIn::start().await;
    server.shared().polls = [(400, "authorization_pending"); 1000].into();
    let error = server.client().sign_in_with_device_code(|_| ()).await.unwrap_err();
    assert!(matches!(error, Error::CodeExpired));
    assert_eq!(server.count("token"), 179);
}

#[tokio::test]
async fn access_tokens_are_reused_then_renewed_with_rotation() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(server.count("token"), 1);

    let refresh_token = || server.store.load().unwrap().accounts[0].refresh_token.clone();
    let first = refresh_token();
    server.clock.advance(SignedDuration::from_hours(1));
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(server.count("token"), 2);
    assert_ne!(refresh_token(), first);

    server.forget_access_tokens();
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(server.count("token"), 3);
}

#[tokio::test]
async fn calls_at_the_same_time_use_a_refresh_token_once() {
    let server = StandIn::start().await;
    server.activated("kari").await;
    let client = server.client();
    let (a, b, c) = tokio::join!(client.check_in(&[PLAN]), client.user_information(), client.check(PLAN));
    assert!(a.is_ok() && b.is_ok() && c.unwrap().allowed);
    assert_eq!(server.count("token"), 2);
}

#[tokio::test]
async fn a_revoked_sign_in_asks_for_another_and_keeps_the_license() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.revoke_sign_ins();
    let error = client.check_in(&[PLAN]).await.unwrap_err();
    assert_eq!(error.code(), "SIGN_IN_REQUIRED");
    assert!(error.to_string().contains("kari@fjordvik.example"));
    assert!(error.remedy().contains("Sign in again"));
    assert!(aktiver_client::features(&client.license_state(&[PLAN]).unwrap()).edit);

    server.sign_in(&client, "kari").await;
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(client.accounts().unwrap().len(), 1);
}

#[tokio::test]
async fn user_information_updates_the_account() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    let user = client.user_information().await.unwrap();
    assert_eq!(user.display_name.as_deref(), Some("Kari Nordmann"));
    let account = client.current_account().unwrap().unwrap();
    assert_eq!(account.name, "Kari Nordmann");
    assert_eq!(account.user_principal_name, "kari@new.example");
}

#[tokio::test]
async fn nothing_works_in_the_name_of_nobody() {
    let server = StandIn::start().await;
    let client = server.client();
    assert!(matches!(client.check_in(&[PLAN]).await, Err(Error::NotSignedIn)));
    assert!(matches!(client.sign_out(), Err(Error::NotSignedIn)));
    assert!(matches!(
        client.switch_account("ola"),
        Err(Error::UnknownAccount { .. })
    ));
    assert_eq!(server.shared().log.len(), 0);
}

#[tokio::test]
async fn addresses_and_foreign_states_are_refused() {
    let server = StandIn::start().await;
    for wrong in ["license.example.com", "ftp://x", "", "http://x/?a=b"] {
        let made = Client::new(wrong, "id", server.store.clone(), SystemClock);
        assert_eq!(made.unwrap_err().code(), "CONFIGURATION", "{wrong}");
    }
    server.activated("kari").await;
    let elsewhere = Client::new("https://other.example", "id", server.store.clone(), SystemClock);
    let error = elsewhere.unwrap().accounts().unwrap_err();
    assert!(error.to_string().contains(&server.url));
}

#[tokio::test]
async fn something_else_at_the_address_is_told_apart_from_no_network() {
    let server = StandIn::start().await;
    let base = format!("{}/v1.0", server.url);
    let client = Client::new(&base, "id", server.store.clone(), SystemClock).unwrap();
    let error = client.sign_in_with_device_code(|_| ()).await.unwrap_err();
    assert_eq!(error.code(), "HTTP_404");

    let closed = Client::new("http://127.0.0.1:9", "id", server.store.clone(), SystemClock);
    let error = closed.unwrap().sign_in_with_device_code(|_| ()).await.unwrap_err();
    assert!(matches!(error, Error::Offline { .. }) && error.is_temporary());
}
