//! Names that compare without regard to case.

/// A name in the form in which two spellings of one name are equal: lower case, ASCII or not, character by character.
///
/// Characters alone decide, never their neighbors (the final sigma is a sigma), so that the folded form of a beginning is a beginning
/// of the folded form.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .map(|lower| if lower == 'ς' { 'σ' } else { lower })
        .collect()
}

/// What rows are sorted by: the bytes of the folded name, which compare alike on both engines whatever the database's collation.
pub(crate) fn sort_key(name: &str) -> Vec<u8> {
    fold(name).into_bytes()
}

/// The first sort key after every one that begins with `prefix`: the byte FF is in no UTF-8.
pub(crate) fn after_prefix(prefix: &str) -> Vec<u8> {
    let mut end = sort_key(prefix);
    end.push(0xff);
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_to_one_form() {
        assert_eq!(fold("ÅSE@Fjord.Example"), fold("åse@fjord.example"));
        assert_eq!(fold("ΣΟΦΟΣ"), fold("σοφος"));
        assert_eq!(fold("σοφός"), fold("ΣΟΦΌΣ"));
        assert_ne!(fold("Ase"), fold("Åse"));
    }

    #[test]
    fn a_prefix_bounds_exactly_what_begins_with_it() {
        let within =
            |prefix: &str, name: &str| sort_key(prefix) <= sort_key(name) && sort_key(name) < after_prefix(prefix);
        assert!(within("ås", "Åse") && within("Åse", "åse") && within("", "anything") && within("a", "a\u{10ffff}"));
        assert!(!within("ås", "as") && !within("b", "a") && !within("a", "b"));
    }
}
