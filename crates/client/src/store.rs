use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aktiver_license::NoticeCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::StoreError;
use crate::model::{Account, DeviceInfo};

/// A text that is never shown: `Debug` prints a placeholder.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The last word of the server about an account on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// A license document was issued.
    Document {
        /// The signed document.
        jws: String,
        /// When it arrived, on this machine's clock, in seconds since 1970.
        received_at: i64,
    },
    /// There is no license.
    Unlicensed {
        /// What the server said about it.
        notices: Vec<NoticeCode>,
    },
    /// The device was signed out.
    SignedOut,
}

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAccount {
    /// Who.
    pub account: Account,
    /// The refresh token, replaced at every use.
    pub refresh_token: Secret,
    /// What the server last said; none before the first activation.
    pub standing: Option<Standing>,
}

/// All that an installation remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Base URL that the accounts belong to.
    pub server: Option<String>,
    /// Id of this installation, made once.
    pub device_id: Option<String>,
    /// How this device was last activated.
    pub device: Option<DeviceInfo>,
    /// Id of the account in use.
    pub current: Option<String>,
    /// Everyone signed in.
    pub accounts: Vec<StoredAccount>,
    /// The server's published keys.
    pub jwks: Option<Value>,
}

impl State {
    /// The account in use.
    #[must_use]
    pub fn current_account(&self) -> Option<&StoredAccount> {
        let id = self.current.as_deref()?;
        self.accounts.iter().find(|stored| stored.account.id == id)
    }

    pub(crate) fn account_mut(&mut self, id: &str) -> Option<&mut StoredAccount> {
        self.accounts.iter_mut().find(|stored| stored.account.id == id)
    }
}

/// Where an installation keeps its [`State`].
pub trait Store: Send + Sync + 'static {
    /// The state, empty when nothing was ever saved.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn load(&self) -> Result<State, StoreError>;
    /// Replaces the state, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written; the former state is then intact.
    fn save(&self, state: &State) -> Result<(), StoreError>;
}

/// Keeps the state in memory; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>);

impl Store for MemoryStore {
    fn load(&self) -> Result<State, StoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn save(&self, state: &State) -> Result<(), StoreError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state.clone();
        Ok(())
    }
}

/// Keeps the state in one JSON file, readable by its owner only and replaced by rename. The refresh tokens in it
/// are as good as a sign-in: keep it in the user's own folder.
#[derive(Debug, Clone)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// A store in this file, which need not exist yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn io(&self, action: &'static str) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = self.path.clone();
        move |source| StoreError::Io { path, action, source }
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if let Some(folder) = self.path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut name = self.path.as_os_str().to_owned();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        name.push(format!(".{}-{number}.tmp", std::process::id()));
        let temporary = PathBuf::from(name);
        let written = write_private(&temporary, bytes).and_then(|()| fs::rename(&temporary, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl Store for FileStore {
    fn load(&self) -> Result<State, StoreError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(State::default());
            }
            Err(error) => return Err(self.io("read")(error)),
        };
        serde_json::from_slice(&bytes).map_err(|error| StoreError::Damaged {
            path: self.path.clone(),
            detail: error.to_string(),
        })
    }

    fn save(&self, state: &State) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(state).map_err(|e| StoreError::Other(e.to_string()))?;
        self.write(&bytes).map_err(self.io("written"))
    }
}
