//! The check symbol of a group.
//!
//! Written out, the check of group n is α⁴·(n + d₁) + α³·d₂ + α²·d₃ + α·d₄. The five coefficients, the check's own 1 among them, are
//! different and none is zero; so a single wrong symbol always shows, two exchanged symbols of a group always show unless they are
//! equal, and a group standing in another's place always shows.

use super::symbol::Symbol;

/// The groups of a key, counted from 1 as people count them.
pub(super) const GROUP_NUMBERS: [u8; 5] = [1, 2, 3, 4, 5];

/// The fifth symbol of group `number` (1–5) with these data symbols.
pub(super) fn check_symbol(number: u8, data: [Symbol; 4]) -> Symbol {
    let start = Symbol::from_low_bits(u32::from(number));
    data.into_iter().fold(start, |c, d| c.plus(d).times_alpha())
}

/// Whether the five symbols can stand as group `number` (1–5).
pub(super) fn holds(number: u8, group: [Symbol; 5]) -> bool {
    let [a, b, c, d, check] = group;
    check_symbol(number, [a, b, c, d]) == check
}
