//! Statements: fixed texts, known by name, each written once for both engines where SQL allows.

use super::Engine;

/// One SQL statement: one text for both engines, or one per engine.
///
/// Placeholders are `$1`, `$2`, … on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The constant's name with its module's, for errors and traces.
    pub name: &'static str,
    /// The text SQLite gets.
    pub sqlite: &'static str,
    /// The text PostgreSQL gets.
    pub postgres: &'static str,
}

impl Statement {
    /// The text for an engine.
    #[must_use]
    pub const fn sql(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// Declares a module's statements and `ALL`, the list of them.
///
/// ```ignore
/// statements! {
///     /// A user of an organization.
///     USER_BY_ID both "select id, name from app_user where organization_id = $1 and id = $2";
///     LOCK_POOL
///         sqlite "select id from pool where organization_id = $1 and id = $2"
///         postgres "select id from pool where organization_id = $1 and id = $2 for update";
/// }
/// ```
///
/// A module that uses it is named in `crate::statement_modules!`, so that the test which prepares every statement finds it.
#[macro_export]
macro_rules! statements {
    (@collect [$($name:ident)*]) => {
        /// Every statement of this module.
        pub(crate) static ALL: &[&$crate::engine::Statement] = &[$(&$name),*];
    };
    (@collect [$($seen:ident)*] $(#[$meta:meta])* $name:ident both $text:expr; $($rest:tt)*) => {
        $(#[$meta])*
        pub(crate) static $name: $crate::engine::Statement = $crate::engine::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            sqlite: $text,
            postgres: $text,
        };
        $crate::statements!(@collect [$($seen)* $name] $($rest)*);
    };
    (@collect [$($seen:ident)*] $(#[$meta:meta])* $name:ident sqlite $sqlite:literal postgres $postgres:literal; $($rest:tt)*) => {
        $(#[$meta])*
        pub(crate) static $name: $crate::engine::Statement = $crate::engine::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            sqlite: $sqlite,
            postgres: $postgres,
        };
        $crate::statements!(@collect [$($seen)* $name] $($rest)*);
    };
    (@collect [$($seen:ident)*] $(#[$meta:meta])* $name:ident sqlite ($sqlite:expr) postgres ($postgres:expr); $($rest:tt)*) => {
        $(#[$meta])*
        pub(crate) static $name: $crate::engine::Statement = $crate::engine::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            sqlite: $sqlite,
            postgres: $postgres,
        };
        $crate::statements!(@collect [$($seen)* $name] $($rest)*);
    };
    ($($all:tt)*) => {
        $crate::statements!(@collect [] $($all)*);
    };
}
