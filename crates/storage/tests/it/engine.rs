//! The engine layer: values, violations, units of work, readers, migrations.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::str::FromStr;
use std::task::{Context, Waker};

use aktiver_storage::engine::{Database, DatabaseUrl, Engine, Error, Param, Statement};
use aktiver_storage::{all_statements, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::support::{each_engine, each_migrated, options, run, sqlite_in};

const fn both(name: &'static str, sql: &'static str) -> Statement {
    Statement {
        name,
        sqlite: sql,
        postgres: sql,
    }
}

static CREATE: Statement = Statement {
    name: "CREATE",
    sqlite: "create table scratch (
        organization_id blob not null,
        id blob not null,
        -- constraint ignored unique (label)
        number integer not null constraint scratch_number_unique unique,
        label text,
        digest blob,
        flag integer not null,
        at integer,
        parent_id blob references scratch (parent_key),
        parent_key blob unique,
        constraint scratch_key primary key (organization_id, id),
        constraint scratch_number_positive check (number > 0)
    ) strict",
    postgres: "create table scratch (
        organization_id uuid not null,
        id uuid not null,
        number bigint not null constraint scratch_number_unique unique,
        label text,
        digest bytea,
        flag boolean not null,
        at bigint,
        parent_id uuid references scratch (parent_key),
        parent_key uuid unique,
        constraint scratch_key primary key (organization_id, id),
        constraint scratch_number_positive check (number > 0)
    )",
};
static INDEX_LABEL: Statement = both(
    "INDEX_LABEL",
    "create unique index scratch_by_label on scratch (organization_id, label)",
);
static INDEX_EXPRESSION: Statement = both(
    "INDEX_EXPRESSION",
    "create unique index scratch_by_next_instant on scratch ((at + 1))",
);
static INSERT: Statement = both(
    "INSERT",
    "insert into scratch (organization_id, id, number, label, digest, flag, at, parent_id, parent_key) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
static ALL: Statement = both("ALL", "select * from scratch order by number");
static COUNT: Statement = both("COUNT", "select count(*) as n from scratch");
static BY_NUMBER: Statement = both("BY_NUMBER", "select * from scratch where number = $1");
static REMOVE: Statement = both("REMOVE", "delete from scratch where number >= $1");
static OF_IDS: Statement = Statement {
    name: "OF_IDS",
    sqlite: "select number from scratch where id in (select unhex(value) from json_each($1)) order by number",
    postgres: "select number from scratch where id = any($1) order by number",
};
static OF_NUMBERS: Statement = Statement {
    name: "OF_NUMBERS",
    sqlite: "select number from scratch where number in (select value from json_each($1)) order by number",
    postgres: "select number from scratch where number = any($1) order by number",
};
static OF_LABELS: Statement = Statement {
    name: "OF_LABELS",
    sqlite: "select number from scratch where label in (select value from json_each($1)) order by number",
    postgres: "select number from scratch where label = any($1) order by number",
};

/// A row that violates nothing, with the number as its only value of note.
fn plain(number: i64) -> Vec<Param> {
    let id = Uuid::from_u128(u128::from(number.unsigned_abs()));
    params![
        Uuid::nil(),
        id,
        number,
        None::<&str>,
        None::<Vec<u8>>,
        false,
        None::<Timestamp>,
        None::<Uuid>,
        id
    ]
}

async fn scratch(db: &Database) {
    run(db, &[&CREATE, &INDEX_LABEL, &INDEX_EXPRESSION]).await;
}

async fn count(db: &Database) -> i64 {
    let mut reader = db.read().await.unwrap();
    let row = reader.fetch_one(&COUNT, []).await.unwrap();
    row.int("n").unwrap()
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let at = Timestamp::from_microsecond(1_700_000_000_123_456).unwrap();
        let id = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let mut unit = db.begin().await.unwrap();
        let inserted = unit
            .execute(
                &INSERT,
                params![
                    Uuid::nil(),
                    id,
                    i64::MAX,
                    "naïve '\"; text",
                    [7_u8; 32],
                    true,
                    at,
                    None::<Uuid>,
                    id
                ],
            )
            .await
            .unwrap();
        assert_eq!(inserted, 1);
        unit.execute(&INSERT, plain(1)).await.unwrap();
        unit.commit().await.unwrap();

        let mut reader = db.read().await.unwrap();
        let rows = reader.fetch_all(&ALL, []).await.unwrap();
        let (empty, full) = (&rows[0], &rows[1]);
        assert_eq!(full.id("id").unwrap(), id);
        assert_eq!(full.int("number").unwrap(), i64::MAX);
        assert_eq!(full.text("label").unwrap(), "naïve '\"; text");
        assert_eq!(full.bytes::<32>("digest").unwrap(), [7; 32]);
        assert_eq!(full.blob("digest").unwrap(), [7; 32]);
        assert!(full.bool("flag").unwrap());
        assert_eq!(full.instant("at").unwrap(), at);
        assert_eq!(empty.opt_text("label").unwrap(), None);
        assert_eq!(empty.opt_bytes::<32>("digest").unwrap(), None);
        assert!(!empty.bool("flag").unwrap());
        assert_eq!(empty.opt_instant("at").unwrap(), None);
        assert_eq!(empty.opt_id("parent_id").unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn sets_are_arguments() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut unit = db.begin().await.unwrap();
        for number in 1..=5 {
            let mut row = plain(number);
            row[3] = format!("l\"{number}").into();
            unit.execute(&INSERT, row).await.unwrap();
        }
        unit.commit().await.unwrap();

        let mut reader = db.read().await.unwrap();
        for (statement, set, expected) in [
            (
                &OF_IDS,
                Param::Ids(vec![Uuid::from_u128(2), Uuid::from_u128(4)]),
                vec![2, 4],
            ),
            (&OF_IDS, Param::Ids(Vec::new()), vec![]),
            (&OF_NUMBERS, Param::Ints(vec![5, 3, 99]), vec![3, 5]),
            (
                &OF_LABELS,
                Param::Texts(vec!["l\"1".to_owned(), "x".to_owned()]),
                vec![1],
            ),
        ] {
            let rows = reader.fetch_all(statement, vec![set]).await.unwrap();
            let found: Vec<i64> = rows.iter().map(|row| row.int("number").unwrap()).collect();
            assert_eq!(found, expected, "{}", statement.name);
        }
    })
    .await;
}

/// Makes a harmless row violate something.
type Change<'a> = &'a dyn Fn(&mut Vec<Param>);

#[tokio::test]
async fn a_violation_tells_the_constraints_name() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut unit = db.begin().await.unwrap();
        let mut first = plain(1);
        first[3] = "Label".into();
        first[6] = 5.into();
        unit.execute(&INSERT, first).await.unwrap();
        unit.commit().await.unwrap();

        let violate = async |change: Change<'_>| {
            let mut row = plain(2);
            change(&mut row);
            let mut unit = db.begin().await.unwrap();
            unit.execute(&INSERT, row).await.unwrap_err()
        };
        let cases: [(Change<'_>, &str); 5] = [
            (&|row| row[1] = Uuid::from_u128(1).into(), "scratch_key"),
            (&|row| row[2] = 1.into(), "scratch_number_unique"),
            (&|row| row[3] = "Label".into(), "scratch_by_label"),
            (&|row| row[6] = 5.into(), "scratch_by_next_instant"),
            (&|row| row[8] = Uuid::from_u128(1).into(), "scratch_parent_key_key"),
        ];
        for (change, name) in cases {
            let error = violate(change).await;
            assert!(error.is_unique(name), "{name}: {error}");
        }
        let error = violate(&|row| row[2] = 0.into()).await;
        assert!(
            matches!(&error, Error::Check { constraint } if constraint == "scratch_number_positive"),
            "{error}"
        );
        let error = violate(&|row| row[7] = Uuid::from_u128(77).into()).await;
        assert!(matches!(&error, Error::ForeignKey { .. }), "{error}");
        let error = violate(&|row| row[2] = Param::Int(None)).await;
        assert!(
            matches!(&error, Error::NotNull { column } if column.ends_with("number")),
            "{error}"
        );
        assert_eq!(count(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn after_an_error_a_unit_can_only_be_rolled_back() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut unit = db.begin().await.unwrap();
        unit.execute(&INSERT, plain(1)).await.unwrap();
        unit.execute(&INSERT, plain(1)).await.unwrap_err();
        assert!(matches!(unit.fetch_all(&ALL, []).await, Err(Error::Aborted)));
        assert!(matches!(unit.commit().await, Err(Error::Aborted)));
        assert_eq!(count(&db).await, 0);

        let mut unit = db.begin().await.unwrap();
        unit.execute(&INSERT, plain(1)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_was_cancelled_aborts_its_unit() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        // SQLite's thread may answer before the first poll is over: then there was nothing to cancel, and another unit tries.
        let mut cancelled = false;
        for _ in 0..10_000 {
            let mut unit = db.begin().await.unwrap();
            {
                let mut statement = pin!(unit.execute(&INSERT, plain(1)));
                let mut context = Context::from_waker(Waker::noop());
                cancelled = statement.as_mut().poll(&mut context).is_pending();
            }
            if cancelled {
                let next = unit.execute(&INSERT, plain(2)).await;
                assert!(matches!(next, Err(Error::Aborted)));
                drop(unit);
                break;
            }
            unit.rollback().await.unwrap();
        }
        assert!(cancelled);
        let mut unit = db.begin().await.unwrap();
        unit.execute(&INSERT, plain(3)).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_missing_row_does_not_abort_the_unit() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut unit = db.begin().await.unwrap();
        assert!(matches!(
            unit.fetch_one(&BY_NUMBER, params![9]).await,
            Err(Error::NotFound { statement: "BY_NUMBER" })
        ));
        unit.execute(&INSERT, plain(1)).await.unwrap();
        let removed = unit.execute(&REMOVE, params![2]).await.unwrap();
        assert_eq!(removed, 0);
        unit.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn rolled_back_and_dropped_units_leave_nothing() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut unit = db.begin().await.unwrap();
        unit.execute(&INSERT, plain(1)).await.unwrap();
        unit.rollback().await.unwrap();
        let mut unit = db.begin().await.unwrap();
        unit.execute(&INSERT, plain(2)).await.unwrap();
        drop(unit);
        let mut unit = db.begin().await.unwrap();
        assert!(unit.fetch_all(&ALL, []).await.unwrap().is_empty());
        unit.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_what_is_committed_and_changes_nothing() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut reader = db.read().await.unwrap();
        let mut unit = db.begin().await.unwrap();
        unit.execute(&INSERT, plain(1)).await.unwrap();
        assert!(reader.fetch_all(&ALL, []).await.unwrap().is_empty());
        unit.commit().await.unwrap();
        assert_eq!(reader.fetch_all(&ALL, []).await.unwrap().len(), 1);
        assert!(matches!(
            reader.execute(&REMOVE, params![0]).await,
            Err(Error::ReadOnly { statement: "REMOVE" })
        ));
        assert!(matches!(reader.commit().await, Err(Error::NoUnit)));
        assert_eq!(count(&db).await, 1);
    })
    .await;
}

#[derive(Debug)]
struct Never;

impl FromStr for Never {
    type Err = &'static str;
    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Err("unknown state")
    }
}

#[tokio::test]
async fn an_unusable_value_is_an_error_that_names_the_column() {
    each_engine(async |db: Database| {
        scratch(&db).await;
        let mut unit = db.begin().await.unwrap();
        let mut row = plain(1);
        row[3] = "x".into();
        row[4] = vec![1_u8, 2].into();
        unit.execute(&INSERT, row).await.unwrap();
        let row = unit.fetch_one(&ALL, []).await.unwrap();
        for (column, error) in [
            ("at", row.int("at").unwrap_err()),
            ("label", row.int("label").unwrap_err()),
            ("label", row.parse::<Never>("label").unwrap_err()),
            ("digest", row.bytes::<32>("digest").unwrap_err()),
            ("absent", row.opt_text("absent").unwrap_err()),
        ] {
            assert!(
                matches!(&error, Error::BadRow { statement: "ALL", column: named, .. } if named == column),
                "{column}: {error}"
            );
        }
        // What a caller makes of a row is no fault of the unit.
        unit.commit().await.unwrap();
    })
    .await;
}

static FORGE_VERSION: Statement = Statement {
    name: "FORGE_VERSION",
    sqlite: "insert into schema_migration (version, name, checksum) values (9999, '9999_later', x'00')",
    postgres: "insert into schema_migration (version, name, checksum) values (9999, '9999_later', '')",
};

#[tokio::test]
async fn migrating_twice_is_harmless_and_a_newer_database_is_refused() {
    each_migrated(async |db: Database| {
        db.migrate().await.unwrap();
        run(&db, &[&FORGE_VERSION]).await;
        let supported = db.supported_version();
        assert!(matches!(
            db.migrate().await,
            Err(Error::NewerDatabase { found: 9999, supported: known }) if known == supported
        ));
    })
    .await;
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let counts = RefCell::new(BTreeMap::<&str, usize>::new());
    each_migrated(async |db: Database| {
        let mut refused = Vec::new();
        for statement in all_statements() {
            match db.prepare(statement).await {
                Ok(count) => {
                    let known = *counts.borrow_mut().entry(statement.name).or_insert(count);
                    if known != count {
                        refused.push(format!(
                            "{}: {known} parameters, {count} on the other engine",
                            statement.name
                        ));
                    }
                }
                Err(error) => refused.push(format!("{}: {error}", statement.name)),
            }
        }
        assert!(refused.is_empty(), "{:?}:\n{}", db.engine(), refused.join("\n"));
    })
    .await;
    // The number of parameters is kept by name, and so is whatever a trace says about a statement.
    assert_eq!(
        counts.into_inner().len(),
        all_statements().count(),
        "two statements have one name"
    );
}

#[tokio::test]
async fn a_file_keeps_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite_in(folder.path(), options()).await;
    scratch(&db).await;
    let mut unit = db.begin().await.unwrap();
    unit.execute(&INSERT, plain(1)).await.unwrap();
    unit.commit().await.unwrap();
    db.close().await;
    assert!(matches!(db.begin().await, Err(Error::Closed)));

    let db = sqlite_in(folder.path(), options()).await;
    assert_eq!(count(&db).await, 1);
    db.close().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named() {
    let url = DatabaseUrl::sqlite("/nowhere/at/all/aktiver.db");
    let Err(error) = Database::connect(&url, &options()).await else {
        panic!("opened")
    };
    assert!(error.to_string().contains("/nowhere/at/all/aktiver.db"), "{error}");
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named_without_password() {
    let url: DatabaseUrl = "postgres://me:secret@127.0.0.1:1/licenses".parse().unwrap();
    let Err(error) = Database::connect(&url, &options()).await else {
        panic!("connected")
    };
    let shown = error.to_string();
    assert!(shown.contains("postgres://me@127.0.0.1:1/licenses"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[cfg(unix)]
#[tokio::test]
async fn side_files_of_a_private_file_are_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let made = std::fs::File::create_new(folder.path().join("aktiver.db")).unwrap();
    let owner_alone = std::fs::Permissions::from_mode(0o600);
    made.set_permissions(owner_alone).unwrap();
    let db = sqlite_in(folder.path(), options()).await;
    scratch(&db).await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
    }
    db.close().await;
}

#[test]
fn a_database_url_names_the_engine_and_hides_the_password() {
    for (text, engine, shown) in [
        ("sqlite:aktiver.db", Engine::Sqlite, "sqlite:aktiver.db"),
        ("sqlite:///srv/a.db", Engine::Sqlite, "sqlite:/srv/a.db"),
        (
            "postgres://me:secret@db.example:5433/licenses",
            Engine::Postgres,
            "postgres://me@db.example:5433/licenses",
        ),
        (
            "postgresql://me:secret@db.example/licenses",
            Engine::Postgres,
            "postgres://me@db.example:5432/licenses",
        ),
    ] {
        let url: DatabaseUrl = text.parse().unwrap();
        assert_eq!(url.engine(), engine);
        assert_eq!(url.to_string(), shown);
        assert!(!format!("{url:?}").contains("secret"));
    }
    for text in [
        "",
        "sqlite:",
        "sqlite::memory:",
        "mysql://x",
        "aktiver.db",
        "postgres://me:secret@:x/y",
    ] {
        let error = text.parse::<DatabaseUrl>().unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_parameters_value_is_not_shown() {
    let shown = format!("{:?}", params!["secret", None::<i64>, [1_u8; 32]]);
    assert_eq!(shown, "[Text(…), Int(null), Blob(…)]");
}
