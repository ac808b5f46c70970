//! What a form sent.

use axum::Form;
use axum::body::Body;
use axum::extract::FromRequest;
use axum::http::Request;

/// The fields of a posted form, in the order sent. A field may come more than once.
#[derive(Clone, Default)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Reads the body; a body that is no form has no fields.
    pub async fn read(request: Request<Body>) -> Self {
        Form::<Vec<(String, String)>>::from_request(request, &())
            .await
            .map_or_else(|_| Self::default(), |Form(pairs)| Self(pairs))
    }

    /// The first value of a field exactly as sent, empty when it was not.
    pub fn raw(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The first value without the white space around it.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The same, unless it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Whether a checkbox was ticked, or a button pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// Fields may hold passwords, card numbers and product keys.
impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
