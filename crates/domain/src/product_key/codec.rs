//! Making keys, and telling genuine ones from forged.

use std::fmt;

use subtle::ConstantTimeEq;

use super::key::ProductKey;

const TAG_CONTEXT: &str = "aktiver 2026 product key tag v1";
const MASK_CONTEXT: &str = "aktiver 2026 product key mask v1";

/// The vendor's secret of one epoch. Whoever has it can make keys; `Debug` shows none of it.
#[derive(Clone)]
pub struct VendorSecret([u8; 32]);

impl VendorSecret {
    /// Thirty-two bytes of randomness.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<[u8; 32]> for VendorSecret {
    fn from(bytes: [u8; 32]) -> Self {
        Self::new(bytes)
    }
}

impl fmt::Debug for VendorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VendorSecret(redacted)")
    }
}

/// Names a vendor secret, 0–31: the first symbol of every key made with it.
///
/// An epoch is used again only when all its keys are past their redeem-by dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u8);

impl Epoch {
    /// The last one that a key's first symbol can say.
    pub const MAX: Self = Self(31);

    /// 0–31.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    pub(super) fn from_low_bits(bits: u64) -> Self {
        let [low, ..] = bits.to_le_bytes();
        Self(low & Self::MAX.0)
    }
}

impl TryFrom<u8> for Epoch {
    type Error = EpochOutOfRange;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        if value <= Self::MAX.0 {
            Ok(Self(value))
        } else {
            Err(EpochOutOfRange(value))
        }
    }
}

/// The number offered is no epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a product key epoch is a number from 0 to 31, not {0}")]
pub struct EpochOutOfRange(pub u8);

/// The number inside a key, 0–2⁴⁴−1: the first number of its batch plus its serial in the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyNumber(u64);

impl KeyNumber {
    /// The last one that fits into a key.
    pub const MAX: Self = Self((1 << 44) - 1);

    /// 0–2⁴⁴−1.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }

    /// The number `serial` after this one; `None` past [`KeyNumber::MAX`].
    #[must_use]
    pub fn checked_add(self, serial: u64) -> Option<Self> {
        self.0
            .checked_add(serial)
            .and_then(|number| Self::try_from(number).ok())
    }
}

impl TryFrom<u64> for KeyNumber {
    type Error = KeyNumberOutOfRange;

    fn try_from(value: u64) -> Result<Self, Self::Error> {
        if value <= Self::MAX.0 {
            Ok(Self(value))
        } else {
            Err(KeyNumberOutOfRange(value))
        }
    }
}

/// The number offered does not fit into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a product key number is below 2^44 (17592186044416), which {0} is not")]
pub struct KeyNumberOutOfRange(pub u64);

/// The checks of the key hold but its tag does not: nobody holding the secret of this epoch made it.
///
/// It is no slip of the keyboard, so it counts as a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the product key is not genuine; ask the seller for another one")]
pub struct Forged;

/// Makes and opens the keys of one epoch, two PRF calls each.
///
/// The tag is a PRF of the number and the mask is a PRF of the tag, in the manner of SIV: the same number always gives the same
/// key, two numbers never give one key, and numbers in a row give keys with nothing in common but the epoch.
#[derive(Clone)]
pub struct KeyCodec {
    epoch: Epoch,
    tag_key: [u8; 32],
    mask_key: [u8; 32],
}

impl KeyCodec {
    /// Derives the epoch's working keys; keep the codec rather than making one per key.
    #[must_use]
    pub fn new(epoch: Epoch, secret: &VendorSecret) -> Self {
        Self {
            epoch,
            tag_key: blake3::derive_key(TAG_CONTEXT, &secret.0),
            mask_key: blake3::derive_key(MASK_CONTEXT, &secret.0),
        }
    }

    /// The epoch whose keys it makes and opens.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The key of this number.
    #[must_use]
    pub fn make(&self, number: KeyNumber) -> ProductKey {
        let tag = self.tag(number.0);
        ProductKey::from_fields(self.epoch, number.0 ^ self.mask(tag), tag)
    }

    /// The number inside a key made by this codec. The time taken does not depend on how much of the tag is right.
    ///
    /// # Errors
    /// [`Forged`] if the key was not made with this secret for this epoch.
    pub fn open(&self, key: &ProductKey) -> Result<KeyNumber, Forged> {
        let tag = key.tag();
        let number = key.masked_number() ^ self.mask(tag);
        let genuine = self.tag(number).ct_eq(&tag) & self.epoch.0.ct_eq(&key.epoch().0);
        if genuine.into() {
            Ok(KeyNumber(number))
        } else {
            Err(Forged)
        }
    }

    /// 51 bits.
    fn tag(&self, number: u64) -> u64 {
        prf(&self.tag_key, self.epoch, number) >> (64 - 51)
    }

    /// 44 bits.
    fn mask(&self, tag: u64) -> u64 {
        prf(&self.mask_key, self.epoch, tag) >> (64 - 44)
    }
}

impl fmt::Debug for KeyCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCodec")
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// The first 64 bits of the PRF over the epoch's byte and the value's eight, most significant first.
fn prf(key: &[u8; 32], epoch: Epoch, value: u64) -> u64 {
    let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
    let hash = blake3::keyed_hash(key, &[epoch.0, a, b, c, d, e, f, g, h]);
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
