//! Groups.

use aktiver_storage::engine::{Database, Error};
use aktiver_storage::group::{Group, add_member, insert, list};

use crate::fixture::{at, id, organization, user};
use crate::support::each_migrated;

#[tokio::test]
async fn groups_are_listed_per_organization_oldest_first() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let (sales, crew) = (id(), id());
        insert(&mut unit, fjord, sales, "Sales", at(1)).await.unwrap();
        insert(&mut unit, fjord, crew, "Crew", at(2)).await.unwrap();
        let group = |id, name: &str| Group {
            id,
            display_name: name.to_owned(),
        };
        assert_eq!(
            list(&mut unit, fjord).await.unwrap(),
            [group(sales, "Sales"), group(crew, "Crew")]
        );
        assert!(list(&mut unit, vik).await.unwrap().is_empty());
        let taken = insert(&mut unit, fjord, crew, "Other", at(3)).await.unwrap_err();
        assert!(taken.is_unique("group_pk"), "{taken}");
    })
    .await;
}

#[tokio::test]
async fn a_member_is_a_user_of_the_groups_organization() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let (kai, stranger) = (
            user(&mut unit, fjord, "kai@fjord.example").await,
            user(&mut unit, vik, "vik@vik.example").await,
        );
        let crew = id();
        insert(&mut unit, fjord, crew, "Crew", at(1)).await.unwrap();
        assert!(add_member(&mut unit, fjord, crew, kai).await.unwrap());
        assert!(!add_member(&mut unit, fjord, crew, kai).await.unwrap());
        unit.commit().await.unwrap();

        for (organization, group, user) in [(fjord, crew, stranger), (vik, crew, stranger), (fjord, id(), kai)] {
            let mut unit = db.begin().await.unwrap();
            assert!(matches!(
                add_member(&mut unit, organization, group, user).await,
                Err(Error::ForeignKey { .. })
            ));
        }
    })
    .await;
}
