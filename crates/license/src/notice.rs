use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an app must tell its user about the license (the table of SPEC 17.4).
///
/// Written in snake case. Reading ignores case and separators, and an unknown code becomes
/// [`NoticeCode::Other`], so an older app survives a newer server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoticeCode {
    /// The subscription has ended and is in its grace time; everything works still.
    SubscriptionExpired,
    /// The subscription is disabled or deleted; only reduced functionality is left.
    SubscriptionDisabled,
    /// This device was signed out, by the user or by the device limit (DV-02b, DV-03).
    ProductDeactivated,
    /// The server has not been reached for almost as long as the document allows.
    CouldNotVerify,
    /// The plan changed; the app should update or be installed again.
    AccountNotice,
    /// The account has no license for this app.
    LicenseNotFound,
    /// The account's products are of the wrong kind for this app or activation mode.
    WrongProduct,
    /// The plan does not cover this platform.
    PlatformNotCovered,
    /// The account must sign out and in again.
    AccountBadState,
    /// A code this version does not know.
    Other,
}

impl NoticeCode {
    /// Every code with a meaning, in the order of SPEC 17.4.
    pub const ALL: [Self; 9] = [
        Self::SubscriptionExpired,
        Self::SubscriptionDisabled,
        Self::ProductDeactivated,
        Self::CouldNotVerify,
        Self::AccountNotice,
        Self::LicenseNotFound,
        Self::WrongProduct,
        Self::PlatformNotCovered,
        Self::AccountBadState,
    ];

    /// The stable code, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SubscriptionExpired => "subscription_expired",
            Self::SubscriptionDisabled => "subscription_disabled",
            Self::ProductDeactivated => "product_deactivated",
            Self::CouldNotVerify => "could_not_verify",
            Self::AccountNotice => "account_notice",
            Self::LicenseNotFound => "license_not_found",
            Self::WrongProduct => "wrong_product",
            Self::PlatformNotCovered => "platform_not_covered",
            Self::AccountBadState => "account_bad_state",
            Self::Other => "other",
        }
    }

    /// Reads a code in any common spelling: `subscriptionExpired`, `SUBSCRIPTION_EXPIRED`, `subscription-expired`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let plain = |s: &str| -> String {
            s.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect()
        };
        let wanted = plain(text);
        Self::ALL
            .into_iter()
            .find(|code| plain(code.as_str()) == wanted)
            .unwrap_or(Self::Other)
    }
}

impl fmt::Display for NoticeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for NoticeCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for NoticeCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::parse(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_in_any_spelling() {
        for code in NoticeCode::ALL {
            assert_eq!(NoticeCode::parse(code.as_str()), code);
            assert_eq!(NoticeCode::parse(&code.as_str().to_uppercase().replace('_', "-")), code);
        }
        assert_eq!(
            NoticeCode::parse("subscriptionExpired"),
            NoticeCode::SubscriptionExpired
        );
    }

    #[test]
    fn a_code_from_a_newer_server_is_kept_as_other() {
        let read: Vec<NoticeCode> = serde_json::from_str(r#"["subscription_expired","from_the_future"]"#).unwrap();
        assert_eq!(read, [NoticeCode::SubscriptionExpired, NoticeCode::Other]);
    }
}
