//! Developer commands: `cargo xtask test`, `arch`, `generate`, `bench`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program speaks to its terminal"
)]

mod arch;
mod bench;
mod generate;
mod postgres;
mod shell;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::shell::Shell;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer commands of this workspace")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that must hold before a change is merged, on both engines
    Test(test::Options),
    /// Check the arrows between crates
    Arch,
    /// Write the checked-in generated files
    Generate {
        /// Change nothing; fail when a file is not current
        #[arg(long)]
        check: bool,
    },
    /// Measure a release build and write docs/bench.md
    Bench {
        /// Rows to measure; all of them, and the document written, when none is named
        rows: Vec<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // The shell lives outside `run`, so that every guard has been dropped before it looks for survivors.
    let result = Shell::new().and_then(|shell| {
        let result = match arguments.command {
            Command::Test(options) => test::run(&shell, &options),
            Command::Arch => arch::run(&shell),
            Command::Generate { check } => generate::run(&shell, check),
            Command::Bench { rows } => bench::run(&shell, &rows),
        };
        shell.end_survivors()?;
        result
    });
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
