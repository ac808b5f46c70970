//! Events that wait for their delivery.

use aktiver_domain::ids::EventId;
use aktiver_storage::outbox::{self, OutboxEvent};

use crate::fixture::{at, id};
use crate::house::{assert_sound, house};
use crate::support::each_migrated;

#[tokio::test]
async fn events_wait_in_order_until_they_are_delivered_once() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 0).await;
        let there = house(&mut s, "vik", 0).await.organization;
        let (org, subject) = (here.organization, here.product.uuid());
        let ids: [EventId; 3] = [id(), id(), id()];
        for (event, second) in ids.iter().zip([1, 1, 0]) {
            outbox::insert(
                &mut s,
                org,
                *event,
                subject,
                "subscription.expired",
                r#"{"a":1}"#.to_owned(),
                at(second),
            )
            .await
            .unwrap();
        }
        let waiting = outbox::waiting(&mut s, org, 2).await.unwrap();
        assert_eq!(
            waiting[0],
            OutboxEvent {
                id: ids[2],
                subject,
                kind: "subscription.expired".to_owned(),
                payload: r#"{"a":1}"#.to_owned(),
                at: at(0),
            }
        );
        assert_eq!(
            waiting.iter().map(|event| event.id).collect::<Vec<_>>(),
            [ids[2], ids[0]],
            "what happened first"
        );
        assert!(outbox::waiting(&mut s, there, 9).await.unwrap().is_empty());
        assert_eq!(outbox::organizations_waiting(&mut s, 9).await.unwrap(), [org]);
        assert!(!outbox::mark_delivered(&mut s, there, ids[0], at(9)).await.unwrap());
        for event in ids {
            assert!(outbox::mark_delivered(&mut s, org, event, at(9)).await.unwrap());
            assert!(!outbox::mark_delivered(&mut s, org, event, at(10)).await.unwrap());
        }
        assert!(outbox::waiting(&mut s, org, 9).await.unwrap().is_empty());
        assert!(outbox::organizations_waiting(&mut s, 9).await.unwrap().is_empty());
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}
