//! Error pages: what happened, why, and what to do now.

use askama::Template;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;

use crate::i18n::Locale;
use crate::layout::{Area, Page, Visit};
use crate::{doors, headers, refusals, render};

/// What went wrong, in the words of its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 404. Also the answer for what belongs to another organization.
    NotFound,
    /// 403, with a sentence of its own if there is one to say.
    Forbidden { detail: Option<String> },
    /// 403: a role is missing; who has it is part of the remedy.
    NotPermitted { detail: String, remedy: String },
    /// 403: what the person holds does not give it; title, reason, and where to read on.
    Withheld {
        title: String,
        detail: String,
        link: Option<(String, String)>,
    },
    /// 403: a form without the token of this session, and the page to open again.
    FormExpired { back: String },
    /// 405.
    WrongMethod,
    /// 409: someone else changed it first.
    Stale,
    /// 503: a passing fault.
    Busy,
    /// 409: a refusal. Texts come from the refusal's own messages unless given.
    Refused {
        code: String,
        detail: Option<String>,
        remedy: Option<String>,
    },
    /// 422: a form that could not be read at all. Field errors belong beside their fields instead.
    Unprocessable { detail: Option<String> },
    /// 429, with the seconds to wait.
    TooManyRequests { retry_after: u32 },
    /// 500. The request id is what support asks for.
    Internal { request_id: String },
}

impl Problem {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } | Self::NotPermitted { .. } | Self::Withheld { .. } | Self::FormExpired { .. } => {
                StatusCode::FORBIDDEN
            }
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused { .. } | Self::Stale => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unprocessable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    heading: String,
    detail: String,
    remedy: String,
    /// A refusal's code and help page.
    code: Option<String>,
    help: Option<String>,
    /// Label and path of the way out, before all others.
    way: Option<(String, String)>,
    request_id: Option<String>,
}

/// The error page for `problem`, inside `page`'s header and area. Its title is replaced.
pub fn response(mut page: Page, problem: Problem) -> Response {
    let t = page.t;
    let status = problem.status();
    let mut code = None;
    let mut help = None;
    let mut id = None;
    let mut retry = None;
    let mut way = None;
    let (heading, detail, remedy) = match problem {
        Problem::NotFound => (
            t.get("error-404-title"),
            t.get("error-404-detail"),
            t.get("error-404-remedy"),
        ),
        Problem::Forbidden { detail } => (
            t.get("error-403-title"),
            detail.unwrap_or_else(|| t.get("error-403-detail")),
            t.get("error-403-remedy"),
        ),
        Problem::NotPermitted { detail, remedy } => {
            let refusal = refusals::Refusal::NotPermitted;
            code = Some(refusal.code().to_owned());
            help = Some(refusal.path());
            (refusal.words(t).title, detail, remedy)
        }
        Problem::Withheld { title, detail, link } => {
            way = link;
            (title, detail, String::new())
        }
        Problem::FormExpired { back } => {
            way = Some((t.get("error-form-again"), back));
            (
                t.get("error-form-title"),
                t.get("error-form-detail"),
                t.get("error-form-remedy"),
            )
        }
        Problem::WrongMethod => (
            t.get("error-422-title"),
            t.get("error-422-detail"),
            t.get("error-404-remedy"),
        ),
        Problem::Stale => (
            t.get("error-stale-title"),
            t.get("error-stale-detail"),
            t.get("error-stale-remedy"),
        ),
        Problem::Busy => (
            t.get("error-503-title"),
            t.get("error-503-detail"),
            t.get("error-503-remedy"),
        ),
        Problem::Refused {
            code: refused,
            detail,
            remedy,
        } => {
            let known = refusals::Refusal::from_code(&refused);
            let words = known.unwrap_or(refusals::Refusal::Unknown).words(t);
            help = known.map(refusals::Refusal::path);
            code = Some(refused);
            (
                words.title,
                detail.unwrap_or(words.detail),
                remedy.unwrap_or(words.remedy),
            )
        }
        Problem::Unprocessable { detail } => (
            t.get("error-422-title"),
            detail.unwrap_or_else(|| t.get("error-422-detail")),
            t.get("error-422-remedy"),
        ),
        Problem::TooManyRequests { retry_after } => {
            retry = Some(retry_after);
            (
                t.get("error-429-title"),
                t.get("error-429-detail"),
                t.with("error-429-remedy", &[("seconds", retry_after.into())]),
            )
        }
        Problem::Internal { request_id } => {
            id = Some(request_id);
            (
                t.get("error-500-title"),
                t.get("error-500-detail"),
                t.get("error-500-remedy"),
            )
        }
    };
    page.title.clone_from(&heading);
    let template = ErrorPage {
        page,
        status: status.as_u16(),
        heading,
        detail,
        remedy,
        code,
        help,
        way,
        request_id: id,
    };
    let mut response = render::page_with(status, t.locale, &template);
    if let Some(seconds) = retry {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The 404 page, as a fallback handler. A path that was posted to is not one to return to.
pub async fn not_found(locale: Locale, method: Method, uri: Uri) -> Response {
    let mut visit = Visit::new(locale, &uri);
    if method != Method::GET {
        doors::HOME.clone_into(&mut visit.path);
    }
    headers::apply(response(Page::new(&visit, Area::Home, ""), Problem::NotFound))
}
