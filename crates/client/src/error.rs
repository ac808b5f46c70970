use std::path::PathBuf;

use aktiver_license::VerifyError;
use thiserror::Error;

/// Why a call failed. [`Error::code`] is stable, [`Error::remedy`] says what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The server was not reached. What was known before stays in force.
    #[error("the license server cannot be reached: {detail}")]
    Offline {
        /// What the network said.
        detail: String,
    },
    /// The server answered that it cannot serve now (429 or 5xx). What was known before stays in force.
    #[error("the license server cannot answer now (HTTP {status}): {detail}")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// What the server said.
        detail: String,
    },
    /// No account is in use.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// No account of this id or user principal name is known here.
    #[error("no account `{account}` is signed in on this device")]
    UnknownAccount {
        /// What was asked for.
        account: String,
    },
    /// The account's sign-in is no longer valid (password changed, account blocked, sign-in revoked).
    #[error("`{account}` must sign in again: {detail}")]
    SignInRequired {
        /// User principal name.
        account: String,
        /// What the server said.
        detail: String,
    },
    /// The code was not entered in time.
    #[error("the sign-in code has expired")]
    CodeExpired,
    /// The user, or an administrator's policy, said no to the sign-in.
    #[error("the sign-in was declined")]
    Declined,
    /// The server said no.
    #[error("{detail} ({code})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The refusal's stable code.
        code: String,
        /// Why.
        detail: String,
        /// What to do.
        remedy: String,
    },
    /// The answer is not what the protocol promises.
    #[error("the server's answer to {door} cannot be understood: {detail}")]
    Protocol {
        /// Path of the request.
        door: String,
        /// What is wrong.
        detail: String,
    },
    /// The license in the answer is not signed by the server, or not for this user and device.
    #[error("the license received cannot be trusted: {0}")]
    Untrusted(String),
    /// The base URL or the TLS setup is wrong.
    #[error("{0}")]
    Configuration(String),
    /// The state of this installation cannot be read or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// A stable code: for [`Error::Refused`] the server's, else one of this crate.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Offline { .. } => "OFFLINE",
            Self::Unavailable { .. } => "SERVER_UNAVAILABLE",
            Self::NotSignedIn => "NOT_SIGNED_IN",
            Self::UnknownAccount { .. } => "UNKNOWN_ACCOUNT",
            Self::SignInRequired { .. } => "SIGN_IN_REQUIRED",
            Self::CodeExpired => "CODE_EXPIRED",
            Self::Declined => "SIGN_IN_DECLINED",
            Self::Refused { code, .. } => code,
            Self::Protocol { .. } => "PROTOCOL",
            Self::Untrusted(_) => "LICENSE_UNTRUSTED",
            Self::Configuration(_) => "CONFIGURATION",
            Self::Store(_) => "STATE_FILE",
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        match self {
            Self::Offline { .. } => "Check the network connection and the server address, then try again.",
            Self::Unavailable { .. } => "Try again in a few minutes.",
            Self::NotSignedIn => "Sign in with an account that has a license.",
            Self::UnknownAccount { .. } => "Choose one of the signed-in accounts, or sign in with a new one.",
            Self::SignInRequired { .. } => "Sign in again with the same account.",
            Self::CodeExpired => "Start the sign-in again and enter the new code before it expires.",
            Self::Declined => "Start the sign-in again and approve it; if policy forbids it, ask your administrator.",
            Self::Refused { remedy, .. } => remedy,
            Self::Protocol { .. } => "Check that the address is that of the license server, and update the app.",
            Self::Untrusted(_) => {
                "Check that the address is that of the license server; sign out of all accounts and sign in again."
            }
            Self::Configuration(_) => "Correct the setting and start the app again.",
            Self::Store(error) => error.remedy(),
        }
    }

    /// Whether the same call may succeed later without anyone doing anything.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Offline { .. } | Self::Unavailable { .. })
    }
}

impl From<VerifyError> for Error {
    fn from(error: VerifyError) -> Self {
        Self::Untrusted(error.to_string())
    }
}

/// Why the state of an installation cannot be read or kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system said no.
    #[error("the state file {} cannot be {action}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The content is not a state of this version.
    #[error("the state file {} is damaged: {detail}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The state holds sign-ins of another server, which must not be sent to this one.
    #[error("the saved state belongs to the server {found}, not to {expected}")]
    OtherServer {
        /// Base URL in use.
        expected: String,
        /// Base URL of the state.
        found: String,
    },
    /// Any other store's reason.
    #[error("the state cannot be kept: {0}")]
    Other(String),
}

impl StoreError {
    /// What the user can do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Io { .. } => "Make the file and its folder readable and writable for you, or choose another file.",
            Self::Damaged { .. } => "Delete the file and sign in again.",
            Self::OtherServer { .. } => {
                "Use another state file for this server, or delete the old one and sign in again."
            }
            Self::Other(_) => "Choose another place for the state and sign in again.",
        }
    }
}
