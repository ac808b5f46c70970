//! Forward-only migrations, carried inside the program.

use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Row as _, raw_sql};

use super::writer::Writer;
use super::{Error, Result};
use std::sync::Arc;

/// One migration file.
pub(super) struct Migration {
    pub(super) version: i64,
    /// The file's name without extension.
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
}

impl Migration {
    fn checksum(&self) -> Vec<u8> {
        Sha256::digest(self.sql.as_bytes()).to_vec()
    }
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The newest schema version this program knows; 0 if it carries no migration.
pub(super) fn newest(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.version)
}

/// Those still to be applied, after a check that the applied ones are ours.
fn pending<'a>(migrations: &'a [Migration], applied: &[(i64, Vec<u8>)]) -> Result<Vec<&'a Migration>> {
    let supported = newest(migrations);
    for (version, checksum) in applied {
        if *version > supported {
            return Err(Error::NewerDatabase {
                found: applied.iter().map(|(version, _)| *version).max().unwrap_or(*version),
                supported,
            });
        }
        let known = migrations.iter().find(|known| known.version == *version);
        if known.is_none_or(|known| known.checksum() != *checksum) {
            return Err(Error::Migration {
                version: *version,
                reason: "the database was migrated by a file that is not the one this program carries; \
                         a migration is never changed once it has been applied"
                    .to_owned(),
            });
        }
    }
    Ok(migrations
        .iter()
        .filter(|migration| applied.iter().all(|(version, _)| *version != migration.version))
        .collect())
}

fn failed(version: i64) -> impl FnOnce(sqlx::Error) -> Error {
    move |error| Error::Migration {
        version,
        reason: error.to_string(),
    }
}

const APPLIED: &str = "select version, checksum from schema_migration order by version";
const RECORD: &str = "insert into schema_migration (version, name, checksum) values ($1, $2, $3)";

pub(super) async fn sqlite(writer: &Arc<Writer>, migrations: &'static [Migration]) -> Result<()> {
    let mut exclusive = writer.exclusive().await?;
    let connection = exclusive.connection()?;
    raw_sql("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let outcome = sqlite_apply(connection, migrations).await;
    let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = raw_sql(end).execute(&mut *connection).await;
    outcome?;
    ended?;
    Ok(())
}

async fn sqlite_apply(connection: &mut sqlx::SqliteConnection, migrations: &'static [Migration]) -> Result<()> {
    raw_sql(
        "create table if not exists schema_migration (\
         version integer primary key, name text not null, checksum blob not null) strict",
    )
    .execute(&mut *connection)
    .await?;
    let applied = sqlx::query(APPLIED)
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    for migration in pending(migrations, &applied)? {
        raw_sql(AssertSqlSafe(migration.sql))
            .execute(&mut *connection)
            .await
            .map_err(failed(migration.version))?;
        sqlx::query(RECORD)
            .bind(migration.version)
            .bind(migration.name)
            .bind(migration.checksum())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn postgres(pool: &PgPool, migrations: &'static [Migration]) -> Result<()> {
    let mut transaction = pool.begin().await?;
    // Server processes that start together migrate one after the other.
    raw_sql("select pg_advisory_xact_lock(4710234908)")
        .execute(&mut *transaction)
        .await?;
    raw_sql(
        "create table if not exists schema_migration (\
         version bigint primary key, name text not null, checksum bytea not null)",
    )
    .execute(&mut *transaction)
    .await?;
    let applied = sqlx::query(APPLIED)
        .fetch_all(&mut *transaction)
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    for migration in pending(migrations, &applied)? {
        raw_sql(AssertSqlSafe(migration.sql))
            .execute(&mut *transaction)
            .await
            .map_err(failed(migration.version))?;
        sqlx::query(RECORD)
            .bind(migration.version)
            .bind(migration.name)
            .bind(migration.checksum())
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_have_the_same_migrations() {
        let names = |list: &[Migration]| list.iter().map(|m| m.name).collect::<Vec<_>>();
        assert_eq!(names(SQLITE), names(POSTGRES));
    }

    #[test]
    fn migration_numbers_follow_each_other() {
        for (expected, migration) in (1..).zip(SQLITE) {
            assert_eq!(migration.version, expected, "{}", migration.name);
        }
    }

    const TWO: &[Migration] = &[
        Migration {
            version: 1,
            name: "0001_a",
            sql: "select 1",
        },
        Migration {
            version: 2,
            name: "0002_b",
            sql: "select 2",
        },
    ];

    #[test]
    fn a_newer_database_is_refused() {
        let applied = [(1, TWO[0].checksum()), (3, vec![0])];
        assert!(matches!(
            pending(TWO, &applied),
            Err(Error::NewerDatabase { found: 3, supported: 2 })
        ));
    }

    #[test]
    fn a_changed_migration_is_refused() {
        assert!(matches!(
            pending(TWO, &[(1, vec![0])]),
            Err(Error::Migration { version: 1, .. })
        ));
    }

    #[test]
    fn only_missing_migrations_are_applied() {
        let left = pending(TWO, &[(1, TWO[0].checksum())]).unwrap();
        assert_eq!(left.iter().map(|m| m.version).collect::<Vec<_>>(), [2]);
    }
}
