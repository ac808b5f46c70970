//! The server's own: settings and signing keys.

use aktiver_storage::engine::Database;
use aktiver_storage::{setting, signing};

use crate::fixture::at;
use crate::support::each_migrated;

#[tokio::test]
async fn the_last_value_of_a_setting_counts() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        assert_eq!(setting::get(&mut unit, "seller").await.unwrap(), None);
        setting::put(&mut unit, "seller", "Fjord AS").await.unwrap();
        setting::put(&mut unit, "seller", "Vik's").await.unwrap();
        setting::put(&mut unit, "other", "").await.unwrap();
        assert_eq!(
            setting::get(&mut unit, "seller").await.unwrap().as_deref(),
            Some("Vik's")
        );
        assert_eq!(setting::get(&mut unit, "other").await.unwrap().as_deref(), Some(""));
    })
    .await;
}

#[tokio::test]
async fn signing_keys_are_listed_oldest_first_and_retired_once() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        signing::insert_key(&mut unit, "b", &[1, 2, 3], at(1)).await.unwrap();
        signing::insert_key(&mut unit, "a", &[4], at(2)).await.unwrap();
        assert!(signing::retire_key(&mut unit, "b", at(3)).await.unwrap());
        assert!(!signing::retire_key(&mut unit, "b", at(4)).await.unwrap());
        assert!(!signing::retire_key(&mut unit, "c", at(4)).await.unwrap());
        assert_eq!(
            signing::keys(&mut unit).await.unwrap(),
            [
                ("b".to_owned(), vec![1, 2, 3], at(1), Some(at(3))),
                ("a".to_owned(), vec![4], at(2), None),
            ]
        );
        let taken = signing::insert_key(&mut unit, "a", &[5], at(3)).await.unwrap_err();
        assert!(taken.is_unique("signing_key_pk"), "{taken}");
    })
    .await;
}
