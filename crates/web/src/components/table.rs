//! A data table: headings that name their cells on a phone too, and something to say when it is empty.

use askama::Template;

use crate::i18n::{Text, escape};
use crate::render::Fragment;

/// A column's heading.
#[derive(Clone, Debug)]
pub struct Column {
    pub label: String,
    /// Figures align right.
    pub numeric: bool,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            numeric: false,
        }
    }

    pub fn number(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            numeric: true,
        }
    }
}

/// A cell's content. The first cell of a row is its heading.
#[derive(Clone, Debug)]
pub struct Cell(pub Fragment);

impl Cell {
    pub fn text(text: &str) -> Self {
        Self(Fragment::text(text))
    }

    pub fn link(label: &str, href: &str) -> Self {
        Self(Fragment::raw(format!(
            r#"<a href="{}">{}</a>"#,
            escape(href),
            escape(label)
        )))
    }

    pub fn piece(component: &impl Template) -> Self {
        Self(Fragment::of(component))
    }
}

/// What an empty table says, and where to go from there.
#[derive(Clone, Debug)]
pub struct Empty {
    pub title: String,
    pub text: String,
    /// Label and path.
    pub link: Option<(String, String)>,
}

#[derive(Clone, Debug, Template)]
#[template(path = "components/table.html")]
pub struct Table {
    pub t: Text,
    /// Unique on its page.
    pub id: String,
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    pub empty: Empty,
    /// Offers a filter field where script runs. Only for tables that show all their rows.
    pub filter: bool,
}

impl Table {
    fn column(&self, index: &usize) -> Option<&Column> {
        self.columns.get(*index)
    }

    fn heading(&self, index: &usize) -> &str {
        self.column(index).map_or("", |column| &column.label)
    }

    fn numeric(&self, index: &usize) -> bool {
        self.column(index).is_some_and(|column| column.numeric)
    }
}
