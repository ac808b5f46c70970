//! The vendor's people.

use aktiver_domain::Id;
use aktiver_domain::ids::OperatorId;
use aktiver_storage::engine::Error as Storage;
use aktiver_storage::operator;
pub use aktiver_storage::operator::Operator;
use jiff::SignedDuration;

use crate::app::App;
use crate::auth;
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::secret;

/// How operators' tokens begin.
pub const TOKEN_PREFIX: &str = "aktop_";
/// A token is good for a year.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Adds an operator. There is no actor: whoever can reach the database or the demo's program may.
///
/// # Errors
/// `name` or `password` that will not do; a name that is taken.
pub async fn create(app: &App, name: &str, password: &str) -> Result<Operator> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
        return Err(Error::invalid(
            "name",
            "an operator needs a name of 1 to 120 characters",
            "Use the person's mail address.",
        ));
    }
    auth::check_password_strength(password)?;
    let password_hash = auth::hash_password(app, password).await?;
    let operator = Operator {
        id: Id::new(app.system_now(), app.entropy()),
        name: aktiver_storage::fold(name),
        password_hash,
        created_at: app.system_now(),
    };
    let mut s = app.begin().await?;
    match operator::insert(&mut s, &operator).await {
        Err(Storage::Unique { .. }) => return Err(Error::Taken { field: "name" }),
        other => other?,
    }
    s.commit().await?;
    tracing::info!(operator = %operator.id, "operator created");
    Ok(operator)
}

/// A token for the vendor API, shown this once.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but an operator.
pub async fn create_token(app: &App, actor: &Actor) -> Result<String> {
    let Actor::Operator { id, .. } = actor else {
        return Err(Error::Refused(aktiver_domain::Refusal::NotPermitted {
            needed: Vec::new(),
        }));
    };
    issue_token(app, *id).await
}

async fn issue_token(app: &App, operator: OperatorId) -> Result<String> {
    let now = app.system_now();
    let token = secret::random(app, TOKEN_PREFIX);
    let expires_at = now.saturating_add(TOKEN_LIFETIME).map_err(Error::internal)?;
    let mut s = app.begin().await?;
    operator::insert_token(&mut s, operator, secret::hash(&token), now, expires_at).await?;
    s.commit().await?;
    tracing::info!(operator = %operator, "operator token created");
    Ok(token)
}

/// Whether there is an operator at all.
///
/// # Errors
/// A database fault.
pub async fn any(app: &App) -> Result<bool> {
    let mut s = app.read().await?;
    Ok(operator::count(&mut s).await? > 0)
}

/// The actor that an operator is.
#[must_use]
pub fn actor(operator: &Operator) -> Actor {
    auth::operator_actor(operator.id, operator.name.clone())
}
