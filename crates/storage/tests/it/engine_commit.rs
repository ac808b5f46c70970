//! Commits: what was acknowledged is stored and nothing else, whatever happens to the callers around it.

use std::collections::BTreeSet;
use std::time::Duration;

use aktiver_storage::engine::{Database, Engine, Error, Options, Statement};
use aktiver_storage::params;
use futures::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::support::{each_engine, each_engine_with, on_sqlite, options, run};

/// Far longer than anything here takes: an expiry means that someone waits forever.
const FOREVER: Duration = Duration::from_secs(30);

static CREATE: Statement = Statement {
    name: "CREATE",
    sqlite: "create table entry (number integer not null constraint entry_number unique) strict",
    postgres: "create table entry (number bigint not null constraint entry_number unique)",
};
static INSERT: Statement = Statement {
    name: "INSERT",
    sqlite: "insert into entry (number) values ($1)",
    postgres: "insert into entry (number) values ($1)",
};
static ALL: Statement = Statement {
    name: "ALL",
    sqlite: "select number from entry",
    postgres: "select number from entry",
};

async fn stored(db: &Database) -> BTreeSet<i64> {
    let mut reader = db.read().await.unwrap();
    let rows = reader.fetch_all(&ALL, []).await.unwrap();
    rows.iter().map(|row| row.int("number").unwrap()).collect()
}

/// Stores a number in a unit of its own.
async fn store(db: &Database, number: i64) -> Result<(), Error> {
    let mut unit = db.begin().await?;
    unit.execute(&INSERT, params![number]).await?;
    unit.commit().await
}

async fn within<T>(what: impl Future<Output = T>) -> T {
    timeout(FOREVER, what).await.expect("nobody waits forever")
}

/// How a unit of the crowd ends.
#[derive(Clone, Copy)]
enum Ending {
    Commit,
    Rollback,
    Drop,
    Violation,
    /// The task is aborted somewhere between waiting for its turn and the answer to its commit.
    Abort,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exactly_the_acknowledged_units_are_stored() {
    each_engine(async |db: Database| {
        run(&db, &[&CREATE]).await;
        store(&db, 0).await.unwrap();
        let endings = [
            Ending::Commit,
            Ending::Rollback,
            Ending::Commit,
            Ending::Drop,
            Ending::Commit,
            Ending::Violation,
            Ending::Abort,
            Ending::Commit,
        ];
        for round in 0..5_i64 {
            let crowd: Vec<JoinHandle<Option<i64>>> = (0..64_usize)
                .map(|place| {
                    let db = db.clone();
                    let ending = endings[place % endings.len()];
                    let number = 1 + round * 64 + i64::try_from(place).unwrap();
                    let task = tokio::spawn(async move {
                        let mut unit = db.begin().await.unwrap();
                        unit.execute(&INSERT, params![number]).await.unwrap();
                        match ending {
                            Ending::Commit | Ending::Abort => unit.commit().await.unwrap(),
                            Ending::Rollback => {
                                unit.rollback().await.unwrap();
                                return None;
                            }
                            Ending::Drop => return None,
                            Ending::Violation => {
                                let error = unit.execute(&INSERT, params![0]).await.unwrap_err();
                                assert!(error.is_unique("entry_number"), "{error}");
                                assert!(matches!(unit.commit().await, Err(Error::Aborted)));
                                return None;
                            }
                        }
                        Some(number)
                    });
                    if matches!(ending, Ending::Abort) {
                        let handle = task.abort_handle();
                        tokio::spawn(async move {
                            for _ in 0..place {
                                tokio::task::yield_now().await;
                            }
                            handle.abort();
                        });
                    }
                    task
                })
                .collect();
            let mut acknowledged = BTreeSet::new();
            let mut unknown = BTreeSet::new();
            for (place, outcome) in (0..).zip(within(join_all(crowd)).await) {
                match outcome {
                    Ok(Some(number)) => drop(acknowledged.insert(number)),
                    Ok(None) => {}
                    Err(error) if error.is_cancelled() => {
                        unknown.insert(1 + round * 64 + place);
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            // A unit that comes last finds nothing open.
            within(db.begin()).await.unwrap().rollback().await.unwrap();
            let found: BTreeSet<i64> = stored(&db)
                .await
                .into_iter()
                .filter(|number| *number > round * 64)
                .filter(|number| !unknown.contains(number))
                .collect();
            assert_eq!(found, acknowledged);
            assert!(acknowledged.len() >= 32);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn waiting_units_share_a_commit() {
    each_engine_with(patient(), async |db: Database| {
        run(&db, &[&CREATE]).await;
        let before = db.commit_counts();
        let crowd = (0..64).map(|number| {
            let db = db.clone();
            tokio::spawn(async move { store(&db, number).await.unwrap() })
        });
        for outcome in within(join_all(crowd)).await {
            outcome.unwrap();
        }
        let after = db.commit_counts();
        let (commits, units) = (after.commits - before.commits, after.units - before.units);
        assert_eq!(units, 64);
        match db.engine() {
            Engine::Sqlite => assert!(commits < 48, "{commits} commits for {units} units"),
            Engine::Postgres => assert_eq!(commits, units),
        }
        assert_eq!(stored(&db).await.len(), 64);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_is_no_larger_than_its_limit() {
    let options = Options {
        batch_units: 1,
        ..options()
    };
    on_sqlite(options, async |db: Database| {
        run(&db, &[&CREATE]).await;
        let crowd = (0..32).map(|number| {
            let db = db.clone();
            tokio::spawn(async move { store(&db, number).await.unwrap() })
        });
        for outcome in within(join_all(crowd)).await {
            outcome.unwrap();
        }
        let counts = db.commit_counts();
        assert_eq!(counts.commits, counts.units);
    })
    .await;
}

/// A window so long that a unit always joins the open batch.
fn patient() -> Options {
    Options {
        batch_window: FOREVER,
        ..options()
    }
}

/// Puts a caller into the queue behind a unit that is open, and returns once it stands there.
async fn queue(db: &Database) -> JoinHandle<aktiver_storage::engine::Session> {
    let waiting = tokio::spawn({
        let db = db.clone();
        async move { db.begin().await.unwrap() }
    });
    // On a current-thread runtime the spawned task runs up to its first wait, which is the queue.
    tokio::task::yield_now().await;
    waiting
}

#[tokio::test]
async fn a_unit_that_is_dropped_ends_the_batch_it_joined() {
    on_sqlite(patient(), async |db: Database| {
        run(&db, &[&CREATE]).await;
        let mut first = db.begin().await.unwrap();
        first.execute(&INSERT, params![1]).await.unwrap();
        let waiting = queue(&db).await;
        let commit = tokio::spawn(first.commit());
        let mut second = within(waiting).await.unwrap();
        second.execute(&INSERT, params![2]).await.unwrap();
        // The turn has passed on and the first unit is not yet durable: it must not have been acknowledged, nor be visible.
        assert!(!commit.is_finished());
        assert!(stored(&db).await.is_empty());
        drop(second);
        within(commit).await.unwrap().unwrap();
        assert_eq!(stored(&db).await, BTreeSet::from([1]));
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_leaves_the_queue_does_not_leave_a_batch_open() {
    on_sqlite(patient(), async |db: Database| {
        run(&db, &[&CREATE]).await;
        for number in 0..200 {
            let mut first = db.begin().await.unwrap();
            first.execute(&INSERT, params![number]).await.unwrap();
            let waiting = queue(&db).await;
            let commit = tokio::spawn(first.commit());
            // Leaves at a different point of the commit each time.
            for _ in 0..number % 40 {
                tokio::task::yield_now().await;
            }
            waiting.abort();
            drop(waiting);
            within(commit).await.unwrap().unwrap();
        }
        assert_eq!(stored(&db).await.len(), 200);
    })
    .await;
}

static PARENT: Statement = Statement {
    name: "PARENT",
    sqlite: "create table parent (number integer primary key) strict",
    postgres: "",
};
static CHILD: Statement = Statement {
    name: "CHILD",
    sqlite: "create table child (number integer references parent (number) deferrable initially deferred) strict",
    postgres: "",
};
static ORPHAN: Statement = Statement {
    name: "ORPHAN",
    sqlite: "insert into child (number) values (1)",
    postgres: "",
};

#[tokio::test]
async fn a_commit_that_fails_fails_every_member() {
    on_sqlite(patient(), async |db: Database| {
        run(&db, &[&CREATE, &PARENT, &CHILD]).await;
        let mut first = db.begin().await.unwrap();
        first.execute(&INSERT, params![1]).await.unwrap();
        let waiting = queue(&db).await;
        let commit = tokio::spawn(first.commit());
        let mut second = within(waiting).await.unwrap();
        // The only kind of violation that shows at the commit alone.
        second.execute(&ORPHAN, []).await.unwrap();
        assert!(matches!(within(second.commit()).await, Err(Error::CommitFailed { .. })));
        assert!(matches!(within(commit).await.unwrap(), Err(Error::CommitFailed { .. })));
        assert!(stored(&db).await.is_empty());
        store(&db, 2).await.unwrap();
        assert_eq!(stored(&db).await, BTreeSet::from([2]));
    })
    .await;
}

#[tokio::test]
async fn another_process_that_holds_the_file_makes_a_unit_busy_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let impatient = Options {
        busy_timeout: Duration::from_millis(1),
        ..options()
    };
    let one = crate::support::sqlite_in(folder.path(), impatient.clone()).await;
    let other = crate::support::sqlite_in(folder.path(), impatient).await;
    run(&one, &[&CREATE]).await;
    let mut held = one.begin().await.unwrap();
    held.execute(&INSERT, params![1]).await.unwrap();
    assert!(matches!(other.begin().await, Err(Error::Busy)));
    held.commit().await.unwrap();
    store(&other, 2).await.unwrap();
    assert_eq!(stored(&one).await, BTreeSet::from([1, 2]));
    one.close().await;
    other.close().await;
}
