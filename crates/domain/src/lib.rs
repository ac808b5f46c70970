//! The rules of subscriptions and licenses.
//!
//! Everything here is pure: no input or output, no clock, no randomness, no wire formats. The
//! present and random bits are arguments, so that a preview is a decision that nobody stores, and
//! a test can live through ten years in a millisecond.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

#[macro_use]
mod text;

pub mod calendar;
pub mod catalog;
pub mod country;
pub mod device;
pub mod ids;
pub mod licensing;
pub mod money;
pub mod policy;
pub mod product_key;
pub mod redemption;
pub mod refusal;
pub mod role;
pub mod subscription;

pub use ids::Id;
pub use jiff::Timestamp;
pub use money::Money;
pub use refusal::Refusal;
pub use text::BadText;

/// Where random bits come from: the operating system in production, a seed in a test.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

#[cfg(test)]
mod testing {
    /// Entropy that is one byte over and over.
    pub struct Fixed(pub u8);

    impl crate::Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }
}
