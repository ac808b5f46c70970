//! Form fields and the summary of what is wrong with them.

use askama::Template;

use super::{ActionKind, Notice};
use crate::csrf::{self, Token};
use crate::i18n::Text;
use crate::render::Fragment;

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
    /// Any number of them; each posts its value under the field's name.
    Checks(Vec<Choice>),
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
    /// Goes before the name in element ids, where two forms of a page have a field of the same name.
    pub scope: String,
    /// Shown only while the form's choice is a new card, where the browser can tell.
    pub of_new_card: bool,
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
            scope: String::new(),
            of_new_card: false,
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

    /// Sets the scope of the field's element id.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    #[must_use]
    pub fn between(mut self, least: i64, most: Option<i64>) -> Self {
        if let Control::Input(input) = &mut self.control {
            input.min = Some(least);
            input.max = most;
        }
        self
    }

    /// Id of the control; error summaries link to it.
    pub fn id(&self) -> String {
        format!("field-{}{}", self.scope, self.name)
    }

    fn own_id(&self) -> String {
        self.id()
    }

    /// A group of radio buttons or boxes is a fieldset: its legend is no label of one control.
    fn grouped(&self) -> bool {
        matches!(self.control, Control::Radios(_) | Control::Checks(_))
    }

    fn options(&self) -> &[Choice] {
        match &self.control {
            Control::Radios(options) | Control::Checks(options) => options,
            _ => &[],
        }
    }

    /// A field that is not always shown cannot be demanded by the browser.
    fn browser_requires(&self) -> bool {
        self.required && !self.of_new_card
    }

    fn option_kind(&self) -> &'static str {
        match self.control {
            Control::Checks(_) => "checkbox",
            _ => "radio",
        }
    }

    /// A required group of boxes may still leave each of them empty.
    fn option_required(&self) -> bool {
        self.required && matches!(self.control, Control::Radios(_))
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

/// What is wrong with the field whose control has the id `target`.
#[derive(Clone, Debug)]
pub struct FieldError {
    pub target: String,
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
                    target: field.id(),
                    message: format!("{}: {}", field.label, field.error.as_deref()?),
                })
            })
            .collect();
        Self { t, errors }
    }
}

/// A whole form: what is wrong, fields, buttons.
#[derive(Clone, Debug, Template)]
#[template(path = "components/form_box.html")]
pub struct FormBox {
    pub t: Text,
    pub action: String,
    pub csrf: Token,
    /// Fields that are not shown: name and value.
    pub hidden: Vec<(String, String)>,
    pub fields: Vec<Field>,
    /// A refusal of the whole form, above its fields.
    pub problem: Option<Notice>,
    /// More of the form's content, between fields and buttons.
    pub more: Vec<Fragment>,
    pub submit: String,
    pub kind: ActionKind,
    /// Name and value that the submit button sends.
    pub submit_as: Option<(String, String)>,
    /// Buttons that send the form for something else: name, value and label. They leave required fields unchecked.
    pub others: Vec<(String, String, String)>,
    /// Label and path of the way out.
    pub cancel: Option<(String, String)>,
    /// Script asks this first.
    pub confirm: Option<String>,
}

impl FormBox {
    pub fn new(t: Text, action: impl Into<String>, csrf: &Token, submit: impl Into<String>) -> Self {
        Self {
            t,
            action: action.into(),
            csrf: csrf.clone(),
            hidden: Vec::new(),
            fields: Vec::new(),
            problem: None,
            more: Vec::new(),
            submit: submit.into(),
            kind: ActionKind::Primary,
            submit_as: None,
            others: Vec::new(),
            cancel: None,
            confirm: None,
        }
    }

    #[must_use]
    pub fn fields(mut self, fields: Vec<Field>) -> Self {
        self.fields.extend(fields);
        self
    }

    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn problem(mut self, problem: Option<Notice>) -> Self {
        self.problem = problem;
        self
    }

    #[must_use]
    pub fn kind(mut self, kind: ActionKind) -> Self {
        self.kind = kind;
        self
    }

    #[must_use]
    pub fn submit_as(mut self, name: &str, value: &str) -> Self {
        self.submit_as = Some((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn other(mut self, name: &str, value: &str, label: String) -> Self {
        self.others.push((name.to_owned(), value.to_owned(), label));
        self
    }

    #[must_use]
    pub fn more(mut self, piece: &impl Template) -> Self {
        self.more.push(Fragment::of(piece));
        self
    }

    #[must_use]
    pub fn cancel(mut self, href: impl Into<String>) -> Self {
        self.cancel = Some((self.t.get("form-cancel"), href.into()));
        self
    }

    #[must_use]
    pub fn confirm(mut self, question: String) -> Self {
        self.confirm = Some(question);
        self
    }

    fn csrf_field(&self) -> &'static str {
        csrf::FIELD
    }

    fn summary(&self) -> ErrorSummary {
        ErrorSummary::of(self.t, &self.fields)
    }

    fn class(&self) -> &'static str {
        self.kind.class()
    }
}
