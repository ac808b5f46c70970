//! Product keys as the vendor makes them.

use std::convert::Infallible;

use aktiver_domain::Timestamp;
use aktiver_domain::calendar::Term;
use aktiver_domain::ids::{BatchId, ProductId};
use aktiver_domain::redemption;
use aktiver_service::keys::{self, NewBatch};
use aktiver_service::{Error, licensing};
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::vendor::body::{Body, maybe_end, parsed};
use crate::vendor::call::{Answer, Call, CommandHeaders, path_id, previewed};
use crate::vendor::problem::{CommandFailures, Failures, Result};
use crate::vendor::shapes::{OrPreview, Order, Page, Paging, Preview, place, time};

/// Keys made between two pieces of an answer.
const KEYS_AT_ONCE: usize = 1000;

pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(keys_csv))
        .routes(routes!(revoke))
        .routes(routes!(inspect))
}

/// A run of product keys made together.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyBatch {
    #[schema(example = "bat_01985b7e-0d2e-7aa1-8c1e-6d2f9a3b4c5d")]
    id: String,
    sku_id: String,
    /// Licenses per key.
    quantity: u32,
    term: String,
    /// The country they are sold for; null is any.
    #[schema(required)]
    country: Option<String>,
    /// The last instant at which one may be redeemed, exclusive.
    #[schema(required, format = DateTime)]
    redeem_by: Option<String>,
    label: String,
    /// How many keys.
    count: u64,
    /// How many of them are redeemed; counted in the list alone, null elsewhere.
    #[schema(required)]
    redeemed: Option<u64>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required, format = DateTime)]
    revoked_at: Option<String>,
}

impl KeyBatch {
    fn of(batch: &redemption::Batch, redeemed: Option<u64>) -> Self {
        Self {
            id: batch.id.prefixed(),
            sku_id: batch.product.to_string(),
            quantity: batch.quantity,
            term: batch.term.to_string(),
            country: batch.country.clone(),
            redeem_by: batch.redeem_by.map(time),
            label: batch.label.clone(),
            count: batch.count,
            redeemed,
            created_at: time(batch.created_at),
            revoked_at: batch.revoked_at.map(time),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewKeyBatch)]
pub struct Input {
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String)]
    sku_id: ProductId,
    /// Licenses per key.
    quantity: u32,
    /// `P1M`, `P1Y` or `P3Y`.
    #[serde(deserialize_with = "parsed")]
    #[schema(value_type = String, example = "P1Y")]
    term: Term,
    /// ISO 3166-1 alpha-2; any country when left out.
    country: Option<String>,
    /// An instant, exclusive, or a date: to the end of that day in UTC. For ever when left out.
    #[serde(default, deserialize_with = "maybe_end")]
    #[schema(value_type = Option<String>, example = "2027-12-31")]
    redeem_by: Option<Timestamp>,
    /// For the vendor's own eyes.
    #[serde(default)]
    label: String,
    /// How many keys.
    count: u64,
}

/// Lists the batches, newest first (vendor only).
#[utoipa::path(
    get,
    path = "/api/v1/key-batches",
    operation_id = "listKeyBatches",
    tag = "Product keys (vendor)",
    params(Paging),
    responses((status = 200, description = "A page", body = Page<KeyBatch>), Failures),
)]
pub async fn list(call: Call, Query(paging): Query<Paging>) -> Result<Response> {
    let operator = call.operator().await?;
    let batches = keys::batches(operator.app(), &operator.actor, paging.reach()?).await?;
    let (batches, next) = paging.page(batches, Order::NewestFirst, |(batch, _)| {
        place(batch.created_at, batch.id.uuid())
    })?;
    let items = batches
        .iter()
        .map(|(batch, redeemed)| KeyBatch::of(batch, Some(*redeemed)))
        .collect();
    Ok(Answer::ok(&Page { items, next })?.into_response())
}

/// Reads one batch (vendor only).
#[utoipa::path(
    get,
    path = "/api/v1/key-batches/{batch}",
    operation_id = "getKeyBatch",
    tag = "Product keys (vendor)",
    params(("batch" = String, Path, description = "Id")),
    responses((status = 200, description = "The batch", body = KeyBatch), Failures),
)]
pub async fn get(call: Call, Path(batch): Path<String>) -> Result<Response> {
    let operator = call.operator().await?;
    let batch = keys::batch(operator.app(), &operator.actor, path_id(&batch)?).await?;
    Ok(Answer::ok(&KeyBatch::of(&batch, None))?.into_response())
}

/// Makes a batch of product keys (vendor only); they are read from its `keys`.
#[utoipa::path(
    post,
    path = "/api/v1/key-batches",
    operation_id = "createKeyBatch",
    tag = "Product keys (vendor)",
    params(CommandHeaders),
    request_body = Input,
    responses((status = 200, description = "With `Prefer: preview`", body = Preview), (status = 201, description = "The new batch", body = KeyBatch), CommandFailures),
)]
pub async fn create(call: Call, body: Body) -> Result<Response> {
    let operator = call.operator().await?;
    let input: Input = body.read()?;
    let new = NewBatch {
        product: input.sku_id,
        quantity: input.quantity,
        term: input.term,
        country: input.country.map(|country| country.trim().to_ascii_uppercase()),
        redeem_by: input.redeem_by,
        label: input.label,
        count: input.count,
    };
    if operator.call.preview {
        let catalog = licensing::catalog(operator.app()).await?;
        let product = catalog.product(new.product).ok_or(Error::NotFound("product"))?;
        return previewed(Ok(json!({ "skuPartNumber": product.part_number, "count": new.count })));
    }
    let app = operator.app().clone();
    let actor = operator.actor.clone();
    let run = async move {
        let batch = keys::create_batch(&app, &actor, new).await?;
        let location = format!("/api/v1/key-batches/{}", batch.id.prefixed());
        Answer::created(&KeyBatch::of(&batch, Some(0)), &location)
    };
    operator.command(&body, run).await
}

/// Reads the keys of a batch, one line each after the heading `key` (vendor only).
#[utoipa::path(
    get,
    path = "/api/v1/key-batches/{batch}/keys",
    operation_id = "readProductKeys",
    tag = "Product keys (vendor)",
    params(("batch" = String, Path, description = "Id")),
    responses((status = 200, description = "All keys of the batch", body = String, content_type = "text/csv"), Failures),
)]
pub async fn keys_csv(call: Call, Path(batch): Path<String>) -> Result<Response> {
    let operator = call.operator().await?;
    let id: BatchId = path_id(&batch)?;
    let batch = keys::batch(operator.app(), &operator.actor, id).await?;
    let mut keys = keys::keys_of(operator.app(), &operator.actor, &batch)?;
    let heading = futures::stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"key\r\n"))]);
    // A piece at a time, so that millions need no memory and other requests get their turn between two pieces.
    let pieces = futures::stream::unfold((), move |()| {
        let mut text = String::with_capacity(KEYS_AT_ONCE * 31);
        for key in keys.by_ref().take(KEYS_AT_ONCE) {
            text.push_str(&key.to_string());
            text.push_str("\r\n");
        }
        async move {
            tokio::task::yield_now().await;
            (!text.is_empty()).then(|| (Ok(Bytes::from(text)), ()))
        }
    });
    let mut response = Response::new(HttpBody::from_stream(futures::StreamExt::chain(heading, pieces)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", batch.id.prefixed())) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Withdraws a whole batch; what is redeemed stays redeemed (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/key-batches/{batch}/revoke",
    operation_id = "revokeKeyBatch",
    tag = "Product keys (vendor)",
    params(("batch" = String, Path, description = "Id"), CommandHeaders),
    responses((status = 200, description = "The batch as it is now", body = OrPreview<KeyBatch>), CommandFailures),
)]
pub async fn revoke(call: Call, Path(batch): Path<String>, body: Body) -> Result<Response> {
    let operator = call.operator().await?;
    let id: BatchId = path_id(&batch)?;
    body.nothing()?;
    if operator.call.preview {
        keys::batch(operator.app(), &operator.actor, id).await?;
        return previewed(Ok(json!({})));
    }
    let app = operator.app().clone();
    let actor = operator.actor.clone();
    let run = async move {
        keys::revoke_batch(&app, &actor, id).await?;
        let batch = keys::batch(&app, &actor, id).await?;
        Answer::ok(&KeyBatch::of(&batch, None))
    };
    operator.command(&body, run).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectProductKey)]
pub struct InspectInput {
    /// In any case, with or without hyphens and spaces.
    key: String,
}

/// What the vendor sees of one product key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProductKeyInspection)]
struct Inspected {
    last_five: String,
    batch: KeyBatchOfKey,
    /// Its place in the batch, from 0.
    serial: u64,
    revoked: bool,
    #[schema(required)]
    redemption: Option<KeyRedemption>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeyBatchOfKey {
    id: String,
    sku_id: String,
    quantity: u32,
    term: String,
    #[schema(required)]
    country: Option<String>,
    #[schema(required, format = DateTime)]
    redeem_by: Option<String>,
    label: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeyRedemption {
    organization_id: String,
    subscription_id: String,
    #[schema(format = DateTime)]
    at: String,
}

/// Says which batch a product key is of and whether it is redeemed (vendor only).
#[utoipa::path(
    post,
    path = "/api/v1/product-keys/inspect",
    operation_id = "inspectProductKey",
    tag = "Product keys (vendor)",
    request_body = InspectInput,
    responses((status = 200, description = "What is known of it", body = Inspected), CommandFailures),
)]
pub async fn inspect(call: Call, body: Body) -> Result<Response> {
    let operator = call.operator().await?;
    let InspectInput { key } = body.read()?;
    let found = keys::inspect(operator.app(), &operator.actor, &key).await?;
    let batch = &found.batch;
    let shape = Inspected {
        last_five: found.last_five,
        serial: found.number.saturating_sub(batch.first_number),
        revoked: found.revoked,
        redemption: found.redemption.map(|redemption| KeyRedemption {
            organization_id: redemption.organization.prefixed(),
            subscription_id: redemption.subscription.prefixed(),
            at: time(redemption.at),
        }),
        batch: KeyBatchOfKey {
            id: batch.id.prefixed(),
            sku_id: batch.product.to_string(),
            quantity: batch.quantity,
            term: batch.term.to_string(),
            country: batch.country.clone(),
            redeem_by: batch.redeem_by.map(time),
            label: batch.label.clone(),
        },
    };
    Ok(Answer::ok(&shape)?.into_response())
}
