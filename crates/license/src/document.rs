use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::jws::{SignError, VerifyError, sign_claims, verify_claims};
use crate::keys::{SigningKey, VerifyingKeys};
use crate::notice::NoticeCode;

/// The `typ` of a license document.
pub const LICENSE_TYPE: &str = "aktiver-license+jwt";
/// How the id of a work license begins (MA-08).
pub const LICENSE_ID_PREFIX: &str = "EWW-";
/// Days without contact after which an app is reduced (SPEC 17.3).
pub const CHECK_IN_DAYS: i64 = 30;
/// Days before that from which the user is warned.
pub const WARN_DAYS: i64 = 5;
/// Days without contact under extended offline access (SPEC 17.3).
pub const EXTENDED_OFFLINE_DAYS: i64 = 180;
/// Days before that from which the user is warned (SPEC 17.3).
pub const EXTENDED_WARN_DAYS: i64 = 15;

const DAY: i64 = 86_400;

/// A service plan the user may use now, and the product that confers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePlan {
    /// Service plan id, a bare GUID.
    pub id: String,
    /// Service plan name, such as `OFFICESUBSCRIPTION`.
    pub name: String,
    /// Part number of the product (SKU).
    pub sku: String,
}

/// What a license says: who, on which device, may use which service plans, and until when unasked.
///
/// All times are seconds since 1970. Those of the organization (`iat`, `chk`, `warn`, `exp`) are on its clock, which runs
/// ahead of the machine's in a sandbox; see [`LicenseDocument::organization_now`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenseDocument {
    /// Issuer: base URL of the server.
    pub iss: String,
    /// User id, a GUID.
    pub sub: String,
    /// Organization id, a GUID.
    pub tid: String,
    /// User principal name.
    pub upn: String,
    /// Display name of the user.
    pub name: String,
    /// Display name of the organization.
    pub organization: String,
    /// Device id.
    pub device: String,
    /// License id, begins with [`LICENSE_ID_PREFIX`] (MA-08).
    pub lid: String,
    /// The service plans usable now.
    pub plans: Vec<ServicePlan>,
    /// What the app should tell its user.
    #[serde(default)]
    pub notices: Vec<NoticeCode>,
    /// Issued at, organization's clock.
    pub iat: i64,
    /// Issued at, machine's clock.
    pub sys: i64,
    /// Check in by; from this instant the app is reduced.
    pub chk: i64,
    /// From when the user is told that the subscription could not be verified.
    pub warn: i64,
    /// Set under extended offline access, and then the same instant as `chk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
}

impl LicenseDocument {
    /// The organization's time, in seconds, when the machine's is `system_now`.
    #[must_use]
    pub fn organization_now(&self, system_now: Timestamp) -> i64 {
        system_now.as_second().saturating_add(self.iat.saturating_sub(self.sys))
    }

    /// The instant, on the organization's clock, from which this document licenses nothing: the earlier of `chk` and `exp`.
    #[must_use]
    pub fn deadline(&self) -> i64 {
        self.exp.map_or(self.chk, |exp| exp.min(self.chk))
    }

    /// The deadline on the machine's clock, for a page or a countdown. `None` when no calendar reaches that far.
    #[must_use]
    pub fn deadline_system(&self) -> Option<Timestamp> {
        let offset = self.iat.saturating_sub(self.sys);
        Timestamp::from_second(self.deadline().saturating_sub(offset)).ok()
    }

    /// Whether any of these service plans is licensed. Ids are compared without regard to case.
    #[must_use]
    pub fn has_any_plan(&self, plan_ids: &[&str]) -> bool {
        self.plans
            .iter()
            .any(|plan| plan_ids.iter().any(|id| plan.id.eq_ignore_ascii_case(id)))
    }
}

/// When a document issued now must be renewed, in seconds on the organization's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Value of `chk`.
    pub check_in_by: i64,
    /// Value of `warn`.
    pub warn_from: i64,
    /// Value of `exp`.
    pub expires: Option<i64>,
}

impl Schedule {
    /// The ordinary rule: check in within 30 days, warned in the last 5.
    #[must_use]
    pub fn online(organization_now: Timestamp) -> Self {
        Self::after(organization_now, CHECK_IN_DAYS, WARN_DAYS, false)
    }

    /// Extended offline access: 180 days, warned in the last 15.
    #[must_use]
    pub fn extended_offline(organization_now: Timestamp) -> Self {
        Self::after(organization_now, EXTENDED_OFFLINE_DAYS, EXTENDED_WARN_DAYS, true)
    }

    fn after(now: Timestamp, days: i64, warn_days: i64, extended: bool) -> Self {
        let check_in_by = now.as_second().saturating_add(days.saturating_mul(DAY));
        Self {
            check_in_by,
            warn_from: check_in_by.saturating_sub(warn_days.saturating_mul(DAY)),
            expires: extended.then_some(check_in_by),
        }
    }
}

/// Signs a license document.
///
/// # Errors
/// [`SignError`] when the document cannot be written as JSON, which a complete document always can.
pub fn issue(document: &LicenseDocument, key: &SigningKey) -> Result<String, SignError> {
    sign_claims(LICENSE_TYPE, document, key)
}

/// Checks the signature of a license document and reads it. Time is judged by [`evaluate`](crate::evaluate).
///
/// # Errors
/// [`VerifyError`] when it is not an EdDSA license document signed by one of `keys`.
pub fn verify(token: &str, keys: &VerifyingKeys) -> Result<LicenseDocument, VerifyError> {
    verify_claims(LICENSE_TYPE, token, keys)
}
