//! Why a command did not do what it was asked, what to do about it, and the exit code that says so to a script.

use std::fmt;
use std::path::Path;

use aktiver_service::Error as Service;
use aktiver_storage::engine::Error as Storage;

/// Exit codes, part of the command line's contract (`aktiver --help` lists them).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 1: refused by a rule, not found, taken, or a value that does not fit; nothing was changed.
    NotDone,
    /// 2: an option, argument or setting is wrong or missing.
    Usage,
    /// 3: the database, a file, the network or the program itself failed.
    Unavailable,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::NotDone => 1,
            Self::Usage => 2,
            Self::Unavailable => 3,
        }
    }
}

/// A command that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    /// The stable code of a refusal, such as `PREPAID`.
    pub code: Option<&'static str>,
    pub message: String,
    pub remedy: Option<String>,
}

/// The result of a command.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A rule or value stands against it.
    pub fn not_done(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            exit: Exit::NotDone,
            code: None,
            message: message.into(),
            remedy: Some(remedy.into()),
        }
    }

    /// An option or setting is wrong.
    pub fn usage(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::not_done(message, remedy)
        }
    }

    /// Something the program needs does not work.
    pub fn unavailable(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            exit: Exit::Unavailable,
            ..Self::not_done(message, remedy)
        }
    }

    /// A file cannot be used; `doing` is a verb, as in "read".
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; its folder must exist",
            std::io::ErrorKind::PermissionDenied => "give the user that runs aktiver the right to it",
            std::io::ErrorKind::AlreadyExists => "choose another name, or remove the file if it is not needed",
            _ => "check the path and the disk",
        };
        Self::unavailable(format!("cannot {doing} {}: {error}", path.display()), remedy)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Service> for Failure {
    fn from(error: Service) -> Self {
        let message = error.to_string();
        match error {
            Service::Refused(refusal) => Self {
                exit: Exit::NotDone,
                code: Some(refusal.code()),
                message: refusal.message(),
                remedy: Some(refusal.remedy().to_owned()),
            },
            Service::Invalid { field, message, remedy } => Self::not_done(format!("{field}: {message}"), remedy),
            Service::NotFound(what) => Self::not_done(message, format!("check the id or name of the {what}")),
            Service::Unauthenticated(_) => Self::not_done(message, "check the id and the secret"),
            Service::Stale(_) => Self::not_done(message, "run the command again"),
            Service::Taken { field } => Self::not_done(message, format!("choose another {field}")),
            Service::TooMany { retry_after_seconds } => {
                Self::not_done(message, format!("try again in {retry_after_seconds} seconds"))
            }
            Service::Busy(_) => Self::unavailable(message, "run the command again"),
            Service::Internal(_) => Self::unavailable(message, "run `aktiver doctor`"),
        }
    }
}

impl From<Storage> for Failure {
    fn from(error: Storage) -> Self {
        let remedy = match error {
            Storage::Url { .. } => {
                return Self {
                    remedy: None,
                    ..Self::usage(error.to_string(), "")
                };
            }
            Storage::NewerDatabase { .. } | Storage::File { .. } | Storage::Server { .. } => None,
            Storage::Busy | Storage::Serialization => Some("run the command again"),
            Storage::Migration { .. } => {
                Some("restore the database from a backup, or run the program that migrated it")
            }
            _ => Some("run `aktiver doctor`"),
        };
        Self {
            exit: Exit::Unavailable,
            code: None,
            message: error.to_string(),
            remedy: remedy.map(str::to_owned),
        }
    }
}
