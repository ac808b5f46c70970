//! Large files in a directory of the machine.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use aktiver_service::ports::ObjectFiles;
use async_trait::async_trait;
use tokio::fs;
use tokio::io::{AsyncRead, AsyncWriteExt as _};

/// Keeps each object as a file below one directory; a key's slashes are folders.
#[derive(Debug)]
pub struct DirectoryFiles {
    root: PathBuf,
    /// Tells apart the unfinished files of this process.
    next: AtomicU64,
}

/// Bytes of a key, at most: with the root it stays below every file system's limit.
const LONGEST_KEY: usize = 400;
/// Bytes of one part of a key, at most; file systems take 255, and an unfinished file's name is longer.
const LONGEST_PART: usize = 200;

impl DirectoryFiles {
    /// Files below `root`, which is made when the first file is stored.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            next: AtomicU64::new(0),
        }
    }

    /// The directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// # Errors
    /// `InvalidInput` for a key that could name anything outside the directory, or an unfinished file.
    fn path(&self, key: &str) -> Result<PathBuf> {
        if key.len() > LONGEST_KEY || !key.split('/').all(is_part) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a file key consists of letters, digits, '.', '-', '_' and '+', in parts joined by '/' that do not begin with '.'",
            ));
        }
        Ok(self.root.join(key))
    }
}

fn is_part(part: &str) -> bool {
    !part.is_empty()
        && part.len() <= LONGEST_PART
        && !part.starts_with('.')
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+'))
}

#[async_trait]
impl ObjectFiles for DirectoryFiles {
    /// Stores a whole file or nothing: it is written beside its place, made durable, and moved there.
    ///
    /// # Errors
    /// `InvalidInput` for an unusable key; else what the file system says.
    async fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(key)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).await?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let unfinished = folder.join(format!(".{name}.{}-{number}.part", std::process::id()));
        let written = write(&unfinished, bytes).await;
        let moved = match written {
            Ok(()) => fs::rename(&unfinished, &path).await,
            failed => failed,
        };
        if moved.is_err() {
            // Best effort: the first error is the one to tell.
            let _ = fs::remove_file(&unfinished).await;
            return moved;
        }
        // The new name survives a power cut only once the folder itself is on disk.
        fs::File::open(folder).await?.sync_all().await
    }

    /// # Errors
    /// `NotFound` where nothing is stored under the key, `InvalidInput` for an unusable one.
    async fn open(&self, key: &str) -> Result<Box<dyn AsyncRead + Send + Unpin>> {
        let file = fs::File::open(self.path(key)?).await?;
        if !file.metadata().await?.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        Ok(Box::new(file))
    }
}

async fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = fs::File::create_new(path).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn read(files: &DirectoryFiles, key: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        files.open(key).await?.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    #[tokio::test]
    async fn what_is_stored_is_read_again_and_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let files = DirectoryFiles::new(folder.path().join("made/when/needed"));
        files.put("releases/writer/1.0/setup-x64.exe", b"one").await.unwrap();
        assert_eq!(read(&files, "releases/writer/1.0/setup-x64.exe").await.unwrap(), b"one");
        files
            .put("releases/writer/1.0/setup-x64.exe", b"two, longer")
            .await
            .unwrap();
        assert_eq!(
            read(&files, "releases/writer/1.0/setup-x64.exe").await.unwrap(),
            b"two, longer"
        );
        let left: Vec<_> = std::fs::read_dir(files.root().join("releases/writer/1.0"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(left, ["setup-x64.exe"]);
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let files = DirectoryFiles::new(folder.path());
        files.put("a/b", b"x").await.unwrap();
        for key in ["c", "a", "a/c"] {
            assert_eq!(
                read(&files, key).await.unwrap_err().kind(),
                ErrorKind::NotFound,
                "{key}"
            );
        }
    }

    #[tokio::test]
    async fn no_key_leaves_the_directory() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        let files = DirectoryFiles::new(folder.path().join("files"));
        let long = "a".repeat(LONGEST_PART + 1);
        for key in [
            "../secret",
            "a/../../secret",
            "/etc/passwd",
            "",
            "a//b",
            "a/",
            ".",
            "..",
            ".a.part",
            "a\\b",
            "a\0b",
            "ø",
            &long,
        ] {
            assert_eq!(
                files.put(key, b"y").await.unwrap_err().kind(),
                ErrorKind::InvalidInput,
                "{key:?}"
            );
            assert_eq!(
                read(&files, key).await.unwrap_err().kind(),
                ErrorKind::InvalidInput,
                "{key:?}"
            );
        }
        assert_eq!(std::fs::read(folder.path().join("secret")).unwrap(), b"x");
    }
}
