//! Pieces of pages. Each is a view struct whose template is `templates/components/<name>.html`; put one into a
//! page template with `{{ name }}`. They take finished words and plain values, and know no service.

mod actions;
mod form;
mod pieces;
mod sheet;
mod table;
mod timeline;
mod use_bar;

pub use actions::{Action, ActionKind, ActionRow, MoreActions, State};
pub use form::{Choice, Control, ErrorSummary, Field, FieldError, FormBox, Input};
pub use pieces::{Breadcrumb, Crumb, Fact, Facts, Notice, Pager, Phase, Pill, Tone};
pub use sheet::{Section, Sheet};
pub use table::{Cell, Column, Empty, Table};
pub use timeline::{Moment, Timeline};
pub use use_bar::UseBar;

/// Components render escaped HTML, which a page must not escape again.
macro_rules! html_safe {
    ($($component:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $component {})+ };
}

html_safe!(
    ActionRow,
    MoreActions,
    FormBox,
    Field,
    ErrorSummary,
    Breadcrumb<'_>,
    Facts,
    Notice,
    Pager,
    Pill,
    Table,
    Timeline,
    UseBar,
    Section,
);
