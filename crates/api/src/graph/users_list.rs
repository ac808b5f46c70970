//! `GET /users` and `GET /users/$count` (SPEC 14.5).

use std::collections::BTreeMap;

use aktiver_service::domain::ids::UserId;
use aktiver_service::users::{self, User};
use aktiver_service::{Ctx, Error, licensing};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::form_urlencoded;
use uuid::Uuid;

use super::answer::{Call, Collection};
use super::error::{bad_request, unsupported};
use super::filter::{self, Literal, Test};
use super::query::{Name, Query};
use super::user_properties::{Selection, Shown};
use crate::error::Result;

/// GQ-03.
const PAGE: u32 = 100;
/// How many users one page of a filtered list looks at; then it ends, with a link to the rest (a page may be empty, SPEC 26).
const MOST_LOOKED_AT: usize = 5_000;
/// How many are read at once while filtering.
const CHUNK: u32 = 1_000;

pub async fn list(call: Call) -> Result<Response> {
    let ctx = call.ctx().await?;
    let served = [
        Name::Select,
        Name::Top,
        Name::Count,
        Name::Filter,
        Name::OrderBy,
        Name::SkipToken,
    ];
    let query = Query::parse(call.query.as_deref(), &served)?;
    let selection = Selection::parse(&query, false)?;
    check_order(query.order_by.as_deref())?;
    let wanted = Wanted::parse(query.filter.as_deref())?;
    let after = query.skip_token.as_deref().map(read_token).transpose()?;
    // The count is answered on the first page only (GQ-06).
    let count = if query.count && after.is_none() {
        Some(wanted.count(&call, &ctx).await?)
    } else {
        None
    };
    let found = wanted.page(&call, &ctx, after, query.top.unwrap_or(PAGE)).await?;
    let mut holdings = BTreeMap::new();
    if selection.needs_holding() && !found.users.is_empty() {
        let ids: Vec<UserId> = found.users.iter().map(|user| user.id).collect();
        holdings = licensing::assignments_of(&call.caller.app, &ctx, &ids).await?;
    }
    let catalog = selection.catalog(&call.caller.app).await?;
    let shown = |user| Shown {
        context: None,
        selection: &selection,
        user,
        holding: None,
        catalog: catalog.as_deref(),
    };
    let value = found
        .users
        .iter()
        .map(|user| Shown {
            holding: holdings.get(&user.id),
            ..shown(user)
        })
        .collect();
    call.answer(
        StatusCode::OK,
        &Collection {
            context: call.context("users", selection.names(), ""),
            count,
            next_link: found.next.map(|cursor| next_link(&call, &cursor)),
            value,
        },
    )
}

pub async fn count(call: Call) -> Result<Response> {
    let ctx = call.ctx().await?;
    let query = Query::parse(call.query.as_deref(), &[Name::Filter])?;
    let count = Wanted::parse(query.filter.as_deref())?.count(&call, &ctx).await?;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, text)], count.to_string()).into_response())
}

/// Where a page ended: the last user's display name and id.
type Cursor = (String, UserId);

/// One page, and where the next begins.
struct Found {
    users: Vec<User>,
    next: Option<Cursor>,
}

/// A property that a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Id,
    UserPrincipalName,
    DisplayName,
    Mail,
    GivenName,
    Surname,
    UsageLocation,
    AccountEnabled,
}

impl Compared {
    const ALL: [(&'static str, Self); 8] = [
        ("id", Self::Id),
        ("userPrincipalName", Self::UserPrincipalName),
        ("displayName", Self::DisplayName),
        ("mail", Self::Mail),
        ("givenName", Self::GivenName),
        ("surname", Self::Surname),
        ("usageLocation", Self::UsageLocation),
        ("accountEnabled", Self::AccountEnabled),
    ];

    fn text(self, user: &User) -> Option<String> {
        match self {
            Self::Id => Some(user.id.to_string()),
            Self::UserPrincipalName => Some(user.user_principal_name.clone()),
            Self::DisplayName => Some(user.display_name.clone()),
            Self::Mail => user.mail.clone(),
            Self::GivenName => user.given_name.clone(),
            Self::Surname => user.surname.clone(),
            Self::UsageLocation => user.usage_location.clone(),
            Self::AccountEnabled => None,
        }
    }
}

/// One comparison, texts in lower case: Graph compares without case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Check {
    Is(Compared, Option<String>),
    Begins(Compared, String),
    Enabled(bool),
}

impl Check {
    fn holds(&self, user: &User) -> bool {
        match self {
            Self::Is(property, value) => property.text(user).map(|text| text.to_lowercase()) == *value,
            Self::Begins(property, start) => property
                .text(user)
                .is_some_and(|text| text.to_lowercase().starts_with(start.as_str())),
            Self::Enabled(enabled) => user.account_enabled == *enabled,
        }
    }
}

/// The users that a filter wants.
#[derive(Debug, Default)]
struct Wanted {
    checks: Vec<Check>,
}

impl Wanted {
    fn parse(filter: Option<&str>) -> Result<Self> {
        let Some(filter) = filter else {
            return Ok(Self::default());
        };
        let checks = filter::parse(filter)?
            .into_iter()
            .map(|condition| {
                let (name, property) = Compared::ALL
                    .into_iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(&condition.property))
                    .ok_or_else(|| {
                        unsupported(format!(
                            "Unsupported property filter clause operator: '{}'. Supported properties: {}.",
                            condition.property,
                            supported()
                        ))
                    })?;
                let mismatch = || bad_request(format!("A value of another type was given for '{name}' in $filter."));
                match (property, condition.test) {
                    (Compared::AccountEnabled, Test::Equals(Literal::True)) => Ok(Check::Enabled(true)),
                    (Compared::AccountEnabled, Test::Equals(Literal::False)) => Ok(Check::Enabled(false)),
                    (Compared::AccountEnabled, _) => Err(mismatch()),
                    (_, Test::Equals(Literal::Text(text))) => Ok(Check::Is(property, Some(text.to_lowercase()))),
                    (_, Test::Equals(Literal::Null)) => Ok(Check::Is(property, None)),
                    (_, Test::Equals(Literal::True | Literal::False)) => Err(mismatch()),
                    (Compared::Id, Test::StartsWith(_)) => {
                        Err(unsupported("startswith is not supported on id in $filter."))
                    }
                    (_, Test::StartsWith(text)) => Ok(Check::Begins(property, text.to_lowercase())),
                }
            })
            .collect::<Result<_>>()?;
        Ok(Self { checks })
    }

    fn holds(&self, user: &User) -> bool {
        self.checks.iter().all(|check| check.holds(user))
    }

    /// A check that one look-up answers: by id or by name.
    fn unique(&self) -> Option<(Compared, &str)> {
        self.checks.iter().find_map(|check| match check {
            Check::Is(property @ (Compared::Id | Compared::UserPrincipalName), Some(value)) => {
                Some((*property, value.as_str()))
            }
            _ => None,
        })
    }

    /// What the display name must begin with, which the directory's order answers.
    fn prefix(&self) -> Option<&str> {
        self.checks.iter().find_map(|check| match check {
            Check::Begins(Compared::DisplayName, start) | Check::Is(Compared::DisplayName, Some(start)) => {
                Some(start.as_str())
            }
            _ => None,
        })
    }

    /// Whether the prefix is all there is to check.
    fn is_prefix_alone(&self) -> bool {
        matches!(self.checks.as_slice(), [] | [Check::Begins(Compared::DisplayName, _)])
    }

    async fn one(&self, call: &Call, ctx: &Ctx, by: Compared, value: &str) -> Result<Option<User>> {
        let app = &call.caller.app;
        let found = match by {
            Compared::Id => match UserId::parse(value) {
                Ok(id) => users::get(app, ctx, id).await,
                Err(_) => Err(Error::NotFound("user")),
            },
            _ => users::by_name(app, ctx, value).await,
        };
        match found {
            Ok(user) => Ok(Some(user).filter(|user| self.holds(user))),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn page(&self, call: &Call, ctx: &Ctx, after: Option<Cursor>, top: u32) -> Result<Found> {
        if let Some((by, value)) = self.unique() {
            let users = self.one(call, ctx, by, value).await?.into_iter().collect();
            return Ok(Found { users, next: None });
        }
        let app = &call.caller.app;
        let wanted = usize::try_from(top).unwrap_or(usize::MAX);
        if self.is_prefix_alone() {
            // One more than asked for tells whether there is a next page.
            let mut users = users::page(app, ctx, after, top.saturating_add(1), self.prefix()).await?;
            let more = users.len() > wanted;
            users.truncate(wanted);
            let next = users.last().filter(|_| more).map(cursor);
            return Ok(Found { users, next });
        }
        let mut users = Vec::new();
        let mut at = after;
        let mut looked_at = 0;
        loop {
            let chunk = users::page(app, ctx, at.clone(), CHUNK, self.prefix()).await?;
            let is_last = chunk.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
            for user in chunk {
                if users.len() == wanted {
                    return Ok(Found {
                        next: users.last().map(cursor),
                        users,
                    });
                }
                looked_at += 1;
                at = Some(cursor(&user));
                if self.holds(&user) {
                    users.push(user);
                }
            }
            if is_last {
                return Ok(Found { users, next: None });
            }
            if looked_at >= MOST_LOOKED_AT {
                return Ok(Found { users, next: at });
            }
        }
    }

    async fn count(&self, call: &Call, ctx: &Ctx) -> Result<u64> {
        let app = &call.caller.app;
        if self.checks.is_empty() {
            return Ok(users::count(app, ctx).await?);
        }
        if let Some((by, value)) = self.unique() {
            return Ok(u64::from(self.one(call, ctx, by, value).await?.is_some()));
        }
        let mut count = 0;
        let mut after = None;
        loop {
            let chunk = users::page(app, ctx, after, CHUNK, self.prefix()).await?;
            count += chunk.iter().filter(|user| self.holds(user)).map(|_| 1).sum::<u64>();
            match chunk.last() {
                Some(last) if chunk.len() >= usize::try_from(CHUNK).unwrap_or(usize::MAX) => after = Some(cursor(last)),
                _ => return Ok(count),
            }
        }
    }
}

fn supported() -> String {
    let names: Vec<_> = Compared::ALL.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

fn cursor(user: &User) -> Cursor {
    (user.display_name.clone(), user.id)
}

/// Users come by display name; no other order is served.
fn check_order(order: Option<&str>) -> Result<()> {
    let words: Vec<_> = order.unwrap_or_default().split_whitespace().collect();
    match words.as_slice() {
        [] => Ok(()),
        [name] if name.eq_ignore_ascii_case("displayName") => Ok(()),
        [name, way] if name.eq_ignore_ascii_case("displayName") && way.eq_ignore_ascii_case("asc") => Ok(()),
        _ => Err(unsupported(
            "Unsupported $orderby. Users can be ordered by displayName, ascending.",
        )),
    }
}

fn write_token((name, id): &Cursor) -> String {
    let mut bytes = id.uuid().into_bytes().to_vec();
    bytes.extend_from_slice(name.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read_token(token: &str) -> Result<Cursor> {
    let invalid = || {
        bad_request(
            "The value of $skiptoken is not one that was given in @odata.nextLink. Use the whole URL as it was given.",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
    let (id, name) = bytes.split_first_chunk::<16>().ok_or_else(invalid)?;
    let name = std::str::from_utf8(name).map_err(|_| invalid())?;
    Ok((name.to_owned(), UserId::from_uuid(Uuid::from_bytes(*id))))
}

/// The same query at the next page.
fn next_link(call: &Call, cursor: &Cursor) -> String {
    let mut link = call.root();
    link.push_str("/users?");
    for (name, value) in form_urlencoded::parse(call.query.as_deref().unwrap_or_default().as_bytes()) {
        let bare = name.strip_prefix('$').unwrap_or(&name);
        if bare.eq_ignore_ascii_case("skiptoken") {
            continue;
        }
        link.push_str(&name);
        link.push('=');
        link.extend(form_urlencoded::byte_serialize(value.as_bytes()));
        link.push('&');
    }
    link.push_str("$skiptoken=");
    link.push_str(&write_token(cursor));
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;

    fn is_refused(filter: &str) -> bool {
        matches!(Wanted::parse(Some(filter)), Err(Failure::Plain(plain)) if plain.status == StatusCode::BAD_REQUEST)
    }

    #[test]
    fn gq_06_the_skip_token_is_opaque_and_comes_back_whole() {
        let cursor = ("Åse Ødegård".to_owned(), UserId::from_uuid(Uuid::from_u128(7)));
        assert_eq!(read_token(&write_token(&cursor)).unwrap(), cursor);
        assert!(read_token("x").is_err() && read_token("!").is_err());
    }

    #[test]
    fn filters_that_cannot_be_answered_are_refused() {
        for filter in [
            "shoeSize eq 'x'",
            "accountEnabled eq 'x'",
            "displayName eq true",
            "startswith(id,'0')",
            "startswith(accountEnabled,'t')",
        ] {
            assert!(is_refused(filter), "{filter}");
        }
        assert!(!is_refused(
            "startswith(userPrincipalName,'kari') and accountEnabled eq true"
        ));
    }

    #[test]
    fn only_the_order_that_the_directory_has_is_served() {
        assert!(check_order(Some("displayName")).is_ok() && check_order(Some("displayName asc")).is_ok());
        assert!(check_order(Some("displayName desc")).is_err() && check_order(Some("mail")).is_err());
    }
}
