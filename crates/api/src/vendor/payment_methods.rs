//! Cards and invoice agreements.

use aktiver_domain::Refusal;
use aktiver_domain::ids::PaymentMethodId;
use aktiver_domain::refusal::PaymentRefusal;
use aktiver_domain::role::Operation;
use aktiver_service::billing::{self, NewMethod};
use aktiver_service::ports::NewCard;
use aktiver_service::{Error, Result as ServiceResult};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::Body;
use crate::vendor::call::{Answer, Call, CommandHeaders, Scope, path_id, previewed};
use crate::vendor::problem::{CommandFailures, Failures, Fault, FieldError, Result};
use crate::vendor::shapes::{Order, Page, Paging, Preview, place, time};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(delete))
}

/// A payment method; never a card number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentMethod {
    #[schema(example = "pmt_01985b7e-0d2e-7aa1-8c1e-6d2f9a3b4c5d")]
    id: String,
    /// `invoice`, `sandboxCard` or `stripe`.
    #[serde(rename = "type")]
    kind: String,
    /// For people: `Visa •••• 4242`.
    label: String,
    #[schema(required)]
    brand: Option<String>,
    #[schema(required)]
    last_four: Option<String>,
    /// `MM/YY`.
    #[schema(required)]
    expiry: Option<String>,
    #[schema(required)]
    name: Option<String>,
    country: String,
    #[schema(required)]
    added_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

/// Makes the service's method, whose type this crate does not name, our shape.
macro_rules! shape {
    ($method:expr) => {{
        let method = $method;
        PaymentMethod {
            id: method.id.prefixed(),
            kind: method.kind.to_string(),
            label: method.label.clone(),
            brand: method.brand.clone(),
            last_four: method.last_four.clone(),
            expiry: method.expiry.clone(),
            name: method.holder.clone(),
            country: method.country.clone(),
            added_by: method.added_by.map(|id| id.prefixed()),
            created_at: time(method.created_at),
        }
    }};
}

/// A payment method to be added: `invoice` alone, or `sandboxCard` with the card.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPaymentMethod {
    /// `invoice` or `sandboxCard`.
    #[serde(rename = "type")]
    #[schema(example = "sandboxCard")]
    kind: String,
    /// A published test number, such as 4242 4242 4242 4242.
    number: Option<String>,
    /// `MM/YY`.
    expiry: Option<String>,
    /// As it stands on the card.
    name: Option<String>,
    /// ISO 3166-1 alpha-2; the organization's own.
    country: Option<String>,
    security_code: Option<String>,
}

impl NewPaymentMethod {
    /// Checks that all is there that its type needs, and nothing else. `within` is put before the names of fields.
    ///
    /// # Errors
    /// 422 with every field that is missing or too many.
    pub fn read(self, within: &str) -> Result<NewMethod> {
        let fields = [
            ("number", &self.number, true),
            ("expiry", &self.expiry, true),
            ("name", &self.name, true),
            ("country", &self.country, true),
            ("securityCode", &self.security_code, false),
        ];
        let wrong = |field: &str, message: &str, remedy: &str| FieldError {
            field: format!("{within}{field}"),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        };
        let errors: Vec<FieldError> = match self.kind.as_str() {
            "invoice" => fields
                .iter()
                .filter(|(_, value, _)| value.is_some())
                .map(|(field, ..)| wrong(field, "An invoice agreement has no such field.", "Leave it out."))
                .collect(),
            "sandboxCard" => fields
                .iter()
                .filter(|(_, value, needed)| *needed && value.as_deref().is_none_or(|text| text.trim().is_empty()))
                .map(|(field, ..)| wrong(field, "This is missing.", "Give it."))
                .collect(),
            other => vec![wrong(
                "type",
                &format!("There is no payment method of type {other:?} here."),
                "Use one of: invoice, sandboxCard.",
            )],
        };
        if !errors.is_empty() {
            return Err(Fault::Fields(errors));
        }
        if self.kind == "invoice" {
            return Ok(NewMethod::Invoice);
        }
        Ok(NewMethod::SandboxCard(NewCard {
            number: self.number.unwrap_or_default(),
            expiry: self.expiry.unwrap_or_default(),
            security_code: self.security_code,
            holder: self.name.unwrap_or_default(),
            country: self.country.unwrap_or_default().trim().to_ascii_uppercase(),
        }))
    }
}

/// Lists an organization's payment methods, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/organizations/{organization}/payment-methods",
    operation_id = "listPaymentMethods",
    tag = "Payment",
    params(("organization" = String, Path, description = "Id or verified domain"), Paging),
    responses((status = 200, description = "A page", body = Page<PaymentMethod>), Failures),
)]
pub async fn list(call: Call, Path(organization): Path<String>, Query(paging): Query<Paging>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let methods = scope.ok(billing::methods(scope.app(), &scope.ctx).await).await?;
    let (methods, next) = paging.page(methods, Order::OldestFirst, |method| {
        place(method.created_at, method.id.uuid())
    })?;
    let items = methods.iter().map(|method| shape!(method)).collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

/// Adds a payment method; it pays for nothing until a subscription chooses it.
#[utoipa::path(
    post,
    path = "/api/v1/organizations/{organization}/payment-methods",
    operation_id = "addPaymentMethod",
    tag = "Payment",
    params(("organization" = String, Path, description = "Id or verified domain"), CommandHeaders),
    request_body = NewPaymentMethod,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new method", body = PaymentMethod), CommandFailures),
)]
pub async fn add(call: Call, Path(organization): Path<String>, body: Body) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let new = body.read::<NewPaymentMethod>()?.read("")?;
    if scope.call.preview {
        return previewed(dry_add(&scope, &new).await);
    }
    let inner = scope.clone();
    let run = async move {
        let method = inner
            .ok(billing::add_method(inner.app(), &inner.ctx, new).await)
            .await?;
        Answer::new(StatusCode::CREATED, &shape!(&method))
    };
    scope.command(&body, run).await
}

/// What can be said without asking the card's bank.
async fn dry_add(scope: &Scope, new: &NewMethod) -> Result<serde_json::Value> {
    scope.ok(scope.ctx.require(Operation::ManagePayment)).await?;
    let organization = &scope.ctx.organization;
    let refusal = match new {
        NewMethod::Invoice if !organization.invoice_approved && !scope.ctx.actor.is_operator() => {
            PaymentRefusal::InvoiceNotApproved
        }
        NewMethod::SandboxCard(_) if !organization.sandbox => PaymentRefusal::SandboxOnly,
        NewMethod::SandboxCard(card) if card.country != organization.country => PaymentRefusal::MethodCountry {
            country: organization.country.clone(),
        },
        _ => return Ok(json!({})),
    };
    Err(Error::from(refusal).into())
}

/// Removes a payment method that pays for nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/organizations/{organization}/payment-methods/{method}",
    operation_id = "deletePaymentMethod",
    tag = "Payment",
    params(
        ("organization" = String, Path, description = "Id or verified domain"),
        ("method" = String, Path, description = "Id"),
        ("Prefer" = Option<String>, Header, description = "`preview`: answers whether it could be removed"),
    ),
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 204, description = "Removed"), CommandFailures),
)]
pub async fn delete(call: Call, Path((organization, method)): Path<(String, String)>) -> Result<Response> {
    let scope = call.organization(&organization).await?;
    let id: PaymentMethodId = path_id(&method)?;
    if scope.call.preview {
        return previewed(dry_delete(&scope, id).await);
    }
    known(
        scope
            .ok(billing::delete_method(scope.app(), &scope.ctx, id).await)
            .await,
    )?;
    Ok(Answer::no_content().into_response())
}

async fn dry_delete(scope: &Scope, id: PaymentMethodId) -> Result<serde_json::Value> {
    scope.ok(scope.ctx.require(Operation::ManagePayment)).await?;
    let uses: ServiceResult<_> = billing::method_uses(scope.app(), &scope.ctx, id).await;
    let uses = known(scope.ok(uses).await)?;
    if uses.is_empty() {
        return Ok(json!({}));
    }
    let subscriptions = u32::try_from(uses.len()).unwrap_or(u32::MAX);
    Err(Error::from(PaymentRefusal::MethodInUse { subscriptions }).into())
}

/// An unknown method in the path is not found; in a body it is a wrong value.
fn known<T>(result: Result<T>) -> Result<T> {
    result.map_err(|fault| match fault.refusal() {
        Some((Refusal::Payment(PaymentRefusal::MethodUnknown), _)) => Fault::plain(
            StatusCode::NOT_FOUND,
            "PAYMENT_METHOD_UNKNOWN",
            "There is no such payment method.",
            "Check the id in the address.",
        ),
        _ => fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: serde_json::Value) -> std::result::Result<NewMethod, Vec<String>> {
        let new: NewPaymentMethod = serde_json::from_value(json).unwrap();
        new.read("").map_err(|fault| match fault {
            Fault::Fields(errors) => errors.into_iter().map(|error| error.field).collect(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_method_has_what_its_type_needs_and_nothing_else() {
        assert!(matches!(read(json!({"type": "invoice"})), Ok(NewMethod::Invoice)));
        assert_eq!(read(json!({"type": "invoice", "number": "1"})).unwrap_err(), ["number"]);
        assert_eq!(read(json!({"type": "stripe"})).unwrap_err(), ["type"]);
        assert_eq!(
            read(json!({"type": "sandboxCard", "number": "1"})).unwrap_err(),
            ["expiry", "name", "country"]
        );
    }
}
