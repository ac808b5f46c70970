//! Integration tests of the JSON doors, on both engines.

mod harness;
mod vendor;

mod device;
mod graph_assign;
mod graph_doors;
mod graph_pools;
mod graph_users;
mod oauth;
mod openapi;
mod vendor_doors;
mod vendor_lists;
mod vendor_subscriptions;
