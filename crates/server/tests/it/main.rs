//! The program from outside: its settings, its commands, its server.

mod commands;
mod crash;
mod serving;
mod settings;
mod support;
