//! Assignments and the license check.

use std::collections::BTreeSet;

use aktiver_domain::device::{Device, DeviceClass, Platform};
use aktiver_domain::ids::{GroupId, UserId};
use aktiver_domain::licensing::{Assignment, AssignmentError, AssignmentState, Source};
use aktiver_domain::subscription::{Phase, Standing, Subscription};
use aktiver_storage::assignment::{self, DeviceState};
use aktiver_storage::engine::{Database, Engine, Error, Statement};
use aktiver_storage::{all_statements, device, organization, params, pool, user};
use jiff::SignedDuration;

use crate::fixture::{at, id};
use crate::house::{assert_sound, direct, house, statement};
use crate::support::each_migrated;

#[tokio::test]
async fn assignments_come_back_by_user_and_source() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 3).await;
        here.subscribe(&mut s, 9).await;
        let there = house(&mut s, "vik", 1).await;
        let (org, product, user) = (here.organization, here.product, here.users[0]);
        let group: GroupId = id();
        let by_hand = Assignment {
            disabled_plans: BTreeSet::from(here.plans),
            ..direct(product)
        };
        let inherited = Assignment {
            source: Source::Group(group),
            state: AssignmentState::Error,
            error: Some(AssignmentError::CountViolation),
            ..direct(product)
        };
        assignment::put(&mut s, org, user, &by_hand).await.unwrap();
        assignment::put(&mut s, org, user, &inherited).await.unwrap();
        assert_eq!(
            assignment::of_user(&mut s, org, user).await.unwrap(),
            [by_hand.clone(), inherited.clone()]
        );
        assert_eq!(assignment::recount(&mut s, org).await.unwrap(), [(product, 1)].into());

        let inherited = Assignment {
            state: AssignmentState::Active,
            error: None,
            updated_at: at(7),
            ..inherited
        };
        assignment::put(&mut s, org, user, &inherited).await.unwrap();
        assignment::put_for_users(&mut s, org, &[here.users[1], here.users[2], here.users[1]], &by_hand)
            .await
            .unwrap();
        assignment::put_for_users(&mut s, org, &here.users, &direct(product))
            .await
            .unwrap();
        assert_eq!(
            assignment::recount(&mut s, org).await.unwrap(),
            [(product, 3)].into(),
            "a user is one unit"
        );
        let of_users = assignment::of_users(&mut s, org, &here.users[..2]).await.unwrap();
        assert_eq!(of_users[&user], [direct(product), inherited.clone()]);
        assert_eq!(of_users[&here.users[1]], [direct(product)]);

        let mut seen: Vec<(UserId, Source)> = Vec::new();
        let mut after = None;
        loop {
            let page = assignment::holders(&mut s, org, product, after, 1).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.0);
            seen.extend(page.iter().map(|(user, held)| (*user, held.source)));
        }
        let expected = [
            (here.users[0], Source::Direct),
            (here.users[0], Source::Group(group)),
            (here.users[1], Source::Direct),
            (here.users[2], Source::Direct),
        ];
        assert_eq!(seen, expected);

        // Nobody else's.
        assert!(
            assignment::of_user(&mut s, there.organization, user)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            assignment::of_users(&mut s, there.organization, &here.users)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            assignment::holders(&mut s, there.organization, product, None, 9)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            assignment::recount(&mut s, there.organization)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            !assignment::remove(&mut s, there.organization, user, product, Source::Direct)
                .await
                .unwrap()
        );
        assert_eq!(
            assignment::remove_of_product(&mut s, there.organization, product)
                .await
                .unwrap(),
            0
        );

        assert!(
            assignment::remove(&mut s, org, user, product, Source::Direct)
                .await
                .unwrap()
        );
        assert!(
            !assignment::remove(&mut s, org, user, product, Source::Direct)
                .await
                .unwrap()
        );
        assert_eq!(assignment::of_user(&mut s, org, user).await.unwrap(), [inherited]);
        assert_eq!(
            assignment::remove_for_users(&mut s, org, &here.users, product, Source::Direct)
                .await
                .unwrap(),
            2
        );
        assignment::put_for_users(&mut s, org, &here.users[1..], &direct(product))
            .await
            .unwrap();
        assert_eq!(assignment::remove_of_product(&mut s, org, product).await.unwrap(), 3);
        s.commit().await.unwrap();
        assert_sound(&db).await;

        let mut s = db.begin().await.unwrap();
        let stranger = assignment::put(&mut s, org, there.users[0], &direct(product)).await;
        assert!(matches!(stranger, Err(Error::ForeignKey { .. })), "{stranger:?}");
    })
    .await;
}

#[tokio::test]
async fn a_license_check_tells_everything_of_one_user_and_plan() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 2).await;
        let (org, user) = (here.organization, here.users[0]);
        let [writer, tables] = here.plans;
        let running = here.subscribe(&mut s, 5).await;
        let held = Subscription {
            hold: Some(at(3)),
            ..here.bought(5)
        };
        let deleted = Subscription {
            standing: Standing::Deleted { at: at(4) },
            ..here.bought(5)
        };
        for one in [&held, &deleted] {
            here.store(&mut s, one).await;
        }
        // Another product, whose plans are asked for by nobody here.
        let other = house(&mut s, "vik", 0).await;
        for product in [here.product, other.product] {
            pool::lock(&mut s, org, &[product]).await.unwrap();
            let held = Assignment {
                disabled_plans: [tables].into(),
                ..direct(product)
            };
            let held = if product == here.product { held } else { direct(product) };
            assignment::put(&mut s, org, user, &held).await.unwrap();
            pool::add_consumed(&mut s, org, product, 1).await.unwrap();
        }
        let broken = Assignment {
            source: Source::Group(id()),
            state: AssignmentState::Error,
            error: Some(AssignmentError::Other),
            ..direct(here.product)
        };
        assignment::put(&mut s, org, user, &broken).await.unwrap();
        let laptop = Device {
            user,
            id: "laptop".to_owned(),
            name: "Laptop".to_owned(),
            class: DeviceClass::Computer,
            platform: Platform::MacOs,
            activated_at: at(1),
            last_seen: at(2),
            signed_out_at: Some(at(3)),
        };
        device::put(&mut s, org, &laptop).await.unwrap();
        organization::set_clock_ahead(&mut s, org, SignedDuration::from_hours(5))
            .await
            .unwrap();

        let found = assignment::license_check(&mut s, org, user, "laptop", writer)
            .await
            .unwrap()
            .unwrap();
        assert!(found.account_enabled);
        assert_eq!(found.clock_ahead, SignedDuration::from_hours(5));
        assert_eq!(
            found.device,
            Some(DeviceState {
                last_seen: at(2),
                signed_out_at: Some(at(3))
            })
        );
        let mut grants = found.grants;
        grants.sort_by_key(|grant| grant.subscription);
        assert_eq!(
            grants
                .iter()
                .map(|grant| (grant.subscription, grant.phase(at(9))))
                .collect::<Vec<_>>(),
            [(running.id, Phase::Active), (held.id, Phase::LockedOut)],
            "neither the deleted subscription nor the assignment in error"
        );
        assert_eq!(grants[0].instants, running.instants());
        assert_eq!(grants[0].product, here.product);
        assert_eq!(grants[0].disabled_plans, [tables].into());
        assert_eq!(grants[1].hold_since, Some(at(3)));

        // A plan that nothing confers, a device that is unknown, a user without anything.
        let none = assignment::license_check(&mut s, org, user, "tablet", id())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((none.device, none.grants), (None, Vec::new()));
        let bare = assignment::license_check(&mut s, org, here.users[1], "laptop", writer)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((bare.device, bare.grants), (None, Vec::new()));
        // No such user: unknown, of another organization, deleted.
        assert_eq!(
            assignment::license_check(&mut s, org, id(), "laptop", writer)
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            assignment::license_check(&mut s, other.organization, user, "laptop", writer)
                .await
                .unwrap(),
            None
        );
        let mut person = user::get(&mut s, org, user).await.unwrap().unwrap();
        person.account_enabled = false;
        user::update(&mut s, &person).await.unwrap();
        let off = assignment::license_check(&mut s, org, user, "laptop", writer)
            .await
            .unwrap()
            .unwrap();
        assert!(!off.account_enabled);
        let mut person = user::get(&mut s, org, user).await.unwrap().unwrap();
        person.deleted_at = Some(at(8));
        user::update(&mut s, &person).await.unwrap();
        assert_eq!(
            assignment::license_check(&mut s, org, user, "laptop", writer)
                .await
                .unwrap(),
            None
        );
        s.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_license_check_only_looks_up() {
    each_migrated(async |db: Database| {
        let check = all_statements()
            .find(|one| one.name.ends_with("::LICENSE_CHECK"))
            .unwrap();
        let plan = explain(&db, check).await;
        let text = plan.join("\n");
        match db.engine() {
            Engine::Sqlite => assert!(plan.iter().all(|line| line.starts_with("SEARCH")), "{text}"),
            Engine::Postgres => {
                assert!(!text.contains("Seq Scan"), "{text}");
                let scans = plan
                    .iter()
                    .filter(|line| line.contains("Index Scan") || line.contains("Index Only Scan"));
                let conditions = plan.iter().filter(|line| line.contains("Index Cond:"));
                assert!(scans.count() <= conditions.count(), "{text}");
            }
        }
    })
    .await;
}

/// The lines of a statement's plan; PostgreSQL is kept from reading whole tables because they are empty.
async fn explain(db: &Database, of: &'static Statement) -> Vec<String> {
    let mut s = db.begin().await.unwrap();
    let (how, column) = match db.engine() {
        Engine::Sqlite => ("explain query plan ", "detail"),
        Engine::Postgres => {
            s.execute(statement("set local enable_seqscan = off"), params![])
                .await
                .unwrap();
            s.execute(statement("set local enable_bitmapscan = off"), params![])
                .await
                .unwrap();
            ("explain ", "QUERY PLAN")
        }
    };
    let sql = format!("{how}{}", of.sql(db.engine()));
    let any = id::<aktiver_domain::ids::UserKind>();
    let rows = s
        .fetch_all(statement(sql), params![any, any, "laptop", any])
        .await
        .unwrap();
    rows.iter().map(|row| row.text(column).unwrap()).collect()
}
