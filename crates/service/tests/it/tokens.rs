//! Access tokens, client secrets, the device flow and refresh tokens.

use std::collections::BTreeSet;

use aktiver_domain::Refusal;
use aktiver_domain::role::{Operation, Role, Scope};
use aktiver_service::clients::{self, PUBLIC_CLIENT};
use aktiver_service::tokens::{Holder, TokenAnswer, TokenError};
use aktiver_service::users::UserPatch;
use aktiver_service::{Actor, Ctx, Error, audit, tokens, users};
use jiff::SignedDuration;

use crate::both_engines;
use crate::harness::{Harness, ISSUER};

const DEFAULT: &str = "https://graph.microsoft.com/.default";
const APP_SCOPE: &str = "openid profile offline_access User.Read";

/// Signs a person in on another screen.
async fn device_sign_in(t: &Harness, ctx: &Ctx, scope: &str) -> TokenAnswer {
    let client = PUBLIC_CLIENT.to_string();
    let code = tokens::device_code(&t.app, &client, scope).await.unwrap();
    tokens::approve_device(&t.app, ctx, &code.user_code).await.unwrap();
    tokens::redeem_device_code(&t.app, ISSUER, &client, &code.device_code)
        .await
        .unwrap()
}

fn claims_of(token: &str) -> serde_json::Value {
    use base64::Engine as _;
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

both_engines! {
    async fn a_program_gets_a_token_for_its_permissions(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let scopes = BTreeSet::from([Scope::DirectoryReadAll, Scope::LicenseAssignmentReadWriteAll]);
        let made = clients::create(&t.app, &ctx, "Sync", scopes.clone()).await.unwrap();
        assert!(!format!("{made:?}").contains(&made.secret));
        let id = made.client.id.to_string();
        let answer = tokens::client_credentials(&t.app, ISSUER, &org.organization, &id, &made.secret, DEFAULT).await.unwrap();
        assert_eq!((answer.expires_in, answer.token_type), (3600, "Bearer"));
        let claims = claims_of(&answer.access_token);
        assert_eq!(claims["idtyp"], "app");
        assert_eq!(claims["tid"], org.organization.id.to_string());
        assert_eq!(claims["oid"], id);
        assert_eq!(claims["appid"], id);
        assert_eq!(claims["aud"], ISSUER);
        assert_eq!(claims["iss"], tokens::issuer_of(ISSUER, org.organization.id));
        assert_eq!(claims["ver"], "2.0");
        let read = t.with_token(&answer.access_token).await.unwrap();
        assert_eq!(read.actor, Actor::Client { id: made.client.id, scopes });
        assert!(read.actor.may(Operation::AssignLicenses) && !read.actor.may(Operation::ManageUsers));

        t.pass(SignedDuration::from_secs(3600));
        assert!(matches!(t.with_token(&answer.access_token).await, Err(Error::Unauthenticated(_))));
    }

    async fn wrong_expired_and_foreign_secrets_are_refused_alike(t: &Harness) {
        let (org, other) = (t.organization("Fjordvik").await, t.organization("Fjellheim").await);
        let ctx = t.as_admin(&org).await;
        let made = clients::create(&t.app, &ctx, "Sync", BTreeSet::from([Scope::UserReadAll])).await.unwrap();
        let id = made.client.id.to_string();
        let ask = async |at: &aktiver_service::organizations::Organization, id: &str, secret: &str, scope: &str| {
            tokens::client_credentials(&t.app, ISSUER, at, id, secret, scope).await.map(|_| ()).map_err(|error| error.code())
        };
        let (home, abroad) = (&org.organization, &other.organization);
        assert_eq!(ask(home, &id, &made.secret, DEFAULT).await, Ok(()));
        assert_eq!(ask(home, &id, "wrong", DEFAULT).await, Err("invalid_client"));
        assert_eq!(ask(abroad, &id, &made.secret, DEFAULT).await, Err("invalid_client"));
        assert_eq!(ask(home, "nonsense", &made.secret, DEFAULT).await, Err("invalid_client"));
        assert_eq!(ask(home, &id, &made.secret, "User.Read.All").await, Err("invalid_scope"));
        assert_eq!(ask(home, &PUBLIC_CLIENT.to_string(), "", DEFAULT).await, Err("unauthorized_client"));

        let second = clients::add_secret(&t.app, &ctx, made.client.id).await.unwrap();
        let known = clients::secrets(&t.app, &ctx, made.client.id).await.unwrap();
        assert_eq!(known.len(), 2);
        let old = known.iter().find(|one| made.secret[6..].starts_with(&one.hint)).unwrap();
        clients::remove_secret(&t.app, &ctx, made.client.id, old.hash).await.unwrap();
        assert_eq!(ask(home, &id, &made.secret, DEFAULT).await, Err("invalid_client"));
        assert_eq!(ask(home, &id, &second.secret, DEFAULT).await, Ok(()));
        t.pass_days(731);
        assert_eq!(ask(home, &id, &second.secret, DEFAULT).await, Err("invalid_client"));
        let ctx = t.as_admin(&org).await;
        let trail = audit::list(&t.app, &ctx, Some(made.client.id.uuid()), None, 10).await.unwrap();
        assert_eq!(trail.len(), 3);
    }

    async fn only_who_manages_the_organization_registers_programs_and_none_grows_by_itself(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let id = org.organization.id;
        let billing = t.user(id, "bo", &[Role::BillingAdministrator]).await;
        let scopes = BTreeSet::from([Scope::OrganizationReadWriteAll]);
        let refused = clients::create(&t.app, &t.as_user(id, billing.id).await, "Sync", scopes.clone()).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotPermitted { .. }))));
        let made = clients::create(&t.app, &t.as_admin(&org).await, "Sync", scopes).await.unwrap();
        let answer =
            tokens::client_credentials(&t.app, ISSUER, &org.organization, &made.client.id.to_string(), &made.secret, DEFAULT)
                .await
                .unwrap();
        let ctx = t.with_token(&answer.access_token).await.unwrap();
        let refused = clients::create(&t.app, &ctx, "More", BTreeSet::from([Scope::DirectoryReadWriteAll])).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotPermitted { .. }))));
    }

    async fn a_person_signs_in_on_another_screen(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let client = PUBLIC_CLIENT.to_string();
        let code = tokens::device_code(&t.app, &client, APP_SCOPE).await.unwrap();
        assert_eq!((code.user_code.len(), code.expires_in, code.interval), (9, 900, 5));
        let poll = async || tokens::redeem_device_code(&t.app, ISSUER, &client, &code.device_code).await;
        assert!(matches!(poll().await, Err(TokenError::AuthorizationPending)));
        t.pass(SignedDuration::from_secs(4));
        assert!(matches!(poll().await, Err(TokenError::SlowDown)));
        t.pass(SignedDuration::from_secs(5));
        assert!(matches!(poll().await, Err(TokenError::AuthorizationPending)));
        let typed = code.user_code.to_lowercase().replace('-', " ");
        let request = tokens::device_request(&t.app, &typed).await.unwrap().unwrap();
        assert_eq!((request.client_name.as_str(), request.scope.as_str()), ("Aktiver apps", APP_SCOPE));
        tokens::approve_device(&t.app, &ctx, &typed).await.unwrap();
        assert!(tokens::device_request(&t.app, &typed).await.unwrap().is_none(), "it is decided");
        assert!(tokens::deny_device(&t.app, &ctx, &typed).await.is_err());
        let answer = poll().await.unwrap();
        assert!(matches!(poll().await, Err(TokenError::InvalidGrant(_))), "a code gives tokens once");
        let claims = claims_of(&answer.access_token);
        for (name, value) in [("idtyp", "user"), ("scp", "User.Read"), ("upn", "admin@fjordvik.aktiver.test")] {
            assert_eq!(claims[name], value);
        }
        assert_eq!(claims["oid"], org.admin.id.to_string());
        let id_token = answer.id_token.unwrap();
        assert_eq!(claims_of(&id_token)["aud"], client);
        assert!(t.with_token(&id_token).await.is_err(), "an id token opens nothing");
        let read = t.with_token(&answer.access_token).await.unwrap();
        assert!(!read.actor.may(Operation::Reactivate), "the app may do less than the person");
        let deputy = tokens::device_code(&t.app, &client, APP_SCOPE).await.unwrap();
        assert!(tokens::approve_device(&t.app, &read, &deputy.user_code).await.is_err(), "a token approves no other");
    }

    async fn a_refused_or_late_code_gives_nothing(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let client = PUBLIC_CLIENT.to_string();
        let poll = async |code: &str| tokens::redeem_device_code(&t.app, ISSUER, &client, code).await;
        let denied = tokens::device_code(&t.app, &client, APP_SCOPE).await.unwrap();
        tokens::deny_device(&t.app, &ctx, &denied.user_code).await.unwrap();
        assert!(matches!(poll(&denied.device_code).await, Err(TokenError::AccessDenied)));
        let late = tokens::device_code(&t.app, &client, APP_SCOPE).await.unwrap();
        t.pass(SignedDuration::from_secs(900));
        assert!(tokens::approve_device(&t.app, &t.as_admin(&org).await, &late.user_code).await.is_err());
        assert!(matches!(poll(&late.device_code).await, Err(TokenError::ExpiredToken)));
        assert!(matches!(poll("nonsense").await, Err(TokenError::InvalidGrant(_))));
        assert!(matches!(tokens::device_code(&t.app, &client, "Everything.All").await, Err(TokenError::InvalidScope(_))));
        assert!(matches!(tokens::device_code(&t.app, "nonsense", APP_SCOPE).await, Err(TokenError::InvalidClient(_))));
    }

    async fn a_copied_refresh_token_ends_its_whole_family(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let client = PUBLIC_CLIENT.to_string();
        let trade = async |token: &str| tokens::refresh(&t.app, ISSUER, &client, token).await;
        let first = device_sign_in(t, &ctx, APP_SCOPE).await.refresh_token.unwrap();
        let other_device = device_sign_in(t, &ctx, APP_SCOPE).await.refresh_token.unwrap();
        let second = trade(&first).await.unwrap().refresh_token.unwrap();
        let third = trade(&second).await.unwrap().refresh_token.unwrap();
        assert!(matches!(trade(&first).await, Err(TokenError::InvalidGrant(_))));
        assert!(matches!(trade(&third).await, Err(TokenError::InvalidGrant(_))), "the thief's copy is worthless too");
        assert!(trade(&other_device).await.is_ok(), "other sign-ins go on");
        assert!(matches!(trade("aktrt_nonsense").await, Err(TokenError::InvalidGrant(_))));
        let elsewhere = tokens::refresh(&t.app, ISSUER, &org.admin.id.to_string(), &other_device).await;
        assert!(elsewhere.is_err());
        assert!(device_sign_in(t, &ctx, "User.Read").await.refresh_token.is_none(), "only with offline_access");
    }

    async fn a_code_or_token_of_another_organization_is_no_good_at_this_ones_address(t: &Harness) {
        let (org, other) = (t.organization("Fjordvik").await, t.organization("Nordlys").await);
        let (here, there) = (Some(org.organization.id), Some(other.organization.id));
        let client = PUBLIC_CLIENT.to_string();
        let code = tokens::device_code(&t.app, &client, APP_SCOPE).await.unwrap();
        tokens::approve_device(&t.app, &t.as_admin(&org).await, &code.user_code).await.unwrap();
        let redeem = async |at| tokens::redeem_device_code_at(&t.app, ISSUER, at, &client, &code.device_code).await;
        assert!(matches!(redeem(there).await, Err(TokenError::InvalidGrant(_))));
        let answer = redeem(here).await.unwrap();
        let refresh = answer.refresh_token.unwrap();
        let trade = async |at, token: &str| tokens::refresh_at(&t.app, ISSUER, at, &client, token).await;
        assert!(matches!(trade(there, &refresh).await, Err(TokenError::InvalidGrant(_))));
        let next = trade(here, &refresh).await.unwrap().refresh_token.unwrap();
        assert!(trade(None, &next).await.is_ok(), "organizations and common are everyone's");
    }

    async fn the_default_scope_of_a_person_gives_what_their_roles_give(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let admin = device_sign_in(t, &t.as_admin(&org).await, DEFAULT).await;
        let admin = t.with_token(&admin.access_token).await.unwrap();
        assert!(admin.actor.may(Operation::Reactivate) && admin.actor.may(Operation::AssignLicenses));
        let id = org.organization.id;
        let ola = t.user(id, "ola", &[]).await;
        let token = device_sign_in(t, &t.as_user(id, ola.id).await, DEFAULT).await;
        let ola = t.with_token(&token.access_token).await.unwrap();
        assert!(Operation::ALL.into_iter().all(|operation| !ola.actor.may(operation)), "no role, nothing more");
    }

    async fn programs_are_seen_by_who_manages_them_and_by_global_readers(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let id = org.organization.id;
        let made = clients::create(&t.app, &t.as_admin(&org).await, "Sync", BTreeSet::from([Scope::UserRead])).await.unwrap();
        for (name, role, may) in [
            ("rita", Role::GlobalReader, true),
            ("dora", Role::DirectoryReaders, false),
            ("ulla", Role::UserAdministrator, false),
        ] {
            let user = t.user(id, name, &[role]).await;
            let ctx = t.as_user(id, user.id).await;
            assert_eq!(clients::list(&t.app, &ctx).await.is_ok(), may, "{name}");
            assert_eq!(clients::secrets(&t.app, &ctx, made.client.id).await.is_ok(), may, "{name}");
        }
    }

    async fn a_disabled_or_deleted_persons_tokens_stop_at_once(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let id = org.organization.id;
        let admin = t.as_admin(&org).await;
        let ola = t.user(id, "ola", &[]).await;
        let answer = device_sign_in(t, &t.as_user(id, ola.id).await, APP_SCOPE).await;
        assert!(t.with_token(&answer.access_token).await.is_ok());
        let claims = tokens::verify_access(&t.app, &answer.access_token).unwrap();
        assert!(matches!(&claims.who, Holder::User { upn, .. } if *upn == ola.user_principal_name));
        let enable = |on| UserPatch { account_enabled: Some(on), ..UserPatch::default() };
        users::update(&t.app, &admin, ola.id, enable(false)).await.unwrap();
        assert!(matches!(t.with_token(&answer.access_token).await, Err(Error::Unauthenticated(_))));
        let refresh = answer.refresh_token.unwrap();
        let traded = tokens::refresh(&t.app, ISSUER, &PUBLIC_CLIENT.to_string(), &refresh).await;
        assert!(matches!(traded, Err(TokenError::InvalidGrant(_))));
        users::update(&t.app, &admin, ola.id, enable(true)).await.unwrap();
        assert!(t.with_token(&answer.access_token).await.is_ok());
        users::delete(&t.app, &admin, ola.id).await.unwrap();
        assert!(matches!(t.with_token(&answer.access_token).await, Err(Error::Unauthenticated(_))));
    }

    async fn a_token_that_was_touched_is_none(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let answer = device_sign_in(t, &t.as_admin(&org).await, APP_SCOPE).await;
        let (head, signature) = answer.access_token.rsplit_once('.').unwrap();
        let flipped: String = signature.chars().rev().collect();
        for token in ["", "a.b.c", &format!("{head}."), &format!("{head}.{flipped}")] {
            assert!(matches!(tokens::verify_access(&t.app, token), Err(Error::Unauthenticated(_))), "{token}");
        }
    }
}
