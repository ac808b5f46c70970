//! Integration tests of the use cases, on both engines.

mod harness;

mod account;
mod auth;
mod cancelling;
mod catalog;
mod charging;
mod clock;
mod licenses;
mod lifecycle;
mod organizations;
mod races;
mod reactivation;
mod redeem;
mod support;
mod tokens;
mod users;
mod world;
