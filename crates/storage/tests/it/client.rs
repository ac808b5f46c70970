//! Registered programs and their secrets.

use aktiver_domain::ids::OrganizationId;
use aktiver_domain::role::Scope;
use aktiver_storage::client::{Client, ClientSecret, add_secret, get, insert, list, remove_secret, secrets};
use aktiver_storage::engine::{Database, Error};

use crate::fixture::{at, id, organization};
use crate::support::each_migrated;

fn a_client(organization: OrganizationId, name: &str, scopes: &[Scope]) -> Client {
    Client {
        organization,
        id: id(),
        name: name.to_owned(),
        scopes: scopes.iter().copied().collect(),
        created_at: at(1),
    }
}

#[tokio::test]
async fn a_client_comes_back_as_it_was_stored_to_its_organization_alone() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let sync = a_client(fjord, "Sync", &[Scope::UserReadAll, Scope::BillingReadWriteAll]);
        let bare = a_client(fjord, "Bare", &[]);
        insert(&mut unit, &sync).await.unwrap();
        insert(&mut unit, &bare).await.unwrap();
        assert_eq!(get(&mut unit, fjord, sync.id).await.unwrap(), Some(sync.clone()));
        assert_eq!(get(&mut unit, vik, sync.id).await.unwrap(), None);
        assert_eq!(list(&mut unit, fjord).await.unwrap(), [sync, bare]);
        assert!(list(&mut unit, vik).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn secrets_are_added_listed_and_removed_one_by_one() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let sync = a_client(fjord, "Sync", &[]);
        insert(&mut unit, &sync).await.unwrap();
        let secret = |byte: u8, second| ClientSecret {
            hash: [byte; 32],
            hint: format!("s{byte}"),
            created_at: at(second),
            expires_at: at(second + 100),
        };
        for new in [secret(9, 1), secret(3, 2)] {
            add_secret(
                &mut unit,
                fjord,
                sync.id,
                new.hash,
                &new.hint,
                new.created_at,
                new.expires_at,
            )
            .await
            .unwrap();
        }
        assert_eq!(
            secrets(&mut unit, fjord, sync.id).await.unwrap(),
            [secret(9, 1), secret(3, 2)]
        );
        assert!(secrets(&mut unit, vik, sync.id).await.unwrap().is_empty());
        assert!(!remove_secret(&mut unit, vik, sync.id, [9; 32]).await.unwrap());
        assert!(remove_secret(&mut unit, fjord, sync.id, [9; 32]).await.unwrap());
        assert!(!remove_secret(&mut unit, fjord, sync.id, [9; 32]).await.unwrap());
        assert_eq!(secrets(&mut unit, fjord, sync.id).await.unwrap(), [secret(3, 2)]);
        assert!(matches!(
            add_secret(&mut unit, vik, sync.id, [1; 32], "s", at(1), at(2)).await,
            Err(Error::ForeignKey { .. })
        ));
    })
    .await;
}

#[test]
fn a_secrets_hash_is_not_shown() {
    let secret = ClientSecret {
        hash: [231; 32],
        hint: "abc".to_owned(),
        created_at: at(0),
        expires_at: at(1),
    };
    let shown = format!("{secret:?}");
    assert!(shown.contains("abc") && !shown.contains("231"), "{shown}");
}
