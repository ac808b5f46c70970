//! The catalog: products, and what they cost.

use aktiver_domain::calendar::Term;
use aktiver_domain::ids::ProductId;
use aktiver_service::{Error, billing, licensing};
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, object};
use crate::vendor::call::{Answer, Call, path_id, previewed};
use crate::vendor::problem::{CommandFailures, Failures, Fault, Result};
use crate::vendor::shapes::{Money, NewMoney, OrPreview, Page, Paging, bad_cursor, cursor};

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(products))
        .routes(routes!(put_price))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// How the part number, the name, or a word of the name begins; in any case.
    search: Option<String>,
}

/// A product (SKU).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    sku_id: String,
    sku_part_number: String,
    name: String,
    /// Most licenses one subscription may have; null is unlimited.
    #[schema(required)]
    maximum_quantity: Option<u32>,
    /// Not sold any more.
    end_of_sale: bool,
    service_plans: Vec<ServicePlan>,
    prices: Vec<Price>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServicePlan {
    plan_id: String,
    name: String,
    friendly_name: String,
}

/// What one license costs for a whole term.
#[derive(Serialize, ToSchema)]
pub struct Price {
    /// `P1M`, `P1Y` or `P3Y`.
    term: String,
    unit: Money,
}

/// Lists the products of the catalog by part number, for anyone with a token.
#[utoipa::path(
    get,
    path = "/api/v1/catalog/products",
    operation_id = "listProducts",
    tag = "Catalog",
    params(Search, Paging),
    responses((status = 200, description = "A page", body = Page<Product>), Failures),
)]
pub async fn products(call: Call, Query(search): Query<Search>, Query(paging): Query<Paging>) -> Result<Response> {
    call.anyone().await?;
    let limit = usize::try_from(paging.limit()?).unwrap_or(usize::MAX);
    let after = paging.cursor()?;
    let after = after.as_deref().map(|text| {
        let (part, id) = text.split_once('/').ok_or_else(bad_cursor)?;
        Ok::<_, Fault>((part.to_owned(), ProductId::parse(id).map_err(|_| bad_cursor())?))
    });
    let after = after.transpose()?;
    let catalog = licensing::catalog(call.app()).await?;
    let prices = billing::prices(call.app()).await?;
    let wanted = search.search.unwrap_or_default().trim().to_lowercase();
    let mut found: Vec<_> = catalog
        .products
        .values()
        .filter(|product| {
            let name = product.name.to_lowercase();
            product.part_number.to_lowercase().starts_with(&wanted)
                || name.starts_with(&wanted)
                || name
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| word.starts_with(&wanted))
        })
        .filter(|product| {
            after
                .as_ref()
                .is_none_or(|(part, id)| (product.part_number.as_str(), product.id) > (part.as_str(), *id))
        })
        .collect();
    found.sort_by(|a, b| a.part_number.cmp(&b.part_number).then(a.id.cmp(&b.id)));
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|last| cursor(&format!("{}/{}", last.part_number, last.id)));
    let items = found
        .into_iter()
        .map(|product| Product {
            sku_id: product.id.to_string(),
            sku_part_number: product.part_number.clone(),
            name: product.name.clone(),
            maximum_quantity: product.maximum_quantity,
            end_of_sale: product.end_of_sale,
            service_plans: product
                .plans
                .iter()
                .filter_map(|id| catalog.plan(*id))
                .map(|plan| ServicePlan {
                    plan_id: plan.id.to_string(),
                    name: plan.name.clone(),
                    friendly_name: plan.friendly_name.clone(),
                })
                .collect(),
            prices: prices
                .iter()
                .filter(|(of, ..)| *of == product.id)
                .map(|(_, term, unit)| Price {
                    term: term.to_string(),
                    unit: (*unit).into(),
                })
                .collect(),
        })
        .collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPrice)]
pub struct Input {
    /// Of one license for a whole term.
    #[serde(deserialize_with = "object")]
    unit: NewMoney,
}

/// Sets what one license costs for a whole term, in the currency given; other currencies keep theirs (vendor only).
#[utoipa::path(
    put,
    path = "/api/v1/catalog/products/{sku}/prices/{term}",
    operation_id = "setPrice",
    tag = "Catalog",
    params(
        ("sku" = String, Path, description = "Product id"),
        ("term" = String, Path, description = "`P1M`, `P1Y` or `P3Y`"),
        ("Prefer" = Option<String>, Header, description = "`preview`: checks, and sets nothing"),
    ),
    request_body = Input,
    responses((status = 200, description = "The price as it is now", body = OrPreview<Price>), CommandFailures),
)]
pub async fn put_price(call: Call, Path((sku, term)): Path<(String, String)>, body: Body) -> Result<Response> {
    let operator = call.operator().await?;
    let product: ProductId = path_id(&sku)?;
    let term: Term = term.parse().map_err(|error: aktiver_domain::BadText| {
        Fault::field("term", format!("{error}."), "Use one of: P1M, P1Y, P3Y.")
    })?;
    let Input { unit } = body.read()?;
    let unit = unit.read("unit")?;
    if operator.call.preview {
        let catalog = licensing::catalog(operator.app()).await?;
        catalog.product(product).ok_or(Error::NotFound("product"))?;
        return previewed(Ok(serde_json::json!({ "unit": Money::from(unit) })));
    }
    billing::set_price(operator.app(), &operator.actor, product, term, unit).await?;
    let price = Price {
        term: term.to_string(),
        unit: unit.into(),
    };
    Ok(Answer::ok(&price)?.into_response())
}
