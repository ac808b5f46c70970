//! The client against a stand-in for the server, at the corners of the protocol.

mod license;
mod sign_in;
mod stand_in;
mod store;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aktiver_client::{Clock, Wait};
use jiff::{SignedDuration, Timestamp};

pub const PLAN: &str = "43de0ff5-c92c-492b-9116-175376d08c38";

/// A clock in the test's hand: waiting moves it and takes no time.
pub struct FakeClock {
    now: Mutex<Timestamp>,
    waits: Mutex<Vec<u64>>,
}

impl FakeClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            now: Mutex::new("2026-03-01T12:00:00Z".parse().unwrap()),
            waits: Mutex::default(),
        })
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap();
        *now += by;
    }

    pub fn advance_days(&self, days: i64) {
        self.advance(SignedDuration::from_hours(24 * days));
    }

    /// Seconds of each wait so far.
    pub fn waits(&self) -> Vec<u64> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn wait(&self, duration: Duration) -> Wait<'_> {
        self.waits.lock().unwrap().push(duration.as_secs());
        self.advance(SignedDuration::try_from(duration).unwrap());
        Box::pin(tokio::task::yield_now())
    }
}
