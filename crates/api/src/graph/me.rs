//! `/me`: the signed-in person.

use aktiver_service::domain::ids::UserId;
use aktiver_service::licensing::Assignee;
use aktiver_service::{Ctx, users};
use axum::body::Bytes;
use axum::response::Response;

use super::answer::Call;
use super::error::bad_request;
use super::{license_details, user_assign_license, user_get};
use crate::error::Result;

pub async fn get(call: Call) -> Result<Response> {
    let (ctx, me) = me(&call).await?;
    let user = users::get(&call.caller.app, &ctx, me).await?;
    user_get::show(&call, &ctx, &user).await
}

pub async fn license_details(call: Call) -> Result<Response> {
    let (ctx, me) = me(&call).await?;
    license_details::show(&call, &ctx, me, "me").await
}

pub async fn assign_license(call: Call, body: Bytes) -> Result<Response> {
    let (ctx, me) = me(&call).await?;
    user_assign_license::decide(&call, &ctx, Assignee::Id(me), "me", &body).await
}

async fn me(call: &Call) -> Result<(Ctx, UserId)> {
    let ctx = call.ctx().await?;
    let me = ctx
        .actor
        .user()
        .ok_or_else(|| bad_request("/me request is only valid with delegated authentication flow."))?;
    Ok((ctx, me))
}
