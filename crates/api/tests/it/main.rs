//! Integration tests of the JSON doors, on both engines.

mod harness;

mod graph_assign;
mod graph_doors;
mod graph_pools;
mod graph_users;
mod oauth;
