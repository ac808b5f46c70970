//! The audit log and its chain.

use aktiver_domain::ids::{AuditId, UserId};
use aktiver_storage::audit::{self, ActorKind, ActorRef, AuditRecord, Broken, NewAudit};
use aktiver_storage::engine::{Database, Error};
use aktiver_storage::params;
use futures::future::join_all;

use crate::fixture::{at, id};
use crate::house::{House, assert_sound, house, plant, violations};
use crate::support::each_migrated;

fn a_record(house: &House, subject: UserId, second: i64) -> NewAudit {
    NewAudit {
        actor: ActorRef {
            kind: ActorKind::User,
            id: "usr_7".to_owned(),
        },
        subject_kind: "user".to_owned(),
        before: Some(r#"{"enabled":true}"#.to_owned()),
        personal: Some(r#"{"name":"Kari Nordmann"}"#.to_owned()),
        personal_salt: Some([5; 16]),
        ..house.record(subject.uuid(), "user.update", at(second), Some(r#"{"enabled":false}"#))
    }
}

fn stored(new: &NewAudit, seq: Option<i64>) -> AuditRecord {
    AuditRecord {
        organization: new.organization,
        id: new.id,
        at: new.at,
        actor: new.actor.clone(),
        action: new.action.to_owned(),
        subject_kind: new.subject_kind.clone(),
        subject: new.subject,
        before: new.before.clone(),
        after: new.after.clone(),
        personal: new.personal.clone(),
        seq,
    }
}

/// Seals everything, some at a time.
async fn seal_all(db: &Database, house: &House) -> u32 {
    let mut sealed = 0;
    loop {
        let mut s = db.begin().await.unwrap();
        let now = audit::seal(&mut s, house.organization, 3).await.unwrap();
        s.commit().await.unwrap();
        sealed += now;
        if now == 0 {
            return sealed;
        }
    }
}

async fn verify(db: &Database, house: &House) -> Result<u64, Broken> {
    audit::verify(&mut db.read().await.unwrap(), house.organization)
        .await
        .unwrap()
}

#[tokio::test]
async fn records_come_newest_first_of_one_subject_or_all_in_pages() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 2).await;
        let there = house(&mut s, "vik", 0).await.organization;
        let (one, two) = (here.users[0], here.users[1]);
        let plain = NewAudit {
            before: None,
            personal: None,
            personal_salt: Some([1; 16]),
            ..a_record(&here, two, 2)
        };
        let records = [
            a_record(&here, one, 1),
            plain,
            a_record(&here, one, 2),
            a_record(&here, one, 3),
        ];
        // One by one and together is the same.
        audit::insert(&mut s, &records[0]).await.unwrap();
        audit::insert_all(&mut s, &records[1..]).await.unwrap();
        audit::insert_all(&mut s, &[]).await.unwrap();
        let newest: Vec<AuditRecord> = records.iter().rev().map(|record| stored(record, None)).collect();
        assert_eq!(
            audit::list(&mut s, here.organization, None, None, 99).await.unwrap(),
            newest
        );
        let of_one = audit::list(&mut s, here.organization, Some(one.uuid()), None, 99)
            .await
            .unwrap();
        assert_eq!(of_one, [newest[0].clone(), newest[1].clone(), newest[3].clone()]);
        for subject in [None, Some(one.uuid())] {
            let mut paged = Vec::new();
            let mut before: Option<(_, AuditId)> = None;
            loop {
                let page = audit::list(&mut s, here.organization, subject, before, 1)
                    .await
                    .unwrap();
                let Some(last) = page.last() else { break };
                before = Some((last.at, last.id));
                paged.extend(page);
            }
            assert_eq!(
                paged,
                if subject.is_none() {
                    newest.clone()
                } else {
                    of_one.clone()
                }
            );
        }
        assert!(audit::list(&mut s, there, None, None, 9).await.unwrap().is_empty());
        assert_eq!(audit::erase_personal(&mut s, there, one.uuid()).await.unwrap(), 0);
        assert_eq!(audit::seal(&mut s, here.organization, 99).await.unwrap(), 4);
        assert_eq!(audit::verify(&mut s, here.organization).await.unwrap(), Ok(4));
        let unsalted = NewAudit {
            personal_salt: None,
            ..a_record(&here, one, 4)
        };
        assert!(matches!(
            audit::insert(&mut s, &unsalted).await,
            Err(Error::NotNull { .. })
        ));
        assert!(
            !format!("{:?} {:?}", records[0], newest[0]).contains("Kari"),
            "names stay out of logs"
        );
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn inv_12_sealed_records_verify_also_after_personal_values_are_erased() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 2).await;
        let there = house(&mut s, "vik", 1).await;
        for second in 0..7 {
            audit::insert(&mut s, &a_record(&here, here.users[0], second))
                .await
                .unwrap();
        }
        audit::insert(&mut s, &a_record(&there, there.users[0], 1))
            .await
            .unwrap();
        let mut unsealed = audit::unsealed_organizations(&mut s, 9).await.unwrap();
        unsealed.sort();
        assert_eq!(unsealed, [here.organization, there.organization]);
        assert_eq!(audit::head(&mut s, here.organization).await.unwrap(), None);
        s.commit().await.unwrap();
        assert_eq!(verify(&db, &here).await, Ok(0), "nothing is sealed yet");
        assert_eq!(seal_all(&db, &here).await, 7);
        assert_eq!(verify(&db, &here).await, Ok(7));

        let mut s = db.begin().await.unwrap();
        let head = audit::head(&mut s, here.organization).await.unwrap().unwrap();
        assert_eq!(head.0, 7);
        assert_eq!(
            audit::unsealed_organizations(&mut s, 9).await.unwrap(),
            [there.organization]
        );
        assert_eq!(
            audit::erase_personal(&mut s, here.organization, here.users[0].uuid())
                .await
                .unwrap(),
            7
        );
        assert_eq!(
            audit::erase_personal(&mut s, here.organization, here.users[0].uuid())
                .await
                .unwrap(),
            0
        );
        audit::insert(&mut s, &a_record(&here, here.users[1], 9)).await.unwrap();
        s.commit().await.unwrap();
        assert_eq!(verify(&db, &here).await, Ok(7));
        assert_eq!(seal_all(&db, &here).await, 1);
        assert_eq!(verify(&db, &here).await, Ok(8));
        let mut s = db.read().await.unwrap();
        let list = audit::list(&mut s, here.organization, None, None, 99).await.unwrap();
        assert_eq!(
            list.iter().map(|one| one.seq).collect::<Vec<_>>(),
            (1..=8).rev().map(Some).collect::<Vec<_>>()
        );
        assert!(list[0].personal.is_some() && list[1..].iter().all(|one| one.personal.is_none()));
        drop(s);
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn a_sealed_record_that_is_changed_removed_or_put_in_is_found() {
    for sql in [
        "update audit set action = 'user.delete' where organization_id = $1 and seq = 3",
        "update audit set actor_id = 'usr_8' where organization_id = $1 and seq = 3",
        "update audit set actor_kind = 'client' where organization_id = $1 and seq = 3",
        "update audit set at = at + 1 where organization_id = $1 and seq = 3",
        "update audit set before_value = null where organization_id = $1 and seq = 3",
        "update audit set after_value = '{}' where organization_id = $1 and seq = 3",
        "update audit set subject_kind = 'group' where organization_id = $1 and seq = 3",
        "update audit set subject_id = organization_id where organization_id = $1 and seq = 3",
        "update audit set personal = '{\"name\":\"Ola\"}' where organization_id = $1 and seq = 3",
        "update audit set personal_hash = null where organization_id = $1 and seq = 3",
        "update audit set chain = null where organization_id = $1 and seq = 3",
        "delete from audit where organization_id = $1 and seq = 3",
        "update audit set seq = null, chain = null where organization_id = $1 and seq = 3",
        "update audit set seq = -1 where organization_id = $1 and seq = 3",
    ] {
        each_migrated(async |db| {
            let mut s = db.begin().await.unwrap();
            let here = house(&mut s, "fjord", 1).await;
            for second in 0..5 {
                audit::insert(&mut s, &a_record(&here, here.users[0], second))
                    .await
                    .unwrap();
            }
            s.commit().await.unwrap();
            seal_all(&db, &here).await;
            assert_eq!(verify(&db, &here).await, Ok(5));
            assert_eq!(plant(&db, sql, params![here.organization]).await, 1, "{sql}");
            let broken = if sql.contains("seq = -1") { 1 } else { 3 };
            assert_eq!(verify(&db, &here).await, Err(Broken { seq: broken }), "{sql}");
            let found = violations(&db).await;
            assert!(found.len() == 1 && found[0].contains("broken"), "{found:?}");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sealers_at_once_make_one_chain() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let here = std::sync::Arc::new(house(&mut s, "fjord", 1).await);
        s.commit().await.unwrap();
        let tasks = (0..24).map(|task| {
            let (db, here) = (db.clone(), std::sync::Arc::clone(&here));
            tokio::spawn(async move {
                let mut s = db.begin().await.unwrap();
                if task % 2 == 0 {
                    for second in 0..5 {
                        let record = NewAudit {
                            id: id(),
                            ..a_record(&here, here.users[0], second)
                        };
                        audit::insert(&mut s, &record).await.unwrap();
                    }
                } else {
                    audit::seal(&mut s, here.organization, 4).await.unwrap();
                }
                s.commit().await.unwrap();
            })
        });
        for task in join_all(tasks).await {
            task.unwrap();
        }
        seal_all(&db, &here).await;
        assert_eq!(verify(&db, &here).await, Ok(60));
        assert_sound(&db).await;
    })
    .await;
}
