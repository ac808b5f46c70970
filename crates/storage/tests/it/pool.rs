//! The guard: nobody gets a unit that is not there, under any concurrency.

use std::sync::Arc;

use aktiver_domain::ids::ProductId;
use aktiver_domain::licensing::Pool;
use aktiver_storage::engine::{Database, Error, Session};
use aktiver_storage::{assignment, pool, subscription};
use futures::future::join_all;
use tokio::sync::Barrier;

use crate::fixture::{at, id};
use crate::house::{House, assert_sound, direct, house, until_someone_waits};
use crate::support::each_migrated;

#[tokio::test]
async fn rows_are_made_when_they_are_first_locked_and_come_in_id_order() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 0).await;
        let (one, two, three): (ProductId, ProductId, ProductId) = (id(), id(), id());
        let org = here.organization;
        assert_eq!(
            pool::lock(&mut s, org, &[two, one, two]).await.unwrap(),
            [(one, 0), (two, 0)]
        );
        pool::add_consumed(&mut s, org, two, 5).await.unwrap();
        pool::add_consumed(&mut s, org, two, -2).await.unwrap();
        let locked = pool::lock(&mut s, org, &[three, two, one]).await.unwrap();
        assert_eq!(locked, [(one, 0), (two, 3), (three, 0)]);
        assert!(pool::lock(&mut s, org, &[]).await.unwrap().is_empty());
        let other = house(&mut s, "vik", 0).await.organization;
        assert_eq!(
            pool::lock(&mut s, other, &[two]).await.unwrap(),
            [(two, 0)],
            "each organization has its own"
        );
        assert_eq!(
            pool::consumed(&mut s, org).await.unwrap(),
            [(one, 0), (two, 3), (three, 0)].into()
        );
        assert_eq!(
            pool::consumed_of(&mut s, org, &[two, id()]).await.unwrap(),
            [(two, 3)].into()
        );
        assert!(matches!(
            pool::add_consumed(&mut s, org, id(), 1).await,
            Err(Error::NotFound { .. })
        ));
        let below = pool::add_consumed(&mut s, org, one, -1).await;
        assert!(
            matches!(&below, Err(Error::Check { constraint }) if constraint == "pool_consumed"),
            "{below:?}"
        );
        drop(s);
        let mut reader = db.read().await.unwrap();
        assert!(matches!(
            pool::lock(&mut reader, org, &[one]).await,
            Err(Error::ReadOnly { .. })
        ));
    })
    .await;
}

/// Takes a unit if one is free, as a service does.
async fn take(s: &mut Session, house: &House, user: usize) -> bool {
    let (org, product) = (house.organization, house.product);
    let consumed = pool::lock(s, org, &[product]).await.unwrap()[0].1;
    let subscriptions = subscription::of_product(s, org, product).await.unwrap();
    if Pool::of(product, consumed, &subscriptions, at(50)).free() == 0 {
        return false;
    }
    assignment::put(s, org, house.users[user], &direct(product))
        .await
        .unwrap();
    pool::add_consumed(s, org, product, 1).await.unwrap();
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_2_sixty_four_who_want_ten_seats_get_exactly_ten() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let house = Arc::new(house(&mut s, "fjord", 64).await);
        house.subscribe(&mut s, 10).await;
        s.commit().await.unwrap();
        let start = Arc::new(Barrier::new(64));
        let tasks = (0..64).map(|user| {
            let (db, house, start) = (db.clone(), Arc::clone(&house), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut s = db.begin().await.unwrap();
                let got = take(&mut s, &house, user).await;
                if got {
                    s.commit().await.unwrap();
                } else {
                    s.rollback().await.unwrap();
                }
                got
            })
        });
        let got = join_all(tasks)
            .await
            .into_iter()
            .filter(|got| *got.as_ref().unwrap())
            .count();
        assert_eq!(got, 10);
        let mut s = db.read().await.unwrap();
        assert_eq!(
            pool::consumed(&mut s, house.organization).await.unwrap(),
            [(house.product, 10)].into()
        );
        drop(s);
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_2_a_quantity_that_shrinks_meanwhile_is_seen_by_whoever_waited() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let house = Arc::new(house(&mut s, "fjord", 1).await);
        let bought = house.subscribe(&mut s, 1).await;
        s.commit().await.unwrap();
        let mut s = db.begin().await.unwrap();
        pool::lock(&mut s, house.organization, &[house.product]).await.unwrap();
        let waiting = tokio::spawn({
            let (db, house) = (db.clone(), Arc::clone(&house));
            async move {
                let mut s = db.begin().await.unwrap();
                take(&mut s, &house, 0).await
            }
        });
        until_someone_waits(&db).await;
        let fewer = aktiver_domain::subscription::Subscription { quantity: 0, ..bought };
        subscription::update(&mut s, &fewer).await.unwrap();
        s.commit().await.unwrap();
        assert!(!waiting.await.unwrap());
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_locks_of_overlapping_products_never_wait_in_a_circle() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let organization = house(&mut s, "fjord", 0).await.organization;
        s.commit().await.unwrap();
        for _round in 0..4 {
            let products: Vec<ProductId> = (0..6).map(|_| id()).collect();
            let tasks = (0..32_usize).map(|task| {
                let db = db.clone();
                // Overlapping windows, half of them backwards.
                let mut wanted: Vec<ProductId> = (0..3).map(|n| products[(task + n) % 6]).collect();
                if task % 2 == 0 {
                    wanted.reverse();
                }
                tokio::spawn(async move {
                    let mut s = db.begin().await.unwrap();
                    let locked = pool::lock(&mut s, organization, &wanted).await.unwrap();
                    assert_eq!(locked.len(), 3);
                    for product in wanted {
                        pool::add_consumed(&mut s, organization, product, 1).await.unwrap();
                    }
                    s.commit().await.unwrap();
                })
            });
            for task in join_all(tasks).await {
                task.unwrap();
            }
            let mut s = db.read().await.unwrap();
            let consumed = pool::consumed_of(&mut s, organization, &products).await.unwrap();
            assert_eq!(consumed.values().sum::<u32>(), 32 * 3);
        }
    })
    .await;
}
