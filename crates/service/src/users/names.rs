//! Names and other values of people, checked as Graph checks them.

use aktiver_domain::country::is_country;
use aktiver_storage::engine::Session;
use aktiver_storage::organization;

use crate::context::Ctx;
use crate::error::{Error, Result};

/// A user principal name: `kari@fjordvik.example`, the domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upn {
    pub local: String,
    pub domain: String,
}

impl std::fmt::Display for Upn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// A value that must be there, in the words that scripts look for.
pub(super) fn required(field: &'static str, value: &str, most: usize) -> Result<String> {
    if value.trim().is_empty() {
        return Err(Error::invalid(
            field,
            format!("A value is required for property '{field}' of resource 'User'."),
            format!("Send {field}."),
        ));
    }
    limited(field, value, most)
}

/// A value of at most so many characters, without control characters.
pub(super) fn limited(field: &'static str, value: &str, most: usize) -> Result<String> {
    let value = value.trim();
    if value.chars().count() > most || value.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            format!("Invalid value specified for property '{field}' of resource 'User'."),
            format!("Use at most {most} characters, without line breaks."),
        ));
    }
    Ok(value.to_owned())
}

/// A value that may be missing; an empty one is.
pub(super) fn optional(field: &'static str, value: Option<String>) -> Result<Option<String>> {
    value
        .filter(|value| !value.trim().is_empty())
        .map(|value| limited(field, &value, 128))
        .transpose()
}

/// An address for mail, loosely: something before and after one @.
pub(super) fn optional_mail(value: Option<String>) -> Result<Option<String>> {
    let Some(mail) = optional("mail", value)? else {
        return Ok(None);
    };
    let good = mail.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@') && !mail.contains(' ')
    });
    if good {
        Ok(Some(mail))
    } else {
        Err(Error::invalid(
            "mail",
            "Invalid value specified for property 'mail' of resource 'User'.",
            "Use an address such as kari@fjordvik.example.",
        ))
    }
}

/// At most ten telephone numbers.
pub(super) fn phones(values: Vec<String>) -> Result<Vec<String>> {
    if values.len() > 10 {
        return Err(Error::invalid(
            "businessPhones",
            "there are more than ten numbers",
            "Send at most ten.",
        ));
    }
    values
        .iter()
        .map(|value| limited("businessPhones", value, 64))
        .collect()
}

/// LA-07: an assigned ISO 3166-1 alpha-2 code, in any case.
pub(super) fn clean_country(value: &str) -> Result<String> {
    let code = value.trim().to_uppercase();
    if is_country(&code) {
        return Ok(code);
    }
    Err(Error::invalid(
        "usageLocation",
        "Invalid value specified for property 'usageLocation' of resource 'User'.",
        "Use a two-letter country code (ISO 3166-1 alpha-2), such as NO.",
    ))
}

/// The part before the @: letters, digits and `' . - _ ! # ^ ~`, at most 64, no dot at either end.
///
/// # Errors
/// The field, with the rule as remedy.
pub(crate) fn clean_local_part<'a>(field: &'static str, local: &'a str) -> Result<&'a str> {
    let good = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"'.-_!#^~".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.');
    if good {
        return Ok(local);
    }
    Err(Error::invalid(
        field,
        format!("Invalid value specified for property '{field}' of resource 'User'."),
        "Use 1 to 64 letters, digits and ' . - _ ! # ^ ~ before the @, with no dot first or last.",
    ))
}

/// A well-formed user principal name.
pub(super) fn clean_upn(text: &str) -> Result<Upn> {
    let text = required("userPrincipalName", text, 320)?;
    let Some((local, domain)) = text.split_once('@') else {
        return Err(Error::invalid(
            "userPrincipalName",
            "Property userPrincipalName is invalid.",
            "Use the form name@domain with a verified domain of the organization.",
        ));
    };
    let local = clean_local_part("userPrincipalName", local)?.to_owned();
    Ok(Upn {
        local,
        domain: domain.to_lowercase(),
    })
}

/// The domain must be one of the organization's.
pub(super) async fn require_own_domain(s: &mut Session, ctx: &Ctx, upn: &Upn) -> Result<()> {
    let domains = organization::domains(s, ctx.org()).await?;
    if domains.iter().any(|domain| domain.name == upn.domain) {
        return Ok(());
    }
    let own: Vec<_> = domains.into_iter().map(|domain| domain.name).collect();
    Err(Error::invalid(
        "userPrincipalName",
        "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
        format!("Use one of: {}.", own.join(", ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_the_at_sign() {
        for good in ["kari", "kari.nordmann", "o'hara", "a-b_c!d#e^f~g", "K4ri"] {
            assert!(clean_local_part("userPrincipalName", good).is_ok(), "{good}");
        }
        for bad in ["", ".kari", "kari.", "ka ri", "kåri", "a@b", "a+b", &"x".repeat(65)] {
            assert!(clean_local_part("userPrincipalName", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_principal_name_keeps_its_case_before_the_at_and_loses_it_after() {
        assert_eq!(
            clean_upn("Kari@Fjordvik.Example").unwrap().to_string(),
            "Kari@fjordvik.example"
        );
        assert!(clean_upn("kari").is_err());
    }

    #[test]
    fn la_07_usage_location_is_a_country() {
        assert_eq!(clean_country("no").unwrap(), "NO");
        let Error::Invalid { field, .. } = clean_country("Norway").unwrap_err() else {
            panic!()
        };
        assert_eq!(field, "usageLocation");
    }

    #[test]
    fn missing_values_are_told_in_the_documented_words() {
        let Error::Invalid { message, .. } = required("displayName", " ", 256).unwrap_err() else {
            panic!()
        };
        assert_eq!(
            message,
            "A value is required for property 'displayName' of resource 'User'."
        );
    }
}
