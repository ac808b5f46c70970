//! Rows: the same typed getters over both engines' rows.

use std::fmt::Display;
use std::str::FromStr;

use aktiver_domain::ids::{Id, Kind};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, ColumnIndex, Database, Decode, Row as _, Type, TypeInfo as _};
use uuid::Uuid;

use super::{Error, Result};

/// One row of a statement's result. Getters name the column; a value that is absent, null or of another kind is
/// [`Error::BadRow`], never a panic.
pub struct Row {
    statement: &'static str,
    inner: Inner,
}

enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(super) fn sqlite(statement: &'static str, row: SqliteRow) -> Self {
        Self {
            statement,
            inner: Inner::Sqlite(row),
        }
    }

    pub(super) fn postgres(statement: &'static str, row: PgRow) -> Self {
        Self {
            statement,
            inner: Inner::Postgres(row),
        }
    }

    /// A whole number.
    pub fn int(&self, column: &str) -> Result<i64> {
        self.present(column, self.opt_int(column)?)
    }

    /// A whole number or null.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>> {
        match &self.inner {
            Inner::Sqlite(row) => self.get(row, column),
            Inner::Postgres(row) => {
                let narrow = row
                    .try_column(column)
                    .map_err(|error| self.bad(column, error))?
                    .type_info()
                    .name();
                match narrow {
                    "INT4" => Ok(self.get::<_, i32>(row, column)?.map(i64::from)),
                    "INT2" => Ok(self.get::<_, i16>(row, column)?.map(i64::from)),
                    _ => self.get(row, column),
                }
            }
        }
    }

    /// A count or quantity that is never negative and fits in 32 bits.
    pub fn count(&self, column: &str) -> Result<u32> {
        u32::try_from(self.int(column)?).map_err(|error| self.bad(column, error))
    }

    /// Text.
    pub fn text(&self, column: &str) -> Result<String> {
        self.present(column, self.opt_text(column)?)
    }

    /// Text or null.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>> {
        self.value(column)
    }

    /// A 16-byte id.
    pub fn id(&self, column: &str) -> Result<Uuid> {
        self.present(column, self.opt_id(column)?)
    }

    /// A 16-byte id or null.
    pub fn opt_id(&self, column: &str) -> Result<Option<Uuid>> {
        self.value(column)
    }

    /// The id of one thing of kind `K`.
    pub fn typed_id<K: Kind>(&self, column: &str) -> Result<Id<K>> {
        self.id(column).map(Id::from_uuid)
    }

    /// The id of one thing of kind `K`, or null.
    pub fn opt_typed_id<K: Kind>(&self, column: &str) -> Result<Option<Id<K>>> {
        Ok(self.opt_id(column)?.map(Id::from_uuid))
    }

    /// Bytes.
    pub fn blob(&self, column: &str) -> Result<Vec<u8>> {
        self.present(column, self.opt_blob(column)?)
    }

    /// Bytes or null.
    pub fn opt_blob(&self, column: &str) -> Result<Option<Vec<u8>>> {
        self.value(column)
    }

    /// Bytes of a fixed length, such as a digest.
    pub fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N]> {
        let bytes = self.blob(column)?;
        let length = bytes.len();
        bytes
            .try_into()
            .map_err(|_| self.bad(column, format_args!("{length} bytes instead of {N}")))
    }

    /// Bytes of a fixed length, or null.
    pub fn opt_bytes<const N: usize>(&self, column: &str) -> Result<Option<[u8; N]>> {
        match self.opt_blob(column)? {
            None => Ok(None),
            Some(_) => self.bytes(column).map(Some),
        }
    }

    /// A truth value: `BOOLEAN` in PostgreSQL, an integer other than 0 in SQLite.
    pub fn bool(&self, column: &str) -> Result<bool> {
        self.present(column, self.opt_bool(column)?)
    }

    /// A truth value or null.
    pub fn opt_bool(&self, column: &str) -> Result<Option<bool>> {
        match &self.inner {
            Inner::Sqlite(row) => Ok(self.get::<_, i64>(row, column)?.map(|value| value != 0)),
            Inner::Postgres(row) => self.get(row, column),
        }
    }

    /// An instant, stored as microseconds since 1970 UTC.
    pub fn instant(&self, column: &str) -> Result<Timestamp> {
        self.present(column, self.opt_instant(column)?)
    }

    /// An instant or null.
    pub fn opt_instant(&self, column: &str) -> Result<Option<Timestamp>> {
        self.opt_int(column)?
            .map(|value| Timestamp::from_microsecond(value).map_err(|error| self.bad(column, error)))
            .transpose()
    }

    /// A value kept as text, such as an enum.
    pub fn parse<T>(&self, column: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.present(column, self.opt_parse(column)?)
    }

    /// A value kept as text, or null.
    pub fn opt_parse<T>(&self, column: &str) -> Result<Option<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.opt_text(column)?
            .map(|text| text.parse().map_err(|error| self.bad(column, error)))
            .transpose()
    }

    /// An [`Error::BadRow`] about this row, for checks a caller makes on a value it has read.
    pub fn bad(&self, column: &str, reason: impl Display) -> Error {
        Error::BadRow {
            statement: self.statement,
            column: column.to_owned(),
            reason: reason.to_string(),
        }
    }

    fn present<T>(&self, column: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.bad(column, "null where a value is required"))
    }

    fn value<T>(&self, column: &str) -> Result<Option<T>>
    where
        T: for<'r> Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite>,
        T: for<'r> Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
    {
        match &self.inner {
            Inner::Sqlite(row) => self.get(row, column),
            Inner::Postgres(row) => self.get(row, column),
        }
    }

    fn get<'r, R, T>(&self, row: &'r R, column: &str) -> Result<Option<T>>
    where
        R: sqlx::Row,
        for<'c> &'c str: ColumnIndex<R>,
        T: Decode<'r, R::Database> + Type<R::Database>,
        R::Database: Database,
    {
        row.try_get::<Option<T>, _>(column)
            .map_err(|error| self.bad(column, error))
    }
}
