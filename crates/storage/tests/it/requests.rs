//! Requests for help.

use aktiver_domain::ids::OrganizationId;
use aktiver_storage::engine::{Database, Error};
use aktiver_storage::support::{
    ContactBy, Note, RequestStatus, ServiceRequest, Severity, add_note, get, insert, list, list_all, notes, set_status,
};
use uuid::Uuid;

use crate::fixture::{at, id, organization};
use crate::support::each_migrated;

fn a_request(organization: OrganizationId, title: &str, second: i64) -> ServiceRequest {
    ServiceRequest {
        organization,
        id: id(),
        topic: "licenses".to_owned(),
        severity: Severity::Moderate,
        status: RequestStatus::Open,
        title: title.to_owned(),
        description: "It does not start.".to_owned(),
        subscription: None,
        contact_name: "Kai".to_owned(),
        contact_email: "kai@fjord.example".to_owned(),
        contact_phone: None,
        prefers: ContactBy::Email,
        created_by: None,
        created_at: at(second),
        updated_at: at(second),
        closed_at: None,
    }
}

#[tokio::test]
async fn a_request_comes_back_as_it_was_stored_to_its_organization_alone() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let full = ServiceRequest {
            severity: Severity::Critical,
            status: RequestStatus::AttentionNeeded,
            subscription: Some(id()),
            contact_phone: Some("+47 1".to_owned()),
            prefers: ContactBy::Phone,
            created_by: Some(id()),
            updated_at: at(8),
            closed_at: Some(at(9)),
            ..a_request(fjord, "Full", 1)
        };
        insert(&mut unit, &full).await.unwrap();
        assert_eq!(get(&mut unit, fjord, full.id).await.unwrap(), Some(full.clone()));
        assert_eq!(get(&mut unit, vik, full.id).await.unwrap(), None);
        assert!(list(&mut unit, vik, 10).await.unwrap().is_empty());
        assert!(
            !set_status(&mut unit, vik, full.id, RequestStatus::Closed, at(9))
                .await
                .unwrap()
        );
        assert!(notes(&mut unit, vik, full.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn requests_are_listed_newest_first_and_operators_see_everyones() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let [one, two, three] = [
            a_request(fjord, "One", 1),
            a_request(vik, "Two", 2),
            a_request(fjord, "Three", 3),
        ];
        for request in [&three, &one, &two] {
            insert(&mut unit, request).await.unwrap();
        }
        let titles = |found: Vec<ServiceRequest>| found.into_iter().map(|request| request.title).collect::<Vec<_>>();
        assert_eq!(titles(list(&mut unit, fjord, 10).await.unwrap()), ["Three", "One"]);
        assert_eq!(titles(list(&mut unit, fjord, 1).await.unwrap()), ["Three"]);
        assert_eq!(
            titles(list_all(&mut unit, false, 10).await.unwrap()),
            ["Three", "Two", "One"]
        );

        assert!(
            set_status(&mut unit, fjord, three.id, RequestStatus::Closed, at(5))
                .await
                .unwrap()
        );
        let closed = get(&mut unit, fjord, three.id).await.unwrap().unwrap();
        assert_eq!((closed.closed_at, closed.updated_at), (Some(at(5)), at(5)));
        assert_eq!(titles(list_all(&mut unit, true, 10).await.unwrap()), ["Two", "One"]);
        assert_eq!(titles(list_all(&mut unit, false, 2).await.unwrap()), ["Three", "Two"]);

        assert!(
            set_status(&mut unit, fjord, three.id, RequestStatus::AttentionNeeded, at(6))
                .await
                .unwrap()
        );
        assert_eq!(get(&mut unit, fjord, three.id).await.unwrap().unwrap().closed_at, None);
        assert_eq!(titles(list_all(&mut unit, true, 1).await.unwrap()), ["Three"]);
    })
    .await;
}

#[tokio::test]
async fn notes_are_listed_oldest_first_and_count_as_a_change() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let request = a_request(fjord, "One", 1);
        insert(&mut unit, &request).await.unwrap();
        let note = |number: u128, second, by_operator| Note {
            id: Uuid::from_u128(number),
            author: "Kai".to_owned(),
            by_operator,
            text: format!("Note {number}"),
            created_at: at(second),
        };
        add_note(&mut unit, fjord, request.id, &note(2, 3, true)).await.unwrap();
        add_note(&mut unit, fjord, request.id, &note(1, 7, false))
            .await
            .unwrap();
        assert_eq!(
            notes(&mut unit, fjord, request.id).await.unwrap(),
            [note(2, 3, true), note(1, 7, false)]
        );
        assert_eq!(
            get(&mut unit, fjord, request.id).await.unwrap().unwrap().updated_at,
            at(7)
        );
        assert!(matches!(
            add_note(&mut unit, fjord, id(), &note(3, 8, false)).await,
            Err(Error::ForeignKey { .. })
        ));
    })
    .await;
}

#[test]
fn a_text_that_is_no_status_is_refused_with_those_there_are() {
    let refused = "done".parse::<RequestStatus>().unwrap_err().to_string();
    assert!(
        refused.contains("done") && refused.contains("attention_needed"),
        "{refused}"
    );
}
