//! What the program can say about its database before it uses it.

use sqlx::{AssertSqlSafe, Row as _};

use super::{Database, Inner, Result};

impl Database {
    /// The newest schema version that was applied; 0 for an empty database.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub async fn schema_version(&self) -> Result<i64> {
        let tables = match self.inner {
            Inner::Sqlite { .. } => {
                "select count(*) from sqlite_schema where type = 'table' and name = 'schema_migration'"
            }
            Inner::Postgres(_) => {
                "select count(*) from information_schema.tables \
                 where table_schema = current_schema() and table_name = 'schema_migration'"
            }
        };
        if self.number(tables).await? == 0 {
            return Ok(0);
        }
        self.number("select coalesce(max(version), 0) from schema_migration")
            .await
    }

    /// What the engine calls its own version, such as `3.50.2` or `17.2 (Debian 17.2-1)`.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub async fn engine_version(&self) -> Result<String> {
        Ok(match &self.inner {
            Inner::Sqlite { readers, .. } => sqlx::query("select sqlite_version()")
                .fetch_one(readers)
                .await?
                .try_get(0)?,
            Inner::Postgres(pool) => sqlx::query("show server_version").fetch_one(pool).await?.try_get(0)?,
        })
    }

    async fn number(&self, sql: &'static str) -> Result<i64> {
        Ok(match &self.inner {
            Inner::Sqlite { readers, .. } => sqlx::query(AssertSqlSafe(sql)).fetch_one(readers).await?.try_get(0)?,
            Inner::Postgres(pool) => sqlx::query(AssertSqlSafe(sql)).fetch_one(pool).await?.try_get(0)?,
        })
    }
}
