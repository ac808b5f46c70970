use aktiver_domain::ids::PaymentMethodId;
use aktiver_domain::subscription::{Anchor, Arrears};
use aktiver_service::subscriptions::{self, ReactivateCommand, ReactivationPreview};
use axum::extract::Path;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Subscription;
use crate::vendor::body::{Body, maybe_object, maybe_parsed};
use crate::vendor::call::{Call, CommandHeaders, VersionHeaders, path_id, previewed};
use crate::vendor::payment_methods::NewPaymentMethod;
use crate::vendor::problem::{CommandFailures, Fault, Result};
use crate::vendor::shapes::{Money, OrOutcome, time};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = Reactivate)]
pub struct Input {
    /// One of the organization's methods; left out, the one the subscription had.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>)]
    payment_method_id: Option<PaymentMethodId>,
    /// A method that is added first and then charged.
    #[serde(default, deserialize_with = "maybe_object")]
    new_payment_method: Option<NewPaymentMethod>,
    /// `keep`: the billing days stay; `today`: a fresh term begins today. Left out, what the agreement says.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>, example = "keep")]
    anchor: Option<Anchor>,
    /// What becomes of an unpaid term: `collect`; for the vendor alone also `forgive` and `leave`.
    #[serde(default, deserialize_with = "maybe_parsed")]
    #[schema(value_type = Option<String>, example = "collect")]
    arrears: Option<Arrears>,
    /// Licenses from now on; as many as before when left out.
    quantity: Option<u32>,
}

/// What reactivating would do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReactivationPreview)]
struct Preview {
    /// True.
    available: bool,
    /// `extendTerm`, `keepTerm` or `newSubscription`.
    form: String,
    /// For the term that follows.
    term: Money,
    /// Days of that term that are charged, of how many.
    days_charged: i64,
    days_of_term: i64,
    /// The unpaid term that led to the disabling.
    arrears: Money,
    /// What lowers the charge: what the organization is owed, and the unused days of a term that the vendor had cut off.
    credit: Money,
    /// Charged now, or owed on the next invoice: term and arrears less the credit.
    due: Money,
    quantity: u32,
    term_start: String,
    term_end: String,
    recurring_billing: bool,
    #[schema(required)]
    next_billing_at: Option<String>,
    /// Users who get their access back.
    users_affected: u32,
    /// What would be charged; null while nothing has been chosen.
    #[schema(required)]
    payment_method_id: Option<String>,
}

impl From<ReactivationPreview> for Preview {
    fn from(preview: ReactivationPreview) -> Self {
        let after = &preview.subscription;
        Self {
            available: true,
            form: preview.form.to_string(),
            term: preview.amounts.term.into(),
            days_charged: preview.amounts.days.0,
            days_of_term: preview.amounts.days.1,
            arrears: preview.amounts.arrears.into(),
            credit: preview.amounts.credit.into(),
            due: preview.amounts.due.into(),
            quantity: after.quantity,
            term_start: time(after.period.start),
            term_end: time(after.period.end),
            recurring_billing: after.recurring,
            next_billing_at: preview.next_billing_at.map(time),
            users_affected: preview.users_affected,
            payment_method_id: preview.payment_method.map(|id| id.prefixed()),
        }
    }
}

/// Reactivates a subscription: charges, and puts everything back as it was.
///
/// The answer is the subscription that is active afterwards. Where the agreement makes a new one, it names the old one in
/// `replaces`. A declined charge (402) changes nothing. `Prefer: preview` answers what it would cost and give.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/subscriptions/{subscription}/reactivate",
    operation_id = "reactivateSubscription",
    tag = "Subscriptions",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("subscription" = String, Path, description = "Id"),
        CommandHeaders,
        VersionHeaders,
    ),
    request_body = Input,
    responses((status = 200, description = "The active subscription", body = OrOutcome<Subscription, Preview>), CommandFailures),
)]
pub async fn reactivate(
    call: Call,
    Path((organization, subscription)): Path<(String, String)>,
    body: Body,
) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id = path_id(&subscription)?;
    let input: Input = body.read()?;
    if input.payment_method_id.is_some() && input.new_payment_method.is_some() {
        return Err(Fault::field(
            "newPaymentMethod",
            "There is a payment method already.",
            "Give one of the two.",
        ));
    }
    let command = ReactivateCommand {
        payment_method: input.payment_method_id,
        new_method: input
            .new_payment_method
            .map(|new| new.read("newPaymentMethod."))
            .transpose()?,
        anchor: input.anchor,
        arrears: input.arrears.unwrap_or(Arrears::Collect),
        quantity: input.quantity,
    };
    if scope.call.preview {
        let preview = subscriptions::preview_reactivate(scope.app(), &scope.ctx, id, &command).await;
        let preview = scope
            .ok(preview)
            .await
            .and_then(|preview| super::json(&Preview::from(preview)));
        return previewed(preview);
    }
    let inner = scope.clone();
    let run = async move {
        inner.expect_version(id).await?;
        let view = subscriptions::reactivate(inner.app(), &inner.ctx, id, &command).await;
        super::changed(&inner, view).await
    };
    scope.command(&body, run).await
}
