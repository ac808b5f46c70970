//! The program from outside: its settings, its commands, its server.

mod commands;
mod serving;
mod settings;
mod support;
