//! Operators and their tokens.

use aktiver_storage::engine::{Database, Error};
use aktiver_storage::operator::{Operator, by_name, count, get, insert, insert_token, token};
use aktiver_storage::user::PasswordHash;

use crate::fixture::{at, id};
use crate::support::each_migrated;

fn an_operator(name: &str) -> Operator {
    Operator {
        id: id(),
        name: name.to_owned(),
        password_hash: PasswordHash("$argon2id$secret".to_owned()),
        created_at: at(1),
    }
}

#[tokio::test]
async fn an_operator_is_found_by_name_in_whatever_case() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        assert_eq!(count(&mut unit).await.unwrap(), 0);
        let new = an_operator("Åse");
        let stored = Operator {
            name: "åse".to_owned(),
            ..new.clone()
        };
        insert(&mut unit, &new).await.unwrap();
        insert(&mut unit, &an_operator("kai")).await.unwrap();
        unit.commit().await.unwrap();

        let mut s = db.read().await.unwrap();
        assert_eq!(count(&mut s).await.unwrap(), 2);
        assert_eq!(by_name(&mut s, "ÅSE").await.unwrap(), Some(stored.clone()));
        assert_eq!(by_name(&mut s, "ase").await.unwrap(), None);
        assert_eq!(get(&mut s, new.id).await.unwrap(), Some(stored));
        assert_eq!(get(&mut s, id()).await.unwrap(), None);
        drop(s);

        let mut unit = db.begin().await.unwrap();
        let taken = insert(&mut unit, &an_operator("ÅSE")).await.unwrap_err();
        assert!(taken.is_unique("operator_name_unique"), "{taken}");
    })
    .await;
}

#[tokio::test]
async fn a_token_names_its_operator_and_its_end() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let kai = an_operator("kai");
        insert(&mut unit, &kai).await.unwrap();
        insert_token(&mut unit, kai.id, [1; 32], at(1), at(2)).await.unwrap();
        assert_eq!(token(&mut unit, [1; 32]).await.unwrap(), Some((kai, at(2))));
        assert_eq!(token(&mut unit, [2; 32]).await.unwrap(), None);
        assert!(matches!(
            insert_token(&mut unit, id(), [3; 32], at(1), at(2)).await,
            Err(Error::ForeignKey { .. })
        ));
    })
    .await;
}

#[test]
fn an_operators_hash_is_not_shown() {
    let shown = format!("{:?}", an_operator("kai"));
    assert!(shown.contains("kai") && !shown.contains("secret"), "{shown}");
}
