//! System query options. What an endpoint does not serve is refused, never passed over.

use std::borrow::Cow;

use url::form_urlencoded;

use super::error::{bad_request, unsupported};
use crate::error::Result;

/// Query options that OData defines; the `$` may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    Select,
    Top,
    Count,
    Filter,
    OrderBy,
    SkipToken,
    Skip,
    Expand,
    Search,
    Format,
    DeltaToken,
    Apply,
    Compute,
}

impl Name {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Select => "$select",
            Self::Top => "$top",
            Self::Count => "$count",
            Self::Filter => "$filter",
            Self::OrderBy => "$orderby",
            Self::SkipToken => "$skiptoken",
            Self::Skip => "$skip",
            Self::Expand => "$expand",
            Self::Search => "$search",
            Self::Format => "$format",
            Self::DeltaToken => "$deltatoken",
            Self::Apply => "$apply",
            Self::Compute => "$compute",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        const ALL: [Name; 13] = [
            Name::Select,
            Name::Top,
            Name::Count,
            Name::Filter,
            Name::OrderBy,
            Name::SkipToken,
            Name::Skip,
            Name::Expand,
            Name::Search,
            Name::Format,
            Name::DeltaToken,
            Name::Apply,
            Name::Compute,
        ];
        let bare = name.strip_prefix('$').unwrap_or(name);
        ALL.into_iter().find(|one| one.as_str()[1..].eq_ignore_ascii_case(bare))
    }
}

/// The query options of one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub select: Option<String>,
    /// From 1 to 999.
    pub top: Option<u32>,
    pub count: bool,
    pub filter: Option<String>,
    pub order_by: Option<String>,
    pub skip_token: Option<String>,
}

/// Largest page (GQ-03).
const LARGEST_PAGE: u32 = 999;

impl Query {
    /// Reads a query string of an endpoint that serves some options.
    ///
    /// # Errors
    /// An option that it does not serve, one that is given twice, and a value that cannot be read.
    pub fn parse(raw: Option<&str>, served: &[Name]) -> Result<Self> {
        let mut query = Self::default();
        let mut seen: Vec<Name> = Vec::new();
        for (key, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            let Some(name) = Name::parse(&key) else {
                if key.starts_with('$') {
                    return Err(unsupported(format!("Query option '{key}' is not recognized.")));
                }
                continue;
            };
            if seen.contains(&name) {
                return Err(bad_request(format!(
                    "Query option '{}' was specified more than once, but it must be specified at most once.",
                    name.as_str()
                )));
            }
            seen.push(name);
            if name == Name::Format && is_json(&value) {
                continue;
            }
            if !served.contains(&name) {
                return Err(refused(name, served));
            }
            query.set(name, value)?;
        }
        Ok(query)
    }

    fn set(&mut self, name: Name, value: Cow<'_, str>) -> Result<()> {
        match name {
            Name::Select => self.select = Some(value.into_owned()),
            Name::Filter => self.filter = Some(value.into_owned()),
            Name::OrderBy => self.order_by = Some(value.into_owned()),
            Name::SkipToken => self.skip_token = Some(value.into_owned()),
            Name::Count => {
                self.count = match value.as_ref() {
                    "true" | "True" => true,
                    "false" | "False" => false,
                    other => {
                        return Err(bad_request(format!(
                            "Invalid value '{other}' for $count query option found. The $count query option requires a value of 'true' or 'false'."
                        )));
                    }
                }
            }
            Name::Top => {
                let top = value.trim().parse().ok().filter(|top| (1..=LARGEST_PAGE).contains(top));
                self.top = Some(top.ok_or_else(|| {
                    bad_request(format!(
                        "Invalid page size specified: '{value}'. Must be between 1 and {LARGEST_PAGE} inclusive."
                    ))
                })?);
            }
            Name::Skip
            | Name::Expand
            | Name::Search
            | Name::Format
            | Name::DeltaToken
            | Name::Apply
            | Name::Compute => {}
        }
        Ok(())
    }

    /// The selected properties of a type, as the type spells them, each once; `None` without `$select`.
    ///
    /// # Errors
    /// A property that the type does not have.
    pub fn properties(&self, of: &str, known: &[&'static str]) -> Result<Option<Vec<&'static str>>> {
        let Some(select) = &self.select else { return Ok(None) };
        if select.trim() == "*" {
            return Ok(None);
        }
        let mut chosen = Vec::new();
        for name in select.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let property = known
                .iter()
                .find(|property| property.eq_ignore_ascii_case(name))
                .ok_or_else(|| unknown_property(of, name))?;
            if !chosen.contains(property) {
                chosen.push(*property);
            }
        }
        Ok((!chosen.is_empty()).then_some(chosen))
    }
}

/// A name that is no property of a type.
pub fn unknown_property(of: &str, name: &str) -> crate::error::Failure {
    bad_request(format!(
        "Could not find a property named '{name}' on type 'microsoft.graph.{of}'."
    ))
}

fn is_json(format: &str) -> bool {
    format.eq_ignore_ascii_case("json") || format.to_ascii_lowercase().starts_with("application/json")
}

fn refused(name: Name, served: &[Name]) -> crate::error::Failure {
    let served: Vec<_> = served.iter().map(|name| name.as_str()).collect();
    let instead = if served.is_empty() {
        "This address takes no query options.".to_owned()
    } else {
        format!("This address takes {}.", served.join(", "))
    };
    unsupported(format!(
        "Query option '{}' is not supported here. {instead}",
        name.as_str()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;

    fn message(failure: Failure) -> String {
        match failure {
            Failure::Plain(plain) => plain.message,
            Failure::Service { error, .. } => error.to_string(),
        }
    }

    #[test]
    fn the_dollar_may_be_raw_encoded_or_left_out() {
        for raw in ["$top=5&$select=id", "%24top=5&%24select=id", "top=5&select=id&foo=bar"] {
            let query = Query::parse(Some(raw), &[Name::Top, Name::Select]).unwrap();
            assert_eq!((query.top, query.select.as_deref()), (Some(5), Some("id")), "{raw}");
        }
    }

    #[test]
    fn gq_03_a_page_size_outside_1_to_999_is_refused_in_graphs_words() {
        for bad in ["0", "1000", "x"] {
            let refused = Query::parse(Some(&format!("$top={bad}")), &[Name::Top]).unwrap_err();
            assert_eq!(
                message(refused),
                format!("Invalid page size specified: '{bad}'. Must be between 1 and 999 inclusive.")
            );
        }
    }

    #[test]
    fn gq_02_what_is_not_served_is_refused_and_never_passed_over() {
        let refused = Query::parse(Some("$skip=5"), &[Name::Top]).unwrap_err();
        assert_eq!(
            message(refused),
            "Query option '$skip' is not supported here. This address takes $top."
        );
        assert!(Query::parse(Some("$wat=1"), &[]).is_err());
        assert!(Query::parse(Some("$top=1&$top=2"), &[Name::Top]).is_err());
        assert!(Query::parse(Some("$format=json"), &[]).is_ok());
    }

    #[test]
    fn selected_properties_are_spelled_as_the_type_spells_them() {
        let query = Query::parse(Some("$select=SKUID, id,id"), &[Name::Select]).unwrap();
        assert_eq!(
            query.properties("subscribedSku", &["id", "skuId"]).unwrap().unwrap(),
            ["skuId", "id"]
        );
        let unknown = query.properties("subscribedSku", &["id"]).unwrap_err();
        assert_eq!(
            message(unknown),
            "Could not find a property named 'SKUID' on type 'microsoft.graph.subscribedSku'."
        );
    }
}
