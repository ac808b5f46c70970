//! What people write: trimmed, and no longer than anyone reads.

use crate::error::{Error, Result};

/// Letters of a reason, a label, the name of a seller.
pub(crate) const LINE: usize = 200;
/// Letters of a comment.
pub(crate) const PARAGRAPH: usize = 2_000;

/// The text without the spaces around it, which may be empty.
///
/// # Errors
/// More than `most` letters; names the field.
pub(crate) fn at_most<'a>(field: &'static str, text: &'a str, most: usize) -> Result<&'a str> {
    let text = text.trim();
    let letters = text.chars().count();
    if letters > most {
        let message = format!("the text has {letters} letters, and {most} are kept");
        return Err(Error::invalid(field, message, "write less"));
    }
    Ok(text)
}

/// As [`at_most`], where something must be said.
///
/// # Errors
/// Nothing but spaces; more than `most` letters.
pub(crate) fn said<'a>(field: &'static str, text: &'a str, most: usize) -> Result<&'a str> {
    let text = at_most(field, text, most)?;
    if text.is_empty() {
        return Err(Error::invalid(
            field,
            format!("the {field} is missing"),
            "say it in a few words",
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_limited_by_letters_not_bytes() {
        assert_eq!(at_most("comment", "  å ", 1).unwrap(), "å");
        assert!(at_most("comment", "åå", 1).is_err());
        assert!(said("reason", " \n", LINE).is_err());
        assert!(said("reason", &"å".repeat(LINE), LINE).is_ok());
    }
}
