//! The vendor API: subscriptions, payment, product keys and what the vendor itself does, under `/api/v1`.
//!
//! Bodies are JSON in camelCase, lists `{items, next}`, failures problem+json. Every POST takes an `Idempotency-Key`, every
//! command `Prefer: preview`. The OpenAPI document is made of the handlers, here and in [`device`](crate::device).

#![allow(
    unused_qualifications,
    reason = "what utoipa makes of a handler's arguments names types by path"
)]

mod audit;
pub(crate) mod body;
pub(crate) mod call;
mod catalog;
mod clients;
mod clock;
mod invoices;
mod key_batches;
mod organizations;
mod payment_methods;
pub(crate) mod problem;
mod product_keys;
mod service_requests;
pub(crate) mod shapes;
mod subscriptions;

use axum::Extension;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::device;
use crate::door::Door;
use call::InFlight;
use problem::{Fault, FieldError, Problem};

/// The routes of this door, with the document of both doors and the answer to whatever else is under `/api/`.
pub fn router(door: &Door) -> Router {
    let document = openapi();
    let document = get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], document.clone())));
    Router::from(routes())
        .route("/api/v1/openapi.json", document)
        .route("/api/{*rest}", any(nothing))
        .layer(Extension(InFlight::default()))
        .layer(from_fn_with_state(door.clone(), problem::layer))
        .with_state(door.clone())
}

fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(organizations::routes())
        .merge(subscriptions::routes())
        .merge(payment_methods::routes())
        .merge(invoices::routes())
        .merge(product_keys::routes())
        .merge(key_batches::routes())
        .merge(catalog::routes())
        .merge(clients::routes())
        .merge(service_requests::routes())
        .merge(audit::routes())
        .merge(clock::routes())
}

/// The OpenAPI document of the vendor API and of the apps' door, as JSON.
#[must_use]
pub fn openapi() -> String {
    let mut document = routes().merge(device::routes()).into_openapi();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        let parameters = operations
            .into_iter()
            .flatten()
            .filter_map(|operation| operation.parameters.as_mut())
            .flatten();
        parameters.for_each(without_null);
    }
    document.to_pretty_json().unwrap_or_default()
}

/// A header or query parameter may be left out, but is never null.
fn without_null(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
        && let SchemaType::Array(types) = &object.schema_type
        && let Some(kind) = types.iter().find(|kind| **kind != Type::Null)
    {
        object.schema_type = SchemaType::Type(kind.clone());
    }
}

async fn nothing() -> impl IntoResponse {
    Fault::plain(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "There is nothing at this address.",
        "See /api/v1/openapi.json for what there is.",
    )
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Aktiver vendor API",
        description = "Subscriptions, payment, product keys and devices. Ids are taken bare (GUID) and prefixed (`sub_…`). \
                       Instants are RFC 3339 in UTC, amounts whole numbers of the currency's smallest unit.",
        version = "1",
        license(name = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem, FieldError)),
    security(("bearer" = [])),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An access token of the token door, or an operator's token (`aktop_…`)",
            ))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}
