//! What the writer of a wrong group may have meant.

use std::fmt;

use super::check::holds;
use super::key::FiveSymbols;
use super::symbol::Symbol;

/// A likely correction of an entered key. It makes the checks hold, which one wrong guess in 32 does too: offer it, never apply it
/// unasked.
///
/// `Debug` leaves the symbols out, so that an error in a log does not hold most of a key; `Display` is for the person who entered it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Suggestion {
    /// Group `group` (1–5) may be meant to read `with`.
    Replace { group: u8, with: FiveSymbols },
    /// Groups `first` and `second` (1–5, `first` the lower) may have been entered in each other's place.
    Swap { first: u8, second: u8 },
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replace { group, with } => write!(f, "group {group} may be {with}"),
            Self::Swap { first, second } => write!(f, "groups {first} and {second} may be in each other's place"),
        }
    }
}

impl fmt::Debug for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replace { group, .. } => f.debug_struct("Replace").field("group", group).finish_non_exhaustive(),
            Self::Swap { first, second } => f
                .debug_struct("Swap")
                .field("first", first)
                .field("second", second)
                .finish(),
        }
    }
}

/// Exchanges among the wrong groups first, since one of them explains two groups, then replacements group by group.
pub(super) fn for_groups(wrong: &[(u8, [Symbol; 5])]) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let mut rest = wrong.iter();
    while let Some(&(first, one)) = rest.next() {
        for &(second, other) in rest.as_slice() {
            if holds(second, one) && holds(first, other) {
                found.push(Suggestion::Swap { first, second });
            }
        }
    }
    for &(number, group) in wrong {
        found.extend(
            for_group(number, group)
                .into_iter()
                .map(|with| Suggestion::Replace { group: number, with }),
        );
    }
    found
}

/// Groups one look-alike or one exchange of neighbors away; only if there is none, those two look-alikes away.
pub(super) fn for_group(number: u8, group: [Symbol; 5]) -> Vec<FiveSymbols> {
    let right = |candidate: &[Symbol; 5]| holds(number, *candidate);
    let one_away = look_alikes(group, 0)
        .map(|(_, candidate)| candidate)
        .chain(neighbors_swapped(group));
    let mut found: Vec<_> = one_away.filter(right).collect();
    if found.is_empty() {
        found = look_alikes(group, 0)
            .flat_map(|(place, candidate)| look_alikes(candidate, place + 1))
            .map(|(_, candidate)| candidate)
            .filter(right)
            .collect();
    }
    found.into_iter().map(FiveSymbols::new).collect()
}

/// The group with one symbol, at place `from` or later, exchanged for its look-alike; with the place.
fn look_alikes(group: [Symbol; 5], from: usize) -> impl Iterator<Item = (usize, [Symbol; 5])> {
    group
        .into_iter()
        .enumerate()
        .skip(from)
        .filter_map(move |(place, symbol)| {
            let mut candidate = group;
            *candidate.get_mut(place)? = symbol.look_alike()?;
            Some((place, candidate))
        })
}

fn neighbors_swapped(group: [Symbol; 5]) -> [[Symbol; 5]; 4] {
    let [a, b, c, d, e] = group;
    [[b, a, c, d, e], [a, c, b, d, e], [a, b, d, c, e], [a, b, c, e, d]]
}
