//! `/console/products`: the catalog and its prices.

use aktiver_service::domain::Money;
use aktiver_service::domain::calendar::Term;
use aktiver_service::domain::ids::ProductId;
use aktiver_service::domain::money::Currency;
use aktiver_service::{Error, Result, billing, licensing};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::{id, page};
use crate::components::{Cell, Choice, Column, Control, Empty, Facts, Field, FormBox, Section, Sheet, Table};
use crate::forms::Sent;
use crate::i18n::Text;
use crate::notices::{Done, go};
use crate::session::{Console, Posted};
use crate::{doors, words};

fn price(t: Text, (_, term, unit): &(ProductId, Term, Money)) -> String {
    format!("{} / {}", words::money(t, *unit), words::term(t, *term))
}

/// GET `/console/products`
pub async fn list(desk: Console) -> Response {
    let work = async {
        let t = desk.t;
        let catalog = licensing::catalog(&desk.app).await?;
        let prices = billing::prices(&desk.app).await?;
        let mut products: Vec<_> = catalog.products.values().collect();
        products.sort_by(|a, b| a.name.cmp(&b.name));
        let rows = products
            .into_iter()
            .map(|product| {
                let own: Vec<String> = prices
                    .iter()
                    .filter(|one| one.0 == product.id)
                    .map(|one| price(t, one))
                    .collect();
                let plans = i64::try_from(product.plans.len()).unwrap_or(i64::MAX);
                vec![
                    Cell::link(&product.name, &format!("{}/{}", doors::CONSOLE_PRODUCTS, product.id)),
                    Cell::text(&product.part_number),
                    Cell::text(&t.count(plans)),
                    Cell::text(&if own.is_empty() {
                        t.get("price-none")
                    } else {
                        own.join(", ")
                    }),
                ]
            })
            .collect();
        let table = Table {
            t,
            id: "products".to_owned(),
            caption: t.get("console-products"),
            columns: vec![
                Column::text(t.get("column-product")),
                Column::text(t.get("column-part-number")),
                Column::number(t.get("column-services")),
                Column::text(t.get("column-prices")),
            ],
            rows,
            empty: Empty {
                title: t.get("catalog-none"),
                text: t.get("catalog-none-text"),
                link: None,
            },
            filter: true,
        };
        Ok(Sheet::new(page(&desk, t.get("console-products"), &[]))
            .piece(&table)
            .respond())
    };
    desk.respond(work).await
}

async fn show_page(desk: &Console, id: ProductId, form: &Sent, error: Option<String>) -> Result<Response> {
    let t = desk.t;
    let catalog = licensing::catalog(&desk.app).await?;
    let product = catalog.product(id).ok_or(Error::NotFound("product"))?;
    let prices = billing::prices(&desk.app).await?;
    let own: Vec<String> = prices
        .iter()
        .filter(|one| one.0 == id)
        .map(|one| price(t, one))
        .collect();
    let maximum = product
        .maximum_quantity
        .map_or_else(|| t.get("word-none"), |maximum| t.count(maximum.into()));
    let facts = Facts::new()
        .text(t.get("column-part-number"), &product.part_number)
        .text(t.get("fact-maximum"), &maximum)
        .text(
            t.get("fact-end-of-sale"),
            &if product.end_of_sale {
                t.get("word-yes")
            } else {
                t.get("word-no")
            },
        )
        .text(
            t.get("column-prices"),
            &if own.is_empty() {
                t.get("price-none")
            } else {
                own.join(", ")
            },
        )
        .text(t.get("fact-product-id"), &product.id.to_string());
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
        Field::new(t, "term", t.get("column-term"), Control::Select(terms)),
        Field::input(
            t,
            "currency",
            t.get("price-currency"),
            "text",
            form.filled("currency").unwrap_or("NOK"),
        )
        .hint(t.get("price-currency-hint")),
        Field::input(t, "price", t.get("price-field"), "text", form.text("price"))
            .hint(t.get("price-hint"))
            .error(error.clone()),
    ];
    let here = format!("{}/{id}", doors::CONSOLE_PRODUCTS);
    let form = FormBox::new(t, here, &desk.csrf, t.get("price-set")).fields(fields);
    let mut services: Vec<String> = product
        .plans
        .iter()
        .filter_map(|plan| catalog.plan(*plan))
        .map(|plan| plan.friendly_name.clone())
        .collect();
    services.sort();
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = page(
        desk,
        product.name.clone(),
        &[(t.get("console-products"), doors::CONSOLE_PRODUCTS.to_owned())],
    );
    Ok(Sheet::new(page)
        .piece(&Section::new("facts", t.get("console-facts")).card().piece(&facts))
        .piece(&Section::new("price", t.get("price-set")).card().piece(&form))
        .piece(&Section::new("services", t.get("column-services")).paragraph(&services.join(", ")))
        .respond_with(status))
}

/// GET `/console/products/{id}`
pub async fn show(desk: Console, Path(text): Path<String>) -> Response {
    let work = async { show_page(&desk, id(&text)?, &Sent::default(), None).await };
    desk.respond(work).await
}

/// An amount as people write it, `1250`, `1 250,50` or `1,250.50`, in minor units.
pub fn amount(text: &str, currency: Currency) -> Option<Money> {
    let digits = usize::from(currency.exponent().unwrap_or(0));
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // The last separator with at most the currency's digits behind it parts the fraction.
    let (whole, fraction) = match text.rfind([',', '.']) {
        Some(at) if text.len() - at - 1 <= digits => (&text[..at], &text[at + 1..]),
        _ => (text.as_str(), ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, ',' | '.')).collect();
    let figures = format!("{whole}{fraction:0<digits$}");
    let fits = !whole.is_empty() && figures.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| figures.parse().ok())
        .flatten()
        .map(|minor| Money::new(minor, currency))
}

/// POST `/console/products/{id}`
pub async fn set_price(Path(text): Path<String>, Posted { desk, form }: Posted<Console>) -> Response {
    let work = async {
        let id: ProductId = id(&text)?;
        let unit = Currency::from_code(&form.text("currency").to_uppercase())
            .and_then(|currency| amount(form.text("price"), currency));
        let Some(unit) = unit else {
            return show_page(&desk, id, &form, Some(desk.t.get("price-wrong"))).await;
        };
        let term = form.text("term").parse().unwrap_or(Term::Year);
        billing::set_price(&desk.app, &desk.actor, id, term, unit).await?;
        Ok(go(&format!("{}/{id}", doors::CONSOLE_PRODUCTS), Done::PriceSet))
    };
    desk.respond(work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let minor = |text: &str| amount(text, Currency::NOK).map(|money| money.minor);
        assert_eq!(minor("1250"), Some(125_000));
        assert_eq!(minor("1 250,50"), Some(125_050));
        assert_eq!(minor("1,250.5"), Some(125_050));
        assert_eq!(minor("1,250"), Some(125_000));
        assert_eq!(minor("0.05"), Some(5));
        assert_eq!(minor(""), None);
        assert_eq!(minor("-3"), None);
        assert_eq!(minor("12kr"), None);
        assert_eq!(amount("500", Currency::JPY).map(|money| money.minor), Some(500));
    }
}
