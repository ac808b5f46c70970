//! Pages made of pieces one below the other, and their sections.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::layout::Page;
use crate::render::{self, Fragment};

/// A part of a page with a heading of its own.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/section.html")]
pub struct Section {
    /// Element id; also what a link to the section names.
    pub id: String,
    pub heading: String,
    pub lead: Option<String>,
    pub blocks: Vec<Fragment>,
    /// On a surface of its own.
    pub card: bool,
}

impl Section {
    pub fn new(id: &str, heading: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            heading: heading.into(),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn card(mut self) -> Self {
        self.card = true;
        self
    }

    #[must_use]
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = Some(text.into());
        self
    }

    #[must_use]
    pub fn piece(mut self, piece: &impl Template) -> Self {
        self.blocks.push(Fragment::of(piece));
        self
    }

    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        self.blocks.push(Fragment::paragraph(text));
        self
    }
}

/// A page: heading, lead, pieces; beside them a pane, if there is one.
#[derive(Template)]
#[template(path = "pages/sheet.html")]
pub struct Sheet {
    page: Page,
    heading: String,
    lead: Option<String>,
    blocks: Vec<Fragment>,
    pane: Vec<Fragment>,
}

impl Sheet {
    /// A page whose heading is its title.
    pub fn new(page: Page) -> Self {
        let heading = page.title.clone();
        Self {
            page,
            heading,
            lead: None,
            blocks: Vec::new(),
            pane: Vec::new(),
        }
    }

    #[must_use]
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = Some(text.into());
        self
    }

    #[must_use]
    pub fn piece(mut self, piece: &impl Template) -> Self {
        self.blocks.push(Fragment::of(piece));
        self
    }

    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        self.blocks.push(Fragment::paragraph(text));
        self
    }

    /// Puts a piece into the pane beside.
    #[must_use]
    pub fn beside(mut self, piece: &impl Template) -> Self {
        self.pane.push(Fragment::of(piece));
        self
    }

    pub fn respond(self) -> Response {
        self.respond_with(StatusCode::OK)
    }

    /// A form that was not accepted shows again with 422.
    pub fn respond_with(self, status: StatusCode) -> Response {
        render::page_with(status, self.page.t.locale, &self)
    }
}
