//! Customers and their domains.

use aktiver_domain::Refusal;
use aktiver_domain::role::{Operation, Role};
use aktiver_service::organizations::{NewAdmin, NewOrganization};
use aktiver_service::{Error, audit, auth, organizations, users};

use crate::both_engines;

fn new(name: &str) -> NewOrganization {
    NewOrganization {
        name: name.to_owned(),
        country: "no".to_owned(),
        domain: None,
        sandbox: false,
        admin: NewAdmin {
            display_name: "Kari Nordmann".to_owned(),
            user_name: "kari".to_owned(),
            password: None,
            mail: Some("kari@elsewhere.test".to_owned()),
        },
    }
}

both_engines! {
    async fn an_organization_comes_with_a_domain_an_administrator_and_a_password(t: &Harness) {
        let made = organizations::create(&t.app, &t.operator, new("Fjordvik AS")).await.unwrap();
        assert_eq!(made.admin.user_principal_name, "kari@fjordvikas.aktiver.test");
        assert_eq!(made.admin.usage_location.as_deref(), Some("NO"));
        assert_eq!((made.organization.country.as_str(), made.organization.invoice_approved), ("NO", false));
        let password = made.password.clone().unwrap();
        assert!(!format!("{made:?}").contains(&password));
        auth::check_password_strength(&password).unwrap();
        auth::sign_in(&t.app, &made.admin.user_principal_name, &password, None).await.unwrap();
        let ctx = t.as_admin(&made).await;
        assert!(ctx.actor.may(Operation::ManageOrganization));
        assert_eq!(audit::list(&t.app, &ctx, None, None, 10).await.unwrap().len(), 2);
        for text in [
            made.organization.id.to_string(),
            made.organization.id.prefixed(),
            "FJORDVIKAS.aktiver.test".to_owned(),
        ] {
            assert_eq!(organizations::resolve(&t.app, &text).await.unwrap().id, made.organization.id, "{text}");
        }
        for text in ["", "nowhere.test", "00000000-0000-4000-8000-000000000000"] {
            assert!(matches!(organizations::resolve(&t.app, text).await, Err(Error::NotFound(_))), "{text}");
        }
        let summary = organizations::summary(&t.app, &t.operator, made.organization.id).await.unwrap();
        assert_eq!((summary.users, summary.subscriptions, summary.domains.len()), (1, 0, 1));
    }

    async fn two_of_one_name_get_domains_of_their_own(t: &Harness) {
        let names = ["Fjordvik", "Fjordvik", "Fjordvik!"];
        let mut upns = Vec::new();
        for name in names {
            upns.push(organizations::create(&t.app, &t.operator, new(name)).await.unwrap().admin.user_principal_name);
        }
        assert_eq!(upns, ["kari@fjordvik.aktiver.test", "kari@fjordvik2.aktiver.test", "kari@fjordvik3.aktiver.test"]);
        let wanted = NewOrganization { domain: Some("fjordvik.aktiver.test".to_owned()), ..new("Another") };
        let taken = organizations::create(&t.app, &t.operator, wanted).await.unwrap_err();
        assert!(matches!(taken, Error::Taken { field: "domain" }), "{taken:?}");
        assert_eq!(organizations::list(&t.app, &t.operator, None, 10, Some("fjord")).await.unwrap().len(), 3);
    }

    async fn what_cannot_be_is_refused_by_field(t: &Harness) {
        let with_admin = |admin| NewOrganization { admin, ..new("Fjordvik") };
        let admin = || new("Fjordvik").admin;
        let cases = [
            (new(" "), "name"),
            (NewOrganization { country: "Norway".to_owned(), ..new("Fjordvik") }, "country"),
            (NewOrganization { domain: Some("a.b".to_owned()), ..new("Fjordvik") }, "domain"),
            (with_admin(NewAdmin { password: Some("12345678".to_owned()), ..admin() }), "password"),
            (with_admin(NewAdmin { user_name: "kari@elsewhere.test".to_owned(), ..admin() }), "userName"),
            (with_admin(NewAdmin { user_name: "ka ri".to_owned(), ..admin() }), "userName"),
            (with_admin(NewAdmin { display_name: String::new(), ..admin() }), "displayName"),
        ];
        for (case, expected) in cases {
            let refused = organizations::create(&t.app, &t.operator, case).await.unwrap_err();
            assert!(matches!(&refused, Error::Invalid { field, .. } if field == expected), "{expected}: {refused:?}");
        }
        assert!(organizations::list(&t.app, &t.operator, None, 10, None).await.unwrap().is_empty());
    }

    async fn only_the_provider_creates_lists_and_blocks(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let admin = t.as_admin(&org).await.actor;
        let id = org.organization.id;
        let refused = |result: Result<(), Error>| {
            assert!(matches!(result, Err(Error::Refused(Refusal::NotPermitted { .. }))), "{result:?}");
        };
        refused(organizations::create(&t.app, &admin, new("Mine")).await.map(drop));
        refused(organizations::list(&t.app, &admin, None, 10, None).await.map(drop));
        refused(organizations::summary(&t.app, &admin, id).await.map(drop));
        refused(organizations::set_billing_blocked(&t.app, &admin, id, true).await);
        organizations::set_billing_blocked(&t.app, &t.operator, id, true).await.unwrap();
        organizations::set_billing_blocked(&t.app, &t.operator, id, true).await.unwrap();
        let ctx = t.as_admin(&org).await;
        assert!(ctx.organization.billing_blocked);
        assert_eq!(audit::list(&t.app, &ctx, Some(id.uuid()), None, 10).await.unwrap().len(), 2);
    }

    async fn ca_05_domains_come_and_go_but_not_under_people(t: &Harness) {
        let (org, other) = (t.organization("Fjordvik").await, t.organization("Fjellheim").await);
        let ctx = t.as_admin(&org).await;
        organizations::add_domain(&t.app, &ctx, "Fjordvik.Example").await.unwrap();
        let taken = organizations::add_domain(&t.app, &t.as_admin(&other).await, "fjordvik.example").await.unwrap_err();
        assert!(matches!(taken, Error::Taken { field: "domain" }));
        for mine in ["free.aktiver.test", "aktiver.test"] {
            assert!(matches!(organizations::add_domain(&t.app, &ctx, mine).await, Err(Error::Taken { .. })), "{mine}");
        }
        let ola = users::NewUser {
            user_principal_name: "ola@fjordvik.example".to_owned(),
            display_name: "Ola".to_owned(),
            account_enabled: true,
            ..users::NewUser::default()
        };
        let ola = users::create(&t.app, &ctx, ola).await.unwrap();
        assert!(organizations::remove_domain(&t.app, &ctx, "fjordvik.example").await.is_err());
        users::delete(&t.app, &ctx, ola.id).await.unwrap();
        organizations::remove_domain(&t.app, &ctx, "fjordvik.example").await.unwrap();
        assert!(organizations::remove_domain(&t.app, &ctx, "fjordvik.aktiver.test").await.is_err());
        assert_eq!(organizations::domains(&t.app, &ctx).await.unwrap().len(), 1);
        let reader = t.user(org.organization.id, "rune", &[Role::GlobalReader]).await;
        let reader = t.as_user(org.organization.id, reader.id).await;
        assert!(organizations::add_domain(&t.app, &reader, "fjordvik.example").await.is_err());
    }
}
