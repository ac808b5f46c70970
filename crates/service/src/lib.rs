//! Use cases: what the doors (Graph API, vendor API, pages, command line) ask for.
//!
//! Each takes a [`Ctx`] (who, in which organization, when), checks the role, opens a unit of work, lets `domain` decide,
//! and writes state, audit and outbox together. What lies outside is reached through [`ports`].

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

pub mod account;
pub mod app;
pub mod audit;
pub mod auth;
pub mod billing;
pub mod catalog;
pub mod clients;
pub mod clock;
pub mod context;
pub mod devices;
pub mod error;
pub mod idempotency;
pub mod keys;
pub mod licensing;
pub mod operators;
pub mod organizations;
pub mod ports;
pub mod secret;
pub mod subscriptions;
pub mod support;
mod text;
pub mod tokens;
pub mod users;
pub mod worker;

pub use aktiver_domain as domain;
pub use app::{App, Config, Parts};
pub use context::{Actor, Ctx, Language};
pub use error::{Error, Result};
