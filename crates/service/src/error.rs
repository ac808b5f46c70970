//! Why a use case did not do what it was asked.

use aktiver_domain::Refusal;
use aktiver_domain::refusal::{AssignRefusal, ChangeRefusal, PaymentRefusal, ReactivateRefusal, RedeemRefusal};
use aktiver_storage::engine::Error as Storage;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller is told, and apart from it what the operator reads in the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error("{}: {}", .0.code(), .0.message())]
    Refused(Refusal),
    /// There is no such thing, or it is another organization's.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A value is missing or wrong.
    #[error("{field}: {message}")]
    Invalid {
        field: String,
        message: String,
        remedy: String,
    },
    /// Nobody is signed in, or the credential is wrong or past its time.
    #[error("not signed in: {0}")]
    Unauthenticated(&'static str),
    /// Somebody else changed it first; reading again and repeating helps.
    #[error("the {0} has changed meanwhile")]
    Stale(&'static str),
    /// A name that must be unique is taken.
    #[error("{field} is taken")]
    Taken { field: &'static str },
    /// Too many tries; the same request may be sent again after these seconds.
    #[error("too many requests")]
    TooMany { retry_after_seconds: u64 },
    /// A passing fault; the same request may be sent again.
    #[error("busy: {0}")]
    Busy(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A bad input value: which field, what is wrong, what to do.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// A fault that only the operator can mend.
    pub fn internal(reason: impl std::fmt::Display) -> Self {
        Self::Internal(reason.to_string())
    }
}

impl From<Storage> for Error {
    fn from(error: Storage) -> Self {
        match error {
            Storage::Stale { what } => Self::Stale(what),
            Storage::Busy | Storage::Serialization => Self::Busy(error.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

macro_rules! refusals {
    ($($type:ident),+) => {$(
        impl From<$type> for Error {
            fn from(refusal: $type) -> Self {
                Self::Refused(refusal.into())
            }
        }
    )+};
}

refusals! { ReactivateRefusal, ChangeRefusal, PaymentRefusal, AssignRefusal, RedeemRefusal }

impl From<aktiver_domain::money::MoneyError> for Error {
    fn from(error: aktiver_domain::money::MoneyError) -> Self {
        Self::Refused(error.into())
    }
}
