//! Lists the migration files, so that the program carries them inside itself.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folders through the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=migrations");
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut code = String::new();
    for (name, folder) in [("SQLITE", "sqlite"), ("POSTGRES", "postgres")] {
        let folder = Path::new(&root).join("migrations").join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        writeln!(code, "pub(super) static {name}: &[Migration] = &[")?;
        for (version, stem, path) in numbered(&folder)? {
            writeln!(
                code,
                "    Migration {{ version: {version}, name: {stem:?}, sql: include_str!({path:?}) }},"
            )?;
        }
        writeln!(code, "];")?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("migrations.rs"), code)?;
    Ok(())
}

/// Number, name without extension and path.
type Numbered = (u32, String, String);

/// The `NNNN_name.sql` files of a folder, lowest number first.
fn numbered(folder: &Path) -> Result<Vec<Numbered>, Box<dyn Error>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .ok_or_else(|| format!("{}: a migration's name is not UTF-8", path.display()))?
            .to_owned();
        let version = stem
            .split_once('_')
            .and_then(|(number, _)| number.parse().ok())
            .ok_or_else(|| format!("{}: a migration is named NNNN_name.sql", path.display()))?;
        println!("cargo::rerun-if-changed={}", path.display());
        found.push((version, stem, path.to_string_lossy().into_owned()));
    }
    found.sort();
    Ok(found)
}
