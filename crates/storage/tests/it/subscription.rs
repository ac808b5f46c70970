//! Subscriptions: every fact comes back, instants are stored, versions guard.

use aktiver_domain::subscription::{Cut, Standing, Subscription};
use aktiver_storage::engine::Error;
use aktiver_storage::{params, subscription};

use crate::fixture::{at, id};
use crate::house::{assert_sound, house, no_method, statement};
use crate::support::each_migrated;

#[tokio::test]
async fn every_fact_of_a_subscription_comes_back() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let house = house(&mut s, "fjord", 0).await;
        let plain = house.subscribe(&mut s, 7).await;
        let full = Subscription {
            hold: Some(at(5)),
            settled_to: at(6),
            purchase_order: Some("PO 1".to_owned()),
            seller: Some("Reseller".to_owned()),
            replaces: Some(plain.id),
            replaced_by: Some(id()),
            parent: Some(plain.id),
            created_at: at(3),
            ..house.bought(u32::MAX)
        };
        house.store(&mut s, &full).await;
        assert_eq!(
            subscription::get(&mut s, house.organization, plain.id).await.unwrap(),
            Some(plain.clone())
        );
        assert_eq!(
            subscription::lock(&mut s, house.organization, full.id).await.unwrap(),
            Some(full.clone())
        );
        for (version, standing) in (0_i64..).zip([
            Standing::Pending,
            Standing::Running,
            Standing::PaymentFailing { since: at(8) },
            Standing::Cut {
                at: at(9),
                why: Cut::Cancelled,
            },
            Standing::Cut {
                at: at(9),
                why: Cut::ByProvider,
            },
            Standing::Cut {
                at: at(9),
                why: Cut::ByPartner,
            },
            Standing::Deleted { at: at(10) },
        ]) {
            let changed = Subscription {
                standing,
                version,
                ..full.clone()
            };
            subscription::update(&mut s, &changed).await.unwrap();
            let stored = subscription::get(&mut s, house.organization, full.id)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(
                stored,
                Subscription {
                    version: version + 1,
                    ..changed
                }
            );
            let row = s
                .fetch_one(
                    statement("select deletes, renews from subscription where organization_id = $1 and id = $2"),
                    params![house.organization, full.id],
                )
                .await
                .unwrap();
            assert_eq!(row.opt_instant("deletes").unwrap(), stored.instants().deletes);
            assert_eq!(row.opt_instant("renews").unwrap(), stored.instants().renews);
        }
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn a_write_on_a_stale_version_changes_nothing() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let house = house(&mut s, "fjord", 0).await;
        let first = house.subscribe(&mut s, 7).await;
        let second = Subscription {
            quantity: 8,
            ..first.clone()
        };
        subscription::update(&mut s, &second).await.unwrap();
        let late = Subscription {
            quantity: 9,
            ..first.clone()
        };
        assert!(matches!(
            subscription::update(&mut s, &late).await,
            Err(Error::Stale {
                what: "the subscription"
            })
        ));
        let unknown = house.bought(1);
        assert!(matches!(
            subscription::update(&mut s, &unknown).await,
            Err(Error::Stale { .. })
        ));
        let stored = subscription::get(&mut s, house.organization, first.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((stored.quantity, stored.version), (8, 1));
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn lists_are_by_organization_and_product_oldest_first() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 0).await;
        let there = house(&mut s, "vik", 0).await;
        let young = Subscription {
            created_at: at(20),
            ..here.bought(1)
        };
        let old = Subscription {
            created_at: at(10),
            payment_method: Some(no_method()),
            ..here.bought(2)
        };
        let gone = Subscription {
            standing: Standing::Deleted { at: at(30) },
            payment_method: old.payment_method,
            ..here.bought(3)
        };
        let foreign = there.bought(4);
        for one in [&young, &old, &gone] {
            here.store(&mut s, one).await;
        }
        there.store(&mut s, &foreign).await;
        let ids = |list: Vec<Subscription>| list.into_iter().map(|s| s.id).collect::<Vec<_>>();
        let (org, product) = (here.organization, here.product);
        assert_eq!(
            ids(subscription::list(&mut s, org).await.unwrap()),
            [gone.id, old.id, young.id]
        );
        assert_eq!(
            ids(subscription::of_product(&mut s, org, product).await.unwrap()),
            [gone.id, old.id, young.id]
        );
        assert_eq!(
            ids(subscription::of_products(&mut s, org, &[there.product, product])
                .await
                .unwrap()),
            [gone.id, old.id, young.id]
        );
        assert!(subscription::of_products(&mut s, org, &[]).await.unwrap().is_empty());
        assert!(
            subscription::of_product(&mut s, org, there.product)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(subscription::get(&mut s, org, foreign.id).await.unwrap().is_none());
        assert!(subscription::lock(&mut s, org, foreign.id).await.unwrap().is_none());
        let method = old.payment_method.unwrap();
        assert_eq!(
            subscription::paid_with(&mut s, org, method).await.unwrap(),
            [old.id],
            "a deleted one pays nothing"
        );
        assert!(
            subscription::paid_with(&mut s, there.organization, method)
                .await
                .unwrap()
                .is_empty()
        );
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = subscription::list_all(&mut s, after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.organization, last.id));
            paged.extend(ids(page));
        }
        let mut all = vec![young.id, old.id, gone.id, foreign.id];
        all.sort_by_key(|one| (*one == foreign.id, *one));
        assert_eq!(paged, all);
        s.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_reader_cannot_lock() {
    each_migrated(async |db| {
        let mut s = db.read().await.unwrap();
        assert!(matches!(
            subscription::lock(&mut s, id(), id()).await,
            Err(Error::ReadOnly { .. })
        ));
    })
    .await;
}
