//! `/help` and its topics. A topic is a list of blocks, each naming its message.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, Uri};
use axum::response::Response;

use crate::components::Crumb;
use crate::i18n::Text;
use crate::layout::{Area, Page, Visit};
use crate::refusals::Refusal;
use crate::{doors, errors, render};

/// A piece of a help page. Strings are message ids.
#[derive(Debug)]
pub enum Block {
    Heading(&'static str),
    Paragraph(&'static str),
    Steps(&'static [&'static str]),
    List(&'static [&'static str]),
    Note(&'static str),
    /// The ten product key errors, with cause and fix (SPEC 15.4).
    KeyErrors,
}

use Block::{Heading, KeyErrors, List, Note, Paragraph, Steps};

/// A help page.
#[derive(Debug)]
pub struct Topic {
    /// Last part of its path.
    pub slug: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    pub blocks: &'static [Block],
    /// Slugs of topics to read next.
    pub next: &'static [&'static str],
}

/// All topics, in the order of the index.
pub const TOPICS: &[Topic] = &[
    Topic {
        slug: "assign-licenses",
        title: "help-assign-licenses-title",
        lead: "help-assign-licenses-lead",
        blocks: &[
            Heading("help-assign-licenses-before"),
            List(&[
                "help-assign-licenses-before-role",
                "help-assign-licenses-before-free",
                "help-assign-licenses-before-location",
            ]),
            Heading("help-assign-licenses-one"),
            Steps(&[
                "help-assign-licenses-one-open",
                "help-assign-licenses-one-tick",
                "help-assign-licenses-one-apps",
                "help-assign-licenses-one-save",
            ]),
            Heading("help-assign-licenses-many"),
            Paragraph("help-assign-licenses-many-text"),
            Heading("help-assign-licenses-refused"),
            List(&[
                "help-assign-licenses-refused-none",
                "help-assign-licenses-refused-location",
                "help-assign-licenses-refused-conflict",
            ]),
            Note("help-assign-licenses-note"),
        ],
        next: &["install-apps", "reactivate"],
    },
    Topic {
        slug: "install-apps",
        title: "help-install-apps-title",
        lead: "help-install-apps-lead",
        blocks: &[
            Steps(&[
                "help-install-apps-open",
                "help-install-apps-choose",
                "help-install-apps-run",
                "help-install-apps-sign-in",
            ]),
            Heading("help-install-apps-missing"),
            List(&[
                "help-install-apps-missing-license",
                "help-install-apps-missing-plan",
                "help-install-apps-missing-off",
                "help-install-apps-missing-disabled",
            ]),
            Heading("help-install-apps-devices"),
            Paragraph("help-install-apps-devices-text"),
        ],
        next: &["sign-in-and-switch-account", "assign-licenses"],
    },
    Topic {
        slug: "sign-in-and-switch-account",
        title: "help-sign-in-title",
        lead: "help-sign-in-lead",
        blocks: &[
            Heading("help-sign-in-switch"),
            Steps(&[
                "help-sign-in-switch-open",
                "help-sign-in-switch-choose",
                "help-sign-in-switch-use",
                "help-sign-in-switch-check",
            ]),
            Heading("help-sign-in-repair"),
            Paragraph("help-sign-in-repair-text"),
            Steps(&[
                "help-sign-in-repair-status",
                "help-sign-in-repair-out",
                "help-sign-in-repair-in",
                "help-sign-in-repair-update",
                "help-sign-in-repair-reassign",
            ]),
            Note("help-sign-in-offline"),
        ],
        next: &["install-apps", "reactivate"],
    },
    Topic {
        slug: "reactivate",
        title: "help-reactivate-title",
        lead: "help-reactivate-lead",
        blocks: &[
            Heading("help-reactivate-when"),
            List(&[
                "help-reactivate-when-expired",
                "help-reactivate-when-provider",
                "help-reactivate-when-cancelled",
            ]),
            Heading("help-reactivate-how"),
            Steps(&[
                "help-reactivate-how-open",
                "help-reactivate-how-choose",
                "help-reactivate-how-pay",
                "help-reactivate-how-confirm",
            ]),
            Heading("help-reactivate-after"),
            List(&[
                "help-reactivate-after-access",
                "help-reactivate-after-term",
                "help-reactivate-after-recurring",
            ]),
            Heading("help-reactivate-unavailable"),
            Paragraph("help-reactivate-unavailable-text"),
            Note("help-reactivate-support"),
        ],
        next: &["payment-information", "contact-support"],
    },
    Topic {
        slug: "payment-information",
        title: "help-payment-title",
        lead: "help-payment-lead",
        blocks: &[
            Heading("help-payment-add"),
            Steps(&[
                "help-payment-add-open",
                "help-payment-add-fill",
                "help-payment-add-save",
            ]),
            Heading("help-payment-change"),
            List(&["help-payment-change-replace", "help-payment-change-remove"]),
            Heading("help-payment-declined"),
            List(&[
                "help-payment-declined-check",
                "help-payment-declined-bank",
                "help-payment-declined-other",
            ]),
            Note("help-payment-retry"),
        ],
        next: &["reactivate", "contact-support"],
    },
    Topic {
        slug: "product-key",
        title: "help-product-key-title",
        lead: "help-product-key-lead",
        blocks: &[
            Paragraph("help-product-key-looks"),
            Heading("help-product-key-new"),
            Steps(&[
                "help-product-key-new-open",
                "help-product-key-new-enter",
                "help-product-key-new-sign-in",
                "help-product-key-new-review",
                "help-product-key-new-assign",
            ]),
            Heading("help-product-key-existing"),
            List(&[
                "help-product-key-existing-add",
                "help-product-key-existing-extend",
                "help-product-key-existing-reduce",
            ]),
            Note("help-product-key-once"),
        ],
        next: &["product-key-errors", "assign-licenses"],
    },
    Topic {
        slug: "product-key-errors",
        title: "help-key-errors-title",
        lead: "help-key-errors-lead",
        blocks: &[
            Paragraph("help-key-errors-first"),
            KeyErrors,
            Note("help-key-errors-note"),
        ],
        next: &["product-key", "contact-support"],
    },
    Topic {
        slug: "contact-support",
        title: "help-support-title",
        lead: "help-support-lead",
        blocks: &[
            Heading("help-support-before"),
            List(&["help-support-before-admin", "help-support-before-partner"]),
            Heading("help-support-how"),
            Steps(&[
                "help-support-how-open",
                "help-support-how-describe",
                "help-support-how-reach",
                "help-support-how-send",
            ]),
            Heading("help-support-have"),
            List(&[
                "help-support-have-organization",
                "help-support-have-code",
                "help-support-have-key",
            ]),
            Note("help-support-can"),
        ],
        next: &["reactivate", "product-key-errors"],
    },
];

impl Topic {
    pub fn find(slug: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.slug == slug)
    }

    /// Every message the topic uses.
    pub fn messages(&self) -> Vec<&'static str> {
        let mut ids = vec![self.title, self.lead];
        for block in self.blocks {
            match block {
                Heading(id) | Paragraph(id) | Note(id) => ids.push(id),
                Steps(list) | List(list) => ids.extend(*list),
                KeyErrors => {}
            }
        }
        ids
    }
}

#[derive(Template)]
#[template(path = "pages/help_index.html")]
struct Index {
    page: Page,
    topics: &'static [Topic],
}

/// GET `/help`
pub async fn index(visit: Visit) -> Response {
    let t = visit.t;
    let page = Page::new(&visit, Area::Home, t.get("help-index-title"));
    render::page(t.locale, &Index { page, topics: TOPICS })
}

#[derive(Template)]
#[template(path = "pages/help_topic.html")]
struct TopicPage {
    page: Page,
    topic: &'static Topic,
    key_errors: Vec<KeyError>,
    next: Vec<&'static Topic>,
}

struct KeyError {
    code: &'static str,
    path: String,
    words: crate::refusals::Words,
}

/// GET `/help/{topic}`
pub async fn topic(Path(slug): Path<String>, visit: Visit, method: Method, uri: Uri) -> Response {
    let t = visit.t;
    let Some(topic) = Topic::find(&slug) else {
        return errors::not_found(t.locale, method, uri).await;
    };
    let mut page = Page::new(&visit, Area::Home, t.get(topic.title));
    page.trail = trail(t, t.get(topic.title));
    let key_errors = Refusal::KEY_ERRORS
        .into_iter()
        .map(|refusal| KeyError {
            code: refusal.code(),
            path: refusal.path(),
            words: refusal.words(t),
        })
        .collect();
    let next = topic.next.iter().filter_map(|slug| Topic::find(slug)).collect();
    render::page(
        t.locale,
        &TopicPage {
            page,
            topic,
            key_errors,
            next,
        },
    )
}

/// Home, Help, and the page itself.
pub fn trail(t: Text, here: String) -> Vec<Crumb> {
    vec![
        Crumb::link(t.get("area-home"), doors::HOME),
        Crumb::link(t.get("help-index-title"), doors::HELP),
        Crumb::here(here),
    ]
}
