//! GET `/admin/bills`: what was charged and credited, and what is owed.

use aktiver_service::billing;
use axum::response::Response;

use super::page;
use crate::components::{Cell, Column, Empty, Notice, Sheet, Table, Tone};
use crate::i18n::Text;
use crate::layout::Area;
use crate::session::Desk;
use crate::{doors, words};

/// Lines on the page.
const LINES: u32 = 200;

/// What a line is about.
pub fn kind(t: Text, kind: &str) -> String {
    match kind {
        "Purchase" => t.get("bill-purchase"),
        "Renew" => t.get("bill-renew"),
        "Re-enable" => t.get("bill-re-enable"),
        "Add quantity" => t.get("bill-add"),
        "Remove quantity" => t.get("bill-remove"),
        "Cancel" => t.get("bill-cancel"),
        "Convert" => t.get("bill-convert"),
        "Credit" => t.get("bill-credit"),
        "Payment" => t.get("bill-payment"),
        other => other.to_owned(),
    }
}

/// GET `/admin/bills`
pub async fn list(desk: Desk) -> Response {
    let work = async {
        let t = desk.t;
        let lines = billing::ledger(&desk.app, &desk.ctx, LINES).await?;
        let balance = billing::balance(&desk.app, &desk.ctx).await?;
        let rows = lines
            .iter()
            .map(|line| {
                let about = match line.subscription {
                    Some(id) => Cell::link(&line.text, &format!("{}/{id}", doors::ADMIN_PRODUCTS)),
                    None => Cell::text(&line.text),
                };
                let quantity = line
                    .quantity
                    .map_or_else(|| "–".to_owned(), |quantity| t.count(quantity.into()));
                vec![
                    Cell::text(&t.date(line.at)),
                    Cell::text(&kind(t, line.kind.as_str())),
                    about,
                    Cell::text(&quantity),
                    Cell::text(&words::money(t, line.amount)),
                ]
            })
            .collect();
        let table = Table {
            t,
            id: "bills".to_owned(),
            caption: t.get("bills-caption"),
            columns: vec![
                Column::text(t.get("column-date")),
                Column::text(t.get("column-kind")),
                Column::text(t.get("column-product")),
                Column::number(t.get("column-licenses")),
                Column::number(t.get("column-amount")),
            ],
            rows,
            empty: Empty {
                title: t.get("bills-none"),
                text: t.get("bills-none-text"),
                link: None,
            },
            filter: true,
        };
        let mut sheet = Sheet::new(page(&desk, t.get("bills-title"), &[])).lead(t.get("bills-lead"));
        if let Some(balance) = balance {
            let amount = words::money(t, if balance.minor < 0 { balance.negated()? } else { balance });
            let (tone, title) = match balance.minor {
                0 => (Tone::Success, t.get("balance-none")),
                minor if minor < 0 => (Tone::Success, t.with("balance-credit", &[("amount", amount.into())])),
                _ => (Tone::Info, t.with("balance-owed", &[("amount", amount.into())])),
            };
            sheet = sheet.piece(&Notice::new(tone, title));
        }
        Ok(sheet.piece(&table).respond())
    };
    desk.respond(Area::Admin, work).await
}
