//! Requests for help.

use aktiver_domain::Refusal;
use aktiver_domain::calendar::Term;
use aktiver_domain::policy::Channel;
use aktiver_domain::role::Role;
use aktiver_service::subscriptions::{self, Provision};
use aktiver_service::support::{ContactBy, NewRequest, RequestStatus, Severity, Topic};
use aktiver_service::{Error, support};

use crate::both_engines;

fn new() -> NewRequest {
    NewRequest {
        topic: Topic::ReactivationNotOffered,
        severity: Severity::Moderate,
        title: "No button".to_owned(),
        description: "The subscription has ended, and there is no Reactivate.".to_owned(),
        subscription: None,
        contact_name: "Kari".to_owned(),
        contact_email: "kari@fjordvik.example".to_owned(),
        contact_phone: None,
        prefers: ContactBy::Email,
    }
}

both_engines! {
    async fn a_request_goes_to_and_fro_until_it_is_closed(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let id = org.organization.id;
        let ctx = t.as_admin(&org).await;
        let request = support::create(&t.app, &ctx, new()).await.unwrap();
        assert_eq!(support::list_all(&t.app, &t.operator, true, 10).await.unwrap().len(), 1);
        let answer = support::answer(&t.app, &t.operator, id, request.id, "Which one?").await.unwrap();
        assert!(answer.by_operator && answer.author == "Vera Vendor");
        let status = async || support::get(&t.app, &ctx, request.id).await.unwrap().status;
        assert_eq!(status().await, RequestStatus::AttentionNeeded);
        t.pass(jiff::SignedDuration::from_secs(60));
        support::add_note(&t.app, &t.as_admin(&org).await, request.id, "The prepaid one.").await.unwrap();
        assert_eq!(status().await, RequestStatus::Open);
        let notes = support::notes(&t.app, &ctx, request.id).await.unwrap();
        assert_eq!(notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["Which one?", "The prepaid one."]);
        support::set_status(&t.app, &t.operator, id, request.id, RequestStatus::Closed).await.unwrap();
        assert!(support::get(&t.app, &ctx, request.id).await.unwrap().closed_at.is_some());
        assert!(support::list_all(&t.app, &t.operator, true, 10).await.unwrap().is_empty());
        assert_eq!(support::list(&t.app, &ctx, 10).await.unwrap().len(), 1);
    }

    async fn others_and_end_users_see_nothing(t: &Harness) {
        let (org, other) = (t.organization("Fjordvik").await, t.organization("Fjellheim").await);
        let request = support::create(&t.app, &t.as_admin(&org).await, new()).await.unwrap();
        let stranger = t.as_admin(&other).await;
        assert!(matches!(support::get(&t.app, &stranger, request.id).await, Err(Error::NotFound(_))));
        assert!(matches!(support::add_note(&t.app, &stranger, request.id, "Hi").await, Err(Error::NotFound(_))));
        let license = t.user(org.organization.id, "lise", &[Role::LicenseAdministrator]).await;
        let refused = support::create(&t.app, &t.as_user(org.organization.id, license.id).await, new()).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotPermitted { .. }))));
        assert!(support::list_all(&t.app, &stranger.actor, false, 10).await.is_err());
    }

    async fn a_call_needs_a_number_and_a_request_its_words(t: &Harness) {
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_admin(&org).await;
        let cases = [
            (NewRequest { prefers: ContactBy::Phone, ..new() }, "contactPhone"),
            (NewRequest { title: String::new(), ..new() }, "title"),
            (NewRequest { description: "x".repeat(10_001), ..new() }, "description"),
            (NewRequest { contact_email: "nowhere".to_owned(), ..new() }, "contactEmail"),
        ];
        for (case, expected) in cases {
            let refused = support::create(&t.app, &ctx, case).await.unwrap_err();
            assert!(matches!(&refused, Error::Invalid { field, .. } if field == expected), "{refused:?}");
        }
        let foreign = NewRequest { subscription: Some(t.app.id()), ..new() };
        assert!(matches!(support::create(&t.app, &ctx, foreign).await, Err(Error::NotFound("subscription"))));
    }

    async fn scenario_47_a_partners_customer_sees_the_partner_first(t: &Harness) {
        let product = t.product(1, &["MAIL"]).await;
        let org = t.organization("Fjordvik").await;
        let ctx = t.as_operator(org.organization.id).await;
        assert_eq!(support::partner_contact(&t.app, &ctx).await.unwrap(), None);
        let sell = async |channel, seller: Option<&str>| {
            let new = Provision {
                product: product.id,
                channel,
                term: Term::Year,
                quantity: 1,
                recurring: Some(false),
                payment_method: None,
                seller: seller.map(str::to_owned),
                parent: None,
                starts: None,
                pending: false,
            };
            subscriptions::provision(&t.app, &ctx, new).await.unwrap();
        };
        sell(Channel::Partner, Some("Skyhjelp AS")).await;
        assert_eq!(support::partner_contact(&t.app, &ctx).await.unwrap().as_deref(), Some("Skyhjelp AS"));
        sell(Channel::Direct, None).await;
        assert_eq!(support::partner_contact(&t.app, &ctx).await.unwrap(), None);
    }
}
