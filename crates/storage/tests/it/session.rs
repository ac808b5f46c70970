//! Browser sessions.

use aktiver_domain::ids::OrganizationId;
use aktiver_storage::engine::Database;
use aktiver_storage::session::{BrowserSession, Person, delete, delete_of_person, get, insert, purge};
use uuid::Uuid;

use crate::fixture::{at, id};
use crate::support::each_migrated;

fn a_session(organization: OrganizationId, person: Person, end: i64) -> BrowserSession {
    BrowserSession {
        organization,
        person,
        csrf: "the-csrf-token".to_owned(),
        created_at: at(0),
        expires_at: at(end),
    }
}

#[tokio::test]
async fn a_session_is_found_by_organization_and_cookie_together() {
    each_migrated(async |db: Database| {
        let (fjord, vik) = (id(), id());
        let nobody = OrganizationId::from_uuid(Uuid::nil());
        let of_user = a_session(fjord, Person::User(id()), 10);
        let of_operator = a_session(nobody, Person::Operator(id()), 10);
        let mut unit = db.begin().await.unwrap();
        insert(&mut unit, [1; 32], &of_user).await.unwrap();
        insert(&mut unit, [2; 32], &of_operator).await.unwrap();
        assert_eq!(get(&mut unit, fjord, [1; 32]).await.unwrap(), Some(of_user));
        assert_eq!(get(&mut unit, nobody, [2; 32]).await.unwrap(), Some(of_operator));
        assert_eq!(get(&mut unit, vik, [1; 32]).await.unwrap(), None);
        assert_eq!(get(&mut unit, fjord, [2; 32]).await.unwrap(), None);
        assert!(!delete(&mut unit, vik, [1; 32]).await.unwrap());
        assert!(delete(&mut unit, fjord, [1; 32]).await.unwrap());
        assert!(!delete(&mut unit, fjord, [1; 32]).await.unwrap());
        assert_eq!(get(&mut unit, fjord, [1; 32]).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_persons_sessions_end_together_and_nobody_elses() {
    each_migrated(async |db: Database| {
        let (fjord, vik) = (id(), id());
        let (kai, liv) = (Person::User(id()), Person::User(id()));
        let mut unit = db.begin().await.unwrap();
        for (byte, organization, person) in [(1, fjord, kai), (2, fjord, kai), (3, fjord, liv), (4, vik, kai)] {
            insert(&mut unit, [byte; 32], &a_session(organization, person, 10))
                .await
                .unwrap();
        }
        assert_eq!(delete_of_person(&mut unit, fjord, kai.uuid()).await.unwrap(), 2);
        assert_eq!(get(&mut unit, fjord, [1; 32]).await.unwrap(), None);
        assert!(get(&mut unit, fjord, [3; 32]).await.unwrap().is_some());
        assert!(get(&mut unit, vik, [4; 32]).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn expired_sessions_are_purged() {
    each_migrated(async |db: Database| {
        let fjord = id();
        let mut unit = db.begin().await.unwrap();
        for end in 1..=5_u8 {
            let session = a_session(fjord, Person::User(id()), i64::from(end));
            insert(&mut unit, [end; 32], &session).await.unwrap();
        }
        assert_eq!(purge(&mut unit, at(3)).await.unwrap(), 2);
        assert_eq!(purge(&mut unit, at(3)).await.unwrap(), 0);
        assert_eq!(get(&mut unit, fjord, [2; 32]).await.unwrap(), None);
        assert!(get(&mut unit, fjord, [3; 32]).await.unwrap().is_some());
    })
    .await;
}

#[test]
fn the_form_token_is_not_shown() {
    let shown = format!("{:?}", a_session(id(), Person::User(id()), 1));
    assert!(!shown.contains("the-csrf-token"), "{shown}");
}
