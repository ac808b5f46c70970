//! Fresh databases for tests: a SQLite file, and a PostgreSQL database where a server is at hand.
//!
//! `AKTIVER_TEST_POSTGRES` is the URL of a PostgreSQL server whose user may create databases. Without it the PostgreSQL half of a test is
//! skipped, loudly; where `CI` is set it fails instead.

use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use aktiver_storage::engine::{Database, DatabaseUrl, Durability, Options, Statement};
use futures::FutureExt as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, raw_sql};

/// Options for tests: nothing waits for the disk.
pub fn options() -> Options {
    Options {
        durability: Durability::TestsOnly,
        max_connections: 20,
        ..Options::default()
    }
}

/// Runs the body on an empty database of each engine.
pub async fn each_engine(body: impl AsyncFn(Database)) {
    each_engine_with(options(), body).await;
}

/// Runs the body on a migrated database of each engine.
pub async fn each_migrated(body: impl AsyncFn(Database)) {
    each_engine(async |db: Database| {
        db.migrate().await.unwrap();
        body(db).await;
    })
    .await;
}

/// Runs the body on an empty database of each engine, opened with these options.
pub async fn each_engine_with(options: Options, body: impl AsyncFn(Database)) {
    on_sqlite(options.clone(), &body).await;
    on_postgres(options, &body).await;
}

/// Runs the body on an empty SQLite database.
pub async fn on_sqlite(options: Options, body: impl AsyncFn(Database)) {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite_in(folder.path(), options).await;
    body(db.clone()).await;
    db.close().await;
}

/// Opens the SQLite database of a folder.
pub async fn sqlite_in(folder: &Path, options: Options) -> Database {
    let url = DatabaseUrl::sqlite(folder.join("aktiver.db"));
    Database::connect(&url, &options).await.unwrap()
}

/// Runs the body on an empty PostgreSQL database, which is dropped afterwards, also when the body panics.
pub async fn on_postgres(options: Options, body: impl AsyncFn(Database)) {
    let Some(server) = postgres_server() else {
        return;
    };
    let name = fresh_name();
    administer(&server, format!("create database {name}")).await;
    let url: DatabaseUrl = url_of(&server, &name).parse().unwrap();
    let db = Database::connect(&url, &options).await.unwrap();
    let outcome = AssertUnwindSafe(body(db.clone())).catch_unwind().await;
    db.close().await;
    administer(&server, format!("drop database {name} with (force)")).await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// The server's URL; `None` if there is none and that is acceptable.
#[expect(
    clippy::disallowed_methods,
    reason = "the server for tests is named by the environment"
)]
#[expect(clippy::print_stderr, reason = "a skipped half is never silent")]
pub fn postgres_server() -> Option<String> {
    match env::var("AKTIVER_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url),
        _ if env::var_os("CI").is_some() => {
            panic!("CI is set, but AKTIVER_TEST_POSTGRES does not name a PostgreSQL server")
        }
        _ => {
            eprintln!("SKIPPED on PostgreSQL: set AKTIVER_TEST_POSTGRES=postgres://USER@HOST:PORT/DATABASE");
            None
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "names must differ between runs")]
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let instant = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!(
        "aktiver_test_{}_{:x}_{}",
        process::id(),
        instant.as_micros(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// The server's URL with another database.
fn url_of(server: &str, database: &str) -> String {
    let (base, query) = match server.split_once('?') {
        Some((base, query)) => (base, format!("?{query}")),
        None => (server, String::new()),
    };
    let host_begins = base.find("://").unwrap() + 3;
    let host_ends = base[host_begins..]
        .find('/')
        .map_or(base.len(), |slash| host_begins + slash);
    format!("{}/{database}{query}", &base[..host_ends])
}

async fn administer(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Runs statements, such as those that make scratch tables, in one unit of work.
pub async fn run(db: &Database, statements: &[&'static Statement]) {
    let mut unit = db.begin().await.unwrap();
    for statement in statements {
        unit.execute(statement, []).await.unwrap();
    }
    unit.commit().await.unwrap();
}
