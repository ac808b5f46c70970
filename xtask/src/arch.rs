//! `cargo xtask arch`: the arrows between crates, what each may link, and what its source may touch.

mod manifests;
mod rules;
mod source;

use anyhow::Result;

use crate::shell::Shell;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The package at fault.
    pub package: String,
    pub what: String,
    pub why: String,
    pub remedy: String,
}

/// Prints every violation; false when there is one. Long files are named and allowed.
///
/// # Errors
/// When the workspace cannot be read.
pub fn run(shell: &Shell) -> Result<bool> {
    let packages = manifests::read(shell)?;
    let mut violations: Vec<Violation> = packages.iter().flat_map(rules::check).collect();
    for package in &packages {
        let scan = source::scan(shell, package)?;
        violations.extend(scan.violations);
        for (path, lines) in scan.long_files {
            println!("warning: {path} has {lines} lines; is it two things?");
        }
    }
    for violation in &violations {
        let Violation {
            package,
            what,
            why,
            remedy,
        } = violation;
        println!("{package}: {what}\n  why: {why}\n  remedy: {remedy}");
    }
    println!("{} packages, {} violations", packages.len(), violations.len());
    Ok(violations.is_empty())
}
