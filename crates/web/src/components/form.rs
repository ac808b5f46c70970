//! Form fields and the summary of what is wrong with them.

use askama::Template;

use crate::i18n::Text;

/// One of several values to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
    pub selected: bool,
}

/// A one-line input.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// `text`, `email`, `password`, `number`, `search`, `tel`, `date`.
    pub kind: &'static str,
    pub value: String,
    /// Autofill token of the HTML standard, such as `email` or `cc-number`.
    pub autocomplete: Option<&'static str>,
    pub inputmode: Option<&'static str>,
    pub min: Option<i64>,
    pub max: Option<i64>,
}

/// What is filled in.
#[derive(Clone, Debug)]
pub enum Control {
    Input(Input),
    /// 25 characters; script groups them by five while typing.
    ProductKey(String),
    /// Text and number of rows.
    Area(String, u8),
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    /// Whether it is ticked; it posts `on`.
    Check(bool),
}

/// A field with label, hint and error, tied together for screen readers.
#[derive(Clone, Debug, Template)]
#[template(path = "components/field.html")]
pub struct Field {
    pub t: Text,
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub error: Option<String>,
    /// Fields that are not are marked as optional.
    pub required: bool,
    pub control: Control,
}

impl Field {
    /// A required field.
    pub fn new(t: Text, name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            t,
            name: name.into(),
            label: label.into(),
            hint: None,
            error: None,
            required: true,
            control,
        }
    }

    pub fn input(
        t: Text,
        name: impl Into<String>,
        label: impl Into<String>,
        kind: &'static str,
        value: impl Into<String>,
    ) -> Self {
        let input = Input {
            kind,
            value: value.into(),
            ..Input::default()
        };
        Self::new(t, name, label, Control::Input(input))
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        if let Control::Input(input) = &mut self.control {
            input.autocomplete = Some(token);
        }
        self
    }

    /// Id of the control; error summaries link to it.
    pub fn id(name: &str) -> String {
        format!("field-{name}")
    }

    fn own_id(&self) -> String {
        Self::id(&self.name)
    }

    /// A group of radio buttons is a fieldset: its legend is no label of one control.
    fn grouped(&self) -> bool {
        matches!(self.control, Control::Radios(_))
    }

    fn described_by(&self) -> Option<String> {
        let id = self.own_id();
        let mut parts = Vec::new();
        if self.hint.is_some() {
            parts.push(format!("{id}-hint"));
        }
        if self.error.is_some() {
            parts.push(format!("{id}-error"));
        }
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// What is wrong with the field `name`.
#[derive(Clone, Debug)]
pub struct FieldError {
    pub name: String,
    pub message: String,
}

/// All errors of a form at its top, each linked to its field. Shows nothing when there are none.
#[derive(Clone, Debug, Template)]
#[template(path = "components/error_summary.html")]
pub struct ErrorSummary {
    pub t: Text,
    pub errors: Vec<FieldError>,
}

impl ErrorSummary {
    /// The errors of `fields`, in their order.
    pub fn of(t: Text, fields: &[Field]) -> Self {
        let errors = fields
            .iter()
            .filter_map(|field| {
                Some(FieldError {
                    name: field.name.clone(),
                    message: field.error.clone()?,
                })
            })
            .collect();
        Self { t, errors }
    }

    fn target(&self, name: &str) -> String {
        Field::id(name)
    }
}
