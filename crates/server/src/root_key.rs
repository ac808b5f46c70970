//! The file with the root key: 32 random bytes as 64 hexadecimal digits, for its owner alone.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use aktiver_domain::Entropy;
use aktiver_storage::secrets::RootKey;

use crate::failure::{Failure, Result};
use crate::private_file;
use crate::settings::Settings;

/// Where the root key is: as set, else beside an SQLite file.
///
/// # Errors
/// A PostgreSQL database without the setting: many machines share it, and they need the same key.
pub fn path(settings: &Settings) -> Result<PathBuf> {
    if let Some(path) = &settings.root_key_file {
        return Ok(path.clone());
    }
    match settings.database.sqlite_path() {
        Some(database) => Ok(beside(database, ".root-key")),
        None => Err(Failure::usage(
            "a PostgreSQL database needs a root key file of its own",
            "give --root-key-file PATH; the first `aktiver migrate` makes the file, and every machine that serves the database \
             needs a copy",
        )),
    }
}

/// `aktiver.db` and `.root-key` give `aktiver.root-key`.
#[must_use]
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.file_stem().unwrap_or_default().to_os_string();
    name.push(suffix);
    database.with_file_name(name)
}

/// Reads the root key; `None` when there is no such file.
///
/// # Errors
/// A file that cannot be read or is no root key.
pub fn read(path: &Path) -> Result<Option<RootKey>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::file("read the root key", path, &error)),
    };
    parse(text.trim())
        .map(|bytes| Some(RootKey::from_bytes(bytes)))
        .ok_or_else(|| {
            Failure::unavailable(
                format!("{} is no root key: 64 hexadecimal digits are expected", path.display()),
                "restore the file from where you keep it; without it the stored secrets cannot be read",
            )
        })
}

/// Makes a root key and its file, durable before it is used.
///
/// # Errors
/// A file that is there already or cannot be written.
pub fn create(path: &Path, entropy: &dyn Entropy) -> Result<RootKey> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.push('\n');
    private_file::create(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::File::open(private_file::folder_of(path))?.sync_all())
        .map_err(|error| Failure::file("make the root key", path, &error))?;
    Ok(RootKey::from_bytes(bytes))
}

fn parse(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    // `from_str_radix` takes a sign.
    if !text.bytes().all(|symbol| symbol.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;

    #[test]
    fn a_root_key_is_made_once_read_again_and_not_shared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aktiver.root-key");
        assert!(read(&path).unwrap().is_none());
        let made = create(&path, &SystemEntropy).unwrap();
        assert!(!private_file::is_shared(&path).unwrap());
        assert!(create(&path, &SystemEntropy).is_err());
        let sealed = made.wrap("label", b"secret", [0; 24]).unwrap();
        let again = read(&path).unwrap().unwrap();
        assert_eq!(&**again.unwrap("label", &sealed).unwrap(), b"secret");
    }

    #[test]
    fn a_file_that_is_no_root_key_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for text in ["", "hello", &"g".repeat(64), &"a".repeat(63), &"+1".repeat(32)] {
            std::fs::write(&path, text).unwrap();
            let failure = read(&path).unwrap_err();
            assert!(
                failure.message.contains("no root key") && failure.remedy.is_some(),
                "{text}"
            );
        }
    }

    #[test]
    fn the_key_lies_beside_the_database_under_its_name() {
        assert_eq!(
            beside(Path::new("/var/lib/aktiver.db"), ".root-key"),
            Path::new("/var/lib/aktiver.root-key")
        );
    }
}
