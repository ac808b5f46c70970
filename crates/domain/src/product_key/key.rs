//! A key whose checks hold, and its printed forms.

use std::fmt;
use std::str::FromStr;

use super::check::{GROUP_NUMBERS, check_symbol};
use super::codec::Epoch;
use super::read::{self, ParseError};
use super::symbol::Symbol;

const EPOCH_SHIFT: u32 = 95;
const NUMBER_SHIFT: u32 = 51;
const NUMBER_MASK: u128 = (1 << 44) - 1;
const TAG_MASK: u128 = (1 << 51) - 1;

/// A product key: well formed, though not necessarily genuine ([`KeyCodec::open`](super::KeyCodec::open) tells).
///
/// Only the hundred data bits are kept; the check symbols follow from them. `Display` prints the whole key as
/// `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`; `Debug` shows no more than the last group.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProductKey {
    data: u128,
}

impl ProductKey {
    /// Reads a key as people type or paste it: case, white space, dashes, quotation marks and punctuation around groups do not
    /// matter; I and L are read as 1, O as 0, S as 5; full-width characters are read as their plain forms.
    ///
    /// # Errors
    /// [`ParseError`] says what to look at again; [`ParseError::Groups`] names every group that cannot be right.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        read::parse(text)
    }

    pub(super) fn from_fields(epoch: Epoch, masked: u64, tag: u64) -> Self {
        Self {
            data: (u128::from(epoch.get()) << EPOCH_SHIFT)
                | ((u128::from(masked) & NUMBER_MASK) << NUMBER_SHIFT)
                | (u128::from(tag) & TAG_MASK),
        }
    }

    /// The key with these groups; their fifth symbols must already have been checked.
    pub(super) fn from_checked_groups(groups: [[Symbol; 5]; 5]) -> Self {
        let mut data = 0_u128;
        for [a, b, c, d, _check] in groups {
            let bits = [a, b, c, d]
                .into_iter()
                .fold(0_u32, |bits, symbol| (bits << 5) | u32::from(symbol.value()));
            data = (data << 20) | u128::from(bits);
        }
        Self { data }
    }

    /// The epoch names the vendor secret the key claims to be made with; it stands in clear.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        Epoch::from_low_bits(low_u64(self.data >> EPOCH_SHIFT))
    }

    pub(super) fn masked_number(&self) -> u64 {
        low_u64((self.data >> NUMBER_SHIFT) & NUMBER_MASK)
    }

    pub(super) fn tag(&self) -> u64 {
        low_u64(self.data & TAG_MASK)
    }

    /// The last group, by which people may name a key without giving it away.
    #[must_use]
    pub fn last_five(&self) -> FiveSymbols {
        let [.., last] = self.groups();
        FiveSymbols::new(last)
    }

    /// The key as printed, without an allocation.
    #[must_use]
    pub fn text(&self) -> KeyText {
        let mut text = [b'-'; 29];
        for (slots, group) in text.chunks_mut(6).zip(self.groups()) {
            for (slot, symbol) in slots.iter_mut().zip(group) {
                *slot = symbol.ascii();
            }
        }
        KeyText(text)
    }

    fn groups(&self) -> [[Symbol; 5]; 5] {
        let data = self.data;
        let twenty_bits = [data >> 80, data >> 60, data >> 40, data >> 20, data];
        let mut groups = [[Symbol::ZERO; 5]; 5];
        for ((group, bits), number) in groups.iter_mut().zip(twenty_bits).zip(GROUP_NUMBERS) {
            let bits = low_u32(bits);
            let symbols = [bits >> 15, bits >> 10, bits >> 5, bits].map(Symbol::from_low_bits);
            let [a, b, c, d] = symbols;
            *group = [a, b, c, d, check_symbol(number, symbols)];
        }
        groups
    }
}

fn low_u64(bits: u128) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = bits.to_le_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn low_u32(bits: u128) -> u32 {
    let [a, b, c, d, ..] = bits.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl fmt::Display for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl fmt::Debug for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProductKey(…-{})", self.last_five())
    }
}

impl FromStr for ProductKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The 29 characters of a printed key. It is the key itself, so `Debug` shows none of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyText([u8; 29]);

impl KeyText {
    /// Five groups of five with hyphens between them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(redacted)")
    }
}

/// The five characters of one group.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiveSymbols([u8; 5]);

impl FiveSymbols {
    pub(super) fn new(symbols: [Symbol; 5]) -> Self {
        Self(symbols.map(Symbol::ascii))
    }

    /// The characters, upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

impl fmt::Display for FiveSymbols {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for FiveSymbols {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The bytes come from the alphabet alone, so they are text.
fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
