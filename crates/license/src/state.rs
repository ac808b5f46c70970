use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::document::LicenseDocument;
use crate::notice::NoticeCode;

/// How far, in seconds, the machine's clock may stand before the instant of issue. Beyond it the clock has been turned back,
/// and the document proves nothing about now.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 86_400;

/// The state of an installed app (SPEC 17.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AppState {
    /// Nobody has signed in, or the signed-in account was never activated here.
    NotActivated,
    /// Everything works.
    Licensed {
        /// What to tell the user meanwhile.
        notices: Vec<NoticeCode>,
    },
    /// Open, view and print; no create, no edit.
    Reduced {
        /// Why.
        reason: ReducedReason,
    },
    /// By policy: view and print without a license, and no offer to activate.
    Viewer,
}

/// Why an app is reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReducedReason {
    /// The account has none of the app's service plans.
    Unlicensed,
    /// No contact with the server for as long as the document allows.
    CheckInOverdue,
    /// The device was signed out, by the user or by the device limit.
    SignedOut,
    /// The subscription is disabled or deleted.
    SubscriptionDisabled,
}

impl ReducedReason {
    /// The notice that goes with the reason (SPEC 17.4).
    #[must_use]
    pub const fn notice(self) -> NoticeCode {
        match self {
            Self::Unlicensed => NoticeCode::LicenseNotFound,
            Self::CheckInOverdue => NoticeCode::CouldNotVerify,
            Self::SignedOut => NoticeCode::ProductDeactivated,
            Self::SubscriptionDisabled => NoticeCode::SubscriptionDisabled,
        }
    }
}

/// What the user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// Make a new document.
    pub create: bool,
    /// Change a document.
    pub edit: bool,
    /// Print a document.
    pub print: bool,
    /// Open and read a document.
    pub view: bool,
}

/// The state of an app that needs any one of `plan_ids`, with `system_now` the machine's clock.
///
/// A missing plan is told before a missing check-in: going online would not help. A clock more than
/// [`CLOCK_TOLERANCE_SECONDS`] before the issue counts as overdue. Never `Licensed` at or after `chk`.
#[must_use]
pub fn evaluate(document: Option<&LicenseDocument>, plan_ids: &[&str], system_now: Timestamp) -> AppState {
    let Some(document) = document else {
        return AppState::NotActivated;
    };
    if !document.has_any_plan(plan_ids) {
        let disabled = document.notices.contains(&NoticeCode::SubscriptionDisabled);
        let reason = if disabled {
            ReducedReason::SubscriptionDisabled
        } else {
            ReducedReason::Unlicensed
        };
        return AppState::Reduced { reason };
    }
    let now = document.organization_now(system_now);
    let turned_back = now < document.iat.saturating_sub(CLOCK_TOLERANCE_SECONDS);
    if turned_back || now >= document.deadline() {
        return AppState::Reduced {
            reason: ReducedReason::CheckInOverdue,
        };
    }
    let mut notices = document.notices.clone();
    if now >= document.warn && !notices.contains(&NoticeCode::CouldNotVerify) {
        notices.push(NoticeCode::CouldNotVerify);
    }
    AppState::Licensed { notices }
}

/// What each state allows: everything when licensed, else view and print.
#[must_use]
pub const fn features(state: &AppState) -> Features {
    let licensed = matches!(state, AppState::Licensed { .. });
    Features {
        create: licensed,
        edit: licensed,
        print: true,
        view: true,
    }
}
