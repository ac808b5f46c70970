//! Signed license documents: the proof an app carries to work offline.
//!
//! The server [`issue`]s a [`LicenseDocument`] as a compact JWS (EdDSA over Ed25519, type
//! [`LICENSE_TYPE`]); the app [`verify`]s it against the published keys and asks [`evaluate`] what the
//! user may do now. Nothing here reads a clock: the instant is always an argument. The server signs its
//! access tokens with the same key type through [`sign_claims`] and [`verify_claims`].
//!
//! ```
//! use aktiver_license::{Schedule, SigningKey, VerifyingKeys, issue, verify, evaluate, features};
//! # use aktiver_license::{LicenseDocument, ServicePlan};
//! # let now: jiff::Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
//! # let schedule = Schedule::online(now);
//! # let document = LicenseDocument {
//! #     iss: "https://example.test".into(), sub: "user".into(), tid: "organization".into(),
//! #     upn: "kari@example.test".into(), name: "Kari".into(), organization: "Fjordvik AS".into(),
//! #     device: "device".into(), lid: "EWW-1".into(),
//! #     plans: vec![ServicePlan { id: "plan".into(), name: "WRITER".into(), sku: "SUITE".into() }],
//! #     notices: vec![], iat: now.as_second(), sys: now.as_second(),
//! #     chk: schedule.check_in_by, warn: schedule.warn_from, exp: None,
//! # };
//! let key = SigningKey::new("2026-1", [7; 32]);
//! let token = issue(&document, &key).unwrap();
//!
//! let keys = VerifyingKeys::from_jwks(&key.public_jwks().to_string()).unwrap();
//! let read = verify(&token, &keys).unwrap();
//! let state = evaluate(Some(&read), &["plan"], now);
//! assert!(features(&state).edit);
//! ```
#![warn(missing_docs)]

mod document;
mod jws;
mod keys;
mod notice;
mod state;

pub use document::{
    CHECK_IN_DAYS, EXTENDED_OFFLINE_DAYS, EXTENDED_WARN_DAYS, LICENSE_ID_PREFIX, LICENSE_TYPE, LicenseDocument,
    Schedule, ServicePlan, WARN_DAYS, issue, verify,
};
pub use jws::{SignError, VerifyError, sign_claims, verify_claims};
pub use keys::{KeysError, SigningKey, VerifyingKeys};
pub use notice::NoticeCode;
pub use state::{AppState, CLOCK_TOLERANCE_SECONDS, Features, ReducedReason, evaluate, features};
