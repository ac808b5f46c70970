//! `GET /users/{id | userPrincipalName}`.

use aktiver_service::users::{self, User};
use aktiver_service::{Ctx, licensing};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer::Call;
use super::query::{Name, Query};
use super::user_properties::{Selection, Shown};
use super::users_list;
use crate::error::{About as _, Result};

pub async fn get(call: Call, Path(user): Path<String>) -> Result<Response> {
    if user == "$count" {
        return users_list::count(call).await;
    }
    let ctx = call.ctx().await?;
    let found = users::find(&call.caller.app, &ctx, &user).await.about(&user)?;
    show(&call, &ctx, &found).await
}

/// Answers one user with the properties that the query selects.
pub async fn show(call: &Call, ctx: &Ctx, user: &User) -> Result<Response> {
    let query = Query::parse(call.query.as_deref(), &[Name::Select])?;
    let selection = Selection::parse(&query, true)?;
    let holding = if selection.needs_holding() {
        Some(licensing::assignments(&call.caller.app, ctx, user.id).await?)
    } else {
        None
    };
    let catalog = selection.catalog(&call.caller.app).await?;
    let shown = Shown {
        context: call.context("users", selection.names(), "/$entity"),
        selection: &selection,
        user,
        holding: holding.as_ref(),
        catalog: catalog.as_deref(),
    };
    call.answer(StatusCode::OK, &shown)
}
