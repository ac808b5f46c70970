//! The clock and the randomness of tests.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use aktiver_domain::{Entropy, Timestamp};
use aktiver_service::ports::Clock;
use jiff::SignedDuration;

/// Where the clock of a [`TestServer`](crate::TestServer) begins.
pub const BEGINNING: &str = "2026-01-15T10:00:00Z";

/// A clock that moves by hand alone.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl HandClock {
    /// A clock that stands at an instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.as_microsecond()))
    }

    /// The instant at which it stands.
    ///
    /// # Panics
    /// When it was moved out of the calendar.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("an instant of the calendar")
    }

    /// Moves it on.
    ///
    /// # Panics
    /// For a time of more than 290 000 years.
    pub fn pass(&self, time: SignedDuration) {
        let microseconds = i64::try_from(time.as_micros()).expect("a time that fits the calendar");
        self.0.fetch_add(microseconds, Ordering::SeqCst);
    }

    /// Moves it on by days of 24 hours.
    pub fn pass_days(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

/// The same random bits in every run (SplitMix64).
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// The bits that belong to a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        for chunk in buffer.chunks_mut(8) {
            let mut z = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
