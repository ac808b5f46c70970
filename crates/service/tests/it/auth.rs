//! Passwords and browser sessions.

use aktiver_domain::role::{Operation, Role};
use aktiver_service::auth::{BrowserPerson, SignedInKind};
use aktiver_service::users::UserPatch;
use aktiver_service::{Actor, Error, Language, auth, operators, users};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::both_engines;
use crate::harness::PASSWORD;

both_engines! {
    async fn a_person_signs_in_works_and_signs_out(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let signed_in = auth::sign_in(&t.app, " ADMIN@fjordvik.aktiver.test ", PASSWORD, None).await.unwrap();
        assert_eq!(signed_in.actor_kind, SignedInKind::User);
        assert_eq!(signed_in.organization, Some(org.organization.id));
        assert!(!format!("{signed_in:?}").contains(&signed_in.cookie), "a secret is never shown");
        let browser = auth::session(&t.app, &signed_in.cookie, Uuid::nil(), Language::NorwegianBokmal).await.unwrap().unwrap();
        assert_eq!(browser.csrf, signed_in.csrf);
        let BrowserPerson::User(ctx) = browser.who else { panic!() };
        assert_eq!((ctx.org(), ctx.language), (org.organization.id, Language::NorwegianBokmal));
        assert!(ctx.actor.may(Operation::Reactivate));
        auth::sign_out(&t.app, &signed_in.cookie).await.unwrap();
        assert!(auth::session(&t.app, &signed_in.cookie, Uuid::nil(), Language::English).await.unwrap().is_none());
        auth::sign_out(&t.app, "nonsense").await.unwrap();
    }

    async fn roles_are_read_fresh_and_a_disabled_account_is_out(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let admin = t.as_admin(&org).await;
        let ola = t.user(org.organization.id, "ola", &[]).await;
        let signed_in = auth::sign_in(&t.app, &ola.user_principal_name, PASSWORD, None).await.unwrap();
        let may = async || {
            let browser = auth::session(&t.app, &signed_in.cookie, Uuid::nil(), Language::English).await.unwrap()?;
            let BrowserPerson::User(ctx) = browser.who else { panic!() };
            Some(ctx.actor.may(Operation::AssignLicenses))
        };
        assert_eq!(may().await, Some(false));
        users::give_role(&t.app, &admin, ola.id, Role::LicenseAdministrator).await.unwrap();
        assert_eq!(may().await, Some(true));
        let off = UserPatch { account_enabled: Some(false), ..UserPatch::default() };
        users::update(&t.app, &admin, ola.id, off).await.unwrap();
        assert_eq!(may().await, None);
        assert!(matches!(
            auth::sign_in(&t.app, &ola.user_principal_name, PASSWORD, None).await,
            Err(Error::Unauthenticated(_))
        ));
    }

    async fn a_session_ends_after_twelve_hours_and_with_a_new_password(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let name = &org.admin.user_principal_name;
        let lives = async |cookie: &str| auth::session(&t.app, cookie, Uuid::nil(), Language::English).await.unwrap().is_some();
        let first = auth::sign_in(&t.app, name, PASSWORD, None).await.unwrap();
        t.pass(SignedDuration::from_mins(12 * 60 - 1));
        assert!(lives(&first.cookie).await);
        t.pass(SignedDuration::from_mins(1));
        assert!(!lives(&first.cookie).await);
        let second = auth::sign_in(&t.app, name, PASSWORD, None).await.unwrap();
        users::set_password(&t.app, &t.as_admin(&org).await, org.admin.id, "Et helt nytt passord").await.unwrap();
        assert!(!lives(&second.cookie).await);
        assert!(auth::sign_in(&t.app, name, PASSWORD, None).await.is_err());
        let ctx = t.as_admin(&org).await;
        let wrong = users::change_own_password(&t.app, &ctx, PASSWORD, "Enda et nytt passord").await.unwrap_err();
        assert!(matches!(&wrong, Error::Invalid { field, .. } if field == "currentPassword"), "{wrong:?}");
        users::change_own_password(&t.app, &ctx, "Et helt nytt passord", "Enda et nytt passord").await.unwrap();
        users::change_own_password(&t.app, &ctx, "Enda et nytt passord", "Et helt nytt passord").await.unwrap();
        assert!(auth::sign_in(&t.app, name, "Et helt nytt passord", None).await.is_ok());
    }

    async fn wrong_unknown_and_passwordless_names_are_told_the_same(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let none = users::NewUser {
            user_principal_name: "bare@fjordvik.aktiver.test".to_owned(),
            display_name: "Bare".to_owned(),
            account_enabled: true,
            ..users::NewUser::default()
        };
        users::create(&t.app, &ctx, none).await.unwrap();
        let mut told = Vec::new();
        for name in ["admin@fjordvik.aktiver.test", "nobody@fjordvik.aktiver.test", "bare@fjordvik.aktiver.test", ""] {
            told.push(auth::sign_in(&t.app, name, "wrong", None).await.unwrap_err().to_string());
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{told:?}");
    }

    async fn guessing_is_slowed_per_name_and_per_address(t: &Harness) {
        let address = "192.0.2.7".parse().ok();
        for _ in 0..20 {
            let wrong = auth::sign_in(&t.app, "nobody@fjordvik.aktiver.test", "wrong", address).await.unwrap_err();
            assert!(matches!(wrong, Error::Unauthenticated(_)), "{wrong:?}");
        }
        let slowed = auth::sign_in(&t.app, "Nobody@fjordvik.aktiver.test", "wrong", None).await.unwrap_err();
        assert!(matches!(slowed, Error::TooMany { retry_after_seconds: 1..=7 }), "{slowed:?}");
        let other = auth::sign_in(&t.app, "somebody@fjordvik.aktiver.test", "wrong", address).await.unwrap_err();
        assert!(matches!(other, Error::Unauthenticated(_)), "{other:?}");
    }

    async fn an_operator_signs_in_and_enters_an_organization(t: &Harness) {
        assert!(!operators::any(&t.app).await.unwrap());
        let vera = operators::create(&t.app, "Vera@vendor.test", PASSWORD).await.unwrap();
        assert!(operators::any(&t.app).await.unwrap());
        let taken = operators::create(&t.app, "VERA@vendor.test", PASSWORD).await.unwrap_err();
        assert!(matches!(taken, Error::Taken { field: "name" }));
        let signed_in = auth::sign_in(&t.app, "vera@vendor.test", PASSWORD, None).await.unwrap();
        assert!(signed_in.cookie.starts_with("operator.") && signed_in.organization.is_none());
        let browser = auth::session(&t.app, &signed_in.cookie, Uuid::nil(), Language::English).await.unwrap().unwrap();
        let BrowserPerson::Operator(actor) = browser.who else { panic!() };
        assert_eq!(actor, operators::actor(&vera));
        let org = t.organization("Fjordvik").await;
        let ctx = auth::operator_context(&t.app, &actor, org.organization.id, Uuid::nil()).await.unwrap();
        assert!(ctx.actor.may(Operation::ManageOrganization));
        let admin = t.as_admin(&org).await.actor;
        assert!(auth::operator_context(&t.app, &admin, org.organization.id, Uuid::nil()).await.is_err());
    }

    async fn an_operators_token_opens_the_vendor_api_for_a_year(t: &Harness) {
        let vera = operators::actor(&operators::create(&t.app, "vera", PASSWORD).await.unwrap());
        let token = operators::create_token(&t.app, &vera).await.unwrap();
        let read = async |token: &str| aktiver_service::tokens::operator_bearer(&t.app, token).await.unwrap();
        assert_eq!(read(&token).await, Some(vera));
        assert_eq!(read("aktop_nonsense").await, None);
        assert_eq!(read("").await, None);
        t.pass_days(365);
        assert_eq!(read(&token).await, None);
        assert!(operators::create_token(&t.app, &Actor::System).await.is_err());
    }
}
