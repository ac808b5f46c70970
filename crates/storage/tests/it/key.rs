//! Batches, numbers, withdrawn ranges, redemptions, guesses.

use std::sync::Arc;

use aktiver_domain::calendar::Term;
use aktiver_domain::ids::ProductId;
use aktiver_domain::redemption::Batch;
use aktiver_storage::engine::{Database, Error};
use aktiver_storage::key::{self, Redemption};
use futures::future::join_all;
use jiff::SignedDuration;
use tokio::sync::Barrier;

use crate::fixture::{at, id};
use crate::house::{House, assert_sound, house};
use crate::support::each_migrated;

const LAST: u64 = (1 << 44) - 1;

fn a_batch(product: ProductId, first_number: u64, count: u64) -> Batch {
    Batch {
        id: id(),
        epoch: 3,
        first_number,
        count,
        product,
        quantity: 5,
        term: Term::Year,
        country: None,
        redeem_by: None,
        label: "Spring".to_owned(),
        created_at: at(1),
        revoked_at: None,
    }
}

fn a_redemption(house: &House, batch: &Batch, number: u64) -> Redemption {
    Redemption {
        epoch: 3,
        number,
        batch: batch.id,
        organization: house.organization,
        order: id(),
        subscription: id(),
        last_five: "ABCDE".to_owned(),
        actor: "usr_1".to_owned(),
        at: at(9),
    }
}

#[tokio::test]
async fn batches_come_back_and_hold_their_numbers() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let house = house(&mut s, "fjord", 0).await;
        key::insert_secret(&mut s, 3, &[1, 2, 3], at(0)).await.unwrap();
        key::insert_secret(&mut s, 31, &[4], at(0)).await.unwrap();
        assert_eq!(key::secrets(&mut s).await.unwrap(), [(3, vec![1, 2, 3]), (31, vec![4])]);
        assert_eq!(key::reserve_numbers(&mut s, 3, 100).await.unwrap(), 0);
        assert_eq!(key::reserve_numbers(&mut s, 3, 50).await.unwrap(), 100);
        assert_eq!(
            key::reserve_numbers(&mut s, 31, 7).await.unwrap(),
            0,
            "each epoch counts by itself"
        );
        let first = a_batch(house.product, 0, 100);
        let second = Batch {
            country: Some("NO".to_owned()),
            redeem_by: Some(at(99)),
            created_at: at(2),
            ..a_batch(house.product, 100, 50)
        };
        for batch in [&first, &second] {
            key::insert_batch(&mut s, batch).await.unwrap();
        }
        assert_eq!(key::batches(&mut s, 9).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(key::batches(&mut s, 1).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(key::batch(&mut s, first.id).await.unwrap(), Some(first.clone()));
        for (number, expected) in [
            (0, Some(&first)),
            (99, Some(&first)),
            (100, Some(&second)),
            (149, Some(&second)),
            (150, None),
        ] {
            assert_eq!(
                key::batch_of(&mut s, 3, number).await.unwrap().as_ref(),
                expected,
                "{number}"
            );
        }
        assert_eq!(key::batch_of(&mut s, 31, 0).await.unwrap(), None);

        assert!(key::revoke_batch(&mut s, first.id, at(5)).await.unwrap());
        assert!(!key::revoke_batch(&mut s, first.id, at(6)).await.unwrap());
        assert_eq!(
            key::batch(&mut s, first.id).await.unwrap().unwrap().revoked_at,
            Some(at(5))
        );
        s.commit().await.unwrap();
        assert_sound(&db).await;
        let mut s = db.begin().await.unwrap();
        let same = key::insert_batch(&mut s, &a_batch(house.product, 100, 1)).await;
        assert!(same.unwrap_err().is_unique("key_batch_range_unique"));
    })
    .await;
}

#[tokio::test]
async fn withdrawn_ranges_hold_both_ends_and_grow_but_never_shrink() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        key::revoke_range(&mut s, 3, 10, 20, at(1), "stolen").await.unwrap();
        key::revoke_range(&mut s, 3, 15, 15, at(1), "lost").await.unwrap();
        key::revoke_range(&mut s, 3, 10, 12, at(2), "again").await.unwrap();
        for (number, revoked) in [(9, false), (10, true), (15, true), (20, true), (21, false)] {
            assert_eq!(key::is_revoked(&mut s, 3, number).await.unwrap(), revoked, "{number}");
        }
        assert!(!key::is_revoked(&mut s, 4, 15).await.unwrap());
        key::revoke_range(&mut s, 3, 10, 21, at(3), "more").await.unwrap();
        assert!(key::is_revoked(&mut s, 3, 21).await.unwrap());
        let backwards = key::revoke_range(&mut s, 3, 40, 39, at(1), "slip").await;
        assert!(
            matches!(&backwards, Err(Error::Check { constraint }) if constraint == "key_revocation_range"),
            "{backwards:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn numbers_end_at_2_to_the_44() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        key::insert_secret(&mut s, 3, &[1], at(0)).await.unwrap();
        assert!(matches!(
            key::reserve_numbers(&mut s, 4, 1).await,
            Err(Error::NotFound { .. })
        ));
        assert!(matches!(
            key::reserve_numbers(&mut s, 3, LAST + 2).await,
            Err(Error::Exhausted { .. })
        ));
        assert!(matches!(
            key::reserve_numbers(&mut s, 3, u64::MAX).await,
            Err(Error::Exhausted { .. })
        ));
        assert_eq!(key::reserve_numbers(&mut s, 3, LAST).await.unwrap(), 0);
        assert!(matches!(
            key::reserve_numbers(&mut s, 3, 2).await,
            Err(Error::Exhausted { .. })
        ));
        assert_eq!(key::reserve_numbers(&mut s, 3, 1).await.unwrap(), LAST);
        assert!(matches!(
            key::reserve_numbers(&mut s, 3, 1).await,
            Err(Error::Exhausted { .. })
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_who_reserve_numbers_at_once_never_share_one() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let house = Arc::new(house(&mut s, "fjord", 0).await);
        key::insert_secret(&mut s, 3, &[1], at(0)).await.unwrap();
        s.commit().await.unwrap();
        let start = Arc::new(Barrier::new(32));
        let tasks = (1..=32_u64).map(|task| {
            let (db, house, start) = (db.clone(), Arc::clone(&house), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut s = db.begin().await.unwrap();
                let first = key::reserve_numbers(&mut s, 3, task * 10).await.unwrap();
                key::insert_batch(&mut s, &a_batch(house.product, first, task * 10))
                    .await
                    .unwrap();
                // Numbers of a unit that is undone are given out again: nobody has seen them.
                if task % 8 == 0 {
                    s.rollback().await.unwrap();
                } else {
                    s.commit().await.unwrap();
                }
            })
        });
        for task in join_all(tasks).await {
            task.unwrap();
        }
        assert_sound(&db).await;
        let mut s = db.read().await.unwrap();
        let batches = key::batches(&mut s, 99).await.unwrap();
        assert_eq!(batches.len(), 28);
        let given: u64 = batches.iter().map(|batch| batch.count).sum();
        let end = batches
            .iter()
            .map(|batch| batch.first_number + batch.count)
            .max()
            .unwrap();
        assert_eq!(given, end, "without a gap");
    })
    .await;
}

#[tokio::test]
async fn redemptions_come_back_by_key_organization_and_batch() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 0).await;
        let there = house(&mut s, "vik", 0).await.organization;
        let bought = here.subscribe(&mut s, 1).await;
        let batch = a_batch(here.product, 0, 10);
        key::insert_batch(&mut s, &batch).await.unwrap();
        let order = id();
        let mut made = Vec::new();
        for number in [7, 4] {
            let one = Redemption {
                subscription: bought.id,
                order,
                ..a_redemption(&here, &batch, number)
            };
            key::insert_redemption(&mut s, &one).await.unwrap();
            made.push(one);
        }
        assert_eq!(key::redemption(&mut s, 3, 7).await.unwrap().as_ref(), Some(&made[0]));
        assert_eq!(key::redemption(&mut s, 3, 8).await.unwrap(), None);
        assert_eq!(key::redemption(&mut s, 4, 7).await.unwrap(), None);
        made.reverse();
        assert_eq!(key::redemptions(&mut s, here.organization).await.unwrap(), made);
        assert!(key::redemptions(&mut s, there).await.unwrap().is_empty());
        assert_eq!(key::redeemed_in_batch(&mut s, batch.id).await.unwrap(), 2);
        assert_eq!(key::redeemed_in_batch(&mut s, id()).await.unwrap(), 0);
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_6_sixty_four_who_redeem_one_key_at_once_redeem_it_once() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let house = Arc::new(house(&mut s, "fjord", 0).await);
        let bought = house.subscribe(&mut s, 1).await;
        let batch = Arc::new(a_batch(house.product, 0, 10));
        key::insert_batch(&mut s, &batch).await.unwrap();
        s.commit().await.unwrap();
        let start = Arc::new(Barrier::new(64));
        let tasks = (0..64).map(|_| {
            let (db, house, batch, start) = (db.clone(), Arc::clone(&house), Arc::clone(&batch), Arc::clone(&start));
            let one = Redemption {
                subscription: bought.id,
                ..a_redemption(&house, &batch, 5)
            };
            tokio::spawn(async move {
                start.wait().await;
                let mut s = db.begin().await.unwrap();
                match key::insert_redemption(&mut s, &one).await {
                    Ok(()) => {
                        s.commit().await.unwrap();
                        true
                    }
                    Err(error) => {
                        assert!(error.is_unique("redemption_pk"), "{error}");
                        false
                    }
                }
            })
        });
        let redeemed = join_all(tasks)
            .await
            .into_iter()
            .filter(|done| *done.as_ref().unwrap())
            .count();
        assert_eq!(redeemed, 1);
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn guesses_are_counted_per_scope_and_window() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let window = SignedDuration::from_secs(60);
        assert_eq!(key::guesses(&mut s, "org_1").await.unwrap(), None);
        for (second, expected) in [(0, 1), (10, 2), (59, 3)] {
            assert_eq!(
                key::count_guess(&mut s, "org_1", at(second), window).await.unwrap(),
                expected
            );
        }
        assert_eq!(key::count_guess(&mut s, "usr_1", at(59), window).await.unwrap(), 1);
        assert_eq!(key::guesses(&mut s, "org_1").await.unwrap(), Some((at(0), 3)));
        assert_eq!(
            key::count_guess(&mut s, "org_1", at(60), window).await.unwrap(),
            1,
            "a new window"
        );
        assert_eq!(key::guesses(&mut s, "org_1").await.unwrap(), Some((at(60), 1)));
    })
    .await;
}
