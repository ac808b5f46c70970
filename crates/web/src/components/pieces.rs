//! The small ones: pill, notice, key–value list, breadcrumb, pager.

use askama::Template;

use crate::i18n::Text;
use crate::render::Fragment;

/// What a color means. Never the only carrier of that meaning: words always say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Info,
    Success,
    Warning,
    Error,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The phase of a subscription, as pages show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Pending,
    Scheduled,
    Active,
    Expired,
    Disabled,
    LockedOut,
    Deleted,
}

impl Phase {
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Scheduled,
        Self::Active,
        Self::Expired,
        Self::Disabled,
        Self::LockedOut,
        Self::Deleted,
    ];

    /// Suffix of CSS classes.
    pub fn class(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
            Self::LockedOut => "locked-out",
            Self::Deleted => "deleted",
        }
    }

    pub fn label(self, t: Text) -> String {
        match self {
            Self::Pending => t.get("phase-pending"),
            Self::Scheduled => t.get("phase-scheduled"),
            Self::Active => t.get("phase-active"),
            Self::Expired => t.get("phase-expired"),
            Self::Disabled => t.get("phase-disabled"),
            Self::LockedOut => t.get("phase-locked-out"),
            Self::Deleted => t.get("phase-deleted"),
        }
    }
}

/// A short status in a colored capsule.
#[derive(Clone, Debug, Template)]
#[template(source = r#"<span class="pill pill-{{ class }}">{{ label }}</span>"#, ext = "html")]
pub struct Pill {
    class: &'static str,
    label: String,
}

impl Pill {
    pub fn phase(t: Text, phase: Phase) -> Self {
        Self {
            class: phase.class(),
            label: phase.label(t),
        }
    }

    /// Any other status: an invoice's, a key's.
    pub fn new(tone: Tone, label: impl Into<String>) -> Self {
        Self {
            class: tone.class(),
            label: label.into(),
        }
    }
}

/// A message at the top of a page or section: what happened, and what to do now.
#[derive(Clone, Debug, Template)]
#[template(path = "components/notice.html")]
pub struct Notice {
    pub tone: Tone,
    pub title: String,
    pub text: Option<String>,
    /// Label and path.
    pub link: Option<(String, String)>,
}

impl Notice {
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            text: None,
            link: None,
        }
    }

    /// Read out at once, instead of when the reader gets there.
    fn urgent(&self) -> bool {
        matches!(self.tone, Tone::Warning | Tone::Error)
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    #[must_use]
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.link = Some((label.into(), href.into()));
        self
    }
}

/// A line of [`Facts`].
#[derive(Clone, Debug)]
pub struct Fact {
    pub label: String,
    pub value: Fragment,
}

/// A key–value list.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/facts.html")]
pub struct Facts {
    pub facts: Vec<Fact>,
}

impl Facts {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn text(mut self, label: impl Into<String>, value: &str) -> Self {
        self.facts.push(Fact {
            label: label.into(),
            value: Fragment::text(value),
        });
        self
    }

    #[must_use]
    pub fn piece(mut self, label: impl Into<String>, value: &impl Template) -> Self {
        self.facts.push(Fact {
            label: label.into(),
            value: Fragment::of(value),
        });
        self
    }
}

/// A step of the way from home to here.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: String,
    /// None for the page itself.
    pub href: Option<String>,
}

impl Crumb {
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
        }
    }

    pub fn here(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
        }
    }
}

/// The way from home to here. `base.html` shows [`crate::layout::Page::trail`] with it.
#[derive(Clone, Debug, Template)]
#[template(path = "components/breadcrumb.html")]
pub struct Breadcrumb<'a> {
    pub t: Text,
    pub crumbs: &'a [Crumb],
}

/// Links to the previous and next page of a list.
#[derive(Clone, Debug, Template)]
#[template(path = "components/pager.html")]
pub struct Pager {
    pub t: Text,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// "1–50 of 1,234", if known.
    pub summary: Option<String>,
}
