//! The check finds each violation that is planted, and nothing in what is sound.

use aktiver_domain::calendar::Term;
use aktiver_domain::ids::ChargeId;
use aktiver_domain::redemption::Batch;
use aktiver_domain::subscription::{Standing, Subscription};
use aktiver_storage::engine::{Database, Param};
use aktiver_storage::job::{self, Job, JobKind};
use aktiver_storage::key::{self, Redemption};
use aktiver_storage::payment::{self, MethodKind, PaymentMethod};
use aktiver_storage::{assignment, audit, invariants, params, pool, subscription};

use crate::fixture::{at, id};
use crate::house::{House, assert_sound, direct, house, plant, violations};
use crate::support::each_migrated;

/// A house with two seats taken of three, one paid by card, one key redeemed, one job waiting.
struct Lived {
    house: House,
    bought: Subscription,
    batch: Batch,
    method: PaymentMethod,
}

async fn lived(db: &Database) -> Lived {
    let mut s = db.begin().await.unwrap();
    let house = house(&mut s, "fjord", 3).await;
    let org = house.organization;
    let method = PaymentMethod {
        organization: org,
        id: id(),
        kind: MethodKind::Stripe,
        label: "Card".to_owned(),
        brand: None,
        last_four: None,
        expiry: None,
        holder: None,
        country: "NO".to_owned(),
        reference: "pm_1".to_owned(),
        added_by: None,
        created_at: at(0),
        deleted_at: None,
    };
    payment::insert_method(&mut s, &method).await.unwrap();
    let bought = Subscription {
        payment_method: Some(method.id),
        ..house.bought(3)
    };
    house.store(&mut s, &bought).await;
    house.assign(&mut s, house.users[0]).await;
    house.assign(&mut s, house.users[1]).await;
    let batch = Batch {
        id: id(),
        epoch: 0,
        first_number: 0,
        count: 10,
        product: house.product,
        quantity: 1,
        term: Term::Month,
        country: None,
        redeem_by: None,
        label: String::new(),
        created_at: at(0),
        revoked_at: None,
    };
    key::insert_batch(&mut s, &batch).await.unwrap();
    let redemption = Redemption {
        epoch: 0,
        number: 4,
        batch: batch.id,
        organization: org,
        order: id(),
        subscription: bought.id,
        last_five: "ABCDE".to_owned(),
        actor: "usr_1".to_owned(),
        at: at(1),
    };
    key::insert_redemption(&mut s, &redemption).await.unwrap();
    let job = Job {
        organization: org,
        id: id(),
        kind: JobKind::Settle,
        subject: bought.id.uuid(),
        payload: "{}".to_owned(),
        at: at(50),
        attempts: 0,
        last_error: None,
    };
    job::put(&mut s, &job).await.unwrap();
    audit::seal(&mut s, org, 99).await.unwrap();
    s.commit().await.unwrap();
    assert_sound(db).await;
    Lived {
        house,
        bought,
        batch,
        method,
    }
}

/// Plants a violation by one statement, whose parameters come from what lived, and expects one sentence that begins so.
async fn finds(sentence: &str, sql: &str, params: impl Fn(&Lived) -> Vec<Param>) {
    each_migrated(async |db| {
        let lived = lived(&db).await;
        assert!(plant(&db, sql, params(&lived)).await > 0, "{sql}");
        let found = violations(&db).await;
        assert!(!found.is_empty(), "not found: {sql}");
        assert!(found.iter().all(|one| one.starts_with(sentence)), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn inv_1_a_pool_that_counts_wrongly_is_found() {
    let sql = "update pool set consumed = consumed + 1 where organization_id = $1";
    finds("INV-1", sql, |lived| params![lived.house.organization]).await;
    let sql = "update assignment set state = 'Error' where organization_id = $1 and user_id = $2";
    finds("INV-1", sql, |lived| {
        params![lived.house.organization, lived.house.users[0]]
    })
    .await;
    let sql = "delete from pool where organization_id = $1";
    finds("INV-1", sql, |lived| params![lived.house.organization]).await;
}

#[tokio::test]
async fn inv_2_more_assigned_than_there_ever_was_is_found_but_a_smaller_renewal_is_none() {
    each_migrated(async |db| {
        let lived = lived(&db).await;
        let (org, product) = (lived.house.organization, lived.house.product);
        let mut s = db.begin().await.unwrap();
        let fewer = Subscription {
            quantity: 1,
            ..lived.bought.clone()
        };
        subscription::update(&mut s, &fewer).await.unwrap();
        s.commit().await.unwrap();
        assert_sound(&db).await;
        let mut s = db.begin().await.unwrap();
        for extra in 0..2 {
            let user = crate::fixture::user(&mut s, org, &format!("extra{extra}@fjord.example")).await;
            assignment::put(&mut s, org, user, &direct(product)).await.unwrap();
            pool::add_consumed(&mut s, org, product, 1).await.unwrap();
        }
        s.commit().await.unwrap();
        let found = violations(&db).await;
        assert!(found.len() == 1 && found[0].starts_with("INV-2"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn inv_3_stored_instants_that_do_not_follow_from_the_facts_are_found() {
    let sql = "update subscription set deletes = starts where organization_id = $1";
    finds("INV-3", sql, |lived| params![lived.house.organization]).await;
    let sql = "update subscription set period_end = period_end + 1 where organization_id = $1";
    finds("INV-3", sql, |lived| params![lived.house.organization]).await;
}

#[tokio::test]
async fn inv_4_a_subscription_that_comes_back_from_deleted_is_found() {
    each_migrated(async |db| {
        let lived = lived(&db).await;
        let house = &lived.house;
        let mut s = db.begin().await.unwrap();
        let told = house.record(
            lived.bought.id.uuid(),
            "subscription.delete",
            at(20),
            Some(r#"{"phase":"deleted"}"#),
        );
        audit::insert(&mut s, &told).await.unwrap();
        let gone = Subscription {
            standing: Standing::Deleted { at: at(20) },
            ..lived.bought.clone()
        };
        subscription::update(&mut s, &gone).await.unwrap();
        s.commit().await.unwrap();
        assert_sound(&db).await;
        let mut s = db.begin().await.unwrap();
        let back = Subscription {
            version: 1,
            ..lived.bought.clone()
        };
        subscription::update(&mut s, &back).await.unwrap();
        s.commit().await.unwrap();
        let found = violations(&db).await;
        assert!(found.len() == 1 && found[0].starts_with("INV-4"), "{found:?}");

        // Deleted again, the log still tells.
        let mut s = db.begin().await.unwrap();
        let told = house.record(
            lived.bought.id.uuid(),
            "subscription.reactivate",
            at(30),
            Some(r#"{"standing":"running"}"#),
        );
        audit::insert(&mut s, &told).await.unwrap();
        subscription::update(&mut s, &Subscription { version: 2, ..gone })
            .await
            .unwrap();
        s.commit().await.unwrap();
        let found = violations(&db).await;
        assert!(found.len() == 1 && found[0].starts_with("INV-4"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn inv_6_a_redemption_that_belongs_nowhere_is_found() {
    let nowhere: ChargeId = id();
    let sql = "update redemption set subscription_id = $2 where organization_id = $1";
    finds("INV-6", sql, |lived| params![lived.house.organization, nowhere]).await;
    let sql = "update redemption set number = 10 where organization_id = $1";
    finds("INV-6", sql, |lived| params![lived.house.organization]).await;
    let sql = "insert into redemption (epoch, number, batch_id, organization_id, order_id, subscription_id, last_five, actor, at) \
               select epoch, 5, batch_id, $2, order_id, subscription_id, last_five, actor, at from redemption where organization_id = $1";
    finds("INV-6", sql, |lived| params![lived.house.organization, nowhere]).await;
}

#[tokio::test]
async fn inv_7_a_subscription_paid_with_a_deleted_method_is_found() {
    each_migrated(async |db| {
        let lived = lived(&db).await;
        let org = lived.house.organization;
        let mut s = db.begin().await.unwrap();
        payment::delete_method(&mut s, org, lived.method.id, at(9))
            .await
            .unwrap();
        s.commit().await.unwrap();
        let found = violations(&db).await;
        assert!(found.len() == 1 && found[0].starts_with("INV-7"), "{found:?}");
        let mut s = db.begin().await.unwrap();
        let gone = Subscription {
            standing: Standing::Deleted { at: at(20) },
            ..lived.bought
        };
        subscription::update(&mut s, &gone).await.unwrap();
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn inv_8_a_disabled_plan_of_another_product_is_found() {
    let nowhere: ChargeId = id();
    let text = format!("[\"{nowhere}\"]");
    let sql = "update assignment set disabled_plans = $2 where organization_id = $1";
    finds("INV-8", sql, |lived| params![lived.house.organization, &text]).await;
}

#[tokio::test]
async fn inv_12_a_subscription_that_no_record_tells_of_is_found() {
    let sql = "delete from audit where organization_id = $1";
    finds("INV-12", sql, |lived| params![lived.house.organization]).await;
}

#[tokio::test]
async fn work_that_nobody_would_look_for_is_found() {
    let sql = "delete from due where organization_id = $1";
    finds("jobs", sql, |lived| params![lived.house.organization]).await;
    let sql = "update due set at = at + 1 where organization_id = $1";
    finds("jobs", sql, |lived| params![lived.house.organization]).await;
}

#[tokio::test]
async fn batches_that_share_numbers_are_found() {
    each_migrated(async |db| {
        let lived = lived(&db).await;
        let mut s = db.begin().await.unwrap();
        let next = Batch {
            id: id(),
            first_number: 10,
            ..lived.batch.clone()
        };
        key::insert_batch(&mut s, &next).await.unwrap();
        s.commit().await.unwrap();
        assert_sound(&db).await;
        let sql = "update key_batch set first_number = 9 where id = $1";
        plant(&db, sql, params![next.id]).await;
        let found = violations(&db).await;
        assert!(found.len() == 1 && found[0].starts_with("keys"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn one_organization_can_be_checked_by_itself() {
    each_migrated(async |db| {
        let lived = lived(&db).await;
        let mut s = db.begin().await.unwrap();
        let other = house(&mut s, "vik", 0).await.organization;
        s.commit().await.unwrap();
        plant(
            &db,
            "update pool set consumed = 3 where organization_id = $1",
            params![lived.house.organization],
        )
        .await;
        let mut s = db.read().await.unwrap();
        let present = |_: &aktiver_storage::organization::Organization| at(100);
        assert!(
            invariants::check(&mut s, Some(other), &present)
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            invariants::check(&mut s, Some(lived.house.organization), &present)
                .await
                .unwrap()
                .len(),
            1
        );
    })
    .await;
}
