//! The alphabet, and the field it stands for.

/// The symbols in the order of their values: digits and capitals without I, L, O and S, which are read as digits.
const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRTUVWXYZ";

/// Each element of GF(32) times α, the polynomial being x⁵+x²+1.
const TIMES_ALPHA: [u8; 32] = [
    0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 5, 7, 1, 3, 13, 15, 9, 11, 21, 23, 17, 19, 29, 31, 25,
    27,
];

const NO_SYMBOL: u8 = 255;

/// The value of each byte, or [`NO_SYMBOL`].
static VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut values = [NO_SYMBOL; 256];
    let mut rest: &mut [u8] = &mut values;
    let mut byte = 0_u8;
    while let Some((value, others)) = rest.split_first_mut() {
        *value = value_of(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    values
}

const fn value_of(byte: u8) -> u8 {
    match byte {
        b'0' | b'O' | b'o' => 0,
        b'1' | b'I' | b'i' | b'L' | b'l' => 1,
        b'2' => 2,
        b'3' => 3,
        b'4' => 4,
        b'5' | b'S' | b's' => 5,
        b'6' => 6,
        b'7' => 7,
        b'8' => 8,
        b'9' => 9,
        b'A' | b'a' => 10,
        b'B' | b'b' => 11,
        b'C' | b'c' => 12,
        b'D' | b'd' => 13,
        b'E' | b'e' => 14,
        b'F' | b'f' => 15,
        b'G' | b'g' => 16,
        b'H' | b'h' => 17,
        b'J' | b'j' => 18,
        b'K' | b'k' => 19,
        b'M' | b'm' => 20,
        b'N' | b'n' => 21,
        b'P' | b'p' => 22,
        b'Q' | b'q' => 23,
        b'R' | b'r' => 24,
        b'T' | b't' => 25,
        b'U' | b'u' => 26,
        b'V' | b'v' => 27,
        b'W' | b'w' => 28,
        b'X' | b'x' => 29,
        b'Y' | b'y' => 30,
        b'Z' | b'z' => 31,
        _ => NO_SYMBOL,
    }
}

/// Five bits of a product key: one character to people, one element of GF(32) to the check.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol(u8);

impl Symbol {
    pub(super) const ZERO: Self = Self(0);

    /// The symbol of the five lowest bits; higher bits are ignored.
    pub(super) fn from_low_bits(bits: u32) -> Self {
        let [low, ..] = bits.to_le_bytes();
        Self(low & 31)
    }

    pub(super) fn value(self) -> u8 {
        self.0
    }

    pub(super) fn ascii(self) -> u8 {
        ALPHABET.get(usize::from(self.0 & 31)).copied().unwrap_or(b'0')
    }

    /// Reads a character of either case; I and L are 1, O is 0, S is 5.
    pub(super) fn read(character: char) -> Option<Self> {
        let byte = u8::try_from(character).ok()?;
        let value = VALUES.get(usize::from(byte)).copied()?;
        if value == NO_SYMBOL { None } else { Some(Self(value)) }
    }

    /// The symbol this one is likely to be mistaken for: B and 8, Z and 2, U and V, G and 6.
    pub(super) fn look_alike(self) -> Option<Self> {
        let value = match self.0 {
            11 => 8,
            8 => 11,
            31 => 2,
            2 => 31,
            26 => 27,
            27 => 26,
            16 => 6,
            6 => 16,
            _ => return None,
        };
        Some(Self(value))
    }

    /// Addition in GF(32).
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    pub(super) fn times_alpha(self) -> Self {
        Self(TIMES_ALPHA.get(usize::from(self.0 & 31)).copied().unwrap_or(0))
    }
}
