//! Integration tests of the use cases, on both engines.

mod harness;

mod account;
mod auth;
mod catalog;
mod organizations;
mod support;
mod tokens;
mod users;
