//! The whole system over HTTP, on both engines, by the acceptance scenarios of SPEC 24.3.

mod app;
mod demo;
mod graph;
mod installation;
mod writer;
