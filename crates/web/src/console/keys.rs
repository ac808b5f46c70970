//! `/console/keys`: batches of product keys; the look-up of one key.

use aktiver_service::domain::Timestamp;
use aktiver_service::domain::calendar::{self, Term};
use aktiver_service::domain::ids::{BatchId, ProductId};
use aktiver_service::domain::redemption::Batch;
use aktiver_service::keys::{self, NewBatch};
use aktiver_service::{Error, Result, licensing};
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::{id, page};
use crate::components::{
    Cell, Choice, Column, Control, Empty, Facts, Field, FormBox, Notice, Section, Sheet, Table, Tone,
};
use crate::forms::Sent;
use crate::notices::{Done, go};
use crate::session::{Console, Posted};
use crate::{countries, doors, explain, words};

/// Batches on the page.
const BATCHES: u32 = 100;
/// Keys in one piece of a download.
const PIECE: usize = 1_000;

type Wrong = Vec<(String, String)>;

async fn batch_form(desk: &Console, form: &Sent, wrong: &Wrong) -> Result<FormBox> {
    let t = desk.t;
    let catalog = licensing::catalog(&desk.app).await?;
    let error = |field: &str| {
        wrong
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, message)| message.clone())
    };
    let mut products: Vec<_> = catalog.products.values().collect();
    products.sort_by(|a, b| a.name.cmp(&b.name));
    let options = products
        .into_iter()
        .map(|product| Choice {
            value: product.id.to_string(),
            label: format!("{} ({})", product.name, product.part_number),
            hint: None,
            selected: form.text("product") == product.id.to_string(),
        })
        .collect();
    let terms = Term::ALL
        .into_iter()
        .map(|term| Choice {
            value: term.as_str().to_owned(),
            label: words::term(t, term),
            hint: None,
            selected: form.filled("term").unwrap_or("P1Y") == term.as_str(),
        })
        .collect();
    let fields = vec![
        Field::new(t, "product", t.get("column-product"), Control::Select(options)).error(error("product")),
        Field::input(
            t,
            "quantity",
            t.get("batch-quantity"),
            "number",
            form.filled("quantity").unwrap_or("5"),
        )
        .between(1, None)
        .error(error("quantity")),
        Field::new(t, "term", t.get("column-term"), Control::Select(terms)),
        Field::input(
            t,
            "count",
            t.get("batch-count"),
            "number",
            form.filled("count").unwrap_or("10"),
        )
        .between(1, None)
        .error(error("count")),
        Field::input(t, "label", t.get("batch-label"), "text", form.text("label"))
            .hint(t.get("batch-label-hint"))
            .error(error("label")),
        countries::field(t, "country", t.get("batch-country"), form.text("country"))
            .optional()
            .error(error("country")),
        Field::input(t, "redeem-by", t.get("batch-redeem-by"), "date", form.text("redeem-by"))
            .optional()
            .error(error("redeemBy")),
    ];
    Ok(FormBox::new(t, doors::CONSOLE_KEYS, &desk.csrf, t.get("batch-create")).fields(fields))
}

async fn show_page(desk: &Console, form: &Sent, wrong: &Wrong, found: Option<Section>) -> Result<Response> {
    let t = desk.t;
    let catalog = licensing::catalog(&desk.app).await?;
    let batches = keys::batches(&desk.app, &desk.actor, BATCHES).await?;
    let rows = batches
        .iter()
        .map(|(batch, redeemed)| {
            let product = catalog
                .product(batch.product)
                .map_or("–", |product| product.name.as_str());
            let count = |number: u64| t.count(i64::try_from(number).unwrap_or(i64::MAX));
            vec![
                Cell::text(&batch.label),
                Cell::text(product),
                Cell::text(&t.count(batch.quantity.into())),
                Cell::text(&words::term(t, batch.term)),
                Cell::text(&format!("{} / {}", count(*redeemed), count(batch.count))),
                Cell::text(&t.date(batch.created_at)),
                Cell::link(
                    &t.get("batch-download"),
                    &format!("{}/{}/keys.csv", doors::CONSOLE_KEYS, batch.id),
                ),
            ]
        })
        .collect();
    let table = Table {
        t,
        id: "batches".to_owned(),
        caption: t.get("batches-caption"),
        columns: vec![
            Column::text(t.get("batch-label")),
            Column::text(t.get("column-product")),
            Column::number(t.get("column-licenses")),
            Column::text(t.get("column-term")),
            Column::number(t.get("batch-redeemed")),
            Column::text(t.get("column-date")),
            Column::text(t.get("column-action")),
        ],
        rows,
        empty: Empty {
            title: t.get("batches-none"),
            text: t.get("batches-none-text"),
            link: None,
        },
        filter: true,
    };
    let inspect = FormBox::new(
        t,
        format!("{}/inspect", doors::CONSOLE_KEYS),
        &desk.csrf,
        t.get("key-inspect-submit"),
    )
    .fields(vec![
        Field::new(t, "key", t.get("key-field"), Control::ProductKey(String::new())).hint(t.get("key-inspect-hint")),
    ]);
    let mut sheet = Sheet::new(page(desk, t.get("console-keys"), &[])).lead(t.get("console-keys-lead"));
    if let Some(found) = found {
        sheet = sheet.piece(&found);
    }
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(sheet
        .piece(&table)
        .piece(
            &Section::new("create", t.get("batch-create"))
                .card()
                .piece(&batch_form(desk, form, wrong).await?),
        )
        .piece(&Section::new("inspect", t.get("key-inspect")).card().piece(&inspect))
        .respond_with(status))
}

/// GET `/console/keys`
pub async fn list(desk: Console) -> Response {
    desk.respond(show_page(&desk, &Sent::default(), &Vec::new(), None))
        .await
}

/// The end of the day named, or what is wrong with it.
fn end_of(text: &str) -> std::result::Result<Option<Timestamp>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let date: jiff::civil::Date = text.parse().map_err(|_| ())?;
    Ok(Some(calendar::midnight(date.tomorrow().map_err(|_| ())?)))
}

/// POST `/console/keys`
pub async fn create(Posted { desk, form }: Posted<Console>) -> Response {
    let work = async {
        let t = desk.t;
        let mut wrong: Wrong = Vec::new();
        let product = ProductId::parse(form.text("product"));
        if product.is_err() {
            wrong.push(("product".to_owned(), t.get("field-choose-one")));
        }
        let quantity = form.text("quantity").parse::<u32>();
        if quantity.is_err() {
            wrong.push(("quantity".to_owned(), t.get("quantity-wrong")));
        }
        let count = form.text("count").parse::<u64>();
        if count.is_err() {
            wrong.push(("count".to_owned(), t.get("quantity-wrong")));
        }
        let redeem_by = end_of(form.text("redeem-by"));
        if redeem_by.is_err() {
            wrong.push(("redeemBy".to_owned(), t.get("field-date-wrong")));
        }
        let (Ok(product), Ok(quantity), Ok(count), Ok(redeem_by)) = (product, quantity, count, redeem_by) else {
            return show_page(&desk, &form, &wrong, None).await;
        };
        let new = NewBatch {
            product,
            quantity,
            term: form.text("term").parse().unwrap_or(Term::Year),
            country: form.filled("country").map(str::to_owned),
            redeem_by,
            label: form.text("label").to_owned(),
            count,
        };
        match keys::create_batch(&desk.app, &desk.actor, new).await {
            Ok(_) => Ok(go(doors::CONSOLE_KEYS, Done::BatchCreated)),
            Err(Error::Invalid { field, message, remedy }) => {
                wrong.push((field, format!("{message}: {remedy}")));
                show_page(&desk, &form, &wrong, None).await
            }
            Err(error) => Err(error),
        }
    };
    desk.respond(work).await
}

/// POST `/console/keys/inspect`
pub async fn inspect(Posted { desk, form }: Posted<Console>) -> Response {
    let work = async {
        let t = desk.t;
        let section = Section::new("found", t.get("key-inspect-found")).card();
        let section = match keys::inspect(&desk.app, &desk.actor, form.text("key")).await {
            Ok(found) => {
                let catalog = licensing::catalog(&desk.app).await?;
                let product = catalog
                    .product(found.batch.product)
                    .map_or_else(|| found.batch.product.to_string(), |product| product.name.clone());
                let state = match &found.redemption {
                    Some(redemption) => t.with(
                        "key-inspect-redeemed",
                        &[
                            ("date", t.date(redemption.at).into()),
                            ("organization", redemption.organization.to_string().into()),
                        ],
                    ),
                    None if found.revoked => t.get("refusal-key-revoked-title"),
                    None => t.get("key-inspect-unused"),
                };
                let number = i64::try_from(found.number).unwrap_or(i64::MAX);
                let facts = Facts::new()
                    .text(t.get("key-column-key"), &format!("… {}", found.last_five))
                    .text(t.get("column-product"), &product)
                    .text(t.get("column-licenses"), &t.count(found.batch.quantity.into()))
                    .text(t.get("column-term"), &words::term(t, found.batch.term))
                    .text(t.get("batch-label"), &found.batch.label)
                    .text(t.get("key-number"), &t.count(number))
                    .text(t.get("column-state"), &state);
                section.piece(&facts)
            }
            Err(Error::Refused(refusal)) => {
                let words = explain::explain(t, &refusal, None);
                section.piece(&Notice::new(Tone::Warning, words.title).text(words.detail))
            }
            Err(Error::NotFound(_)) => section.piece(&Notice::new(Tone::Warning, t.get("key-inspect-unknown"))),
            Err(error) => return Err(error),
        };
        show_page(&desk, &Sent::default(), &Vec::new(), Some(section)).await
    };
    desk.respond(work).await
}

/// GET `/console/keys/{id}/keys.csv`: the keys of a batch, one per line.
pub async fn download(desk: Console, Path(text): Path<String>) -> Response {
    let work = async {
        let batch: Batch = keys::batch(&desk.app, &desk.actor, id::<_>(&text)?).await?;
        file(&desk, &batch)
    };
    desk.respond(work).await
}

fn file(desk: &Console, batch: &Batch) -> Result<Response> {
    let mut keys = keys::keys_of(&desk.app, &desk.actor, batch)?;
    let id: BatchId = batch.id;
    let mut first = true;
    let pieces = std::iter::from_fn(move || {
        let mut piece = String::new();
        if std::mem::take(&mut first) {
            piece.push_str("key\r\n");
        }
        for key in keys.by_ref().take(PIECE) {
            piece.push_str(key.text().as_str());
            piece.push_str("\r\n");
        }
        (!piece.is_empty()).then_some(Ok::<_, std::convert::Infallible>(piece))
    });
    let mut response = Response::new(Body::from_stream(futures::stream::iter(pieces)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::try_from(format!("attachment; filename=\"keys-{id}.csv\"")).map_err(Error::internal)?,
    );
    Ok(response)
}
