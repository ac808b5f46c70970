//! Files that are made from the code and checked in, so that a change of them is seen in review.

use std::fs;

use anyhow::{Result, bail};

use crate::shell::Shell;

/// Path from the workspace's folder, and the arguments that make `aktiver` print the file.
pub type Generated = (&'static str, &'static [&'static str]);

/// Every generated file.
pub const GENERATED: &[Generated] = &[("docs/openapi.json", &["openapi"])];

/// Writes the files; with `check`, names those that are not current and answers false.
///
/// # Errors
/// When the program does not build or does not print a file.
pub fn run(shell: &Shell, check: bool) -> Result<bool> {
    let program = build_program(shell)?;
    let mut is_current = true;
    for (path, arguments) in GENERATED {
        let mut command = shell.command(&program);
        command.args(*arguments);
        let text = format!("{}\n", shell.output(command)?);
        let target = shell.root.join(path);
        if fs::read_to_string(&target).is_ok_and(|old| old == text) {
            println!("{path} is current");
        } else if check {
            is_current = false;
            println!("{path} is not current; run `cargo xtask generate` and commit it");
        } else {
            fs::write(&target, text)?;
            println!("{path} written");
        }
    }
    Ok(is_current)
}

/// Builds `aktiver` with the workspace's features, as the tests do, and returns its path.
///
/// # Errors
/// When it does not build.
pub fn build_program(shell: &Shell) -> Result<std::path::PathBuf> {
    let mut build = shell.cargo();
    // `--workspace`, not `--package`: other features would mean other builds of the same dependencies.
    build.args(["build", "--quiet", "--locked", "--workspace", "--bin", "aktiver"]);
    if !shell.run(build)? {
        bail!("`aktiver` does not build");
    }
    Ok(target_folder(shell).join("debug/aktiver"))
}

/// Where cargo puts what it builds.
pub fn target_folder(shell: &Shell) -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell.root.join("target"), |folder| shell.root.join(folder))
}
