//! The outcome of what a visitor just did, shown on the page that the browser was sent on to.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::components::{Notice, Tone};
use crate::i18n::Text;

/// Name of the query parameter.
pub const PARAMETER: &str = "done";

macro_rules! outcomes {
    ($($name:ident = $code:literal, $message:literal;)+) => {
        /// Something that was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Done { $(#[doc = $code] $name,)+ }

        impl Done {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Id of its message.
            pub fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)+ }
            }
        }
    };
}

outcomes! {
    SignedOut = "signed-out", "done-signed-out";
    DeviceSignedOut = "device-signed-out", "done-device-signed-out";
    DeviceApproved = "device-approved", "done-device-approved";
    DeviceDenied = "device-denied", "done-device-denied";
    Reactivated = "reactivated", "done-reactivated";
    Cancelled = "cancelled", "done-cancelled";
    EndsAtRenewal = "ends", "done-ends";
    RecurringOn = "recurring-on", "done-recurring-on";
    RecurringOff = "recurring-off", "done-recurring-off";
    QuantityChanged = "quantity", "done-quantity";
    LicensesChanged = "licenses", "done-licenses";
    LicenseRemoved = "license-removed", "done-license-removed";
    UsageLocation = "location", "done-location";
    UserCreated = "user", "done-user";
    MethodAdded = "method-added", "done-method-added";
    MethodDeleted = "method-deleted", "done-method-deleted";
    MethodReplaced = "method-replaced", "done-method-replaced";
    RequestSent = "request-sent", "done-request-sent";
    NoteAdded = "note", "done-note";
    ClockMoved = "clock", "done-clock";
    Disabled = "disabled", "done-disabled";
    Held = "held", "done-held";
    Released = "released", "done-released";
    Blocked = "blocked", "done-blocked";
    Unblocked = "unblocked", "done-unblocked";
    PaymentRecorded = "payment", "done-payment";
    PriceSet = "price", "done-price";
    StatusSet = "status", "done-status";
    BatchCreated = "batch", "done-batch";
}

impl Done {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|done| done.code() == code)
    }

    pub fn notice(self, t: Text) -> Notice {
        Notice::new(Tone::Success, t.get(self.message()))
    }
}

/// Sends the browser on to `path`, which will say what was done.
pub fn go(path: &str, done: Done) -> Response {
    let separator = if path.contains('?') { '&' } else { '?' };
    go_to(&format!("{path}{separator}{PARAMETER}={}", done.code()))
}

/// Sends the browser on to `path`.
pub fn go_to(path: &str) -> Response {
    // Paths are ours or have passed `language::safe_return`.
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}
