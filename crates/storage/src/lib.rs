//! Storage of Aktiver: one set of statements for SQLite and PostgreSQL.
//!
//! [`engine`] is the typed layer over both engines, [`secrets`] wraps what must not stand in the clear.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

mod text;

pub mod assignment;
pub mod audit;
pub mod catalog;
pub mod client;
pub mod device;
pub mod engine;
pub mod group;
pub mod idempotency;
pub mod invariants;
pub mod job;
pub mod key;
pub mod operator;
pub mod organization;
pub mod outbox;
pub mod payment;
pub mod pool;
pub mod secrets;
pub mod session;
pub mod setting;
pub mod signing;
pub mod subscription;
pub mod support;
pub mod token;
pub mod user;
mod values;

pub use text::fold;
pub use values::JsonText;

use engine::Statement;

/// Every module that declares statements with [`statements!`]; the only list of them.
static STATEMENT_MODULES: &[&[&Statement]] = &[
    // Catalog, directory, sign-in, the server's own.
    catalog::ALL,
    client::ALL,
    group::ALL,
    operator::ALL,
    organization::ALL,
    session::ALL,
    setting::ALL,
    signing::ALL,
    support::ALL,
    token::ALL,
    user::ALL,
    // Subscriptions, licenses, keys, money, record and work.
    assignment::ALL,
    audit::ALL,
    audit::CHAIN_STATEMENTS,
    device::ALL,
    idempotency::ALL,
    invariants::ALL,
    job::ALL,
    key::BATCH_STATEMENTS,
    key::GUESS_STATEMENTS,
    key::REDEMPTION_STATEMENTS,
    outbox::ALL,
    payment::CHARGE_STATEMENTS,
    payment::LEDGER_STATEMENTS,
    payment::METHOD_STATEMENTS,
    pool::ALL,
    subscription::ALL,
];

/// Every statement of the crate, for the test that prepares each of them on both engines.
pub fn all_statements() -> impl Iterator<Item = &'static Statement> {
    STATEMENT_MODULES.iter().flat_map(|module| module.iter().copied())
}
