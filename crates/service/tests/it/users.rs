//! People: what may be changed, by whom, and how names are kept apart.

use std::collections::BTreeSet;

use aktiver_domain::Refusal;
use aktiver_domain::role::{Operation, Role};
use aktiver_service::users::{NewUser, UserPatch};
use aktiver_service::{Error, audit, auth, organizations, users};

use crate::both_engines;
use crate::harness::PASSWORD;

fn new(name: &str) -> NewUser {
    NewUser {
        user_principal_name: name.to_owned(),
        display_name: "Ola".to_owned(),
        account_enabled: true,
        ..NewUser::default()
    }
}

fn field(error: Error) -> String {
    match error {
        Error::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    }
}

fn not_permitted<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(
        matches!(result, Err(Error::Refused(Refusal::NotPermitted { .. }))),
        "{result:?}"
    );
}

both_engines! {
    async fn a_person_is_created_found_renamed_and_counted(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let ola = users::create(&t.app, &ctx, new("Ola.Nordmann@FJORDVIK.aktiver.test")).await.unwrap();
        assert_eq!(ola.user_principal_name, "Ola.Nordmann@fjordvik.aktiver.test");
        assert_eq!(ola.mail_nickname.as_deref(), Some("Ola.Nordmann"));
        for text in [ola.id.to_string(), ola.id.prefixed(), "ola.nordmann@fjordvik.aktiver.test".to_owned()] {
            assert_eq!(users::find(&t.app, &ctx, &text).await.unwrap().id, ola.id, "{text}");
        }
        assert_eq!(users::count(&t.app, &ctx).await.unwrap(), 2);
        t.pass(jiff::SignedDuration::from_secs(1));
        let patch = UserPatch {
            user_principal_name: Some("ola@fjordvik.aktiver.test".to_owned()),
            job_title: Some(Some("Snekker".to_owned())),
            usage_location: Some("se".to_owned()),
            ..UserPatch::default()
        };
        let changed = users::update(&t.app, &ctx, ola.id, patch).await.unwrap();
        assert_eq!(changed.usage_location.as_deref(), Some("SE"));
        assert!(matches!(users::find(&t.app, &ctx, "ola.nordmann@fjordvik.aktiver.test").await, Err(Error::NotFound(_))));
        let again = UserPatch { job_title: Some(Some("Snekker".to_owned())), ..UserPatch::default() };
        assert_eq!(users::update(&t.app, &ctx, ola.id, again).await.unwrap(), changed, "nothing changed, nothing written");
        let trail = audit::list(&t.app, &ctx, Some(ola.id.uuid()), None, 10).await.unwrap();
        assert_eq!(trail.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["user.update", "user.create"]);
        let page = users::page(&t.app, &ctx, None, 10, Some("ol")).await.unwrap();
        assert_eq!(page.iter().map(|user| user.id).collect::<Vec<_>>(), [ola.id]);
    }

    async fn what_graph_refuses_is_refused_by_field(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        users::create(&t.app, &ctx, new("ola@fjordvik.aktiver.test")).await.unwrap();
        let taken = users::create(&t.app, &ctx, new("OLA@fjordvik.aktiver.test")).await.unwrap_err();
        assert!(matches!(taken, Error::Taken { field: "userPrincipalName" }), "{taken:?}");
        let cases = [
            (new("kari@elsewhere.test"), "userPrincipalName"),
            (new("ka ri@fjordvik.aktiver.test"), "userPrincipalName"),
            (new(""), "userPrincipalName"),
            (NewUser { display_name: " ".to_owned(), ..new("kari@fjordvik.aktiver.test") }, "displayName"),
            (NewUser { usage_location: Some("Norway".to_owned()), ..new("kari@fjordvik.aktiver.test") }, "usageLocation"),
            (NewUser { password: Some("password".to_owned()), ..new("kari@fjordvik.aktiver.test") }, "password"),
            (NewUser { mail: Some("nowhere".to_owned()), ..new("kari@fjordvik.aktiver.test") }, "mail"),
        ];
        for (case, expected) in cases {
            let shown = case.user_principal_name.clone();
            assert_eq!(field(users::create(&t.app, &ctx, case).await.unwrap_err()), expected, "{shown}");
        }
        assert_eq!(users::count(&t.app, &ctx).await.unwrap(), 2);
    }

    async fn roles_decide_and_everyone_sees_themselves(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let id = org.organization.id;
        let plain = t.user(id, "ola", &[]).await;
        let license = t.user(id, "lise", &[Role::LicenseAdministrator]).await;
        let ola = t.as_user(id, plain.id).await;
        assert_eq!(users::get(&t.app, &ola, plain.id).await.unwrap().id, plain.id);
        not_permitted(users::get(&t.app, &ola, license.id).await);
        not_permitted(users::by_name(&t.app, &ola, "nobody@fjordvik.aktiver.test").await);
        not_permitted(users::page(&t.app, &ola, None, 5, None).await);
        not_permitted(users::create(&t.app, &ola, new("x@fjordvik.aktiver.test")).await);
        let lise = t.as_user(id, license.id).await;
        let location = UserPatch { usage_location: Some("DK".to_owned()), ..UserPatch::default() };
        users::update(&t.app, &lise, plain.id, location).await.unwrap();
        let rename = UserPatch { display_name: Some("O".to_owned()), ..UserPatch::default() };
        not_permitted(users::update(&t.app, &lise, plain.id, rename).await);
        not_permitted(users::give_role(&t.app, &lise, license.id, Role::GlobalAdministrator).await);
        assert_eq!(
            organizations::administrators(&t.app, &lise, Operation::Reactivate).await.unwrap(),
            ["Fjordvik Admin"]
        );
    }

    async fn nobody_takes_over_an_administrators_account_from_below(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let id = org.organization.id;
        let plain = t.user(id, "ola", &[Role::ReportsReader]).await;
        let helper = t.user(id, "hilde", &[Role::HelpdeskAdministrator]).await;
        let manager = t.user(id, "ulf", &[Role::UserAdministrator]).await;
        for actor in [helper.id, manager.id] {
            let ctx = t.as_user(id, actor).await;
            users::set_password(&t.app, &ctx, plain.id, "Ny setning med mange ord").await.unwrap();
            not_permitted(users::set_password(&t.app, &ctx, org.admin.id, "Ny setning med mange ord").await);
        }
        let ctx = t.as_user(id, manager.id).await;
        let off = UserPatch { account_enabled: Some(false), ..UserPatch::default() };
        not_permitted(users::update(&t.app, &ctx, org.admin.id, off).await);
        not_permitted(users::delete(&t.app, &ctx, org.admin.id).await);
        let lise = t.user(id, "lise", &[Role::LicenseAdministrator]).await;
        not_permitted(users::set_password(&t.app, &t.as_user(id, lise.id).await, plain.id, "Ny setning med mange ord").await);
    }

    async fn an_organization_keeps_one_global_administrator(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let global = Role::GlobalAdministrator;
        assert_eq!(field(users::take_role(&t.app, &ctx, org.admin.id, global).await.unwrap_err()), "roles");
        assert_eq!(field(users::delete(&t.app, &ctx, org.admin.id).await.unwrap_err()), "roles");
        let off = UserPatch { account_enabled: Some(false), ..UserPatch::default() };
        assert_eq!(field(users::update(&t.app, &ctx, org.admin.id, off).await.unwrap_err()), "roles");
        let second = t.user(org.organization.id, "ola", &[global]).await;
        users::take_role(&t.app, &ctx, org.admin.id, global).await.unwrap();
        assert_eq!(users::roles(&t.app, &ctx, second.id).await.unwrap(), BTreeSet::from([global]));
        assert!(users::roles(&t.app, &ctx, org.admin.id).await.unwrap().is_empty());
    }

    async fn another_organizations_people_do_not_exist(t: &Harness) {
        let (one, other) = (t.organization("Fjordvik").await, t.organization("Fjellheim").await);
        let ctx = t.as_admin(&one).await;
        let them = other.admin.id;
        assert!(matches!(users::get(&t.app, &ctx, them).await, Err(Error::NotFound(_))));
        assert!(matches!(users::find(&t.app, &ctx, &other.admin.user_principal_name).await, Err(Error::NotFound(_))));
        assert!(matches!(users::update(&t.app, &ctx, them, UserPatch::default()).await, Err(Error::NotFound(_))));
        assert!(matches!(users::set_password(&t.app, &ctx, them, "Ny setning med mange ord").await, Err(Error::NotFound(_))));
        assert!(matches!(users::delete(&t.app, &ctx, them).await, Err(Error::NotFound(_))));
        assert!(matches!(users::give_role(&t.app, &ctx, them, Role::GlobalReader).await, Err(Error::NotFound(_))));
    }

    async fn a_deleted_person_is_gone_and_signs_in_no_more(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let ola = t.user(org.organization.id, "ola", &[]).await;
        let signed_in = auth::sign_in(&t.app, &ola.user_principal_name, PASSWORD, None).await.unwrap();
        users::delete(&t.app, &ctx, ola.id).await.unwrap();
        assert!(matches!(users::get(&t.app, &ctx, ola.id).await, Err(Error::NotFound(_))));
        assert_eq!(users::count(&t.app, &ctx).await.unwrap(), 1);
        let session = auth::session(&t.app, &signed_in.cookie, uuid::Uuid::nil(), Default::default()).await.unwrap();
        assert!(session.is_none());
        assert!(auth::sign_in(&t.app, &ola.user_principal_name, PASSWORD, None).await.is_err());
    }
}
