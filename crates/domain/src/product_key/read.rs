//! Reading what people type and paste.

use std::fmt;

use super::check::{GROUP_NUMBERS, holds};
use super::key::{FiveSymbols, ProductKey};
use super::suggest::{self, Suggestion};
use super::symbol::Symbol;

/// Why an entered text is not a product key. Says nothing of the text but the one character no key can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// There is no symbol in the text.
    #[error("enter the product key: 25 letters and digits in five groups of five")]
    Empty,
    /// The text has too few or too many symbols.
    #[error(
        "a product key has 25 letters and digits, but {found} {} entered; look for one left out or entered twice",
        if *found == 1 { "was" } else { "were" }
    )]
    Length { found: usize },
    /// A character that is in no product key. `position` counts the symbols of the key from 1 to 25, `group` from 1 to 5.
    #[error(
        "{character:?}, character {position} of the product key (in group {group}), is in no product key; compare it with the key you were given"
    )]
    Symbol { position: u8, group: u8, character: char },
    /// These groups cannot be right.
    #[error(
        "{} {wrong} of the product key {} not right; compare with the key you were given",
        if wrong.len() == 1 { "group" } else { "groups" },
        if wrong.len() == 1 { "is" } else { "are" }
    )]
    Groups {
        wrong: GroupSet,
        suggestions: Vec<Suggestion>,
    },
}

/// A set of groups of a key, numbered 1–5.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct GroupSet(u8);

impl GroupSet {
    /// Whether the group with this number, 1–5, is in the set.
    #[must_use]
    pub fn contains(self, number: u8) -> bool {
        self.0 & Self::bit(number) != 0
    }

    /// How many groups are in it, 0–5.
    #[must_use]
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// Whether no group is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The numbers in the set, ascending.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        GROUP_NUMBERS.into_iter().filter(move |number| self.contains(*number))
    }

    fn bit(number: u8) -> u8 {
        if GROUP_NUMBERS.contains(&number) {
            1 << number
        } else {
            0
        }
    }
}

impl FromIterator<u8> for GroupSet {
    /// Numbers other than 1–5 name no group and are left out.
    fn from_iter<T: IntoIterator<Item = u8>>(numbers: T) -> Self {
        Self(numbers.into_iter().fold(0, |bits, number| bits | Self::bit(number)))
    }
}

impl fmt::Display for GroupSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.len().saturating_sub(1);
        for (place, number) in self.iter().enumerate() {
            match place {
                0 => write!(f, "{number}")?,
                _ if place == last => write!(f, " and {number}")?,
                _ => write!(f, ", {number}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for GroupSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// What a group looks like while it is being typed.
#[derive(Clone, PartialEq, Eq)]
pub enum GroupCheck {
    /// The five symbols can stand at this place.
    Valid,
    /// They cannot. The suggestions are likely corrections, and may be none.
    Wrong { suggestions: Vec<FiveSymbols> },
    /// Fewer than five symbols so far, all of them possible.
    Incomplete,
    /// More than five symbols: perhaps the whole key was pasted.
    TooLong,
    /// A character that is in no product key, at `position` 1–5.
    BadSymbol { position: u8, character: char },
}

impl fmt::Debug for GroupCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("Valid"),
            Self::Wrong { .. } => f.debug_struct("Wrong").finish_non_exhaustive(),
            Self::Incomplete => f.write_str("Incomplete"),
            Self::TooLong => f.write_str("TooLong"),
            Self::BadSymbol { position, character } => f
                .debug_struct("BadSymbol")
                .field("position", position)
                .field("character", character)
                .finish(),
        }
    }
}

/// Checks group `number` (1–5) alone, reading as [`ProductKey::parse`] does. No symbols are right for any other number.
#[must_use]
pub fn check_group(number: u8, five: &str) -> GroupCheck {
    let mut group = [Symbol::ZERO; 5];
    let Tally { found, bad } = read_symbols(five, &mut group);
    if let Some(Bad { position, character }) = bad {
        return GroupCheck::BadSymbol { position, character };
    }
    match found {
        0..=4 => GroupCheck::Incomplete,
        5 if !GROUP_NUMBERS.contains(&number) => GroupCheck::Wrong {
            suggestions: Vec::new(),
        },
        5 if holds(number, group) => GroupCheck::Valid,
        5 => GroupCheck::Wrong {
            suggestions: suggest::for_group(number, group),
        },
        _ => GroupCheck::TooLong,
    }
}

pub(super) fn parse(text: &str) -> Result<ProductKey, ParseError> {
    let mut groups = [[Symbol::ZERO; 5]; 5];
    let Tally { found, bad } = read_symbols(text, groups.as_flattened_mut());
    if let Some(Bad { position, character }) = bad {
        return Err(ParseError::Symbol {
            position,
            group: position.div_ceil(5),
            character,
        });
    }
    match found {
        0 => return Err(ParseError::Empty),
        25 => {}
        _ => return Err(ParseError::Length { found }),
    }
    let mut numbered = GROUP_NUMBERS.into_iter().zip(groups);
    if numbered.all(|(number, group)| holds(number, group)) {
        return Ok(ProductKey::from_checked_groups(groups));
    }
    let wrong: Vec<_> = GROUP_NUMBERS
        .into_iter()
        .zip(groups)
        .filter(|(number, group)| !holds(*number, *group))
        .collect();
    Err(ParseError::Groups {
        wrong: wrong.iter().map(|(number, _)| *number).collect(),
        suggestions: suggest::for_groups(&wrong),
    })
}

struct Tally {
    /// Symbols, and characters standing where a symbol should.
    found: usize,
    /// The first character that is no symbol, if it stands within the slots.
    bad: Option<Bad>,
}

struct Bad {
    /// From 1.
    position: u8,
    character: char,
}

fn read_symbols(text: &str, slots: &mut [Symbol]) -> Tally {
    let wanted = slots.len();
    let mut slots = slots.iter_mut();
    let mut tally = Tally { found: 0, bad: None };
    for entered in text.chars() {
        // Nearly every character is a plain symbol or hyphen; the rest may take its time.
        let symbol = match Symbol::read(entered) {
            None if entered == '-' => continue,
            None => {
                let character = plain(entered);
                let symbol = Symbol::read(character);
                if symbol.is_none() && means_nothing(character, tally.found, wanted) {
                    continue;
                }
                symbol
            }
            symbol => symbol,
        };
        match (slots.next(), symbol) {
            (Some(slot), Some(symbol)) => *slot = symbol,
            (Some(_), None) if tally.bad.is_none() => {
                let position = u8::try_from(tally.found.saturating_add(1)).unwrap_or(u8::MAX);
                tally.bad = Some(Bad {
                    position,
                    character: entered,
                });
            }
            _ => {}
        }
        tally.found = tally.found.saturating_add(1);
    }
    tally
}

/// Whether a character that is no symbol may be passed over after `found` of the `wanted` symbols.
#[inline(never)]
fn means_nothing(character: char, found: usize, wanted: usize) -> bool {
    is_separator(character)
        || (found.is_multiple_of(5) && is_punctuation(character))
        || (found == wanted && character == '?')
}

/// Full-width characters as their plain forms.
fn plain(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character).wrapping_sub(0xfee0)).unwrap_or(character),
        _ => character,
    }
}

/// What may stand anywhere in a key without meaning anything.
fn is_separator(character: char) -> bool {
    is_dash(character) || is_quotation_mark(character) || is_invisible(character)
}

fn is_dash(character: char) -> bool {
    matches!(
        character,
        // The general category Pd.
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}' | '\u{2e17}' | '\u{2e1a}'
        | '\u{2e3a}' | '\u{2e3b}' | '\u{2e40}' | '\u{2e5d}' | '\u{301c}' | '\u{3030}' | '\u{30a0}' | '\u{fe31}'
        | '\u{fe32}' | '\u{fe58}' | '\u{fe63}' | '\u{10d6e}' | '\u{10ead}'
        // Minus signs, the hyphen bullet and the Japanese long vowel mark pass for dashes.
        | '\u{2d7}' | '\u{2043}' | '\u{207b}' | '\u{208b}' | '\u{2212}' | '\u{2796}' | '\u{30fc}' | '\u{ff70}'
    )
}

fn is_quotation_mark(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | '`' | '\u{b4}' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2032}'..='\u{2037}'
        | '\u{2039}' | '\u{203a}' | '\u{300c}'..='\u{300f}' | '\u{301d}'..='\u{301f}'
    )
}

fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            // Soft hyphen, joiners, marks of writing direction, variation selectors, byte order mark.
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        )
}

/// What may stand around groups but not inside one. A question mark more likely stands for a symbol that could not be read.
fn is_punctuation(character: char) -> bool {
    (character.is_ascii_punctuation() && character != '?')
        || matches!(
            character,
            '\u{a1}' | '\u{b7}' | '\u{bf}' | '\u{2016}'..='\u{2027}' | '\u{203b}'..='\u{205e}'
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{fe10}'..='\u{fe19}' | '\u{fe50}'..='\u{fe6b}'
        )
}
