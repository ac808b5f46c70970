//! A thin typed layer over sqlx: a storage function is written once and runs on SQLite and PostgreSQL.

mod about;
mod constraints;
mod error;
mod migrate;
mod options;
mod param;
mod row;
mod scratch;
mod session;
mod statement;
mod writer;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Either, Executor as _, SqlSafeStr as _, SqlStr, Statement as _};

use tokio::time::timeout;

use constraints::Constraints;
use options::Location;
use writer::{Counters, Writer};

pub use error::{Error, Result};
pub use options::{DatabaseUrl, Durability, Options};
pub use param::Param;
pub use row::Row;
pub use session::Session;
pub use statement::Statement;

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One file, one process.
    Sqlite,
    /// A server that many processes share.
    Postgres,
}

/// How often work was committed since the database was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitCounts {
    /// Real commits.
    pub commits: u64,
    /// Units of work they made durable: more than `commits` where SQLite committed several together.
    pub units: u64,
}

/// An open database; clones share it.
#[derive(Clone)]
pub struct Database {
    inner: Inner,
    counters: Arc<Counters>,
}

#[derive(Clone)]
enum Inner {
    Sqlite {
        writer: Arc<Writer>,
        readers: SqlitePool,
        constraints: Constraints,
    },
    Postgres(PgPool),
}

/// Statements kept prepared per connection: more than the crate has.
const STATEMENT_CACHE: usize = 1024;
/// A pooled connection that was idle for longer is asked whether it still lives before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

impl Database {
    /// Opens the database. A SQLite file is made if it does not exist, with the mode the process gives new files: the program makes it
    /// beforehand, empty and for its owner alone, and SQLite then gives its side files the same mode.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Server`] if the file or server cannot be reached.
    pub async fn connect(url: &DatabaseUrl, options: &Options) -> Result<Self> {
        let counters = Arc::new(Counters::default());
        let inner = match &url.0 {
            Location::Sqlite(path) => {
                let common = SqliteConnectOptions::new()
                    .filename(path)
                    .foreign_keys(true)
                    .busy_timeout(options.busy_timeout)
                    .statement_cache_capacity(STATEMENT_CACHE)
                    .pragma("mmap_size", "268435456")
                    .pragma("temp_store", "memory");
                let writing = common
                    .clone()
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(match options.durability {
                        Durability::Full => SqliteSynchronous::Full,
                        Durability::TestsOnly => SqliteSynchronous::Off,
                    })
                    .pragma("cache_size", "-65536")
                    .optimize_on_close(true, 400);
                let writer = Writer::open(
                    writing,
                    options.batch_window,
                    options.batch_units,
                    Arc::clone(&counters),
                )
                .await
                .map_err(|error| Error::File {
                    path: path.display().to_string(),
                    reason: error.to_string(),
                })?;
                let readers = SqlitePoolOptions::new()
                    .max_connections(options.sqlite_readers)
                    .acquire_timeout(options.acquire_timeout)
                    .max_lifetime(None)
                    .test_before_acquire(false)
                    .connect_lazy_with(common.read_only(true).pragma("cache_size", "-16384"));
                Inner::Sqlite {
                    writer,
                    readers,
                    constraints: Constraints::default(),
                }
            }
            Location::Postgres(connect) => {
                let connect = connect
                    .as_ref()
                    .clone()
                    .application_name(&options.application_name)
                    .statement_cache_capacity(STATEMENT_CACHE);
                // The pool tries until its time is up and then only knows that it is: ask once for the reason.
                let probe = timeout(options.acquire_timeout, connect.connect()).await;
                let reason = match probe {
                    Ok(Ok(connection)) => connection.close().await.err().map(|error| error.to_string()),
                    Ok(Err(error)) => Some(error.to_string()),
                    Err(_) => Some("it does not answer".to_owned()),
                };
                if let Some(reason) = reason {
                    return Err(Error::Server {
                        url: url.to_string(),
                        reason,
                    });
                }
                let pool = PgPoolOptions::new()
                    .max_connections(options.max_connections)
                    .acquire_timeout(options.acquire_timeout)
                    .test_before_acquire(false)
                    .before_acquire(|connection, about| {
                        Box::pin(async move {
                            if about.idle_for > TRUSTED_IDLE {
                                connection.ping().await?;
                            }
                            Ok(true)
                        })
                    })
                    .connect_with(connect)
                    .await?;
                Inner::Postgres(pool)
            }
        };
        Ok(Self { inner, counters })
    }

    /// The engine behind the database.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite { .. } => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Applies the migrations that are missing, all or none.
    ///
    /// # Errors
    /// [`Error::NewerDatabase`] if a newer program has migrated it; [`Error::Migration`] if one fails or was changed after it had been
    /// applied.
    pub async fn migrate(&self) -> Result<()> {
        match &self.inner {
            Inner::Sqlite {
                writer, constraints, ..
            } => {
                migrate::sqlite(writer, migrate::SQLITE).await?;
                constraints.load(writer.exclusive().await?.connection()?).await?;
                Ok(())
            }
            Inner::Postgres(pool) => migrate::postgres(pool, migrate::POSTGRES).await,
        }
    }

    /// The newest schema version this program knows.
    #[must_use]
    pub fn supported_version(&self) -> i64 {
        migrate::newest(match self.inner {
            Inner::Sqlite { .. } => migrate::SQLITE,
            Inner::Postgres(_) => migrate::POSTGRES,
        })
    }

    /// A session that reads what is committed; each statement sees the newest. It never waits for a writer.
    pub async fn read(&self) -> Result<Session> {
        Ok(match &self.inner {
            Inner::Sqlite {
                readers, constraints, ..
            } => Session::sqlite_reader(readers.acquire().await?, constraints.clone()),
            Inner::Postgres(pool) => Session::postgres_reader(pool.acquire().await?),
        })
    }

    /// A unit of work. On SQLite it waits for its turn in a fair queue.
    pub async fn begin(&self) -> Result<Session> {
        Ok(match &self.inner {
            Inner::Sqlite {
                writer, constraints, ..
            } => Session::sqlite_unit(writer.begin().await?, constraints.clone()),
            Inner::Postgres(pool) => Session::postgres_unit(
                pool.begin_with("begin isolation level read committed").await?,
                Arc::clone(&self.counters),
            ),
        })
    }

    /// What the unique constraints of a SQLite schema are called, by "table.a, table.b"; empty on PostgreSQL, which tells names
    /// itself. For the test that compares the schemas.
    #[doc(hidden)]
    pub async fn sqlite_unique_names(&self) -> Result<BTreeMap<String, String>> {
        match &self.inner {
            Inner::Sqlite {
                readers, constraints, ..
            } => {
                let mut connection = readers.acquire().await?;
                constraints.load(&mut connection).await?;
                Ok(constraints.all())
            }
            Inner::Postgres(_) => Ok(BTreeMap::new()),
        }
    }

    /// How often work was committed, for metrics.
    #[must_use]
    pub fn commit_counts(&self) -> CommitCounts {
        CommitCounts {
            commits: self.counters.commits.load(Ordering::Relaxed),
            units: self.counters.units.load(Ordering::Relaxed),
        }
    }

    /// Prepares a statement without running it; gives the number of its parameters.
    ///
    /// # Errors
    /// What the engine has against it.
    pub async fn prepare(&self, statement: &'static Statement) -> Result<usize> {
        self.prepare_sql(statement.sql(self.engine()).into_sql_str()).await
    }

    /// Prepares composed SQL, see [`Database::prepare`].
    #[allow(dead_code)]
    pub(crate) async fn prepare_composed(&self, sql: String) -> Result<usize> {
        self.prepare_sql(sqlx::AssertSqlSafe(sql).into_sql_str()).await
    }

    async fn prepare_sql(&self, sql: SqlStr) -> Result<usize> {
        fn count<T>(parameters: Option<Either<&[T], usize>>) -> usize {
            match parameters {
                Some(Either::Left(types)) => types.len(),
                Some(Either::Right(count)) => count,
                None => 0,
            }
        }
        Ok(match &self.inner {
            Inner::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await?;
                count(connection.prepare(sql).await?.parameters())
            }
            Inner::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                count(connection.prepare(sql).await?.parameters())
            }
        })
    }

    /// Commits what is pending and closes every connection.
    pub async fn close(&self) {
        match &self.inner {
            Inner::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Inner::Postgres(pool) => pool.close().await,
        }
    }
}
