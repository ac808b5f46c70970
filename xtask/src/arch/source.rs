//! What source text may touch: below `server`, neither the environment nor a file. Also names long files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Violation;
use super::manifests::Package;
use crate::shell::Shell;

/// Crates whose code takes settings and bytes as arguments. `client` keeps local state and is free.
const SEALED: &[&str] = &[
    "aktiver-domain",
    "aktiver-license",
    "aktiver-storage",
    "aktiver-service",
    "aktiver-adapters",
    "aktiver-api",
    "aktiver-web",
];

/// Module paths that lead outside.
const OUTSIDE: &[(&str, &str)] = &[("std", "env"), ("std", "fs"), ("tokio", "fs")];

/// The adapter whose outside is the file system; its directory is an argument.
const FILE_STORE: &str = "crates/adapters/src/files.rs";

/// Crates that must not panic, and the lints that see to it.
const CALM: &[&str] = &["aktiver-domain", "aktiver-service", "aktiver-storage"];
const CALM_LINTS: &[&str] = &[
    "unwrap_used",
    "expect_used",
    "panic",
    "indexing_slicing",
    "as_conversions",
];

const LONG: usize = 700;

#[derive(Default)]
pub struct Scan {
    pub violations: Vec<Violation>,
    /// Path and number of lines.
    pub long_files: Vec<(String, usize)>,
}

/// # Errors
/// When a source file cannot be read.
pub fn scan(shell: &Shell, package: &Package) -> Result<Scan> {
    let mut scan = Scan::default();
    let is_sealed = SEALED.contains(&package.name.as_str());
    visit(&package.folder, &mut |path| {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let shown = path.strip_prefix(&shell.root).unwrap_or(path).display().to_string();
        let lines = text.lines().count();
        if lines > LONG {
            scan.long_files.push((shown.clone(), lines));
        }
        if is_sealed && shown != FILE_STORE && is_shipped(path.strip_prefix(&package.folder)?) {
            for (line, used) in outside(&text) {
                scan.violations.push(Violation {
                    package: package.name.clone(),
                    what: format!("uses {used} at {shown}:{line}"),
                    why: "below `server` nothing reads the environment or a file".to_owned(),
                    remedy: "take the value as an argument; `server` reads it".to_owned(),
                });
            }
        }
        Ok(())
    })?;
    if CALM.contains(&package.name.as_str()) {
        let text = fs::read_to_string(package.folder.join("src/lib.rs"))
            .with_context(|| format!("{} has no src/lib.rs", package.name))?;
        scan.violations.extend(calm(&package.name, &text));
    }
    Ok(scan)
}

/// A violation for the lints that the crate's root does not deny.
fn calm(name: &str, root: &str) -> Option<Violation> {
    let code = without_tests(root);
    let missing: Vec<&str> = CALM_LINTS
        .iter()
        .copied()
        .filter(|lint| !code.contains(&format!("clippy::{lint}")))
        .collect();
    (!missing.is_empty()).then(|| Violation {
        package: name.to_owned(),
        what: format!("does not deny clippy's {}", missing.join(", ")),
        why: "a panic in a rule or a transaction is an outage; a refusal or an error is an answer".to_owned(),
        remedy: format!(
            "begin src/lib.rs with #![cfg_attr(not(test), deny({}))]",
            CALM_LINTS
                .iter()
                .map(|lint| format!("clippy::{lint}"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    })
}

fn visit(folder: &Path, each: &mut dyn FnMut(&Path) -> Result<()>) -> Result<()> {
    let mut paths = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            visit(&path, each)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path)?;
        }
    }
    Ok(())
}

/// Code under `src` that is not a file of tests.
fn is_shipped(path: &Path) -> bool {
    path.starts_with("src")
        && !path.components().any(|part| part.as_os_str() == "tests")
        && path.file_stem().is_none_or(|stem| stem != "tests")
}

/// Line number and path of every use of the outside, tests and comments aside.
fn outside(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let code = without_tests(text);
    for (root, module) in OUTSIDE {
        for (start, _) in code.match_indices(&format!("{root}::")) {
            if code[..start].ends_with(is_word) {
                continue;
            }
            let rest = &code[start + root.len() + 2..];
            if names(rest, module) {
                let line = code[..start].matches('\n').count() + 1;
                found.push((line, format!("{root}::{module}")));
            }
        }
    }
    found.sort();
    found
}

/// Whether `module…` or `{…, module…, …}` follows. `env::consts` is fixed at compile time and allowed.
fn names(rest: &str, module: &str) -> bool {
    if let Some(group) = rest.strip_prefix('{') {
        let mut depth = 0_u32;
        let mut item = String::new();
        for character in group.chars() {
            match character {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    if names(item.trim(), module) {
                        return true;
                    }
                    item.clear();
                    if character == '}' {
                        return false;
                    }
                    continue;
                }
                _ => {}
            }
            item.push(character);
        }
        return false;
    }
    rest.strip_prefix(module)
        .is_some_and(|after| !after.starts_with(is_word) && !after.starts_with("::consts"))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The text with line comments and `#[cfg(test)]` items blanked, every line kept so that numbers hold. rustfmt has
/// laid the item out: it ends at `}` in its own column, or with a `;`.
fn without_tests(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut skipping: Option<usize> = None;
    for line in text.lines() {
        let bare = line.trim_start();
        let column = line.len() - bare.len();
        match skipping {
            Some(start) => {
                let closes = column == start && bare.starts_with('}');
                let one_line = column == start && bare.ends_with(';');
                if closes || one_line {
                    skipping = None;
                }
            }
            None if bare.starts_with("#[cfg(test)]") => skipping = Some(column),
            None => code.push_str(line.split_once("//").map_or(line, |(before, _)| before)),
        }
        code.push('\n');
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(text: &str) -> Vec<(usize, String)> {
        outside(text)
    }

    #[test]
    fn plain_and_grouped_uses_are_found_with_their_line() {
        assert_eq!(
            used("fn a() {\n    std::env::var(\"A\");\n}"),
            [(2, "std::env".to_owned())]
        );
        assert_eq!(used("use std::fs;"), [(1, "std::fs".to_owned())]);
        assert_eq!(
            used("use std::{\n    collections::{BTreeMap, BTreeSet},\n    fs::File,\n};").len(),
            1
        );
        assert_eq!(used("use tokio::{fs, sync::Mutex};"), [(1, "tokio::fs".to_owned())]);
        assert_eq!(used("use ::std::{env, fs};").len(), 2);
    }

    #[test]
    fn names_that_only_look_alike_are_not() {
        assert!(used("use std::fmt; use std::collections::{env_map, Fs};").is_empty());
        assert!(used("let s = include_str!(\"a.sql\"); let v = env!(\"CARGO_PKG_VERSION\");").is_empty());
        assert!(used("// std::env::var is banned here\n/// See `std::fs`.").is_empty());
        assert!(used("let os = std::env::consts::OS;").is_empty());
        assert!(used("let a = my_std::env::b();").is_empty());
    }

    #[test]
    fn tests_may_and_code_after_them_may_not() {
        let text = "#[cfg(test)]\nmod tests {\n    use std::fs;\n    fn a() {\n    }\n}\n\nuse std::env;\n";
        assert_eq!(used(text), [(8, "std::env".to_owned())]);
        let text = "#[cfg(test)]\nuse std::fs;\nuse std::env;\n";
        assert_eq!(used(text), [(3, "std::env".to_owned())]);
    }

    #[test]
    fn crates_that_must_not_panic_deny_it_at_their_root() {
        let root = "//! Rules.\n#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, \
                    clippy::panic, clippy::indexing_slicing, clippy::as_conversions))]\n";
        assert_eq!(calm("aktiver-domain", root), None);
        let violation = calm("aktiver-domain", &root.replace("clippy::panic, ", "")).unwrap();
        assert_eq!(violation.what, "does not deny clippy's panic");
    }

    #[test]
    fn only_shipped_files_count() {
        assert!(is_shipped(Path::new("src/pool/guard.rs")));
        assert!(!is_shipped(Path::new("src/pool/tests.rs")));
        assert!(!is_shipped(Path::new("src/tests/pool.rs")));
        assert!(!is_shipped(Path::new("tests/it/main.rs")));
    }
}
