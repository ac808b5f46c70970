//! Product keys, from the box to the subscription.

use aktiver_service::domain::role::Role;
use axum::http::StatusCode;

use crate::support::attributes;
use crate::world::{PASSWORD, World};

#[tokio::test]
async fn s_09_a_key_is_entered_reviewed_and_redeemed() {
    let world = World::new().await;
    let keys = world.keys(2, 10, None).await;
    let mut kari = world.admin().await;
    kari.get("/setup/key").await;
    let typed = keys[0].to_lowercase().replace('-', " ");
    kari.submit("main form", &[("key", &typed)]).await;
    assert_eq!(kari.path, "/setup/key", "keys never stand in addresses");
    kari.sees("Start a new subscription – recommended");
    kari.sees("10 licenses, until 14 Jan 2027");
    assert!(
        attributes(&kari.html(), "main input[type=radio][checked]", "value").is_empty(),
        "choosing is the person's"
    );
    kari.submit("main form", &[]).await;
    assert_eq!(kari.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    kari.sees("Choose what the keys are for.");
    kari.submit("main form", &[("choice", "new")]).await;
    assert!(kari.path.starts_with("/setup/key/done?"), "{}", kari.path);
    kari.sees("The subscription is active");
    kari.sees("Assign licenses");
    kari.get("/setup/key").await;
    kari.submit("main form", &[("key", &keys[0])]).await;
    kari.sees("Your organization has redeemed the key");
    kari.submit("main form", &[("key", &keys[1])]).await;
    kari.sees("Extend the end date of the subscription");
    let extend = attributes(&kari.html(), "main input[type=radio]", "value")
        .into_iter()
        .find(|value| value.starts_with("extend:"))
        .unwrap();
    kari.submit("main form", &[("choice", &extend)]).await;
    kari.sees("The end date has moved");
    kari.sees("14 Jan 2028");
}

#[tokio::test]
async fn a_mistyped_key_shows_its_group_and_keeps_what_was_typed() {
    let world = World::new().await;
    let key = world.keys(1, 10, None).await.remove(0);
    let wrong_symbol = if key.as_bytes()[7] == b'2' { "3" } else { "2" };
    let wrong = format!("{}{wrong_symbol}{}", &key[..7], &key[8..]);
    let mut kari = world.admin().await;
    kari.get("/setup/key").await;
    kari.submit("main form", &[("key", &wrong)]).await;
    assert_eq!(kari.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    kari.sees("Look at group 2 again");
    assert_eq!(
        attributes(&kari.html(), "main input.product-key", "value"),
        [wrong.as_str()]
    );
    kari.submit("main form", &[("key", &key[..20])]).await;
    kari.sees("A product key has 25 letters and digits");
}

#[tokio::test]
async fn pk_02_several_keys_in_one_order_and_the_same_one_twice_is_refused() {
    let world = World::new().await;
    let keys = world.keys(2, 10, None).await;
    let mut kari = world.admin().await;
    kari.get("/setup/key").await;
    kari.press("main form", Some(("step", "more")), &[("key", &keys[0])])
        .await;
    assert_eq!(
        attributes(&kari.html(), "main input.product-key", "value"),
        [keys[0].as_str(), ""]
    );
    let token = attributes(&kari.html(), "main input[name=_csrf]", "value").remove(0);
    let order = |second: &str| {
        [
            ("_csrf", token.as_str()),
            ("key", &keys[0]),
            ("key", second),
            ("step", "next"),
        ]
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .to_vec()
    };
    kari.post("/setup/key", &order(&keys[0])).await;
    kari.sees("is entered twice");
    kari.post("/setup/key", &order(&keys[1])).await;
    kari.sees("20 licenses, until");
}

#[tokio::test]
async fn scenario_39_who_may_not_redeem_is_told_who_may() {
    let world = World::new().await;
    world.person("ola", "Ola Berg", &[Role::UserAdministrator]).await;
    let mut ola = world.browser("ola@fjordvik.aktiver.test").await;
    ola.get("/setup/key").await;
    assert_eq!(ola.page.status, StatusCode::FORBIDDEN);
    ola.sees("Global administrator or Billing administrator");
    ola.sees("Ask Kari Dahl");
}

#[tokio::test]
async fn a_visitor_creates_the_organization_with_the_key_in_hand() {
    let world = World::new().await;
    let key = world.keys(1, 10, Some("NO")).await.remove(0);
    let mut visitor = world.visitor();
    visitor.get("/setup/key").await;
    visitor.submit("main form", &[("key", &key)]).await;
    visitor.sees("Who is the subscription for?");
    visitor.sees("Contoso Suite E3");
    visitor
        .submit(
            "#new form",
            &[("organization", "Ny AS"), ("mail", "nonsense"), ("password", "short")],
        )
        .await;
    assert_eq!(visitor.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    visitor.sees("Enter an e-mail address such as");
    visitor.sees("This password is too easy");
    assert_eq!(attributes(&visitor.html(), "#field-organization", "value"), ["Ny AS"]);
    visitor
        .submit(
            "#new form",
            &[
                ("organization", "Ny AS"),
                ("country", "NO"),
                ("person", "Nina Ny"),
                ("mail", "nina@ny.example"),
                ("password", PASSWORD),
            ],
        )
        .await;
    visitor.sees("The subscription is active");
    visitor.sees("From now on you sign in as nina@ny");
    visitor.get("/admin/products").await;
    visitor.sees("Contoso Suite E3");
}

#[tokio::test]
async fn a_visitor_with_an_account_signs_in_without_losing_the_key() {
    let world = World::new().await;
    let key = world.keys(1, 10, None).await.remove(0);
    let mut visitor = world.visitor();
    visitor.get("/setup/key").await;
    visitor.submit("main form", &[("key", &key)]).await;
    visitor
        .submit(
            "#sign-in form",
            &[("name", "kari@fjordvik.aktiver.test"), ("own-password", "no")],
        )
        .await;
    visitor.sees("The user name or the password is wrong");
    visitor
        .submit(
            "#sign-in form",
            &[("name", "kari@fjordvik.aktiver.test"), ("own-password", PASSWORD)],
        )
        .await;
    visitor.sees("Start a new subscription");
    visitor.submit("main form", &[("choice", "new")]).await;
    visitor.sees("The subscription is active");
}
