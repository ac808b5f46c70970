//! Why no token is given (RFC 6749, RFC 8628).

use aktiver_storage::engine::Error as Storage;

use crate::error::Error;

/// Why the token door gives no token. The texts are for the developer of the program that asked.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("{0}")]
    InvalidRequest(String),
    #[error("{0}")]
    InvalidClient(String),
    #[error("{0}")]
    InvalidGrant(String),
    #[error("{0}")]
    UnauthorizedClient(String),
    #[error("this kind of grant is not supported; use client_credentials, refresh_token or the device code grant")]
    UnsupportedGrant,
    #[error("{0}")]
    InvalidScope(String),
    #[error("the person has not decided yet")]
    AuthorizationPending,
    #[error("the device asks too often; wait five seconds more between tries")]
    SlowDown,
    #[error("the device code has expired; ask for a new one")]
    ExpiredToken,
    #[error("the person refused")]
    AccessDenied,
    #[error(transparent)]
    Service(#[from] Error),
}

impl TokenError {
    /// The code of RFC 6749 and RFC 8628.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient(_) => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::UnsupportedGrant => "unsupported_grant_type",
            Self::InvalidScope(_) => "invalid_scope",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::AccessDenied => "access_denied",
            Self::Service(Error::Busy(_) | Error::TooMany { .. }) => "temporarily_unavailable",
            Self::Service(_) => "server_error",
        }
    }
}

impl From<Storage> for TokenError {
    fn from(error: Storage) -> Self {
        Self::Service(error.into())
    }
}
