//! What can go wrong, in the same words on both engines.

/// The result of a storage operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A storage failure. Violated constraints carry the constraint's name, which is the same in both schemas.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A unique constraint, unique index or primary key already holds the value.
    #[error("unique constraint {constraint} is violated")]
    Unique {
        /// The name of the index or constraint.
        constraint: String,
    },
    /// A foreign key names a row that does not exist, or a row that is still named would be removed.
    #[error("a foreign key is violated{}", named(.constraint.as_deref()))]
    ForeignKey {
        /// The constraint's name; SQLite does not tell it.
        constraint: Option<String>,
    },
    /// A check constraint refuses the value.
    #[error("check constraint {constraint} is violated")]
    Check {
        /// The constraint's name.
        constraint: String,
    },
    /// A column that must have a value was given none.
    #[error("column {column} must not be null")]
    NotNull {
        /// The column's name, with the table's where the engine tells it.
        column: String,
    },
    /// The database is locked by someone else, or no connection became free in time. Trying again later may help.
    #[error("the database is busy; try again")]
    Busy,
    /// PostgreSQL gave up this transaction for another one (serialization failure or deadlock): run the whole unit again.
    #[error("the transaction collided with another one; run it again")]
    Serialization,
    /// A statement that returns one row returned none.
    #[error("{statement} found no row")]
    NotFound {
        /// The statement's name.
        statement: &'static str,
    },
    /// Someone else changed the row since it was read, or it is gone: read it again and decide again.
    #[error("{what} was changed by someone else; read it again")]
    Stale {
        /// The noun of what was to be changed, as in "the user".
        what: &'static str,
    },
    /// A supply that only shrinks is used up.
    #[error("{what} is used up")]
    Exhausted {
        /// What is used up.
        what: &'static str,
    },
    /// A value cannot be stored: it is larger than the database's whole numbers.
    #[error("{what} is too large to be stored")]
    TooLarge {
        /// The value's name.
        what: &'static str,
    },
    /// A stored value is not what the program expects.
    #[error("{statement}: column {column} holds an unusable value: {reason}")]
    BadRow {
        /// The statement's name.
        statement: &'static str,
        /// The column's name in the result.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An earlier statement of this unit of work failed or was cancelled; it can only be rolled back.
    #[error("an earlier statement of this unit of work failed; roll it back and begin again")]
    Aborted,
    /// The commit this unit of work was part of failed; nothing of it is stored.
    #[error("the commit failed, nothing was stored: {reason}")]
    CommitFailed {
        /// The engine's reason.
        reason: String,
    },
    /// A statement that changes data was given to a session that only reads.
    #[error("{statement} changes data, but the session only reads")]
    ReadOnly {
        /// The statement's name.
        statement: &'static str,
    },
    /// The session does not hold a unit of work.
    #[error("the session only reads: there is nothing to commit")]
    NoUnit,
    /// The database has been closed.
    #[error("the database is closed")]
    Closed,
    /// The database URL cannot be used.
    #[error("database URL: {reason}")]
    Url {
        /// What is wrong, and what is accepted.
        reason: String,
    },
    /// The database file cannot be opened or made.
    #[error("database file {path}: {reason}; its folder must exist and be writable")]
    File {
        /// The file's path.
        path: String,
        /// The engine's reason.
        reason: String,
    },
    /// The PostgreSQL server cannot be reached or refuses the connection.
    #[error("database server {url}: {reason}; check that it runs, and the user, password and database in the URL")]
    Server {
        /// The URL without password.
        url: String,
        /// The server's or the network's reason.
        reason: String,
    },
    /// The database was migrated by a newer program.
    #[error(
        "the database has schema version {found}, this program knows versions up to {supported}; run the newer program"
    )]
    NewerDatabase {
        /// The version in the database.
        found: i64,
        /// The newest version of this program.
        supported: i64,
    },
    /// A migration failed, or is not the one that was applied.
    #[error("migration {version}: {reason}")]
    Migration {
        /// The migration's number.
        version: i64,
        /// What is wrong.
        reason: String,
    },
    /// Anything else the driver reports.
    #[error(transparent)]
    Sqlx(sqlx::Error),
}

fn named(constraint: Option<&str>) -> String {
    constraint.map_or_else(String::new, |name| format!(": {name}"))
}

impl Error {
    /// Whether this is a violation of the unique constraint, unique index or primary key of that name.
    #[must_use]
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::Unique { constraint } if constraint == name)
    }

    /// Whether running the whole unit of work again may succeed without any change.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::Serialization)
    }
}

/// What a driver error means, before a SQLite column list has been resolved to a constraint's name.
pub(super) enum Cause {
    Known(Error),
    /// SQLite's "t.a, t.b" of a unique violation.
    UniqueColumns(String),
}

pub(super) fn cause(error: sqlx::Error) -> Cause {
    use sqlx::error::ErrorKind;

    let database = match error {
        sqlx::Error::Database(database) => database,
        sqlx::Error::PoolTimedOut => return Cause::Known(Error::Busy),
        sqlx::Error::PoolClosed => return Cause::Known(Error::Closed),
        other => return Cause::Known(Error::Sqlx(other)),
    };
    let postgres = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some();
    let constraint = database.constraint().map(str::to_owned);
    let message = database.message();
    Cause::Known(match database.kind() {
        ErrorKind::UniqueViolation | ErrorKind::ExclusionViolation => match constraint {
            Some(constraint) => Error::Unique { constraint },
            None => {
                let subject = after_colon(message);
                // An index over expressions is named by SQLite itself.
                match subject.strip_prefix("index '") {
                    Some(index) => Error::Unique {
                        constraint: index.trim_end_matches('\'').to_owned(),
                    },
                    None => return Cause::UniqueColumns(subject.to_owned()),
                }
            }
        },
        ErrorKind::ForeignKeyViolation => Error::ForeignKey { constraint },
        ErrorKind::CheckViolation => Error::Check {
            constraint: constraint.unwrap_or_else(|| after_colon(message).to_owned()),
        },
        ErrorKind::NotNullViolation => Error::NotNull {
            column: if postgres {
                message.split('"').nth(1).unwrap_or(message).to_owned()
            } else {
                after_colon(message).to_owned()
            },
        },
        _ => match database.code() {
            Some(code) if postgres && is_serialization(&code) => Error::Serialization,
            Some(code) if postgres && code == LOCK_NOT_AVAILABLE => Error::Busy,
            Some(code) if !postgres && is_sqlite_busy(&code) => Error::Busy,
            _ => Error::Sqlx(sqlx::Error::Database(database)),
        },
    })
}

fn after_colon(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(_, rest)| rest)
}

const LOCK_NOT_AVAILABLE: &str = "55P03";

/// SQLSTATE 40001 (serialization failure) and 40P01 (deadlock).
fn is_serialization(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// `SQLITE_BUSY` (5) and `SQLITE_LOCKED` (6), whose extended codes keep them in the low byte.
fn is_sqlite_busy(code: &str) -> bool {
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match cause(error) {
            Cause::Known(error) => error,
            Cause::UniqueColumns(constraint) => Self::Unique { constraint },
        }
    }
}
