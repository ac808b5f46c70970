//! Forms of the token door. Fields that are not asked for are passed over: official clients send many.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::error::OauthError;

/// The fields of one form; of a repeated one the first.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body of `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// `invalid_request` for another content type.
    pub fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, OauthError> {
        let is_form = headers.get(header::CONTENT_TYPE).is_none_or(|content_type| {
            content_type
                .as_bytes()
                .to_ascii_lowercase()
                .starts_with(b"application/x-www-form-urlencoded")
        });
        if !is_form {
            return Err(OauthError::invalid_request(
                "the body must be a form: send Content-Type application/x-www-form-urlencoded",
            ));
        }
        Ok(Self(form_urlencoded::parse(body).into_owned().collect()))
    }

    /// A field that may be missing; an empty one is.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// `invalid_request`, naming it.
    pub fn need(&self, name: &str) -> Result<&str, OauthError> {
        self.get(name)
            .ok_or_else(|| OauthError::invalid_request(format!("the field '{name}' is missing from the form")))
    }
}

/// Client id and secret of `Authorization: Basic …`, both form-encoded inside (RFC 6749, 2.3.1).
pub fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decode = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .ok()
            .map(|text| text.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn basic_holds_form_encoded_id_and_secret() {
        let value = format!("Basic {}", STANDARD.encode("the-id:a%2Fb%3Ac"));
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(&value).unwrap())]);
        assert_eq!(basic(&headers), Some(("the-id".into(), "a/b:c".into())));
        assert_eq!(basic(&HeaderMap::new()), None);
    }

    #[test]
    fn a_missing_field_is_named_and_unknown_ones_are_passed_over() {
        let form = Form::read(
            &HeaderMap::new(),
            &Bytes::from_static(b"claims=x&client_id=a%20b&client_id=c&empty="),
        )
        .unwrap();
        assert_eq!(form.get("client_id"), Some("a b"));
        assert_eq!(form.get("empty"), None);
        assert!(form.need("grant_type").is_err());
    }
}
