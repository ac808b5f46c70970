//! Who asks: the bearer token of a request.

use std::sync::Arc;

use aktiver_service::domain::ids::OrganizationId;
use aktiver_service::tokens::{self, AccessClaims};
use aktiver_service::{Actor, App, Ctx, Error};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::door::Door;
use crate::error::{Failure, Result};
use crate::request::Meta;

/// What an operator's opaque token begins with.
const OPERATOR_PREFIX: &str = "aktop_";

/// Whoever sent a bearer token. The signature has been checked without the database; nothing else has been read yet.
pub struct Caller {
    pub app: App,
    pub meta: Arc<Meta>,
    bearer: Bearer,
}

enum Bearer {
    Claims(Box<AccessClaims>),
    Operator(String),
}

impl Caller {
    /// The claims of an access token; `None` for an operator's opaque token.
    #[must_use]
    pub fn claims(&self) -> Option<&AccessClaims> {
        match &self.bearer {
            Bearer::Claims(claims) => Some(claims),
            Bearer::Operator(_) => None,
        }
    }

    /// The caller in the organization that its token names.
    ///
    /// # Errors
    /// A token that names no organization; an account that is disabled or gone.
    pub async fn ctx(&self) -> Result<Ctx> {
        match &self.bearer {
            Bearer::Claims(claims) => {
                Ok(tokens::context_for(&self.app, claims, self.meta.request_id, self.meta.address).await?)
            }
            Bearer::Operator(_) => Err(Error::Unauthenticated("an operator's token names no organization").into()),
        }
    }

    /// The caller in an organization that the request names: an operator in any, everyone else in their own.
    ///
    /// # Errors
    /// As [`Caller::ctx`]; another organization does not exist for anyone but an operator.
    pub async fn ctx_in(&self, organization: OrganizationId) -> Result<Ctx> {
        match &self.bearer {
            Bearer::Claims(claims) if claims.tid == organization => self.ctx().await,
            Bearer::Claims(_) => Err(Error::NotFound("organization").into()),
            Bearer::Operator(_) => {
                let actor = self.operator().await?;
                let mut ctx = self.app.context(actor, organization, self.meta.request_id).await?;
                ctx.address = self.meta.address;
                Ok(ctx)
            }
        }
    }

    /// The operator who asks.
    ///
    /// # Errors
    /// A token that is unknown, or no operator's.
    pub async fn operator(&self) -> Result<Actor> {
        let refused = Error::Refused(aktiver_service::domain::Refusal::NotPermitted { needed: Vec::new() });
        match &self.bearer {
            Bearer::Claims(_) => Err(refused.into()),
            Bearer::Operator(token) => {
                Ok(tokens::operator_bearer(&self.app, token)
                    .await?
                    .ok_or(Error::Unauthenticated(
                        "the operator's token is unknown or was withdrawn",
                    ))?)
            }
        }
    }
}

impl FromRequestParts<Door> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self> {
        let token = bearer(&parts.headers)?;
        let bearer = if token.starts_with(OPERATOR_PREFIX) {
            Bearer::Operator(token.to_owned())
        } else {
            Bearer::Claims(Box::new(tokens::verify_access(&door.app, token)?))
        };
        Ok(Self {
            app: door.app.clone(),
            meta: Meta::of(&parts.extensions),
            bearer,
        })
    }
}

/// The token of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or(Error::Unauthenticated("Access token is empty."))?;
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or(Error::Unauthenticated("Access token is missing or malformed."))?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Error::Unauthenticated("Access token is missing or malformed."));
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_nothing_but_bearer_is_taken() {
        assert_eq!(bearer(&with("bearer abc")).unwrap(), "abc");
        for bad in ["Basic abc", "Bearer", "Bearer  ", "abc"] {
            assert!(matches!(bearer(&with(bad)), Err(Error::Unauthenticated(_))), "{bad}");
        }
        assert!(matches!(bearer(&HeaderMap::new()), Err(Error::Unauthenticated(_))));
    }
}
