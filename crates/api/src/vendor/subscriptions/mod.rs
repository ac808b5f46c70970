//! Subscriptions: what they are, and every command on them.

mod cancel;
mod get;
mod list;
mod payment_method;
mod provider;
mod provision;
mod quantity;
mod reactivate;
mod recurring_billing;
mod shape;

use axum::http::header::ETAG;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::call::{Answer, Scope, etag};
use crate::vendor::problem::Result;

pub use shape::Subscription;

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(list::list, provision::provision))
        .routes(routes!(get::get))
        .routes(routes!(reactivate::reactivate))
        .routes(routes!(cancel::cancel))
        .routes(routes!(quantity::quantity))
        .routes(routes!(recurring_billing::recurring_billing))
        .routes(routes!(payment_method::payment_method))
        .routes(routes!(provider::disable))
        .routes(routes!(provider::hold))
        .routes(routes!(provider::release))
        .routes(routes!(provider::delete))
}

/// The subscription as it is after a command.
async fn changed(
    scope: &Scope,
    result: aktiver_service::Result<aktiver_service::subscriptions::SubscriptionView>,
) -> Result<Answer> {
    let view = scope.ok(result).await?;
    Ok(Answer::ok(&Subscription::from(&view))?.with(ETAG, &etag(view.subscription.version)))
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(value).map_err(aktiver_service::Error::internal)?)
}
