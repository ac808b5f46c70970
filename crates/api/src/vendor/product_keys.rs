//! Redeeming product keys.

use aktiver_domain::ids::SubscriptionId;
use aktiver_domain::redemption::Choice;
use aktiver_domain::refusal::RedeemRefusal;
use aktiver_service::Error;
use aktiver_service::keys::{self, ChoiceReview, KeyReview};
use axum::extract::Path;
use axum::http::header::ETAG;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, maybe_parsed, object};
use crate::vendor::call::{Answer, Call, CommandHeaders, Scope, etag, previewed};
use crate::vendor::problem::{CommandFailures, Fault, Result};
use crate::vendor::shapes::{OrPreview, time};
use crate::vendor::subscriptions::Subscription;

/// Keys of one order.
const MOST_KEYS: usize = 50;

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(review)).routes(routes!(redeem))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductKeys)]
pub struct ReviewInput {
    /// In any case, with or without hyphens and spaces.
    #[schema(min_items = 1, max_items = 50)]
    keys: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RedeemProductKeys)]
pub struct RedeemInput {
    #[schema(min_items = 1, max_items = 50)]
    keys: Vec<String>,
    #[serde(deserialize_with = "object")]
    choice: ChoiceInput,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RedeemChoice)]
struct ChoiceInput {
    kind: ChoiceKind,
    /// For `add` and `extend`.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>)]
    subscription_id: Option<SubscriptionId>,
}

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RedeemChoiceKind)]
enum ChoiceKind {
    /// A new prepaid subscription.
    New,
    /// More licenses on an existing one.
    Add,
    /// A later end for an existing one, with the key's number of licenses.
    Extend,
}

impl ChoiceInput {
    fn read(&self) -> Result<Choice> {
        match (self.kind, self.subscription_id) {
            (ChoiceKind::New, None) => Ok(Choice::New),
            (ChoiceKind::Add, Some(id)) => Ok(Choice::Add(id)),
            (ChoiceKind::Extend, Some(id)) => Ok(Choice::Extend(id)),
            (ChoiceKind::New, Some(_)) => Err(Fault::field(
                "choice.subscriptionId",
                "A new subscription has no id yet.",
                "Leave it out, or choose add or extend.",
            )),
            (ChoiceKind::Add | ChoiceKind::Extend, None) => Err(Fault::field(
                "choice.subscriptionId",
                "This is missing.",
                "Say which subscription.",
            )),
        }
    }
}

fn counted(keys: Vec<String>) -> Result<Vec<String>> {
    if (1..=MOST_KEYS).contains(&keys.len()) {
        return Ok(keys);
    }
    Err(Fault::field(
        "keys",
        "An order has 1 to 50 product keys.",
        "Give at least one, and the rest in another order.",
    ))
}

/// What keys stand for, and what can be made of them.
#[derive(Serialize, ToSchema)]
#[schema(as = ProductKeyReview)]
struct Review {
    keys: Vec<Key>,
    choices: Vec<ReviewedChoice>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReviewedProductKey)]
struct Key {
    last_five: String,
    sku_id: String,
    sku_part_number: String,
    product_name: String,
    quantity: u32,
    term: String,
    /// Where it was sold for; null is anywhere.
    #[schema(required)]
    country: Option<String>,
    #[schema(required, format = DateTime)]
    redeem_by: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReviewedRedeemChoice)]
struct ReviewedChoice {
    kind: ChoiceKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<String>,
    available: bool,
    recommended: bool,
    /// Licenses afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
    /// End of the term afterwards, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl From<&KeyReview> for Key {
    fn from(key: &KeyReview) -> Self {
        Self {
            last_five: key.last_five.clone(),
            sku_id: key.product.id.to_string(),
            sku_part_number: key.product.part_number.clone(),
            product_name: key.product.name.clone(),
            quantity: key.quantity,
            term: key.term.to_string(),
            country: key.country.clone(),
            redeem_by: key.redeem_by.map(time),
        }
    }
}

impl From<&ChoiceReview> for ReviewedChoice {
    fn from(review: &ChoiceReview) -> Self {
        let (kind, subscription) = match review.choice {
            Choice::New => (ChoiceKind::New, None),
            Choice::Add(id) => (ChoiceKind::Add, Some(id)),
            Choice::Extend(id) => (ChoiceKind::Extend, Some(id)),
        };
        let outcome = review.result.as_ref().ok();
        let refusal = review.result.as_ref().err();
        Self {
            kind,
            subscription_id: subscription.map(|id| id.prefixed()),
            available: outcome.is_some(),
            recommended: review.recommended,
            quantity: outcome.map(|outcome| outcome.quantity),
            ends_at: outcome.map(|outcome| time(outcome.ends)),
            reason: refusal.map(|refusal| refusal.code().to_owned()),
            message: refusal.map(aktiver_domain::Refusal::message),
            remedy: refusal.map(|refusal| refusal.remedy().to_owned()),
        }
    }
}

/// Says what keys stand for and what can be made of them; nothing is consumed.
///
/// A key that is wrong by itself is refused (409). Too many guesses are answered 429.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/product-keys/review",
    operation_id = "reviewProductKeys",
    tag = "Product keys",
    params(("organization" = String, Path, description = "Id or verified domain")),
    request_body = ReviewInput,
    responses((status = 200, description = "What they stand for", body = Review), CommandFailures),
)]
pub async fn review(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let ReviewInput { keys } = body.read()?;
    let keys = counted(keys)?;
    let review = keys::review(scope.app(), &scope.ctx, &keys).await;
    if scope.call.preview {
        return previewed(scope.ok(review).await.and_then(|review| of(&review)));
    }
    let review = scope.ok(review).await?;
    Ok(Answer::ok(&of(&review)?)?.into_response())
}

fn of(review: &keys::Review) -> Result<serde_json::Value> {
    let review = Review {
        keys: review.keys.iter().map(Key::from).collect(),
        choices: review.choices.iter().map(ReviewedChoice::from).collect(),
    };
    Ok(serde_json::to_value(review).map_err(Error::internal)?)
}

/// Redeems all keys of an order together, as chosen, or none of them.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/product-keys/redeem",
    operation_id = "redeemProductKeys",
    tag = "Product keys",
    params(("organization" = String, Path, description = "Id or verified domain"), CommandHeaders),
    request_body = RedeemInput,
    responses((status = 200, description = "The new or changed subscription", body = OrPreview<Subscription>), CommandFailures),
)]
pub async fn redeem(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let RedeemInput { keys, choice } = body.read()?;
    let keys = counted(keys)?;
    let choice = choice.read()?;
    if scope.call.preview {
        return previewed(dry(&scope, &keys, choice).await);
    }
    let inner = scope.clone();
    let run = async move {
        let view = inner
            .ok(keys::redeem(inner.app(), &inner.ctx, &keys, choice).await)
            .await?;
        let answer = Answer::ok(&Subscription::from(&view))?;
        Ok(answer.with(ETAG, &etag(view.subscription.version)))
    };
    scope.command(&body, run).await
}

async fn dry(scope: &Scope, keys: &[String], choice: Choice) -> Result<serde_json::Value> {
    let review = scope.ok(keys::review(scope.app(), &scope.ctx, keys).await).await?;
    let found = review.choices.iter().find(|reviewed| reviewed.choice == choice);
    let found = found.ok_or_else(|| Error::from(RedeemRefusal::NotExtendable))?;
    match &found.result {
        Ok(_) => Ok(serde_json::to_value(ReviewedChoice::from(found)).map_err(Error::internal)?),
        Err(refusal) => Err(Error::Refused(refusal.clone()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pk_04_the_choice_is_explicit_and_whole() {
        let read = |json: &str| serde_json::from_str::<ChoiceInput>(json).unwrap().read();
        let id = "019a0000-0000-7000-8000-000000000001";
        assert_eq!(read(r#"{"kind":"new"}"#).unwrap(), Choice::New);
        assert!(matches!(
            read(&format!(r#"{{"kind":"add","subscriptionId":"sub_{id}"}}"#)).unwrap(),
            Choice::Add(_)
        ));
        assert!(read(r#"{"kind":"extend"}"#).is_err());
        assert!(read(&format!(r#"{{"kind":"new","subscriptionId":"{id}"}}"#)).is_err());
    }
}
