//! The workspace's manifests, as cargo reads them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell::Shell;

/// A workspace member.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    pub folder: PathBuf,
    /// Linked into what ships: normal and build dependencies.
    pub normal: Vec<String>,
    /// Linked into tests only.
    pub dev: Vec<String>,
}

/// # Errors
/// When cargo refuses a manifest.
pub fn read(shell: &Shell) -> Result<Vec<Package>> {
    let mut command = shell.cargo();
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    parse(&shell.output(command)?)
}

fn parse(metadata: &str) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    let mut packages = packages.iter().map(package).collect::<Result<Vec<_>>>()?;
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

fn package(value: &Value) -> Result<Package> {
    let text = |value: &Value| value.as_str().map(str::to_owned).context("not text in cargo metadata");
    let manifest = PathBuf::from(text(&value["manifest_path"])?);
    let mut package = Package {
        name: text(&value["name"])?,
        folder: manifest.parent().context("a manifest without a folder")?.to_path_buf(),
        normal: Vec::new(),
        dev: Vec::new(),
    };
    for dependency in value["dependencies"].as_array().into_iter().flatten() {
        // The package's own name, whatever a manifest calls it.
        let name = text(&dependency["name"])?;
        if dependency["kind"] == "dev" {
            package.dev.push(name);
        } else {
            package.normal.push(name);
        }
    }
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dev_dependencies_are_kept_apart() {
        let packages = parse(
            r#"{"packages": [{"name": "aktiver-web", "manifest_path": "/w/crates/web/Cargo.toml", "dependencies": [
                {"name": "axum", "kind": null}, {"name": "cc", "kind": "build"},
                {"name": "aktiver-testkit", "kind": "dev", "rename": "kit"}]}]}"#,
        )
        .unwrap();
        assert_eq!(packages[0].normal, ["axum", "cc"]);
        assert_eq!(packages[0].dev, ["aktiver-testkit"]);
        assert!(packages[0].folder.ends_with("crates/web"));
    }
}
