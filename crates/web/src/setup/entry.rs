//! The fields in which product keys are entered, and what is wrong with each.

use aktiver_service::domain::product_key::{ParseError, ProductKey, Suggestion};
use aktiver_service::domain::refusal::RedeemRefusal;

use crate::components::{Control, Field};
use crate::explain;
use crate::forms::Sent;
use crate::i18n::Text;
use crate::refusals::Refusal;

/// More keys than this are refused in one order.
const MOST_KEYS: usize = 20;
/// Letters and digits of a key.
const SYMBOLS: usize = 25;

/// The keys of an order as entered, each with what is wrong with it.
#[derive(Default)]
pub struct Entry {
    pub keys: Vec<String>,
    pub errors: Vec<Option<String>>,
}

impl Entry {
    /// The keys that a form sent; empty fields are left out.
    pub fn read(form: &Sent) -> Self {
        let mut keys = Vec::new();
        for text in form.all("key") {
            // A text area or a paste may hold several keys, one in each line.
            keys.extend(
                text.lines()
                    .map(str::trim)
                    .filter(|key| !key.is_empty())
                    .flat_map(split),
            );
        }
        keys.truncate(MOST_KEYS);
        let errors = vec![None; keys.len()];
        Self { keys, errors }
    }

    /// Looks at each key by itself. Whether all can be keys.
    pub fn check(&mut self, t: Text) -> bool {
        if self.keys.is_empty() {
            self.keys.push(String::new());
        }
        self.errors = self
            .keys
            .iter()
            .map(|key| ProductKey::parse(key).err().map(|error| hint(t, &error)))
            .collect();
        self.errors.iter().all(Option::is_none)
    }

    /// Puts a refusal beside the key that it is about. Whether it was about one.
    pub fn blame(&mut self, refusal: &RedeemRefusal, words: &str) -> bool {
        let (last_five, second) = match refusal {
            RedeemRefusal::DuplicateInOrder { last_five } => (last_five, true),
            RedeemRefusal::Expired { last_five }
            | RedeemRefusal::AlreadyRedeemed { last_five, .. }
            | RedeemRefusal::OfferUnavailable { last_five }
            | RedeemRefusal::WrongPlan { last_five }
            | RedeemRefusal::Revoked { last_five } => (last_five, false),
            // Of the keys that look right one is none: with a single key there is no doubt which.
            RedeemRefusal::Invalid { .. } | RedeemRefusal::ConsumerOrInvalid { .. } if self.keys.len() == 1 => {
                self.errors = vec![Some(words.to_owned())];
                return true;
            }
            _ => return false,
        };
        let mut fitting = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, key)| ProductKey::parse(key).is_ok_and(|key| key.last_five().to_string() == *last_five));
        let first = fitting.next();
        let found = if second { fitting.next().or(first) } else { first };
        let Some((at, _)) = found else { return false };
        if let Some(error) = self.errors.get_mut(at) {
            *error = Some(words.to_owned());
        }
        true
    }

    /// A field for each key; at least one.
    pub fn fields(&self, t: Text) -> Vec<Field> {
        let count = self.keys.len().max(1);
        (0..count)
            .map(|at| {
                let value = self.keys.get(at).cloned().unwrap_or_default();
                let number = i64::try_from(at + 1).unwrap_or(i64::MAX);
                let label = if count == 1 {
                    t.get("key-field")
                } else {
                    t.with("key-field-number", &[("number", number.into())])
                };
                let mut field = Field::new(t, "key", label, Control::ProductKey(value))
                    .scope(format!("{number}-"))
                    .error(self.errors.get(at).cloned().flatten());
                if at == 0 {
                    field = field.hint(t.get("key-field-hint"));
                } else {
                    field.required = false;
                }
                field
            })
            .collect()
    }

    /// The last five symbols of each key, by which it may be named.
    pub fn last_fives(&self) -> Vec<String> {
        self.keys
            .iter()
            .filter_map(|key| Some(ProductKey::parse(key).ok()?.last_five().to_string()))
            .collect()
    }
}

/// The keys in one line: a one-line field joins what was pasted into it, with or without something between the keys.
fn split(line: &str) -> Vec<String> {
    let symbols: Vec<char> = line.chars().filter(|c| c.is_alphanumeric()).collect();
    if symbols.len() <= SYMBOLS || !symbols.len().is_multiple_of(SYMBOLS) {
        return vec![line.to_owned()];
    }
    symbols
        .chunks(SYMBOLS)
        .map(|key| {
            let groups: Vec<String> = key.chunks(5).map(|group| group.iter().collect()).collect();
            groups.join("-")
        })
        .collect()
}

/// What to look at again in a text that is no key.
fn hint(t: Text, error: &ParseError) -> String {
    match error {
        ParseError::Empty => t.get("key-empty"),
        ParseError::Length { found } => t.with("key-length", &[("found", (*found).into())]),
        ParseError::Symbol {
            position,
            group,
            character,
        } => t.with(
            "key-symbol",
            &[
                ("character", character.to_string().into()),
                ("position", (*position).into()),
                ("group", (*group).into()),
            ],
        ),
        ParseError::Groups { wrong, suggestions } => {
            let groups: Vec<u8> = wrong.iter().collect();
            // A slip spoils a group; where none is right, it is a key of another kind.
            if groups.len() == 5 {
                let other = Refusal::KeyConsumerOrInvalid.words(t);
                return format!("{} {}", other.detail, other.remedy);
            }
            let mut words = vec![explain::key_groups(t, &groups)];
            words.extend(suggestions.iter().take(3).map(|suggestion| match suggestion {
                Suggestion::Replace { group, with } => t.with(
                    "key-suggest-replace",
                    &[("group", (*group).into()), ("with", with.to_string().into())],
                ),
                Suggestion::Swap { first, second } => t.with(
                    "key-suggest-swap",
                    &[("first", (*first).into()), ("second", (*second).into())],
                ),
            }));
            words.join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pk_02_keys_pasted_into_one_field_are_all_read() {
        let (one, two) = ("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "FFFFF-GGGGG-HHHHH-JJJJJ-KKKKK");
        for between in ["", " ", ", ", "; ", "\n", " \n\n "] {
            let form = Sent::of(vec![("key".to_owned(), format!("{one}{between}{two}"))]);
            assert_eq!(Entry::read(&form).keys, [one, two], "{between:?}");
        }
        let typed = Sent::of(vec![("key".to_owned(), "aaaaa bbbbb".to_owned())]);
        assert_eq!(Entry::read(&typed).keys, ["aaaaa bbbbb"]);
    }
}
