//! The program `aktiver`: configuration, command line, wiring, telemetry and shutdown.
//!
//! Everything is in this library, so that a test starts a whole server in its own process with [`start::start_with`] and a
//! clock in its hand; `main.rs` only calls [`cli::main`]. The environment, the clock, randomness and files enter here and in no
//! crate below.

pub mod cli;
pub mod demo;
pub mod failure;
pub mod http;
pub mod open;
pub mod private_file;
pub mod ready;
pub mod root_key;
pub mod settings;
pub mod start;
pub mod system;
pub mod telemetry;
pub mod tour;

pub use failure::{Exit, Failure};
pub use settings::Settings;
pub use start::{Outside, Running, start, start_with};
