//! Product keys: 25 symbols that prove their own origin.
//!
//! A key is five groups of five symbols. The first four symbols of a group carry twenty data bits, the fifth is a check over the
//! group and its place, so a slip of the keyboard is seen without a look-up and its group is named ([`ProductKey::parse`],
//! [`check_group`]). The hundred data bits are, most significant first:
//!
//! | Bits | Field | |
//! |---|---|---|
//! | 5 | epoch | in clear, names the vendor secret |
//! | 44 | masked number | the key number under a mask drawn from the tag |
//! | 51 | tag | proves that the vendor made the key ([`KeyCodec`]) |
//!
//! Whether a genuine key may be redeemed (SPEC PK-01 to PK-05, expiry, revocation, earlier use) is its batch's affair, not the codec's.

mod check;
mod codec;
mod key;
mod read;
mod suggest;
mod symbol;
#[cfg(test)]
mod tests;

pub use codec::{Epoch, EpochOutOfRange, Forged, KeyCodec, KeyNumber, KeyNumberOutOfRange, VendorSecret};
pub use key::{FiveSymbols, KeyText, ProductKey};
pub use read::{GroupCheck, GroupSet, ParseError, check_group};
pub use suggest::Suggestion;
