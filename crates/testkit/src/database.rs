//! A fresh database per test.

use std::env;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use aktiver_domain::Timestamp;
use aktiver_storage::engine::{Database, DatabaseUrl, Durability, Engine, Options};
use aktiver_storage::invariants;
use tempfile::TempDir;
use url::Url;

/// An empty database with a folder for the files around it. Call [`remove`](Self::remove) at the end: PostgreSQL keeps its
/// databases.
pub struct TestDatabase {
    pub url: DatabaseUrl,
    /// The same as `--database` takes it, with the password.
    pub url_text: String,
    pub folder: TempDir,
    /// The PostgreSQL server, and the name of the database on it.
    scratch: Option<(DatabaseUrl, String)>,
}

impl TestDatabase {
    /// `None` for PostgreSQL where there is no server and that is acceptable.
    ///
    /// # Panics
    /// When no database can be made, or `CI` is set and there is no PostgreSQL server.
    pub async fn fresh(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Some(match engine {
            Engine::Sqlite => {
                let path = folder.path().join("aktiver.db");
                Self {
                    url_text: format!("sqlite:{}", path.display()),
                    url: DatabaseUrl::sqlite(path),
                    folder,
                    scratch: None,
                }
            }
            Engine::Postgres => {
                let mut address = postgres_server()?;
                let server: DatabaseUrl = address
                    .as_str()
                    .parse()
                    .expect("AKTIVER_TEST_POSTGRES is the URL of a PostgreSQL server");
                let name = fresh_name();
                address.set_path(&name);
                Self {
                    url: server.create_scratch(&name).await.expect("a scratch database"),
                    url_text: address.into(),
                    folder,
                    scratch: Some((server, name)),
                }
            }
        })
    }

    /// What in it breaks an invariant (SPEC 24.2), as seen at `now` on the machine's clock. Nobody else may use it.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn broken_invariants(&self, now: Timestamp) -> Vec<String> {
        let options = Options {
            durability: Durability::TestsOnly,
            max_connections: 2,
            ..Options::default()
        };
        let database = Database::connect(&self.url, &options)
            .await
            .expect("the database opens");
        let mut session = database.begin().await.expect("a unit of work");
        let found = invariants::check(&mut session, None, &|organization| organization.now(now))
            .await
            .expect("the database is readable");
        drop(session);
        database.close().await;
        found
    }

    /// Removes it.
    ///
    /// # Panics
    /// When PostgreSQL refuses.
    pub async fn remove(self) {
        if let Some((server, name)) = &self.scratch {
            server
                .drop_scratch(name)
                .await
                .expect("the scratch database is dropped");
        }
    }
}

#[expect(clippy::print_stderr, reason = "a skipped half is never silent")]
fn postgres_server() -> Option<Url> {
    match env::var("AKTIVER_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url.parse().expect("AKTIVER_TEST_POSTGRES is a URL")),
        _ if env::var_os("CI").is_some() => {
            panic!("CI is set, but AKTIVER_TEST_POSTGRES does not name a PostgreSQL server")
        }
        _ => {
            eprintln!("SKIPPED on PostgreSQL: set AKTIVER_TEST_POSTGRES=postgres://USER@HOST:PORT/DATABASE");
            None
        }
    }
}

/// A name of this process and test; a left-over database of the same name is replaced.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("aktiver_kit_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
