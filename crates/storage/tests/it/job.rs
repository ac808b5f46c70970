//! Work that is due later.

use std::collections::BTreeSet;
use std::sync::Arc;

use aktiver_domain::ids::{JobId, OrganizationId};
use aktiver_storage::engine::{Database, Session};
use aktiver_storage::job::{self, Job, JobKind};
use aktiver_storage::organization;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::fixture::{an_organization, at, id};
use crate::house::{assert_sound, house, until_someone_waits};
use crate::support::each_migrated;

const LEASE: SignedDuration = SignedDuration::from_secs(30);

fn a_job(organization: OrganizationId, second: i64) -> Job {
    let subject: JobId = id();
    Job {
        organization,
        id: id(),
        kind: JobKind::Settle,
        subject: subject.uuid(),
        payload: "{}".to_owned(),
        at: at(second),
        attempts: 0,
        last_error: None,
    }
}

async fn claim(s: &mut Session, organization: OrganizationId, now: Timestamp) -> Vec<Job> {
    job::claim(s, organization, now, now, LEASE, 99).await.unwrap()
}

async fn due(s: &mut Session, now: i64) -> Vec<OrganizationId> {
    job::due_organizations(s, at(now), 9).await.unwrap()
}

#[tokio::test]
async fn a_job_is_claimed_when_due_and_again_when_its_lease_ends() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        let there = house(&mut s, "vik", 0).await.organization;
        let (late, early) = (
            a_job(org, 20),
            Job {
                kind: JobKind::Renew,
                payload: r#"{"a":1}"#.to_owned(),
                ..a_job(org, 10)
            },
        );
        for one in [&late, &early] {
            job::put(&mut s, one).await.unwrap();
        }
        assert_eq!(job::next_at(&mut s, org).await.unwrap(), Some(at(10)));
        assert_eq!(job::next_at(&mut s, there).await.unwrap(), None);
        assert!(due(&mut s, 9).await.is_empty());
        assert_eq!(due(&mut s, 10).await, [org]);
        assert!(claim(&mut s, org, at(9)).await.is_empty());
        assert!(claim(&mut s, there, at(99)).await.is_empty());
        assert_eq!(
            job::claim(&mut s, org, at(25), at(25), LEASE, 1).await.unwrap(),
            [Job {
                attempts: 1,
                ..early.clone()
            }]
        );
        assert_eq!(
            claim(&mut s, org, at(25)).await,
            [Job {
                attempts: 1,
                ..late.clone()
            }]
        );
        assert!(
            claim(&mut s, org, at(54)).await.is_empty(),
            "both are in somebody's hands"
        );
        job::refresh_due(&mut s, org).await.unwrap();
        assert!(due(&mut s, 54).await.is_empty(), "nobody looks before a lease ends");
        assert_eq!(due(&mut s, 55).await, [org]);
        let again = claim(&mut s, org, at(55)).await;
        assert_eq!(
            again.iter().map(|job| (job.id, job.attempts)).collect::<Vec<_>>(),
            [(early.id, 2), (late.id, 2)]
        );

        assert!(!job::done(&mut s, there, early.id).await.unwrap());
        assert!(job::done(&mut s, org, early.id).await.unwrap());
        assert!(!job::done(&mut s, org, early.id).await.unwrap());
        assert!(job::retry(&mut s, org, late.id, at(60), "gateway down").await.unwrap());
        assert_eq!(due(&mut s, 60).await, [org]);
        let retried = claim(&mut s, org, at(60)).await;
        assert_eq!(retried[0].last_error.as_deref(), Some("gateway down"));
        assert_eq!(retried[0].attempts, 3);
        assert!(job::park(&mut s, org, late.id, "gave up").await.unwrap());
        assert!(claim(&mut s, org, at(999)).await.is_empty());
        assert!(
            !job::retry(&mut s, org, late.id, at(61), "x").await.unwrap(),
            "parked stays parked"
        );
        assert_eq!(
            job::parked(&mut s, 9).await.unwrap()[0].last_error.as_deref(),
            Some("gave up")
        );
        assert_eq!(job::next_at(&mut s, org).await.unwrap(), None);
        job::refresh_due(&mut s, org).await.unwrap();
        assert!(due(&mut s, 9999).await.is_empty());
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_put_again_is_a_new_one_for_whoever_had_it() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        let first = a_job(org, 10);
        job::put(&mut s, &first).await.unwrap();
        claim(&mut s, org, at(10)).await;
        let second = Job {
            id: id(),
            at: at(40),
            payload: r#"{"b":2}"#.to_owned(),
            ..first.clone()
        };
        job::put(&mut s, &second).await.unwrap();
        assert!(
            !job::done(&mut s, org, first.id).await.unwrap(),
            "the former claim ends nothing"
        );
        assert!(!job::retry(&mut s, org, first.id, at(99), "late").await.unwrap());
        assert!(!job::park(&mut s, org, first.id, "late").await.unwrap());
        assert_eq!(
            claim(&mut s, org, at(40)).await,
            [Job {
                attempts: 1,
                ..second.clone()
            }]
        );
        job::park(&mut s, org, second.id, "gave up").await.unwrap();
        let third = Job {
            id: id(),
            at: at(50),
            ..first.clone()
        };
        job::put(&mut s, &third).await.unwrap();
        assert!(job::parked(&mut s, 9).await.unwrap().is_empty());
        assert_eq!(claim(&mut s, org, at(50)).await.len(), 1);
        assert!(job::remove(&mut s, org, JobKind::Settle, first.subject).await.unwrap());
        assert!(!job::remove(&mut s, org, JobKind::Settle, first.subject).await.unwrap());
        assert!(!job::remove(&mut s, org, JobKind::Renew, first.subject).await.unwrap());
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn workers_leave_sandboxes_alone_and_begin_with_the_longest_due() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let (one, two) = (
            house(&mut s, "fjord", 0).await.organization,
            house(&mut s, "vik", 0).await.organization,
        );
        let mut sandbox = an_organization("sandbox");
        sandbox.sandbox = true;
        organization::insert(&mut s, &sandbox).await.unwrap();
        for (org, second) in [(one, 20), (two, 10), (sandbox.id, 5)] {
            job::put(&mut s, &a_job(org, second)).await.unwrap();
        }
        assert_eq!(due(&mut s, 99).await, [two, one]);
        assert_eq!(job::due_organizations(&mut s, at(99), 1).await.unwrap(), [two]);
        assert_eq!(
            claim(&mut s, sandbox.id, at(5)).await.len(),
            1,
            "its own clock runs them"
        );
        s.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_job_goes_to_one_worker() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        for second in 0..100 {
            job::put(&mut s, &a_job(org, second)).await.unwrap();
        }
        s.commit().await.unwrap();
        let workers = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let mut s = db.begin().await.unwrap();
                    let jobs = job::claim(&mut s, org, at(200), at(200), LEASE, 7).await.unwrap();
                    s.commit().await.unwrap();
                    if jobs.is_empty() {
                        return mine;
                    }
                    for one in jobs {
                        let mut s = db.begin().await.unwrap();
                        assert!(job::done(&mut s, org, one.id).await.unwrap());
                        job::refresh_due(&mut s, org).await.unwrap();
                        s.commit().await.unwrap();
                        mine.push(one.id);
                    }
                }
            })
        });
        let claimed: Vec<JobId> = join_all(workers).await.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(claimed.len(), 100);
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 100);
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_put_while_the_due_instant_is_refreshed_is_not_overlooked() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        s.commit().await.unwrap();
        let subject = Arc::new(Uuid::from_u128(7));
        let tasks = (0..60_i64).map(|task| {
            let (db, subject) = (db.clone(), Arc::clone(&subject));
            tokio::spawn(async move {
                let mut s = db.begin().await.unwrap();
                match task % 3 {
                    0 => job::put(&mut s, &a_job(org, 1000 - task)).await.unwrap(),
                    1 => {
                        let shared = Job {
                            subject: *subject,
                            ..a_job(org, 500 + task)
                        };
                        job::put(&mut s, &shared).await.unwrap();
                    }
                    _ => {
                        job::remove(&mut s, org, JobKind::Settle, *subject).await.unwrap();
                        job::refresh_due(&mut s, org).await.unwrap();
                    }
                }
                s.commit().await.unwrap();
                let mut s = db.begin().await.unwrap();
                job::refresh_due(&mut s, org).await.unwrap();
                s.commit().await.unwrap();
            })
        });
        for task in join_all(tasks).await {
            task.unwrap();
        }
        assert_sound(&db).await;
        let mut s = db.read().await.unwrap();
        let next = job::next_at(&mut s, org).await.unwrap().unwrap();
        assert_eq!(job::due_organizations(&mut s, next, 9).await.unwrap(), [org]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_waits_for_a_job_that_is_being_put() {
    for (former, put) in [(10, 20), (20, 10)] {
        each_migrated(async |db: Database| {
            let mut s = db.begin().await.unwrap();
            let org = house(&mut s, "fjord", 0).await.organization;
            let done = a_job(org, former);
            job::put(&mut s, &done).await.unwrap();
            job::done(&mut s, org, done.id).await.unwrap();
            s.commit().await.unwrap();
            // The due row is still there, and no job.
            let mut s = db.begin().await.unwrap();
            job::put(&mut s, &a_job(org, put)).await.unwrap();
            let refresh = tokio::spawn({
                let db = db.clone();
                async move {
                    let mut s = db.begin().await.unwrap();
                    job::refresh_due(&mut s, org).await.unwrap();
                    s.commit().await.unwrap();
                }
            });
            until_someone_waits(&db).await;
            s.commit().await.unwrap();
            refresh.await.unwrap();
            assert_sound(&db).await;
            let mut s = db.read().await.unwrap();
            assert!(due(&mut s, put - 1).await.is_empty());
            assert_eq!(due(&mut s, put).await, [org]);
        })
        .await;
    }
}
