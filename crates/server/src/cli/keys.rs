//! `aktiver keys`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use aktiver_domain::Timestamp;
use aktiver_domain::calendar::{self, Term};
use aktiver_domain::catalog::{Catalog, Product};
use aktiver_domain::ids::{BatchId, ProductId};
use aktiver_domain::redemption::Batch;
use aktiver_service::keys::{self, NewBatch};
use aktiver_service::{Actor, App, licensing};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::output::{note, spoken};
use super::{Output, app};
use crate::failure::{Failure, Result};
use crate::private_file;
use crate::settings::Settings;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a batch of product keys, and write them as CSV
    ///
    /// The keys are not stored: `aktiver keys export` writes the same ones again.
    Create {
        /// Id or part number of the product
        #[arg(long, value_name = "PRODUCT")]
        product: String,
        /// Licenses per key
        #[arg(long, value_name = "N")]
        quantity: u32,
        /// P1M, P1Y or P3Y
        #[arg(long, value_parser = term)]
        term: Term,
        /// How many keys
        #[arg(long, value_name = "N")]
        count: u64,
        /// Country (ISO 3166-1) whose organizations alone may redeem them
        #[arg(long, value_name = "CODE")]
        country: Option<String>,
        /// Last day on which they can be redeemed (YYYY-MM-DD)
        #[arg(long, value_name = "DATE", value_parser = last_day)]
        redeem_by: Option<Timestamp>,
        /// What the batch is called in lists
        #[arg(long, default_value = "")]
        label: String,
        /// File to write the keys to; it must not exist [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write the keys of a batch again
    Export {
        /// Id of the batch
        batch: String,
        /// File to write the keys to; it must not exist [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the newest batches
    List {
        /// How many, at most
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show what a key is worth, and whether and by whom it was redeemed
    Inspect { key: String },
}

fn term(text: &str) -> Result<Term, String> {
    text.to_ascii_uppercase()
        .parse()
        .map_err(|error: aktiver_domain::BadText| error.to_string())
}

/// Keys are good through the day's end.
fn last_day(text: &str) -> Result<Timestamp, String> {
    let day: Date = text
        .parse()
        .map_err(|_| format!("{text:?} is no date; write YYYY-MM-DD"))?;
    day.tomorrow()
        .map(calendar::midnight)
        .map_err(|_| format!("{text} is too far in the future"))
}

pub(super) async fn run(command: Command, settings: &Settings, output: Output) -> Result<()> {
    let actor = Actor::System;
    match command {
        Command::Create {
            product,
            quantity,
            term,
            count,
            country,
            redeem_by,
            label,
            out,
        } => {
            let app = app(settings).await?;
            let catalog = licensing::catalog(&app).await?;
            let product = find(&catalog, &product)?.id;
            // First the file: a batch whose keys cannot be written would have to be looked for.
            let file = out.as_deref().map(create).transpose()?;
            let country = country.map(|code| code.to_ascii_uppercase());
            let new = NewBatch {
                product,
                quantity,
                term,
                country,
                redeem_by,
                label,
                count,
            };
            let batch = match keys::create_batch(&app, &actor, new).await {
                Ok(batch) => batch,
                Err(error) => {
                    if let Some(path) = &out {
                        // Made a moment ago and empty.
                        let _ = std::fs::remove_file(path);
                    }
                    return Err(error.into());
                }
            };
            export(&app, &catalog, &batch, file.zip(out), output)
        }
        Command::Export { batch, out } => {
            let id = BatchId::parse(&batch)
                .map_err(|error| Failure::not_done(error.to_string(), "`aktiver keys list` shows the batches"))?;
            let app = app(settings).await?;
            let batch = keys::batch(&app, &actor, id).await?;
            let catalog = licensing::catalog(&app).await?;
            let file = out.as_deref().map(create).transpose()?;
            export(&app, &catalog, &batch, file.zip(out), output)
        }
        Command::List { limit } => {
            let app = app(settings).await?;
            let catalog = licensing::catalog(&app).await?;
            let batches = keys::batches(&app, &actor, limit).await?;
            let mut text = Vec::new();
            let mut items = Vec::new();
            for (batch, redeemed) in &batches {
                text.push(format!(
                    "{}  {redeemed} redeemed of {}",
                    line(batch, &catalog),
                    batch.count
                ));
                let mut item = batch_json(batch, &catalog);
                set(&mut item, "redeemed", json!(redeemed));
                items.push(item);
            }
            let text = if text.is_empty() {
                "There are no batches.".to_owned()
            } else {
                text.join("\n")
            };
            output.say(&text, &json!({ "items": items }))
        }
        Command::Inspect { key } => {
            let app = app(settings).await?;
            let found = keys::inspect(&app, &actor, &key).await?;
            let catalog = licensing::catalog(&app).await?;
            let state = match (&found.redemption, found.revoked) {
                (Some(redemption), _) => {
                    format!(
                        "redeemed {} by the organization {}",
                        redemption.at, redemption.organization
                    )
                }
                (None, true) => "revoked".to_owned(),
                (None, false) => "not redeemed".to_owned(),
            };
            let redemption = found.redemption.as_ref().map(|redemption| {
                json!({
                    "organization": redemption.organization.to_string(),
                    "subscription": redemption.subscription.to_string(),
                    "order": redemption.order.to_string(),
                    "actor": redemption.actor,
                    "at": redemption.at.to_string(),
                })
            });
            output.say(
                &format!("key …{}: {state}\n{}", found.last_five, line(&found.batch, &catalog)),
                &json!({
                    "lastFive": found.last_five,
                    "number": found.number,
                    "revoked": found.revoked,
                    "redemption": redemption,
                    "batch": batch_json(&found.batch, &catalog),
                }),
            )
        }
    }
}

/// The product that a text names by id or part number.
fn find<'a>(catalog: &'a Catalog, text: &str) -> Result<&'a Product> {
    let by_id = ProductId::parse(text).ok().and_then(|id| catalog.product(id));
    by_id.or_else(|| catalog.by_part_number(text)).ok_or_else(|| {
        Failure::not_done(
            format!("there is no product {text:?}"),
            "give its id or part number; `aktiver catalog import` adds products",
        )
    })
}

fn create(path: &Path) -> Result<File> {
    private_file::create(path).map_err(|error| Failure::file("make", path, &error))
}

/// How often the progress is drawn, in keys.
const STEP: u64 = 8192;

fn export(app: &App, catalog: &Catalog, batch: &Batch, file: Option<(File, PathBuf)>, output: Output) -> Result<()> {
    let summary = batch_json(batch, catalog);
    let keys = keys::keys_of(app, &Actor::System, batch)?.map(|key| key.to_string());
    match file {
        Some((file, path)) => {
            let bar = ProgressBar::new(batch.count);
            if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} keys {eta}") {
                bar.set_style(style);
            }
            let counted = keys.enumerate().map(|(index, key)| {
                let done = u64::try_from(index).unwrap_or(u64::MAX);
                if done.is_multiple_of(STEP) {
                    bar.set_position(done);
                }
                key
            });
            let written =
                write_csv(BufWriter::new(&file), counted, &Columns::of(batch, catalog)).and_then(|()| file.sync_all());
            bar.finish_and_clear();
            written.map_err(|error| {
                let again = format!("run `aktiver keys export {}` once there is room", batch.id);
                Failure::unavailable(format!("cannot write {}: {error}", path.display()), again)
            })?;
            let mut json = json!({ "batch": summary });
            set(&mut json, "file", json!(path));
            output.say(
                &format!("{} keys in {}\n{}", batch.count, path.display(), line(batch, catalog)),
                &json,
            )
        }
        None => {
            let out = BufWriter::new(io::stdout().lock());
            match output {
                Output::Text => {
                    note(&line(batch, catalog));
                    spoken(write_csv(out, keys, &Columns::of(batch, catalog)))
                }
                Output::Json => spoken(write_json(out, keys, &summary)),
            }
        }
    }
}

/// What stands beside each key.
struct Columns([String; 6]);

impl Columns {
    fn of(batch: &Batch, catalog: &Catalog) -> Self {
        Self([
            batch.product.to_string(),
            part_number(batch, catalog).to_owned(),
            batch.quantity.to_string(),
            batch.term.to_string(),
            batch.country.clone().unwrap_or_default(),
            redeem_by(batch).unwrap_or_default(),
        ])
    }
}

fn write_csv(out: impl Write, keys: impl Iterator<Item = String>, columns: &Columns) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "key",
        "skuId",
        "skuPartNumber",
        "quantity",
        "term",
        "country",
        "redeemBy",
    ])?;
    for key in keys {
        csv.write_field(&key)?;
        csv.write_record(&columns.0)?;
    }
    csv.flush()
}

/// One object, written as it comes.
fn write_json(mut out: impl Write, keys: impl Iterator<Item = String>, batch: &Value) -> io::Result<()> {
    write!(out, "{{\"batch\":{batch},\"keys\":[")?;
    for (index, key) in keys.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(out, "{comma}\n\"{key}\"")?;
    }
    writeln!(out, "\n]}}")?;
    out.flush()
}

fn part_number<'a>(batch: &Batch, catalog: &'a Catalog) -> &'a str {
    catalog
        .product(batch.product)
        .map_or("", |product| product.part_number.as_str())
}

/// The last day, as people write it.
fn redeem_by(batch: &Batch) -> Option<String> {
    batch.redeem_by.map(|end| calendar::last_day(end).to_string())
}

fn line(batch: &Batch, catalog: &Catalog) -> String {
    let mut line = format!(
        "batch {}: {} × {} licenses, {}",
        batch.id,
        part_number(batch, catalog),
        batch.quantity,
        batch.term,
    );
    for (word, value) in [("country", batch.country.clone()), ("redeem by", redeem_by(batch))] {
        if let Some(value) = value {
            line.push_str(&format!(", {word} {value}"));
        }
    }
    if !batch.label.is_empty() {
        line.push_str(&format!(", {:?}", batch.label));
    }
    line
}

fn batch_json(batch: &Batch, catalog: &Catalog) -> Value {
    json!({
        "id": batch.id.to_string(),
        "skuId": batch.product.to_string(),
        "skuPartNumber": part_number(batch, catalog),
        "quantity": batch.quantity,
        "term": batch.term.as_str(),
        "country": batch.country,
        "redeemBy": redeem_by(batch),
        "label": batch.label,
        "count": batch.count,
        "createdAt": batch.created_at.to_string(),
        "revokedAt": batch.revoked_at.map(|at| at.to_string()),
    })
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_good_through_the_named_day() {
        assert_eq!(
            last_day("2027-06-30").unwrap(),
            "2027-07-01T00:00:00Z".parse::<Timestamp>().unwrap()
        );
        assert!(last_day("30.6.2027").unwrap_err().contains("YYYY-MM-DD"));
        assert!(last_day("9999-12-31").is_err());
    }
}
