//! Databases made and dropped on a PostgreSQL server, for the tests of other crates, which have no SQL of their own.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, raw_sql};

use super::options::Location;
use super::{DatabaseUrl, Error, Result};

impl DatabaseUrl {
    /// Makes an empty database on this URL's server, in place of one of the same name, and gives its URL. The name is of lower-case
    /// letters, digits and underscores.
    #[doc(hidden)]
    pub async fn create_scratch(&self, name: &str) -> Result<Self> {
        self.drop_scratch(name).await?;
        self.administer(name, format!("create database {name}")).await?;
        match &self.0 {
            Location::Postgres(options) => Ok(Self(Location::Postgres(Box::new(
                options.as_ref().clone().database(name),
            )))),
            Location::Sqlite(_) => Err(not_a_server()),
        }
    }

    /// Drops a database that [`create_scratch`](Self::create_scratch) made, whoever is connected to it.
    #[doc(hidden)]
    pub async fn drop_scratch(&self, name: &str) -> Result<()> {
        self.administer(name, format!("drop database if exists {name} with (force)"))
            .await
    }

    async fn administer(&self, name: &str, sql: String) -> Result<()> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(Error::Url {
                reason: "a scratch database is named with lower-case letters, digits and underscores".to_owned(),
            });
        }
        let Location::Postgres(options) = &self.0 else {
            return Err(not_a_server());
        };
        let mut connection = PgConnection::connect_with(options).await?;
        raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }
}

fn not_a_server() -> Error {
    Error::Url {
        reason: "scratch databases need a PostgreSQL server".to_owned(),
    }
}
