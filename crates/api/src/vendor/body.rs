//! Reading JSON bodies so that whatever is wrong is named, with what to do about it.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use aktiver_domain::{Timestamp, calendar};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use jiff::civil::Date;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::door::Door;
use crate::vendor::problem::{Fault, FieldError, Result};

const ONE_OBJECT: &str = "Send one JSON object.";

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
        // A parser takes a list for an object, its fields in their order, which nobody should come to rely on.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Fault::field("body", "This is no JSON object.", ONE_OBJECT));
        }
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
    let text = text.rsplit_once(" at line ").map_or(&*text, |(text, _)| text);
    if !error.is_data() {
        return Fault::Fields(vec![FieldError {
            field: "body".to_owned(),
            message: format!("This is not JSON: {text}."),
            remedy: ONE_OBJECT.to_owned(),
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
    if let Some(name) = quoted("duplicate field `") {
        // The path may end in the field's own name here too.
        let whole = path == name || path.ends_with(&format!(".{name}"));
        let field = if whole { field } else { inside(&name) };
        return Fault::field(field, "This is given twice.", "Give it once.");
    }
    if let Some((_, expected)) = text.rsplit_once(", expected ") {
        if text.starts_with("unknown variant `") {
            let words = expected.replace('`', "").replace(" or ", ", ");
            let words = words.strip_prefix("one of ").unwrap_or(&words);
            return Fault::field(field, "There is no such value here.", format!("Use one of: {words}."));
        }
        if let Some(found) = text
            .strip_prefix("invalid type: ")
            .or_else(|| text.strip_prefix("invalid value: "))
        {
            let expected = plain_expected(expected);
            return Fault::field(
                field,
                format!("This is {} and not {expected}.", plain_found(found)),
                format!("Give {expected}."),
            );
        }
    }
    let (message, remedy) = text.split_once('|').unwrap_or((text, "Correct it."));
    let message = message.trim_end_matches('.');
    Fault::field(field, format!("{}.", capital(message)), remedy)
}

/// What a parser found, in plain words; texts are not repeated, as they may be long or secret.
fn plain_found(found: &str) -> String {
    let quoted = |prefix: &str| Some(found.strip_prefix(prefix)?.split_once('`')?.0.to_owned());
    if let Some(value) = ["integer `", "floating point `", "boolean `"]
        .into_iter()
        .find_map(quoted)
    {
        return value;
    }
    let word = found.split([' ', ',']).next().unwrap_or_default();
    match word {
        "map" => "an object",
        "sequence" => "a list",
        "string" | "character" => "a text",
        "null" | "unit" => "null",
        "integer" | "floating" | "number" => "another number",
        _ => "something else",
    }
    .to_owned()
}

/// What a parser expected, in plain words.
fn plain_expected(expected: &str) -> String {
    let whole = |least: &dyn fmt::Display, most: &dyn fmt::Display| format!("a whole number from {least} to {most}");
    match expected.split(' ').next().unwrap_or_default() {
        "u8" => whole(&u8::MIN, &u8::MAX),
        "u16" => whole(&u16::MIN, &u16::MAX),
        "u32" => whole(&u32::MIN, &u32::MAX),
        "u64" | "usize" => whole(&u64::MIN, &u64::MAX),
        "i32" => whole(&i32::MIN, &i32::MAX),
        "i64" => whole(&i64::MIN, &i64::MAX),
        "f32" | "f64" => "a number".to_owned(),
        "struct" | "map" => "an object".to_owned(),
        "enum" => "one of the documented values".to_owned(),
        _ => match expected {
            "a map" => "an object",
            "a sequence" => "a list",
            "a boolean" => "true or false",
            "a string" | "string" => "a text",
            "string or map" => "one of the documented values",
            other => other,
        }
        .to_owned(),
    }
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

/// For an object within an object: a parser would take a list for it too.
///
/// # Errors
/// Anything but an object.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    from.deserialize_map(Object(PhantomData))
}

/// As [`object`]; absent and null are `None`. Needs `#[serde(default)]` too.
///
/// # Errors
/// Anything but an object.
pub fn maybe_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    struct One<T>(T);

    impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            object(from).map(Self)
        }
    }

    Ok(Option::<One<T>>::deserialize(from)?.map(|One(value)| value))
}

/// An instant; absent and null are `None`. Needs `#[serde(default)]` too.
///
/// # Errors
/// Our own words.
pub fn maybe_instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| {
        text.trim()
            .parse()
            .map_err(|_| D::Error::custom("This is no instant.|Give one such as 2026-12-31T23:00:00Z."))
    })
    .transpose()
}

/// An end: an instant, exclusive, or a date, which is meant to its end in UTC; absent and null are `None`. Needs
/// `#[serde(default)]` too.
///
/// # Errors
/// Our own words.
pub fn maybe_end<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| {
        end(text.trim()).ok_or_else(|| {
            D::Error::custom(
                "This is no date and no instant.|\
                 Give a date such as 2026-12-31, the whole of it in UTC, or an instant such as 2026-12-31T23:00:00Z.",
            )
        })
    })
    .transpose()
}

fn end(text: &str) -> Option<Timestamp> {
    // The date parser reads more spellings than the one that is documented, and of some only a part.
    if text.len() != "2026-12-31".len() {
        return text.parse().ok();
    }
    Some(calendar::midnight(text.parse::<Date>().ok()?.tomorrow().ok()?))
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
        #[serde(default, deserialize_with = "maybe_object")]
        inner: Option<Inner>,
        #[serde(default, deserialize_with = "maybe_end")]
        until: Option<Timestamp>,
        #[serde(default)]
        kind: Kind,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        #[default]
        New,
        Add,
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
            (r#" ["P1Y"]"#, "body"),
            ("null", "body"),
            (r#"{"term":"P1Y","inner":[3]}"#, "inner"),
            (r#"{"term":"P1Y","term":"P1Y"}"#, "term"),
            (r#"{"term":"P1Y","kind":"gift"}"#, "kind"),
            (r#"{"term":"P1Y","until":"soon"}"#, "until"),
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

    #[test]
    fn a_list_is_no_object_although_its_items_would_fit() {
        for body in [r#"["P1Y",null,null,null,"new"]"#, "[]", "7", "null"] {
            let error = read(body).unwrap_err();
            assert_eq!(
                (error.message.as_str(), error.remedy.as_str()),
                ("This is no JSON object.", "Send one JSON object.")
            );
        }
        let error = read(r#"{"term":"P1Y","inner":[3]}"#).unwrap_err();
        assert_eq!(error.message, "This is a list and not an object.");
        let sample = read("\n {\"term\":\"P1Y\"}").unwrap();
        assert_eq!((sample.kind, sample.until), (Kind::New, None));
    }

    #[test]
    fn what_was_expected_is_told_in_plain_words() {
        let whole = "a whole number from 0 to 4294967295";
        for (body, found, expected) in [
            (r#"{"term":"P1Y","inner":{"count":-1}}"#, "-1", whole),
            (r#"{"term":"P1Y","inner":{"count":4294967296}}"#, "4294967296", whole),
            (r#"{"term":"P1Y","inner":{"count":1.5}}"#, "1.5", whole),
            (
                r#"{"term":"P1Y","inner":{"count":"1, expected 2|3 at line 4"}}"#,
                "a text",
                whole,
            ),
            (r#"{"term":"P1Y","inner":{"count":null}}"#, "null", whole),
            (r#"{"term":"P1Y","inner":true}"#, "true", "an object"),
            (r#"{"term":{}}"#, "an object", "a text"),
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.message, format!("This is {found} and not {expected}."), "{body}");
            assert_eq!(error.remedy, format!("Give {expected}."), "{body}");
        }
        let error = read(r#"{"term":"P1Y","kind":"gift"}"#).unwrap_err();
        assert_eq!(error.remedy, "Use one of: new, add.");
    }

    #[test]
    fn pk_01_a_date_is_meant_to_its_end_and_an_instant_as_it_is() {
        for (text, until) in [
            ("2026-12-31", "2027-01-01T00:00:00Z"),
            ("2026-12-31T12:00:00Z", "2026-12-31T12:00:00Z"),
            ("2026-12-31T12:00:00+01:00", "2026-12-31T11:00:00Z"),
        ] {
            assert_eq!(end(text), Some(until.parse().unwrap()), "{text}");
        }
        for bad in [
            "",
            "soon",
            "2026-02-30",
            "31.12.2026",
            "2026-12-31T12:00:00",
            "9999-12-31",
        ] {
            assert_eq!(end(bad), None, "{bad}");
        }
        let error = read(r#"{"term":"P1Y","until":"soon"}"#).unwrap_err();
        assert_eq!(error.message, "This is no date and no instant.");
    }
}
