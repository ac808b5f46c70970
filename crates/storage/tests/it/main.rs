//! Integration tests of the storage crate, on both engines.

mod engine;
mod engine_commit;
mod parity;
mod support;
