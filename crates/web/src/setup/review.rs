//! The review before Redeem: what each possible choice would give; choosing is the person's (PK-04).

use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::redemption::Choice as Redeem;
use aktiver_service::keys::{ChoiceReview, KeyReview, Review};
use aktiver_service::subscriptions;
use axum::http::StatusCode;
use axum::response::Response;

use super::entry::Entry;
use super::key::{WISH, carry, page as step, read_choice, write_choice};
use crate::components::{Cell, Choice, Column, Control, Empty, Facts, Field, FormBox, Section, Sheet, Table};
use crate::i18n::Text;
use crate::layout::Area;
use crate::session::Desk;
use crate::{doors, explain, words};

/// The last characters of a subscription's id, to tell two of one product apart.
pub fn short_id(id: SubscriptionId) -> String {
    let text = id.to_string();
    text.chars().skip(text.len().saturating_sub(6)).collect()
}

fn label(t: Text, choice: &ChoiceReview) -> String {
    let label = match choice.choice {
        Redeem::New => t.get("key-choice-new"),
        Redeem::Extend(id) => t.with("key-choice-extend", &[("subscription", short_id(id).into())]),
        Redeem::Add(id) => t.with("key-choice-add", &[("subscription", short_id(id).into())]),
    };
    if choice.recommended {
        format!("{label} {}", t.get("key-choice-recommended"))
    } else {
        label
    }
}

/// What each key gives.
pub fn key_table(t: Text, keys: &[KeyReview]) -> Table {
    let rows = keys
        .iter()
        .map(|key| {
            vec![
                Cell::text(&format!("… {}", key.last_five)),
                Cell::text(&key.product.name),
                Cell::text(&t.count(key.quantity.into())),
                Cell::text(&words::term(t, key.term)),
            ]
        })
        .collect();
    Table {
        t,
        id: "keys".to_owned(),
        caption: t.get("key-review-keys"),
        columns: vec![
            Column::text(t.get("key-column-key")),
            Column::text(t.get("column-product")),
            Column::number(t.get("column-licenses")),
            Column::text(t.get("column-term")),
        ],
        rows,
        empty: Empty {
            title: String::new(),
            text: String::new(),
            link: None,
        },
        filter: false,
    }
}

/// The review page. `missing` is what is wrong with the choice.
pub async fn page(desk: &Desk, entry: &Entry, found: &Review, wish: &str, missing: Option<String>) -> Response {
    let t = desk.t;
    let wished = read_choice(wish);
    let mut options = Vec::new();
    let mut refused = Facts::new();
    let known = subscriptions::list(&desk.app, &desk.ctx).await.unwrap_or_default();
    let before = |choice: Redeem| match choice {
        Redeem::New => None,
        Redeem::Extend(id) | Redeem::Add(id) => known
            .iter()
            .find(|view| view.subscription.id == id)
            .map(|view| view.subscription.quantity),
    };
    for choice in &found.choices {
        match &choice.result {
            Ok(outcome) => options.push(Choice {
                value: write_choice(choice.choice),
                label: label(t, choice),
                hint: Some(match before(choice.choice) {
                    Some(before) if before != outcome.quantity => t.with(
                        "key-choice-change",
                        &[
                            ("before", before.into()),
                            ("licenses", outcome.quantity.into()),
                            ("date", t.last_day(outcome.ends).into()),
                        ],
                    ),
                    _ => t.with(
                        "key-choice-result",
                        &[
                            ("licenses", outcome.quantity.into()),
                            ("date", t.last_day(outcome.ends).into()),
                        ],
                    ),
                }),
                selected: wished == Some(choice.choice),
            }),
            Err(reason) => {
                let words = explain::explain(t, reason, None);
                refused = refused.text(label(t, choice), &format!("{} {}", words.detail, words.remedy));
            }
        }
    }
    let field = Field::new(t, "choice", t.get("key-choice"), Control::Radios(options)).error(missing.clone());
    let form = carry(
        FormBox::new(t, doors::SETUP_KEY, &desk.csrf, t.get("key-redeem")),
        entry,
    )
    .hidden(WISH, wish)
    .fields(vec![field])
    .submit_as("step", "redeem")
    .other("step", "edit", t.get("key-edit"));
    let base = desk.page(Area::Home, "");
    let mut sheet = Sheet::new(step(base))
        .lead(t.get("key-review-lead"))
        .piece(&key_table(t, &found.keys))
        .piece(&Section::new("choose", t.get("key-review-choose")).card().piece(&form));
    if !refused.facts.is_empty() {
        sheet = sheet.piece(&Section::new("not", t.get("key-review-not")).piece(&refused));
    }
    let status = if missing.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    sheet.respond_with(status)
}
