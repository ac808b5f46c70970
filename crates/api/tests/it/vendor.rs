//! What the tests of the vendor API share.

use aktiver_domain::Money;
use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::Product;
use aktiver_domain::money::Currency;
use aktiver_domain::policy::Channel;
use aktiver_service::billing::NewMethod;
use aktiver_service::ports::NewCard;
use aktiver_service::subscriptions::{Provision, SubscriptionView};
use aktiver_service::{Actor, billing, operators};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::harness::{Answer, Harness, PASSWORD};

/// An operator's opaque token.
pub async fn operator_token(t: &Harness) -> String {
    let operator = operators::create(&t.app, "otto", PASSWORD).await.unwrap();
    let actor = Actor::Operator {
        id: operator.id,
        name: operator.name,
    };
    operators::create_token(&t.app, &actor).await.unwrap()
}

/// An address inside Fjordvik.
pub fn at(t: &Harness, rest: &str) -> String {
    format!("/api/v1/organizations/{}{rest}", t.organization)
}

/// A request with headers of its own.
pub async fn send(
    t: &Harness,
    method: Method,
    token: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "aktiver.test")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    t.send(request.body(Body::from(body.to_string())).unwrap()).await
}

pub async fn post(t: &Harness, token: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
    send(t, Method::POST, token, path, headers, &body).await
}

pub const PREVIEW: &[(&str, &str)] = &[("prefer", "preview")];

/// 1200 NOK a year and 100 a month for each license.
pub async fn priced(t: &Harness, number: u128) -> Product {
    let product = t.product(number, &["WRITER", "SHEETS"]).await;
    for (term, minor) in [(Term::Year, 120_000), (Term::Month, 10_000)] {
        let price = Money::new(minor, Currency::NOK);
        billing::set_price(&t.app, &t.operator, product.id, term, price)
            .await
            .unwrap();
    }
    product
}

/// A monthly subscription under the older agreement, paid by card, which is reactivated by extending its term.
pub async fn classic(
    t: &Harness,
    product: &Product,
    quantity: u32,
    change: impl FnOnce(&mut Provision),
) -> SubscriptionView {
    let ctx = t.as_operator(t.organization).await;
    let card = NewCard {
        number: "4242424242424242".to_owned(),
        expiry: "12/29".to_owned(),
        security_code: None,
        holder: "Ada Admin".to_owned(),
        country: "NO".to_owned(),
    };
    let method = billing::add_method(&t.app, &ctx, NewMethod::SandboxCard(card))
        .await
        .unwrap();
    t.subscription(product, quantity, |new| {
        new.payment_method = Some(method.id);
        new.channel = Channel::DirectClassic;
        new.term = Term::Month;
        new.recurring = Some(false);
        change(new);
    })
    .await
}

pub fn card(number: &str) -> Value {
    json!({ "type": "sandboxCard", "number": number, "expiry": "12/29", "name": "Ada Admin", "country": "NO" })
}

/// Moves Fjordvik's clock.
pub async fn advance(t: &Harness, token: &str, by: &str) {
    t.post(token, &at(t, "/clock"), json!({ "advance": by }))
        .await
        .expect(200);
}

/// How many ledger lines of a type there are.
pub async fn lines(t: &Harness, token: &str, kind: &str) -> usize {
    let ledger = t.get(token, &at(t, "/invoices")).await.expect(200);
    ledger["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["type"] == kind)
        .count()
}
