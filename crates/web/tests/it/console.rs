//! The vendor's console.

use aktiver_service::domain::policy::Channel;
use axum::http::StatusCode;

use crate::support::attributes;
use crate::world::World;

#[tokio::test]
async fn s_07_the_provider_reactivates_for_the_customer() {
    let world = World::new().await;
    let id = world.sell(Channel::DirectClassic, 5).await.subscription.id;
    let mut kari = world.admin().await;
    kari.get("/admin/payment-methods").await;
    let card = [
        ("number", "4242424242424242"),
        ("expiry", "09/29"),
        ("holder", "Kari"),
        ("method", "card"),
    ];
    kari.submit("#add form", &card).await;
    world.pass_days(370);
    let mut vera = world.vera().await;
    vera.get("/console?search=Fjord").await;
    let link = vera
        .links()
        .into_iter()
        .find(|link| link.starts_with("/console/organizations/"))
        .unwrap();
    vera.get(&link).await;
    vera.sees("Contoso Suite E3");
    vera.get(&format!("{link}/subscriptions/{id}")).await;
    vera.submit("#reactivate form", &[]).await;
    vera.sees("The subscription is active again");
    vera.submit("#stop form", &[]).await;
    vera.sees("Give a reason");
    vera.submit("#stop form", &[("reason", "chargeback")]).await;
    vera.sees("The subscription is disabled");
    vera.get(&format!("{link}/audit")).await;
    vera.sees("subscription.reactivated");
    vera.get(&link).await;
    vera.submit("form[action$='/blocked']", &[]).await;
    vera.sees("The billing account is blocked");
    let mut kari = world.admin().await;
    kari.get(&format!("/admin/products/{id}")).await;
    kari.sees("The billing account is blocked");
    vera.submit("form[action$='/blocked']", &[]).await;
    vera.sees("The billing account is open again");
    if vera.says().contains("is owed") {
        vera.submit("#payment form", &[("amount", "none")]).await;
        vera.sees("Enter the amount that was paid");
        vera.submit("#payment form", &[("amount", "1000"), ("note", "Bank 17")])
            .await;
        vera.sees("The payment is recorded");
    }
}

#[tokio::test]
async fn batches_of_keys_are_made_downloaded_and_looked_up() {
    let world = World::new().await;
    let mut vera = world.vera().await;
    vera.get("/console/keys").await;
    vera.submit("#create form", &[("count", "many"), ("label", "Nordlys")])
        .await;
    assert_eq!(vera.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(attributes(&vera.html(), "#field-label", "value"), ["Nordlys"]);
    vera.submit(
        "#create form",
        &[("count", "3"), ("label", "Nordlys"), ("redeem-by", "2027-12-31")],
    )
    .await;
    vera.sees("The batch is made");
    vera.sees("0 / 3");
    let link = vera
        .links()
        .into_iter()
        .find(|link| link.ends_with("keys.csv"))
        .unwrap();
    vera.get(&link).await;
    let lines: Vec<String> = vera.page.body.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0], "key");
    vera.get("/console/keys").await;
    vera.submit("#inspect form", &[("key", &lines[1])]).await;
    vera.sees("Not used");
}

#[tokio::test]
async fn requests_are_answered_and_prices_set() {
    let world = World::new().await;
    let mut kari = world.admin().await;
    kari.get("/admin/support/new?topic=keyError").await;
    kari.submit(
        "main form",
        &[("title", "Key refused"), ("description", "It says used")],
    )
    .await;
    let request = kari.path.clone();
    let mut vera = world.vera().await;
    vera.get("/console/support").await;
    vera.sees("Key refused");
    let link = vera
        .links()
        .into_iter()
        .find(|link| link.starts_with("/console/support/"))
        .unwrap();
    vera.get(&link).await;
    vera.submit("#answer form", &[("text", "Here is another one.")]).await;
    vera.sees("Your message has been sent");
    kari.get(request.split('?').next().unwrap()).await;
    kari.sees("Here is another one.");
    kari.get("/admin").await;
    kari.sees("Support has answered: Key refused");
    vera.submit("#status form", &[("status", "closed")]).await;
    vera.sees("The status is set");
    vera.get(&format!("/console/products/{}", world.suite.id)).await;
    vera.submit("#price form", &[("price", "nothing")]).await;
    assert_eq!(vera.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    vera.submit("#price form", &[("price", "1 350,50"), ("term", "P1M")])
        .await;
    vera.sees("NOK 1,350.50 / One month");
}

#[tokio::test]
async fn every_page_of_the_console_stands_in_norwegian_too() {
    let world = World::new().await;
    let organization = world.fjordvik.id;
    let mut vera = world.vera().await;
    for path in [
        "/console".to_owned(),
        "/console/keys".to_owned(),
        "/console/support".to_owned(),
        "/console/products".to_owned(),
        format!("/console/organizations/{organization}/audit"),
    ] {
        vera.language = "en";
        vera.get(&path).await;
        let english = vera.texts("h1");
        vera.language = "nb";
        vera.get(&path).await;
        assert_eq!(vera.page.status, StatusCode::OK);
        assert_ne!(english, vera.texts("h1"), "{path}");
    }
    vera.get("/console/organizations/00000000-0000-0000-0000-000000000001")
        .await;
    assert_eq!(vera.page.status, StatusCode::NOT_FOUND);
}
