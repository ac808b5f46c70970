//! Stub.

pub mod product_key;
