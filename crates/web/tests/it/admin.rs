//! The admin center: reactivate, cancel, pay, assign, ask.

use aktiver_service::domain::policy::Channel;
use aktiver_service::domain::role::Role;
use aktiver_service::subscriptions;
use axum::http::StatusCode;

use crate::support::attributes;
use crate::world::{Browser, World};

const GOOD_CARD: [(&str, &str); 4] = [
    ("method", "card"),
    ("number", "4242 4242 4242 4242"),
    ("expiry", "09/29"),
    ("holder", "Kari Dahl"),
];

async fn ended(world: &World, channel: Channel) -> String {
    let view = world.sell(channel, 5).await;
    world.pass_days(370);
    view.subscription.id.to_string()
}

#[tokio::test]
async fn s_06_a_subscription_is_reactivated_from_your_products_with_a_new_card() {
    let world = World::new().await;
    let id = ended(&world, Channel::DirectClassic).await;
    let mut kari = world.admin().await;
    kari.get("/admin").await;
    kari.sees("Contoso Suite E3 has expired");
    kari.get("/admin/subscriptions").await;
    assert_eq!(kari.path, "/admin/products");
    kari.sees("Expired");
    kari.sees("Reactivate this subscription");
    kari.get(&format!("/admin/products/{id}")).await;
    let link = kari
        .links()
        .into_iter()
        .find(|link| link.ends_with("/reactivate"))
        .unwrap();
    kari.get(&link).await;
    kari.sees("NOK 1,200.00 × 5 licenses, one year");
    kari.sees("NOK 6,000.00");
    // Declined: nothing changes, and what was typed stays.
    let mut declined = GOOD_CARD.to_vec();
    declined[1] = ("number", "4000 0000 0000 0341");
    kari.submit("main form", &declined).await;
    assert_eq!(kari.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    kari.sees("The payment was declined");
    assert_eq!(attributes(&kari.html(), "#field-holder", "value"), ["Kari Dahl"]);
    assert!(
        !kari.page.body.contains("4000 0000"),
        "card numbers are never sent back"
    );
    let mut wrong = GOOD_CARD.to_vec();
    wrong[1] = ("number", "42");
    kari.submit("main form", &wrong).await;
    kari.sees("The card number is not that of a card");
    kari.submit("main form", &GOOD_CARD).await;
    kari.sees("The subscription is active again");
    kari.sees("Visa •••• 4242");
    kari.get("/admin/bills").await;
    kari.sees("Reactivation");
}

#[tokio::test]
async fn scenario_6_reactivating_direct_makes_a_new_subscription_and_keeps_the_old_listed() {
    let world = World::new().await;
    let id = ended(&world, Channel::Direct).await;
    let mut kari = world.admin().await;
    kari.get(&format!("/admin/products/{id}/reactivate")).await;
    kari.sees("A new subscription with the same term starts today");
    kari.submit("main form", &GOOD_CARD).await;
    kari.sees("The subscription is active again");
    assert!(!kari.path.contains(&id), "the new one's page");
    kari.get(&format!("/admin/products/{id}")).await;
    kari.sees("A newer subscription has taken this one's place");
}

#[tokio::test]
async fn scenario_9_who_may_not_reactivate_sees_who_may() {
    let world = World::new().await;
    let id = ended(&world, Channel::Direct).await;
    world.person("lise", "Lise Li", &[Role::LicenseAdministrator]).await;
    let mut lise = world.browser("lise@fjordvik.aktiver.test").await;
    lise.get(&format!("/admin/products/{id}")).await;
    lise.sees("This needs the role Global administrator or Billing administrator.");
    lise.sees("Ask Kari Dahl.");
    lise.get(&format!("/admin/products/{id}/reactivate")).await;
    assert_eq!(lise.page.status, StatusCode::FORBIDDEN);
    lise.sees("Ask Kari Dahl.");
    lise.get("/admin/bills").await;
    assert_eq!(lise.page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn scenario_8_and_47_a_partners_subscription_names_the_partner() {
    let world = World::new().await;
    let id = ended(&world, Channel::Partner).await;
    let mut kari = world.admin().await;
    kari.get(&format!("/admin/products/{id}")).await;
    kari.sees("It was sold by Nordlys Partner AS.");
    let link = kari
        .links()
        .into_iter()
        .find(|link| link.starts_with("/admin/support/new?"))
        .unwrap();
    kari.get(&link).await;
    kari.sees("Ask Nordlys Partner AS first");
    assert_eq!(
        attributes(&kari.html(), "#field-title", "value"),
        ["Reactivate Contoso Suite E3"]
    );
    assert_eq!(
        attributes(&kari.html(), "#field-topic option[selected]", "value"),
        ["reactivationNotOffered"]
    );
    kari.submit("main form", &[]).await;
    kari.sees("Your request has been sent");
    kari.sees("PARTNER_MANAGED");
    kari.submit("main form", &[("text", "Is there news?")]).await;
    kari.sees("Is there news?");
}

#[tokio::test]
async fn another_organizations_subscription_is_not_there() {
    let world = World::new().await;
    let id = world.sell(Channel::Direct, 5).await.subscription.id;
    world.another("Havn").await;
    let mut other = world.browser("kari@havn.aktiver.test").await;
    for page in ["", "/reactivate", "/cancel", "/quantity", "/recurring"] {
        other.get(&format!("/admin/products/{id}{page}")).await;
        assert_eq!(other.page.status, StatusCode::NOT_FOUND, "{page}");
    }
    other.get(&format!("/admin/users/{}", world.fjordvik.admin.id)).await;
    assert_eq!(other.page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ca_06_cancelling_shows_its_price_and_wants_a_reason() {
    let world = World::new().await;
    let id = world.sell(Channel::Direct, 5).await.subscription.id;
    let mut kari = world.admin().await;
    kari.get(&format!("/admin/products/{id}/cancel")).await;
    kari.sees("You get NOK 5,983.56 back.");
    kari.submit("main form", &[("when", "now"), ("comment", "Too many")])
        .await;
    assert_eq!(kari.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    kari.sees("Choose a reason.");
    kari.sees("Too many");
    kari.submit("main form", &[("when", "now"), ("reason", "price")]).await;
    kari.sees("The subscription is cancelled");
    kari.sees("Disabled");
    kari.get("/admin/licenses").await;
    kari.sees("Disabled");
}

#[tokio::test]
async fn the_number_of_licenses_changes_with_its_cost_shown_first() {
    let world = World::new().await;
    let id = world.sell(Channel::DirectClassic, 5).await.subscription.id;
    let mut kari = world.admin().await;
    turn_on(&mut kari, &id.to_string()).await;
    kari.get(&format!("/admin/products/{id}/quantity")).await;
    kari.press("main form", Some(("step", "preview")), &[("quantity", "7")])
        .await;
    kari.sees("NOK 2,400.00 for the 365 of 365 days");
    kari.submit("main form", &[("quantity", "many")]).await;
    kari.sees("Enter a whole number");
    kari.submit("main form", &[("quantity", "301")]).await;
    kari.sees("Enter a number from 1 to 300");
    kari.submit("main form", &[("quantity", "7")]).await;
    kari.sees("The number of licenses has changed");
    kari.sees("0 of 7 assigned");
}

async fn turn_on(kari: &mut Browser, id: &str) {
    kari.get(&format!("/admin/products/{id}/recurring")).await;
    kari.submit("main form", &[]).await;
    kari.sees("Recurring billing is on");
}

#[tokio::test]
async fn scenario_42_a_method_in_use_is_not_deleted() {
    let world = World::new().await;
    let id = world.sell(Channel::Direct, 5).await.subscription.id;
    let mut kari = world.admin().await;
    turn_on(&mut kari, &id.to_string()).await;
    kari.get("/admin/payment-methods").await;
    kari.sees("Contoso Suite E3 (Active)");
    kari.submit("#add form", &GOOD_CARD).await;
    kari.sees("The payment method has been added");
    kari.submit("form[action$='/delete']", &[]).await;
    kari.sees("The payment method is deleted");
    let ctx = world.acting(&world.fjordvik).await;
    let method = subscriptions::get(&world.app, &ctx, id)
        .await
        .unwrap()
        .payment_method
        .unwrap()
        .id;
    let token = attributes(&kari.html(), "main input[name=_csrf]", "value").remove(0);
    kari.post(
        &format!("/admin/payment-methods/{method}/delete"),
        &[("_csrf".to_owned(), token)],
    )
    .await;
    assert_eq!(kari.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    kari.sees("It pays for one subscription.");
}

#[tokio::test]
async fn la_01_licenses_are_assigned_to_several_people_each_with_its_own_result() {
    let world = World::new().await;
    world.sell(Channel::Direct, 5).await;
    world.sell(Channel::DirectClassic, 8).await;
    let ola = world.person("ola", "Ola Berg", &[]).await;
    let mut kari = world.admin().await;
    kari.get("/admin/licenses").await;
    assert_eq!(kari.texts("main tbody tr").len(), 1, "scenario 16: one row");
    kari.sees("0 of 13 assigned");
    kari.get("/admin/licenses/SUITE_E3?search=Ola").await;
    let ola = ola.id.to_string();
    kari.submit(
        "#assign form[method=post]",
        &[("user", &ola), ("plan", crate::world::OFFICE)],
    )
    .await;
    kari.sees("The licenses are saved");
    kari.sees("1 of 13 assigned");
    kari.sees("one service off");
    kari.submit("#holders form", &[("user", &ola)]).await;
    kari.sees("The licenses are free again");
    kari.submit("#assign form[method=post]", &[("user", "none")]).await;
    kari.sees("Choose at least one person.");
}

#[tokio::test]
async fn la_07_a_person_without_usage_location_gets_none_until_it_is_set() {
    let world = World::new().await;
    world.sell(Channel::Direct, 5).await;
    let mut kari = world.admin().await;
    kari.get("/admin/users/new").await;
    kari.submit("main form", &[("name", ""), ("user", "per"), ("password", "x")])
        .await;
    kari.sees("This password is too easy");
    kari.submit(
        "main form",
        &[
            ("name", "Per Vik"),
            ("user", "per"),
            ("location", ""),
            ("password", "En blå hest spiser"),
        ],
    )
    .await;
    kari.sees("The person has been added");
    let suite = world.suite.id.to_string();
    kari.submit("form[action$='/licenses']", &[("product", &suite)]).await;
    assert_eq!(kari.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    kari.sees("The usage location is missing");
    kari.submit("form[action$='/location']", &[("location", "NO")]).await;
    kari.sees("The usage location is saved");
    kari.submit("form[action$='/licenses']", &[("product", &suite)]).await;
    kari.sees("The licenses are saved");
    kari.get("/admin/users?search=Per").await;
    kari.sees("Contoso Suite E3");
}

#[tokio::test]
async fn a_sandboxs_clock_moves_from_its_bar() {
    let world = World::new().await;
    let id = world.sell(Channel::DirectClassic, 5).await.subscription.id;
    let mut kari = world.admin().await;
    kari.get(&format!("/admin/products/{id}")).await;
    kari.press("section.clock form", Some(("advance", "next")), &[]).await;
    kari.sees("The sandbox's clock has moved");
    kari.sees("Expired");
}

#[tokio::test]
async fn every_page_stands_in_norwegian_too() {
    let world = World::new().await;
    let id = ended(&world, Channel::DirectClassic).await;
    let mut kari = world.admin().await;
    let user = world.fjordvik.admin.id;
    let pages = [
        "/account".to_owned(),
        "/device".to_owned(),
        "/setup/key".to_owned(),
        "/admin".to_owned(),
        "/admin/products".to_owned(),
        format!("/admin/products/{id}"),
        format!("/admin/products/{id}/reactivate"),
        format!("/admin/products/{id}/cancel"),
        "/admin/licenses".to_owned(),
        "/admin/licenses/SUITE_E3".to_owned(),
        "/admin/users".to_owned(),
        "/admin/users/new".to_owned(),
        format!("/admin/users/{user}"),
        "/admin/payment-methods".to_owned(),
        "/admin/bills".to_owned(),
        "/admin/support".to_owned(),
        "/admin/support/new".to_owned(),
    ];
    for path in &pages {
        kari.language = "en";
        kari.get(path).await;
        assert_eq!(kari.page.status, StatusCode::OK, "{path}: {}", kari.says());
        let english = kari.texts("h1");
        kari.language = "nb";
        kari.get(path).await;
        assert_eq!(attributes(&kari.html(), "html", "lang"), ["nb"]);
        let norwegian = kari.texts("h1");
        // People's and products' names are the same in both.
        let named = path.contains("SUITE") || path.ends_with(&user.to_string()) || path.ends_with(&id);
        assert!(named || english != norwegian, "{path}: {english:?}");
        for link in kari.links() {
            let path = link.split('#').next().unwrap().to_owned();
            if path.starts_with('/') && !path.starts_with("/help") {
                let mut other = world.visitor();
                other.cookies = kari.cookies.clone();
                other.get(&path).await;
                assert!(
                    matches!(other.page.status, StatusCode::OK | StatusCode::CONFLICT),
                    "{path} answers {}",
                    other.page.status
                );
            }
        }
    }
}
