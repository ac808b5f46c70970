//! `$filter`: comparisons joined by `and`. Whatever else it says is refused with what is served.

use super::error::unsupported;
use crate::error::Result;

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub property: String,
    pub test: Test,
}

/// How a property is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    Equals(Literal),
    StartsWith(String),
}

/// A constant of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    Text(String),
    True,
    False,
    Null,
}

/// Reads `a eq 'x' and startswith(b,'y')`.
///
/// # Errors
/// Anything else, naming what is served.
pub fn parse(text: &str) -> Result<Vec<Condition>> {
    let mut rest = text.trim();
    let mut conditions = Vec::new();
    loop {
        let (condition, after) = one(rest).ok_or_else(|| refuse(text))?;
        conditions.push(condition);
        let after = after.trim_start();
        if after.is_empty() {
            return Ok(conditions);
        }
        rest = keyword(after, "and").ok_or_else(|| refuse(text))?;
    }
}

fn refuse(text: &str) -> crate::error::Failure {
    unsupported(format!(
        "Unsupported or invalid query filter clause specified: '{text}'. Supported: property eq 'value', property eq true or false, startswith(property,'value'), joined by and."
    ))
}

fn one(text: &str) -> Option<(Condition, &str)> {
    let text = text.trim_start();
    let (name, rest) = name(text)?;
    if name.eq_ignore_ascii_case("startswith") {
        let rest = rest.trim_start().strip_prefix('(')?;
        let (property, rest) = self::name(rest.trim_start())?;
        let rest = rest.trim_start().strip_prefix(',')?;
        let (value, rest) = quoted(rest.trim_start())?;
        let rest = rest.trim_start().strip_prefix(')')?;
        // `startswith(…) eq true` says the same.
        let rest = keyword(rest.trim_start(), "eq")
            .and_then(|after| keyword(after.trim_start(), "true"))
            .unwrap_or(rest);
        let condition = Condition {
            property: property.to_owned(),
            test: Test::StartsWith(value),
        };
        return Some((condition, rest));
    }
    let rest = keyword(rest.trim_start(), "eq")?;
    let (literal, rest) = literal(rest.trim_start())?;
    let condition = Condition {
        property: name.to_owned(),
        test: Test::Equals(literal),
    };
    Some((condition, rest))
}

fn name(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// What follows a keyword that stands for itself.
fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (found, rest) = name(text)?;
    found.eq_ignore_ascii_case(word).then_some(rest)
}

fn literal(text: &str) -> Option<(Literal, &str)> {
    if text.starts_with('\'') {
        let (value, rest) = quoted(text)?;
        return Some((Literal::Text(value), rest));
    }
    // A bare GUID has hyphens.
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let literal = match word.to_ascii_lowercase().as_str() {
        "true" => Literal::True,
        "false" => Literal::False,
        "null" => Literal::Null,
        guid if aktiver_service::domain::ids::parse_guid(guid).is_some() => Literal::Text(guid.to_owned()),
        _ => return None,
    };
    Some((literal, rest))
}

/// A text in single quotes, a doubled one standing for itself.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut value = String::new();
    loop {
        let end = rest.find('\'')?;
        let (part, after) = rest.split_at(end);
        value.push_str(part);
        let after = after.strip_prefix('\'')?;
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_read() {
        let read = parse("startswith(displayName, 'O''Brien') and accountEnabled eq true").unwrap();
        assert_eq!(
            read,
            [
                Condition {
                    property: "displayName".into(),
                    test: Test::StartsWith("O'Brien".into())
                },
                Condition {
                    property: "accountEnabled".into(),
                    test: Test::Equals(Literal::True)
                },
            ]
        );
        let read = parse("skuId eq f245ecc8-75af-4f8e-b61f-27d8114de5f3").unwrap();
        assert_eq!(
            read[0].test,
            Test::Equals(Literal::Text("f245ecc8-75af-4f8e-b61f-27d8114de5f3".into()))
        );
    }

    #[test]
    fn what_is_not_served_is_refused() {
        for bad in [
            "",
            "displayName",
            "displayName ne 'x'",
            "displayName eq 'x",
            "displayName eq 'x' or id eq 'y'",
            "not(id eq 'x')",
            "endswith(mail,'x')",
            "assignedLicenses/any(x:x/skuId eq f245ecc8-75af-4f8e-b61f-27d8114de5f3)",
            "displayName eq 'x' and",
            "displayName eq 'x' y",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
