//! The ready file: tells a script that the address answers, and which it is.

use std::path::Path;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::private_file;

/// Writes it, whole at once. What `demo` tells includes passwords, so the file is for its owner alone.
///
/// # Errors
/// A path that cannot be written.
pub fn write(path: &Path, content: &Value) -> Result<()> {
    let mut text = format!("{content:#}");
    text.push('\n');
    private_file::replace(path, text.as_bytes()).map_err(|error| Failure::file("write the ready file", path, &error))
}

/// Removes it.
///
/// # Errors
/// A file that cannot be removed.
pub fn forget(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::file("remove", path, &error)),
        _ => Ok(()),
    }
}
