//! For tests only: a whole server per test, on either engine, with the clock in your hand.
//!
//! [`both_engines!`] runs one body on SQLite and on PostgreSQL. `AKTIVER_TEST_POSTGRES` is the URL of a PostgreSQL server whose
//! user may create databases. Without it the PostgreSQL half of a test is skipped, loudly; where `CI` is set it fails instead. Every
//! test ends with an orderly shutdown and the check of the invariants on what is left in the database.
//!
//! ```no_run
//! aktiver_testkit::both_engines! {
//!     async fn a_customer_has_an_id(t: &TestServer) {
//!         let customer = t.customer("Fjordvik AS").await;
//!         let answer = t.vendor_get(&format!("/api/v1/organizations/{}", customer.id)).await;
//!         assert_eq!(answer.status, 200);
//!     }
//! }
//! ```

mod customer;
mod database;
mod outside;
mod server;

pub use aktiver_storage::engine::Engine;
pub use customer::{Customer, Person};
pub use database::TestDatabase;
pub use outside::{BEGINNING, HandClock, SeededEntropy};
pub use server::{Answer, TestServer, on};

/// Runs test bodies on both engines: `both_engines! { async fn name(t: &TestServer) { … } }`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($t:ident: &TestServer) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a body that uses nothing of its module is fine")]
            use super::*;

            async fn body($t: &$crate::TestServer) $body

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::on($crate::Engine::Sqlite, async |t| body(t).await).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::on($crate::Engine::Postgres, async |t| body(t).await).await;
            }
        }
    )+};
}
