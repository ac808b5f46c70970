//! Who is at the browser: extractors that yield a signed-in person, an operator, or a visitor, each with
//! what its pages need.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};

use aktiver_service::auth::{self, Browser, BrowserPerson};
use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::{EventKind, OrganizationId};
use aktiver_service::domain::role::Operation;
use aktiver_service::{Actor, App, Ctx, Error, Language, Result, organizations, users};
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request};
use axum::response::Response;

use crate::csrf::{self, Token};
use crate::errors::{self, Problem};
use crate::explain;
use crate::forms::Sent;
use crate::i18n::{Locale, Text, cookie};
use crate::language::safe_return;
use crate::layout::{Area, ClockBar, Page, Viewer, Visit};
use crate::notices::go_to;
use crate::{admin, console, doors};

/// Name of the cookie that holds a browser session.
pub const SESSION_COOKIE: &str = "aktiver_session";
/// Name of the cookie that ties the forms of a visitor who has not signed in to their browser.
pub const VISITOR_COOKIE: &str = "aktiver_visitor";

/// The language of a request, for the service.
pub fn language(locale: Locale) -> Language {
    match locale {
        Locale::En => Language::English,
        Locale::Nb => Language::NorwegianBokmal,
    }
}

/// Where a request came from: what the server found out, else the peer of the connection.
pub fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<IpAddr>().copied().or_else(|| {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(peer.0.ip())
    })
}

/// A `Set-Cookie` value with the flags of every cookie of ours. `age` is in seconds; 0 removes it.
pub fn set_cookie(app: &App, name: &str, value: &str, age: u64) -> HeaderValue {
    let https = app
        .config()
        .public_url
        .as_ref()
        .is_some_and(|url| url.starts_with("https:"));
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly{secure}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// Adds a cookie to an answer.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// The session of a request, if it has a valid one.
async fn find(app: &App, parts: &Parts, visit: &Visit) -> Result<Option<Browser>> {
    let Some(cookie) = cookie(&parts.headers, SESSION_COOKIE) else {
        return Ok(None);
    };
    let id = app.id::<EventKind>().uuid();
    auth::session(app, cookie, id, language(visit.t.locale)).await
}

async fn visit(parts: &mut Parts) -> Visit {
    match Visit::from_request_parts(parts, &()).await {
        Ok(visit) => visit,
        Err(never) => match never {},
    }
}

/// Where a person without a session goes: sign-in, and from there back.
pub fn to_sign_in(path: &str) -> Response {
    let mut query = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            query.push_str(&format!("%{byte:02X}"));
        }
    }
    go_to(&format!("{}?return={query}", doors::SIGN_IN))
}

/// A value of the query of the page.
pub fn query(visit: &Visit, name: &str) -> Option<String> {
    let uri = visit.path.parse().ok()?;
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
    pairs.0.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// What a page without header answers to a fault of ours.
fn broken(visit: &Visit, error: &Error) -> Response {
    tracing::error!(%error, "session could not be read");
    let page = Page::new(visit, Area::Home, "");
    errors::response(page, Problem::Busy)
}

/// Someone who has a session and forms.
pub trait Session: FromRequestParts<App, Rejection = Response> + Send {
    fn csrf(&self) -> &Token;
    fn bare(&self, area: Area) -> Page;
}

/// A form that was sent by the session it belongs to.
pub struct Posted<S> {
    pub desk: S,
    pub form: Sent,
}

impl<S: Session> FromRequest<App> for Posted<S> {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let desk = S::from_request_parts(&mut parts, app).await?;
        let headers = parts.headers.clone();
        let form = Sent::read(Request::from_parts(parts, body)).await;
        if csrf::check(&headers, desk.csrf(), Some(form.raw(csrf::FIELD))).is_err() {
            let mut page = desk.bare(Area::Home);
            page.notice = None;
            // A button without a page of its own names where it stood.
            let back = match form.filled("return") {
                Some(back) if page.path != doors::SIGN_IN => safe_return(back).to_owned(),
                _ => page.path.clone(),
            };
            return Err(errors::response(page, Problem::FormExpired { back }));
        }
        Ok(Self { desk, form })
    }
}

/// A signed-in user of an organization.
pub struct Desk {
    pub app: App,
    pub ctx: Ctx,
    pub t: Text,
    pub visit: Visit,
    pub user_name: String,
    pub csrf: Token,
}

impl Session for Desk {
    fn csrf(&self) -> &Token {
        &self.csrf
    }

    fn bare(&self, area: Area) -> Page {
        self.page(area, "")
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = visit(parts).await;
        let browser = find(app, parts, &visit).await.map_err(|error| broken(&visit, &error))?;
        match browser {
            None => Err(to_sign_in(&visit.path)),
            Some(Browser {
                who: BrowserPerson::Operator(_),
                ..
            }) => Err(go_to(doors::CONSOLE)),
            Some(Browser {
                who: BrowserPerson::User(ctx),
                csrf,
            }) => {
                let ctx = Ctx {
                    address: address(parts),
                    ..ctx
                };
                Self::of(app, ctx, visit, Token::new(csrf)).await
            }
        }
    }
}

impl Desk {
    /// The desk of a person whose session has been opened.
    pub async fn of(app: &App, ctx: Ctx, visit: Visit, csrf: Token) -> Result<Self, Response> {
        let own = match ctx.actor.user() {
            Some(id) => users::get(app, &ctx, id).await,
            None => Err(Error::NotFound("user")),
        };
        let user_name = own.map_err(|error| broken(&visit, &error))?.user_principal_name;
        Ok(Self {
            app: app.clone(),
            t: visit.t,
            ctx,
            visit,
            user_name,
            csrf,
        })
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        match &self.ctx.actor {
            Actor::User { name, .. } => name,
            _ => "",
        }
    }

    pub fn may(&self, operation: Operation) -> bool {
        self.ctx.actor.may(operation)
    }

    /// Whether the person has any role, and so an admin center to open.
    pub fn is_admin(&self) -> bool {
        matches!(&self.ctx.actor, Actor::User { roles, .. } if !roles.is_empty())
    }

    /// A page with this person in its header, and the outcome of what they just did.
    pub fn page(&self, area: Area, title: impl Into<String>) -> Page {
        let mut page = Page::new(&self.visit, area, title);
        let mut areas = vec![Area::Account];
        if self.is_admin() {
            areas.push(Area::Admin);
        }
        page.viewer = Some(Viewer {
            name: self.name().to_owned(),
            user_name: self.user_name.clone(),
            organization: self.ctx.organization.name.clone(),
            areas,
            sign_out: doors::SIGN_OUT.to_owned(),
            csrf: self.csrf.clone(),
        });
        if self.ctx.organization.sandbox && self.may(Operation::ManageOrganization) {
            page.clock = Some(ClockBar {
                now: self.ctx.now,
                action: doors::ADMIN_CLOCK.to_owned(),
                csrf: self.csrf.clone(),
            });
        }
        if area == Area::Admin && self.is_admin() {
            page.menu = admin::menu(self);
        }
        page.notice = self.visit.done.map(|done| done.notice(self.t));
        page
    }

    /// The answer to a request: what `work` makes, or the page about why not.
    pub async fn respond(&self, area: Area, work: impl Future<Output = Result<Response>> + Send) -> Response {
        match work.await {
            Ok(response) => response,
            Err(error) => self.fail(area, error).await,
        }
    }

    /// The page about why something was not done.
    pub async fn fail(&self, area: Area, error: Error) -> Response {
        let mut page = self.page(area, "");
        page.notice = None;
        let names = match &error {
            Error::Refused(Refusal::NotPermitted { needed }) => match operation_of(needed) {
                Some(operation) => organizations::administrators(&self.app, &self.ctx, operation)
                    .await
                    .unwrap_or_default(),
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        failure(page, error, &names, &self.ctx.request_id.to_string())
    }
}

/// The operation whose roles a refusal names.
fn operation_of(needed: &[aktiver_service::domain::role::Role]) -> Option<Operation> {
    (!needed.is_empty())
        .then(|| Operation::ALL.into_iter().find(|operation| operation.roles() == needed))
        .flatten()
}

/// The page about an error.
pub fn failure(page: Page, error: Error, names: &[String], request_id: &str) -> Response {
    let t = page.t;
    let problem = match error {
        Error::Refused(refusal) => {
            let words = explain::explain(t, &refusal, None);
            let remedy = explain::ask(t, names).unwrap_or(words.remedy);
            if matches!(refusal, Refusal::NotPermitted { .. }) {
                Problem::NotPermitted {
                    detail: words.detail,
                    remedy,
                }
            } else {
                Problem::Refused {
                    code: refusal.code().to_owned(),
                    detail: Some(words.detail),
                    remedy: Some(remedy),
                }
            }
        }
        Error::NotFound(_) => Problem::NotFound,
        Error::Invalid { message, .. } => Problem::Unprocessable { detail: Some(message) },
        Error::Taken { .. } => Problem::Unprocessable {
            detail: Some(t.get("error-taken")),
        },
        Error::Unauthenticated(_) => return to_sign_in(&page.path),
        Error::Stale(_) => Problem::Stale,
        Error::TooMany { retry_after_seconds } => Problem::TooManyRequests {
            retry_after: u32::try_from(retry_after_seconds).unwrap_or(u32::MAX),
        },
        Error::Busy(reason) => {
            tracing::warn!(reason, request_id, "busy");
            Problem::Busy
        }
        Error::Internal(reason) => {
            tracing::error!(reason, request_id, "fault");
            Problem::Internal {
                request_id: request_id.to_owned(),
            }
        }
    };
    errors::response(page, problem)
}

/// An operator of the vendor.
pub struct Console {
    pub app: App,
    pub actor: Actor,
    pub t: Text,
    pub visit: Visit,
    pub csrf: Token,
    pub request_id: String,
    address: Option<IpAddr>,
}

impl Session for Console {
    fn csrf(&self) -> &Token {
        &self.csrf
    }

    fn bare(&self, _: Area) -> Page {
        self.page("")
    }
}

impl FromRequestParts<App> for Console {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = visit(parts).await;
        let browser = find(app, parts, &visit).await.map_err(|error| broken(&visit, &error))?;
        match browser {
            None => Err(to_sign_in(&visit.path)),
            Some(Browser {
                who: BrowserPerson::User(ctx),
                csrf,
            }) => {
                let desk = Desk::of(app, ctx, visit, Token::new(csrf)).await?;
                Err(desk
                    .fail(Area::Home, Error::Refused(Refusal::NotPermitted { needed: Vec::new() }))
                    .await)
            }
            Some(Browser {
                who: BrowserPerson::Operator(actor),
                csrf,
            }) => Ok(Self {
                app: app.clone(),
                actor,
                t: visit.t,
                visit,
                csrf: Token::new(csrf),
                request_id: app.id::<EventKind>().uuid().to_string(),
                address: address(parts),
            }),
        }
    }
}

impl Console {
    pub fn page(&self, title: impl Into<String>) -> Page {
        let mut page = Page::new(&self.visit, Area::Console, title);
        let name = match &self.actor {
            Actor::Operator { name, .. } => name.clone(),
            _ => String::new(),
        };
        page.viewer = Some(Viewer {
            name: name.clone(),
            user_name: name,
            organization: self.t.get("console-provider"),
            areas: vec![Area::Console],
            sign_out: doors::SIGN_OUT.to_owned(),
            csrf: self.csrf.clone(),
        });
        page.menu = console::menu(self);
        page.notice = self.visit.done.map(|done| done.notice(self.t));
        page
    }

    /// The context in which the operator acts for an organization.
    ///
    /// # Errors
    /// No such organization.
    pub async fn ctx(&self, organization: OrganizationId) -> Result<Ctx> {
        let id = self.app.id::<EventKind>().uuid();
        let ctx = auth::operator_context(&self.app, &self.actor, organization, id).await?;
        Ok(Ctx {
            address: self.address,
            language: language(self.t.locale),
            ..ctx
        })
    }

    pub async fn respond(&self, work: impl Future<Output = Result<Response>> + Send) -> Response {
        match work.await {
            Ok(response) => response,
            Err(error) => {
                let mut page = self.page("");
                page.notice = None;
                failure(page, error, &[], &self.request_id)
            }
        }
    }
}

/// Anyone: a visitor, or someone who has signed in. Its forms carry the session's token, else the one of the
/// visitor's cookie.
pub struct Anyone {
    pub app: App,
    pub t: Text,
    pub visit: Visit,
    pub address: Option<IpAddr>,
    pub csrf: Token,
    pub who: Option<BrowserPerson>,
    fresh: Option<String>,
}

impl Session for Anyone {
    fn csrf(&self) -> &Token {
        &self.csrf
    }

    fn bare(&self, area: Area) -> Page {
        Page::new(&self.visit, area, "")
    }
}

impl FromRequestParts<App> for Anyone {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = visit(parts).await;
        let browser = find(app, parts, &visit).await.map_err(|error| broken(&visit, &error))?;
        let (token, who, fresh) = match browser {
            Some(browser) => (browser.csrf, Some(browser.who), None),
            None => match cookie(&parts.headers, VISITOR_COOKIE).filter(|token| token.len() == 64) {
                Some(token) => (token.to_owned(), None, None),
                None => {
                    let token: String = app.random::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
                    // A form that comes without the cookie cannot have come from a page of ours.
                    let own = if parts.method == Method::GET {
                        token.clone()
                    } else {
                        String::new()
                    };
                    (own, None, Some(token))
                }
            },
        };
        Ok(Self {
            app: app.clone(),
            t: visit.t,
            visit,
            address: address(parts),
            csrf: Token::new(token),
            who,
            fresh,
        })
    }
}

impl Anyone {
    /// Gives the visitor their cookie with the answer.
    pub fn keep(&self, response: Response) -> Response {
        match &self.fresh {
            Some(token) => with_cookie(response, set_cookie(&self.app, VISITOR_COOKIE, token, 7200)),
            None => response,
        }
    }

    pub fn fail(&self, error: Error) -> Response {
        let id = self.app.id::<EventKind>().uuid().to_string();
        self.keep(failure(Page::new(&self.visit, Area::Home, ""), error, &[], &id))
    }
}
