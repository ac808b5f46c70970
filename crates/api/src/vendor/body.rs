//! Reading JSON bodies so that whatever is wrong is named, with what to do about it.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::door::Door;
use crate::vendor::problem::{Fault, FieldError, Result};

/// A request's body, read but not understood yet.
#[derive(Debug, Clone)]
pub struct Body(pub Bytes);

impl FromRequest<Door> for Body {
    type Rejection = Fault;

    async fn from_request(request: Request, door: &Door) -> Result<Self> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        // Some clients name no type; none of ours is anything but JSON.
        let is_json = kind.is_none_or(|kind| {
            let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
            kind == "application/json" || kind.ends_with("+json")
        });
        let bytes = Bytes::from_request(request, door).await.map_err(|rejection| {
            let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let code = if too_large { "TOO_LARGE" } else { "BAD_REQUEST" };
            Fault::plain(
                rejection.status(),
                code,
                "The body cannot be read, or is too large.",
                "Send less at once.",
            )
        })?;
        if !is_json && !bytes.is_empty() {
            return Err(Fault::plain(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "NOT_JSON",
                "The body is not JSON.",
                "Send JSON with `Content-Type: application/json`.",
            ));
        }
        Ok(Self(bytes))
    }
}

impl Body {
    /// Understands the body; an empty one is an empty object.
    ///
    /// # Errors
    /// 422 with the field that is missing, unknown or wrong.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let bytes: &[u8] = if self.0.trim_ascii().is_empty() { b"{}" } else { &self.0 };
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            explain(&path, error.inner())
        })?;
        json.end().map_err(|error| explain(".", &error))?;
        Ok(read)
    }

    /// For a command that takes nothing.
    ///
    /// # Errors
    /// 422 for anything but nothing, null or an empty object.
    pub fn nothing(&self) -> Result<()> {
        if self.0.trim_ascii() != b"null" {
            let Nothing {} = self.read()?;
        }
        Ok(())
    }
}

/// A body with nothing in it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Makes of a parser's words a field, what is wrong with it, and a remedy.
fn explain(path: &str, error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
    if !error.is_data() {
        return Fault::Fields(vec![FieldError {
            field: "body".to_owned(),
            message: format!("This is not JSON: {text}."),
            remedy: "Send one JSON object.".to_owned(),
        }]);
    }
    let quoted = |prefix: &str| Some(text.strip_prefix(prefix)?.split_once('`')?.0.to_owned());
    let inside = |name: &str| {
        if path == "." {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    if let Some(name) = quoted("missing field `") {
        return Fault::field(inside(&name), "This is missing.", "Give it.");
    }
    if let Some(name) = quoted("unknown field `") {
        let known = text.split_once("expected ").map(|(_, known)| known.replace('`', ""));
        let remedy = known.map_or_else(
            || "Leave it out; nothing is taken here.".to_owned(),
            |known| {
                format!(
                    "Leave it out, or use {}.",
                    known.strip_prefix("one of ").unwrap_or(&known)
                )
            },
        );
        // The path of an unknown field ends in its own name.
        let field = if path == name || path.ends_with(&format!(".{name}")) {
            path.to_owned()
        } else {
            inside(&name)
        };
        return Fault::field(field, "There is no such field here.", remedy);
    }
    let field = if path == "." {
        "body".to_owned()
    } else {
        path.to_owned()
    };
    let (message, remedy) = text.split_once('|').map_or_else(
        || {
            let expected = text
                .split_once("expected ")
                .map(|(_, expected)| expected.replace('`', ""));
            (
                format!("{text}."),
                expected.map_or_else(|| "Correct it.".to_owned(), |e| format!("Give {e}.")),
            )
        },
        |(message, remedy)| (message.to_owned(), remedy.to_owned()),
    );
    Fault::field(field, capital(&message), remedy)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// For `#[serde(deserialize_with)]`: a text that the domain reads (an id, a term, a channel).
///
/// # Errors
/// The domain's own words.
pub fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: std::fmt::Display>>(from: D) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    text.parse()
        .map_err(|error| D::Error::custom(format!("{error}.|{}", remedy_of(&error))))
}

/// As [`parsed`]; absent and null are `None`. Needs `#[serde(default)]` too.
///
/// # Errors
/// The domain's own words.
pub fn maybe_parsed<'de, D: Deserializer<'de>, T: FromStr<Err: std::fmt::Display>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| {
        text.parse()
            .map_err(|error| D::Error::custom(format!("{error}.|{}", remedy_of(&error))))
    })
    .transpose()
}

/// As [`parsed`], for each of a list.
///
/// # Errors
/// The domain's own words, for the first that is wrong.
pub fn all_parsed<'de, D: Deserializer<'de>, T: FromStr<Err: std::fmt::Display>>(from: D) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| D::Error::custom(format!("{error}.|{}", remedy_of(&error))))
        })
        .collect()
}

fn remedy_of(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    text.split_once("expected one of ").map_or_else(
        || "Copy it from where it is listed.".to_owned(),
        |(_, words)| format!("Use one of: {}.", words.split(' ').collect::<Vec<_>>().join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use aktiver_domain::calendar::Term;
    use aktiver_domain::ids::SubscriptionId;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    struct Sample {
        #[serde(deserialize_with = "parsed")]
        term: Term,
        #[serde(default, deserialize_with = "maybe_parsed")]
        subscription_id: Option<SubscriptionId>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: u32,
    }

    fn read(text: &'static str) -> std::result::Result<Sample, FieldError> {
        Body(Bytes::from_static(text.as_bytes()))
            .read()
            .map_err(|fault| match fault {
                Fault::Fields(mut errors) => errors.remove(0),
                other => panic!("{other:?}"),
            })
    }

    #[test]
    fn what_is_right_is_read() {
        let sample = read(r#"{"term":"P1Y","subscriptionId":null,"inner":{"count":3}}"#).unwrap();
        assert_eq!((sample.term, sample.subscription_id), (Term::Year, None));
        assert_eq!(sample.inner.unwrap().count, 3);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, field) in [
            ("", "term"),
            ("{", "body"),
            ("[]", "body"),
            (r#"{"term":"P1Y"} x"#, "body"),
            (r#"{"term":"P2Y"}"#, "term"),
            (r#"{"term":7}"#, "term"),
            (r#"{"term":"P1Y","terms":"P1Y"}"#, "terms"),
            (r#"{"term":"P1Y","inner":{}}"#, "inner.count"),
            (r#"{"term":"P1Y","inner":{"count":-1}}"#, "inner.count"),
            (r#"{"term":"P1Y","inner":{"count":1,"colour":2}}"#, "inner.colour"),
            (r#"{"term":"P1Y","subscriptionId":"usr_1"}"#, "subscriptionId"),
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.field, field, "{body}: {error:?}");
            assert!(
                error.message.ends_with('.') && error.remedy.ends_with('.'),
                "{body}: {error:?}"
            );
        }
        assert_eq!(
            read(r#"{"term":"P2Y"}"#).unwrap_err().remedy,
            "Use one of: P1M, P1Y, P3Y."
        );
    }
}
