//! The outcome of what a visitor just did, shown once on the page that the browser was sent on to. A cookie carries it, so
//! that no reload or bookmark repeats what may have stopped being true.

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::components::{Notice, Tone};
use crate::i18n::{Text, cookie};

/// Name of the cookie.
pub const DONE_COOKIE: &str = "aktiver_done";
/// Seconds within which the page that tells the outcome has to be fetched.
const DONE_AGE: u32 = 60;

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
    let mut response = go_to(path);
    set(&mut response, done.code(), DONE_AGE);
    response
}

fn set(response: &mut Response, code: &str, age: u32) {
    let text = format!("{DONE_COOKIE}={code}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly");
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// A layer that takes the outcome away with the page that shows it.
pub async fn shown_once(request: Request, next: Next) -> Response {
    let told = request.method() == Method::GET && cookie(request.headers(), DONE_COOKIE).is_some();
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if told && is_page {
        set(&mut response, "", 0);
    }
    response
}

/// Sends the browser on to `path`.
pub fn go_to(path: &str) -> Response {
    // Paths are ours or have passed `language::safe_return`.
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}
