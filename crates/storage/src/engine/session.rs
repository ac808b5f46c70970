//! A session: a unit of work, or a connection that reads.

use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr as _, SqlStr, Sqlite, Transaction};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::constraints::Constraints;
use super::error::{Cause, cause};
use super::param::{bind_postgres, bind_sqlite};
use super::writer::{Counters, Unit};
use super::{Engine, Error, Param, Result, Row, Statement};

/// A unit of work ([`Database::begin`](super::Database::begin)) or a reader ([`Database::read`](super::Database::read)).
///
/// Dropping a unit of work rolls it back. After a statement of it failed, or its future was dropped, every further statement and
/// [`commit`](Self::commit) are [`Error::Aborted`].
///
/// On SQLite a unit of work holds the only writer: commit it, roll it back or drop it before waiting for another unit of work, its
/// commit included.
#[must_use = "dropping a unit of work rolls it back"]
pub struct Session {
    inner: Inner,
    aborted: bool,
}

enum Inner {
    SqliteReader(PoolConnection<Sqlite>, Constraints),
    SqliteUnit(Unit, Constraints),
    PostgresReader(PoolConnection<Postgres>),
    PostgresUnit(Transaction<'static, Postgres>, Arc<Counters>),
}

/// How many rows are wanted.
enum Want {
    All,
    First,
    Count,
}

/// What a statement gave.
struct Outcome {
    rows: Vec<Row>,
    affected: u64,
}

impl Session {
    pub(super) const fn sqlite_reader(connection: PoolConnection<Sqlite>, constraints: Constraints) -> Self {
        Self::over(Inner::SqliteReader(connection, constraints))
    }

    pub(super) const fn sqlite_unit(unit: Unit, constraints: Constraints) -> Self {
        Self::over(Inner::SqliteUnit(unit, constraints))
    }

    pub(super) const fn postgres_reader(connection: PoolConnection<Postgres>) -> Self {
        Self::over(Inner::PostgresReader(connection))
    }

    pub(super) const fn postgres_unit(transaction: Transaction<'static, Postgres>, counters: Arc<Counters>) -> Self {
        Self::over(Inner::PostgresUnit(transaction, counters))
    }

    const fn over(inner: Inner) -> Self {
        Self { inner, aborted: false }
    }

    /// The engine behind the session.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.inner {
            Inner::SqliteReader(..) | Inner::SqliteUnit(..) => Engine::Sqlite,
            Inner::PostgresReader(..) | Inner::PostgresUnit(..) => Engine::Postgres,
        }
    }

    /// Whether this is a unit of work, which may change data.
    #[must_use]
    pub const fn is_unit(&self) -> bool {
        matches!(self.inner, Inner::SqliteUnit(..) | Inner::PostgresUnit(..))
    }

    /// Every row of a statement's result.
    pub async fn fetch_all(
        &mut self,
        statement: &'static Statement,
        params: impl Into<Vec<Param>> + Send,
    ) -> Result<Vec<Row>> {
        let outcome = self.run(statement, params.into(), Want::All).await?;
        Ok(outcome.rows)
    }

    /// The first row, if there is one.
    pub async fn fetch_optional(
        &mut self,
        statement: &'static Statement,
        params: impl Into<Vec<Param>> + Send,
    ) -> Result<Option<Row>> {
        let outcome = self.run(statement, params.into(), Want::First).await?;
        Ok(outcome.rows.into_iter().next())
    }

    /// The first row; [`Error::NotFound`] if there is none, which does not abort the unit of work.
    pub async fn fetch_one(
        &mut self,
        statement: &'static Statement,
        params: impl Into<Vec<Param>> + Send,
    ) -> Result<Row> {
        self.fetch_optional(statement, params).await?.ok_or(Error::NotFound {
            statement: statement.name,
        })
    }

    /// Runs a statement that returns no rows; gives the number of rows it changed.
    pub async fn execute(
        &mut self,
        statement: &'static Statement,
        params: impl Into<Vec<Param>> + Send,
    ) -> Result<u64> {
        let outcome = self.run(statement, params.into(), Want::Count).await?;
        Ok(outcome.affected)
    }

    /// Runs SQL composed of allow-listed fragments; for the one module that composes filters.
    #[allow(dead_code)]
    pub(crate) async fn fetch_composed(&mut self, sql: String, params: Vec<Param>) -> Result<Vec<Row>> {
        let outcome = self
            .run_sql("COMPOSED", AssertSqlSafe(sql).into_sql_str(), params, Want::All)
            .await?;
        Ok(outcome.rows)
    }

    /// Returns when everything the unit of work did is durable. On any error nothing of it is stored, unless the connection to
    /// PostgreSQL broke during the commit, in which case the outcome is unknown.
    pub async fn commit(self) -> Result<()> {
        if self.aborted {
            self.rollback().await?;
            return Err(Error::Aborted);
        }
        match self.inner {
            Inner::SqliteUnit(unit, _) => unit.commit().await,
            Inner::PostgresUnit(transaction, counters) => {
                transaction.commit().await?;
                counters.commits.fetch_add(1, Ordering::Relaxed);
                counters.units.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Inner::SqliteReader(..) | Inner::PostgresReader(..) => Err(Error::NoUnit),
        }
    }

    /// Undoes the unit of work; dropping the session does the same in the background. A reader is given back.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::SqliteUnit(unit, _) => unit.rollback().await,
            Inner::PostgresUnit(transaction, _) => Ok(transaction.rollback().await?),
            Inner::SqliteReader(..) | Inner::PostgresReader(..) => Ok(()),
        }
    }

    async fn run(&mut self, statement: &'static Statement, params: Vec<Param>, want: Want) -> Result<Outcome> {
        let sql = statement.sql(self.engine());
        if !self.is_unit() && !only_reads(sql) {
            return Err(Error::ReadOnly {
                statement: statement.name,
            });
        }
        self.run_sql(statement.name, sql.into_sql_str(), params, want).await
    }

    async fn run_sql(&mut self, name: &'static str, sql: SqlStr, params: Vec<Param>, want: Want) -> Result<Outcome> {
        if self.aborted {
            return Err(Error::Aborted);
        }
        // Stays set if this future is dropped before the engine has answered.
        self.aborted = self.is_unit();
        let outcome = match &mut self.inner {
            Inner::SqliteReader(connection, constraints) => {
                run_sqlite(connection, constraints, name, sql, params, want).await
            }
            Inner::SqliteUnit(unit, constraints) => {
                run_sqlite(unit.connection()?, constraints, name, sql, params, want).await
            }
            Inner::PostgresReader(connection) => run_postgres(connection, name, sql, params, want).await,
            Inner::PostgresUnit(transaction, _) => run_postgres(transaction, name, sql, params, want).await,
        }?;
        self.aborted = false;
        Ok(outcome)
    }
}

/// A first word that cannot change data. SQLite's readers refuse the rest by themselves; PostgreSQL's are ordinary connections.
fn only_reads(sql: &str) -> bool {
    let word = sql.split_whitespace().next().unwrap_or_default();
    ["select", "with", "values", "explain"]
        .iter()
        .any(|reading| word.eq_ignore_ascii_case(reading))
}

async fn run_sqlite(
    connection: &mut SqliteConnection,
    constraints: &Constraints,
    name: &'static str,
    sql: SqlStr,
    params: Vec<Param>,
    want: Want,
) -> Result<Outcome> {
    let query = bind_sqlite(sqlx::query::<Sqlite>(sql), params);
    let row = |row| Row::sqlite(name, row);
    let outcome = match want {
        Want::All => query.fetch_all(&mut *connection).await.map(|rows| Outcome {
            rows: rows.into_iter().map(row).collect(),
            affected: 0,
        }),
        Want::First => query.fetch_optional(&mut *connection).await.map(|found| Outcome {
            rows: found.into_iter().map(row).collect(),
            affected: 0,
        }),
        Want::Count => query.execute(&mut *connection).await.map(|done| Outcome {
            rows: Vec::new(),
            affected: done.rows_affected(),
        }),
    };
    match outcome {
        Ok(outcome) => Ok(outcome),
        Err(error) => Err(match cause(error) {
            Cause::Known(error) => error,
            Cause::UniqueColumns(columns) => {
                let mut known = constraints.name(&columns);
                if known.is_none() {
                    // The schema is newer than the names that were read.
                    constraints.load(connection).await?;
                    known = constraints.name(&columns);
                }
                Error::Unique {
                    constraint: known.unwrap_or(columns),
                }
            }
        }),
    }
}

async fn run_postgres(
    connection: &mut sqlx::PgConnection,
    name: &'static str,
    sql: SqlStr,
    params: Vec<Param>,
    want: Want,
) -> Result<Outcome> {
    let query = bind_postgres(sqlx::query::<Postgres>(sql), params);
    let row = |row| Row::postgres(name, row);
    Ok(match want {
        Want::All => Outcome {
            rows: query.fetch_all(&mut *connection).await?.into_iter().map(row).collect(),
            affected: 0,
        },
        Want::First => Outcome {
            rows: query
                .fetch_optional(&mut *connection)
                .await?
                .into_iter()
                .map(row)
                .collect(),
            affected: 0,
        },
        Want::Count => Outcome {
            rows: Vec::new(),
            affected: query.execute(&mut *connection).await?.rows_affected(),
        },
    })
}
