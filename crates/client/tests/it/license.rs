use aktiver_client::{AppState, Client, NoticeCode, ReducedReason, Standing, Store as _, features};
use aktiver_license::SigningKey;

use crate::PLAN;
use crate::stand_in::{Licensing, StandIn, device};

fn state(client: &Client) -> AppState {
    client.license_state(&[PLAN]).unwrap()
}

fn licensed() -> AppState {
    AppState::Licensed { notices: vec![] }
}

fn reduced(reason: ReducedReason) -> AppState {
    AppState::Reduced { reason }
}

#[tokio::test]
async fn activation_tells_the_server_of_the_device_and_licenses_the_app() {
    let server = StandIn::start().await;
    let client = server.client();
    assert_eq!(state(&client), AppState::NotActivated);
    server.sign_in(&client, "kari").await;
    assert_eq!(state(&client), AppState::NotActivated);

    let activation = client.activate(&device(), &[PLAN]).await.unwrap();
    assert_eq!(activation.state, licensed());
    assert_eq!(activation.signed_out_devices[0].name, "old-laptop");
    let document = client.license().unwrap().unwrap();
    assert_eq!(document.organization, "Fjordvik AS");
    assert!(document.lid.starts_with("EWW-"));

    let shared = server.shared();
    let (_, body) = shared.log.iter().find(|(p, _)| p == "activate").unwrap();
    assert_eq!(body["deviceName"], "kari-laptop");
    assert_eq!(body["deviceClass"], "computer");
    assert_eq!(body["platform"], "linux");
    assert_eq!(body["planIds"][0], PLAN);
    assert_eq!(body["deviceId"], client.device_id().unwrap());
}

#[tokio::test]
async fn the_state_survives_a_restart_without_network() {
    let server = StandIn::start().await;
    server.activated("kari").await;
    let restarted = server.client();
    restarted.set_offline(true);
    assert_eq!(state(&restarted), licensed());
}

#[tokio::test]
async fn scenario_31_offline_for_31_days_then_online_again() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    client.set_offline(true);
    server.clock.advance_days(26);
    assert_eq!(client.check_in(&[PLAN]).await.unwrap_err().code(), "OFFLINE");
    let warned = AppState::Licensed {
        notices: vec![NoticeCode::CouldNotVerify],
    };
    assert_eq!(state(&client), warned);
    server.clock.advance_days(5);
    assert_eq!(state(&client), reduced(ReducedReason::CheckInOverdue));

    client.set_offline(false);
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn scenario_29_and_30_disabled_then_reactivated() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.answer("kari", Licensing::Unlicensed(Some("subscription_disabled")));
    let answer = client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(answer.state, reduced(ReducedReason::SubscriptionDisabled));
    assert_eq!(answer.notices[0].remedy, "Ask.");
    server.answer("kari", Licensing::Licensed);
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn scenario_34_sw_02_the_account_in_use_decides() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.sign_in(&client, "ola").await;
    client.activate(&device(), &[PLAN]).await.unwrap();
    assert_eq!(state(&client), reduced(ReducedReason::Unlicensed));
    assert_eq!(client.accounts().unwrap().len(), 2);

    client.set_offline(true);
    client.switch_account("KARI@fjordvik.example").unwrap();
    assert_eq!(state(&client), licensed());
    client.switch_account("ola@fjordvik.example").unwrap();
    assert!(!features(&state(&client)).edit);
}

#[tokio::test]
async fn dv_03_a_device_signed_out_elsewhere_is_reduced_until_activated() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.answer("kari", Licensing::SignedOut);
    let answer = client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(answer.state, reduced(ReducedReason::SignedOut));
    assert_eq!(answer.notices[0].code, NoticeCode::ProductDeactivated);
    assert_eq!(answer.notices[0].remedy, "Do something else.");
    server.answer("kari", Licensing::Licensed);
    client.activate(&device(), &[PLAN]).await.unwrap();
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn signing_the_device_out_reduces_it_and_keeps_the_account() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    client.sign_out_device().await.unwrap();
    assert_eq!(state(&client), reduced(ReducedReason::SignedOut));
    assert!(client.current_account().unwrap().is_some());
    assert_eq!(server.count("sign-out"), 1);
}

#[tokio::test]
async fn a_device_the_server_does_not_know_is_activated_anew() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.answer("kari", Licensing::UnknownDevice);
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(server.count("activate"), 2);
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn a_server_in_trouble_takes_nothing_away() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.answer("kari", Licensing::Broken);
    let error = client.check_in(&[PLAN]).await.unwrap_err();
    assert_eq!(error.code(), "SERVER_UNAVAILABLE");
    assert!(error.is_temporary());
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_after_rotation() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(server.count("keys"), 1);
    server.shared().key = SigningKey::new("2027-1", [8; 32]);
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(server.count("keys"), 2);
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn a_license_by_another_key_or_for_another_user_is_not_taken() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.shared().subject = Some("ola");
    let error = client.check_in(&[PLAN]).await.unwrap_err();
    assert_eq!(error.code(), "LICENSE_UNTRUSTED");
    assert_eq!(state(&client), licensed());

    let trusted = SigningKey::new("pinned", [1; 32]).verifying_keys();
    let pinned = server.client().with_pinned_keys(trusted);
    server.shared().subject = None;
    let error = pinned.check_in(&[PLAN]).await.unwrap_err();
    assert_eq!(error.code(), "LICENSE_UNTRUSTED");
    assert_eq!(state(&pinned), reduced(ReducedReason::CheckInOverdue));
}

#[tokio::test]
async fn a_changed_or_borrowed_license_in_the_state_is_worth_nothing() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    let mut saved = server.store.load().unwrap();
    let original = saved.clone();
    if let Some(Standing::Document { jws, .. }) = &mut saved.accounts[0].standing {
        jws.replace_range(60..62, "AA");
    }
    server.store.save(&saved).unwrap();
    assert_eq!(state(&client), reduced(ReducedReason::CheckInOverdue));

    let mut borrowed = original;
    borrowed.device_id = Some("another device".into());
    server.store.save(&borrowed).unwrap();
    assert_eq!(state(&client), reduced(ReducedReason::CheckInOverdue));
    assert_eq!(client.license().unwrap(), None);
}

#[tokio::test]
async fn a_clock_turned_back_by_days_needs_a_check_in() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    server.clock.advance_days(-2);
    assert_eq!(state(&client), reduced(ReducedReason::CheckInOverdue));
    client.check_in(&[PLAN]).await.unwrap();
    assert_eq!(state(&client), licensed());
}

#[tokio::test]
async fn signing_out_forgets_tokens_and_license_and_keeps_the_device_id() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await;
    let device_id = client.device_id().unwrap();
    server.sign_in(&client, "ola").await;
    client.sign_out().unwrap();
    assert_eq!(state(&client), AppState::NotActivated);
    assert_eq!(client.accounts().unwrap().len(), 1);
    client.switch_account("kari@fjordvik.example").unwrap();
    assert_eq!(state(&client), licensed());
    client.sign_out_all().unwrap();
    assert!(client.accounts().unwrap().is_empty());
    assert_eq!(client.device_id().unwrap(), device_id);
}

#[tokio::test]
async fn viewer_mode_is_viewer_whoever_is_signed_in() {
    let server = StandIn::start().await;
    let client = server.activated("kari").await.with_viewer_mode(true);
    assert_eq!(state(&client), AppState::Viewer);
}
