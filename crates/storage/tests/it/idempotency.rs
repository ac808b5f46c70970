//! The same request again gets the same answer.

use aktiver_storage::idempotency::{self, Stored};

use crate::fixture::at;
use crate::house::house;
use crate::support::each_migrated;

#[tokio::test]
async fn an_answer_is_kept_per_organization_actor_and_key() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        let there = house(&mut s, "vik", 0).await.organization;
        let stored = Stored {
            request_hash: [9; 32],
            status: 201,
            response: r#"{"id":1}"#.to_owned(),
        };
        idempotency::insert(&mut s, org, "usr_1", "k", [9; 32], 201, &stored.response, at(1))
            .await
            .unwrap();
        idempotency::insert(&mut s, org, "usr_2", "k", [8; 32], 200, "{}", at(2))
            .await
            .unwrap();
        assert_eq!(idempotency::get(&mut s, org, "usr_1", "k").await.unwrap(), Some(stored));
        assert_eq!(idempotency::get(&mut s, org, "usr_1", "other").await.unwrap(), None);
        assert_eq!(idempotency::get(&mut s, there, "usr_1", "k").await.unwrap(), None);
        assert_eq!(idempotency::purge(&mut s, at(2)).await.unwrap(), 1);
        assert_eq!(idempotency::get(&mut s, org, "usr_1", "k").await.unwrap(), None);
        let twice = idempotency::insert(&mut s, org, "usr_2", "k", [8; 32], 200, "{}", at(3)).await;
        assert!(twice.unwrap_err().is_unique("idempotency_pk"));
    })
    .await;
}
