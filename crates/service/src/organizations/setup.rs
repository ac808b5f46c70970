//! Creating an organization with a product key in hand (S-09, SPEC 15.2).

use std::net::IpAddr;

use aktiver_domain::redemption::Choice;
use uuid::Uuid;

use super::{CreatedOrganization, NewOrganization, create_in, prepare};
use crate::app::App;
use crate::context::{Actor, Ctx, Language};
use crate::error::{Error, Result};
use crate::keys::{self, KeyReview};
use crate::subscriptions::{self, SubscriptionView};

/// Somebody who has no organization yet.
#[derive(Debug, Clone, Copy)]
pub struct Visitor {
    pub language: Language,
    pub request_id: Uuid,
    /// For the limit on guessed keys.
    pub address: Option<IpAddr>,
}

impl Visitor {
    fn guess_scopes(&self) -> Vec<String> {
        self.address
            .map(|address| format!("address:{address}"))
            .into_iter()
            .collect()
    }
}

/// What a visitor's keys stand for, before anything is consumed (PK-04).
///
/// # Errors
/// The first refusal of a key.
pub async fn review_for_visitor(
    app: &App,
    visitor: Visitor,
    country: &str,
    texts: &[String],
) -> Result<Vec<KeyReview>> {
    let opened = keys::open_all(app, &visitor.guess_scopes(), texts).await?;
    keys::review_unowned(app, country, &opened).await
}

/// Creates the organization with its first administrator and redeems the keys for a new subscription: both, or neither.
///
/// # Errors
/// An installation that is closed to visitors; what creating an organization or redeeming a key may refuse.
pub async fn setup_and_redeem(
    app: &App,
    visitor: Visitor,
    new: NewOrganization,
    texts: &[String],
) -> Result<(CreatedOrganization, SubscriptionView)> {
    if !app.config().open_setup {
        return Err(Error::invalid(
            "organization",
            "organizations are not created here",
            "ask the vendor to set up your organization",
        ));
    }
    let opened = keys::open_all(app, &visitor.guess_scopes(), texts).await?;
    let new = NewOrganization {
        sandbox: app.config().sandbox_setup,
        ..new
    };
    let prepared = prepare(app, &new).await?;
    let mut session = app.begin().await?;
    let created = create_in(app, &mut session, &Actor::System, &prepared, app.system_now()).await?;
    let ctx = Ctx {
        language: visitor.language,
        address: visitor.address,
        ..app.context_of(Actor::System, created.organization.clone(), visitor.request_id)
    };
    let id = keys::redeem_in(&mut session, app, &ctx, &opened, Choice::New).await?;
    session.commit().await?;
    let view = subscriptions::get(app, &ctx, id).await?;
    Ok((created, view))
}
