//! What surrounds every page: areas, header, breadcrumb, clock bar, footer (`templates/base.html`).

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::Uri;
use axum::http::request::Parts;
use jiff::Timestamp;

use crate::components::{Breadcrumb, Crumb, Notice};
use crate::csrf::Token;
use crate::doors;
use crate::i18n::{Locale, Text, cookie};
use crate::notices::{DONE_COOKIE, Done};

/// The four parts of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    Home,
    Account,
    Admin,
    Console,
}

impl Area {
    pub const ALL: [Self; 4] = [Self::Home, Self::Account, Self::Admin, Self::Console];

    pub fn path(self) -> &'static str {
        match self {
            Self::Home => doors::HOME,
            Self::Account => doors::ACCOUNT,
            Self::Admin => doors::ADMIN,
            Self::Console => doors::CONSOLE,
        }
    }

    pub fn label(self, t: Text) -> String {
        match self {
            Self::Home => t.get("area-home"),
            Self::Account => t.get("area-account"),
            Self::Admin => t.get("area-admin"),
            Self::Console => t.get("area-console"),
        }
    }
}

/// Who is signed in, as the header shows it.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub name: String,
    pub user_name: String,
    pub organization: String,
    /// The areas this person may open; home is always there.
    pub areas: Vec<Area>,
    /// Where the sign-out button posts.
    pub sign_out: String,
    pub csrf: Token,
}

/// The bar above a sandbox organization's pages: its own time, and buttons that advance it. They post
/// `advance` (`next` or `P30D`), `return` and the token to `action`.
#[derive(Clone, Debug)]
pub struct ClockBar {
    pub now: Timestamp,
    pub action: String,
    pub csrf: Token,
}

/// An entry of an area's own menu.
#[derive(Clone, Debug)]
pub struct MenuItem {
    pub label: String,
    pub href: String,
    pub current: bool,
}

/// Everything `base.html` needs. Templates hold it in a field named `page`.
#[derive(Clone, Debug)]
pub struct Page {
    pub t: Text,
    /// Of the document; the product's name is added.
    pub title: String,
    pub area: Area,
    /// Path and query of this page: where the language switch returns.
    pub path: String,
    pub viewer: Option<Viewer>,
    pub clock: Option<ClockBar>,
    /// The area's menu, if it has one.
    pub menu: Vec<MenuItem>,
    pub trail: Vec<Crumb>,
    /// The outcome of what the visitor just did.
    pub notice: Option<Notice>,
}

impl Page {
    /// A page without viewer, menu or trail; set those fields as needed.
    pub fn new(visit: &Visit, area: Area, title: impl Into<String>) -> Self {
        Self {
            t: visit.t,
            title: title.into(),
            area,
            path: visit.path.clone(),
            viewer: None,
            clock: None,
            menu: Vec::new(),
            trail: Vec::new(),
            notice: None,
        }
    }

    /// Areas in the header: the viewer's, or all for a visitor who has not signed in.
    pub fn areas(&self) -> Vec<Area> {
        Area::ALL
            .into_iter()
            .filter(|area| *area == Area::Home || self.viewer.as_ref().is_none_or(|viewer| viewer.areas.contains(area)))
            .collect()
    }

    pub fn other_locales(&self) -> Vec<Locale> {
        Locale::ALL
            .into_iter()
            .filter(|locale| *locale != self.t.locale)
            .collect()
    }

    pub fn is_in(&self, area: &Area) -> bool {
        self.area == *area
    }

    pub fn area_label(&self, area: &Area) -> String {
        area.label(self.t)
    }

    pub fn breadcrumb(&self) -> Breadcrumb<'_> {
        Breadcrumb {
            t: self.t,
            crumbs: &self.trail,
        }
    }

    pub fn asset(&self, file: &str) -> String {
        crate::assets::path(file)
    }
}

/// What a request says about language and place. An extractor that never fails.
#[derive(Clone, Debug)]
pub struct Visit {
    pub t: Text,
    /// Path and query.
    pub path: String,
    /// What the visitor just did, if the page before this one did something.
    pub done: Option<Done>,
}

impl Visit {
    pub fn new(locale: Locale, uri: &Uri) -> Self {
        Self {
            t: Text::new(locale),
            path: uri
                .path_and_query()
                .map_or_else(|| doors::HOME.to_owned(), |path| path.as_str().to_owned()),
            done: None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        // A nested router sees a shortened path; the original one is what the browser knows.
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        Ok(Self {
            done: cookie(&parts.headers, DONE_COOKIE).and_then(Done::from_code),
            ..Self::new(Locale::negotiate(&parts.headers), uri)
        })
    }
}
