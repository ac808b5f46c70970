//! A row of buttons. One that cannot be used says why, and what to do about it.

use askama::Template;

use crate::csrf::{self, Token};
use crate::i18n::Text;
use crate::refusals::Refusal;

/// How much weight a button has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    Primary,
    Secondary,
    Danger,
}

impl ActionKind {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Danger => "button danger",
        }
    }
}

/// Whether an action can be used now.
#[derive(Clone, Debug)]
pub enum State {
    /// A link to the page that asks for what the action needs.
    Link { href: String },
    /// A form that acts at once; with `confirm`, script asks first.
    Post {
        action: String,
        csrf: Token,
        /// Hidden fields: name and value.
        fields: Vec<(String, String)>,
        confirm: Option<String>,
    },
    /// Not now: shown disabled, with its reason, what helps, and the page about it.
    Unavailable {
        reason: String,
        remedy: Option<String>,
        /// Label and path of each page that does what helps.
        ways: Vec<(String, String)>,
        help: Option<String>,
    },
}

/// A button of an [`ActionRow`].
#[derive(Clone, Debug)]
pub struct Action {
    /// Unique in its row; part of element ids.
    pub id: String,
    pub label: String,
    pub kind: ActionKind,
    pub state: State,
}

impl Action {
    /// An action refused with a known code: words and help page come from the code.
    pub fn refused(t: Text, id: impl Into<String>, label: impl Into<String>, refusal: Refusal) -> Self {
        let words = refusal.words(t);
        Self {
            id: id.into(),
            label: label.into(),
            kind: ActionKind::Secondary,
            state: State::Unavailable {
                reason: words.detail,
                remedy: Some(words.remedy),
                ways: Vec::new(),
                help: Some(refusal.path()),
            },
        }
    }

    fn class(&self) -> &'static str {
        self.kind.class()
    }
}

/// Buttons side by side; the reasons of unavailable ones beneath.
#[derive(Clone, Debug, Template)]
#[template(path = "components/actions.html")]
pub struct ActionRow {
    pub t: Text,
    pub actions: Vec<Action>,
}

impl ActionRow {
    fn csrf_field(&self) -> &'static str {
        csrf::FIELD
    }
}

/// The actions of a row of a table, behind "More actions".
#[derive(Clone, Debug, Template)]
#[template(path = "components/more_actions.html")]
pub struct MoreActions {
    pub t: Text,
    /// What the row is about, for screen readers.
    pub about: String,
    pub row: ActionRow,
}
