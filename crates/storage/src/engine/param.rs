//! Values bound to a statement's placeholders.

use aktiver_domain::ids::{Id, Kind};
use jiff::Timestamp;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};
use uuid::Uuid;

/// One bound value. Every scalar may be null; a null keeps its type, which PostgreSQL needs.
#[derive(Clone, PartialEq, Eq)]
pub enum Param {
    /// A whole number: amounts in minor units, counts, instants in microseconds since 1970.
    Int(Option<i64>),
    /// Text, also enums and JSON.
    Text(Option<String>),
    /// A 16-byte id.
    Id(Option<Uuid>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
    /// `BOOLEAN` in PostgreSQL, 0 or 1 in SQLite.
    Bool(Option<bool>),
    /// A set of ids: `uuid[]` in PostgreSQL (`= any($1)`, `unnest($1)`), in SQLite a JSON array of lower-case hexadecimal
    /// without dashes (`select unhex(value) from json_each($1)`).
    Ids(Vec<Uuid>),
    /// A set of whole numbers: `bigint[]` in PostgreSQL, a JSON array in SQLite.
    Ints(Vec<i64>),
    /// A set of texts: `text[]` in PostgreSQL, a JSON array in SQLite.
    Texts(Vec<String>),
}

/// Shows the kind of a value, never the value: parameters carry personal data and secrets.
impl std::fmt::Debug for Param {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, null) = match self {
            Self::Int(v) => ("Int", v.is_none()),
            Self::Text(v) => ("Text", v.is_none()),
            Self::Id(v) => ("Id", v.is_none()),
            Self::Blob(v) => ("Blob", v.is_none()),
            Self::Bool(v) => ("Bool", v.is_none()),
            Self::Ids(_) => ("Ids", false),
            Self::Ints(_) => ("Ints", false),
            Self::Texts(_) => ("Texts", false),
        };
        f.write_str(kind)?;
        f.write_str(if null { "(null)" } else { "(…)" })
    }
}

/// Binds the values of a statement: `params![organization, id, now]` is a `Vec<Param>`.
#[macro_export]
macro_rules! params {
    () => { ::std::vec::Vec::<$crate::engine::Param>::new() };
    ($($value:expr),+ $(,)?) => { ::std::vec![$($crate::engine::Param::from($value)),+] };
}

macro_rules! param_from {
    ($($kind:ident: $type:ty => |$value:ident| $convert:expr;)*) => {$(
        impl From<$type> for Param {
            fn from($value: $type) -> Self {
                Self::$kind(Some($convert))
            }
        }
        impl From<Option<$type>> for Param {
            fn from(value: Option<$type>) -> Self {
                Self::$kind(value.map(|$value| $convert))
            }
        }
    )*};
}

param_from! {
    Int: i64 => |v| v;
    Int: i32 => |v| i64::from(v);
    Int: i16 => |v| i64::from(v);
    Int: i8 => |v| i64::from(v);
    Int: u32 => |v| i64::from(v);
    Int: u16 => |v| i64::from(v);
    Int: u8 => |v| i64::from(v);
    Int: Timestamp => |v| v.as_microsecond();
    Text: String => |v| v;
    Text: &str => |v| v.to_owned();
    Text: &String => |v| v.clone();
    Id: Uuid => |v| v;
    Id: &Uuid => |v| *v;
    Blob: Vec<u8> => |v| v;
    Blob: &[u8] => |v| v.to_vec();
    Blob: [u8; 16] => |v| v.to_vec();
    Blob: &[u8; 16] => |v| v.to_vec();
    Blob: [u8; 32] => |v| v.to_vec();
    Blob: &[u8; 32] => |v| v.to_vec();
    Blob: &Vec<u8> => |v| v.clone();
    Bool: bool => |v| v;
}

impl<K: Kind> From<Id<K>> for Param {
    fn from(value: Id<K>) -> Self {
        Self::Id(Some(value.uuid()))
    }
}

impl<K: Kind> From<Option<Id<K>>> for Param {
    fn from(value: Option<Id<K>>) -> Self {
        Self::Id(value.map(Id::uuid))
    }
}

impl<K: Kind> From<&[Id<K>]> for Param {
    fn from(value: &[Id<K>]) -> Self {
        Self::Ids(value.iter().map(|id| id.uuid()).collect())
    }
}

impl From<Vec<Uuid>> for Param {
    fn from(value: Vec<Uuid>) -> Self {
        Self::Ids(value)
    }
}

impl From<&[Uuid]> for Param {
    fn from(value: &[Uuid]) -> Self {
        Self::Ids(value.to_vec())
    }
}

impl From<Vec<i64>> for Param {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}

impl From<Vec<String>> for Param {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

pub(super) fn bind_sqlite(
    mut query: Query<'static, Sqlite, SqliteArguments>,
    params: Vec<Param>,
) -> Query<'static, Sqlite, SqliteArguments> {
    for param in params {
        query = match param {
            Param::Int(v) => query.bind(v),
            Param::Text(v) => query.bind(v),
            Param::Id(v) => query.bind(v),
            Param::Blob(v) => query.bind(v),
            Param::Bool(v) => query.bind(v),
            Param::Ids(v) => query.bind(json_array(v.iter().map(|id| id.simple().to_string()))),
            Param::Ints(v) => query.bind(json_array(v.into_iter())),
            Param::Texts(v) => query.bind(json_array(v.into_iter())),
        };
    }
    query
}

fn json_array<T: Into<serde_json::Value>>(values: impl Iterator<Item = T>) -> String {
    serde_json::Value::Array(values.map(Into::into).collect()).to_string()
}

pub(super) fn bind_postgres(
    mut query: Query<'static, Postgres, PgArguments>,
    params: Vec<Param>,
) -> Query<'static, Postgres, PgArguments> {
    for param in params {
        query = match param {
            Param::Int(v) => query.bind(v),
            Param::Text(v) => query.bind(v),
            Param::Id(v) => query.bind(v),
            Param::Blob(v) => query.bind(v),
            Param::Bool(v) => query.bind(v),
            Param::Ids(v) => query.bind(v),
            Param::Ints(v) => query.bind(v),
            Param::Texts(v) => query.bind(v),
        };
    }
    query
}
