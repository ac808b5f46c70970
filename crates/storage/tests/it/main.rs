//! Integration tests of the storage crate, on both engines.

mod assignment;
mod audit;
mod device;
mod engine;
mod engine_commit;
mod fixture;
mod house;
mod idempotency;
mod invariants;
mod job;
mod key;
mod outbox;
mod parity;
mod payment;
mod pool;
mod subscription;
mod support;
