//! Product keys: the vendor's secrets, batches, withdrawn ranges, redemptions and guesses. No key is ever stored.

mod batch;
mod guess;
mod redemption;

pub use batch::{
    batch, batch_of, batches, insert_batch, insert_secret, is_revoked, reserve_numbers, revoke_batch, revoke_range,
    secrets,
};
pub use guess::{count_guess, guesses};
pub use redemption::{Redemption, insert_redemption, redeemed_in_batch, redemption, redemptions};

pub(crate) use batch::ALL as BATCH_STATEMENTS;
pub(crate) use guess::ALL as GUESS_STATEMENTS;
pub(crate) use redemption::ALL as REDEMPTION_STATEMENTS;
