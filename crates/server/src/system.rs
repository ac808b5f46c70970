//! The machine's clock and randomness.

use aktiver_domain::{Entropy, Timestamp};
use aktiver_service::ports::Clock;

/// The clock of the operating system, cut to the microseconds that are stored.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// The random generator of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the operating system has no random bits to give: no secret may be made then.
    #[expect(
        clippy::expect_used,
        reason = "going on without randomness would make guessable secrets"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bits");
    }
}
