//! Where the database is and how it is used.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use super::{Engine, Error};

/// Where the database is: `sqlite:PATH`, `postgres://…` or `postgresql://…`.
#[derive(Clone)]
pub struct DatabaseUrl(pub(super) Location);

#[derive(Clone)]
pub(super) enum Location {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl DatabaseUrl {
    /// A SQLite database in a file.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Location::Sqlite(path.into()))
    }

    /// The engine the URL asks for.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Location::Sqlite(_) => Engine::Sqlite,
            Location::Postgres(_) => Engine::Postgres,
        }
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&std::path::Path> {
        match &self.0 {
            Location::Sqlite(path) => Some(path),
            Location::Postgres(_) => None,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        let refuse = |reason: &str| {
            Err(Error::Url {
                reason: reason.to_owned(),
            })
        };
        if let Some(path) = url.strip_prefix("sqlite:") {
            // `sqlite:///abs/path` and `sqlite://rel/path` are common spellings of `sqlite:/abs/path` and `sqlite:rel/path`.
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") || path.contains('?') {
                return refuse("give a file: sqlite:PATH, for example sqlite:aktiver.db");
            }
            return Ok(Self::sqlite(path));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return match PgConnectOptions::from_str(url) {
                Ok(options) => Ok(Self(Location::Postgres(Box::new(options)))),
                // The driver's message could repeat the password.
                Err(_) => refuse("use postgres://USER:PASSWORD@HOST:PORT/DATABASE"),
            };
        }
        refuse("use sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
    }
}

/// Without password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Location::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Location::Postgres(options) => write!(
                f,
                "postgres://{}@{}:{}/{}",
                options.get_username(),
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or_default(),
            ),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// How much a SQLite commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// An acknowledged commit survives a power cut (`synchronous=FULL`).
    #[default]
    Full,
    /// Nothing waits for the disk. For databases of tests alone.
    TestsOnly,
}

/// How the database is used.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections to PostgreSQL, at most.
    pub max_connections: u32,
    /// Reading connections to SQLite, at most; opened when needed.
    pub sqlite_readers: u32,
    /// How long SQLite waits for a lock of another process.
    pub busy_timeout: Duration,
    /// How long to wait for a free connection before [`Error::Busy`].
    pub acquire_timeout: Duration,
    /// The name PostgreSQL shows for the connections.
    pub application_name: String,
    /// SQLite only.
    pub durability: Durability,
    /// SQLite: a batch older than this is committed before another unit of work joins it.
    pub batch_window: Duration,
    /// SQLite: a batch of this many units of work is committed before another one joins it.
    pub batch_units: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 32,
            sqlite_readers: 6,
            busy_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(10),
            application_name: "aktiver".to_owned(),
            durability: Durability::Full,
            batch_window: Duration::from_millis(5),
            batch_units: 128,
        }
    }
}
